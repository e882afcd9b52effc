"""Entra ID of the sandbox: sign-in of apps and people, and the tokens that come of it."""

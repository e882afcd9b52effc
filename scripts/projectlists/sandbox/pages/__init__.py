"""The pages service of the sandbox."""

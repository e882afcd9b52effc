"""Teams of the sandbox, as far as a Workflows webhook reaches it."""

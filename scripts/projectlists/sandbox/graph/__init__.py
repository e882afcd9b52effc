"""The graph service of the sandbox."""

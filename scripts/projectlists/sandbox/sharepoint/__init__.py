"""SharePoint REST v1 of the sandbox."""

"""One tenant and its sites, as written in a config folder."""

"""Making sites as declared: one site, or every row of a table."""

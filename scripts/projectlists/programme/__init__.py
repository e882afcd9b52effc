"""A programme's overview kept up to date from the sites of its projects (guide.md §2.15, H-S1 to H-S3)."""

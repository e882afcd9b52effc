"""The scheduled job: one run over all sites, sent effectively once."""

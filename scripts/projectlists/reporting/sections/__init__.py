"""What each list has to tell: one file per subject, from rows to sentences, pictures and tables. Pure."""

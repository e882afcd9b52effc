"""Many projects from one table: read as a whole, then made and provisioned one by one inside one shared pace."""

"""Project lists on SharePoint for Dutch municipalities: declared, provisioned and guarded by reminders."""

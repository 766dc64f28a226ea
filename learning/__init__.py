"""Who learned it, when, and what is on record: the application and every table."""

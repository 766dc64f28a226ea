"""Documents, clauses, courses and their editions."""

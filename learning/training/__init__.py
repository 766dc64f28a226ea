"""Class runs, study-group sessions, rolls."""

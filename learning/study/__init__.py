"""Reading, practice, study time, finished modules."""

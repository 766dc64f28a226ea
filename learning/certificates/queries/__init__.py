"""Every SELECT about certificates: who can get one, batches, and what was issued."""

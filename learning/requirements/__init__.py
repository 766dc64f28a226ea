"""What the document obliges whom to, what counts for it, and where everybody stands."""

"""One reader a file; each has a READER."""

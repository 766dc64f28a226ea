"""Pages on which people mark what a machine cannot."""

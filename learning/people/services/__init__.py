"""Every write about persons, organisations and lists of persons."""

"""Organisations, persons, appointments."""

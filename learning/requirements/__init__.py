"""Obligations of the document, rules, facts, verdicts."""

"""Exams, sittings, attempts, the journal of answers, marks."""

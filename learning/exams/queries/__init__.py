"""Read exams: of learners, of those who manage them, of those who mark; and results for reports."""

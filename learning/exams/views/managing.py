"""Pages on which instructors set up exams and look at results."""

"""The code lists of exams and attempts."""

from enum import StrEnum


class ExamKind(StrEnum):
    """What an exam is about: one module, or the whole course."""

    MODULE_TEST = "module_test"
    FINAL_EXAM = "final_exam"


class ReleaseMode(StrEnum):
    """When results, keys and explanations may be seen by those who sat the exam."""

    MANUAL = "manual"
    AFTER_CLOSE = "after_close"
    ON_SUBMIT = "on_submit"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    #: Handed in by the learner.
    SUBMITTED = "submitted"
    #: Closed by the server when its time was over; what had been saved counts.
    CLOSED = "closed"

"""Say in words what a learner sees of an ended attempt; each is translated where it is shown."""

from flask_babel import lazy_gettext as _l

from learning.exams import review, words
from learning.exams.kinds import Shown
from learning.exams.models import Exam
from learning.exams.revealing import Verdict
from learning.exams.words import ATTEMPT_STATES, COUNTED_AS, RELEASE_TIMES
from question_bank.corrections import CorrectionKind

__all__ = ["ATTEMPT_STATES", "CORRECTION_NOTES", "COUNTED_AS", "RELEASE_TIMES", "VERDICTS", "released_in"]

released_in = words.released_in

VERDICTS = {
    Verdict.RIGHT: _l("Right"),
    Verdict.PARTLY: _l("Partly right"),
    Verdict.WRONG: _l("Wrong"),
    Verdict.UNANSWERED: _l("Not answered"),
    Verdict.OPEN: _l("Waiting for marks"),
}

CORRECTION_NOTES = {
    CorrectionKind.CORRECT_KEY: _l("The right answer of this question was corrected after the exam began."),
    CorrectionKind.ACCEPT: _l("A further answer to this question is accepted."),
    CorrectionKind.FULL_MARKS: _l("Everybody has full marks for this question."),
    CorrectionKind.DROP: _l("This question was left out of the total."),
}


def marks_shown_in(exam: Exam) -> bool:
    """Return whether learners see their marks at some time."""
    matrix = review.matrix_of(exam.review)
    return any(Shown.MARKS in shown for shown in matrix.values())

"""Say in words what corrections of questions do and why one was not made."""

from flask import flash
from flask_babel import lazy_gettext as _l

from learning.exams.corrections import RegradeRefusal
from question_bank import types
from question_bank.corrections import CorrectionKind

#: English message ids, translated where they are shown.
TYPES = {type_.name: type_.label for type_ in types.all_types()}

KINDS = {
    CorrectionKind.CORRECT_KEY: _l("Correct the key"),
    CorrectionKind.ACCEPT: _l("Accept a further answer"),
    CorrectionKind.FULL_MARKS: _l("Full marks for all"),
    CorrectionKind.DROP: _l("Leave out of the total"),
}

HINTS = {
    CorrectionKind.CORRECT_KEY: _l(
        "Answers are scored by another key. What learners were shown – question and choices – has to stay."
    ),
    CorrectionKind.ACCEPT: _l("One more answer counts as right, beside the key; nobody loses anything."),
    CorrectionKind.FULL_MARKS: _l(
        "Everybody who has the question gets its full marks, whether it was answered or not."
    ),
    CorrectionKind.DROP: _l("The question counts for nobody: marks and full marks of the papers shrink."),
}

REFUSALS = {
    RegradeRefusal.NOT_ASKED: _l("This question stands on no paper of this exam."),
    RegradeRefusal.PROBLEMS: _l("This correction does not fit the question."),
    RegradeRefusal.PEOPLE_MARK: _l(
        "People mark this question: there is no key to correct. They can decide about answers anew, or it "
        "can be given full marks or left out."
    ),
    RegradeRefusal.RULED: _l("This question has full marks for all already, or is left out of the total."),
    RegradeRefusal.NOTHING_LEFT: _l(
        "Somebody’s paper would have no marks left. Give full marks for all instead."
    ),
    RegradeRefusal.DECIDED: _l("Somebody else has decided about this correction already."),
    RegradeRefusal.OWN_PROPOSAL: _l("You proposed this correction; a second instructor has to approve it."),
}


def tell(refusal: RegradeRefusal | None, done: str) -> None:
    """Say what came of a decision."""
    if refusal is not None:
        flash(REFUSALS[refusal], "error")
    else:
        flash(done, "success")

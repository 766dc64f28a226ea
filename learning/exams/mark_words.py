"""Say in words what marks are and why one was not added; each is translated where it is shown."""

from flask_babel import lazy_gettext as _l

from learning.exams.kinds import MarkKind
from learning.exams.marks import MarkRefusal

MARK_KINDS = {
    MarkKind.MACHINE: _l("By the key"),
    MarkKind.FIRST: _l("First marker"),
    MarkKind.SECOND: _l("Second marker"),
    MarkKind.AGREED: _l("Decided"),
    MarkKind.REGRADE: _l("After a correction"),
}

MARK_REFUSALS = {
    MarkRefusal.NOT_ENDED: _l("There is no such answer to be marked."),
    MarkRefusal.VOIDED: _l("This attempt was voided; its answers are not marked."),
    MarkRefusal.OUT_OF_RANGE: _l("Please enter marks between 0 and the full marks."),
    MarkRefusal.NOT_FOR_PEOPLE: _l(
        "This answer is marked by the key, or a correction of the question has decided about it."
    ),
    MarkRefusal.CHANGED: _l("Somebody else has marked this answer meanwhile. Your mark was not added."),
    MarkRefusal.ALL_MARKED: _l("This answer has been marked by others meanwhile. Your mark was not added."),
    MarkRefusal.RELEASED: _l(
        "The learner can see this result already. Only somebody who has not marked the answer can decide "
        "about it anew."
    ),
    MarkRefusal.TOO_FAR_APART: _l(
        "With this mark the two markers would be too far apart. A third person has to decide about the "
        "answer."
    ),
    MarkRefusal.NO_CAUSE: _l("Please say why the mark is changed."),
    MarkRefusal.NOT_MARKED: _l("This answer has to be marked before somebody can decide about it."),
    MarkRefusal.OWN_MARK: _l(
        "You have marked this answer yourself. Somebody who has not marked it has to decide about it."
    ),
    MarkRefusal.OWN_ANSWER: _l("This answer is your own; others have to mark it."),
}

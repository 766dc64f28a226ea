"""What the pages for instructors begin with: exams and sittings of the own schools, and the way back."""

from flask import abort, flash, url_for
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.roles import Role, Scope
from learning.core.db import reading
from learning.exams import words
from learning.exams.models import Exam, Sitting
from learning.exams.queries import managing as queries
from learning.exams.services.managing import ManagingRefusal


def scope() -> Scope:
    """Return the schools whose exams the signed-in instructor manages."""
    return access.scope_of(Role.INSTRUCTOR)


def exam_or_404(unsafe_exam_id: int) -> Exam:
    """Return an exam of the own schools."""
    return queries.exam_in(reading(), scope(), unsafe_exam_id) or abort(404)


def sitting_or_404(unsafe_sitting_id: int) -> tuple[Sitting, Exam]:
    """Return a sitting of an exam of the own schools."""
    return queries.sitting_in(reading(), scope(), unsafe_sitting_id) or abort(404)


def trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page about exams."""
    return [(url_for("exams.manage"), _("Exams")), *further]


def exam_trail(exam: Exam, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page about an exam."""
    return trail((url_for("exams.exam", unsafe_exam_id=exam.id), exam.title), *further)


def sitting_trail(sitting: Sitting, exam: Exam, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page about a sitting."""
    here = url_for("exams.sitting", unsafe_sitting_id=sitting.id) if further else ""
    return exam_trail(exam, (here, _("Sitting")), *further)


def tell(refusal: ManagingRefusal | None, done: str) -> None:
    """Say what came of an act."""
    if refusal is not None:
        flash(words.MANAGING_REFUSALS[refusal], "error")
    elif done:
        flash(done, "success")

"""Pages on which people mark what a machine cannot, question by question and without names."""

from decimal import Decimal

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.forms import text
from learning.core.urls import key_from
from learning.exams import words
from learning.exams.forms import MarkForm
from learning.exams.models import Exam, Sitting
from learning.exams.queries import managing, marking
from learning.exams.queries.marking import AnswerToMark
from learning.exams.services import marking as services
from learning.exams.views.pages import blueprint
from question_bank import types


@blueprint.get("/sittings/<int:unsafe_sitting_id>/marking/<int:unsafe_version_id>")
@requires(Role.INSTRUCTOR)
def mark(unsafe_sitting_id: int, unsafe_version_id: int) -> ResponseReturnValue:
    """Show the next answer to a question that waits for its mark."""
    sitting, exam = _sitting_or_404(unsafe_sitting_id)
    answer = marking.next_to_mark(reading(), sitting.id, unsafe_version_id)
    if answer is None:
        flash(_("Every answer to this question is marked."), "success")
        return redirect(url_for("exams.sitting", unsafe_sitting_id=sitting.id))
    return _page(sitting, exam, answer, MarkForm())


@blueprint.post("/sittings/<int:unsafe_sitting_id>/marking/<int:unsafe_version_id>")
@requires(Role.INSTRUCTOR)
def give_mark(unsafe_sitting_id: int, unsafe_version_id: int) -> ResponseReturnValue:
    """Add a mark and go on to the next answer."""
    sitting, exam = _sitting_or_404(unsafe_sitting_id)
    answer, form = _answer_or_404(sitting), MarkForm()
    form.full = answer.slot.max_mark
    if not form.validate_on_submit():
        return _page(sitting, exam, answer, form)
    slot, seen = answer.slot, key_from(form.seen.data)
    given, comment = form.mark.data or Decimal(0), text(form.comment)
    refusal = services.mark_answer(
        access.actor(), slot.attempt_id, slot.number, given, comment, seen, clock.now()
    )
    if refusal is not None:
        flash(words.MARK_REFUSALS[refusal], "warning")
    version_id = slot.question_version_id
    return redirect(url_for("exams.mark", unsafe_sitting_id=sitting.id, unsafe_version_id=version_id))


def _sitting_or_404(unsafe_sitting_id: int) -> tuple[Sitting, Exam]:
    found = managing.sitting_in(reading(), access.scope_of(Role.INSTRUCTOR), unsafe_sitting_id)
    if found is None:
        abort(404)
    return found


def _answer_or_404(sitting: Sitting) -> AnswerToMark:
    attempt_id, slot = key_from(request.form.get("attempt")), key_from(request.form.get("slot"))
    found = marking.answer_in(reading(), sitting.id, attempt_id or 0, slot or 0)
    if found is None:
        abort(404)
    return found


def _page(sitting: Sitting, exam: Exam, answer: AnswerToMark, form: MarkForm) -> str:
    item, slot = answer.item, answer.slot
    form.attempt.data, form.slot.data = str(slot.attempt_id), str(slot.number)
    form.seen.data = str(answer.last_mark.id) if answer.last_mark else ""
    return render_template(
        "exams/mark.html",
        sitting=sitting,
        exam=exam,
        slot=slot,
        item=item,
        usual_marks=types.get(item.type).default_marks(item.content),
        shown=types.get(item.type).review(item.content, slot.arrangement["value"], answer.response),
        form=form,
        breadcrumbs=[
            (url_for("exams.manage"), _("Exams")),
            (url_for("exams.sitting", unsafe_sitting_id=sitting.id), exam.title),
            ("", _("Marking")),
        ],
    )

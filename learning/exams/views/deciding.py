"""Pages on which a further person decides about answers whose markers disagree, or upon a complaint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.urls import key_from
from learning.exams import mark_words as words
from learning.exams import marks as rules
from learning.exams.forms.marks import AnswerForm
from learning.exams.queries import marking
from learning.exams.services import marking as services
from learning.exams.views.desks import Desk, Opened, desk_or_404, looked_for, open_answer, shown_of, trail
from learning.exams.views.pages import blueprint


@blueprint.get("/sittings/<int:unsafe_sitting_id>/deciding/<int:unsafe_version_id>")
@requires(Role.INSTRUCTOR)
def reconcile(unsafe_sitting_id: int, unsafe_version_id: int) -> ResponseReturnValue:
    """Go to the next answer about which this person may decide."""
    return _go_on(desk_or_404(unsafe_sitting_id, unsafe_version_id))


def _go_on(desk: Desk) -> ResponseReturnValue:
    able = marking.number_able(reading(), desk.exam.organisation_id)
    following = desk.next_to_reconcile(able)
    if following:
        return redirect(desk.address("exams.decide_page", following))
    flash(_("There is nothing more to this question that you could decide about."), "success")
    return redirect(url_for("exams.marking_overview", unsafe_sitting_id=desk.sitting.id))


@blueprint.get("/sittings/<int:unsafe_sitting_id>/deciding/<int:unsafe_version_id>/<unsafe_code>")
@requires(Role.INSTRUCTOR)
def decide_page(unsafe_sitting_id: int, unsafe_version_id: int, unsafe_code: str) -> ResponseReturnValue:
    """Show an answer with all its marks, for somebody who decides about it."""
    opened = open_answer(unsafe_sitting_id, unsafe_version_id, unsafe_code)
    form = opened.form(asks_cause=True)
    form.seen.data = str(opened.row.marks[-1].id) if opened.row.marks else ""
    return _page(opened, form)


@blueprint.post("/sittings/<int:unsafe_sitting_id>/deciding/<int:unsafe_version_id>/<unsafe_code>")
@requires(Role.INSTRUCTOR)
def decide(unsafe_sitting_id: int, unsafe_version_id: int, unsafe_code: str) -> ResponseReturnValue:
    """Set the mark of an answer; it goes before those of its markers."""
    opened = open_answer(unsafe_sitting_id, unsafe_version_id, unsafe_code)
    form = opened.form(asks_cause=True)
    if not form.validate_on_submit():
        return _page(opened, form)
    answer, seen = (opened.row.attempt_id, opened.row.slot_number), key_from(form.seen.data)
    refusal = services.decide(access.actor(), *answer, form.given(), seen, clock.now())
    if refusal is not None:
        form.form_errors.append(words.MARK_REFUSALS[refusal])
        return _page(opened, form), 409
    return _go_on(desk_or_404(unsafe_sitting_id, unsafe_version_id))


def _page(opened: Opened, form: AnswerForm) -> str:
    desk, marks = opened.desk, opened.row.marks
    able = marking.number_able(reading(), desk.exam.organisation_id)
    form.cause.label.text = _("Why it is decided so")
    return render_template(
        "exams/decide.html",
        opened=opened,
        item=opened.answer.item,
        shown=shown_of(opened.answer),
        looked_for=looked_for(desk.exam, opened.answer),
        given=marking.last_of_each(reading(), marks),
        form=form,
        refusal=rules.decision_refusal(marks, desk.exam.markers, desk.who.account_id, able),
        words=words,
        breadcrumbs=trail(desk.sitting, desk.exam, _("Decision")),
    )

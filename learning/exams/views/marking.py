"""Pages on which people mark what a machine cannot, question by question and without names."""

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
from learning.exams.kinds import MarkKind
from learning.exams.marks import MarkState
from learning.exams.queries import marking
from learning.exams.services import marking as services
from learning.exams.views import doors
from learning.exams.views.desks import Desk, Opened, desk_or_404, open_answer, shown_of, trail
from learning.exams.views.desks import who as who_asks
from learning.exams.views.pages import blueprint


@blueprint.get("/sittings/<int:unsafe_sitting_id>/marking")
@requires(Role.INSTRUCTOR)
def marking_overview(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show how far the marking of a sitting is: by question, and by marker."""
    sitting, exam = doors.sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/marking.html",
        sitting=sitting,
        exam=exam,
        rows=marking.queue(reading(), exam, sitting.id, who_asks()),
        markers=marking.markers_at(reading(), sitting.id),
        state=MarkState,
        breadcrumbs=trail(sitting, exam),
    )


@blueprint.get("/sittings/<int:unsafe_sitting_id>/marking/<int:unsafe_version_id>")
@requires(Role.INSTRUCTOR)
def mark(unsafe_sitting_id: int, unsafe_version_id: int) -> ResponseReturnValue:
    """Go to the next answer to a question that waits for this marker."""
    return _go_on(desk_or_404(unsafe_sitting_id, unsafe_version_id), "")


def _go_on(desk: Desk, code: str) -> ResponseReturnValue:
    following = desk.next_after(code)
    if following:
        return redirect(desk.address("exams.mark_page", following))
    flash(_("There is nothing more to this question that you could mark now."), "success")
    return redirect(url_for("exams.marking_overview", unsafe_sitting_id=desk.sitting.id))


@blueprint.get("/sittings/<int:unsafe_sitting_id>/marking/<int:unsafe_version_id>/<unsafe_code>")
@requires(Role.INSTRUCTOR)
def mark_page(unsafe_sitting_id: int, unsafe_version_id: int, unsafe_code: str) -> ResponseReturnValue:
    """Show an answer with the form of its marks; what this marker gave before is filled in."""
    opened = open_answer(unsafe_sitting_id, unsafe_version_id, unsafe_code)
    own = rules.own_mark(opened.row.marks, opened.desk.who.account_id)
    form = opened.form(asks_cause=own is not None)
    form.seen.data = str(own.id) if own else ""
    if own is not None:
        form.show(marking.points_of(reading(), own.id), own.mark, own.comment)
    return _page(opened, form)


@blueprint.post("/sittings/<int:unsafe_sitting_id>/marking/<int:unsafe_version_id>/<unsafe_code>")
@requires(Role.INSTRUCTOR)
def give_mark(unsafe_sitting_id: int, unsafe_version_id: int, unsafe_code: str) -> ResponseReturnValue:
    """Add a mark and go on to the next answer."""
    opened = open_answer(unsafe_sitting_id, unsafe_version_id, unsafe_code)
    form = opened.form(asks_cause=False)
    seen, answer = key_from(form.seen.data), (opened.row.attempt_id, opened.row.slot_number)
    form.asks_cause = seen is not None
    if not form.validate_on_submit():
        return _page(opened, form)
    refusal = services.mark_answer(access.actor(), *answer, form.given(), seen, clock.now())
    if refusal is not None:
        form.form_errors.append(words.MARK_REFUSALS[refusal])
        return _page(opened, form), 409
    return _go_on(desk_or_404(unsafe_sitting_id, unsafe_version_id), opened.code)


def _page(opened: Opened, form: AnswerForm) -> str:
    desk, marks = opened.desk, opened.row.marks
    own = desk.own
    at = own.index(opened.code) if opened.code in own else None
    decided = [mark for mark in marks if mark.kind == MarkKind.AGREED]
    return render_template(
        "exams/mark.html",
        opened=opened,
        item=opened.answer.item,
        shown=shown_of(opened.answer),
        form=form,
        number=None if at is None else at + 1,
        total=len(own),
        before=desk.address("exams.mark_page", own[at - 1]) if at else "",
        after=desk.address("exams.mark_page", own[at + 1]) if at is not None and at + 1 < len(own) else "",
        decided=decided[-1] if decided else None,
        is_open=not decided and rules.kind_for(marks, desk.exam.markers, desk.who.account_id) is not None,
        breadcrumbs=trail(desk.sitting, desk.exam, _("Answer")),
    )

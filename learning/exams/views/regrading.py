"""Pages of the corrections of an exam: what was proposed, whom it changes, and who decided."""

from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.urls import key_from
from learning.exams import regrade_words as words
from learning.exams.models import Exam, Regrade
from learning.exams.queries import regrades
from learning.exams.queries.regrades import RegradeRow
from learning.exams.queries.scores import correction_of
from learning.exams.services import regrading
from learning.exams.views import doors
from learning.exams.views.pages import blueprint
from question_bank import types
from question_bank.corrections import Correction, CorrectionKind
from question_bank.items import Item


@blueprint.get("/exams/manage/<int:unsafe_exam_id>/corrections")
@requires(Role.INSTRUCTOR)
def corrections_of(unsafe_exam_id: int) -> ResponseReturnValue:
    """List the corrections of an exam, and the questions that can be corrected."""
    exam = doors.exam_or_404(unsafe_exam_id)
    return render_template(
        "exams/corrections.html",
        exam=exam,
        rows=regrades.regrades_of(reading(), exam.id),
        page=regrades.questions_on_papers(reading(), exam.id, key_from(request.args.get("page")) or 1),
        words=words,
        breadcrumbs=doors.exam_trail(exam, ("", _("Corrections"))),
    )


def _regrade_or_404(unsafe_regrade_id: int) -> tuple[RegradeRow, Exam]:
    return regrades.regrade_in(reading(), doors.scope(), unsafe_regrade_id) or abort(404)


@blueprint.get("/exams/manage/corrections/<int:unsafe_regrade_id>")
@requires(Role.INSTRUCTOR)
def correction(unsafe_regrade_id: int) -> ResponseReturnValue:
    """Show a correction: what it says, whom it would change or has changed, and who decided."""
    row, exam = _regrade_or_404(unsafe_regrade_id)
    regrade, stated = row.regrade, correction_of(row.regrade.correction)
    needs_other = current_app.config["REVIEW_BY_SECOND_PERSON"]
    overview = url_for("exams.corrections_of", unsafe_exam_id=exam.id)
    return render_template(
        "exams/correction.html",
        row=row,
        regrade=regrade,
        kind=stated.kind,
        **_said(regrade, stated),
        **_changes(exam, row, stated),
        is_own=regrade.proposed_by_id == current_user.account_id,
        needs_other=needs_other,
        newer=regrades.newer_version(reading(), regrade.question_version_id),
        words=words,
        breadcrumbs=doors.exam_trail(exam, (overview, _("Corrections")), ("", row.code)),
    )


def _said(regrade: Regrade, stated: Correction) -> dict[str, Any]:
    """Return the key before the correction, and what the correction says beside it."""
    item = regrading.key_of(reading(), regrade.exam_id, stated.item, before=regrade).item
    return {"key": types.get(item.type).key_text(item.content), "new": _new(item, stated)}


def _new(item: Item, stated: Correction) -> str:
    type_ = types.get(item.type)
    if stated.kind is CorrectionKind.CORRECT_KEY:
        return type_.key_text(stated.content or {})
    return type_.response_text(item.content, stated.response) if stated.response is not None else ""


def _changes(exam: Exam, row: RegradeRow, stated: Correction) -> dict[str, Any]:
    """Return whom an open correction would change, or whom an approved one has changed."""
    regrade = row.regrade
    if regrade.decided_at is None:
        return {"preview": regrading.preview_of(reading(), exam, stated), "is_settled": False}
    if not regrade.is_approved:
        return {"preview": None, "is_settled": True}
    is_settled = regrades.is_settled(reading(), regrade.id)
    return {"preview": regrading.changes_made(reading(), regrade.id), "is_settled": is_settled}


@blueprint.post("/exams/manage/corrections/<int:unsafe_regrade_id>/approve")
@requires(Role.INSTRUCTOR)
def approve_correction(unsafe_regrade_id: int) -> ResponseReturnValue:
    """Decide for a correction; everybody's marks follow."""
    row, _exam = _regrade_or_404(unsafe_regrade_id)
    refusal = regrading.approve(access.actor(), row.regrade.id, clock.now())
    words.tell(refusal, _("The correction is approved, and all attempts have been scored again."))
    return redirect(url_for("exams.correction", unsafe_regrade_id=unsafe_regrade_id))


@blueprint.post("/exams/manage/corrections/<int:unsafe_regrade_id>/reject")
@requires(Role.INSTRUCTOR)
def reject_correction(unsafe_regrade_id: int) -> ResponseReturnValue:
    """Decide against a correction; it stays on record."""
    row, _exam = _regrade_or_404(unsafe_regrade_id)
    refusal = regrading.reject(access.actor(), row.regrade.id, clock.now())
    words.tell(refusal, _("The correction was not made; the proposal stays on record."))
    return redirect(url_for("exams.correction", unsafe_regrade_id=unsafe_regrade_id))

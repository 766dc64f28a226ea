"""Look at one question with its history; publish, discard, retire, copy."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.urls import key_from
from learning.questions import labels, queries, rules, services
from learning.questions.document import clause_texts, seal
from learning.questions.models import Question
from learning.questions.preview import preview_of
from learning.questions.queries import VersionRow
from learning.questions.services import Saved
from learning.questions.views.pages import (
    blueprint,
    breadcrumbs,
    own_question_or_404,
    question_or_404,
    scope,
    version_or_404,
)
from question_bank.evidence import lint_item
from question_bank.evidence.findings import Finding
from question_bank.evidence.sources import Sources
from question_bank.items import Item


@blueprint.get("/questions/<int:unsafe_question_id>")
@requires(Role.INSTRUCTOR)
def question(unsafe_question_id: int) -> ResponseReturnValue:
    """Show the version of a question that is in force, else its draft."""
    found = question_or_404(unsafe_question_id)
    versions = queries.history(reading(), found.id)
    shown = next((each for each in versions if each.id == found.published_version_id), versions[0])
    return _page(found, shown, versions)


@blueprint.get("/questions/versions/<int:unsafe_version_id>")
@requires(Role.INSTRUCTOR)
def version(unsafe_version_id: int) -> ResponseReturnValue:
    """Show one version of a question: to review a draft, or to see what an exam had drawn."""
    shown = version_or_404(unsafe_version_id)
    return _page(question_or_404(shown.question_id), shown, queries.history(reading(), shown.question_id))


def _page(found: Question, shown: VersionRow, versions: list[VersionRow]) -> str:
    """Render a version with everything an instructor has to know about it."""
    problems = [] if shown.published_at else rules.problems(shown.item, seal().has)
    before = next((each for each in versions if each.published_at and each.number < shown.number), None)
    return render_template(
        "questions/question.html",
        question=found,
        shown=shown,
        versions=versions,
        preview=preview_of(shown.item),
        problems=problems,
        findings=[] if shown.published_at or problems else _findings(shown.item),
        before=before,
        differing=rules.differing(before.item, shown.item) if before else [],
        is_own_work=shown.written_by_id == access.actor().account_id
        and current_app.config["REVIEW_BY_SECOND_PERSON"],
        schools=queries.schools_in(reading(), scope()),
        labels=labels,
        breadcrumbs=breadcrumbs(found.code),
    )


def _findings(item: Item) -> list[Finding]:
    """Return what the clauses cited do not support; nothing while the original is not loaded."""
    texts = clause_texts(reading())
    return list(lint_item(item, Sources(texts))) if texts else []


@blueprint.post("/questions/versions/<int:unsafe_version_id>/publish")
@requires(Role.INSTRUCTOR)
def publish(unsafe_version_id: int) -> ResponseReturnValue:
    """Publish a draft that was looked at."""
    shown = version_or_404(unsafe_version_id)
    refusal = services.publish_version(access.actor(), shown.id, clock.now(), request.form.get("seen", ""))
    if refusal:
        flash(labels.PUBLISH_REFUSALS[refusal], "error")
        return redirect(url_for("questions.version", unsafe_version_id=shown.id))
    flash(_("Published: exams that are set up from now on may draw this version."), "success")
    return redirect(url_for("questions.question", unsafe_question_id=shown.question_id))


@blueprint.post("/questions/versions/<int:unsafe_version_id>/discard")
@requires(Role.INSTRUCTOR)
def discard(unsafe_version_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    shown = version_or_404(unsafe_version_id)
    if not services.discard_draft(access.actor(), shown.id, clock.now()):
        flash(labels.PUBLISH_REFUSALS[rules.PublishRefusal.ALREADY_PUBLISHED], "error")
        return redirect(url_for("questions.version", unsafe_version_id=shown.id))
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("questions.drafts"))


@blueprint.post("/questions/<int:unsafe_question_id>/retired")
@requires(Role.INSTRUCTOR)
def set_retired(unsafe_question_id: int) -> ResponseReturnValue:
    """Take a question out of future exams, or put it back."""
    found = own_question_or_404(unsafe_question_id)
    is_retired = request.form.get("retired") == "1"
    if services.set_retired(access.actor(), found.id, is_retired, clock.now()):
        flash(_("The question is retired.") if is_retired else _("The question is in use again."), "success")
    return redirect(url_for("questions.question", unsafe_question_id=found.id))


@blueprint.post("/questions/versions/<int:unsafe_version_id>/copy")
@requires(Role.INSTRUCTOR)
def copy(unsafe_version_id: int) -> ResponseReturnValue:
    """Begin a question of the own school with what this version says."""
    shown = version_or_404(unsafe_version_id)
    organisation_id = key_from(request.form.get("organisation"))
    if organisation_id is None or organisation_id not in queries.schools_in(reading(), scope()):
        abort(404)
    saved = services.save_draft(access.actor(), organisation_id, None, shown.item, clock.now())
    assert isinstance(saved, Saved), "a new question of a school that exists is never refused"
    flash(_("Copied to your school as a draft with a code of its own."), "success")
    return redirect(url_for("questions.edit", unsafe_question_id=saved.question_id))

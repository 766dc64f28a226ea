"""What all pages of the bank share: the blueprint, the doors, the way back."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.roles import Role, Scope
from learning.core.db import reading
from learning.questions import commands, queries
from learning.questions.models import Question
from learning.questions.queries import VersionRow

blueprint = Blueprint("questions", __name__, cli_group=None)
blueprint.cli.add_command(commands.questions)


def scope() -> Scope:
    """Return what the signed-in instructor covers."""
    return access.scope_of(Role.INSTRUCTOR)


def question_or_404(unsafe_question_id: int) -> Question:
    """Return a question that the instructor may see."""
    found = queries.question_in(reading(), scope(), unsafe_question_id)
    if found is None:
        abort(404)
    return found


def own_question_or_404(unsafe_question_id: int) -> Question:
    """Return a question that the instructor may change: the built-in bank is changed by copying only."""
    found = question_or_404(unsafe_question_id)
    if found.organisation_id is None:
        abort(404)
    return found


def version_or_404(unsafe_version_id: int) -> VersionRow:
    """Return a version of a question that the instructor may see."""
    found = queries.version_in(reading(), scope(), unsafe_version_id)
    if found is None:
        abort(404)
    return found


def breadcrumbs(*last: str) -> list[tuple[str, str]]:
    """Return the way from the bank to this page."""
    return [(url_for("questions.bank"), _("Question bank")), *((request.path, label) for label in last)]

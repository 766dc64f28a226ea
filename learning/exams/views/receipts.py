"""The page on which a receipt code is looked up: what it stands for, and whether the server knows it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core.db import reading
from learning.exams import receipts
from learning.exams.queries import attempts, managing
from learning.exams.queries.attempts import Sat
from learning.exams.views.pages import blueprint
from learning.people.queries import person

#: Longer than any code with spaces and dashes.
LONGEST_CODE = 60


@blueprint.get("/receipts")
@requires(Role.LEARNER, Role.INSTRUCTOR)
def check_receipt() -> ResponseReturnValue:
    """Say what a receipt code stands for: learners ask about their own, instructors about their school's."""
    code = request.args.get("code", "")[:LONGEST_CODE].strip()
    found = _visible(code) if code else None
    handed_in = attempts.handed_in_of(reading(), found.attempt.id) if found else None
    is_right = handed_in is not None and receipts.is_right(code, handed_in)
    return render_template(
        "exams/receipts.html",
        code=code,
        found=found if is_right else None,
        handed_in=handed_in if is_right else None,
        whole_code=receipts.code_of(handed_in) if handed_in and is_right else "",
        learner=person(reading(), found.attempt.person_id) if found and is_right else None,
        breadcrumbs=[(url_for("home.index"), _("Home")), ("", _("Receipts"))],
    )


def _visible(code: str) -> Sat | None:
    """Return the attempt that a code names, if whoever asks may know of it."""
    attempt_id = receipts.attempt_id_in(code)
    found = attempts.any_attempt(reading(), attempt_id) if attempt_id else None
    if found is None or found.attempt.person_id == current_user.person_id:
        return found
    scope = access.scope_of(Role.INSTRUCTOR)
    return found if managing.exam_in(reading(), scope, found.exam.id) else None

"""Hand out the evidence of attempts, and the key by which it is checked."""

from io import BytesIO

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import public, requires
from learning.accounts.roles import Role
from learning.core import clock, signing
from learning.core.db import reading
from learning.exams.kinds import AttemptState
from learning.exams.queries import attempts, invigilating, reviews
from learning.exams.services import evidence
from learning.exams.views import doors
from learning.exams.views.pages import blueprint


@blueprint.post("/sittings/<int:unsafe_sitting_id>/attempts/<int:unsafe_attempt_id>/evidence.json")
@requires(Role.INSTRUCTOR)
def evidence_of(unsafe_sitting_id: int, unsafe_attempt_id: int) -> ResponseReturnValue:
    """Hand the evidence of an attempt to an instructor of the school."""
    sitting, _exam = doors.sitting_or_404(unsafe_sitting_id)
    found = next(iter(invigilating.attempts_at(reading(), sitting.id, [unsafe_attempt_id])), None)
    if found is None or found.attempt is None:
        abort(404)
    return _file(found.attempt.id)


@blueprint.post("/attempts/<int:unsafe_attempt_id>/evidence.json")
@requires(Role.LEARNER)
def own_evidence(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Hand learners the evidence of their own attempt, once all that is in it is released."""
    found, now = attempts.attempt_of(reading(), access.person_id(), unsafe_attempt_id), clock.now()
    if found is None or found.attempt.state == AttemptState.OPEN:
        abort(404)
    if not reviews.shows_everything(reading(), found, now):
        abort(403, _("The evidence holds right answers; it can be had once everything is released."))
    return _file(found.attempt.id)


def _file(attempt_id: int) -> ResponseReturnValue:
    data = evidence.file_of(access.actor(), attempt_id, clock.now())
    if data is None:
        abort(404)
    name = f"evidence-{attempt_id}.json"
    return send_file(BytesIO(data), "application/json", as_attachment=True, download_name=name)


@blueprint.get("/evidence/key")
@public
def evidence_key() -> ResponseReturnValue:
    """Show the public key of the installation, in hexadecimal."""
    return Response(f"{signing.public_key()}\n", mimetype="text/plain")

"""Tell the page of a running attempt what was corrected about its questions."""

from collections.abc import Mapping
from typing import Any

from flask import abort, jsonify
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts.access import by_token
from learning.accounts.queries import account_of_person
from learning.core.db import reading
from learning.exams.queries import regrades
from learning.exams.tokens import AttemptPass
from learning.exams.views.answering import from_page
from learning.exams.views.pages import blueprint


@blueprint.post("/attempts/<int:unsafe_attempt_id>/errata")
@by_token
@from_page
def errata(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Return what was told about questions of the attempt, in the order in which it was decided."""
    account = account_of_person(reading(), attempt_pass.person_id)
    if account is None or not account.is_active:
        return jsonify(refused="switched_off", message=_("This account has been switched off.")), 409
    if not regrades.exists(reading(), attempt_pass.attempt_id):
        abort(404)
    told = regrades.errata_for(reading(), attempt_pass.attempt_id)
    return jsonify(errata=[{"slot": slot, "text": text} for slot, text in told])


@blueprint.record_once
def _exempt_from_cookie_check(state: BlueprintSetupState) -> None:
    # It asks for a signed token in the body and looks at no cookie.
    state.app.extensions["csrf"].exempt(errata)

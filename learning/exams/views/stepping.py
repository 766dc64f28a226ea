"""Going on in a one-way paper, and checking practice questions, for the script of the exam page."""

from collections.abc import Mapping
from typing import Any

from flask import abort, jsonify, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from learning.accounts.access import by_token
from learning.core import clock
from learning.core.db import reading
from learning.exams import words
from learning.exams.queries import attempts, practice
from learning.exams.queries.journal import Guard
from learning.exams.rules import EntryRefusal, WriteRefusal
from learning.exams.services import steps
from learning.exams.tokens import AttemptPass
from learning.exams.views.answering import from_page, origin, refused, times
from learning.exams.views.pages import blueprint


@blueprint.post("/attempts/<int:unsafe_attempt_id>/advance")
@by_token
@from_page
def advance(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Leave a question of a one-way paper behind; the page then loads the next one."""
    to = _number(body.get("to"))
    step = steps.advance(origin(), attempt_pass.attempt_id, attempt_pass.place, to, clock.now())
    if step.guard is None:
        abort(404)
    if step.refusal is not None:
        return _not_done(step.refusal, step.guard)
    return jsonify(reached=step.reached, **times(step.guard))


@blueprint.post("/attempts/<int:unsafe_attempt_id>/check")
@by_token
@from_page
def check(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Score the saved answer of a practice question at once; `html` is what may be shown of it."""
    slot = _number(body.get("slot"))
    checked = steps.check(origin(), attempt_pass.attempt_id, attempt_pass.place, slot, clock.now())
    if checked.guard is None:
        abort(404)
    if checked.refusal is not None:
        return _not_done(checked.refusal, checked.guard)
    feedback = _feedback(attempt_pass.attempt_id, slot)
    return jsonify(
        share=None if checked.share is None else float(checked.share),
        tries_left=checked.tries_left,
        is_final=checked.is_final,
        html=render_template("exams/_feedback.html", feedback=feedback),
        **times(checked.guard),
    )


def _feedback(attempt_id: int, slot: int) -> practice.Feedback:
    exam = attempts.exam_of_attempt(reading(), attempt_id)
    return practice.feedback_of(reading(), exam, attempt_id)[slot]


@blueprint.record_once
def _exempt_from_cookie_check(state: BlueprintSetupState) -> None:
    # As in answering.py: the token in the body is the proof, no cookie is looked at.
    for view in (advance, check):
        state.app.extensions["csrf"].exempt(view)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else 0


def _not_done(refusal: WriteRefusal | EntryRefusal, guard: Guard) -> ResponseReturnValue:
    if isinstance(refusal, WriteRefusal):
        return refused(refusal, guard)
    message = str(words.STEP_REFUSALS[refusal])
    return jsonify(refused=refusal, message=message, reached=guard.reached, **times(guard)), 409

"""What the script of an exam page asks while its learner answers; each request proves itself by a token."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import abort, jsonify, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from learning.accounts import access
from learning.accounts.access import by_token
from learning.accounts.roles import Actor
from learning.core import clock
from learning.core.db import snapshot
from learning.core.logs import request_id
from learning.exams import answers, receipts, rules, tokens, words
from learning.exams.browsers import browser_mark
from learning.exams.queries import attempts
from learning.exams.queries.journal import Guard
from learning.exams.rules import WriteRefusal
from learning.exams.services import handing_in, journal, places
from learning.exams.services.journal import Receipt
from learning.exams.services.writer import Away
from learning.exams.tokens import AttemptPass
from learning.exams.views.pages import blueprint

#: Gets the body of the request and what its token proves.
PageView = Callable[[Mapping[str, Any], AttemptPass], ResponseReturnValue]


def from_page(view: PageView) -> Callable[[int], ResponseReturnValue]:
    """Call the view only for a page of that attempt; say plainly where nothing could be stored."""

    @wraps(view)
    def checked(unsafe_attempt_id: int) -> ResponseReturnValue:
        body = _body()
        attempt_pass = tokens.read(body.get("token"))
        if attempt_pass is None or attempt_pass.attempt_id != unsafe_attempt_id:
            message = _("This page cannot be recognised. Please reload it.")
            return jsonify(refused="token", message=message), 403
        try:
            return view(body, attempt_pass)
        except Away:
            message = _("The server cannot save anything at the moment. Please do not close this page.")
            return jsonify(refused="away", message=message), 503, {"Retry-After": "2"}

    return checked


def _body() -> Mapping[str, Any]:
    """Return the JSON object of the request, empty where it is none."""
    request.max_content_length = answers.LARGEST_BODY
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


@blueprint.post("/attempts/<int:unsafe_attempt_id>/answers")
@by_token
@from_page
def answer(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Save answers of the exam page; the reply says which are in the journal, or why not."""
    sent, events = answers.read_entries(body.get("entries")), answers.read_events(body.get("events"))
    if sent is None or events is None:
        return jsonify(refused="malformed", message=_("This request cannot be read.")), 400
    receipt = journal.append(attempt_pass.attempt_id, attempt_pass.place, sent, clock.now(), events)
    if receipt is None:
        abort(404)
    kept = {"signed_in": _keep_signed_in(attempt_pass)} if body.get("keep") is True else {}
    return _reply(receipt, kept)


@blueprint.post("/attempts/<int:unsafe_attempt_id>/enter")
@by_token
@from_page
def enter(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Let this tab write from now on, unless another one is at it and the learner has not been asked."""
    # From now on this browser is known to run scripts: its pages ask for their place themselves.
    session["script"] = True
    held, page, now = _short(body.get("place")), _short(body.get("page")), clock.now()
    opened = places.enter(
        origin(),
        attempt_pass.attempt_id,
        browser_mark(),
        held,
        page,
        body.get("take_over") is True,
        now,
    )
    if opened.guard is None:
        abort(404)
    if opened.refusal is not None:
        return refused(opened.refusal, opened.guard)
    token = tokens.sign(AttemptPass(attempt_pass.attempt_id, attempt_pass.person_id, opened.place))
    return jsonify(token=token, place=opened.place, **times(opened.guard))


@blueprint.post("/attempts/<int:unsafe_attempt_id>/leave")
@by_token
@from_page
def leave(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Free the place of a page that is being closed; nobody reads the reply."""
    places.leave(attempt_pass.attempt_id, attempt_pass.place)
    return "", 204


@blueprint.post("/attempts/<int:unsafe_attempt_id>/hand-in")
@by_token
@from_page
def hand_in(body: Mapping[str, Any], attempt_pass: AttemptPass) -> ResponseReturnValue:
    """Hand the attempt in if page and server agree on what was saved; asked twice, the reply is the same."""
    seq = body.get("seq")
    known = seq if isinstance(seq, int) and not isinstance(seq, bool) else -1
    attempt_id = attempt_pass.attempt_id
    done = handing_in.submit_page(origin(), attempt_id, attempt_pass.place, known, clock.now())
    if done.guard is None:
        abort(404)
    if done.refusal not in {None, WriteRefusal.SUBMITTED}:
        return refused(done.refusal, done.guard)
    handed_in = done.handed_in or attempts.handed_in_of(snapshot(), attempt_id) or abort(404)
    return jsonify(
        receipt=receipts.code_of(handed_in),
        ended_at=handed_in.ended_at.isoformat(),
        result_page=url_for("exams.result", unsafe_attempt_id=attempt_id),
    )


@blueprint.record_once
def _exempt_from_cookie_check(state: BlueprintSetupState) -> None:
    # These ask for a signed token in the body and look at no cookie, so that no other site can forge them,
    # and a page whose session ended can go on.
    for view in (answer, enter, leave, hand_in):
        state.app.extensions["csrf"].exempt(view)


def _keep_signed_in(attempt_pass: AttemptPass) -> bool:
    """Note that the session is in use, and return whether it is one of this learner."""
    return access.keep_session() and current_user.person_id == attempt_pass.person_id


def origin() -> Actor:
    """Return from where a request of a page came; whose page it is says its attempt."""
    return Actor(None, "", (request.remote_addr or "")[:45], request_id())


def _short(value: object) -> str:
    return value[:32] if isinstance(value, str) and value.isascii() else ""


def times(guard: Guard) -> dict[str, Any]:
    """Return what every reply to a page says about time."""
    return {
        "seq": guard.journal_length,
        "closes_at": guard.closes_at.isoformat(),
        "seconds_left": rules.seconds_left(guard.closes_at, clock.now()),
        "hand_in_seconds": rules.seconds_left(guard.hand_in_until, clock.now()),
    }


def refused(refusal: WriteRefusal | None, guard: Guard) -> ResponseReturnValue:
    """Say in words why nothing was written."""
    message = str(words.WRITE_REFUSALS[refusal]) if refusal else ""
    since = guard.last_seen_at.isoformat() if guard.last_seen_at else None
    status = 403 if refusal is WriteRefusal.SWITCHED_OFF else 409
    return jsonify(refused=refusal, message=message, since=since, **times(guard)), status


def _reply(receipt: Receipt, kept: Mapping[str, Any]) -> ResponseReturnValue:
    reply: dict[str, Any] = {
        "saved": receipt.saved,
        "rejected": {
            key: {"reason": reason, "message": str(words.ENTRY_REFUSALS[reason])}
            for key, reason in receipt.refused.items()
        },
        "seq": receipt.seq,
        "closes_at": receipt.closes_at.isoformat(),
        "seconds_left": rules.seconds_left(receipt.closes_at, clock.now()),
        "errata": receipt.errata,
        **kept,
    }
    if receipt.refusal is None:
        return jsonify(reply)
    message = str(words.WRITE_REFUSALS[receipt.refusal])
    status = 403 if receipt.refusal is WriteRefusal.SWITCHED_OFF else 409
    return jsonify(reply | {"refused": receipt.refusal, "message": message}), status

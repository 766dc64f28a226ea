"""Pages on which learners sit exams and see what came of it."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import by_token, requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.logs import request_id
from learning.core.urls import key_from
from learning.exams import answers, papers, rules, tokens, words
from learning.exams.kinds import AttemptState
from learning.exams.queries import attempts, reviews, sittings
from learning.exams.queries.attempts import Sat
from learning.exams.queries.sittings import MySitting
from learning.exams.rules import WriteRefusal
from learning.exams.services import closing, journal, taking
from learning.exams.services.journal import Receipt
from learning.exams.views.pages import blueprint
from learning.materials.addresses import clause_href, linked
from learning.questions.queries import items_of


@blueprint.get("/exams")
@requires(Role.LEARNER)
def mine() -> ResponseReturnValue:
    """Show what is coming, open, handed in, and how it came out."""
    found = sittings.my_sittings(reading(), access.person_id(), clock.now())
    return render_template("exams/mine.html", found=found, words=words)


def _sitting_or_404(unsafe_sitting_id: int) -> MySitting:
    found = sittings.my_sitting(reading(), access.person_id(), unsafe_sitting_id, clock.now())
    if found is None:
        abort(404)
    return found


def _attempt_or_404(unsafe_attempt_id: int) -> Sat:
    found = attempts.attempt_of(reading(), access.person_id(), unsafe_attempt_id)
    if found is None:
        abort(404)
    return found


def _browser() -> str:
    """Return the mark of this browser, by which an attempt knows that it was moved to another."""
    if not session.get("browser"):
        session["browser"] = secrets.token_hex(12)
    return str(session["browser"])[:32]


@blueprint.get("/exams/<int:unsafe_sitting_id>")
@requires(Role.LEARNER)
def rules_page(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Show the rules of a sitting before it is started."""
    found = _sitting_or_404(unsafe_sitting_id)
    return render_template(
        "exams/rules.html",
        found=found,
        blueprint=papers.blueprint_of(found.exam),
        tolerance=found.exam.tolerance_seconds,
        words=words,
        breadcrumbs=[(url_for("exams.mine"), _("My exams")), ("", found.exam.title)],
    )


@blueprint.post("/exams/<int:unsafe_sitting_id>/start")
@requires(Role.LEARNER)
def start(unsafe_sitting_id: int) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that runs."""
    found = _sitting_or_404(unsafe_sitting_id)
    person_id, now = access.person_id(), clock.now()
    started = taking.start(access.actor(), person_id, found.sitting.id, _browser(), now)
    if started.attempt_id is not None:
        return redirect(url_for("exams.take", unsafe_attempt_id=started.attempt_id))
    flash(words.START_REFUSALS[started.refusal] if started.refusal else "", "warning")
    return redirect(url_for("exams.rules_page", unsafe_sitting_id=found.sitting.id))


@blueprint.get("/attempts/<int:unsafe_attempt_id>")
@requires(Role.LEARNER)
def take(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Show the paper with all questions; in another browser than before, ask first."""
    found = _attempt_or_404(unsafe_attempt_id)
    opened = taking.enter(found.attempt.id, _browser(), clock.now())
    if opened.refusal is WriteRefusal.TAKEN_OVER:
        return render_template("exams/elsewhere.html", found=found, navigation=[])
    if opened.refusal is not None:
        return redirect(url_for("exams.result", unsafe_attempt_id=found.attempt.id))
    return _paper(found, opened.place)


def _paper(
    found: Sat, place: str, receipt: Receipt | None = None, typed: Mapping[int, answers.Fields] | None = None
) -> str:
    """Return the page of an attempt; `typed` is what a form without JavaScript brought and was not saved."""
    attempt_pass = tokens.AttemptPass(found.attempt.id, found.attempt.person_id, place)
    slots = attempts.slots_of(reading(), found.attempt.id)
    items = items_of(reading(), [slot.question_version_id for slot in slots])
    saved = attempts.last_answers(reading(), found.attempt.id)
    return render_template(
        "exams/take.html",
        found=found,
        questions=papers.shown_questions(slots, items, saved),
        typed={number: papers.grouped(fields) for number, fields in (typed or {}).items()},
        receipt=receipt,
        place=place,
        token=tokens.sign(attempt_pass),
        seq=max((answer.seq for answer in saved.values()), default=0),
        seconds_left=rules.seconds_left(found.attempt.closes_at, clock.now()),
        tolerance=found.exam.tolerance_seconds,
        words=words,
        navigation=[],
    )


@blueprint.post("/attempts/<int:unsafe_attempt_id>/take-over")
@requires(Role.LEARNER)
def take_over(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Move an attempt to this browser."""
    found = _attempt_or_404(unsafe_attempt_id)
    taking.take_over(access.actor(), found.attempt.id, _browser(), clock.now())
    return redirect(url_for("exams.take", unsafe_attempt_id=found.attempt.id))


@blueprint.post("/attempts/<int:unsafe_attempt_id>/answers")
@by_token
def answer(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Save answers of the exam page; the reply says which are in the journal, or why not."""
    body = _body()
    attempt_pass = tokens.read(body.get("token"))
    if attempt_pass is None or attempt_pass.attempt_id != unsafe_attempt_id:
        return jsonify(refused="token", message=_("This page cannot be recognised. Please reload it.")), 403
    sent = answers.read_entries(body.get("entries"))
    if sent is None:
        return jsonify(refused="malformed", message=_("This request cannot be read.")), 400
    now = clock.now()
    receipt = journal.append(attempt_pass.attempt_id, attempt_pass.place, sent, now)
    if receipt is None:
        abort(404)
    access.keep_session()
    return _reply(receipt)


@blueprint.record_once
def _exempt_from_cookie_check(state: BlueprintSetupState) -> None:
    # The answer endpoint asks for a signed token in the body and looks at no cookie, so that no other site
    # can forge it, and a page whose session ended can still save.
    state.app.extensions["csrf"].exempt(answer)


def _body() -> Mapping[str, Any]:
    """Return the JSON object of the request, empty where it is none."""
    request.max_content_length = answers.LARGEST_BODY
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


def _reply(receipt: Receipt) -> ResponseReturnValue:
    reply: dict[str, Any] = {
        "saved": receipt.saved,
        "rejected": {
            key: {"reason": reason, "message": str(words.ENTRY_REFUSALS[reason])}
            for key, reason in receipt.refused.items()
        },
        "seq": receipt.seq,
        "closes_at": receipt.closes_at.isoformat(),
        "seconds_left": rules.seconds_left(receipt.closes_at, clock.now()),
    }
    if receipt.refusal is None:
        return jsonify(reply)
    message = str(words.WRITE_REFUSALS[receipt.refusal])
    return jsonify(reply | {"refused": receipt.refusal, "message": message}), 409


@blueprint.post("/attempts/<int:unsafe_attempt_id>/save")
@requires(Role.LEARNER)
def save(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Save the plain form of a page without JavaScript, and go on to handing in if that was asked."""
    found = _attempt_or_404(unsafe_attempt_id)
    place, form = request.form.get("place", "")[:32], answers.read_form(request.form)
    receipt = journal.append_form(found.attempt.id, place, form, request_id(), clock.now())
    if receipt is None:
        abort(404)
    if receipt.refusal in {WriteRefusal.SUBMITTED, WriteRefusal.TOO_LATE}:
        flash(words.WRITE_REFUSALS[receipt.refusal], "error")
        return redirect(url_for("exams.result", unsafe_attempt_id=found.attempt.id))
    if receipt.refusal is not None or receipt.refused:
        return _paper(found, place, receipt, form), 409
    if "hand_in" in request.form:
        return redirect(url_for("exams.confirm", unsafe_attempt_id=found.attempt.id))
    flash(_("Your answers are saved."), "success")
    return redirect(url_for("exams.take", unsafe_attempt_id=found.attempt.id))


@blueprint.get("/attempts/<int:unsafe_attempt_id>/confirm")
@requires(Role.LEARNER)
def confirm(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Sum up what is answered before an attempt is handed in."""
    found = _attempt_or_404(unsafe_attempt_id)
    if found.attempt.state != AttemptState.OPEN:
        return redirect(url_for("exams.result", unsafe_attempt_id=found.attempt.id))
    return _summary(found, key_from(request.args.get("seq")))


def _summary(found: Sat, page_seq: int | None, refusal: WriteRefusal | None = None) -> str:
    """Return the summary; `page_seq` is the last answer that the learner's page saw saved."""
    slots = attempts.slots_of(reading(), found.attempt.id)
    items = items_of(reading(), [slot.question_version_id for slot in slots])
    saved = attempts.last_answers(reading(), found.attempt.id)
    return render_template(
        "exams/confirm.html",
        found=found,
        questions=papers.shown_questions(slots, items, saved),
        seq=found.attempt.journal_length if page_seq is None else page_seq,
        seconds_left=rules.seconds_left(found.attempt.closes_at, clock.now()),
        refusal=words.WRITE_REFUSALS[refusal] if refusal else "",
        navigation=[],
    )


@blueprint.post("/attempts/<int:unsafe_attempt_id>/submit")
@requires(Role.LEARNER)
def submit(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Hand an attempt in; pressed twice it is handed in once."""
    found = _attempt_or_404(unsafe_attempt_id)
    seq = key_from(request.form.get("seq"))
    refusal = taking.submit(
        access.actor(), found.attempt.id, _browser(), -1 if seq is None else seq, clock.now()
    )
    if refusal is WriteRefusal.GAP:
        return _summary(_attempt_or_404(found.attempt.id), None, refusal), 409
    if refusal is WriteRefusal.TAKEN_OVER:
        return redirect(url_for("exams.take", unsafe_attempt_id=found.attempt.id))
    if refusal is WriteRefusal.TOO_LATE:
        flash(words.WRITE_REFUSALS[refusal], "warning")
    return redirect(url_for("exams.result", unsafe_attempt_id=found.attempt.id))


@blueprint.get("/attempts/<int:unsafe_attempt_id>/result")
@requires(Role.LEARNER)
def result(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Show what came of an attempt, and the review once it is released."""
    found, now = _attempt_or_404(unsafe_attempt_id), clock.now()
    if found.attempt.state == AttemptState.OPEN:
        if rules.seconds_left(found.attempt.closes_at, now) > 0:
            return redirect(url_for("exams.take", unsafe_attempt_id=found.attempt.id))
        if not closing.close_attempt(found.attempt.id, now):
            # The last saves are still let in for some seconds; the page asks again by itself.
            page = render_template("exams/closing.html", found=found, navigation=[])
            return page, 200, {"Refresh": "2"}
        found = _attempt_or_404(found.attempt.id)
    return _result(found)


def _result(found: Sat) -> str:
    mine = _sitting_or_404(found.sitting.id)
    return render_template(
        "exams/result.html",
        found=found,
        mine=mine,
        review=reviews.review_of(reading(), found) if mine.is_released else None,
        clause_href=clause_href(reviews.course_slug(reading(), found)),
        linked=linked,
        words=words,
        breadcrumbs=[(url_for("exams.mine"), _("My exams")), ("", found.exam.title)],
    )

"""Pages on which learners sit exams and see what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from learning.accounts import access
from learning.accounts.access import requires
from learning.accounts.roles import Role
from learning.core import clock
from learning.core.db import reading
from learning.core.logs import request_id
from learning.core.urls import key_from
from learning.exams import answers, papers, receipts, review_words, rules, tokens, words
from learning.exams.browsers import browser_mark
from learning.exams.kinds import AttemptState, Behaviour
from learning.exams.papers import Asked
from learning.exams.queries import attempts, reviews
from learning.exams.queries.attempts import Sat
from learning.exams.queries.papers import paper_of
from learning.exams.queries.practice import feedback_of
from learning.exams.rendering import Own, articles, script_parts
from learning.exams.rules import WriteRefusal
from learning.exams.services import closing, handing_in, journal, places, steps, taking
from learning.exams.services.journal import Receipt
from learning.exams.views.pages import blueprint
from learning.exams.views.starting import arrival, sitting_or_404
from learning.materials.addresses import clause_href, linked


def _attempt_or_404(unsafe_attempt_id: int) -> Sat:
    found = attempts.attempt_of(reading(), access.person_id(), unsafe_attempt_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/attempts/<int:unsafe_attempt_id>")
@requires(Role.LEARNER)
def take(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Show the paper with all questions; in another browser than before, ask first."""
    found, now = _attempt_or_404(unsafe_attempt_id), clock.now()
    if (elsewhere := _elsewhere(found, now)) is not None:
        return elsewhere
    if session.get("script"):
        # The script of the page asks for its place itself, and first asks the learner where it has to.
        return _paper(found, "")
    opened = places.open_page(found.attempt.id, browser_mark(), now)
    if opened.refusal is WriteRefusal.TAKEN_OVER:
        return render_template("exams/elsewhere.html", found=found, navigation=[])
    if opened.refusal is not None:
        return _locked(found, opened.refusal)
    return _paper(found, opened.place)


def _elsewhere(found: Sat, now: datetime) -> ResponseReturnValue | None:
    """Lead to where an attempt goes on, unless that is its paper."""
    if found.attempt.state != AttemptState.OPEN or now > found.attempt.hand_in_until:
        return redirect(url_for("exams.result", unsafe_attempt_id=found.attempt.id))
    refusal = taking.standing_at_door(found.sitting, arrival())
    if refusal is not None:
        flash(words.START_REFUSALS[refusal], "warning")
        return redirect(url_for("exams.rules_page", unsafe_sitting_id=found.sitting.id))
    if now > found.attempt.saves_until:
        # In the grace period it can be handed in, but no longer changed.
        return redirect(url_for("exams.confirm", unsafe_attempt_id=found.attempt.id))
    return None


def _locked(found: Sat, refusal: WriteRefusal) -> ResponseReturnValue:
    """Return a page that waits until an invigilator unlocks the attempt, and asks again by itself."""
    page = render_template("exams/locked.html", found=found, words=words, refusal=refusal, navigation=[])
    return page, 200, {"Refresh": "10"}


def _paper(
    found: Sat, place: str, receipt: Receipt | None = None, typed: Mapping[int, answers.Fields] | None = None
) -> str:
    """Return the page of an attempt; `typed` is what a form without JavaScript brought and was not saved."""
    attempt = found.attempt
    paper = paper_of(reading(), attempt.id)
    # Of a one-way paper the page holds no other question: nobody reads ahead or goes back.
    questions = [each for each in paper.questions if attempt.reached in {0, each.number}]
    return render_template(
        "exams/take.html",
        found=found,
        questions=questions,
        headings=papers.headings(papers.blueprint_of(found.exam), questions),
        articles=articles(questions, _own(found, questions, receipt, typed or {})),
        last_number=len(paper.questions),
        script_parts=script_parts(),
        done=sum(each.is_answered for each in paper.questions),
        receipt=receipt,
        place=place,
        token=tokens.sign(tokens.AttemptPass(attempt.id, attempt.person_id, place)),
        seq=paper.seq,
        seconds_left=rules.seconds_left(attempt.closes_at, clock.now()),
        words=words,
        navigation=[],
    )


def _own(
    found: Sat, questions: Iterable[Asked], receipt: Receipt | None, typed: Mapping[int, answers.Fields]
) -> dict[int, Own]:
    """Return what is special about single questions: refused forms, and the feedback of practice."""
    refused_slots = receipt.refused_slots if receipt else {}
    refused = typed.keys() if receipt and receipt.refusal else refused_slots.keys()
    own = {number: Own(typed=fields, is_refused=number in refused) for number, fields in typed.items()}
    if found.exam.behaviour == Behaviour.PRACTICE:
        feedback = feedback_of(reading(), found.exam, found.attempt.id)
        for question in questions:
            told = feedback.get(question.number)
            more = render_template("exams/_practice.html", number=question.number, feedback=told)
            is_final = told is not None and told.is_final
            own[question.number] = replace(own.get(question.number, Own()), is_final=is_final, more=more)
    return own


@blueprint.post("/attempts/<int:unsafe_attempt_id>/take-over")
@requires(Role.LEARNER)
def take_over(unsafe_attempt_id: int) -> ResponseReturnValue:
    """Move an attempt to this browser."""
    found = _attempt_or_404(unsafe_attempt_id)
    places.take_over(access.actor(), found.attempt.id, browser_mark(), clock.now())
    return redirect(url_for("exams.take", unsafe_attempt_id=found.attempt.id))


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
    return _after_saving(found, place)


def _after_saving(found: Sat, place: str) -> ResponseReturnValue:
    """Do what the button that was pressed asks beside saving."""
    actor, now = access.actor(), clock.now()
    refusal: steps.Refusal | None = None
    if "hand_in" in request.form:
        return redirect(url_for("exams.confirm", unsafe_attempt_id=found.attempt.id))
    if to := key_from(request.form.get("advance")):
        refusal = steps.advance(actor, found.attempt.id, place, to, now).refusal
    elif slot := key_from(request.form.get("check")):
        refusal = steps.check(actor, found.attempt.id, place, slot, now).refusal
    else:
        flash(_("Your answers are saved."), "success")
    if refusal is not None:
        flash(words.step_refusal(refusal), "warning")
    number = key_from(request.form.get("check")) or 0
    page = url_for("exams.take", unsafe_attempt_id=found.attempt.id)
    return redirect(f"{page}#question-{number}" if number else page)


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
    return render_template(
        "exams/confirm.html",
        found=found,
        questions=paper_of(reading(), found.attempt.id).questions,
        is_over=clock.now() > found.attempt.saves_until,
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
    refusal = handing_in.submit(
        access.actor(), found.attempt.id, browser_mark(), -1 if seq is None else seq, clock.now()
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
        if found.attempt.saves_until < now <= found.attempt.hand_in_until:
            return redirect(url_for("exams.confirm", unsafe_attempt_id=found.attempt.id))
        if not closing.close_attempt(found.attempt.id, now):
            # The last saves are still let in for some seconds; the page asks again by itself.
            page = render_template("exams/closing.html", found=found, navigation=[])
            return page, 200, {"Refresh": "2"}
        found = _attempt_or_404(found.attempt.id)
    return _result(found)


def _receipt_code(found: Sat) -> str:
    handed_in = attempts.handed_in_of(reading(), found.attempt.id)
    return receipts.code_of(handed_in) if handed_in else ""


def _result(found: Sat) -> str:
    mine = sitting_or_404(found.sitting.id)
    return render_template(
        "exams/result.html",
        found=found,
        mine=mine,
        receipt=_receipt_code(found),
        review=reviews.review_of(reading(), found, clock.now()),
        clause_href=clause_href(reviews.course_slug(reading(), found)),
        linked=linked,
        words=review_words,
        breadcrumbs=[(url_for("exams.mine"), _("My exams")), ("", found.exam.title)],
    )

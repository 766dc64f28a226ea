"""Start an attempt, open its page, move it to another browser, hand it in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import papers, rules
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, Exam, Sitting, Slot
from learning.exams.queries import attempts, sittings
from learning.exams.rules import StartRefusal, WriteRefusal
from learning.exams.services.closing import end
from learning.questions.queries import items_of
from question_bank.draw import Draw, draw
from question_bank.pool import Pool


@dataclass(frozen=True)
class Started:
    """The attempt that a person now has, or why none could be started."""

    attempt_id: int | None = None
    refusal: StartRefusal | None = None


@dataclass(frozen=True)
class Opened:
    """The place from which a page may write, or why this browser may not."""

    place: str = ""
    refusal: WriteRefusal | None = None


def start(actor: Actor, person_id: int, sitting_id: int, browser: str, now: datetime) -> Started:
    """Start an attempt, or return the one that is running; two starts at once give one attempt."""
    with transaction() as session:
        attempts.lock_person(session, person_id)
        sitting, exam = sittings.sitting_and_exam(session, sitting_id)
        made = attempts.attempts_at(session, person_id, exam.id)
        running = next((each for each in made if each.attempt.state == AttemptState.OPEN), None)
        if running is not None:
            is_here = running.attempt.sitting_id == sitting_id
            return Started(running.attempt.id) if is_here else Started(refusal=StartRefusal.OTHER_OPEN)
        refusal = _start_refusal(sitting, exam, made, now)
        if refusal is not None:
            return Started(refusal=refusal)
        attempt = _add_attempt(session, exam, sitting, person_id, browser, len(made) + 1, now)
        detail = {"sitting": sitting_id, "number": attempt.number, "seed": attempt.seed}
        audit.record(session, actor, now, "attempt.started", "attempt", attempt.id, detail)
        return Started(attempt.id)


def _start_refusal(
    sitting: Sitting, exam: Exam, made: list[attempts.Made], now: datetime
) -> StartRefusal | None:
    window = rules.window_refusal(sittings.window_of(sitting), sitting.cancelled_at is not None, now)
    return window or sittings.resit_refusal(exam, made, now)


def _add_attempt(
    session: Session,
    exam: Exam,
    sitting: Sitting,
    person_id: int,
    browser: str,
    number: int,
    now: datetime,
) -> Attempt:
    ends = rules.deadlines(
        now, exam.time_limit_minutes, 0, 0, sitting.closes_at, exam.tolerance_seconds, exam.grace_minutes
    )
    attempt = Attempt(
        sitting_id=sitting.id,
        person_id=person_id,
        number=number,
        seed=secrets.token_hex(8),
        started_at=now,
        **vars(ends),
        place=_new_place(),
        browser=browser,
    )
    session.add(attempt)
    session.flush()
    blueprint = papers.blueprint_of(exam)
    pool = Pool.of_rows(blueprint, sittings.pool_of(session, sitting.id))
    drawn = draw(pool, attempt.seed, attempts.versions_seen(session, person_id, exam.id))
    if not isinstance(drawn, Draw):
        # Opening the sitting proved that its frozen pool fills the blueprint.
        raise TypeError(f"the pool of sitting {sitting.id} does not fill its blueprint")
    items = items_of(session, [id_ for ids in drawn.cells for id_ in ids])
    for slot in papers.plan(blueprint, drawn, items, attempt.seed):
        session.add(
            Slot(
                attempt_id=attempt.id,
                number=slot.number,
                question_version_id=slot.question_version_id,
                max_mark=slot.max_mark,
                arrangement={"value": slot.arrangement},
            )
        )
    return attempt


def _new_place() -> str:
    return secrets.token_hex(8)


def enter(attempt_id: int, browser: str, now: datetime) -> Opened:
    """Open the page of an attempt: in its own browser the new page takes the place of the former one."""
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        refusal = _place_refusal(attempt, browser, now)
        if attempt is None or refusal is not None:
            return Opened(refusal=refusal)
        attempt.place = _new_place()
        return Opened(attempt.place)


def take_over(actor: Actor, attempt_id: int, browser: str, now: datetime) -> WriteRefusal | None:
    """Move an attempt to this browser, because its learner said so; all other pages become read-only."""
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        refusal = _place_refusal(attempt, browser, now)
        if attempt is None or refusal not in {None, WriteRefusal.TAKEN_OVER}:
            return refusal
        attempt.browser, attempt.place = browser, _new_place()
        audit.record(session, actor, now, "attempt.taken_over", "attempt", attempt_id)
        return None


def _place_refusal(attempt: Attempt | None, browser: str, now: datetime) -> WriteRefusal | None:
    if attempt is None:
        return WriteRefusal.TOO_LATE
    is_locked = attempt.locked_at is not None
    return rules.write_refusal(attempt.state, attempt.hand_in_until, attempt.browser, browser, is_locked, now)


def submit(actor: Actor, attempt_id: int, browser: str, seq: int, now: datetime) -> WriteRefusal | None:
    """Hand an attempt in; `seq` is the last saved answer that the learner's page knows of.

    Whoever is late is closed with what was saved. Where page and server disagree on what was saved, the
    learner is asked to look again.
    """
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        refusal = _place_refusal(attempt, browser, now)
        if attempt is None:
            return refusal
        if refusal is WriteRefusal.TOO_LATE:
            state = rules.state_at_time_out(attempts.exam_of_attempt(session, attempt_id).time_out)
            if end(session, attempt, state, attempt.closes_at, now):
                audit.record(session, actor, now, f"attempt.{state}", "attempt", attempt_id)
        if refusal is not None:
            return refusal
        if seq != attempt.journal_length:
            return WriteRefusal.GAP
        # In the seconds of tolerance the deadline is what is kept: nobody handed in after it.
        end(session, attempt, AttemptState.SUBMITTED, min(now, attempt.closes_at), now)
        detail = {"answers": attempt.journal_length}
        audit.record(session, actor, now, "attempt.submitted", "attempt", attempt_id, detail)
        return None

"""Start attempts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.clock import day_of
from learning.core.db import transaction
from learning.exams import admission, rules
from learning.exams.kinds import AttemptState, EventKind, Navigation
from learning.exams.models import Attempt, PreparedPaper, Sitting
from learning.exams.queries import attempts, sittings, starting, terms
from learning.exams.queries.attempts import Made
from learning.exams.queries.terms import OwnSitting
from learning.exams.rules import StartRefusal
from learning.exams.services.drawing import Drawn, add_slots, draw_paper, unpacked
from learning.exams.services.events import record_event
from learning.exams.services.places import new_place


@dataclass(frozen=True)
class Arrival:
    """What a request shows at the door of a sitting."""

    #: The password that was typed.
    code: str
    address: str
    #: The address as the browser asked for it, and what it sent as admission.CONFIG_KEY_HEADER.
    url: str
    config_key: str


@dataclass(frozen=True)
class Started:
    """The attempt that a person now has, or why none could be started."""

    attempt_id: int | None = None
    refusal: StartRefusal | None = None


def start(
    actor: Actor, person_id: int, sitting_id: int, browser: str, now: datetime, arrival: Arrival | None = None
) -> Started:
    """Start an attempt, or return the one that is running; two starts at once give one attempt.

    Neither an attempt nor a refusal: the person has nothing to do with such a sitting. `arrival` is left
    out where nobody stands at a door, as in a script.
    """
    with transaction() as session:
        attempts.lock_person(session, person_id)
        found = starting.at_door(session, sitting_id, person_id, day_of(now))
        if found is None:
            return Started()
        own, made = found.own, attempts.attempts_at(session, person_id, found.own.exam.id)
        if not found.is_admitted and not any(each.sitting.id == sitting_id for each in made):
            return Started()
        running = _running(made)
        refusal = _refusal(session, own, made, running, now)
        refusal = refusal or _door_refusal(session, actor, own, arrival, running is None, now)
        if refusal is not None:
            return Started(refusal=refusal)
        if running is not None:
            return Started(running.attempt.id)
        return Started(_add_attempt(session, actor, own, person_id, browser, len(made) + 1, now))


def _running(made: Sequence[Made]) -> Made | None:
    return next((each for each in made if each.attempt.state == AttemptState.OPEN), None)


def _refusal(
    session: Session, own: OwnSitting, made: Sequence[Made], running: Made | None, now: datetime
) -> StartRefusal | None:
    if running is not None:
        return None if running.sitting.id == own.sitting.id else StartRefusal.OTHER_OPEN
    is_cancelled = own.sitting.cancelled_at is not None
    refusal = rules.window_refusal(own.terms.window(own.sitting), is_cancelled, now)
    if refusal is not None:
        return refusal
    closing = terms.closed_for_all(session, [each.sitting for each in made]) if made else {}
    refusal = sittings.resit_refusal(own.exam, made, now, own.terms.resits(own.exam), closing)
    if refusal is None and not starting.is_started(session, own.sitting, own.terms.room):
        return StartRefusal.NOT_STARTED
    return refusal


def _door_refusal(
    session: Session, actor: Actor, own: OwnSitting, arrival: Arrival | None, is_new: bool, now: datetime
) -> StartRefusal | None:
    """Return why a request may not come in; wrong passwords are counted, so that trying them out ends."""
    if arrival is None:
        return None
    sitting = own.sitting
    asks_code = is_new and sitting.access_code != ""
    if asks_code:
        since = now - timedelta(minutes=admission.WRONG_CODE_MINUTES)
        if starting.wrong_codes(session, sitting.id, actor.account_id, since) >= admission.MOST_WRONG_CODES:
            return StartRefusal.WRONG_CODE
    refusal = _at_door(sitting, arrival, asks_code)
    if refusal is not None:
        audit.record(session, actor, now, f"sitting.{refusal}", "sitting", sitting.id)
    return refusal


def standing_at_door(sitting: Sitting, arrival: Arrival) -> StartRefusal | None:
    """Return why the page of an attempt that runs is not shown there; the password was asked at the start."""
    return _at_door(sitting, arrival, asks_code=False)


def _at_door(sitting: Sitting, arrival: Arrival, asks_code: bool) -> StartRefusal | None:
    code = arrival.code if asks_code else None
    return admission.refusal(sitting, code, arrival.address, arrival.url, arrival.config_key)


def _add_attempt(
    session: Session, actor: Actor, own: OwnSitting, person_id: int, browser: str, number: int, now: datetime
) -> int:
    sitting, exam = own.sitting, own.exam
    paper = _prepared(session, sitting.id, person_id, number) if sitting.prepares_papers else None
    if paper is None:
        paper = draw_paper(session, sitting, exam, person_id, number, secrets.token_hex(8))
    values = {
        "sitting_id": sitting.id,
        "person_id": person_id,
        "number": number,
        "seed": paper.seed,
        "drawing": paper.drawing,
        "started_at": now,
        "place": new_place(),
        "browser": browser,
        "reached": 1 if exam.navigation == Navigation.ONE_WAY else 0,
        **_deadlines(own, now),
    }
    attempt_id = int(session.connection().execute(_ADD_ATTEMPT, values).scalar_one())
    add_slots(session, attempt_id, paper.slots)
    record_event(session, attempt_id, EventKind.STARTED, now, actor, browser=browser)
    detail = {"sitting": sitting.id, "number": number, "seed": paper.seed}
    audit.record(session.connection(), actor, now, "attempt.started", "attempt", attempt_id, detail)
    return attempt_id


_ADD_ATTEMPT = insert(Attempt.__table__).returning(Attempt.__table__.c.id)  # type: ignore[arg-type]


def _deadlines(own: OwnSitting, now: datetime) -> dict[str, Any]:
    exam = own.exam
    ends = rules.deadlines(
        now,
        exam.time_limit_minutes,
        own.terms.extra_time_percent,
        0,
        own.terms.window(own.sitting).closes_at,
        exam.tolerance_seconds,
        exam.grace_minutes,
    )
    return vars(ends)


def _prepared(session: Session, sitting_id: int, person_id: int, number: int) -> Drawn | None:
    found: PreparedPaper | None = starting.prepared_paper(session, sitting_id, person_id, number)
    return Drawn(found.seed, found.drawing, unpacked(found.slots)) if found else None

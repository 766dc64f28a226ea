"""Give more time: to a person, a unit, a room or all of a sitting; each form once, whenever it comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.clock import day_of
from learning.core.db import transaction
from learning.exams import rules
from learning.exams.compensation import Span, seconds_lost
from learning.exams.kinds import EventKind, TimeChangeKind, TimeChangeTarget
from learning.exams.models import Attempt, Exam, Sitting, SittingOverride, TimeChange
from learning.exams.queries import sittings
from learning.exams.queries import time_changes as queries
from learning.exams.queries.terms import Terms, terms_by_person, window_of
from learning.exams.rules import Deadlines
from learning.exams.services.events import record_events
from learning.exams.targets import Target

MOST_MINUTES = 600
ACTIONS = {
    TimeChangeKind.EXTENSION: "sitting.extended",
    TimeChangeKind.COMPENSATION: "sitting.compensated",
}


class TimeRefusal(StrEnum):
    """Why nobody was given more time."""

    CANCELLED = "cancelled"
    RELEASED = "released"
    NOBODY = "nobody"
    NO_CAUSE = "no_cause"
    OUT_OF_RANGE = "out_of_range"
    #: What an incident takes from people is known only once it is over.
    NOT_OVER = "not_over"


@dataclass(frozen=True)
class Changed:
    """The changes that a form made, now or when it first came; or why it made none."""

    change_ids: Sequence[int] = ()
    refusal: TimeRefusal | None = None
    #: The running attempts that have got more time; of a repeated form 0.
    attempts: int = 0


def recompute(
    session: Session,
    attempt: Attempt,
    exam: Exam,
    sitting: Sitting,
    override: SittingOverride | None,
    changes: Iterable[TimeChange],
) -> None:
    """Write the three deadlines of an attempt from the facts; whoever changes a fact calls it.

    `changes` are those that concern its person; `override` is the one in force, None for none.
    """
    withheld = queries.seconds_withheld(session, [attempt.id]).get(attempt.id, 0)
    ends = _ends(attempt, attempt.added_seconds, withheld, exam, sitting, override, changes)
    attempt.closes_at, attempt.saves_until = ends.closes_at, ends.saves_until
    attempt.hand_in_until = ends.hand_in_until


def _ends(
    attempt: Attempt,
    added_seconds: int,
    withheld: int,
    exam: Exam,
    sitting: Sitting,
    override: SittingOverride | None,
    changes: Iterable[TimeChange],
) -> Deadlines:
    return rules.deadlines(
        attempt.started_at,
        exam.time_limit_minutes,
        override.extra_time_percent if override else 0,
        added_seconds,
        window_of(sitting, override, changes).closes_at - timedelta(seconds=withheld),
        exam.tolerance_seconds,
        exam.grace_minutes,
    )


def add_time(
    actor: Actor,
    sitting_id: int,
    targets: Sequence[Target],
    minutes: int,
    cause: str,
    key: str,
    now: datetime,
) -> Changed:
    """Give more minutes to running attempts, and a later end to who has not started."""
    if not 1 <= minutes <= MOST_MINUTES:
        return Changed(refusal=TimeRefusal.OUT_OF_RANGE)
    facts = {"kind": TimeChangeKind.EXTENSION, "minutes": minutes}
    return _change(actor, sitting_id, targets, facts, cause, key, now)


def compensate(
    actor: Actor,
    sitting_id: int,
    targets: Sequence[Target],
    incident_from: datetime,
    incident_to: datetime,
    cause: str,
    key: str,
    now: datetime,
) -> Changed:
    """Give back to each running attempt the part of an incident that fell into it."""
    minutes = -((incident_from - incident_to) // timedelta(minutes=1))
    if not 1 <= minutes <= MOST_MINUTES:
        return Changed(refusal=TimeRefusal.OUT_OF_RANGE)
    if incident_to > now:
        return Changed(refusal=TimeRefusal.NOT_OVER)
    facts = {
        "kind": TimeChangeKind.COMPENSATION,
        "minutes": minutes,
        "incident_from": incident_from,
        "incident_to": incident_to,
    }
    return _change(actor, sitting_id, targets, facts, cause, key, now)


def _change(
    actor: Actor,
    sitting_id: int,
    targets: Sequence[Target],
    facts: dict[str, Any],
    cause: str,
    key: str,
    now: datetime,
) -> Changed:
    """Write the changes and what follows from them; as many statements for one attempt as for a thousand."""
    with transaction() as session:
        # Alone with the sitting: nobody starts between the reading of the facts and the writing.
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        keys = [_key(key, target) for target in targets]
        made = queries.made_by_form(session, sitting_id, keys)
        if made:
            return Changed([change.id for change in made])
        refusal = _refusal(session, sitting, targets, cause, now)
        if refusal is not None:
            return Changed(refusal=refusal)
        same = {"sitting_id": sitting_id, "made_at": now, "made_by_id": actor.account_id, "cause": cause}
        rows = [
            {"key": own_key, **target.columns(), **same, **facts}
            for own_key, target in zip(keys, targets, strict=True)
        ]
        session.execute(insert(TimeChange), rows)
        new = queries.made_by_form(session, sitting_id, keys)
        attempts = _extend(session, actor, sitting, exam, new, now)
        said = [(sitting_id, _detail(change)) for change in new]
        audit.record_each(session, actor, now, ACTIONS[facts["kind"]], "sitting", said)
        return Changed([change.id for change in new], attempts=attempts)


def _key(key: str, target: Target) -> str:
    """Return the key of a form for one of the persons that it names."""
    return f"{key[:20]}-{target.person_id}" if target.person_id is not None else key[:40]


def _refusal(
    session: Session, sitting: Sitting, targets: Sequence[Target], cause: str, now: datetime
) -> TimeRefusal | None:
    if sitting.cancelled_at is not None:
        return TimeRefusal.CANCELLED
    if sitting.results_released_at is not None:
        return TimeRefusal.RELEASED
    if not cause.strip():
        return TimeRefusal.NO_CAUSE
    is_for_somebody = bool(targets) and queries.reach_somebody(session, sitting, targets, day_of(now))
    return None if is_for_somebody else TimeRefusal.NOBODY


def _detail(change: TimeChange) -> dict[str, Any]:
    """Return what the audit log says of a change."""
    said = {
        "change": change.id,
        "target": change.target,
        "minutes": change.minutes,
        "cause": change.cause,
        "person": change.person_id,
        "organisation": change.organisation_id,
        "room": change.room,
        "incident_from": change.incident_from.isoformat() if change.incident_from else None,
        "incident_to": change.incident_to.isoformat() if change.incident_to else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _extend(
    session: Session, actor: Actor, sitting: Sitting, exam: Exam, new: Sequence[TimeChange], now: datetime
) -> int:
    """Write the deadlines and events of all running attempts that the new changes concern."""
    is_for_persons = all(change.target == TimeChangeTarget.PERSON for change in new)
    named = {change.person_id for change in new if change.person_id is not None} if is_for_persons else ()
    running = queries.running_at(session, sitting.id, named)
    terms = terms_by_person(session, sitting.id, set(running.values()))
    concerned = [id_ for id_, person_id in running.items() if _own(terms[person_id], new)]
    withheld = queries.seconds_withheld(session, concerned)
    rows, events = [], []
    for attempt in queries.locked_running(session, concerned):
        own, given = terms[attempt.person_id], {}
        for change in _own(own, new):
            given[change.id] = _seconds(change, own.changes, attempt, now)
        kept_back = withheld.get(attempt.id, 0) + sum(
            60 * change.minutes - given[change.id] for change in _own(own, new)
        )
        added = attempt.added_seconds + sum(given.values())
        ends = _ends(attempt, added, kept_back, exam, sitting, own.override, own.changes)
        rows.append({"id": attempt.id, "added_seconds": added, **vars(ends)})
        events += [(attempt.id, {"change": id_, "seconds": seconds}) for id_, seconds in given.items()]
    if rows:
        session.execute(update(Attempt), rows)
    record_events(session, events, EventKind.EXTENDED, now, actor, new[0].cause)
    return len(rows)


def _own(terms: Terms, new: Sequence[TimeChange]) -> list[TimeChange]:
    """Return those of the new changes that concern a person."""
    ids = {change.id for change in new}
    return [change for change in terms.changes if change.id in ids]


def _seconds(change: TimeChange, changes: Iterable[TimeChange], attempt: Attempt, now: datetime) -> int:
    """Return what a change gives to a running attempt."""
    if change.incident_from is None or change.incident_to is None:
        return 60 * change.minutes
    running = Span(attempt.started_at, min(now, attempt.closes_at))
    incident = Span(change.incident_from, change.incident_to)
    return seconds_lost(incident, running, queries.incidents(changes, before=change.id))

"""What an invigilator does to attempts: lock, unlock, end, note an irregularity, void; start a room.

Every act names its cause, does nothing twice, and says for whom it could not be done.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams.kinds import AttemptState, EventKind, StartMode
from learning.exams.models import Attempt, RoomStart
from learning.exams.queries import invigilating as queries
from learning.exams.queries import sittings
from learning.exams.queries.terms import closed_for_all
from learning.exams.services.closing import end
from learning.exams.services.events import record_event, record_events
from learning.exams.services.notifying import tell_of_voiding

ACTIONS = {
    EventKind.LOCKED: "attempt.locked",
    EventKind.UNLOCKED: "attempt.unlocked",
    EventKind.IRREGULARITY: "attempt.noted",
    EventKind.ENDED: "attempt.ended",
}


class ActRefusal(StrEnum):
    """Why an act was not done, for one attempt or at all."""

    NO_CAUSE = "no_cause"
    NOT_RUNNING = "not_running"
    LOCKED = "locked"
    NOT_LOCKED = "not_locked"
    VOIDED = "voided"
    NOTED = "noted"
    CANCELLED = "cancelled"
    NOT_BY_HAND = "not_by_hand"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    STARTED = "started"
    NO_ROOM = "no_room"


@dataclass(frozen=True)
class Done:
    """The attempts for which an act was done now, and for how many it was not, by reason."""

    attempt_ids: Sequence[int] = ()
    refused: Mapping[ActRefusal, int] = field(default_factory=dict)


def lock(actor: Actor, sitting_id: int, attempt_ids: Collection[int], cause: str, now: datetime) -> Done:
    """Let nothing be written into attempts for now; their time runs on."""
    if not cause.strip():
        return Done(refused={ActRefusal.NO_CAUSE: len(attempt_ids)})

    def refusal(attempt: Attempt) -> ActRefusal | None:
        return ActRefusal.LOCKED if attempt.locked_at is not None else None

    return _set_lock(actor, sitting_id, attempt_ids, cause, now, EventKind.LOCKED, now, refusal)


def unlock(actor: Actor, sitting_id: int, attempt_ids: Collection[int], cause: str, now: datetime) -> Done:
    """Let learners go on; that needs no cause."""

    def refusal(attempt: Attempt) -> ActRefusal | None:
        return ActRefusal.NOT_LOCKED if attempt.locked_at is None else None

    return _set_lock(actor, sitting_id, attempt_ids, cause, now, EventKind.UNLOCKED, None, refusal)


def _set_lock(
    actor: Actor,
    sitting_id: int,
    attempt_ids: Collection[int],
    cause: str,
    now: datetime,
    kind: EventKind,
    locked_at: datetime | None,
    refusal: Callable[[Attempt], ActRefusal | None],
) -> Done:
    """Lock or unlock; as many statements for one attempt as for a thousand."""
    with transaction() as session:
        found = queries.locked_attempts(session, sitting_id, attempt_ids)
        done, refused = _sorted(found, lambda attempt: _ended(attempt) or refusal(attempt))
        if done:
            rows = [{"id": id_, "locked_at": locked_at} for id_ in done]
            session.execute(update(Attempt), rows)
        _put_on_record(session, actor, done, kind, cause, now)
        return Done(done, refused)


def _ended(attempt: Attempt) -> ActRefusal | None:
    return None if attempt.state == AttemptState.OPEN else ActRefusal.NOT_RUNNING


def _sorted(
    attempts: Collection[Attempt], refusal: Callable[[Attempt], ActRefusal | None]
) -> tuple[list[int], Counter[ActRefusal]]:
    done, refused = [], Counter[ActRefusal]()
    for attempt in attempts:
        reason = refusal(attempt)
        if reason is None:
            done.append(attempt.id)
        else:
            refused[reason] += 1
    return done, refused


def _put_on_record(
    session: Session,
    actor: Actor,
    attempt_ids: Sequence[int],
    kind: EventKind,
    cause: str,
    now: datetime,
    **detail: str,
) -> None:
    record_events(session, [(id_, dict(detail)) for id_ in attempt_ids], kind, now, actor, cause)
    said = [(id_, {"cause": cause}) for id_ in attempt_ids]
    audit.record_each(session, actor, now, ACTIONS[kind], "attempt", said)


def note_irregularity(
    actor: Actor, sitting_id: int, attempt_ids: Collection[int], cause: str, key: str, now: datetime
) -> Done:
    """Put on record what an invigilator saw; a fact with its words, not a verdict. Each form counts once."""
    if not cause.strip():
        return Done(refused={ActRefusal.NO_CAUSE: len(attempt_ids)})
    with transaction() as session:
        found = queries.locked_attempts(session, sitting_id, attempt_ids)
        noted = queries.noted_by_form(session, [attempt.id for attempt in found], key)
        done, refused = _sorted(found, lambda each: ActRefusal.NOTED if each.id in noted else None)
        _put_on_record(session, actor, done, EventKind.IRREGULARITY, cause, now, key=key)
        return Done(done, refused)


def end_attempts(
    actor: Actor, sitting_id: int, attempt_ids: Collection[int], cause: str, now: datetime
) -> Done:
    """End attempts now; what was saved counts. One transaction each, so that saves get their turn."""
    if not cause.strip():
        return Done(refused={ActRefusal.NO_CAUSE: len(attempt_ids)})
    done = [id_ for id_ in sorted(attempt_ids) if _end_one(actor, sitting_id, id_, cause, now)]
    rest = len(attempt_ids) - len(done)
    return Done(done, {ActRefusal.NOT_RUNNING: rest} if rest else {})


def _end_one(actor: Actor, sitting_id: int, attempt_id: int, cause: str, now: datetime) -> bool:
    with transaction() as session:
        sat = queries.locked_sat(session, sitting_id, attempt_id)
        if sat is None or sat.attempt.state != AttemptState.OPEN:
            return False
        _put_on_record(session, actor, [attempt_id], EventKind.ENDED, cause, now)
        ended_at = min(now, sat.attempt.closes_at)
        return end(session, attempt_id, AttemptState.CLOSED, ended_at, now, actor) is not None


def void(
    actor: Actor, sitting_id: int, attempt_ids: Collection[int], cause: str, gives_back: bool, now: datetime
) -> Done:
    """Void attempts: they have no result, and where they are given back their learners may sit again.

    One that runs is ended. What was voided before can still be given back.
    """
    if not cause.strip():
        return Done(refused={ActRefusal.NO_CAUSE: len(attempt_ids)})
    done = [id_ for id_ in sorted(attempt_ids) if _void_one(actor, sitting_id, id_, cause, gives_back, now)]
    rest = len(attempt_ids) - len(done)
    return Done(done, {ActRefusal.VOIDED: rest} if rest else {})


def _void_one(
    actor: Actor, sitting_id: int, attempt_id: int, cause: str, gives_back: bool, now: datetime
) -> bool:
    with transaction() as session:
        sat = queries.locked_sat(session, sitting_id, attempt_id)
        if sat is None:
            return False
        attempt = sat.attempt
        if attempt.voided_at is not None and (attempt.is_given_back or not gives_back):
            return False
        if attempt.state == AttemptState.OPEN:
            end(session, attempt_id, AttemptState.CLOSED, min(now, attempt.closes_at), now, actor)
        attempt.voided_at, attempt.is_given_back = attempt.voided_at or now, gives_back
        session.flush()
        record_event(session, attempt_id, EventKind.VOIDED, now, actor, cause, given_back=gives_back)
        detail = {"cause": cause, "given_back": gives_back}
        audit.record(session, actor, now, "attempt.voided", "attempt", attempt_id, detail)
        tell_of_voiding(session, sat, now)
        return True


def start_by_hand(actor: Actor, sitting_id: int, room: str, now: datetime) -> ActRefusal | None:
    """Start a room, or all where no room is named; those who wait there begin with their next request."""
    with transaction() as session:
        sitting, _ = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.cancelled_at is not None:
            return ActRefusal.CANCELLED
        if sitting.start_mode != StartMode.BY_HAND:
            return ActRefusal.NOT_BY_HAND
        if now < sitting.opens_at:
            return ActRefusal.TOO_EARLY
        if now >= closed_for_all(session, [sitting])[sitting_id]:
            return ActRefusal.TOO_LATE
        if room and not queries.has_room(session, sitting_id, room):
            return ActRefusal.NO_ROOM
        if {"", room} & queries.starts_of(session, sitting_id).keys():
            return ActRefusal.STARTED
        session.add(
            RoomStart(sitting_id=sitting_id, room=room, started_at=now, started_by_id=actor.account_id)
        )
        audit.record(session, actor, now, "sitting.started", "sitting", sitting_id, {"room": room})
        return None

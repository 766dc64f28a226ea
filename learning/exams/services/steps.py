"""Go on in a one-way paper, and check the questions of a practice paper, while an attempt runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams.kinds import EventKind
from learning.exams.models import Attempt, Slot
from learning.exams.queries import attempts
from learning.exams.queries.frozen import published_items
from learning.exams.queries.journal import Guard, details_of, frames_of, guards_of
from learning.exams.rules import EntryRefusal, WriteRefusal
from learning.exams.services.events import record_event, record_events
from learning.exams.services.journal import write_refusal
from question_bank import scoring
from question_bank.types.protocol import Policy

Refusal = WriteRefusal | EntryRefusal


@dataclass(frozen=True)
class Step:
    """What became of a step."""

    guard: Guard | None
    refusal: Refusal | None = None
    #: The question that a one-way paper has reached.
    reached: int = 0


@dataclass(frozen=True)
class Checked:
    """What a learner hears of a practice question."""

    guard: Guard | None
    refusal: Refusal | None = None
    share: Fraction | None = None
    tries_left: int = 0
    #: Whether the question can no longer be changed: it is right, or no try is left.
    is_final: bool = False


def advance(origin: Actor, attempt_id: int, place: str, to: int, now: datetime) -> Step:
    """Leave a question of a one-way paper behind; asked twice, it goes on once."""
    with transaction() as session:
        guard = guards_of(session, [attempt_id]).get(attempt_id)
        refusal = _refusal(guard, place, now)
        if guard is None or refusal is not None:
            return Step(guard, refusal)
        if to == guard.reached:
            return Step(guard, reached=to)
        frame = frames_of(session, [attempt_id])[attempt_id]
        if not guard.reached or to != guard.reached + 1 or to not in frame.types:
            return Step(guard, EntryRefusal.NOT_HERE, guard.reached)
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(reached=to))
        record_event(session, attempt_id, EventKind.ADVANCED, now, guard.acting(origin), to=to)
        return Step(guard, reached=to)


def check(origin: Actor, attempt_id: int, place: str, slot_number: int, now: datetime) -> Checked:
    """Score the answer that is saved for a practice question; each answer uses up one try.

    Asked twice about the same answer, the reply is the same and no further try is used.
    """
    with transaction() as session:
        guard = guards_of(session, [attempt_id]).get(attempt_id)
        refusal = _refusal(guard, place, now)
        if guard is None or refusal is not None:
            return Checked(guard, refusal)
        frame = frames_of(session, [attempt_id])[attempt_id]
        if not frame.is_practice or slot_number not in frame.types:
            return Checked(guard, EntryRefusal.UNKNOWN_SLOT)
        if guard.reached and slot_number != guard.reached:
            return Checked(guard, EntryRefusal.NOT_HERE)
        return _check(session, guard.acting(origin), guard, slot_number, now)


def _refusal(guard: Guard | None, place: str, now: datetime) -> WriteRefusal | None:
    if guard is None:
        return WriteRefusal.TOO_LATE
    return write_refusal(guard, guard.saves_until, place, now)


def _check(session: Session, actor: Actor, guard: Guard, slot_number: int, now: datetime) -> Checked:
    exam = attempts.exam_of_attempt(session, guard.attempt_id)
    answer = attempts.last_answers(session, guard.attempt_id).get(slot_number)
    if answer is None or answer.response is None:
        return Checked(guard, EntryRefusal.UNREADABLE, tries_left=exam.tries)
    before = checks_of(session, guard.attempt_id).get(slot_number, [])
    again = next((each for each in before if each["seq"] == answer.seq), None)
    if again is not None:
        return _told(guard, again, exam.tries - len(before))
    if before and (before[-1]["is_final"] or len(before) >= exam.tries):
        return Checked(guard, EntryRefusal.CHECKED, is_final=True)
    slot = session.get_one(Slot, (guard.attempt_id, slot_number))
    item = published_items(session, [slot.question_version_id])[slot.question_version_id]
    share = scoring.score_slot(item, answer.response, Policy(exam.choice_policy))
    # What a person would have to mark is final at once: there is nothing more to hear about it.
    is_final = share in {None, Fraction(1)} or len(before) + 1 >= exam.tries
    detail = {"slot": slot_number, "seq": answer.seq, "share": _text(share), "is_final": is_final}
    record_events(session, [(guard.attempt_id, detail)], EventKind.CHECKED, now, actor)
    return _told(guard, detail, exam.tries - len(before) - 1)


def _text(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


def _told(guard: Guard, detail: Mapping[str, object], tries_left: int) -> Checked:
    share = detail["share"]
    is_final = bool(detail["is_final"])
    return Checked(
        guard,
        share=None if share is None else Fraction(str(share)),
        tries_left=0 if is_final else max(0, tries_left),
        is_final=is_final,
    )


def checks_of(session: Session, attempt_id: int) -> dict[int, list[dict[str, object]]]:
    """Return the checks of each practice question, in order."""
    found: dict[int, list[dict[str, object]]] = {}
    for detail in details_of(session, [attempt_id], EventKind.CHECKED)[attempt_id]:
        found.setdefault(detail["slot"], []).append(detail)
    return found

"""Mark answers by people; a mark is only added, never replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import marks as rules
from learning.exams.kinds import AttemptState, MarkKind
from learning.exams.marks import MarkRefusal, MarkRow, MarkState
from learning.exams.models import Mark
from learning.exams.queries import attempts, marking, reviews, scores
from learning.exams.queries.attempts import Sat
from learning.exams.services import notifying
from learning.exams.services.scoring import rescore
from question_bank.scoring import rounded


@dataclass(frozen=True)
class Given:
    """What somebody says about an answer."""

    share: Fraction
    comment: str = ""
    #: The share given for each marking point; empty where marked as a whole.
    points: Sequence[Fraction] = ()
    #: Asked for where it is marked again, or decided.
    cause: str = ""


def mark_answer(
    actor: Actor, attempt_id: int, slot_number: int, given: Given, seen_mark_id: int | None, now: datetime
) -> MarkRefusal | None:
    """Add a mark of one of the markers, and the result of the attempt once all its answers have one.

    `seen_mark_id` is the marker's own last mark as the page showed it, None for none. Sent twice it is
    added once. Before the result can be seen by its learner the same marker may mark again.
    """
    with transaction() as session:
        answer = _answer(session, actor, attempt_id, slot_number, now)
        if isinstance(answer, MarkRefusal):
            return answer
        own = rules.own_mark(answer.marks, actor.account_id)
        if own is not None and own.id != seen_mark_id:
            return None if _says(own, given) else MarkRefusal.CHANGED
        refusal = _mark_refusal(answer, own, actor, given)
        kind = rules.kind_for(answer.marks, answer.sat.exam.markers, actor.account_id)
        if refusal is not None or kind is None:
            return refusal or MarkRefusal.ALL_MARKED
        if _would_part(answer, kind, given):
            return MarkRefusal.TOO_FAR_APART
        _add(session, actor, answer, kind, given, now)
        return None


def decide(
    actor: Actor, attempt_id: int, slot_number: int, given: Given, seen_mark_id: int | None, now: datetime
) -> MarkRefusal | None:
    """Set the mark of an answer where its markers disagree, or upon a complaint; it goes before theirs.

    `seen_mark_id` is the last of all marks of the answer as the page showed it.
    """
    with transaction() as session:
        answer = _answer(session, actor, attempt_id, slot_number, now)
        if isinstance(answer, MarkRefusal):
            return answer
        exam, last = answer.sat.exam, answer.marks[-1] if answer.marks else None
        if last is not None and last.id != seen_mark_id:
            is_same = last.kind == MarkKind.AGREED and last.marked_by_id == actor.account_id
            return None if is_same and _says(last, given) else MarkRefusal.CHANGED
        able = marking.number_able(session, exam.organisation_id)
        refusal = rules.decision_refusal(answer.marks, exam.markers, actor.account_id, able)
        if refusal is not None or not given.cause:
            return refusal or MarkRefusal.NO_CAUSE
        if _add(session, actor, answer, MarkKind.AGREED, given, now) and answer.is_shown:
            notifying.tell_of_decision(session, answer.sat, now)
        return None


@dataclass(frozen=True)
class _Answer:
    """An ended answer that people mark, locked."""

    sat: Sat
    slot_number: int
    full: Fraction
    marks: Sequence[MarkRow]
    #: Whether its learner can see the marks.
    is_shown: bool


def _answer(
    session: Session, actor: Actor, attempt_id: int, slot_number: int, now: datetime
) -> _Answer | MarkRefusal:
    attempts.locked_attempt(session, attempt_id)
    sat = marking.sat(session, attempt_id)
    slots = {slot.number: slot for slot in attempts.slots_of(session, attempt_id)}
    if sat is None or sat.attempt.state in {AttemptState.OPEN, AttemptState.ABANDONED}:
        return MarkRefusal.NOT_ENDED
    if sat.attempt.voided_at is not None:
        return MarkRefusal.VOIDED
    if marking.is_written_by(session, actor.account_id, sat.attempt.person_id):
        return MarkRefusal.OWN_ANSWER
    if slot_number not in slots:
        return MarkRefusal.NOT_ENDED
    marks = scores.marks_of(session, attempt_id).get(slot_number, [])
    if not rules.is_for_people(marks):
        return MarkRefusal.NOT_FOR_PEOPLE
    full = Fraction(slots[slot_number].max_mark)
    return _Answer(sat, slot_number, full, marks, reviews.has_shown_result(session, sat, now))


def _mark_refusal(answer: _Answer, own: MarkRow | None, actor: Actor, given: Given) -> MarkRefusal | None:
    if not 0 <= given.share <= 1:
        return MarkRefusal.OUT_OF_RANGE
    if any(mark.kind == MarkKind.AGREED for mark in answer.marks):
        return MarkRefusal.ALL_MARKED
    if own is not None and answer.is_shown:
        return MarkRefusal.RELEASED
    return MarkRefusal.NO_CAUSE if own is not None and not given.cause else None


def _says(mark: MarkRow, given: Given) -> bool:
    return (mark.fraction, mark.comment) == (given.share, given.comment)


def _would_part(answer: _Answer, kind: MarkKind, given: Given) -> bool:
    """Return whether two marks that stand would be too far apart with this one in place of the marker's.

    A result that follows from them would then have no mark to stand on; a further person decides instead.
    """
    exam = answer.sat.exam
    tolerance = rules.tolerance_of(exam.marker_tolerance_percent)
    if rules.people_mark(answer.marks, exam.markers, tolerance).state is not MarkState.STANDING:
        return False
    new = MarkRow(answer.marks[-1].id + 1, kind, given.share, rounded(given.share * answer.full))
    after = rules.people_mark([*answer.marks, new], exam.markers, tolerance)
    return after.state is not MarkState.STANDING


def _add(
    session: Session, actor: Actor, answer: _Answer, kind: MarkKind, given: Given, now: datetime
) -> bool:
    """Add the mark and what follows from it; return whether the attempt has a new result."""
    mark, attempt_id = rounded(given.share * answer.full), answer.sat.attempt.id
    session.add(
        Mark(
            attempt_id=attempt_id,
            slot_number=answer.slot_number,
            kind=kind,
            fraction=given.share,
            mark=mark,
            points={"value": [str(share) for share in given.points]} if given.points else {},
            marked_by_id=actor.account_id,
            comment=given.comment,
            marked_at=now,
        )
    )
    session.flush()
    detail = {"slot": answer.slot_number, "mark": str(mark), "kind": kind.value}
    detail |= {"cause": given.cause} if given.cause else {}
    action = "answer.decided" if kind is MarkKind.AGREED else "answer.marked"
    audit.record(session, actor, now, action, "attempt", attempt_id, detail)
    return rescore(session, answer.sat.exam, attempt_id, now)

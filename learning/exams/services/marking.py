"""Mark answers by people; a mark is only added, never replaced."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams.kinds import AttemptState
from learning.exams.models import Mark
from learning.exams.queries import attempts
from learning.exams.services.scoring import add_result


class MarkRefusal(StrEnum):
    """Why a mark was not added."""

    NOT_ENDED = "not_ended"
    OUT_OF_RANGE = "out_of_range"
    #: Somebody else marked this answer while the page was open.
    CHANGED = "changed"


def mark_answer(
    actor: Actor,
    attempt_id: int,
    slot_number: int,
    mark: Decimal,
    comment: str,
    seen_mark_id: int | None,
    now: datetime,
) -> MarkRefusal | None:
    """Add a mark for an answer, and the result of the attempt once all its answers have one.

    `seen_mark_id` is the mark that the marker saw there, None for none. Sent twice it is added once.
    """
    with transaction() as session:
        attempt = attempts.locked_attempt(session, attempt_id)
        slots = {slot.number: slot for slot in attempts.slots_of(session, attempt_id)}
        if attempt is None or attempt.state == AttemptState.OPEN or slot_number not in slots:
            return MarkRefusal.NOT_ENDED
        full = slots[slot_number].max_mark
        if not 0 <= mark <= full:
            return MarkRefusal.OUT_OF_RANGE
        marks = attempts.last_marks(session, attempt_id)
        last = marks.get(slot_number)
        if last is not None and last.id != seen_mark_id:
            is_same = (last.marked_by_id, last.mark, last.comment) == (actor.account_id, mark, comment)
            return None if is_same else MarkRefusal.CHANGED
        marks[slot_number] = Mark(
            attempt_id=attempt_id,
            slot_number=slot_number,
            fraction=Fraction(mark) / Fraction(full),
            mark=mark,
            marked_by_id=actor.account_id,
            comment=comment,
            marked_at=now,
        )
        session.add(marks[slot_number])
        exam = attempts.exam_of_attempt(session, attempt_id)
        shares = {number: each.fraction for number, each in marks.items()}
        add_result(session, exam, attempt_id, slots.values(), shares, now)
        detail = {"slot": slot_number, "mark": str(mark)}
        audit.record(session, actor, now, "answer.marked", "attempt", attempt_id, detail)
        return None

"""Read what learners may see of practice questions that they have checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from learning.exams import review
from learning.exams.kinds import Behaviour, EventKind, Phase, Shown
from learning.exams.models import Exam
from learning.exams.queries import attempts
from learning.exams.queries.frozen import published_items
from learning.exams.queries.journal import details_of
from question_bank import types


@dataclass(frozen=True)
class Feedback:
    """What came of checking a question for the last time so far."""

    slot_number: int
    type: str
    #: Of the marks; None where nobody but a person could say.
    share: Fraction | None
    tries_left: int
    is_final: bool
    #: As the item's type reviews it, once the question is final and where the exam shows the key; else empty.
    shown: Mapping[str, Any] | None
    explanation: str


def feedback_of(session: Session, exam: Exam, attempt_id: int) -> dict[int, Feedback]:
    """Return the feedback of each question of a practice paper that was checked, by slot."""
    if exam.behaviour != Behaviour.PRACTICE:
        return {}
    checks: dict[int, list[dict[str, Any]]] = {}
    for detail in details_of(session, [attempt_id], EventKind.CHECKED)[attempt_id]:
        checks.setdefault(detail["slot"], []).append(detail)
    if not checks:
        return {}
    slots = {slot.number: slot for slot in attempts.slots_of(session, attempt_id)}
    items = published_items(session, [slots[number].question_version_id for number in checks])
    answers = attempts.last_answers(session, attempt_id)
    seen, found = _seen(exam), {}
    for number, made in checks.items():
        slot = slots[number]
        item, is_final = items[slot.question_version_id], bool(made[-1]["is_final"])
        response = answers[number].response if number in answers else None
        reviewed = types.get(item.type).review(item.content, slot.arrangement["value"], response)
        share = made[-1]["share"]
        found[number] = Feedback(
            slot_number=number,
            type=item.type,
            share=None if share is None else Fraction(share),
            tries_left=0 if is_final else max(0, exam.tries - len(made)),
            is_final=is_final,
            shown=reviewed if is_final and Shown.KEY in seen else None,
            explanation=item.explanation if is_final and Shown.EXPLANATION in seen else "",
        )
    return found


def _seen(exam: Exam) -> frozenset[Shown]:
    """Return what the review matrix shows while a practice paper is being answered."""
    return review.shown(review.matrix_of(exam.review), frozenset({Phase.DURING}))

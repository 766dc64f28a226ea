"""Score attempts: the marks that follow from key and corrections, and the result once every slot has one.

Whatever is scored – at the end of an attempt, after a person's mark, after a correction – goes through
`scored`, which writes nothing, and then through `write_down`, which adds only what is new.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.exams.kinds import MarkKind
from learning.exams.marks import MarkState, people_mark, standing_mark, tolerance_of
from learning.exams.models import AttemptResult, Exam, Mark
from learning.exams.queries import scores
from learning.exams.queries.frozen import published_items
from learning.exams.queries.scores import Approved, Facts
from question_bank import scoring
from question_bank.corrections import CorrectionKind
from question_bank.items import Item
from question_bank.scoring import Entry, Marks, SlotMark
from question_bank.types.protocol import Policy

_ADD_MARKS = insert(Mark.__table__)  # type: ignore[arg-type]  # mypy knows the table as any selectable
_ADD_RESULT = insert(AttemptResult.__table__)  # type: ignore[arg-type]
_RULINGS = {CorrectionKind.FULL_MARKS, CorrectionKind.DROP}


def score_attempt(session: Session, exam: Exam, attempt_id: int, now: datetime) -> Sequence[Entry]:
    """Score an attempt that has just ended, with all corrections approved so far; people mark the rest.

    Return the answers that count.
    """
    facts = scores.answered_papers(session, [attempt_id])[attempt_id]
    approved = scores.approved_for(session, exam.id)
    items = published_items(session, scores.versions_on([facts]))
    write_down(session, exam, facts, scored(exam, facts, items, approved), approved, now)
    return facts.journal


def rescore(session: Session, exam: Exam, attempt_id: int, now: datetime) -> bool:
    """Score an attempt again after a person marked an answer; return whether it has a new result."""
    facts = scores.facts_of(session, [attempt_id])[attempt_id]
    approved = scores.approved_for(session, exam.id)
    items = published_items(session, scores.versions_on([facts]))
    return write_down(session, exam, facts, scored(exam, facts, items, approved), approved, now)


def scored(exam: Exam, facts: Facts, items: Mapping[int, Item], approved: Iterable[Approved]) -> Marks:
    """Return what an attempt earned by these corrections, without writing anything."""
    return scoring.score(
        facts.paper,
        facts.journal,
        items,
        Policy(exam.choice_policy),
        [each.correction for each in approved],
        given_shares(exam, facts),
        exam.pass_percent,
    )


def given_shares(exam: Exam, facts: Facts) -> dict[int, Fraction]:
    """Return the shares that people gave, by slot, where they are agreed."""
    tolerance = tolerance_of(exam.marker_tolerance_percent)
    stands = {slot: people_mark(marks, exam.markers, tolerance) for slot, marks in facts.marks.items()}
    return {slot: mark.share for slot, mark in stands.items() if mark.share is not None}


def write_down(
    session: Session,
    exam: Exam,
    facts: Facts,
    marks: Marks,
    approved: Sequence[Approved],
    now: datetime,
    regrade_id: int | None = None,
) -> bool:
    """Add the marks and the result that are not on record yet; return whether the result is new.

    Done twice it adds nothing the second time.
    """
    corrected = {each.correction.item: each for each in approved}
    ruled = {each.correction.item for each in approved if each.correction.kind in _RULINGS}
    given, rows = given_shares(exam, facts), []
    for place, slot in zip(facts.paper, marks.slots, strict=True):
        by_people = slot.number in given and place.item not in ruled
        last = corrected.get(place.item)
        row = _mark_row(facts.attempt_id, slot, last.regrade_id if last else None, now)
        if slot.share is not None and not by_people and not _is_known(exam, facts, slot, row):
            rows.append(row)
    if rows:
        session.connection().execute(_ADD_MARKS, rows)
    return _add_result(session, facts, marks, regrade_id, now)


def _mark_row(attempt_id: int, slot: SlotMark, regrade_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "slot_number": slot.number,
        "kind": MarkKind.REGRADE if regrade_id else MarkKind.MACHINE,
        "fraction": slot.share,
        "mark": slot.mark,
        "is_dropped": slot.is_dropped,
        "regrade_id": regrade_id,
        "marked_at": now,
    }


def _is_known(exam: Exam, facts: Facts, slot: SlotMark, row: Mapping[str, object]) -> bool:
    """Return whether the mark that counts says this already, and for the same reason."""
    marks = facts.marks.get(slot.number)
    if not marks:
        return False
    standing = standing_mark(marks, exam.markers, tolerance_of(exam.marker_tolerance_percent))
    if standing.state is not MarkState.STANDING or standing.last is None:
        return False
    known = standing.last
    return (known.kind, known.regrade_id, standing.share, standing.is_dropped) == (
        row["kind"],
        row["regrade_id"],
        slot.share,
        slot.is_dropped,
    )


def _add_result(session: Session, facts: Facts, marks: Marks, regrade_id: int | None, now: datetime) -> bool:
    """Add the result where it is complete and new; return whether it was."""
    if marks.score is None or marks.is_passed is None:
        return False
    known = facts.result
    if known and (known.score, known.max_score, known.is_passed) == (
        marks.score,
        marks.full_marks,
        marks.is_passed,
    ):
        return False
    result = {
        "attempt_id": facts.attempt_id,
        "score": marks.score,
        "max_score": marks.full_marks,
        "is_passed": marks.is_passed,
        "scorer": scoring.SCORER,
        "regrade_id": regrade_id,
        "computed_at": now,
    }
    session.connection().execute(_ADD_RESULT, result)
    return True

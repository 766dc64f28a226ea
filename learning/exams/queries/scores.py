"""Read all that scores follow from: papers, answers, marks, and the corrections that were approved."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from learning.exams.marks import MarkRow
from learning.exams.models import AttemptResult, JournalEntry, Mark, Regrade, Slot
from question_bank import corrections
from question_bank.corrections import Correction
from question_bank.scoring import Entry, Place


@dataclass
class Facts:
    """What the score of an attempt follows from."""

    attempt_id: int
    paper: list[Place] = field(default_factory=list)
    #: The last entry of each slot.
    journal: list[Entry] = field(default_factory=list)
    #: By slot, in the order in which they were added.
    marks: dict[int, list[MarkRow]] = field(default_factory=dict)
    result: "ResultRow | None" = None


@dataclass(frozen=True)
class ResultRow:
    """A result as it was written down."""

    attempt_id: int
    score: Decimal
    max_score: Decimal
    is_passed: bool


@dataclass(frozen=True)
class Approved:
    """A correction that was approved, with the regrade that says so."""

    regrade_id: int
    correction: Correction


_PAPERS = (
    select(Slot.attempt_id, Slot.number, Slot.question_version_id, Slot.max_mark)
    .where(Slot.attempt_id.in_(bindparam("ids", expanding=True)))
    .order_by(Slot.attempt_id, Slot.number)
)
_LAST = (
    select(JournalEntry.attempt_id, func.max(JournalEntry.seq).label("seq"))
    .where(JournalEntry.attempt_id.in_(bindparam("ids", expanding=True)))
    .group_by(JournalEntry.attempt_id, JournalEntry.slot_number)
    .subquery()
)
_ANSWERS = select(
    JournalEntry.attempt_id, JournalEntry.seq, JournalEntry.slot_number, JournalEntry.response
).join(_LAST, (_LAST.c.attempt_id == JournalEntry.attempt_id) & (_LAST.c.seq == JournalEntry.seq))
MARK_COLUMNS = (
    Mark.id,
    Mark.kind,
    Mark.fraction,
    Mark.mark,
    Mark.marked_by_id,
    Mark.is_dropped,
    Mark.regrade_id,
    Mark.comment,
)
_MARKS = (
    select(Mark.attempt_id, Mark.slot_number, *MARK_COLUMNS)
    .where(Mark.attempt_id.in_(bindparam("ids", expanding=True)))
    .order_by(Mark.id)
)
_RESULTS = (
    select(AttemptResult.attempt_id, AttemptResult.score, AttemptResult.max_score, AttemptResult.is_passed)
    .where(AttemptResult.attempt_id.in_(bindparam("ids", expanding=True)))
    .order_by(AttemptResult.id)
)
_APPROVED = (
    select(Regrade.id, Regrade.correction)
    .where(Regrade.exam_id == bindparam("exam_id"), Regrade.is_approved.is_(True))
    .order_by(Regrade.decided_at, Regrade.id)
)


def answered_papers(session: Session, attempt_ids: Collection[int]) -> dict[int, Facts]:
    """Return papers and answers of attempts that have no marks yet; two queries."""
    ids = {"ids": sorted(attempt_ids)}
    found = {attempt_id: Facts(attempt_id) for attempt_id in ids["ids"]}
    for attempt_id, number, version_id, max_mark in session.execute(_PAPERS, ids):
        found[attempt_id].paper.append(Place(number, version_id, max_mark))
    for attempt_id, seq, slot, response in session.execute(_ANSWERS, ids):
        found[attempt_id].journal.append(Entry(seq, slot, response["value"]))
    return found


def facts_of(session: Session, attempt_ids: Collection[int]) -> dict[int, Facts]:
    """Return all that the scores of these attempts follow from; four queries, however many they are."""
    found = answered_papers(session, attempt_ids)
    ids = {"ids": sorted(attempt_ids)}
    for attempt_id, slot, *mark in session.execute(_MARKS, ids):
        found[attempt_id].marks.setdefault(slot, []).append(MarkRow(*mark))
    for row in session.execute(_RESULTS, ids):
        found[row.attempt_id].result = ResultRow(*row)
    return found


def marks_of(session: Session, attempt_id: int) -> dict[int, list[MarkRow]]:
    """Return all marks of an attempt by slot, in the order in which they were added."""
    found: dict[int, list[MarkRow]] = {}
    for _attempt_id, slot, *mark in session.execute(_MARKS, {"ids": [attempt_id]}):
        found.setdefault(slot, []).append(MarkRow(*mark))
    return found


def approved_for(session: Session, exam_id: int) -> list[Approved]:
    """Return the approved corrections of an exam in the order of their approval."""
    rows = session.execute(_APPROVED, {"exam_id": exam_id})
    return [Approved(regrade_id, correction_of(stored)) for regrade_id, stored in rows]


def correction_of(stored: Mapping[str, object]) -> Correction:
    """Return the correction that a regrade keeps; what was saved was read through the same function."""
    found = corrections.from_dict(stored)
    if not isinstance(found, Correction):
        raise TypeError(f"a stored correction cannot be read: {found[0]}")
    return found


def versions_on(facts: Sequence[Facts]) -> set[int]:
    """Return the question versions that stand on these papers."""
    return {place.item for each in facts for place in each.paper}

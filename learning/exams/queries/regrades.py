"""Read corrections of questions after the fact: proposed, approved, and whom they concern."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from learning.exams.models import Regrade, Slot
from learning.exams.queries.scores import correction_of
from question_bank.corrections import Correction


@dataclass(frozen=True)
class ApprovedRegrade:
    """A correction that was approved, with what was told about it."""

    regrade_id: int
    correction: Correction
    erratum: str
    cause: str
    decided_at: datetime


class RegradeRow(NamedTuple):
    """A correction with the question, and who proposed and decided."""

    regrade: Regrade
    code: str
    stem: str
    proposed_by: str | None
    decided_by: str | None


class AskedRow(NamedTuple):
    """A question that stands on papers of an exam."""

    version_id: int
    code: str
    stem: str
    type: str
    #: Attempts with it, running ones among them.
    papers: int
    running: int


_APPROVED = (
    select(
        Regrade.id,
        Regrade.correction,
        Regrade.erratum,
        Regrade.cause,
        Regrade.decided_at,
    )
    .where(Regrade.exam_id == bindparam("exam_id"), Regrade.is_approved.is_(True))
    .order_by(Regrade.decided_at, Regrade.id)
)


def approved_on(session: Session, exam_id: int, version_ids: Collection[int]) -> list[ApprovedRegrade]:
    """Return the approved corrections of these questions at an exam, in the order of their approval."""
    rows = session.execute(_APPROVED, {"exam_id": exam_id})
    found = [ApprovedRegrade(id_, correction_of(stored), *rest) for id_, stored, *rest in rows]
    return [each for each in found if each.correction.item in version_ids]


def errata_by_slot(approved: Iterable[ApprovedRegrade], slots: Iterable[Slot]) -> dict[int, list[str]]:
    """Return what was told about the questions of a paper, by slot."""
    told: dict[int, list[str]] = {}
    for each in approved:
        if each.erratum:
            told.setdefault(each.correction.item, []).append(each.erratum)
    return {slot.number: told[slot.question_version_id] for slot in slots if slot.question_version_id in told}

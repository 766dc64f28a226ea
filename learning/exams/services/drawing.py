"""Draw the paper of one learner, the same again for the same seed and drawing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learning.exams import papers
from learning.exams.models import Exam, ItemExposure, PoolItem, Sitting, Slot
from learning.exams.papers import PlannedSlot
from learning.exams.queries import attempts
from learning.exams.queries.frozen import pool_of, published_items
from question_bank.draw import Draw, draw
from question_bank.pool import Pool, exposure_cap


@dataclass(frozen=True)
class Drawn:
    """A paper before it is anybody's, and all that it was drawn by beside pool and seed."""

    seed: str
    #: As in Attempt.drawing.
    drawing: dict[str, Any]
    slots: list[PlannedSlot]


def draw_paper(
    session: Session, sitting: Sitting, exam: Exam, person_id: int, number: int, seed: str
) -> Drawn:
    """Draw a paper inside the caller's transaction: no question twice for a person where the pool allows."""
    pool = pool_of(session, sitting.id, exam)
    avoided = attempts.versions_seen(session, person_id, exam.id) if number > 1 else frozenset()
    is_capped = pool.blueprint.exposure_percent < 100
    barred = _barred(session, sitting, pool) if is_capped else frozenset()
    drawn = draw(pool, seed, avoided, barred)
    if not isinstance(drawn, Draw):
        # More papers than the pool was proved for. Nobody is turned away on the day; the cap gives way.
        barred = frozenset()
        drawn = draw(pool, seed, avoided)
    if not isinstance(drawn, Draw):
        # Opening the sitting proved that its frozen pool fills the blueprint.
        raise TypeError(f"the pool of sitting {sitting.id} does not fill its blueprint")
    versions = [version for cell in drawn.cells for version in cell]
    if is_capped:
        _count(session, sitting.id, versions)
    slots = papers.plan(pool.blueprint, drawn, published_items(session, versions), seed)
    return Drawn(seed, {"avoided": sorted(avoided), "barred": sorted(barred)}, slots)


def _barred(session: Session, sitting: Sitting, pool: Pool) -> frozenset[int]:
    """Return what has reached its cap; from here on no other process draws for this sitting."""
    first = select(PoolItem).where(PoolItem.sitting_id == sitting.id).limit(1)
    session.execute(first.order_by(PoolItem.cell, PoolItem.question_version_id).with_for_update())
    cap = exposure_cap(pool.blueprint, sitting.papers_expected)
    counted = select(ItemExposure.question_version_id).where(
        ItemExposure.sitting_id == sitting.id, ItemExposure.papers >= cap
    )
    return frozenset(session.scalars(counted))


def _count(session: Session, sitting_id: int, versions: list[int]) -> None:
    here = (ItemExposure.sitting_id == sitting_id, ItemExposure.question_version_id.in_(versions))
    known = set(session.scalars(select(ItemExposure.question_version_id).where(*here)))
    session.execute(update(ItemExposure).where(*here).values(papers=ItemExposure.papers + 1))
    new = [
        {"sitting_id": sitting_id, "question_version_id": version, "papers": 1}
        for version in versions
        if version not in known
    ]
    if new:
        session.execute(insert(ItemExposure), new)


def add_slots(session: Session, attempt_id: int, slots: list[PlannedSlot]) -> None:
    """Give an attempt its paper; one statement."""
    rows = [
        {
            "attempt_id": attempt_id,
            "number": slot.number,
            "section": slot.section,
            "question_version_id": slot.question_version_id,
            "max_mark": slot.max_mark,
            "arrangement": {"value": slot.arrangement},
        }
        for slot in slots
    ]
    session.connection().execute(_ADD_SLOTS, rows)


_ADD_SLOTS = insert(Slot.__table__)  # type: ignore[arg-type]  # mypy knows the table as any selectable


def packed(slots: list[PlannedSlot]) -> list[Any]:
    """Return slots as a prepared paper keeps them."""
    return [
        [each.number, each.section, each.question_version_id, int(each.max_mark * 100), each.arrangement]
        for each in slots
    ]


def unpacked(rows: list[Any]) -> list[PlannedSlot]:
    """Return the slots of a prepared paper."""
    return [
        PlannedSlot(number, section, version, Decimal(hundredths) / 100, arrangement)
        for number, section, version, hundredths, arrangement in rows
    ]

"""Open, change and cancel sittings."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.clock import day_of
from learning.core.db import reading, transaction
from learning.exams import papers
from learning.exams.kinds import Admission, StartMode
from learning.exams.models import Exam, PoolItem, Sitting
from learning.exams.queries import managing, sittings, terms
from learning.exams.services.managing import ManagingRefusal
from question_bank import feasibility
from question_bank.feasibility import Feasibility
from question_bank.pool import Pool

#: Without letters and digits that are taken for each other.
_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


@dataclass(frozen=True)
class SittingPlan:
    """All that is decided about a sitting."""

    organisation_id: int
    opens_at: datetime
    closes_at: datetime
    latest_start_at: datetime | None = None
    admission: str = Admission.ORGANISATION
    class_run_id: int | None = None
    start_mode: str = StartMode.SELF
    prepares_papers: bool = False
    access_code: str = ""
    address_ranges: str = ""
    browser_keys: str = ""


#: What can be changed while people sit: the door, which may turn out to be wrong when they stand before it.
OF_THE_DOOR = ("access_code", "address_ranges", "browser_keys", "start_mode")
OF_ADMISSION = ("admission", "organisation_id", "class_run_id")


def plan_of(sitting: Sitting, changed: Mapping[str, Any]) -> SittingPlan:
    """Return what is decided about a sitting, with some of it changed."""
    kept = {each.name: getattr(sitting, each.name) for each in fields(SittingPlan)}
    return SittingPlan(**kept | dict(changed))


@dataclass(frozen=True)
class Outcome:
    """The key of what was written, or why nothing was."""

    id: int | None = None
    refusal: ManagingRefusal | None = None
    #: What the bank holds, where it does not suffice, and for how many papers.
    feasible: Feasibility | None = None
    papers: int = 0


def new_code() -> str:
    """Return a password for a sitting that can be read out and written on a board."""
    return "".join(secrets.choice(_CODE_SIGNS) for _ in range(CODE_LENGTH))


def open_sitting(
    actor: Actor, exam_id: int, plan: SittingPlan, now: datetime, learners: int | None = None
) -> Outcome:
    """Open a sitting and freeze what papers are drawn from.

    The bank may have changed since the exam was published, so that feasibility is proved again, for the
    number of learners that is expected, or else for all who are admitted.
    """
    session = reading()
    exam = session.get_one(Exam, exam_id)
    if exam.published_at is None:
        return Outcome(refusal=ManagingRefusal.NOT_PUBLISHED)
    sitting = Sitting(exam_id=exam_id, created_at=now, created_by_id=actor.account_id, **vars(plan))
    blueprint = papers.blueprint_of(exam)
    expected = terms.number_admitted(session, sitting, day_of(now)) if learners is None else learners
    if blueprint.exposure_percent < 100 and expected < 1:
        return Outcome(refusal=ManagingRefusal.NOBODY_EXPECTED)
    sitting.papers_expected = max(1, expected) * exam.attempts_allowed
    # A look at the whole bank may take seconds; it is done before the transaction, which others wait for.
    pool = managing.pool_for(session, exam.organisation_id, blueprint)
    found = feasibility.check(pool, sitting.papers_expected, exam.attempts_allowed)
    if not found.is_feasible:
        return Outcome(None, ManagingRefusal.NOT_FEASIBLE, found, sitting.papers_expected)
    frozen = pool.limited(secrets.token_hex(8), sitting.papers_expected, exam.attempts_allowed)
    return Outcome(_announce(actor, sitting, frozen, _written(plan, exam_id), now))


def _announce(actor: Actor, sitting: Sitting, frozen: Pool, detail: dict[str, Any], now: datetime) -> int:
    with transaction() as session:
        session.add(sitting)
        session.flush()
        names = ("cell", "question_version_id", "difficulty")
        rows = [{"sitting_id": sitting.id, **dict(zip(names, row, strict=True))} for row in frozen.rows()]
        session.execute(insert(PoolItem), rows)
        audit.record(session, actor, now, "sitting.opened", "sitting", sitting.id, detail)
        return sitting.id


def _written(plan: SittingPlan, exam_id: int) -> dict[str, Any]:
    """Return a plan as the audit log keeps it; the password itself is no part of it."""
    detail: dict[str, Any] = {"exam": exam_id, "organisation": plan.organisation_id}
    return detail | {
        name: _plain(name, value) for name, value in vars(plan).items() if name != "organisation_id" and value
    }


def _plain(name: str, value: Any) -> Any:
    if name == "access_code":
        return bool(value)
    return value.isoformat() if isinstance(value, datetime) else value


def change_sitting(actor: Actor, sitting_id: int, plan: SittingPlan, now: datetime) -> ManagingRefusal | None:
    """Change a sitting: as long as nobody has started all of it, afterwards only its door."""
    with transaction() as session:
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.cancelled_at is not None:
            return ManagingRefusal.CANCELLED
        has_begun = managing.has_attempts(session, sitting_id)
        changed = {name: value for name, value in vars(plan).items() if getattr(sitting, name) != value}
        if has_begun and not set(changed) <= set(OF_THE_DOOR):
            return ManagingRefusal.HAS_BEGUN
        if not changed:
            return None
        if not changed.keys().isdisjoint(OF_ADMISSION) and _admits_too_many(
            session, sitting, exam, plan, now
        ):
            return ManagingRefusal.MORE_LEARNERS
        detail = {
            name: [_plain(name, getattr(sitting, name)), _plain(name, value)]
            for name, value in changed.items()
        }
        for name, value in changed.items():
            setattr(sitting, name, value)
        audit.record(session, actor, now, "sitting.changed", "sitting", sitting_id, detail)
        return None


def _admits_too_many(
    session: Session, sitting: Sitting, exam: Exam, plan: SittingPlan, now: datetime
) -> bool:
    """Return whether a plan admits more than the frozen pool was proved for, where that matters."""
    if papers.blueprint_of(exam).exposure_percent == 100:
        return False
    planned = Sitting(id=sitting.id, **vars(plan))
    learners = terms.number_admitted(session, planned, day_of(now))
    return learners * exam.attempts_allowed > sitting.papers_expected


def cancel_sitting(actor: Actor, sitting_id: int, now: datetime) -> ManagingRefusal | None:
    """Cancel a sitting that nobody has started."""
    with transaction() as session:
        sitting, _ = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.cancelled_at is not None:
            return ManagingRefusal.CANCELLED
        if managing.has_attempts(session, sitting_id):
            return ManagingRefusal.HAS_ATTEMPTS
        sitting.cancelled_at = now
        audit.record(session, actor, now, "sitting.cancelled", "sitting", sitting_id)
        return None

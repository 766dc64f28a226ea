"""Set up exams, open and cancel sittings, release results."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import papers
from learning.exams.kinds import Behaviour, Counting, Navigation, ResitFor, TimeOut
from learning.exams.models import Exam, PoolItem, Sitting
from learning.exams.queries import managing, sittings
from question_bank import feasibility


@dataclass(frozen=True)
class Settings:
    """All that an instructor decides about an exam."""

    course_id: int
    kind: str
    module_slug: str | None
    title: str
    instructions: str
    #: As question_bank.blueprints writes it.
    blueprint: dict[str, Any]
    time_limit_minutes: int
    attempts_allowed: int
    pass_percent: int
    choice_policy: str
    #: As learning.exams.review writes it.
    review: dict[str, Any]
    behaviour: str = Behaviour.EXAM
    tries: int = 1
    navigation: str = Navigation.FREE
    tolerance_seconds: int = 5
    time_out: str = TimeOut.SUBMIT
    grace_minutes: int = 0
    resit_for: str = ResitFor.FAILED
    delay_minutes: int = 0
    counting: str = Counting.HIGHEST
    markers: int = 1
    marker_tolerance_percent: int = 20


class ManagingRefusal(StrEnum):
    """Why an exam or sitting was left as it is."""

    PUBLISHED = "published"
    NOT_PUBLISHED = "not_published"
    NOT_FEASIBLE = "not_feasible"
    CANCELLED = "cancelled"
    HAS_ATTEMPTS = "has_attempts"
    RELEASED = "released"


@dataclass(frozen=True)
class Outcome:
    """The key of what was written, or why nothing was."""

    id: int | None = None
    refusal: ManagingRefusal | None = None


def create_exam(actor: Actor, organisation_id: int, settings: Settings, now: datetime) -> int:
    """Set up an exam of a school as a draft; return its key."""
    with transaction() as session:
        exam = Exam(
            organisation_id=organisation_id,
            created_at=now,
            created_by_id=actor.account_id,
            **vars(settings),
        )
        session.add(exam)
        session.flush()
        audit.record(session, actor, now, "exam.created", "exam", exam.id, {"title": exam.title})
        return exam.id


def change_exam(actor: Actor, exam_id: int, settings: Settings, now: datetime) -> ManagingRefusal | None:
    """Change a draft; what is published stays as it is, so that every sitting means the same."""
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        if exam.published_at is not None:
            return ManagingRefusal.PUBLISHED
        for name, value in vars(settings).items():
            setattr(exam, name, value)
        audit.record(session, actor, now, "exam.changed", "exam", exam_id)
        return None


def publish_exam(actor: Actor, exam_id: int, now: datetime) -> ManagingRefusal | None:
    """Freeze an exam; one that the bank cannot fill is refused."""
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        if exam.published_at is not None:
            return ManagingRefusal.PUBLISHED
        blueprint = papers.blueprint_of(exam)
        if not managing.feasibility_of(session, exam.organisation_id, blueprint).is_feasible:
            return ManagingRefusal.NOT_FEASIBLE
        exam.published_at = now
        audit.record(session, actor, now, "exam.published", "exam", exam_id)
        return None


def open_sitting(
    actor: Actor,
    exam_id: int,
    organisation_id: int,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
) -> Outcome:
    """Open a sitting for an organisation and all below, and freeze what papers are drawn from.

    The bank may have changed since the exam was published, so that feasibility is proved again.
    """
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        if exam.published_at is None:
            return Outcome(refusal=ManagingRefusal.NOT_PUBLISHED)
        pool = managing.pool_for(session, exam.organisation_id, papers.blueprint_of(exam))
        if not feasibility.check(pool).is_feasible:
            return Outcome(refusal=ManagingRefusal.NOT_FEASIBLE)
        sitting = Sitting(
            exam_id=exam_id,
            organisation_id=organisation_id,
            opens_at=opens_at,
            closes_at=closes_at,
            created_at=now,
            created_by_id=actor.account_id,
        )
        session.add(sitting)
        session.flush()
        session.add_all(
            PoolItem(
                sitting_id=sitting.id, cell=cell, question_version_id=version, difficulty=difficulty
            )
            for cell, version, difficulty in pool.rows()
        )
        detail = {"exam": exam_id, "organisation": organisation_id}
        audit.record(session, actor, now, "sitting.opened", "sitting", sitting.id, detail)
        return Outcome(sitting.id)


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


def release_results(actor: Actor, sitting_id: int, now: datetime) -> ManagingRefusal | None:
    """Let the learners of a sitting see results, keys and explanations."""
    with transaction() as session:
        sitting, _ = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.results_released_at is not None:
            return ManagingRefusal.RELEASED
        sitting.results_released_at, sitting.results_released_by_id = now, actor.account_id
        audit.record(session, actor, now, "results.released", "sitting", sitting_id)
        return None


def note_export(actor: Actor, sitting_id: int, now: datetime) -> None:
    """Note in the audit log that somebody took the results of a sitting out of the site."""
    with transaction() as session:
        audit.record(session, actor, now, "results.exported", "sitting", sitting_id)

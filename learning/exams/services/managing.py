"""Set up, publish, copy and delete exams; release results."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from learning.accounts import audit
from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.exams import papers
from learning.exams.kinds import Behaviour, Counting, Navigation, ResitFor, TimeOut
from learning.exams.models import Exam
from learning.exams.queries import managing, sittings
from learning.exams.services.notifying import tell_of_release


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
    #: Somebody else changed it meanwhile.
    CHANGED = "changed"
    NOT_PUBLISHED = "not_published"
    NOT_FEASIBLE = "not_feasible"
    CANCELLED = "cancelled"
    HAS_ATTEMPTS = "has_attempts"
    #: Somebody has started, so that only the door of the sitting can still be changed.
    HAS_BEGUN = "has_begun"
    RELEASED = "released"
    #: Where a share of the papers is promised, their number has to be known.
    NOBODY_EXPECTED = "nobody_expected"
    #: The questions were fixed for fewer, and the exam promises a share of the papers.
    MORE_LEARNERS = "more_learners"


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
    proved = reading().get_one(Exam, exam_id)
    # A look at the whole bank may take seconds; it is done before the transaction, which others wait for.
    is_feasible = managing.feasibility_of(
        reading(), proved.organisation_id, papers.blueprint_of(proved), proved.attempts_allowed
    ).is_feasible
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        if exam.published_at is not None:
            return ManagingRefusal.PUBLISHED
        if exam.blueprint != proved.blueprint:
            return ManagingRefusal.CHANGED
        if not is_feasible:
            return ManagingRefusal.NOT_FEASIBLE
        exam.published_at = now
        audit.record(session, actor, now, "exam.published", "exam", exam_id)
        return None


def copy_exam(actor: Actor, exam_id: int, title: str, now: datetime) -> int:
    """Set up a draft with the settings of an exam; return its key."""
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        kept = {name: getattr(exam, name) for name in (each.name for each in fields(Settings))}
        copy = Exam(
            organisation_id=exam.organisation_id,
            created_at=now,
            created_by_id=actor.account_id,
            **kept | {"title": title[:200]},
        )
        session.add(copy)
        session.flush()
        detail = {"title": copy.title, "exam": exam_id}
        audit.record(session, actor, now, "exam.copied", "exam", copy.id, detail)
        return copy.id


def delete_exam(actor: Actor, exam_id: int, now: datetime) -> ManagingRefusal | None:
    """Delete a draft; what is published stays on record."""
    with transaction() as session:
        exam = managing.locked_exam(session, exam_id)
        if exam.published_at is not None:
            return ManagingRefusal.PUBLISHED
        audit.record(session, actor, now, "exam.deleted", "exam", exam_id, {"title": exam.title})
        session.delete(exam)
        return None


def release_results(actor: Actor, sitting_id: int, now: datetime) -> ManagingRefusal | None:
    """Let the learners of a sitting see what their exam shows then, and tell them; there is no way back."""
    with transaction() as session:
        sitting, exam = sittings.sitting_and_exam(session, sitting_id, is_shared=False)
        if sitting.results_released_at is not None:
            return ManagingRefusal.RELEASED
        sitting.results_released_at, sitting.results_released_by_id = now, actor.account_id
        audit.record(session, actor, now, "results.released", "sitting", sitting_id)
        tell_of_release(session, sitting, exam, now)
        return None


def note_export(actor: Actor, sitting_id: int, now: datetime) -> None:
    """Note in the audit log that somebody took the results of a sitting out of the site."""
    with transaction() as session:
        audit.record(session, actor, now, "results.exported", "sitting", sitting_id)

"""Read corrections of questions after the fact: proposed, approved, and whom they concern."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, bindparam, distinct, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Account
from learning.accounts.roles import Scope
from learning.core.paging import Page, page_of_rows
from learning.exams.kinds import AttemptState
from learning.exams.models import (
    Attempt,
    AttemptResult,
    Exam,
    Regrade,
    RegradeSettlement,
    Sitting,
    Slot,
)
from learning.exams.queries.scores import correction_of
from learning.people.models import Person
from learning.people.queries import covered
from learning.questions.models import Question, QuestionVersion
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


def regrade_in(session: Session, scope: Scope, unsafe_regrade_id: int) -> tuple[RegradeRow, Exam] | None:
    """Return a correction if the scope covers the school of its exam; the door to corrections."""
    query = (
        _rows()
        .add_columns(Exam)
        .join(Exam, Exam.id == Regrade.exam_id)
        .where(Regrade.id == unsafe_regrade_id, Exam.organisation_id.in_(covered(scope)))
    )
    row = session.execute(query).one_or_none()
    return (RegradeRow(*row[:-1]), row[-1]) if row else None


def regrades_of(session: Session, exam_id: int) -> list[RegradeRow]:
    """Return all corrections of an exam, rejected ones too, newest first; one query."""
    rows = session.execute(_rows().where(Regrade.exam_id == exam_id).order_by(Regrade.id.desc()))
    return [RegradeRow(*row) for row in rows]


def _rows() -> Select[Regrade, str, str, str, str]:
    proposer, decider = aliased(Account), aliased(Account)
    return (
        select(Regrade, Question.code, QuestionVersion.stem, proposer.display_name, decider.display_name)
        .join(QuestionVersion, QuestionVersion.id == Regrade.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(proposer, proposer.id == Regrade.proposed_by_id)
        .outerjoin(decider, decider.id == Regrade.decided_by_id)
    )


def locked_regrade(session: Session, regrade_id: int) -> tuple[Regrade, Exam]:
    """Return a correction and keep all who would decide about it away until the transaction ends."""
    row = session.execute(
        select(Regrade, Exam)
        .join(Exam, Exam.id == Regrade.exam_id)
        .where(Regrade.id == regrade_id)
        .with_for_update(of=Regrade)
    ).one()
    return row[0], row[1]


def open_proposals(session: Session, exam_id: int, version_id: int) -> list[Regrade]:
    """Return the corrections of a question at an exam about which nobody has decided."""
    return list(
        session.scalars(
            select(Regrade).where(
                Regrade.exam_id == exam_id,
                Regrade.question_version_id == version_id,
                Regrade.decided_at.is_(None),
            )
        )
    )


def questions_on_papers(session: Session, exam_id: int, number: int) -> Page[AskedRow]:
    """Return a page of the questions that stand on papers of an exam."""
    query = (
        select(
            QuestionVersion.id,
            Question.code,
            QuestionVersion.stem,
            QuestionVersion.type,
            func.count(distinct(Slot.attempt_id)),
            func.count(distinct(Slot.attempt_id)).filter(Attempt.state == AttemptState.OPEN),
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Slot, Slot.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .where(Sitting.exam_id == exam_id)
        .group_by(QuestionVersion.id, Question.code)
        .order_by(Question.code)
    )
    page = page_of_rows(session, query, number)
    return Page([AskedRow(*row) for row in page.rows], page.number, page.total, page.per_page)


def is_on_papers(session: Session, exam_id: int, version_id: int) -> bool:
    """Return whether a question stands on a paper of an exam."""
    query = (
        select(Slot.attempt_id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .where(Sitting.exam_id == exam_id, Slot.question_version_id == version_id)
        .limit(1)
    )
    return session.scalar(query) is not None


def attempts_with(session: Session, exam_id: int, version_id: int) -> list[int]:
    """Return the attempts at an exam with a question on their paper, running ones too."""
    query = (
        select(Attempt.id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Slot, Slot.attempt_id == Attempt.id)
        .where(Sitting.exam_id == exam_id, Slot.question_version_id == version_id)
        .distinct()
        .order_by(Attempt.id)
    )
    return list(session.scalars(query))


class Concerned(NamedTuple):
    """An attempt that a correction may change, with its learner."""

    attempt: Attempt
    sitting: Sitting
    name: str
    staff_number: str


def concerned(session: Session, attempt_ids: Collection[int], is_locked: bool = False) -> list[Concerned]:
    """Return those of the attempts that have or will have a result; locked, nobody else scores them now."""
    query = (
        select(Attempt, Sitting, Person.name, Person.staff_number)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
    )
    if is_locked:
        query = query.with_for_update(of=Attempt)
    found = [Concerned(*row) for row in session.execute(query)]
    return [each for each in found if each.attempt.voided_at is None and each.attempt.state in _COUNTING]


_COUNTING = {AttemptState.SUBMITTED, AttemptState.CLOSED}


def number_running(session: Session, exam_id: int, version_id: int) -> int:
    """Return how many are answering a question of an exam at this moment."""
    query = (
        select(func.count(distinct(Attempt.id)))
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Slot, Slot.attempt_id == Attempt.id)
        .where(
            Sitting.exam_id == exam_id,
            Slot.question_version_id == version_id,
            Attempt.state == AttemptState.OPEN,
        )
    )
    return session.scalar(query) or 0


def unsettled(session: Session) -> list[int]:
    """Return the approved corrections by which not all attempts have been scored again."""
    query = (
        select(Regrade.id)
        .outerjoin(RegradeSettlement, RegradeSettlement.regrade_id == Regrade.id)
        .where(Regrade.is_approved.is_(True), RegradeSettlement.regrade_id.is_(None))
        .order_by(Regrade.decided_at, Regrade.id)
    )
    return list(session.scalars(query))


def is_settled(session: Session, regrade_id: int) -> bool:
    """Return whether all attempts have been scored again by a correction."""
    return session.get(RegradeSettlement, regrade_id) is not None


def changes_by(session: Session, regrade_id: int) -> list[tuple[int, AttemptResult, AttemptResult]]:
    """Return the results that a correction changed: the attempt, the result before, and that after."""
    former = aliased(AttemptResult)
    before = (
        select(func.max(former.id))
        .where(former.attempt_id == AttemptResult.attempt_id, former.id < AttemptResult.id)
        .correlate(AttemptResult)
        .scalar_subquery()
    )
    earlier = aliased(AttemptResult)
    rows = session.execute(
        select(AttemptResult.attempt_id, earlier, AttemptResult)
        .join(earlier, earlier.id == before)
        .where(AttemptResult.regrade_id == regrade_id)
        .order_by(AttemptResult.attempt_id)
    )
    return [(attempt_id, old, new) for attempt_id, old, new in rows]


def errata_for(session: Session, attempt_id: int) -> list[tuple[int, str]]:
    """Return what was told about the questions of an attempt: slot and text, in the order of approval."""
    rows = session.execute(
        select(Slot.number, Regrade.erratum)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(
            Regrade,
            (Regrade.exam_id == Sitting.exam_id) & (Regrade.question_version_id == Slot.question_version_id),
        )
        .where(Slot.attempt_id == attempt_id, Regrade.is_approved.is_(True), Regrade.erratum != "")
        .order_by(Regrade.decided_at, Regrade.id)
    )
    return [(slot, text) for slot, text in rows]


def newer_version(session: Session, version_id: int) -> tuple[int, int | None, bool]:
    """Return the question of a version, the school that keeps it, and whether a newer one is in force."""
    row = session.execute(
        select(Question.id, Question.organisation_id, Question.published_version_id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.id == version_id)
    ).one()
    return row[0], row[1], row[2] != version_id


def exists(session: Session, attempt_id: int) -> bool:
    """Return whether there is such an attempt."""
    return session.get(Attempt, attempt_id) is not None

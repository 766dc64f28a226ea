"""Read what a service has to know before it writes."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.questions.models import BankLoad, Question, QuestionVersion
from question_bank.items import Item


def last_load(session: Session) -> str | None:
    """Return the digest of the built-in bank as it was last taken in."""
    return session.scalar(select(BankLoad.digest).order_by(BankLoad.id.desc()).limit(1))


def builtin(session: Session) -> dict[str, tuple[Question, str]]:
    """Return the questions of the built-in bank by code, with the digest of the version in force."""
    query = (
        select(Question, QuestionVersion.digest)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.organisation_id.is_(None))
    )
    return {question.code: (question, digest) for question, digest in session.execute(query)}


def locked_version(session: Session, version_id: int) -> tuple[QuestionVersion, Question] | None:
    """Return a version with its question, both locked until the end of the transaction."""
    row = session.execute(
        select(QuestionVersion, Question)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id == version_id)
        .with_for_update()
    ).one_or_none()
    return (row[0], row[1]) if row else None


def newest_number(session: Session, question_id: int) -> int:
    """Return the number of the newest version of a question, 0 where there is none."""
    query = select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question_id)
    return session.scalar(query) or 0


def newest_numbers(session: Session) -> dict[int, int]:
    """Return the number of the newest version of every question of the built-in bank."""
    query = (
        select(QuestionVersion.question_id, func.max(QuestionVersion.number))
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.organisation_id.is_(None))
        .group_by(QuestionVersion.question_id)
    )
    return dict(iter(session.execute(query)))


def draft_of(session: Session, question_id: int) -> QuestionVersion | None:
    """Return the draft of a question; there is at most one."""
    return session.scalar(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question_id, QuestionVersion.published_at.is_(None)
        )
    )


def first_drafts_like(
    session: Session, organisation_id: int, account_id: int | None, item: Item
) -> Sequence[QuestionVersion]:
    """Return new questions that this account wrote for a school with the same stem: a form sent twice."""
    return session.scalars(
        select(QuestionVersion)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Question.organisation_id == organisation_id,
            Question.published_version_id.is_(None),
            QuestionVersion.written_by_id == account_id,
            QuestionVersion.type == item.type,
            QuestionVersion.stem == item.stem,
        )
    ).all()

"""Say which questions a scope shows, and read what belongs to several versions at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.people.queries import covered
from learning.questions.models import Question, QuestionClause, QuestionVersion


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a question is of the built-in bank or of a school of the scope."""
    return or_(Question.organisation_id.is_(None), Question.organisation_id.in_(covered(scope)))


def in_force(scope: Scope, *columns: Any) -> Select[Any]:
    """Return a query of columns of the versions that a scope shows and exams may use."""
    return (
        select(*columns)
        .join(Question, Question.published_version_id == QuestionVersion.id)
        .where(visible(scope), Question.retired_at.is_(None))
    )


def grouped(session: Session, query: Select[int, str]) -> dict[int, tuple[str, ...]]:
    """Return the second column of a query by the first."""
    found: dict[int, list[str]] = {}
    for key, text in session.execute(query):
        found.setdefault(key, []).append(text)
    return {key: tuple(texts) for key, texts in found.items()}


def clauses_of(version_ids: Select[Any] | Sequence[int]) -> Select[int, str]:
    """Return a query of the clauses that versions cite, in the order of the document."""
    return (
        select(QuestionClause.version_id, QuestionClause.ref)
        .where(QuestionClause.version_id.in_(version_ids))
        .order_by(QuestionClause.section, QuestionClause.paragraph, QuestionClause.ref)
    )

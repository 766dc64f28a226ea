"""Read what exams are drawn from and made of."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.roles import Scope
from learning.questions.models import Question, QuestionTag, QuestionVersion
from learning.questions.queries.versions import item_from
from learning.questions.queries.visible import clauses_of, grouped, in_force
from question_bank.items import Item
from question_bank.pool import Candidate


def candidates(session: Session, scope: Scope) -> list[Candidate]:
    """Return what exams of a scope may be drawn from: published, not retired, not practice; three queries."""
    exam = Question.is_practice.is_(False)
    ids = in_force(scope, QuestionVersion.id).where(exam)
    tagged = select(QuestionTag.version_id, QuestionTag.tag).where(QuestionTag.version_id.in_(ids))
    clauses, tags = grouped(session, clauses_of(ids)), grouped(session, tagged.order_by(QuestionTag.tag))
    query = in_force(scope, QuestionVersion.id, QuestionVersion.type, QuestionVersion.difficulty)
    return [
        Candidate(key, clauses.get(key, ()), type_, difficulty, tags.get(key, ()))
        for key, type_, difficulty in session.execute(query.where(exam).order_by(QuestionVersion.id))
    ]


def items_of(session: Session, version_ids: Iterable[int]) -> dict[int, Item]:
    """Return what versions say, by key; one query. With key and explanation: never for learners as it is."""
    query = select(QuestionVersion.id, QuestionVersion.item).where(
        QuestionVersion.id.in_(sorted(set(version_ids)))
    )
    return {key: item_from(stored) for key, stored in session.execute(query)}

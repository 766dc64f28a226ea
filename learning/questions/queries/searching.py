"""Search the bank and count it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Null, Select, and_, distinct, exists, func, null, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.accounts.roles import Scope
from learning.core.paging import Page, page_of_rows
from learning.people.models import Organisation
from learning.people.queries import covered
from learning.questions.models import Question, QuestionClause, QuestionTag, QuestionVersion
from learning.questions.queries.visible import clauses_of, grouped, in_force, visible
from learning.questions.rules import ClauseFilter, Count, State


@dataclass(frozen=True)
class Search:
    """What the bank is searched by; an empty condition admits everything."""

    clause: ClauseFilter | None = None
    type: str = ""
    difficulty: int | None = None
    state: State | None = State.PUBLISHED
    text: str = ""
    use: str = ""


@dataclass(frozen=True)
class QuestionRow:
    """A question in a list, with the version that the list is about."""

    question_id: int
    version_id: int
    code: str
    number: int
    type: str
    difficulty: int
    stem: str
    clauses: tuple[str, ...]
    is_practice: bool
    state: State
    #: The school that keeps it; None for the built-in bank.
    organisation_name: str | None
    has_draft: bool


@dataclass(frozen=True)
class DraftRow:
    """A draft that waits to be finished or reviewed."""

    question_id: int
    version_id: int
    code: str
    number: int
    type: str
    stem: str
    organisation_name: str
    written_at: datetime
    written_by_id: int | None
    written_by: str | None


def search(session: Session, scope: Scope, wanted: Search, number: int) -> Page[QuestionRow]:
    """Return a page of questions; three queries whatever the number of rows."""
    draft = exists().where(QuestionVersion.question_id == Question.id, QuestionVersion.published_at.is_(None))
    query = (
        select(Question, QuestionVersion, Organisation.name, draft.correlate(Question).label("has_draft"))
        .join(QuestionVersion, _shown_in(wanted.state))
        .outerjoin(Organisation, Organisation.id == Question.organisation_id)
        .where(visible(scope), *_conditions(wanted))
        .order_by(Question.code)
    )
    page = page_of_rows(session, query, number)
    clauses = grouped(session, clauses_of([row[1].id for row in page.rows]))
    rows = [
        QuestionRow(
            question_id=question.id,
            version_id=version.id,
            code=question.code,
            number=version.number,
            type=version.type,
            difficulty=version.difficulty,
            stem=version.stem,
            clauses=clauses.get(version.id, ()),
            is_practice=question.is_practice,
            state=_state(question, version),
            organisation_name=organisation_name,
            has_draft=has_draft,
        )
        for question, version, organisation_name, has_draft in page.rows
    ]
    return Page(rows, page.number, page.total, page.per_page)


def _shown_in(state: State | None) -> ColumnElement[bool]:
    """Return which version of a question a list shows: the draft, or the one in force if there is any."""
    of_question = QuestionVersion.question_id == Question.id
    in_force = QuestionVersion.id == Question.published_version_id
    if state is State.DRAFT:
        return and_(of_question, QuestionVersion.published_at.is_(None))
    if state is None:
        return and_(of_question, or_(in_force, Question.published_version_id.is_(None)))
    return in_force


def _state(question: Question, version: QuestionVersion) -> State:
    if question.retired_at is not None:
        return State.RETIRED
    return State.DRAFT if version.published_at is None else State.PUBLISHED


def _conditions(wanted: Search) -> Iterable[ColumnElement[bool]]:
    if wanted.state is State.PUBLISHED:
        yield Question.retired_at.is_(None)
    if wanted.state is State.RETIRED:
        yield Question.retired_at.is_not(None)
    if wanted.type:
        yield QuestionVersion.type == wanted.type
    if wanted.difficulty is not None:
        yield QuestionVersion.difficulty == wanted.difficulty
    if wanted.use:
        yield Question.is_practice == (wanted.use == "practice")
    if wanted.clause:
        yield QuestionVersion.id.in_(_citing(wanted.clause))
    if wanted.text:
        tagged = select(QuestionTag.version_id).where(QuestionTag.tag == wanted.text)
        yield or_(
            QuestionVersion.stem.icontains(wanted.text, autoescape=True),
            Question.code.icontains(wanted.text, autoescape=True),
            QuestionVersion.id.in_(tagged),
        )


def _citing(clause: ClauseFilter) -> Select[int]:
    query = select(QuestionClause.version_id).where(QuestionClause.section == clause.section)
    if clause.ref is not None:
        return query.where(QuestionClause.ref == clause.ref)
    if clause.paragraph is not None:
        return query.where(QuestionClause.paragraph == clause.paragraph)
    return query


def drafts(session: Session, scope: Scope) -> list[DraftRow]:
    """Return all drafts of the schools of a scope, the oldest first; one query."""
    query = (
        select(Question, QuestionVersion, Organisation.name, Account.display_name)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Organisation, Organisation.id == Question.organisation_id)
        .outerjoin(Account, Account.id == QuestionVersion.written_by_id)
        .where(QuestionVersion.published_at.is_(None), Question.organisation_id.in_(covered(scope)))
        .order_by(QuestionVersion.written_at, QuestionVersion.id)
    )
    return [
        DraftRow(
            question_id=question.id,
            version_id=version.id,
            code=question.code,
            number=version.number,
            type=version.type,
            stem=version.stem,
            organisation_name=organisation_name,
            written_at=version.written_at,
            written_by_id=version.written_by_id,
            written_by=written_by,
        )
        for question, version, organisation_name, written_by in session.execute(query)
    ]


def counts(session: Session, scope: Scope, use: str) -> list[Count]:
    """Return how many published questions there are: in all, by section, by paragraph; three queries.

    A question that cites two paragraphs counts for both, but once for their section and once in all.
    """
    section, paragraph = QuestionClause.section, QuestionClause.paragraph
    return [
        *_counted(session, scope, use, null(), null()),
        *_counted(session, scope, use, section, null()),
        *_counted(session, scope, use, section, paragraph),
    ]


def _counted(session: Session, scope: Scope, use: str, *place: Any) -> Iterable[Count]:
    columns = (*place, QuestionVersion.type, QuestionVersion.difficulty)
    query = (
        in_force(scope, *columns, func.count(distinct(QuestionVersion.id)))
        .outerjoin(QuestionClause, QuestionClause.version_id == QuestionVersion.id)
        .where(Question.is_practice == (use == "practice"))
        .group_by(*(column for column in columns if not isinstance(column, Null)))
    )
    return [Count(*row) for row in session.execute(query)]

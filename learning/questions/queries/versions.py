"""Read questions and versions one by one, through the doors that take the scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.accounts.roles import Scope
from learning.people.kinds import OrganisationKind
from learning.people.models import Organisation
from learning.people.queries import covered
from learning.questions.models import Question, QuestionVersion
from learning.questions.queries.visible import visible
from question_bank import items
from question_bank.items import Item


@dataclass(frozen=True)
class VersionRow:
    """A version of a question with all that is known about it."""

    id: int
    question_id: int
    number: int
    item: Item
    digest: str
    written_at: datetime
    written_by_id: int | None
    written_by: str | None
    published_at: datetime | None
    published_by: str | None


def question_in(session: Session, scope: Scope, unsafe_question_id: int) -> Question | None:
    """Return a question if the scope shows it; the door to questions."""
    return session.scalar(select(Question).where(Question.id == unsafe_question_id, visible(scope)))


def version_in(session: Session, scope: Scope, unsafe_version_id: int) -> VersionRow | None:
    """Return a version of a question that the scope shows; the door to versions."""
    query = _versions().where(QuestionVersion.id == unsafe_version_id, visible(scope))
    row = session.execute(query).one_or_none()
    return _version_row(*row) if row else None


def history(session: Session, question_id: int) -> list[VersionRow]:
    """Return all versions of a question, newest first; one query."""
    query = _versions().where(Question.id == question_id).order_by(QuestionVersion.number.desc())
    return [_version_row(*row) for row in session.execute(query)]


def schools_in(session: Session, scope: Scope) -> dict[int, str]:
    """Return who may keep questions of their own: institutions of a scope, and what it was granted for."""
    is_school = Organisation.kind == OrganisationKind.INSTITUTION
    query = (
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(covered(scope)),
            Organisation.is_active,
            or_(is_school, Organisation.id.in_(sorted(scope.organisation_ids))),
        )
        .order_by(Organisation.sort_number, Organisation.code)
    )
    return dict(iter(session.execute(query)))


def item_from(stored: Mapping[str, Any]) -> Item:
    """Return the item that a version stores."""
    item = items.from_dict(stored)
    assert isinstance(item, Item), "only what can be held is stored"
    return item


def _versions() -> Select[Any]:
    writer, publisher = Account.__table__.alias("writer"), Account.__table__.alias("publisher")
    return (
        select(QuestionVersion, writer.c.display_name, publisher.c.display_name)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(writer, writer.c.id == QuestionVersion.written_by_id)
        .outerjoin(publisher, publisher.c.id == QuestionVersion.published_by_id)
    )


def _version_row(version: QuestionVersion, written_by: str | None, published_by: str | None) -> VersionRow:
    return VersionRow(
        id=version.id,
        question_id=version.question_id,
        number=version.number,
        item=item_from(version.item),
        digest=version.digest,
        written_at=version.written_at,
        written_by_id=version.written_by_id,
        written_by=written_by,
        published_at=version.published_at,
        published_by=published_by,
    )

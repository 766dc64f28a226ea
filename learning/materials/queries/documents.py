"""Read the originals and their clauses."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.materials.models import Clause, Document
from learning.materials.rules import paragraphs_of


class DocumentRow(NamedTuple):
    """A loaded original with its counts."""

    id: int
    slug: str
    title: str
    source_name: str
    imported_at: datetime
    imported_by: str | None
    sections: int
    paragraphs: int
    characters: int


def documents(session: Session) -> list[DocumentRow]:
    """Return the originals that are loaded, with their counts."""
    is_heading = Clause.kind == "heading"
    rows = session.execute(
        select(
            Document.id,
            Document.slug,
            Document.title,
            Document.source_name,
            Document.imported_at,
            Account.display_name,
            func.count(Clause.id).filter(is_heading),
            func.count(Clause.id).filter(~is_heading),
            func.coalesce(func.sum(func.length(Clause.text)).filter(~is_heading), 0),
        )
        .join(Clause, Clause.document_id == Document.id)
        .outerjoin(Account, Account.id == Document.imported_by_id)
        .group_by(Document.id, Account.display_name)
        .order_by(Document.slug)
    )
    # PostgreSQL gives the sum of 64-bit numbers as a decimal.
    return [DocumentRow(*row)._replace(characters=int(row[8])) for row in rows]


def document_of(session: Session, slug: str) -> Document | None:
    """Return the original that a course teaches, where it is loaded."""
    return session.scalar(select(Document).where(Document.slug == slug))


def original(session: Session, slug: str, refs: Iterable[str]) -> dict[str, str]:
    """Return the texts of the paragraphs that clauses lie in; nothing where the original is not loaded."""
    rows = session.execute(
        select(Clause.ref, Clause.text)
        .join(Document, Document.id == Clause.document_id)
        .where(Document.slug == slug, Clause.ref.in_(paragraphs_of(refs)))
    )
    return {row[0]: row[1] for row in rows}

"""Read what people were told."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.core.paging import Page, page_of
from learning.people.models import Notice


def notices_of(session: Session, person_id: int, number: int) -> Page[Notice]:
    """Return a page of the notices of a person, newest first."""
    query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    return page_of(session, query, number)


def unread_notices(session: Session, person_id: int, most: int) -> tuple[list[Notice], int]:
    """Return the newest notices that a person has not read, and how many there are; one query."""
    rows = session.execute(
        select(Notice, func.count().over())
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .order_by(Notice.id.desc())
        .limit(most)
    ).all()
    return [notice for notice, _ in rows], rows[0][1] if rows else 0


def unread_up_to(session: Session, person_id: int, newest_id: int) -> list[Notice]:
    """Return the unread notices of a person up to one, to be marked as read."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.person_id == person_id, Notice.read_at.is_(None), Notice.id <= newest_id)
            .with_for_update()
        )
    )

"""Lists in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PER_PAGE = 50
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Page(Generic[Entry]):
    """One page of a list: its rows, its number from 1, and how many there are in all."""

    rows: Sequence[Entry]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, ceil(self.total / self.per_page))


def page_of(session: Session, query: Select[Entry], number: int, per_page: int = PER_PAGE) -> Page[Entry]:
    """Return a page of single objects; two queries whatever the number of rows."""
    total, number = _count(session, query, number, per_page)
    rows = session.scalars(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, total, per_page)


def page_of_rows(
    session: Session, query: Select[*tuple[Any, ...]], number: int, per_page: int = PER_PAGE
) -> Page[Any]:
    """Return a page of rows with several columns; two queries whatever the number of rows."""
    total, number = _count(session, query, number, per_page)
    rows = session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, total, per_page)


def _count(session: Session, query: Select[*tuple[Any, ...]], number: int, per_page: int) -> tuple[int, int]:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return total, max(1, min(number, ceil(total / per_page)))

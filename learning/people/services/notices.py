"""Tell people what they should know, and note that they have read it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.core.db import transaction
from learning.people.models import Notice
from learning.people.queries import unread_up_to


class News(NamedTuple):
    """Something to tell a person: an English message id with its values, and where to look."""

    person_id: int
    text: str
    params: Mapping[str, Any]
    link: str = ""


def tell(session: Session, news: Iterable[News], now: datetime) -> None:
    """Add notices inside the transaction of what they tell of; one statement for all."""
    rows = [
        {"person_id": each.person_id, "text": each.text, "params": dict(each.params), "link": each.link}
        for each in news
    ]
    if rows:
        session.execute(insert(Notice), [row | {"made_at": now} for row in rows])


def mark_read(person_id: int, newest_id: int, now: datetime) -> None:
    """Note that a person has read all notices up to the newest that the page showed."""
    with transaction() as session:
        for notice in unread_up_to(session, person_id, newest_id):
            notice.read_at = now

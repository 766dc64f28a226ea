"""Read what is different for single persons at a sitting."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account
from learning.core.paging import Page, page_of_rows
from learning.exams.kinds import AttemptState
from learning.exams.models import Attempt, SittingOverride
from learning.people.models import Person


class OverrideRow(NamedTuple):
    """What was decided for a person, by whom; only the last of a person counts."""

    override: SittingOverride
    staff_number: str
    name: str
    by: str
    is_in_force: bool


def overrides_at(session: Session, sitting_id: int, number: int) -> Page[OverrideRow]:
    """Return a page of all decisions about single persons at a sitting, the latest first; two queries."""
    last = (
        select(func.max(SittingOverride.id))
        .where(SittingOverride.sitting_id == sitting_id)
        .group_by(SittingOverride.person_id)
    )
    page = page_of_rows(
        session,
        select(
            SittingOverride,
            Person.staff_number,
            Person.name,
            Account.display_name,
            SittingOverride.id.in_(last),
        )
        .join(Person, Person.id == SittingOverride.person_id)
        .outerjoin(Account, Account.id == SittingOverride.made_by_id)
        .where(SittingOverride.sitting_id == sitting_id)
        .order_by(SittingOverride.id.desc()),
        number,
    )
    rows = [OverrideRow(row[0], row[1], row[2], row[3] or "", bool(row[4])) for row in page.rows]
    return Page(rows, page.number, page.total, page.per_page)


def running_attempt(session: Session, sitting_id: int, person_id: int) -> Attempt | None:
    """Return the open attempt of a person at a sitting, and keep all other writers away from it."""
    return session.scalar(
        select(Attempt)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.person_id == person_id,
            Attempt.state == AttemptState.OPEN,
        )
        .with_for_update()
    )

"""People who mark in the stories, and short words for what they do."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learning.accounts.models import Account, RoleGrant
from learning.accounts.roles import Actor, Role
from learning.core.db import reading, transaction
from learning.exams.marks import MarkRefusal
from learning.exams.models import AttemptResult, Mark
from learning.exams.services import handing_in, marking
from learning.exams.services.marking import Given
from tests.cast import LONG_AGO, Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import LEARNER, entry, looking, send

Row = TypeVar("Row", Mark, AttemptResult)


def marker(cast: Cast, name: str) -> Actor:
    """Return somebody of the cast as the one who marks."""
    return Actor(cast.accounts[name], name)


def with_third_marker(cast: Cast) -> Actor:
    """Give the school one more instructor, who is nobody else."""
    with transaction() as session:
        account = Account(
            sign_in_name="sanwei", display_name="三维评卷", password_hash="x", created_at=LONG_AGO
        )
        session.add(account)
        session.flush()
        cast.accounts["sanwei"] = account.id
        _grant(session, cast, "sanwei")
    return marker(cast, "sanwei")


def also_instructor(cast: Cast, name: str) -> None:
    """Let a learner of the cast mark for the school as well."""
    with transaction() as session:
        _grant(session, cast, name)


def _grant(session: Session, cast: Cast, name: str) -> None:
    session.add(
        RoleGrant(
            account_id=cast.accounts[name],
            role=Role.INSTRUCTOR,
            organisation_id=cast.organisations["school"],
            granted_at=LONG_AGO,
        )
    )


def finished(client: FlaskClient, cast: Cast, story: stories.Story, name: str = "wang") -> int:
    """Let somebody answer the short answer of ONE_SHORT_ANSWER and hand in."""
    attempt_id = stories.start(cast, story, name)
    reply = send(client, attempt_id, stories.pass_of(attempt_id), [entry("k2", 2, f"{name} 的作答")])
    assert reply.status_code == 200
    assert handing_in.submit(LEARNER, attempt_id, f"browser-of-{name}", 1, stories.now()) is None
    return attempt_id


def give(
    who: Actor, attempt_id: int, mark: str | Decimal, slot: int = 2, seen: int | None = None, **more: Any
) -> MarkRefusal | None:
    """Mark an answer as a whole, in marks."""
    (full,) = (slot_.max_mark for slot_, _ in stories.paper(attempt_id) if slot_.number == slot)
    given = Given(Fraction(Decimal(mark)) / Fraction(full), **more)
    return marking.mark_answer(who, attempt_id, slot, given, seen, stories.now())


def settle(
    who: Actor, attempt_id: int, mark: str | Decimal, slot: int = 2, **more: Any
) -> MarkRefusal | None:
    """Decide about an answer, having seen all its marks."""
    (full,) = (slot_.max_mark for slot_, _ in stories.paper(attempt_id) if slot_.number == slot)
    given = Given(Fraction(Decimal(mark)) / Fraction(full), **({"cause": "两位评分相差过大"} | more))
    marks = marks_of(attempt_id, slot)
    return marking.decide(who, attempt_id, slot, given, marks[-1].id if marks else None, stories.now())


def marks_of(attempt_id: int, slot: int = 2) -> list[Mark]:
    """Return the marks of an answer in the order in which they were added."""
    query = select(Mark).where(Mark.attempt_id == attempt_id, Mark.slot_number == slot).order_by(Mark.id)
    return _loose(query)


def results(attempt_id: int) -> list[AttemptResult]:
    """Return the results of an attempt in the order in which they were added."""
    query = select(AttemptResult).where(AttemptResult.attempt_id == attempt_id).order_by(AttemptResult.id)
    return _loose(query)


def _loose(query: Select[Row]) -> list[Row]:
    """Return rows as they are now, which no later look makes stale."""
    found = list(looking().scalars(query))
    reading().expunge_all()
    return found

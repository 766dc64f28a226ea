"""The exam that the stories are about, and short words for what people do in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts.roles import Actor
from learning.core.db import reading, transaction
from learning.exams import review, tokens
from learning.exams.kinds import Phase
from learning.exams.models import Attempt, JournalEntry, Slot
from learning.exams.services import managing, sittings, taking
from learning.exams.services.managing import Settings
from learning.materials.models import Course
from learning.questions.queries import items_of
from question_bank import types
from question_bank.items import Item
from tests.cast import Cast

CHEN = Actor(None, "陈讲授")
LEARNER = Actor(None, "学员")

RELEASED = review.to_dict({Phase.RELEASED: review.EVERYTHING})
AFTER_CLOSE = review.to_dict({Phase.CLOSED: review.EVERYTHING})
ON_SUBMIT = review.to_dict({Phase.AFTER: review.EVERYTHING})
MIXED = {
    "cells": [
        {"types": ["single_choice"], "count": 3, "marks": "2"},
        {"types": ["multiple_choice"], "count": 2, "marks": "3"},
        {"types": ["fill_blank"], "count": 1, "marks": "4"},
    ]
}
EVERY_TYPE = {"cells": [{"types": [type_.name], "count": 1, "marks": "2"} for type_ in types.all_types()]}
ONE_SHORT_ANSWER = {
    "cells": [
        {"types": ["true_false"], "count": 1, "marks": "5"},
        {"types": ["short_answer"], "count": 1, "marks": "5"},
    ]
}


def course_id() -> int:
    """Return a course that exams can be about."""
    with transaction() as session:
        found = session.scalar(select(Course))
        if found is None:
            found = Course(slug="small")
            session.add(found)
            session.flush()
        return found.id


def settings(blueprint: Mapping[str, Any] = MIXED, **changed: Any) -> Settings:
    """Return the settings of a final exam of an hour."""
    usual = Settings(
        course_id=course_id(),
        kind="final_exam",
        module_slug=None,
        title="结业考试",
        instructions="",
        blueprint=dict(blueprint),
        time_limit_minutes=60,
        attempts_allowed=2,
        pass_percent=60,
        choice_policy="all_or_nothing",
        review=RELEASED,
    )
    return replace(usual, **changed)


@dataclass(frozen=True)
class Story:
    """A published exam with a sitting for the county, open since three hours and for a day."""

    exam_id: int
    sitting_id: int
    opens_at: datetime
    closes_at: datetime


def now() -> datetime:
    """Return the present moment; stories move on from it."""
    return datetime.now(UTC)


def sitting(
    cast: Cast,
    blueprint: Mapping[str, Any] = MIXED,
    hours: float = 24,
    planned: Mapping[str, Any] | None = None,
    **changed: Any,
) -> Story:
    """Publish an exam and open a sitting that began some hours ago; `planned` is what is special about it."""
    moment = now()
    exam_id = managing.create_exam(CHEN, cast.organisations["school"], settings(blueprint, **changed), moment)
    assert managing.publish_exam(CHEN, exam_id, moment) is None
    return open_for(cast, exam_id, hours, **planned or {})


def open_for(cast: Cast, exam_id: int, hours: float = 24, **planned: Any) -> Story:
    """Open a sitting of a published exam for the county that began some hours ago."""
    moment = now()
    opens_at, closes_at = moment - timedelta(hours=3), moment + timedelta(hours=hours)
    plan = sittings.SittingPlan(cast.organisations["county"], opens_at, closes_at, **planned)
    opened = sittings.open_sitting(CHEN, exam_id, plan, moment)
    assert opened.id is not None, opened
    return Story(exam_id, opened.id, opens_at, closes_at)


def start(cast: Cast, story: Story, name: str = "wang", at: datetime | None = None) -> int:
    """Start an attempt of somebody."""
    begun = taking.start(LEARNER, cast.persons[name], story.sitting_id, f"browser-of-{name}", at or now())
    assert begun.attempt_id is not None, begun.refusal
    return begun.attempt_id


def looking() -> Session:
    """Return a session that sees what requests have committed meanwhile."""
    reading().rollback()
    return reading()


def attempt(attempt_id: int) -> Attempt:
    """Return an attempt as it stands in the database."""
    return looking().get_one(Attempt, attempt_id, populate_existing=True)


def place(attempt_id: int) -> str:
    """Return the place that may write into an attempt."""
    return attempt(attempt_id).place


def journal(attempt_id: int) -> list[JournalEntry]:
    """Return the journal of an attempt."""
    query = select(JournalEntry).where(JournalEntry.attempt_id == attempt_id).order_by(JournalEntry.seq)
    return list(looking().scalars(query))


def paper(attempt_id: int) -> list[tuple[Slot, Item]]:
    """Return slots and items of a paper."""
    slots = looking().scalars(select(Slot).where(Slot.attempt_id == attempt_id).order_by(Slot.number)).all()
    items = items_of(reading(), [slot.question_version_id for slot in slots])
    return [(slot, items[slot.question_version_id]) for slot in slots]


def right_fields(item: Item) -> list[list[str]]:
    """Return the form fields of the right answer."""
    kind = types.get(item.type)
    return [list(pair) for pair in kind.form_fields(kind.right_response(item.content))]


def pass_of(attempt_id: int) -> str:
    """Return the token of the page that may write."""
    found = attempt(attempt_id)
    return tokens.sign(tokens.AttemptPass(found.id, found.person_id, found.place))


def send(
    client: FlaskClient, attempt_id: int, token: str, entries: Sequence[Mapping[str, Any]]
) -> TestResponse:
    """Send answers as the exam page does."""
    return client.post(f"/attempts/{attempt_id}/answers", json={"token": token, "entries": list(entries)})


def entry(key: str, slot: int, *values: str, field: str = "") -> dict[str, Any]:
    """Return an answer as the exam page sends it."""
    return {"key": key, "slot": slot, "fields": [[field, value] for value in values]}

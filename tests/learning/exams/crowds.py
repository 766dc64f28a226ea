"""Many people at a sitting, written at once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from learning.core.db import transaction
from learning.exams.models import Attempt, Seat
from learning.people.models import Appointment, Person
from tests.cast import LONG_AGO, Cast
from tests.learning.exams.stories import Story


def crowd(cast: Cast, number: int, unit: str = "county_union") -> list[int]:
    """Add persons to a unit; return their keys."""
    with transaction() as session:
        numbers = [f"M{place:05}" for place in range(number)]
        named = [
            {"staff_number": each, "name": f"人员{each}", "is_active": True, "created_at": LONG_AGO}
            for each in numbers
        ]
        session.execute(insert(Person), named)
        keys = list(
            session.scalars(
                select(Person.id).where(Person.staff_number.like("M%")).order_by(Person.staff_number)
            )
        )
        posts = [
            {"person_id": key, "organisation_id": cast.organisations[unit], "post": "干事"} for key in keys
        ]
        session.execute(insert(Appointment), posts)
        return keys


def seats(story: Story, person_ids: list[int], a_room: int = 30) -> None:
    """Seat people in rooms, from 101 on."""
    with transaction() as session:
        session.execute(
            insert(Seat),
            [
                {
                    "sitting_id": story.sitting_id,
                    "person_id": key,
                    "room": str(101 + place // a_room),
                    "seat": str(1 + place % a_room),
                }
                for place, key in enumerate(person_ids)
            ],
        )


def attempts(story: Story, person_ids: list[int], started_at: datetime, **fields: Any) -> list[int]:
    """Start attempts of an hour without papers, for what does not look at papers."""
    closes_at = started_at + timedelta(hours=1)
    usual = {
        "sitting_id": story.sitting_id,
        "number": 1,
        "seed": "0",
        "started_at": started_at,
        "closes_at": closes_at,
        "saves_until": closes_at + timedelta(seconds=5),
        "hand_in_until": closes_at + timedelta(seconds=5),
    }
    with transaction() as session:
        session.execute(insert(Attempt), [usual | {"person_id": key} | fields for key in person_ids])
        return list(
            session.scalars(
                select(Attempt.id)
                .where(Attempt.sitting_id == story.sitting_id, Attempt.person_id.in_(person_ids))
                .order_by(Attempt.person_id)
            )
        )

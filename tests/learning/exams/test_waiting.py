"""The waiting room: a countdown in seconds of the server, with and without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.core.db import transaction
from learning.exams.kinds import StartMode
from learning.exams.models import RoomStart, Sitting
from tests.cast import Cast
from tests.learning.exams import stories

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


def opening_in(cast: Cast, minutes: float, **planned: Any) -> stories.Story:
    """Return a sitting that opens in some minutes."""
    story = stories.sitting(cast, planned=planned)
    with transaction() as session:
        session.get_one(Sitting, story.sitting_id).opens_at = stories.now() + timedelta(minutes=minutes)
    return story


def asked(client: FlaskClient, story: stories.Story) -> dict[str, Any]:
    """Return what the script of the waiting room hears."""
    reply = client.get(f"/exams/{story.sitting_id}/waiting", headers={"Accept": "application/json"})
    assert reply.json is not None
    return dict(reply.json)


def test_within_the_hour_before_the_opening_a_learner_waits_and_cannot_start_yet(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = opening_in(cast, 30), sign_in("wang")
    assert f"/exams/{story.sitting_id}/waiting" in client.get(f"/exams/{story.sitting_id}").text
    page = client.get(f"/exams/{story.sitting_id}/waiting").text
    assert "disabled" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    heard = asked(client, story)
    assert heard["started"] is True
    assert 1790 <= heard["opens_in"] <= 1800
    assert heard["ask_again"] <= 60
    refused = client.post(f"/exams/{story.sitting_id}/start")
    assert refused.location == f"/exams/{story.sitting_id}/waiting"


def test_earlier_than_that_there_is_no_waiting_room(cast: Cast, sign_in: SignIn) -> None:
    story, client = opening_in(cast, 90), sign_in("wang")
    assert "/waiting" not in client.get(f"/exams/{story.sitting_id}").text
    assert client.get(f"/exams/{story.sitting_id}/waiting").location == f"/exams/{story.sitting_id}"


def test_a_start_by_hand_is_waited_for_and_heard_of(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast, planned={"start_mode": StartMode.BY_HAND}), sign_in("wang")
    heard = asked(client, story)
    assert (heard["opens_in"], heard["started"]) == (0, False)
    assert 5 <= heard["ask_again"] < 8
    assert "disabled" in client.get(f"/exams/{story.sitting_id}/waiting").text
    with transaction() as session:
        session.add(RoomStart(sitting_id=story.sitting_id, room="", started_at=stories.now()))
    assert asked(client, story)["started"] is True
    page = client.get(f"/exams/{story.sitting_id}/waiting").text
    assert "disabled" not in page
    assert "http-equiv" not in page
    assert "/attempts/" in client.post(f"/exams/{story.sitting_id}/start").location


def test_where_a_password_is_asked_the_waiting_room_has_a_field_for_it(cast: Cast, sign_in: SignIn) -> None:
    story, client = stories.sitting(cast, planned={"access_code": "AB23CD"}), sign_in("wang")
    rules = client.get(f"/exams/{story.sitting_id}").text
    assert f'href="/exams/{story.sitting_id}/waiting"' in rules
    assert 'name="code"' in client.get(f"/exams/{story.sitting_id}/waiting").text


def test_who_has_started_is_led_from_the_waiting_room_to_the_paper(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    reply = sign_in("wang").get(f"/exams/{story.sitting_id}/waiting")
    assert reply.location == f"/attempts/{attempt_id}"


def test_the_waiting_room_of_others_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    assert sign_in("liu").get(f"/exams/{story.sitting_id}/waiting").status_code == 404

"""Papers whose questions come one after the other, with and without scripts."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from learning.exams.kinds import EventKind, Navigation
from learning.exams.models import AttemptEvent
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def attempt_id(cast: Cast, context: None) -> int:
    """An attempt of Wang at a one-way paper of six questions."""
    return stories.start(cast, stories.sitting(cast, navigation=Navigation.ONE_WAY))


def advance(client: FlaskClient, attempt_id: int, to: object) -> TestResponse:
    """Go on as the script of the page does."""
    return client.post(
        f"/attempts/{attempt_id}/advance", json={"token": stories.pass_of(attempt_id), "to": to}
    )


def test_only_the_question_that_is_reached_can_be_answered(client: FlaskClient, attempt_id: int) -> None:
    token = stories.pass_of(attempt_id)
    reply = send(client, attempt_id, token, [entry("k1", 1, "A"), entry("k2", 2, "A")])
    assert reply.json is not None
    assert reply.json["saved"] == ["k1"]
    assert reply.json["rejected"]["k2"]["reason"] == "not_here"
    assert advance(client, attempt_id, 2).json["reached"] == 2  # type: ignore[index]
    reply = send(client, attempt_id, token, [entry("k3", 1, "B"), entry("k4", 2, "B")])
    assert reply.json is not None
    assert reply.json["saved"] == ["k4"]
    assert reply.json["rejected"]["k3"]["message"]


def test_a_page_goes_on_by_one_question_and_asked_twice_only_once(
    client: FlaskClient, attempt_id: int
) -> None:
    for to, status in [(3, 409), (0, 409), (2, 200), (2, 200), (1, 409), ("3", 409), (True, 409), (3, 200)]:
        assert advance(client, attempt_id, to).status_code == status, to
    assert stories.attempt(attempt_id).reached == 3
    events = select(AttemptEvent.detail).where(AttemptEvent.kind == EventKind.ADVANCED)
    assert [detail["to"] for detail in stories.looking().scalars(events)] == [2, 3]


def test_behind_the_last_question_there_is_nothing(client: FlaskClient, attempt_id: int) -> None:
    for to in range(2, 7):
        assert advance(client, attempt_id, to).status_code == 200
    refused = advance(client, attempt_id, 7)
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["message"]


def test_a_page_that_was_taken_over_cannot_go_on(client: FlaskClient, attempt_id: int) -> None:
    token = stories.pass_of(attempt_id)
    body = {"token": token, "place": "", "take_over": True}
    entered = client.post(f"/attempts/{attempt_id}/enter", json=body)
    assert entered.status_code == 200
    refused = client.post(f"/attempts/{attempt_id}/advance", json={"token": token, "to": 2})
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["refused"] == "taken_over"


def test_a_paper_of_free_navigation_has_nothing_to_go_on_to(cast: Cast, client: FlaskClient) -> None:
    free = stories.start(cast, stories.sitting(cast), "li")
    assert advance(client, free, 1).status_code == 409
    assert stories.attempt(free).reached == 0


def test_without_scripts_the_page_holds_one_question_and_a_button_leads_on(
    attempt_id: int, sign_in: SignIn
) -> None:
    client = sign_in("wang")
    numbers = []
    for number in range(1, 7):
        page = client.get(f"/attempts/{attempt_id}").text
        numbers.append(re.findall(r'<article class="question" id="question-(\d)"', page))
        field = f"slot-{number}" if number < 6 else "slot-6-1"
        form = {"place": stories.place(attempt_id), "shown": str(number), field: "A"}
        button = re.search(r'name="advance" value="(\d)"', page)
        assert (button is None) is (number == 6)
        asked = {"advance": button[1]} if button else {"hand_in": "1"}
        reply = client.post(f"/attempts/{attempt_id}/save", data=form | asked)
        assert reply.status_code == 302
    assert numbers == [[str(number)] for number in range(1, 7)]
    assert reply.location.endswith("/confirm")
    assert len(stories.journal(attempt_id)) == 6


def test_what_was_left_behind_is_told_in_words_without_scripts(attempt_id: int, sign_in: SignIn) -> None:
    client = sign_in("wang")
    advance(client, attempt_id, 2)
    form = {"place": stories.place(attempt_id), "shown": "1", "slot-1": "A", "save": "1"}
    reply = client.post(f"/attempts/{attempt_id}/save", data=form)
    assert reply.status_code == 409
    assert stories.journal(attempt_id) == []

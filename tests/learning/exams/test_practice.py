"""Practice papers: each question is checked at once, with some tries; with and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.exams import review
from learning.exams.kinds import Behaviour, EventKind, Phase
from learning.exams.models import AttemptEvent
from question_bank.items import Item
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
AT_ONCE = review.to_dict({Phase.DURING: review.EVERYTHING})


@pytest.fixture
def attempt_id(cast: Cast, context: None) -> int:
    """An attempt of Wang at a practice paper with two tries for each question."""
    story = stories.sitting(cast, behaviour=Behaviour.PRACTICE, tries=2, review=AT_ONCE)
    return stories.start(cast, story)


def item_at(attempt_id: int, number: int) -> Item:
    """Return what is asked in a slot."""
    return next(item for slot, item in stories.paper(attempt_id) if slot.number == number)


def checked(client: FlaskClient, attempt_id: int, slot: object) -> dict[str, Any]:
    """Check a question as the script of the page does."""
    body = {"token": stories.pass_of(attempt_id), "slot": slot}
    reply = client.post(f"/attempts/{attempt_id}/check", json=body)
    assert reply.json is not None
    return reply.json | {"status": reply.status_code}


def answer(client: FlaskClient, attempt_id: int, key: str, slot: int, letter: str) -> None:
    """Save a choice."""
    reply = send(client, attempt_id, stories.pass_of(attempt_id), [entry(key, slot, letter)])
    assert reply.status_code == 200


def wrong_letters(attempt_id: int, slot: int) -> list[str]:
    """Return choices that are not the key."""
    right = stories.right_fields(item_at(attempt_id, slot))[0][1]
    return [letter for letter in "ABCD" if letter != right]


def test_a_right_answer_is_told_at_once_and_can_no_longer_be_changed(
    client: FlaskClient, attempt_id: int
) -> None:
    right = stories.right_fields(item_at(attempt_id, 1))[0][1]
    answer(client, attempt_id, "k1", 1, right)
    told = checked(client, attempt_id, 1)
    assert (told["status"], told["share"], told["is_final"], told["tries_left"]) == (200, 1, True, 0)
    assert item_at(attempt_id, 1).explanation in told["html"]
    reply = send(
        client, attempt_id, stories.pass_of(attempt_id), [entry("k2", 1, "A" if right != "A" else "B")]
    )
    assert reply.json is not None
    assert reply.json["rejected"]["k2"]["reason"] == "checked"


def test_a_wrong_answer_leaves_another_try_and_tells_no_key_before_the_last(
    client: FlaskClient, attempt_id: int
) -> None:
    first, second = wrong_letters(attempt_id, 1)[:2]
    answer(client, attempt_id, "k1", 1, first)
    told = checked(client, attempt_id, 1)
    assert (told["share"], told["is_final"], told["tries_left"]) == (0, False, 1)
    assert item_at(attempt_id, 1).explanation not in told["html"]
    assert checked(client, attempt_id, 1)["tries_left"] == 1
    answer(client, attempt_id, "k2", 1, second)
    told = checked(client, attempt_id, 1)
    assert (told["share"], told["is_final"], told["tries_left"]) == (0, True, 0)
    assert item_at(attempt_id, 1).explanation in told["html"]
    events = stories.looking().scalars(select(AttemptEvent).where(AttemptEvent.kind == EventKind.CHECKED))
    assert [event.detail["seq"] for event in events] == [1, 2]


def test_where_the_matrix_shows_nothing_during_the_attempt_only_right_or_wrong_is_told(
    cast: Cast, client: FlaskClient
) -> None:
    attempt = stories.start(cast, stories.sitting(cast, behaviour=Behaviour.PRACTICE, tries=1), "li")
    answer(client, attempt, "k1", 1, wrong_letters(attempt, 1)[0])
    told = checked(client, attempt, 1)
    assert told["is_final"] is True
    assert item_at(attempt, 1).explanation not in told["html"]
    assert "choice-list" not in told["html"]


@pytest.mark.parametrize("slot", [99, 0, -1, "1", None, True, 10**30])
def test_there_is_nothing_else_to_check(client: FlaskClient, attempt_id: int, slot: object) -> None:
    assert checked(client, attempt_id, slot)["status"] == 409


def test_an_unanswered_question_cannot_be_checked_and_uses_no_try(
    client: FlaskClient, attempt_id: int
) -> None:
    told = checked(client, attempt_id, 2)
    assert told["status"] == 409
    assert told["message"]
    assert (
        stories.looking().scalars(select(AttemptEvent).where(AttemptEvent.kind == EventKind.CHECKED)).all()
        == []
    )


def test_a_real_exam_tells_nothing_while_it_runs(cast: Cast, client: FlaskClient) -> None:
    attempt = stories.start(cast, stories.sitting(cast), "li")
    answer(client, attempt, "k1", 1, "A")
    told = checked(client, attempt, 1)
    assert told["status"] == 409
    assert "share" not in told


def test_without_scripts_a_button_at_each_question_saves_and_checks_it(
    attempt_id: int, sign_in: SignIn
) -> None:
    client, path = sign_in("wang"), f"/attempts/{attempt_id}"
    page = client.get(path).text
    assert page.count('name="check"') == 6
    right = stories.right_fields(item_at(attempt_id, 1))[0][1]
    form = {"place": stories.place(attempt_id), "shown": "1", "slot-1": right, "check": "1"}
    reply = client.post(f"{path}/save", data=form)
    assert reply.location == f"{path}#question-1"
    page = client.get(path).text
    assert item_at(attempt_id, 1).explanation in page
    assert page.count('name="check"') == 5
    assert item_at(attempt_id, 2).explanation not in page

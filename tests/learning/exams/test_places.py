"""One tab of one browser may write at a time; who comes second has to say so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from learning.accounts.models import Account
from learning.core.db import transaction
from learning.exams import rules
from learning.exams.kinds import EventKind
from learning.exams.models import Attempt, AttemptEvent
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def attempt_id(cast: Cast, context: None) -> int:
    """An attempt of Wang that has just been started."""
    return stories.start(cast, stories.sitting(cast))


def enter(client: FlaskClient, attempt_id: int, **body: Any) -> dict[str, Any]:
    """Ask for the place as the script of a page does."""
    sent = {"token": stories.pass_of(attempt_id), "place": ""} | body
    reply = client.post(f"/attempts/{attempt_id}/enter", json=sent)
    assert reply.json is not None
    return reply.json | {"status": reply.status_code}


def silent_since(attempt_id: int, seconds: float) -> None:
    """Let the page have been heard of for the last time some seconds ago."""
    with transaction() as session:
        session.get_one(Attempt, attempt_id).last_seen_at = stories.now() - timedelta(seconds=seconds)


def moves(attempt_id: int) -> list[dict[str, Any]]:
    """Return how often the attempt went to another page."""
    query = select(AttemptEvent.detail).where(
        AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == EventKind.TAKEN_OVER
    )
    return list(stories.looking().scalars(query.order_by(AttemptEvent.id)))


def test_the_first_page_gets_the_place_with_all_it_has_to_know(sign_in: SignIn, attempt_id: int) -> None:
    told = enter(sign_in("wang"), attempt_id)
    assert told["status"] == 200
    assert told["place"] == stories.place(attempt_id)
    assert (told["seq"], told["closes_at"]) == (0, stories.attempt(attempt_id).closes_at.isoformat())
    assert 3500 < told["seconds_left"] <= told["hand_in_seconds"] <= 3606
    assert moves(attempt_id) == []
    saved = send(sign_in("wang"), attempt_id, told["token"], [entry("k1", 1, "A")])
    assert saved.status_code == 200


def test_a_second_tab_of_the_same_browser_has_to_take_over_and_the_first_hears_of_it(
    sign_in: SignIn, attempt_id: int
) -> None:
    client = sign_in("wang")
    first = enter(client, attempt_id)
    asked = enter(client, attempt_id)
    assert (asked["status"], asked["refused"]) == (409, "taken_over")
    assert asked["since"]
    assert asked["message"]
    second = enter(client, attempt_id, take_over=True)
    assert second["status"] == 200
    refused = send(client, attempt_id, first["token"], [entry("k1", 1, "A")])
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["refused"] == "taken_over"
    assert send(client, attempt_id, second["token"], [entry("k2", 1, "B")]).status_code == 200
    assert [move["said"] for move in moves(attempt_id)] == [True]


def test_a_reload_goes_on_with_what_the_tab_held(sign_in: SignIn, attempt_id: int) -> None:
    client = sign_in("wang")
    first = enter(client, attempt_id)
    again = enter(client, attempt_id, place=first["place"])
    assert again["status"] == 200
    assert moves(attempt_id) == []


def test_a_page_that_was_closed_without_a_word_frees_its_place_after_some_time(
    sign_in: SignIn, attempt_id: int
) -> None:
    client = sign_in("wang")
    enter(client, attempt_id)
    silent_since(attempt_id, rules.SECONDS_OF_SILENCE - 5)
    assert enter(client, attempt_id)["status"] == 409
    silent_since(attempt_id, rules.SECONDS_OF_SILENCE + 1)
    assert enter(client, attempt_id)["status"] == 200
    assert [move["said"] for move in moves(attempt_id)] == [False]


def test_a_page_that_says_goodbye_frees_its_place_at_once_and_what_is_under_way_is_still_taken(
    sign_in: SignIn, attempt_id: int
) -> None:
    client = sign_in("wang")
    first = enter(client, attempt_id)
    assert client.post(f"/attempts/{attempt_id}/leave", json={"token": first["token"]}).status_code == 204
    assert send(client, attempt_id, first["token"], [entry("k1", 1, "A")]).status_code == 200
    second = enter(client, attempt_id)
    assert second["status"] == 200
    assert send(client, attempt_id, first["token"], [entry("k2", 1, "B")]).status_code == 409
    assert [each.key for each in stories.journal(attempt_id)] == ["k1"]


def test_a_former_page_that_leaves_late_frees_nothing(sign_in: SignIn, attempt_id: int) -> None:
    client = sign_in("wang")
    first = enter(client, attempt_id)
    enter(client, attempt_id, take_over=True)
    client.post(f"/attempts/{attempt_id}/leave", json={"token": first["token"]})
    assert enter(client, attempt_id)["status"] == 409


def test_each_answer_notes_from_which_device_it_came(sign_in: SignIn, attempt_id: int) -> None:
    client, phone = sign_in("wang"), sign_in("wang")
    with phone.session_transaction() as session:
        session["browser"] = "phone"
    first = enter(client, attempt_id)
    send(client, attempt_id, first["token"], [entry("k1", 1, "A")])
    second = enter(phone, attempt_id, take_over=True)
    send(phone, attempt_id, second["token"], [entry("k2", 1, "B")])
    assert [each.device for each in stories.journal(attempt_id)] == ["browser-of-wang", "phone"]


def test_once_a_browser_is_known_to_run_scripts_its_pages_ask_for_their_place_themselves(
    sign_in: SignIn, attempt_id: int
) -> None:
    client = sign_in("wang")
    client.get(f"/attempts/{attempt_id}")
    assigned = stories.place(attempt_id)
    enter(client, attempt_id, place=assigned)
    place = stories.place(attempt_id)
    page = client.get(f"/attempts/{attempt_id}").text
    assert stories.place(attempt_id) == place
    assert 'name="place" value=""' in page


@pytest.mark.parametrize("act", ["enter", "leave", "hand-in", "advance", "check", "answers"])
def test_no_way_of_a_page_leads_past_a_forged_token_or_an_account_that_was_switched_off(
    cast: Cast, sign_in: SignIn, attempt_id: int, act: str
) -> None:
    client, path = sign_in("wang"), f"/attempts/{attempt_id}/{act}"
    more = {"entries": [entry("k1", 1, "A")], "seq": 0, "to": 2, "slot": 1}
    assert client.post(path, json=more | {"token": "forged"}).status_code == 403
    token, place = stories.pass_of(attempt_id), stories.place(attempt_id)
    with transaction() as session:
        off = update(Account).where(Account.id == cast.accounts["wang"]).values(is_active=False)
        session.execute(off)
    reply = client.post(path, json=more | {"token": token})
    # Leaving tells nobody anything.
    assert reply.status_code == (204 if act == "leave" else 403)
    assert (stories.place(attempt_id), stories.attempt(attempt_id).state) == (place, "open")
    assert stories.journal(attempt_id) == []


def losses(attempt_id: int) -> tuple[int, int]:
    """Return how many losses of focus the attempt counts, and how many are on record."""
    query = select(AttemptEvent.id).where(AttemptEvent.kind == EventKind.FOCUS_LOST)
    return stories.attempt(attempt_id).focus_losses, len(stories.looking().scalars(query).all())


def test_losses_of_focus_are_noted_once_each_and_never_without_end(
    client: FlaskClient, attempt_id: int
) -> None:
    path, token = f"/attempts/{attempt_id}/answers", stories.pass_of(attempt_id)

    def tell(keys: range) -> int:
        events = [
            {"key": f"e{key}", "kind": "focus_lost", "client_time": "2026-03-02T04:00Z"} for key in keys
        ]
        return client.post(path, json={"token": token, "entries": [], "events": events}).status_code

    assert tell(range(3)) == tell(range(2, 5)) == 200
    assert losses(attempt_id) == (5, 5)
    assert tell(range(200)) == tell(range(200, 400)) == 200
    assert losses(attempt_id) == (200, 200)


@pytest.mark.parametrize(
    "events",
    [{}, [5], [{}], [{"key": "e", "kind": "other"}], [{"key": "", "kind": "focus_lost"}], [{}] * 201],
)
def test_what_is_no_event_is_refused_whole(client: FlaskClient, attempt_id: int, events: Any) -> None:
    body = {"token": stories.pass_of(attempt_id), "entries": [entry("k1", 1, "A")], "events": events}
    assert client.post(f"/attempts/{attempt_id}/answers", json=body).status_code == 400
    assert stories.journal(attempt_id) == []

"""The lane before Flask answers as the view would, or leaves the request to the view."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from learning.exams import tokens
from learning.exams.services import handing_in
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def attempt_id(cast: Cast, context: None) -> int:
    """An attempt of Wang that has just been started."""
    return stories.start(cast, stories.sitting(cast))


@pytest.fixture
def reached(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requests that reach Flask."""
    seen: list[str] = []
    view = app.view_functions["exams.answer"]

    def note(**values: Any) -> Any:
        seen.append("answer")
        return view(**values)

    note.access = view.access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "exams.answer", note)
    return seen


def post(client: FlaskClient, attempt_id: int, **body: Any) -> TestResponse:
    """Send a body as the page does."""
    whole = {"token": stories.pass_of(attempt_id), "entries": []} | body
    return client.post(f"/attempts/{attempt_id}/answers", json=whole)


def test_the_lane_and_the_view_say_the_same_of_a_plain_save(
    client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    sent = [entry("k1", 1, "B"), entry("k2", 2, "A")]
    by_lane = post(client, attempt_id, entries=sent)
    assert reached == []
    by_view = post(client, attempt_id, entries=sent, events=[])
    assert reached == ["answer"]
    assert by_lane.status_code == by_view.status_code == 200
    lane, view = by_lane.json, by_view.json
    assert lane is not None
    assert view is not None
    assert abs(lane.pop("seconds_left") - view.pop("seconds_left")) <= 1
    assert (
        lane
        == view
        == {"saved": ["k1", "k2"], "rejected": {}, "seq": 2, "errata": 0}
        | {"closes_at": stories.attempt(attempt_id).closes_at.isoformat()}
    )


def test_the_lane_sends_the_headers_of_every_page_and_no_cookie(
    client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    by_lane = post(client, attempt_id).headers
    by_view = post(client, attempt_id, events=[]).headers
    assert reached == ["answer"]
    # Vary speaks to caches, which may keep neither reply.
    changing = {"X-Request-ID", "Content-Length", "Vary"}
    named = {name for name, _ in by_view if name not in changing}
    assert named <= {name for name, _ in by_lane}
    assert {name: by_lane[name] for name in named} == {name: by_view[name] for name in named}
    assert len(by_lane["X-Request-ID"]) == len(by_view["X-Request-ID"])
    assert "Set-Cookie" not in by_lane


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"token": "forged"}, 403),
        ({"entries": None}, 400),
        ({"entries": [5]}, 400),
        ({"entries": [entry("k1", 99, "B")]}, 200),
        ({"keep": True}, 200),
        ({"events": [{"key": "e1", "kind": "focus_lost"}]}, 200),
        ({"more": 1}, 200),
    ],
)
def test_whatever_is_odd_reaches_the_view(
    client: FlaskClient, attempt_id: int, reached: list[str], body: dict[str, Any], status: int
) -> None:
    assert post(client, attempt_id, **body).status_code == status
    assert reached == ["answer"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 50_000, b'"' + b"x" * 70_000 + b'"'])
def test_a_body_that_is_no_object_or_too_long_for_the_lane_reaches_the_view_whole(
    client: FlaskClient, attempt_id: int, reached: list[str], data: bytes
) -> None:
    reply = client.post(f"/attempts/{attempt_id}/answers", data=data)
    assert reply.status_code == 403
    assert reached == ["answer"]


def test_a_large_body_is_saved_by_the_view(client: FlaskClient, cast: Cast, reached: list[str]) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER), "li")
    reply = post(client, attempt_id, entries=[entry(f"k{n}", 2, "甲" * 9_000) for n in range(5)])
    assert reply.status_code == 200
    assert reached == ["answer"]
    assert len(stories.journal(attempt_id)) == 5


def test_a_refusal_is_said_in_words_by_the_view(
    client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    assert post(client, attempt_id, entries=[entry("k1", 1, "B")]).status_code == 200
    handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 1, stories.now())
    reply = post(client, attempt_id, entries=[entry("k1", 1, "B"), entry("k2", 1, "C")])
    assert reached == ["answer"]
    assert reply.status_code == 409
    assert reply.json is not None
    assert reply.json["message"]
    assert reply.json["saved"] == ["k1"]


def test_an_answer_that_the_lane_saved_before_the_view_was_asked_is_journalled_once(
    client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    reply = post(client, attempt_id, entries=[entry("k1", 1, "B"), entry("k2", 99, "B")])
    assert reached == ["answer"]
    assert reply.json is not None
    assert (reply.json["saved"], list(reply.json["rejected"])) == (["k1"], ["k2"])
    assert [each.key for each in stories.journal(attempt_id)] == ["k1"]


def test_the_token_of_another_attempt_opens_nothing_in_the_lane(
    client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    token = tokens.sign(tokens.AttemptPass(attempt_id + 1, 1, stories.place(attempt_id)))
    assert post(client, attempt_id, token=token, entries=[entry("k1", 1, "B")]).status_code == 403
    assert stories.journal(attempt_id) == []


def test_an_unknown_attempt_is_not_found(client: FlaskClient, attempt_id: int) -> None:
    gone = attempt_id + 1000
    token = tokens.sign(tokens.AttemptPass(gone, 1, "place"))
    body = json.dumps({"token": token, "entries": []})
    assert client.post(f"/attempts/{gone}/answers", data=body).status_code == 404
    assert client.post(f"/attempts/{10**30}/answers", data=body).status_code == 404


def test_where_the_database_is_away_the_lane_says_that_nothing_was_saved(
    app: Flask, client: FlaskClient, attempt_id: int, reached: list[str]
) -> None:
    token, engine = stories.pass_of(attempt_id), app.extensions["database"].engine

    def fail(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    path, body = f"/attempts/{attempt_id}/answers", {"token": token, "entries": [entry("k1", 1, "B")]}
    replies = [client.post(path, json=body | more) for more in ({}, {"events": []})]
    event.remove(engine, "before_cursor_execute", fail)
    assert reached == ["answer"]
    for reply in replies:
        assert reply.status_code == 503
        assert reply.json is not None
        assert reply.json["refused"] == "away"
        assert "saved" not in reply.json
        assert reply.headers["Retry-After"] == "2"
    assert stories.journal(attempt_id) == []

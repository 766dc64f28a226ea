"""Saving answers: what is acknowledged is in the journal, once, and nothing else is acknowledged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from learning.core.db import transaction
from learning.exams import tokens
from learning.exams.answers import SentAnswer
from learning.exams.models import JournalEntry
from learning.exams.rules import EntryRefusal, WriteRefusal
from learning.exams.services import closing, handing_in, journal, places
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def attempt_id(cast: Cast, context: None) -> int:
    """An attempt of Wang that has just been started."""
    return stories.start(cast, stories.sitting(cast))


def test_a_saved_answer_is_acknowledged_by_its_key_and_stands_in_the_journal(
    client: FlaskClient, attempt_id: int
) -> None:
    reply = send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "B")])
    assert reply.status_code == 200
    assert reply.json is not None
    assert (reply.json["saved"], reply.json["seq"], reply.json["rejected"]) == (["k1"], 1, {})
    assert 3500 < reply.json["seconds_left"] <= 3600
    assert [(each.key, each.slot_number, each.response) for each in stories.journal(attempt_id)] == [
        ("k1", 1, {"value": "B"})
    ]


def test_the_same_answer_sent_twice_is_journalled_once_and_acknowledged_twice(
    client: FlaskClient, attempt_id: int
) -> None:
    token = stories.pass_of(attempt_id)
    first = send(client, attempt_id, token, [entry("k1", 1, "B")])
    second = send(client, attempt_id, token, [entry("k1", 1, "B"), entry("k2", 2, "A"), entry("k2", 2, "A")])
    assert first.json is not None
    assert second.json is not None
    assert first.json["saved"] == ["k1"]
    assert second.json["saved"] == ["k1", "k2", "k2"]
    assert [each.key for each in stories.journal(attempt_id)] == ["k1", "k2"]


def test_another_answer_under_a_saved_key_is_not_called_saved(client: FlaskClient, attempt_id: int) -> None:
    token = stories.pass_of(attempt_id)
    send(client, attempt_id, token, [entry("k1", 1, "B")])
    reply = send(client, attempt_id, token, [entry("k1", 1, "C")])
    assert reply.json is not None
    assert reply.json["saved"] == []
    assert reply.json["rejected"]["k1"]["reason"] == EntryRefusal.KEY_REUSED


def test_one_bad_answer_does_not_hold_up_the_good_ones(client: FlaskClient, attempt_id: int) -> None:
    sent = [
        entry("k1", 99, "B"),
        entry("k2", 1, "no letter"),
        entry("k3", 2, "A"),
        entry("k4", 6, "x" * 30_000),
    ]
    reply = send(client, attempt_id, stories.pass_of(attempt_id), sent)
    assert reply.json is not None
    assert reply.json["saved"] == ["k3"]
    reasons = {key: why["reason"] for key, why in reply.json["rejected"].items()}
    assert reasons == {"k1": "unknown_slot", "k2": "unreadable", "k4": "unreadable"}
    assert all(why["message"] for why in reply.json["rejected"].values())


def test_an_empty_answer_takes_the_answer_back_but_keeps_its_history(
    client: FlaskClient, attempt_id: int
) -> None:
    token = stories.pass_of(attempt_id)
    send(client, attempt_id, token, [entry("k1", 1, "B")])
    send(client, attempt_id, token, [{"key": "k2", "slot": 1, "fields": []}])
    assert [each.response["value"] for each in stories.journal(attempt_id)] == ["B", None]


@pytest.mark.parametrize("minutes", [-24 * 60, 24 * 60])
def test_a_client_clock_wrong_by_a_day_changes_nothing(
    client: FlaskClient, attempt_id: int, minutes: int
) -> None:
    claimed = (stories.now() + timedelta(minutes=minutes)).isoformat()
    sent = entry("k1", 1, "B") | {"client_time": claimed}
    assert send(client, attempt_id, stories.pass_of(attempt_id), [sent]).status_code == 200
    (saved,) = stories.journal(attempt_id)
    assert saved.client_time == claimed
    assert abs(saved.received_at - stories.now()) < timedelta(minutes=1)


def test_an_answer_within_the_tolerance_counts_and_one_after_it_is_refused_in_words(
    cast: Cast, client: FlaskClient
) -> None:
    story = stories.sitting(cast)
    for late, status in [(4, 200), (6, 409)]:
        begun = stories.now() - timedelta(minutes=60, seconds=late)
        name = {4: "wang", 6: "li"}[late]
        attempt_id = stories.start(cast, story, name, begun)
        reply = send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "B")])
        assert reply.status_code == status
        assert reply.json is not None
        assert len(stories.journal(attempt_id)) == (1 if status == 200 else 0)
        if status == 409:
            assert reply.json["refused"] == WriteRefusal.TOO_LATE
            assert reply.json["saved"] == []
            assert reply.json["message"]


def test_a_retry_after_the_deadline_is_still_told_that_the_first_one_was_saved(
    client: FlaskClient, attempt_id: int
) -> None:
    token, later = stories.pass_of(attempt_id), stories.now() + timedelta(hours=2)
    send(client, attempt_id, token, [entry("k1", 1, "B")])
    closing.close_attempt(attempt_id, later)
    reply = send(client, attempt_id, token, [entry("k1", 1, "B"), entry("k2", 2, "A")])
    assert reply.status_code == 409
    assert reply.json is not None
    assert reply.json["saved"] == ["k1"]
    assert [each.key for each in stories.journal(attempt_id)] == ["k1"]


def test_nothing_is_saved_after_handing_in(cast: Cast, client: FlaskClient, attempt_id: int) -> None:
    token = stories.pass_of(attempt_id)
    handing_in.submit(stories.LEARNER, attempt_id, "browser-of-wang", 0, stories.now())
    reply = send(client, attempt_id, token, [entry("k1", 1, "B")])
    assert reply.status_code == 409
    assert reply.json is not None
    assert reply.json["refused"] == WriteRefusal.SUBMITTED
    assert stories.journal(attempt_id) == []


def test_the_page_that_was_taken_over_is_refused_and_the_new_one_is_not(
    client: FlaskClient, attempt_id: int
) -> None:
    former = stories.pass_of(attempt_id)
    assert places.take_over(stories.LEARNER, attempt_id, "other-browser", stories.now()) is None
    reply = send(client, attempt_id, former, [entry("k1", 1, "B")])
    assert reply.status_code == 409
    assert reply.json is not None
    assert reply.json["refused"] == WriteRefusal.TAKEN_OVER
    assert send(client, attempt_id, stories.pass_of(attempt_id), [entry("k2", 1, "C")]).status_code == 200
    assert [each.key for each in stories.journal(attempt_id)] == ["k2"]


def test_the_token_of_another_attempt_opens_nothing(cast: Cast, client: FlaskClient) -> None:
    story = stories.sitting(cast)
    mine, hers = stories.start(cast, story, "wang"), stories.start(cast, story, "li")
    reply = send(client, hers, stories.pass_of(mine), [entry("k1", 1, "B")])
    assert reply.status_code == 403
    assert stories.journal(hers) == []
    assert stories.journal(mine) == []


@pytest.mark.parametrize("token", ["", "forged.signature", None, 5, ["a"], {"a": 1}, "x" * 100_000, "\ud800"])
def test_a_forged_token_is_refused_in_json(client: FlaskClient, attempt_id: int, token: object) -> None:
    body = {"token": token, "entries": [entry("k1", 1, "B")]}
    reply = client.post(f"/attempts/{attempt_id}/answers", json=body)
    assert reply.status_code == 403
    assert reply.json is not None
    assert reply.json["refused"] == "token"


def test_saving_needs_no_session_and_no_cookie_check_but_the_token(
    database_url: str, cast: Cast, app: Flask, attempt_id: int
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    stranger = app.test_client()
    reply = send(stranger, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "B")])
    assert reply.status_code == 200
    assert stranger.post(f"/attempts/{attempt_id}/submit").status_code in {400, 401}


@pytest.mark.parametrize(
    "entries",
    [
        None,
        {},
        "text",
        [5],
        [{}],
        [{"key": "k1", "slot": "1", "fields": []}],
        [{"key": "k1", "slot": True, "fields": []}],
        [{"key": "k1", "slot": 10**30, "fields": []}],
        [{"key": "k1", "slot": -1, "fields": []}],
        [{"key": ["k1"], "slot": 1, "fields": []}],
        [{"key": "", "slot": 1, "fields": []}],
        [{"key": "k" * 41, "slot": 1, "fields": []}],
        [{"key": "k\0", "slot": 1, "fields": []}],
        [{"key": "k1", "slot": 1, "fields": {"": "B"}}],
        [{"key": "k1", "slot": 1, "fields": [["", 5]]}],
        [{"key": "k1", "slot": 1, "fields": [["", "B", "C"]]}],
        [{"key": "k1", "slot": 1, "fields": [["\ud800", "B"]]}],
        [{"key": f"k{number}", "slot": 1, "fields": []} for number in range(201)],
    ],
)
def test_what_is_no_list_of_answers_is_refused_whole(
    client: FlaskClient, attempt_id: int, entries: Any
) -> None:
    body = {"token": stories.pass_of(attempt_id), "entries": entries}
    reply = client.post(f"/attempts/{attempt_id}/answers", json=body)
    assert reply.status_code == 400
    assert stories.journal(attempt_id) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_json_object_is_refused_without_an_error(
    client: FlaskClient, attempt_id: int, body: bytes
) -> None:
    reply = client.post(f"/attempts/{attempt_id}/answers", data=body, content_type="application/json")
    assert reply.status_code == 403


def test_a_huge_body_is_refused_as_too_large(client: FlaskClient, attempt_id: int) -> None:
    reply = client.post(
        f"/attempts/{attempt_id}/answers", data=b'{"a": "' + b"x" * 5_000_000, content_type="application/json"
    )
    assert reply.status_code == 413
    assert reply.json is not None


@pytest.mark.parametrize("text", ["\0甲\0", "\ud800乙", "\u202e丙", "甲" * 20_000])
def test_odd_characters_in_an_answer_never_make_an_error(cast: Cast, client: FlaskClient, text: str) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast, stories.ONE_SHORT_ANSWER))
    reply = send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 2, text)])
    assert reply.status_code == 200


def test_a_database_that_is_away_is_never_taken_for_saved(
    app: Flask, client: FlaskClient, attempt_id: int
) -> None:
    token, engine = stories.pass_of(attempt_id), app.extensions["database"].engine

    def fail(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    reply = send(client, attempt_id, token, [entry("k1", 1, "B")])
    event.remove(engine, "before_cursor_execute", fail)
    assert reply.status_code == 503
    assert reply.json is not None
    assert "saved" not in reply.json
    assert send(client, attempt_id, token, [entry("k1", 1, "B")]).status_code == 200


def test_the_journal_can_only_be_added_to(attempt_id: int, client: FlaskClient) -> None:
    send(client, attempt_id, stories.pass_of(attempt_id), [entry("k1", 1, "B")])

    def change() -> None:
        with transaction() as session:
            session.get_one(JournalEntry, (attempt_id, 1)).response = {"value": "C"}

    def remove() -> None:
        with transaction() as session:
            session.delete(session.get_one(JournalEntry, (attempt_id, 1)))

    for act in (change, remove):
        with pytest.raises(IntegrityError):
            act()


def test_saving_takes_the_same_few_statements_for_one_answer_and_for_many(
    client: FlaskClient, attempt_id: int, queries: list[str]
) -> None:
    token = stories.pass_of(attempt_id)
    counts = []
    for batch in (range(1), range(1, 2), range(2, 100)):
        queries.clear()
        send(client, attempt_id, token, [entry(f"k{number}", 1 + number % 3, "A") for number in batch])
        counts.append(len(queries))
    # The first save in a process also asks for the types of the slots, which never change, and for errata.
    assert counts == [6, 4, 4]


def test_a_page_that_asks_for_it_keeps_the_session_of_its_learner_alive_and_learns_whether_there_is_one(
    app: Flask, sign_in: Callable[[str], FlaskClient], attempt_id: int
) -> None:
    client = sign_in("wang")
    with client.session_transaction() as session:
        session["seen_at"] -= 1000
        before = session["seen_at"]
    body = {"token": stories.pass_of(attempt_id), "entries": [], "keep": True}
    path = f"/attempts/{attempt_id}/answers"
    reply = client.post(path, json=body).json
    with client.session_transaction() as session:
        assert session["seen_at"] > before
    stranger = app.test_client().post(path, json=body).json
    assert reply is not None
    assert stranger is not None
    assert (reply["signed_in"], stranger["signed_in"]) == (True, False)


def test_a_page_with_nothing_to_save_learns_the_time_left_and_whether_it_may_still_write(
    client: FlaskClient, attempt_id: int
) -> None:
    token = stories.pass_of(attempt_id)
    reply = send(client, attempt_id, token, [])
    assert reply.json is not None
    assert (reply.status_code, reply.json["saved"], reply.json["seq"]) == (200, [], 0)
    places.take_over(stories.LEARNER, attempt_id, "other-browser", stories.now())
    assert send(client, attempt_id, token, []).status_code == 409


def test_a_token_says_whose_attempt_it_is_and_is_worth_nothing_on_another_site(app: Flask) -> None:
    attempt_pass = tokens.AttemptPass(5, 7, "place")
    token = tokens.sign(attempt_pass)
    assert tokens.read(token) == attempt_pass
    app.config["SECRET_KEY"] = "another"
    assert tokens.read(token) is None


def test_a_form_leaves_alone_what_it_did_not_contain_and_saves_only_what_changed(attempt_id: int) -> None:
    where = stories.place(attempt_id)
    journal.append(
        attempt_id, where, [SentAnswer("k1", 1, [("", "A")]), SentAnswer("k2", 2, [("", "B")])], stories.now()
    )
    form = {1: [("", "A")], 3: [("", "C")]}
    for number in range(2):
        journal.append_form(attempt_id, where, form, f"r{number}", stories.now())
    saved = [(each.slot_number, each.response["value"]) for each in stories.journal(attempt_id)]
    assert saved == [(1, "A"), (2, "B"), (3, "C")]

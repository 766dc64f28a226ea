"""What becomes of attempts when time is over: handed in by the server, a grace period, or not counted."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.core.db import transaction
from learning.exams.kinds import AttemptState, EventKind
from learning.exams.models import Attempt, AttemptEvent, AttemptResult
from learning.exams.services import closing
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.stories import entry, send

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
GRACE = {"time_out": "grace", "grace_minutes": 10}


def late(cast: Cast, minutes: float, name: str = "wang", **settings: Any) -> int:
    """Return an attempt of an hour whose time has been over for some minutes."""
    story = stories.sitting(cast, **settings)
    return stories.start(cast, story, name, stories.now() - timedelta(minutes=60 + minutes))


def kinds(attempt_id: int) -> list[str]:
    """Return what happened to an attempt."""
    query = select(AttemptEvent.kind).where(AttemptEvent.attempt_id == attempt_id).order_by(AttemptEvent.id)
    return list(stories.looking().scalars(query))


@pytest.mark.parametrize(
    ("settings", "state", "results"),
    [
        ({}, AttemptState.CLOSED, 1),
        ({"time_out": "discard"}, AttemptState.ABANDONED, 0),
        (GRACE, AttemptState.ABANDONED, 0),
    ],
)
def test_the_server_ends_what_was_not_handed_in_as_the_exam_says(
    cast: Cast, settings: dict[str, Any], state: AttemptState, results: int
) -> None:
    attempt_id = late(cast, 11, **settings)
    assert closing.close_overdue(stories.now()) == 1
    attempt = stories.attempt(attempt_id)
    assert (attempt.state, attempt.ended_at) == (state, attempt.closes_at)
    assert stories.looking().scalar(select(func.count()).select_from(AttemptResult)) == results
    assert kinds(attempt_id) == [EventKind.STARTED, EventKind(state.value)]


def test_in_the_grace_period_nothing_can_be_answered_and_the_attempt_can_be_handed_in(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    attempt_id, learner = late(cast, 5, **GRACE), sign_in("wang")
    token = stories.pass_of(attempt_id)
    refused = send(client, attempt_id, token, [entry("k1", 1, "A")])
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["refused"] == "too_late"
    assert closing.close_overdue(stories.now()) == 0
    for page in ("", "/result"):
        assert learner.get(f"/attempts/{attempt_id}{page}").location == f"/attempts/{attempt_id}/confirm"
    page = learner.get(f"/attempts/{attempt_id}/confirm").text
    assert 'class="alert alert-warning"' in page
    assert f'action="/attempts/{attempt_id}/submit"' in page
    handed_in = client.post(f"/attempts/{attempt_id}/hand-in", json={"token": token, "seq": 0})
    assert handed_in.status_code == 200
    attempt = stories.attempt(attempt_id)
    assert (attempt.state, attempt.ended_at) == (AttemptState.SUBMITTED, attempt.closes_at)


def test_a_page_that_enters_in_the_grace_period_hears_that_it_can_only_hand_in(
    cast: Cast, client: FlaskClient
) -> None:
    attempt_id = late(cast, 5, **GRACE)
    body = {"token": stories.pass_of(attempt_id), "place": ""}
    reply = client.post(f"/attempts/{attempt_id}/enter", json=body).json
    assert reply is not None
    assert reply["seconds_left"] == 0
    assert 290 <= reply["hand_in_seconds"] <= 300


def test_without_scripts_the_grace_period_hands_in_and_a_late_form_is_refused_in_words(
    cast: Cast, sign_in: SignIn
) -> None:
    attempt_id, learner = late(cast, 5, **GRACE), sign_in("wang")
    form = {"place": stories.place(attempt_id), "shown": "1", "slot-1": "A", "save": "1"}
    reply = learner.post(f"/attempts/{attempt_id}/save", data=form, follow_redirects=True)
    assert "alert-error" in reply.text
    assert stories.journal(attempt_id) == []
    learner.post(f"/attempts/{attempt_id}/submit", data={"seq": "0"})
    assert stories.attempt(attempt_id).state == AttemptState.SUBMITTED


def test_who_hands_in_after_the_grace_period_has_nothing_that_counts(cast: Cast, client: FlaskClient) -> None:
    attempt_id = late(cast, 11, **GRACE)
    body = {"token": stories.pass_of(attempt_id), "seq": 0}
    refused = client.post(f"/attempts/{attempt_id}/hand-in", json=body)
    assert refused.status_code == 409
    assert stories.attempt(attempt_id).state == AttemptState.ABANDONED
    assert stories.looking().scalar(select(func.count()).select_from(AttemptResult)) == 0


def test_a_locked_attempt_takes_nothing_and_is_closed_at_its_end_all_the_same(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    token = stories.pass_of(attempt_id)
    with transaction() as session:
        session.get_one(Attempt, attempt_id).locked_at = stories.now()
    for act, body in [
        ("answers", {"entries": [entry("k1", 1, "A")]}),
        ("hand-in", {"seq": 0}),
        ("enter", {}),
    ]:
        reply = client.post(f"/attempts/{attempt_id}/{act}", json={"token": token, **body})
        assert reply.status_code == 409
        assert reply.json is not None
        assert reply.json["refused"] == "locked"
    assert stories.attempt(attempt_id).last_seen_at is not None
    page = sign_in("wang").get(f"/attempts/{attempt_id}")
    assert (page.status_code, page.headers["Refresh"]) == (200, "10")
    assert stories.journal(attempt_id) == []
    assert closing.close_overdue(stories.now() + timedelta(minutes=61)) == 1
    assert stories.attempt(attempt_id).state == AttemptState.CLOSED


def test_several_sweepers_at_once_close_each_attempt_once(app: Flask, cast: Cast) -> None:
    story = stories.sitting(cast)
    ids = [stories.start(cast, story, name) for name in ("wang", "li")]
    later = stories.now() + timedelta(minutes=61)
    stories.looking().rollback()
    gate, closed = threading.Barrier(6), list[int]()

    def sweep() -> None:
        with app.app_context():
            gate.wait()
            closed.append(closing.close_overdue(later))

    threads = [threading.Thread(target=sweep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(closed) == 2
    assert stories.looking().scalar(select(func.count()).select_from(AttemptResult)) == 2
    for attempt_id in ids:
        assert kinds(attempt_id) == [EventKind.STARTED, EventKind.CLOSED]


def test_one_attempt_that_cannot_be_closed_does_not_keep_the_others_open(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = stories.sitting(cast)
    first, second = (stories.start(cast, story, name) for name in ("wang", "li"))
    score = closing.score_attempt

    def fail_for_first(session: Any, exam: Any, attempt_id: int, now: Any) -> Any:
        if attempt_id == first:
            raise ValueError("a question that cannot be scored")
        return score(session, exam, attempt_id, now)

    monkeypatch.setattr(closing, "score_attempt", fail_for_first)
    later = stories.now() + timedelta(minutes=61)
    assert closing.close_overdue(later) == 1
    assert stories.attempt(first).state == AttemptState.OPEN
    assert stories.attempt(second).state == AttemptState.CLOSED
    monkeypatch.undo()
    assert closing.close_overdue(later) == 1

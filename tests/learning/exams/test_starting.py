"""Who may start when, from where; what a paper is drawn by; papers that were prepared."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor
from learning.core.db import transaction
from learning.exams import admission
from learning.exams.kinds import EventKind, Navigation, StartMode
from learning.exams.models import (
    Attempt,
    AttemptEvent,
    ItemExposure,
    PoolItem,
    PreparedPaper,
    RoomStart,
    Sitting,
    SittingOverride,
    Slot,
    TimeChange,
)
from learning.exams.queries import attempts
from learning.exams.queries.frozen import pool_of, published_items
from learning.exams.rules import StartRefusal
from learning.exams.services import closing, handing_in, preparing, taking
from learning.exams.services.taking import Arrival
from question_bank.draw import Draw, draw
from tests.cast import Cast
from tests.learning.exams import crowds, stories

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
HERE = Arrival(code="", address="192.0.2.7", url="http://localhost/exams/1/start", config_key="")


def began(cast: Cast, story: stories.Story, arrival: Arrival | None = None, name: str = "wang") -> Any:
    """Try to start; return the attempt or the refusal."""
    actor = Actor(cast.accounts[name], name)
    started = taking.start(actor, cast.persons[name], story.sitting_id, "browser", stories.now(), arrival)
    return started.refusal or started.attempt_id


def test_the_password_of_a_sitting_is_asked_at_the_start_and_not_when_going_on(
    cast: Cast, sign_in: SignIn
) -> None:
    story, client = stories.sitting(cast, planned={"access_code": "AB23CD"}), sign_in("wang")
    path = f"/exams/{story.sitting_id}/start"
    refused = client.post(path, data={"code": "ZZ99ZZ"})
    assert refused.location == f"/exams/{story.sitting_id}"
    begun = client.post(path, data={"code": " ab23ｃd "})
    assert "/attempts/" in begun.location
    assert client.post(path).location == begun.location
    audited = select(AuditEntry.action).where(AuditEntry.action == "sitting.wrong_code")
    assert stories.looking().scalars(audited).all() == ["sitting.wrong_code"]


def test_passwords_cannot_be_tried_out(cast: Cast) -> None:
    story = stories.sitting(cast, planned={"access_code": "AB23CD"})
    wrong, right = (Arrival(code, HERE.address, HERE.url, "") for code in ("ZZ99ZZ", "AB23CD"))
    for _ in range(admission.MOST_WRONG_CODES):
        assert began(cast, story, wrong) is StartRefusal.WRONG_CODE
    assert began(cast, story, right) is StartRefusal.WRONG_CODE
    assert isinstance(began(cast, story, right, "li"), int)


def test_a_sitting_of_a_room_can_only_be_started_and_seen_in_its_network(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast, planned={"address_ranges": "192.0.2.0/24"})
    client = sign_in("wang")
    elsewhere = {"REMOTE_ADDR": "198.51.100.9"}
    here = {"REMOTE_ADDR": "192.0.2.9"}
    path = f"/exams/{story.sitting_id}/start"
    assert client.post(path, environ_overrides=elsewhere).location == f"/exams/{story.sitting_id}"
    attempt = client.post(path, environ_overrides=here).location
    assert client.get(attempt, environ_overrides=elsewhere).location == f"/exams/{story.sitting_id}"
    assert client.get(attempt, environ_overrides=here).status_code == 200


def test_a_sitting_for_the_safe_exam_browser_asks_for_its_key(cast: Cast, sign_in: SignIn) -> None:
    key = "a" * 64
    story, client = stories.sitting(cast, planned={"browser_keys": key}), sign_in("wang")
    path = f"/exams/{story.sitting_id}/start"
    assert client.post(path).location == f"/exams/{story.sitting_id}"
    proof = {admission.CONFIG_KEY_HEADER: admission.key_hash(f"http://localhost{path}", key)}
    assert "/attempts/" in client.post(path, headers=proof).location


@pytest.mark.parametrize(("room", "expected"), [("", True), ("101", True), ("102", False)])
def test_a_start_by_hand_lets_in_the_room_it_was_given_to(cast: Cast, room: str, expected: bool) -> None:
    story = stories.sitting(cast, planned={"start_mode": StartMode.BY_HAND})
    crowds.seats(story, [cast.persons["wang"]])
    assert began(cast, story) is StartRefusal.NOT_STARTED
    with transaction() as session:
        session.add(RoomStart(sitting_id=story.sitting_id, room=room, started_at=stories.now()))
    assert isinstance(began(cast, story), int) is expected


def test_an_override_opens_another_window_with_more_time_and_one_more_attempt(cast: Cast) -> None:
    story = stories.sitting(cast, hours=0.5, attempts_allowed=1)
    person_id, now = cast.persons["wang"], stories.now()
    with transaction() as session:
        session.add(
            SittingOverride(
                sitting_id=story.sitting_id,
                person_id=person_id,
                extra_time_percent=50,
                closes_at=now + timedelta(days=2),
                attempts_allowed=2,
                cause="病假",
                made_at=now,
            )
        )
    later = now + timedelta(hours=5)
    started = taking.start(stories.LEARNER, person_id, story.sitting_id, "b", later)
    assert started.attempt_id is not None
    assert stories.attempt(started.attempt_id).closes_at == later + timedelta(minutes=90)
    li = taking.start(stories.LEARNER, cast.persons["li"], story.sitting_id, "b", later)
    assert li.refusal is StartRefusal.TOO_LATE


def test_time_given_to_all_before_the_start_moves_the_end_of_the_window(cast: Cast) -> None:
    story = stories.sitting(cast, hours=0.25)
    with transaction() as session:
        session.add(
            TimeChange(
                sitting_id=story.sitting_id,
                key="k",
                kind="extension",
                target="all",
                minutes=20,
                cause="停电",
                made_at=stories.now(),
            )
        )
    attempt = stories.attempt(stories.start(cast, story))
    assert attempt.closes_at == story.closes_at + timedelta(minutes=20)


def test_nobody_starts_after_the_latest_start(cast: Cast) -> None:
    moment = stories.now()
    story = stories.sitting(cast, planned={"latest_start_at": moment - timedelta(minutes=1)})
    assert began(cast, story) is StartRefusal.TOO_LATE


def test_an_attempt_that_was_given_back_does_not_count_against_its_learner(cast: Cast) -> None:
    story = stories.sitting(cast, attempts_allowed=1)
    first = stories.start(cast, story)
    handing_in.submit(stories.LEARNER, first, "browser-of-wang", 0, stories.now())
    assert began(cast, story) is StartRefusal.NO_ATTEMPT_LEFT
    with transaction() as session:
        attempt = session.get_one(Attempt, first)
        attempt.voided_at, attempt.is_given_back = stories.now(), True
    second = stories.start(cast, story)
    assert second != first
    assert stories.attempt(second).number == 2


def test_the_paper_of_an_attempt_follows_from_its_pool_seed_and_drawing(cast: Cast) -> None:
    story = stories.sitting(cast, resit_for="all")
    first = stories.start(cast, story)
    handing_in.submit(stories.LEARNER, first, "browser-of-wang", 0, stories.now())
    second = stories.start(cast, story)
    papers = {}
    for attempt_id in (first, second):
        attempt = stories.attempt(attempt_id)
        exam = attempts.exam_of_attempt(stories.looking(), attempt_id)
        pool = pool_of(stories.looking(), story.sitting_id, exam)
        drawing = attempt.drawing
        drawn = draw(pool, attempt.seed, drawing["avoided"], drawing["barred"])
        assert isinstance(drawn, Draw)
        versions = {version for cell in drawn.cells for version in cell}
        papers[attempt_id] = {slot.question_version_id for slot, _ in stories.paper(attempt_id)}
        assert versions == papers[attempt_id]
    assert stories.attempt(first).drawing == {"avoided": [], "barred": []}
    assert stories.attempt(second).drawing["avoided"] == sorted(papers[first])


def test_starting_writes_one_event_and_one_audit_entry(cast: Cast) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast))
    events = (
        stories.looking().scalars(select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id)).all()
    )
    assert [event.kind for event in events] == [EventKind.STARTED]
    entries = (
        stories.looking().scalars(select(AuditEntry).where(AuditEntry.action == "attempt.started")).all()
    )
    assert [entry.object_id for entry in entries] == [attempt_id]


def test_a_one_way_paper_begins_at_its_first_question(cast: Cast) -> None:
    attempt_id = stories.start(cast, stories.sitting(cast, navigation=Navigation.ONE_WAY))
    assert stories.attempt(attempt_id).reached == 1
    free = stories.start(cast, stories.sitting(cast), "li")
    assert stories.attempt(free).reached == 0


def test_no_question_stands_on_more_papers_than_the_cap_allows(app: Flask, cast: Cast) -> None:
    people = crowds.crowd(cast, 6)
    blueprint = {"cells": [{"types": ["single_choice"], "count": 1, "marks": "2"}], "exposure_percent": 50}
    story = stories.sitting(cast, blueprint, attempts_allowed=1)
    stories.looking().rollback()
    gate = threading.Barrier(len(people))

    def start(person_id: int) -> None:
        with app.app_context():
            gate.wait()
            taking.start(stories.LEARNER, person_id, story.sitting_id, "b", stories.now())

    threads = [threading.Thread(target=start, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stood = Counter(stories.looking().scalars(select(Slot.question_version_id)))
    counted = {row.question_version_id: row.papers for row in stories.looking().scalars(select(ItemExposure))}
    sitting = stories.looking().get_one(Sitting, story.sitting_id)
    assert sum(stood.values()) == 6
    assert counted == dict(stood)
    assert max(stood.values()) <= sitting.papers_expected // 2


def test_where_more_come_than_were_expected_the_cap_gives_way_and_nobody_is_turned_away(cast: Cast) -> None:
    blueprint = {"cells": [{"types": ["single_choice"], "count": 1, "marks": "2"}], "exposure_percent": 50}
    story = stories.sitting(cast, blueprint)
    with transaction() as session:
        pool = session.scalars(select(PoolItem.question_version_id).distinct()).all()
        session.add_all(
            ItemExposure(sitting_id=story.sitting_id, question_version_id=version, papers=99)
            for version in pool
        )
    attempt_id = stories.start(cast, story)
    assert stories.attempt(attempt_id).drawing["barred"] == []


def soon(cast: Cast, **changed: Any) -> stories.Story:
    """Return a sitting that opens in half an hour and prepares its papers."""
    opens_at = stories.now() + timedelta(minutes=30)
    planned = {"opens_at": opens_at, "prepares_papers": True}
    story = stories.sitting(cast, **changed)
    with transaction() as session:
        sitting = session.get_one(Sitting, story.sitting_id)
        for name, value in planned.items():
            setattr(sitting, name, value)
    return story


def test_papers_are_prepared_once_for_all_who_are_admitted_and_copied_at_the_start(
    app: Flask, cast: Cast
) -> None:
    people = crowds.crowd(cast, 25)
    story = soon(cast)
    stories.looking().rollback()
    counted: list[int] = []

    def prepare() -> None:
        with app.app_context():
            counted.append(preparing.prepare_papers(stories.now()))

    threads = [threading.Thread(target=prepare) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    prepared = stories.looking().scalar(select(func.count()).select_from(PreparedPaper))
    assert prepared is not None
    assert sum(counted) == prepared >= len(people)
    later = stories.now() + timedelta(minutes=31)
    paper = stories.looking().scalars(select(PreparedPaper).where(PreparedPaper.person_id == people[0])).one()
    started = taking.start(stories.LEARNER, people[0], story.sitting_id, "b", later)
    assert started.attempt_id is not None
    attempt = stories.attempt(started.attempt_id)
    assert (attempt.seed, attempt.drawing) == (paper.seed, paper.drawing)
    slots = attempts.slots_of(stories.looking(), attempt.id)
    assert [
        [slot.number, slot.section, slot.question_version_id, slot.max_mark * 100, slot.arrangement["value"]]
        for slot in slots
    ] == paper.slots


def test_papers_are_prepared_only_in_the_hour_before_the_opening(cast: Cast) -> None:
    soon(cast)
    assert preparing.prepare_papers(stories.now() - timedelta(minutes=31)) == 0
    assert preparing.prepare_papers(stories.now() + timedelta(minutes=31)) == 0
    assert preparing.prepare_papers(stories.now()) > 0
    assert preparing.prepare_papers(stories.now()) == 0


def test_the_items_and_the_pool_of_a_sitting_are_read_once_in_a_process(
    cast: Cast, queries: list[str]
) -> None:
    story = stories.sitting(cast)
    first = stories.start(cast, story)
    queries.clear()
    stories.start(cast, story, "li")
    assert not [statement for statement in queries if "FROM pool_item" in statement]
    versions = [slot.question_version_id for slot in attempts.slots_of(stories.looking(), first)]
    queries.clear()
    assert set(published_items(stories.looking(), versions)) == set(versions)
    assert queries == []


def test_starts_of_many_at_the_same_moment_all_succeed(app: Flask, cast: Cast) -> None:
    people = crowds.crowd(cast, 24)
    story = stories.sitting(cast)
    stories.looking().rollback()
    gate, started = threading.Barrier(len(people)), list[int | None]()

    def start(person_id: int) -> None:
        with app.app_context():
            gate.wait()
            begun = taking.start(stories.LEARNER, person_id, story.sitting_id, "b", stories.now())
            started.append(begun.attempt_id)

    threads = [threading.Thread(target=start, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(started)) == 24
    assert None not in started
    closed = closing.close_overdue(stories.now())
    assert closed == 0

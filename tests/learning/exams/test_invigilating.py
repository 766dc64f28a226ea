"""What invigilators do to attempts: with its cause, once, on record, and at their own sittings only."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from learning.accounts.models import AuditEntry
from learning.accounts.roles import Actor
from learning.core.clock import SHANGHAI
from learning.core.db import transaction
from learning.exams.kinds import AttemptState, EventKind, StartMode
from learning.exams.models import Attempt, AttemptEvent, AttemptResult, RoomStart, Sitting, TimeChange
from learning.exams.services import invigilating
from learning.exams.services.invigilating import ActRefusal, Done
from learning.people.models import Notice
from tests.cast import Cast
from tests.learning.exams import crowds, stories

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]

CAUSE = "使用手机"


@pytest.fixture
def chen(cast: Cast) -> Actor:
    """The instructor."""
    return Actor(cast.accounts["chen"], "陈讲授")


def happened(attempt_id: int, *kinds: EventKind) -> list[tuple[str, str, int | None]]:
    """Return kind, cause and account of the events of an attempt of these kinds, in order."""
    query = select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind.in_(kinds))
    found = stories.looking().scalars(query.order_by(AttemptEvent.id))
    return [(event.kind, event.cause, event.account_id) for event in found]


def audited(action: str) -> list[int | None]:
    """Return what was done by an action, as the audit log says."""
    query = select(AuditEntry.object_id).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(stories.looking().scalars(query))


# ---- locking ----


def test_a_locked_attempt_takes_no_answer_until_it_is_unlocked(
    cast: Cast, chen: Actor, sign_in: SignIn
) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    wang, token = sign_in("wang"), stories.pass_of(attempt_id)
    done = invigilating.lock(chen, story.sitting_id, [attempt_id], CAUSE, stories.now())
    assert done == Done([attempt_id], {})
    refused = stories.send(wang, attempt_id, token, [stories.entry("k1", 1, "A")])
    assert refused.get_json()["refused"] == "locked"
    assert stories.journal(attempt_id) == []
    invigilating.unlock(chen, story.sitting_id, [attempt_id], "", stories.now())
    assert stories.attempt(attempt_id).locked_at is None
    assert happened(attempt_id, EventKind.LOCKED, EventKind.UNLOCKED) == [
        ("locked", CAUSE, chen.account_id),
        ("unlocked", "", chen.account_id),
    ]
    assert audited("attempt.locked") == audited("attempt.unlocked") == [attempt_id]


def test_locking_twice_is_harmless_and_said(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    first = stories.now()
    invigilating.lock(chen, story.sitting_id, [attempt_id], CAUSE, first)
    again = invigilating.lock(chen, story.sitting_id, [attempt_id], CAUSE, first + timedelta(seconds=5))
    assert again == Done([], {ActRefusal.LOCKED: 1})
    assert stories.attempt(attempt_id).locked_at == first
    assert len(happened(attempt_id, EventKind.LOCKED)) == 1


def test_a_locked_attempt_is_closed_when_its_time_is_over(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    invigilating.lock(chen, story.sitting_id, [attempt_id], CAUSE, stories.now())
    later = stories.attempt(attempt_id).hand_in_until + timedelta(seconds=1)
    again = invigilating.unlock(chen, story.sitting_id, [attempt_id], "", later)
    assert again.attempt_ids == [attempt_id]
    invigilating.end_attempts(chen, story.sitting_id, [attempt_id], CAUSE, later)
    assert invigilating.lock(chen, story.sitting_id, [attempt_id], CAUSE, later) == Done(
        [], {ActRefusal.NOT_RUNNING: 1}
    )


def test_a_thousand_are_locked_by_as_many_statements_as_one(
    cast: Cast, chen: Actor, queries: list[str]
) -> None:
    sent = []
    for number in (1, 1000):
        story = stories.sitting(cast)
        people = crowds.crowd(cast, number) if number == 1000 else [cast.persons["wang"]]
        ids = crowds.attempts(story, people, stories.now())
        queries.clear()
        done = invigilating.lock(chen, story.sitting_id, ids, CAUSE, stories.now())
        sent.append(len(queries))
        assert len(done.attempt_ids) == number
    assert sent[0] == sent[1]


@pytest.mark.parametrize("act", ["lock", "end_attempts", "note_irregularity", "void"])
def test_no_act_goes_without_a_cause(cast: Cast, chen: Actor, act: str) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    more: dict[str, Any] = {"note_irregularity": {"key": "k"}, "void": {"gives_back": False}}.get(act, {})
    done = getattr(invigilating, act)(
        chen, story.sitting_id, [attempt_id], cause="  ", now=stories.now(), **more
    )
    assert done == Done(refused={ActRefusal.NO_CAUSE: 1})
    assert stories.attempt(attempt_id).state == AttemptState.OPEN


@pytest.mark.parametrize("act", ["lock", "unlock", "end_attempts", "note_irregularity", "void"])
def test_an_attempt_of_another_sitting_is_left_alone(cast: Cast, chen: Actor, act: str) -> None:
    story, other = stories.sitting(cast), stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    before = happened(attempt_id, *EventKind)
    more: dict[str, Any] = {"note_irregularity": {"key": "k"}, "void": {"gives_back": True}}.get(act, {})
    done = getattr(invigilating, act)(
        chen, other.sitting_id, [attempt_id], cause=CAUSE, now=stories.now(), **more
    )
    assert not done.attempt_ids
    assert happened(attempt_id, *EventKind) == before
    assert stories.attempt(attempt_id).state == AttemptState.OPEN


# ---- ending, noting, voiding ----


def test_an_attempt_that_an_invigilator_ends_counts_as_it_was_saved(
    cast: Cast, chen: Actor, sign_in: SignIn
) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    (_slot, item), *_ = stories.paper(attempt_id)
    entry = {"key": "k", "slot": 1, "fields": stories.right_fields(item)}
    assert stories.send(sign_in("wang"), attempt_id, stories.pass_of(attempt_id), [entry]).status_code == 200
    now = stories.now()
    for expected in (Done([attempt_id], {}), Done([], {ActRefusal.NOT_RUNNING: 1})):
        assert invigilating.end_attempts(chen, story.sitting_id, [attempt_id], CAUSE, now) == expected
    found = stories.attempt(attempt_id)
    assert (found.state, found.ended_at) == (AttemptState.CLOSED, now)
    result = stories.looking().scalars(select(AttemptResult)).one()
    assert result.score > 0
    assert happened(attempt_id, EventKind.ENDED) == [("ended", CAUSE, chen.account_id)]
    assert audited("attempt.ended") == [attempt_id]


def test_an_attempt_ended_after_its_deadline_ended_at_the_deadline(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    closes_at = stories.attempt(attempt_id).closes_at
    invigilating.end_attempts(chen, story.sitting_id, [attempt_id], CAUSE, closes_at + timedelta(seconds=4))
    assert stories.attempt(attempt_id).ended_at == closes_at


def test_an_irregularity_is_noted_once_a_form_and_changes_nothing_else(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    ids = [stories.start(cast, story, name) for name in ("wang", "li")]
    for key, expected in (("a", Done(ids, {})), ("a", Done([], {ActRefusal.NOTED: 2})), ("b", Done(ids, {}))):
        assert (
            invigilating.note_irregularity(chen, story.sitting_id, ids, CAUSE, key, stories.now()) == expected
        )
    assert happened(ids[0], EventKind.IRREGULARITY) == [("irregularity", CAUSE, chen.account_id)] * 2
    assert stories.attempt(ids[0]).state == AttemptState.OPEN


def test_an_ended_attempt_can_be_noted_too(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    invigilating.end_attempts(chen, story.sitting_id, [attempt_id], CAUSE, stories.now())
    done = invigilating.note_irregularity(
        chen, story.sitting_id, [attempt_id], "事后查实", "k", stories.now()
    )
    assert done.attempt_ids == [attempt_id]


@pytest.mark.parametrize("gives_back", [False, True])
def test_a_voided_attempt_is_ended_and_its_learner_told(cast: Cast, chen: Actor, gives_back: bool) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    now = stories.now()
    done = invigilating.void(chen, story.sitting_id, [attempt_id], CAUSE, gives_back, now)
    assert done == Done([attempt_id], {})
    found = stories.attempt(attempt_id)
    assert (found.state, found.voided_at, found.is_given_back) == (AttemptState.CLOSED, now, gives_back)
    assert happened(attempt_id, EventKind.VOIDED) == [("voided", CAUSE, chen.account_id)]
    assert audited("attempt.voided") == [attempt_id]
    notice = stories.looking().scalars(select(Notice)).one()
    assert notice.person_id == cast.persons["wang"]
    assert ("sit the exam again" in notice.text) == gives_back
    again = invigilating.void(chen, story.sitting_id, [attempt_id], CAUSE, gives_back, now)
    assert again == Done([], {ActRefusal.VOIDED: 1})


def test_what_was_voided_can_be_given_back_later_but_not_taken_again(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    now = stories.now()
    for gives_back, is_done in ((False, True), (True, True), (False, False)):
        done = invigilating.void(chen, story.sitting_id, [attempt_id], CAUSE, gives_back, now)
        assert bool(done.attempt_ids) == is_done
    found = stories.attempt(attempt_id)
    assert (found.voided_at, found.is_given_back) == (now, True)


# ---- starting by hand ----


def by_hand(story: stories.Story) -> None:
    """Let an invigilator start a sitting."""
    with transaction() as session:
        session.get_one(Sitting, story.sitting_id).start_mode = StartMode.BY_HAND


def test_a_room_is_started_once_and_all_are_started_over_it(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    by_hand(story)
    crowds.seats(story, [cast.persons["wang"], cast.persons["li"]], a_room=1)
    now = stories.now()
    steps = [
        ("101", None),
        ("101", ActRefusal.STARTED),
        ("999", ActRefusal.NO_ROOM),
        ("", None),
        ("", ActRefusal.STARTED),
        ("102", ActRefusal.STARTED),
    ]
    for room, refusal in steps:
        assert invigilating.start_by_hand(chen, story.sitting_id, room, now) == refusal, room
    rooms = stories.looking().scalars(select(RoomStart.room).order_by(RoomStart.id))
    assert list(rooms) == ["101", ""]
    assert audited("sitting.started") == [story.sitting_id] * 2


def test_a_start_by_hand_needs_an_open_sitting_that_is_started_so(cast: Cast, chen: Actor) -> None:
    story = stories.sitting(cast)
    start = invigilating.start_by_hand
    assert start(chen, story.sitting_id, "", stories.now()) is ActRefusal.NOT_BY_HAND
    by_hand(story)
    early, late = story.opens_at - timedelta(seconds=1), story.closes_at
    assert start(chen, story.sitting_id, "", early) is ActRefusal.TOO_EARLY
    assert start(chen, story.sitting_id, "", late) is ActRefusal.TOO_LATE
    with transaction() as session:
        session.get_one(Sitting, story.sitting_id).cancelled_at = stories.now()
    assert start(chen, story.sitting_id, "", stories.now()) is ActRefusal.CANCELLED


# ---- the pages ----


def act(client: FlaskClient, story: stories.Story, name: str, **fields: Any) -> TestResponse:
    """Fill in the page of an act as a browser without scripts does."""
    address = f"/sittings/{story.sitting_id}/board/{name}"
    persons = {"person": fields["person"]} if "person" in fields else {}
    page = client.get(address, query_string=persons)
    assert page.status_code == 200, page.status_code
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page.text)
    hidden = {"attempt": re.findall(r'name="attempt" value="(\d+)"', page.text)}
    usual = {"key": key.group(1) if key else "", "whom": "selected", "cause": CAUSE}
    return client.post(address, data=usual | hidden | fields)


def test_every_act_is_done_by_its_page(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    chen, wang = sign_in("chen"), str(cast.persons["wang"])
    assert act(chen, story, "extend", person=wang, minutes="7").status_code == 302
    assert stories.attempt(attempt_id).added_seconds == 420
    assert act(chen, story, "lock", person=wang).status_code == 302
    assert stories.attempt(attempt_id).locked_at is not None
    assert act(chen, story, "unlock", person=wang, cause="").status_code == 302
    assert stories.attempt(attempt_id).locked_at is None
    assert act(chen, story, "irregularity", person=wang).status_code == 302
    assert act(chen, story, "end", person=wang).status_code == 302
    assert stories.attempt(attempt_id).state == AttemptState.CLOSED
    assert act(chen, story, "void", person=wang, gives_back="y").status_code == 302
    assert stories.attempt(attempt_id).is_given_back
    kinds = [kind for kind, _, _ in happened(attempt_id, *EventKind)]
    assert [kind for kind in kinds if kind != "started"] == [
        "extended",
        "locked",
        "unlocked",
        "irregularity",
        "ended",
        "closed",
        "voided",
    ]


def test_a_compensation_shows_who_got_what_and_who_was_too_late(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    ended = stories.start(cast, story, "wang", now - timedelta(minutes=50))
    running = stories.start(cast, story, "li", now - timedelta(minutes=40))
    chen = sign_in("chen")
    act(chen, story, "end", person=str(cast.persons["wang"]))
    local = now.astimezone(SHANGHAI)
    span = {
        "begins": (local - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%S"),
        "ends": (local - timedelta(minutes=25)).strftime("%Y-%m-%dT%H:%M:%S"),
    }
    done = act(chen, story, "compensate", whom="all", **span)
    assert done.status_code == 302, done.text
    page = chen.get(done.location).text
    assert "王学习" in page
    assert f'name="attempt" value="{ended}"' in page
    assert stories.attempt(running).added_seconds == 300
    voiding = chen.get(f"/sittings/{story.sitting_id}/board/void?attempt={ended}&gives_back=y")
    assert "王学习" in voiding.text
    assert re.search(r'<input[^>]* checked[^>]*name="gives_back"', voiding.text)


def test_an_act_without_a_selection_asks_for_a_room_or_everybody(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    crowds.seats(story, [cast.persons["wang"], cast.persons["li"]], a_room=1)
    ids = [stories.start(cast, story, name) for name in ("wang", "li")]
    chen = sign_in("chen")
    assert act(chen, story, "lock", whom="").status_code == 200
    assert act(chen, story, "lock", whom="selected").status_code == 200
    assert act(chen, story, "lock", whom="room:101").status_code == 302
    assert [stories.attempt(id_).locked_at is not None for id_ in ids] == [True, False]
    assert act(chen, story, "lock", whom="all").status_code == 302
    assert stories.attempt(ids[1]).locked_at is not None


def test_a_form_sent_twice_counts_once(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    chen = sign_in("chen")
    form = {"key": "the-same", "whom": "all", "cause": CAUSE, "minutes": "5"}
    for _ in range(2):
        done = chen.post(f"/sittings/{story.sitting_id}/board/extend", data=form)
        assert done.status_code == 302
    assert stories.attempt(attempt_id).added_seconds == 300
    assert len(stories.looking().scalars(select(TimeChange)).all()) == 1


@pytest.mark.parametrize(
    "changed",
    [{"cause": ""}, {"minutes": "0"}, {"minutes": "x"}, {"minutes": "601"}, {"whom": "room:9"}, {"key": ""}],
)
def test_a_wrong_form_is_shown_again_and_does_nothing(
    cast: Cast, sign_in: SignIn, changed: dict[str, str]
) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    form = {"key": "k", "whom": "all", "cause": CAUSE, "minutes": "5"} | changed
    shown = sign_in("chen").post(f"/sittings/{story.sitting_id}/board/extend", data=form)
    if "key" not in changed:
        assert shown.status_code == 200
        assert not stories.looking().scalars(select(TimeChange)).all()


@pytest.mark.parametrize("name", ["extend", "lock", "unlock", "end", "irregularity", "void", "compensate"])
def test_a_stranger_cannot_be_named(cast: Cast, sign_in: SignIn, name: str) -> None:
    story, other = stories.sitting(cast), stories.sitting(cast)
    elsewhere = stories.start(cast, other)
    chen, address = sign_in("chen"), f"/sittings/{story.sitting_id}/board/{name}"
    stranger = {"person": cast.persons["liu"]}
    assert chen.get(address, query_string=stranger).status_code == 404
    assert chen.post(address, data=stranger | {"whom": "selected", "cause": CAUSE}).status_code == 404
    if name == "void":
        foreign = {"attempt": elsewhere, "whom": "selected", "cause": CAUSE}
        assert chen.post(address, data=foreign).status_code == 404
        assert stories.attempt(elsewhere).voided_at is None


def test_the_way_back_stays_at_the_sitting(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story)
    chen, wang = sign_in("chen"), str(cast.persons["wang"])
    board = f"/sittings/{story.sitting_id}/board"
    inside = f"{board}?state=answering"
    assert act(chen, story, "irregularity", person=wang, back=inside).location.endswith(inside)
    for elsewhere in ("https://example.org/", "//example.org", "/sittings/99/board", ""):
        assert act(chen, story, "irregularity", person=wang, back=elsewhere).location.endswith(board)


def test_rooms_are_started_from_the_board(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    by_hand(story)
    crowds.seats(story, [cast.persons["wang"]])
    chen = sign_in("chen")
    assert "/board/start?room=101" in chen.get(f"/sittings/{story.sitting_id}/board").text
    address = f"/sittings/{story.sitting_id}/board/start"
    assert chen.get(f"{address}?room=101").status_code == 200
    assert chen.post(address, data={"room": "101"}).status_code == 302
    assert "/board/start?room=101" not in chen.get(f"/sittings/{story.sitting_id}/board").text
    assert len(stories.looking().scalars(select(RoomStart)).all()) == 1


def test_nobody_but_those_who_manage_the_sitting_can_act(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    form = {"key": "k", "whom": "all", "cause": CAUSE, "minutes": "5"}
    for name in ("wang", "zheng", "wu", "sun", "qian"):
        for part in ("extend", "lock", "end"):
            reply = sign_in(name).post(f"/sittings/{story.sitting_id}/board/{part}", data=form)
            assert reply.status_code == 403
    found = stories.looking().get_one(Attempt, attempt_id)
    assert (found.added_seconds, found.locked_at, found.state) == (0, None, "open")

"""The board: where everybody admitted to a sitting stands, in a fixed number of queries."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from learning.core.db import reading, transaction
from learning.exams.board import Filters, Whereabouts
from learning.exams.kinds import EventKind, StartMode
from learning.exams.models import Attempt, JournalEntry, Sitting
from learning.exams.queries import board
from learning.exams.queries.board import BoardRow
from learning.exams.services import closing
from learning.exams.services.events import record_event
from learning.exams.services.waiting import note_waiting
from tests.cast import Cast
from tests.learning.exams import crowds, stories

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]


def sitting_of(story: stories.Story) -> Sitting:
    """Return the sitting of a story."""
    return stories.looking().get_one(Sitting, story.sitting_id)


def rows(story: stories.Story, now: datetime | None = None, **filters: object) -> dict[str, BoardRow]:
    """Return the rows of the board by name."""
    page = board.rows_of(
        reading(),
        sitting_of(story),
        Filters(**filters),
        1,
        now or stories.now(),  # type: ignore[arg-type]
    )
    return {row.name: row for row in page.rows}


def change(attempt_id: int, **values: object) -> None:
    """Write into an attempt what a page or the server would."""
    with transaction() as session:
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(**values))


def test_everybody_admitted_is_on_the_board_whether_started_or_not(cast: Cast) -> None:
    story = stories.sitting(cast)
    stories.start(cast, story, "wang")
    found = rows(story)
    assert set(found) == {"王学习", "李求知", "赵认真"}
    assert found["王学习"].whereabouts is Whereabouts.ANSWERING
    assert found["李求知"].whereabouts is Whereabouts.NOT_STARTED
    assert found["李求知"].attempt is None
    assert (found["王学习"].unit, found["王学习"].answered) == ("示范县妇联", 0)


def test_who_has_sat_stays_on_the_board_after_leaving_the_unit(cast: Cast) -> None:
    story = stories.sitting(cast)
    crowds.attempts(story, [cast.persons["liu"]], stories.now())
    assert "刘邻县" in rows(story)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, Whereabouts.ANSWERING),
        ({"last_seen_at": -29}, Whereabouts.ANSWERING),
        ({"last_seen_at": -31}, Whereabouts.OFFLINE),
        ({"last_seen_at": -31, "locked_at": -5}, Whereabouts.LOCKED),
        ({"state": "submitted", "ended_at": 0}, Whereabouts.HANDED_IN),
        ({"state": "closed", "ended_at": 0, "locked_at": -5}, Whereabouts.CLOSED),
        ({"state": "abandoned", "ended_at": 0}, Whereabouts.ABANDONED),
        ({"state": "submitted", "ended_at": 0, "voided_at": 0}, Whereabouts.VOIDED),
    ],
)
def test_the_board_tells_where_somebody_stands(
    cast: Cast, values: dict[str, str | int], state: Whereabouts
) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    attempt_id = stories.start(cast, story, at=now)
    moments = {
        name: now + timedelta(seconds=value) if isinstance(value, int) else value
        for name, value in values.items()
    }
    change(attempt_id, **{"last_seen_at": now} | moments)
    assert rows(story, now)["王学习"].whereabouts is state
    counts = board.counts_at(reading(), sitting_of(story), now)
    assert (counts[state], counts[Whereabouts.NOT_STARTED], sum(counts.values())) == (1, 2, 3)


def test_who_opened_the_paper_and_was_not_heard_of_since_is_offline(cast: Cast) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    attempt_id = stories.start(cast, story, at=now)
    change(attempt_id, last_seen_at=None)
    assert rows(story, now + timedelta(seconds=31))["王学习"].whereabouts is Whereabouts.OFFLINE


def test_who_is_in_the_waiting_room_is_seen_there_until_the_page_falls_silent(
    cast: Cast, queries: list[str]
) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    note_waiting(story.sitting_id, cast.persons["wang"], now)
    queries.clear()
    for seconds in range(0, 60, 5):
        note_waiting(story.sitting_id, cast.persons["wang"], now + timedelta(seconds=seconds))
    assert sum("INSERT" in statement for statement in queries) == 2
    last = now + timedelta(seconds=40)
    for later, state in ((70, Whereabouts.WAITING), (80, Whereabouts.NOT_STARTED)):
        assert rows(story, last + timedelta(seconds=later))["王学习"].whereabouts is state
    stories.start(cast, story)
    assert rows(story, stories.now())["王学习"].whereabouts is Whereabouts.ANSWERING


def test_the_waiting_room_tells_the_board(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    with transaction() as session:
        session.get_one(Sitting, story.sitting_id).start_mode = StartMode.BY_HAND
    wang = sign_in("wang")
    assert wang.get(f"/exams/{story.sitting_id}/waiting").status_code == 200
    assert rows(story)["王学习"].whereabouts is Whereabouts.WAITING
    asked = wang.get(f"/exams/{story.sitting_id}/waiting", headers={"Accept": "application/json"})
    assert asked.get_json()["started"] is False


def test_answers_taken_back_do_not_count_as_answered(cast: Cast) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    attempt_id = stories.start(cast, story)
    with transaction() as session:
        for seq, (slot, value) in enumerate([(1, "A"), (2, "B"), (2, None), (3, "A"), (3, "C")], 1):
            session.add(
                JournalEntry(
                    attempt_id=attempt_id,
                    seq=seq,
                    key=str(seq),
                    slot_number=slot,
                    response={"value": value},
                    received_at=now,
                    place="p",
                )
            )
    assert rows(story)["王学习"].answered == 2


def test_irregularities_focus_losses_and_time_left_are_facts_in_the_row(cast: Cast) -> None:
    story = stories.sitting(cast)
    now = stories.now()
    attempt_id = stories.start(cast, story, at=now)
    with transaction() as session:
        for _ in range(2):
            record_event(session, attempt_id, EventKind.IRREGULARITY, now, None, "交谈")
        record_event(session, attempt_id, EventKind.FOCUS_LOST, now, None)
    change(attempt_id, focus_losses=3)
    found = rows(story, now + timedelta(minutes=1))["王学习"]
    assert found.irregularities == 2
    assert found.attempt is not None
    assert found.attempt.focus_losses == 3
    assert found.seconds_left == 59 * 60


def test_only_the_last_attempt_of_a_person_is_shown(cast: Cast) -> None:
    story = stories.sitting(cast)
    people = [cast.persons["wang"]]
    now = stories.now()
    crowds.attempts(story, people, now - timedelta(hours=2), state="submitted", ended_at=now)
    crowds.attempts(story, people, now, number=2)
    found = rows(story, now)
    assert len(found) == 3
    assert found["王学习"].whereabouts is Whereabouts.ANSWERING


def test_the_board_is_narrowed_by_room_state_unit_and_name(cast: Cast) -> None:
    story = stories.sitting(cast)
    people = crowds.crowd(cast, 40)
    crowds.seats(story, people)
    crowds.attempts(story, people[:5], stories.now())
    assert len(rows(story, room="101")) == 30
    assert len(rows(story, room="102")) == 10
    assert len(rows(story, room="nowhere")) == 0
    assert len(rows(story, whereabouts=Whereabouts.ANSWERING)) == 5
    assert len(rows(story, room="102", whereabouts=Whereabouts.ANSWERING)) == 0
    assert set(rows(story, organisation_id=cast.organisations["county_women"])) == {"王学习"}
    assert len(rows(story, organisation_id=cast.organisations["county"])) == 43
    assert set(rows(story, text="M00007")) == {"人员M00007"}
    assert set(rows(story, text="求知")) == {"李求知"}
    assert rows(story, text="%") == {}


def test_rooms_and_seats_stand_in_the_order_of_people(cast: Cast) -> None:
    story = stories.sitting(cast)
    crowds.seats(story, crowds.crowd(cast, 35))
    seats = [(row.room, row.seat) for row in rows(story).values()]
    assert seats[:12] == [("101", str(seat)) for seat in range(1, 13)]
    assert seats[-4:] == [("102", "5"), ("", ""), ("", ""), ("", "")]


def test_the_board_of_a_thousand_takes_as_many_queries_as_that_of_three(
    cast: Cast, sign_in: SignIn, queries: list[str]
) -> None:
    chen, asked = sign_in("chen"), {}
    story = stories.sitting(cast)
    for number in (3, 1003):
        if number > 3:
            people = crowds.crowd(cast, 1000)
            crowds.seats(story, people)
            crowds.attempts(story, people[:900], stories.now())
        for part in ("board", "board/live"):
            chen.get(f"/sittings/{story.sitting_id}/{part}")
            queries.clear()
            reply = chen.get(f"/sittings/{story.sitting_id}/{part}")
            assert reply.status_code == 200
            asked[number, part] = len(queries)
        assert reply.text.count('name="person"') == min(number, 100)
    assert asked[3, "board"] == asked[1003, "board"] <= 15
    assert asked[3, "board/live"] == asked[1003, "board/live"] <= 11


def test_the_second_page_holds_the_next_hundred(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    people = crowds.crowd(cast, 130)
    crowds.seats(story, people)
    second = sign_in("chen").get(f"/sittings/{story.sitting_id}/board?page=2").text
    assert second.count('name="person"') == 33
    assert "王学习" in second


def test_the_page_shows_state_times_and_the_whole_sitting(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    change(attempt_id, last_seen_at=stories.now() - timedelta(minutes=5), focus_losses=2)
    page = sign_in("chen").get(f"/sittings/{story.sitting_id}/board").text
    since = (stories.now() - timedelta(minutes=5)).strftime(":%M:")
    assert re.search(rf"\d\d{since}\d\d 起离线", page)
    assert f"/sittings/{story.sitting_id}/attempts/{attempt_id}" in page
    assert "王学习" in page
    assert "李求知" in page


@pytest.mark.parametrize("query", ["state=x", "unit=x", "page=x", "page=99", "room=%00", "q=" + "长" * 500])
def test_nonsense_in_the_address_harms_nothing(cast: Cast, sign_in: SignIn, query: str) -> None:
    story = stories.sitting(cast)
    assert sign_in("chen").get(f"/sittings/{story.sitting_id}/board?{query}").status_code == 200


@pytest.mark.parametrize("part", ["board", "board/live", "protocol", "board/lock", "time/1", "attempts/1"])
def test_the_board_of_another_school_is_not_found(cast: Cast, sign_in: SignIn, part: str) -> None:
    assert sign_in("chen").get(f"/sittings/999/{part}").status_code == 404
    story = stories.sitting(cast)
    assert sign_in("wang").get(f"/sittings/{story.sitting_id}/{part}").status_code == 403


def test_the_page_of_an_attempt_shows_when_it_was_saved_and_no_answers(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    with transaction() as session:
        session.add(
            JournalEntry(
                attempt_id=attempt_id,
                seq=1,
                key="k",
                slot_number=4,
                response={"value": "SECRET-ANSWER"},
                received_at=stories.now(),
                client_time="2026-11-23T01:02:03Z",
                place="p",
            )
        )
        record_event(session, attempt_id, EventKind.IRREGULARITY, stories.now(), None, "使用手机")
    page = sign_in("chen").get(f"/sittings/{story.sitting_id}/attempts/{attempt_id}").text
    assert "SECRET-ANSWER" not in page
    assert "2026-11-23T01:02:03Z" in page
    assert "使用手机" in page


def test_the_evidence_is_offered_once_the_attempt_has_ended(cast: Cast, sign_in: SignIn) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    address, chen = f"/sittings/{story.sitting_id}/attempts/{attempt_id}", sign_in("chen")
    assert "evidence.json" not in chen.get(address).text
    assert closing.close_attempt(attempt_id, stories.attempt(attempt_id).hand_in_until + timedelta(seconds=1))
    assert f"{address}/evidence.json" in chen.get(address).text
    assert chen.post(f"{address}/evidence.json").status_code == 200


def test_an_attempt_is_found_at_its_own_sitting_only(cast: Cast, sign_in: SignIn) -> None:
    story, other = stories.sitting(cast), stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    chen = sign_in("chen")
    assert chen.get(f"/sittings/{story.sitting_id}/attempts/{attempt_id}").status_code == 200
    assert chen.get(f"/sittings/{other.sitting_id}/attempts/{attempt_id}").status_code == 404


def test_the_record_of_a_sitting_names_who_came_and_who_did_not(
    cast: Cast, sign_in: SignIn, queries: list[str]
) -> None:
    story = stories.sitting(cast)
    attempt_id = stories.start(cast, story)
    with transaction() as session:
        record_event(session, attempt_id, EventKind.IRREGULARITY, stories.now(), None, "与他人交谈")
    assert closing.close_attempt(attempt_id, stories.attempt(attempt_id).hand_in_until + timedelta(seconds=1))
    chen = sign_in("chen")
    page = chen.get(f"/sittings/{story.sitting_id}/protocol").text
    for words in ("王学习", "李求知", "与他人交谈"):
        assert words in page
    queries.clear()
    chen.get(f"/sittings/{story.sitting_id}/protocol")
    few = len(queries)
    people = crowds.crowd(cast, 300)
    crowds.seats(story, people)
    crowds.attempts(story, people, stories.now())
    queries.clear()
    assert chen.get(f"/sittings/{story.sitting_id}/protocol").text.count("人员M") == 300
    assert len(queries) == few

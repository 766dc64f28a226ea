"""Who sits where: lists that are checked before they are taken in, and single seats."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from learning.accounts.models import AuditEntry
from learning.core.spreadsheets import Table
from learning.exams.models import Seat
from learning.exams.queries import seating as queries_of_seating
from learning.exams.seat_lists import (
    Action,
    Candidate,
    Known,
    PlannedSeat,
    plan,
    read_one,
    read_pasted,
    read_rows,
    written,
)
from learning.people.models import Person
from learning.people.roster_cells import Reason
from tests.cast import Cast
from tests.learning.exams import stories
from tests.learning.exams.crowds import crowd
from tests.learning.exams.stories import looking

pytestmark = pytest.mark.usefixtures("context")
SignIn = Callable[[str], FlaskClient]
WANG = Candidate(1, "SF0001", "王学习", is_active=True, is_welcome=True)
LI = Candidate(2, "SF0002", "李求知", is_active=True, is_welcome=True)


# ---- lists, without a database ----


def rows_of(text: str) -> list[PlannedSeat]:
    """Read a pasted list that can be read."""
    table = read_pasted(text)
    assert isinstance(table, Table)
    rows = read_rows(table)
    assert isinstance(rows, list), rows
    return rows


def entries(text: str) -> list[tuple[str, str, str]]:
    """Return what the rows of a pasted list say."""
    found = [row.entry for row in rows_of(text) if row.entry]
    return [(entry.staff_number, entry.room, entry.seat) for entry in found]


@pytest.mark.parametrize(
    "text",
    [
        "SF0001\t一号考场\t12\nSF0002\t一号考场\t13",
        "sf0001,一号考场,12\nsf0002,一号考场,13\n\n",
        "SF0001，一号考场，12\r\nSF0002，一号考场，13",
        "SF0001  一号考场　12\n SF0002 一号考场 13",
        "工号\t考场\t座位\nSF0001\t一号考场\t12\nSF0002\t一号考场\t13",
        "座位号,姓名,考场,工号,备注\n12,王学习,一号考场,SF0001,靠窗\n13,李求知,一号考场,SF0002,",
        "考场安排表\n工号*：,教室,机位号\nSF0001,一号考场,12\nSF0002,一号考场,13",
        "ＳＦ０００１\t一号考场\t12\nSF0002\t一号考场\t13",
    ],
)
def test_lists_are_read_as_people_paste_them(text: str) -> None:
    assert entries(text) == [("SF0001", "一号考场", "12"), ("SF0002", "一号考场", "13")]


def test_a_room_alone_will_do() -> None:
    assert entries("SF0001\t一号楼 301\nSF0002\t一号楼 301\t") == [
        ("SF0001", "一号楼 301", ""),
        ("SF0002", "一号楼 301", ""),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("\t一号考场\t1", "The staff number is missing."),
        ("SF0001\t\t1", "The room is missing."),
        ("SF0001\t" + "长" * 61 + "\t1", "A room has at most"),
        ("SF0001\t一号考场\t" + "1" * 21, "A room has at most"),
        ("SF0001 一号楼 301 12", "This row has more cells"),
        ("SF 0001!\t一号考场\t1", "The staff number “%(value)s” may hold"),
        ("110101199001011234\t一号考场\t1", "The staff number looks like an identity card number"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(line: str, message: str) -> None:
    (row,) = rows_of(line)
    assert row.is_refused
    assert row.reasons[0].message.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("工号\t座位\nSF0001\t1", "These columns are missing"),
        ("考场\t座位\n一号考场\t1", "These columns are missing"),
        ("工号\t考场", "There is no row below"),
        ("\n".join(f"N{number}\t一号考场" for number in range(5001)), "The list has more than"),
    ],
)
def test_a_list_that_cannot_be_read_at_all_says_why(text: str, message: str) -> None:
    table = read_pasted(text)
    assert isinstance(table, Table)
    found = read_rows(table)
    assert isinstance(found, Reason)
    assert found.message.startswith(message)


def test_the_same_person_or_the_same_seat_twice_is_refused_in_all_its_rows() -> None:
    rows = rows_of("A1\t一号\t1\nA1\t二号\t2\nA2\t一号\t7\nA3\t一 号\t7\nA4\t一号\t8\nA5\t一号\nA6\t一号")
    assert [row.is_refused for row in rows] == [True, True, True, True, False, False, False]
    assert rows[0].reasons[0].params == {"rows": "2"}
    assert rows[3].reasons[0].params == {"rows": "3"}


def decided(text: str, *people: Candidate, **known: Any) -> list[PlannedSeat]:
    """Decide about a pasted list."""
    persons: dict[str, list[Candidate]] = {}
    for person in people:
        persons.setdefault(person.staff_number.lstrip("0"), []).append(person)
    removes = known.pop("removes_others", False)
    return plan(rows_of(text), Known(persons, known.pop("seats", {}), **known), removes)


def test_new_other_and_same_seats_are_told_apart() -> None:
    (row,) = decided("SF0001\t一号\t1", WANG)
    assert (row.action, row.person_id) == (Action.ADD, 1)
    assert decided("SF0001\t一号\t1", WANG, seats={1: ("二号", "1")})[0].action is Action.MOVE
    assert decided("SF0001\t一号\t1", WANG, seats={1: ("一号", "1")})[0].action is Action.NOTHING


@pytest.mark.parametrize(
    ("text", "person", "message"),
    [
        ("SF0001\t一号", replace(WANG, is_welcome=False), "This person is not admitted"),
        ("SF0001\t一号", replace(WANG, is_active=False), "This person is switched off"),
        ("工号\t姓名\t考场\nSF0001\t李求知\t一号", WANG, "Staff number %(value)s belongs to another"),
        ("SF0009\t一号", WANG, "There is nobody with"),
        ("7\t一号", replace(WANG, staff_number="007"), "Staff number %(value)s is not on record, but"),
        ("7\t一号", replace(WANG, staff_number="007", is_welcome=False), "There is nobody with"),
    ],
)
def test_nobody_is_guessed(text: str, person: Candidate, message: str) -> None:
    (row,) = decided(text, person)
    assert row.is_refused
    assert row.person_id is None
    assert row.reasons[0].message.startswith(message)


def test_a_seat_of_somebody_who_stays_is_taken() -> None:
    taken = {"seats": {2: ("一号", "1")}}
    assert decided("SF0001\t一号\t1", WANG, LI, **taken)[0].is_refused
    assert not decided("SF0001\t一号\t1\nSF0002\t一号\t2", WANG, LI, **taken)[0].is_refused
    assert not decided("SF0001\t一号\t1", WANG, LI, removes_others=True, **taken)[0].is_refused
    kept = taken | {"started": frozenset({2})}
    assert decided("SF0001\t一号\t1", WANG, LI, removes_others=True, **kept)[0].is_refused


def test_what_is_sent_with_the_confirmation_reads_the_same() -> None:
    rows = decided('SF0001\t一号楼, "东" 3\t1\nSF0002\t二号\t2\nSF0009\t二号\t3', WANG, LI)
    again = plan(rows_of(written(rows)), Known({"SF0001": [WANG], "SF0002": [LI]}, {}), False)
    assert [(row.action, row.person_id) for row in again] == [(Action.ADD, 1), (Action.ADD, 2)]
    assert [row.entry.seat for row in again if row.entry] == ["1", "2"]


@given(st.text())
def test_no_pasted_text_raises(text: str) -> None:
    table = read_pasted(text)
    if isinstance(table, Table):
        rows = read_rows(table)
        if isinstance(rows, list):
            written(plan(rows, Known({"1": [WANG]}, {1: ("a", "1")}), True))


@given(st.text(), st.text(), st.text())
def test_nothing_entered_for_one_person_raises(number: str, room: str, seat: str) -> None:
    row = read_one(number, room, seat)
    assert row.is_refused or row.entry is not None


# ---- on the site ----


@pytest.fixture
def chen(sign_in: SignIn) -> FlaskClient:
    """The instructor."""
    return sign_in("chen")


def number_of(cast: Cast, name: str) -> str:
    """Return the staff number of somebody."""
    return looking().get_one(Person, cast.persons[name]).staff_number


def seats(cast: Cast, story: stories.Story) -> dict[str, tuple[str, str]]:
    """Return who of the cast sits where."""
    found = {
        row.person_id: (row.room, row.seat)
        for row in looking().scalars(select(Seat).where(Seat.sitting_id == story.sitting_id))
    }
    return {name: found[key] for name, key in cast.persons.items() if key in found}


def hidden_list(page: str) -> str:
    """Return what the preview sends with its confirmation, as a browser would."""
    return page.partition('<textarea name="list"')[2].partition(">")[2].partition("</textarea>")[0]


def take_in(chen: FlaskClient, story: stories.Story, text: str, **further: str) -> TestResponse:
    """Check a list and confirm what its preview offers."""
    base = f"/sittings/{story.sitting_id}/seats/list"
    preview = chen.post(base, data={"list": text, **further}).text
    others = {"removes_others": "y"} if 'name="removes_others"' in preview else {}
    return chen.post(f"{base}/confirm", data={"list": hidden_list(preview), **others}, follow_redirects=True)


def test_a_pasted_list_is_checked_first_and_then_taken_in(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    wang, li, liu = (number_of(cast, name) for name in ("wang", "li", "liu"))
    text = f"{wang}\t一号考场\t1\n{li}\t一号考场\t2\n{liu}\t一号考场\t3\n"
    preview = chen.post(f"/sittings/{story.sitting_id}/seats/list", data={"list": text}).text
    assert "王学习" in preview
    assert "刘邻县" not in preview
    assert seats(cast, story) == {}
    page = take_in(chen, story, text)
    assert seats(cast, story) == {"wang": ("一号考场", "1"), "li": ("一号考场", "2")}
    assert "一号考场" in page.text
    detail = looking().scalars(select(AuditEntry.detail).where(AuditEntry.action == "seats.taken_in")).one()
    assert (detail["added"], detail["refused"]) == (2, 0)


def test_a_workbook_is_taken_in_as_well(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    book = openpyxl.Workbook()
    for line in (("工号", "考场", "座位"), (number_of(cast, "wang"), "301", 7)):
        book.worksheets[0].append(line)
    data = io.BytesIO()
    book.save(data)
    data.seek(0)
    reply = chen.post(
        f"/sittings/{story.sitting_id}/seats/list",
        data={"list": "", "file": (data, "座位.xlsx")},
        content_type="multipart/form-data",
    )
    chen.post(f"/sittings/{story.sitting_id}/seats/list/confirm", data={"list": hidden_list(reply.text)})
    assert seats(cast, story) == {"wang": ("301", "7")}


@pytest.mark.parametrize(
    ("form", "name"),
    [({"list": ""}, ""), ({"list": "  "}, ""), ({"list": "工号,座位\nx,1"}, ""), ({"list": ""}, "a.xls")],
)
def test_a_list_that_cannot_be_read_is_refused_at_its_field(
    chen: FlaskClient, cast: Cast, form: dict[str, Any], name: str
) -> None:
    story = stories.sitting(cast)
    upload = {"file": (io.BytesIO(b"x"), name)} if name else {}
    path = f"/sittings/{story.sitting_id}/seats/list"
    reply = chen.post(path, data=form | upload, content_type="multipart/form-data")
    assert reply.status_code == 200
    assert "field-error" in reply.text
    confirmed = chen.post(f"{path}/confirm", data={"list": form["list"] or "x"}, follow_redirects=True)
    assert confirmed.status_code == 200
    assert seats(cast, story) == {}


def test_who_is_not_in_the_list_loses_the_seat_only_if_asked_for(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    wang, li, zhao = (number_of(cast, name) for name in ("wang", "li", "zhao"))
    take_in(chen, story, f"{wang},一号,1\n{li},一号,2\n{zhao},一号,3")
    take_in(chen, story, f"{wang},一号,4")
    assert seats(cast, story) == {"wang": ("一号", "4"), "li": ("一号", "2"), "zhao": ("一号", "3")}
    stories.start(cast, story, "li")
    take_in(chen, story, f"{wang},一号,4\nNOBODY,一号,5", removes_others="y")
    assert len(seats(cast, story)) == 3, "a refused row may have meant one of them"
    take_in(chen, story, f"{wang},一号,3", removes_others="y")
    assert seats(cast, story) == {"wang": ("一号", "3"), "li": ("一号", "2")}


def test_seats_admit_whom_the_school_may_invite_where_they_are_what_admits(
    chen: FlaskClient, cast: Cast
) -> None:
    story = stories.sitting(cast, planned={"admission": "seats"})
    take_in(chen, story, f"{number_of(cast, 'liu')},一号,1")
    assert seats(cast, story) == {"liu": ("一号", "1")}
    assert stories.start(cast, story, "liu")


def give(chen: FlaskClient, story: stories.Story, **form: str) -> TestResponse:
    """Send the form of one seat."""
    return chen.post(f"/sittings/{story.sitting_id}/seats", data=form, follow_redirects=True)


def test_single_seats_are_given_changed_and_taken_away(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    wang = number_of(cast, "wang")
    give(chen, story, staff_number=wang, room="一号", seat="1")
    give(chen, story, staff_number=wang, room="二号", seat="")
    assert seats(cast, story) == {"wang": ("二号", "")}
    page = chen.get(f"/sittings/{story.sitting_id}/seats?staff_number={wang}&room=二号").text
    assert f'value="{wang}"' in page
    path = f"/sittings/{story.sitting_id}/seats/{cast.persons['wang']}/remove"
    assert "alert-success" in chen.post(path, follow_redirects=True).text
    assert seats(cast, story) == {}
    assert "alert-error" in chen.post(path, follow_redirects=True).text
    found = looking().scalars(select(AuditEntry.detail).where(AuditEntry.action == "seat.given"))
    key = str(cast.persons["wang"])
    assert [detail[key] for detail in found] == [["", "一号 1"], ["一号 1", "二号"]]


def test_who_has_started_keeps_the_seat(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    give(chen, story, staff_number=number_of(cast, "wang"), room="一号", seat="1")
    stories.start(cast, story)
    reply = chen.post(
        f"/sittings/{story.sitting_id}/seats/{cast.persons['wang']}/remove", follow_redirects=True
    )
    assert "alert-error" in reply.text
    assert "wang" in seats(cast, story)


@pytest.mark.parametrize(
    "form",
    [
        {"staff_number": "", "room": "一号"},
        {"staff_number": "NOBODY", "room": "一号"},
        {"staff_number": "wang", "room": ""},
        {"staff_number": "wang", "room": "长" * 61},
        {"staff_number": "wang", "room": "一号", "seat": "1" * 21},
        {"staff_number": "wang", "room": "一号", "seat": "2"},
        {"staff_number": "liu", "room": "一号"},
        {"staff_number": "\0", "room": "\0"},
        {"staff_number": "9" * 60, "room": "一号"},
    ],
)
def test_a_seat_that_cannot_be_given_is_refused_at_its_field(
    chen: FlaskClient, cast: Cast, form: dict[str, str]
) -> None:
    story = stories.sitting(cast)
    give(chen, story, staff_number=number_of(cast, "li"), room="一号", seat="2")
    who = form["staff_number"]
    known = number_of(cast, who) if who in cast.persons else who
    reply = give(chen, story, **form | {"staff_number": known})
    assert "field-error" in reply.text
    assert set(seats(cast, story)) == {"li"}


def test_lists_by_room_can_be_printed_and_searched(chen: FlaskClient, cast: Cast) -> None:
    story = stories.sitting(cast)
    for name, room, seat in (("wang", "一号", "10"), ("li", "一号", "2"), ("zhao", "二号", "1")):
        give(chen, story, staff_number=number_of(cast, name), room=room, seat=seat)
    page = chen.get(f"/sittings/{story.sitting_id}/seats/print").text
    assert page.index("李求知") < page.index("王学习") < page.index("赵认真")
    assert "示范县总工会" in page
    one = chen.get(f"/sittings/{story.sitting_id}/seats/print?in=二号").text
    assert "赵认真" in one
    assert "王学习" not in one
    found = chen.get(f"/sittings/{story.sitting_id}/seats?text=李").text
    assert "李求知" in found
    assert "王学习" not in found
    assert "王学习" not in chen.get(f"/sittings/{story.sitting_id}/seats?in=二号").text


def test_pages_of_seats_take_as_few_queries_for_many_as_for_one(
    chen: FlaskClient, cast: Cast, queries: list[str]
) -> None:
    story, counts = stories.sitting(cast), []
    crowd(cast, 60)
    for numbers in ([number_of(cast, "wang")], [f"M{number:05}" for number in range(60)]):
        text = "\n".join(f"{number},一号,{seat}" for seat, number in enumerate(numbers, 100 * len(numbers)))
        queries.clear()
        chen.post(f"/sittings/{story.sitting_id}/seats/list", data={"list": text})
        counts.append(len(queries))
        take_in(chen, story, text)
    assert counts[0] == counts[1]
    assert queries_of_seating.rooms_at(looking(), story.sitting_id)[0].seats == 61
    for path in ("seats", "seats/print"):
        queries.clear()
        assert chen.get(f"/sittings/{story.sitting_id}/{path}").status_code == 200
        assert len(queries) < 12

"""What taking in a row would do, and why rows are refused."""

from datetime import date

import pytest

from learning.accounts.roles import Scope
from learning.core.db import reading, transaction
from learning.core.spreadsheets import Table, read_table
from learning.people import queries as people
from learning.people.kinds import DatePrecision, TenureType
from learning.people.models import Organisation, Person
from learning.people.queries import rosters
from learning.people.roster_plan import Action, PlannedRow
from learning.people.roster_table import RosterTable, find_roster
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 11, 20)
HEADINGS = "姓名,工号,单位,职务,领导职务层次,任职方式,是否领导班子成员,任职时间,离任时间"


def planned(cast: Cast, *lines: str, headings: str = HEADINGS, unit: str = "county") -> list[PlannedRow]:
    table = read_table("list.csv", "\n".join([headings, *lines]).encode())
    assert isinstance(table, Table)
    found = find_roster(table)
    assert isinstance(found, RosterTable)
    scope = Scope(frozenset({cast.organisations[unit]}))
    return rosters.planned(reading(), scope, found, TODAY)


def action(cast: Cast, line: str) -> Action | None:
    row = planned(cast, line)[0]
    assert not row.is_refused, row.reasons
    return row.action


def reason(cast: Cast, line: str) -> str:
    row = planned(cast, line)[0]
    assert row.is_refused, row
    return row.reasons[0].message % row.reasons[0].params


def test_somebody_new_is_added_with_all_that_is_said(cast: Cast) -> None:
    row = planned(cast, "张　三,0101,示范市委/示范县委/示范县妇联,主席,正科,,是,2024.3,至今")[0]
    assert row.action is Action.ADD
    assert row.entry is not None
    post = row.entry.appointment
    assert (row.entry.name, row.entry.staff_number) == ("张三", "0101")
    assert post.organisation_id == cast.organisations["county_women"]
    assert (post.appointed_on, post.appointed_precision) == (date(2024, 3, 1), DatePrecision.MONTH)
    assert post.is_leadership_member
    assert post.left_on is None


@pytest.mark.parametrize(
    "unit", ["SF-009", "sf-009", "示范县妇联", "示范县委/示范县妇联", "示范县委＞示范县妇联"]
)
def test_units_are_found_by_code_and_by_any_clear_end_of_their_path(cast: Cast, unit: str) -> None:
    row = planned(cast, f"张三,0101,{unit}")[0]
    assert row.entry is not None
    assert row.entry.appointment.organisation_id == cast.organisations["county_women"]


def test_a_short_name_is_asked_about_and_not_guessed(cast: Cast) -> None:
    assert "示范县妇联（SF-009）" in reason(cast, "张三,0101,县妇联")


def test_a_name_of_two_units_is_asked_about_and_not_guessed(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Organisation, cast.organisations["neighbour_union"]).name = "示范县总工会"
    said = reason(cast, "张三,0101,示范县总工会")
    assert "SF-007" in said
    assert "SF-013" in said
    assert action(cast, "张三,0101,示范县委/示范县总工会") is Action.ADD


def test_code_and_name_must_be_of_one_unit(cast: Cast) -> None:
    headings = "姓名,工号,单位代码,单位"
    rows = planned(cast, "张三,1,SF-009,示范县妇联", "李四,2,SF-009,示范县总工会", headings=headings)
    assert [row.is_refused for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("张三,0101,邻县总工会", "is not below your unit"),
        ("张三,0101,无此单位", "no unit"),
        ("张三,0101,", "The unit is missing"),
        (",0101,示范县委", "The name is missing"),
        ("张三,,示范县委", "The staff number is missing"),
        ("张三,0101,示范县委,主席,,,是,", "Members of a leading group need"),
        ("张三,0101,示范县委,,,,,2024-03,2023-03", "ends before it begins"),
        ("张三,0101,示范县委,,,,,2099-03,", "more than a year ahead"),
        ("张三,SF0001,示范县委", "belongs to another name"),
        ("刘邻县,SF0004,示范县委", "must end it first"),
        ("王学习,F0001,示范县妇联,副主席", "on record as SF0001"),
        ("郑某某,zheng,示范县委", "in use as another account"),
        ("李求知,SF0002,示范县妇联,主席,,,,,", "needs the day of appointment"),
        ("李求知,SF0002,示范县妇联,主席,,,,2023-06-01,", "needs the day of appointment"),
    ],
)
def test_every_refused_row_says_why(cast: Cast, line: str, part: str) -> None:
    assert part in reason(cast, line)


def test_all_reasons_of_a_row_are_said_at_once(cast: Cast) -> None:
    assert len(planned(cast, ",,无此单位,,部长助理,临时,大概,昨天,")[0].reasons) == 7


def test_a_unit_that_is_switched_off_takes_nobody(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Organisation, cast.organisations["town_union"]).is_active = False
    assert "switched off" in reason(cast, "张三,0101,示范县城关镇工会")


def test_somebody_switched_off_is_switched_on_by_hand(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.persons["wang"]).is_active = False
    assert "switched off" in reason(cast, "王学习,SF0001,示范县妇联,副主席")


def test_lost_zeros_are_noticed(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.persons["zhao"]).staff_number = "0007"
    assert "0007" in reason(cast, "赵认真,7,共青团示范县委,干事")


def test_the_same_post_is_corrected_and_empty_cells_change_nothing(cast: Cast) -> None:
    assert action(cast, "李求知,sf0002,示范县总工会,主席") is Action.NOTHING
    row = planned(cast, "李求知,SF0002,示范县总工会,,正处")[0]
    assert row.action is Action.CORRECT
    assert row.entry is not None
    assert row.entry.appointment.post == "主席"
    assert row.entry.appointment.is_leadership_member
    assert row.entry.appointment.appointed_on == date(2023, 6, 1)


def test_a_later_post_in_the_same_unit_ends_the_former(cast: Cast) -> None:
    assert action(cast, "李求知,SF0002,示范县总工会,调研员,,,,2026-10-01,") is Action.MOVE
    assert action(cast, "李求知,SF0002,示范县总工会,常务副主席") is Action.CORRECT


def test_full_time_elsewhere_is_a_move_and_part_time_a_further_post(cast: Cast) -> None:
    assert action(cast, "李求知,SF0002,示范县妇联,副主席,,,是,2026-10-01,") is Action.MOVE
    row = planned(cast, "李求知,SF0002,示范县妇联,副主席,,兼职,是,2026-10-01,")[0]
    assert row.action is Action.ADD_POST
    assert row.entry is not None
    assert row.entry.appointment.tenure_type is TenureType.PART_TIME
    assert not row.entry.appointment.is_primary


def test_whoever_left_elsewhere_is_taken_in(cast: Cast) -> None:
    with transaction() as session:
        key = cast.persons["liu"]
        people.appointments_of(session, [key])[key][0].left_on = date(2026, 6, 30)
    assert action(cast, "刘邻县,SF0004,示范县妇联,干事,,,,2026-07-01,") is Action.TAKE_IN


def test_repeated_numbers_are_refused_and_all_of_them_where_names_differ(cast: Cast) -> None:
    rows = planned(
        cast,
        "张三,0101,示范县委",
        "张三,0101,示范县妇联",
        "李四,0102,示范县委",
        "王五,0102,示范县委",
    )
    assert [row.is_refused for row in rows] == [False, True, True, True]
    assert rows[1].reasons[0].params == {"rows": "2"}
    assert rows[2].reasons[0].params == {"rows": "5"}


def test_a_long_list_takes_the_same_queries_as_a_short_one(cast: Cast, queries: list[str]) -> None:
    planned(cast, "张三,0101,示范县委")
    few = len(queries)
    queries.clear()
    names = "甲乙丙丁戊己庚辛壬癸"
    planned(cast, *(f"张{names[n // 10]}{names[n % 10]},9{n:03},示范县委" for n in range(100)))
    assert len(queries) == few

"""Organisations in scope and order, persons through the door."""

from datetime import date

import pytest

from learning.accounts.roles import Scope
from learning.core.db import reading, transaction
from learning.people import queries as people
from learning.people.kinds import Axis
from learning.people.models import Appointment
from learning.people.queries import Standing
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 11, 20)


def scope_of(cast: Cast, *names: str) -> Scope:
    return Scope(frozenset(cast.organisations[name] for name in names))


def move(cast: Cast, name: str, to: str, on: date) -> None:
    with transaction() as session:
        old = people.appointments_of(session, [cast.persons[name]])[cast.persons[name]][0]
        old.left_on = on
        session.add(
            Appointment(person_id=old.person_id, organisation_id=cast.organisations[to], appointed_on=on)
        )


def test_organisations_come_parents_first_and_only_from_the_scope(cast: Cast) -> None:
    rows = people.organisations_in(reading(), scope_of(cast, "county"))
    assert [(row.name, row.depth) for row in rows] == [
        ("示范县委", 0),
        ("示范县总工会", 1),
        ("共青团示范县委", 1),
        ("示范县妇联", 1),
        ("示范县城关镇党委", 1),
        ("示范县城关镇工会", 2),
    ]


def test_the_vertical_axis_follows_the_system(cast: Cast) -> None:
    rows = people.organisations_in(reading(), scope_of(cast, "city_union"), Axis.VERTICAL)
    assert [(row.name, row.depth) for row in rows] == [
        ("示范市总工会", 0),
        ("示范县总工会", 1),
        ("示范县城关镇工会", 2),
        ("邻县总工会", 1),
    ]


def test_everywhere_covers_all_and_an_empty_scope_nothing(cast: Cast) -> None:
    assert len(people.organisations_in(reading(), Scope(everywhere=True))) == len(cast.organisations)
    assert people.organisations_in(reading(), Scope()) == []


def test_two_scopes_one_inside_the_other_list_each_organisation_once(cast: Cast) -> None:
    rows = people.organisations_in(reading(), scope_of(cast, "county", "town"))
    assert len(rows) == len({row.id for row in rows}) == 6


def test_the_door_shows_no_organisation_of_others(cast: Cast) -> None:
    scope = scope_of(cast, "county")
    found = people.organisation_in(reading(), scope, cast.organisations["town"])
    assert found is not None
    assert found.name == "示范县城关镇党委"
    assert people.organisation_in(reading(), scope, cast.organisations["neighbour"]) is None
    assert people.organisation_in(reading(), scope, 2**63 - 1) is None


def test_the_path_names_all_units_above(cast: Cast) -> None:
    path = people.path_names(reading())[cast.organisations["county_women"]]
    assert path == "示范省委/示范市委/示范县委/示范县妇联"


def names(cast: Cast, *scope: str, **narrowed: object) -> list[str]:
    page = people.persons_in(reading(), scope_of(cast, *scope), TODAY, **narrowed)  # type: ignore[arg-type]
    return [row.name for row in page.rows]


def test_persons_are_those_of_the_scope(cast: Cast) -> None:
    assert names(cast, "county") == ["王学习", "李求知", "赵认真"]
    assert names(cast, "county", text="求") == ["李求知"]
    assert names(cast, "county", text="sf0003".upper()) == ["赵认真"]
    assert names(cast, "county", text="%") == []
    assert names(cast, "county", organisation_id=cast.organisations["county_union"]) == ["李求知"]
    assert names(cast, "county", organisation_id=cast.organisations["neighbour"]) == []


def test_whoever_moved_away_is_former_here_and_current_there(cast: Cast) -> None:
    move(cast, "wang", "neighbour", date(2026, 6, 1))
    assert "王学习" not in names(cast, "county")
    assert names(cast, "county", standing=Standing.FORMER) == ["王学习"]
    assert "王学习" in names(cast, "neighbour")


def test_whoever_moved_away_can_be_looked_up_but_not_changed(cast: Cast) -> None:
    move(cast, "wang", "neighbour", date(2026, 6, 1))
    key, scope = cast.persons["wang"], scope_of(cast, "county")
    assert people.person_in(reading(), scope, key, TODAY) is not None
    assert people.person_managed(reading(), scope, key, TODAY) is None
    assert people.person_managed(reading(), scope_of(cast, "neighbour"), key, TODAY) is not None


def test_whoever_left_altogether_still_belongs_to_the_last_unit(cast: Cast) -> None:
    with transaction() as session:
        people.appointments_of(session, [cast.persons["zhao"]])[cast.persons["zhao"]][
            0
        ].left_on = TODAY.replace(month=1)
    assert people.person_managed(reading(), scope_of(cast, "county"), cast.persons["zhao"], TODAY)
    assert people.person_managed(reading(), scope_of(cast, "school"), cast.persons["zhao"], TODAY) is None


def test_a_person_with_two_posts_is_listed_once_with_the_primary_one(cast: Cast) -> None:
    with transaction() as session:
        second = Appointment(
            person_id=cast.persons["wang"],
            organisation_id=cast.organisations["county_union"],
            post="委员",
            is_primary=False,
            appointed_on=date(2026, 5, 1),
        )
        session.add(second)
    rows = people.persons_of(reading(), people.below(cast.organisations["county"]), TODAY)
    assert (rows[0].name, rows[0].post) == ("王学习", "副主席")
    assert len(rows) == 3
    in_union = people.persons_of(reading(), people.below(cast.organisations["county_union"]), TODAY)
    assert ("王学习", "委员") in [(row.name, row.post) for row in in_union]


def test_rolls_of_an_earlier_day_leave_out_who_came_later(cast: Cast) -> None:
    rows = people.persons_of(reading(), people.below(cast.organisations["county"]), date(2025, 1, 1))
    assert [row.name for row in rows] == ["李求知", "赵认真"]


def test_a_person_stands_below_every_unit_above(cast: Cast) -> None:
    above = people.ancestors_of_person(reading(), cast.persons["wang"], TODAY)
    assert above == {cast.organisations[name] for name in ("county_women", "county", "city", "province")}
    assert people.ancestors_of_person(reading(), cast.persons["wang"], date(2025, 1, 1)) == frozenset()


def test_a_page_of_persons_takes_the_same_queries_for_few_and_many(cast: Cast, queries: list[str]) -> None:
    names(cast, "county_women")
    few = len(queries)
    queries.clear()
    names(cast, "province")
    assert len(queries) == few == 3

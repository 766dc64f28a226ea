"""Organisations and systems, as system administrators keep them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from learning.accounts.roles import Scope
from learning.core.db import reading
from learning.people import queries as people
from learning.people import rules
from learning.people.kinds import Axis
from learning.people.models import OrganisationBelow
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def entry(
    cast: Cast, parent: str | None = "county", **changes: str | list[str]
) -> dict[str, str | list[str]]:
    return {
        "code": "SF-100",
        "name": "示范县科协",
        "level": "county",
        "kind": "mass_organisation",
        "system": "",
        "territorial_parent": str(cast.organisations[parent]) if parent else "",
        "vertical_parent": "",
        "sort_number": "0",
    } | changes


def of(cast: Cast, name: str) -> str:
    return f"/organisations/{cast.organisations[name]}/edit"


def below(app: Flask, cast: Cast, name: str, axis: Axis = Axis.TERRITORIAL) -> set[str]:
    with app.app_context():
        scope = Scope(frozenset({cast.organisations[name]}))
        return {row.name for row in people.organisations_in(reading(), scope, axis)}


def pairs_are_right(app: Flask) -> bool:
    with app.app_context():
        for axis in Axis:
            kept = reading().execute(
                select(OrganisationBelow.above_id, OrganisationBelow.below_id, OrganisationBelow.depth).where(
                    OrganisationBelow.axis == axis
                )
            )
            if {tuple(row) for row in kept} != set(rules.closure(people.parents(reading(), axis))):
                return False
    return True


def test_the_tree_is_shown_along_both_axes(sign_in: SignIn) -> None:
    page = sign_in("sun").get("/organisations").text
    assert page.index("示范省委") < page.index("示范市委") < page.index("示范县妇联")
    assert "示范县妇联" in sign_in("sun").get("/organisations?axis=vertical").text


def test_an_organisation_is_added_below_its_parent_once(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    admin = sign_in("sun")
    assert admin.post("/organisations/new", data=entry(cast)).status_code == 302
    assert "field-error" in admin.post("/organisations/new", data=entry(cast)).text
    assert "示范县科协" in below(app, cast, "city")
    assert pairs_are_right(app)


def test_moving_an_organisation_moves_all_below(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    town = entry(
        cast, "neighbour", code="SF-010", name="示范县城关镇党委", level="township", kind="party_committee"
    )
    assert sign_in("sun").post(of(cast, "town"), data=town).status_code == 302
    assert "示范县城关镇工会" in below(app, cast, "neighbour")
    assert "示范县城关镇工会" not in below(app, cast, "county")
    assert "示范县城关镇工会" in below(app, cast, "county_union", Axis.VERTICAL)
    assert pairs_are_right(app)


@pytest.mark.parametrize("parent", ["county", "town", "county_women"])
def test_nothing_comes_to_stand_below_itself(app: Flask, sign_in: SignIn, cast: Cast, parent: str) -> None:
    data = entry(cast, parent, code="SF-006", name="示范县委", kind="party_committee")
    assert "field-error" in sign_in("sun").post(of(cast, "county"), data=data).text
    led = entry(cast, code="SF-007", name="示范县总工会") | {
        "vertical_parent": str(cast.organisations["town_union"])
    }
    assert "field-error" in sign_in("sun").post(of(cast, "county_union"), data=led).text
    assert pairs_are_right(app)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": ""},
        {"code": "a b/c"},
        {"code": "SF-001"},
        {"name": ""},
        {"name": "长" * 121},
        {"level": "galaxy"},
        {"kind": "secret"},
        {"system": "99999999999999999999"},
        {"territorial_parent": "x"},
        {"sort_number": "9" * 5000},
        {"sort_number": "-1"},
        {"sort_number": ""},
        {"kind": "institution"},
        {"institution_kinds": ["party_school"]},
        {"kind": "institution", "institution_kinds": ["party_school", "kitchen"]},
    ],
)
def test_bad_input_is_told(sign_in: SignIn, cast: Cast, changes: dict[str, str]) -> None:
    reply = sign_in("sun").post("/organisations/new", data=entry(cast, **changes))
    assert reply.status_code == 200
    assert "field-error" in reply.text


def test_a_school_may_be_of_several_kinds(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    data = entry(cast, "city", code="SF-005", name="示范市委党校", level="prefecture", kind="institution")
    admin = sign_in("sun")
    page = admin.get(of(cast, "school")).text
    assert page.count("checked") == 2
    kinds: list[str] = ["party_school", "socialism_college"]
    assert admin.post(of(cast, "school"), data=data | {"institution_kinds": kinds}).status_code == 302
    with app.app_context():
        assert people.institution_kinds(reading())[cast.organisations["school"]] == set(kinds)


def test_only_an_empty_organisation_is_switched_off(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    admin = sign_in("sun")

    def switch_off(name: str) -> bool:
        admin.post(f"/organisations/{cast.organisations[name]}/active", data={"active": "0"})
        with app.app_context():
            found = people.organisation(reading(), cast.organisations[name])
            assert found is not None
            return not found.is_active

    assert not switch_off("town")
    assert not switch_off("county_women")
    assert switch_off("town_union")
    assert switch_off("town")


def test_systems_are_kept(sign_in: SignIn) -> None:
    admin = sign_in("sun")
    data = {"code": "cast", "name": "科协系统", "sort_number": "4"}
    assert admin.post("/organisations/systems/new", data=data).status_code == 302
    assert "field-error" in admin.post("/organisations/systems/new", data=data).text
    assert "科协系统" in admin.get("/organisations/systems").text
    assert admin.post("/organisations/systems/1/edit", data=data | {"code": "x"}).status_code == 302


@pytest.mark.parametrize("key", [999, 2**63 - 1, 2**63])
def test_what_is_not_there_is_not_found(sign_in: SignIn, key: int) -> None:
    assert sign_in("sun").get(f"/organisations/{key}/edit").status_code == 404
    assert sign_in("sun").post(f"/organisations/{key}/active").status_code == 404
    assert sign_in("sun").get(f"/organisations/systems/{key}/edit").status_code == 404


@pytest.mark.parametrize("name", ["wang", "chen", "zheng", "wu", "qian"])
def test_other_roles_may_not(sign_in: SignIn, cast: Cast, name: str) -> None:
    for page in ("/organisations", "/organisations/new", "/organisations/systems", of(cast, "county")):
        assert sign_in(name).get(page).status_code == 403


@given(st.lists(st.integers(0, 20), max_size=20))
def test_the_pairs_of_any_tree_are_complete(choices: list[int]) -> None:
    parents: dict[int, int | None] = {
        key: (choice % key if key else None) for key, choice in enumerate(choices)
    }
    pairs = list(rules.closure(parents))
    assert len({(above, below) for above, below, _ in pairs}) == len(pairs)
    for above, below, depth in pairs:
        key: int | None = below
        for _ in range(depth):
            assert key is not None
            key = parents[key]
        assert key == above
    assert {key for key, _ in rules.in_tree_order(parents)} == set(parents)

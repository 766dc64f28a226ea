"""Pages of persons, as unit administrators use them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts.models import Account, AuditEntry
from learning.accounts.queries import account_of_person
from learning.accounts.roles import SYSTEM
from learning.core.db import reading
from learning.people import queries as people
from learning.people.models import Appointment, Person
from learning.people.services import persons as services
from tests.cast import PASSWORD, Cast

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HUGE = 2**63 - 1


def entry(cast: Cast, unit: str = "county_women", **changes: str) -> dict[str, str]:
    return {
        "name": "张　三",
        "staff_number": "sf0101",
        "organisation": str(cast.organisations[unit]),
        "post": "干事",
        "tenure_type": "full_time",
        "leadership_rank": "",
        "appointed_on": "2026-03",
        "is_primary": "y",
    } | changes


def posts(app: Flask, cast: Cast, name: str) -> list[Appointment]:
    with app.app_context():
        return people.appointments_of(reading(), [cast.persons[name]])[cast.persons[name]]


def audited(app: Flask, action: str) -> int:
    with app.app_context():
        return len(reading().scalars(select(AuditEntry).where(AuditEntry.action == action)).all())


def test_the_list_shows_own_people_only_and_can_be_narrowed(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    page = client.get("/people").text
    assert "王学习" in page
    assert "刘邻县" not in page
    assert "王学习" not in client.get("/people?text=求知").text
    assert "王学习" not in client.get(f"/people?unit={cast.organisations['county_union']}").text


@pytest.mark.parametrize(
    "query",
    [
        "unit=999999999999999999999",
        f"unit={HUGE}",
        "unit[]=1",
        "page=0",
        "page=99999999999",
        "page=-1",
        "standing=nonsense",
        "text=%00%ed%a0%80%25_",
        "text=" + "长" * 2000,
    ],
)
def test_the_list_bears_any_query(sign_in: SignIn, query: str) -> None:
    assert sign_in("zheng").get(f"/people?{query}").status_code == 200


def test_somebody_added_can_sign_in_with_the_password_shown_once(
    sign_in: SignIn, client: FlaskClient, cast: Cast
) -> None:
    admin = sign_in("zheng")
    page = admin.post("/people/new", data=entry(cast)).text
    password = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", page)
    assert password
    assert password[0] not in admin.get("/people").text
    reply = client.post("/sign-in", data={"name": "SF0101", "password": password[0]})
    assert reply.status_code == 302
    assert client.get("/").location == "/account/password"
    assert "张三" in admin.get("/people?text=SF0101").text


def test_adding_twice_adds_once(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    admin = sign_in("zheng")
    admin.post("/people/new", data=entry(cast))
    second = admin.post("/people/new", data=entry(cast))
    assert second.status_code == 200
    assert audited(app, "person.added") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "=cmd|x"},
        {"staff_number": "110101199001011237"},
        {"staff_number": "zheng"},
        {"staff_number": "SF0004"},
        {"organisation": "999999999999999999999999"},
        {"organisation": "x"},
        {"tenure_type": "for ever"},
        {"leadership_rank": "king"},
        {"appointed_on": "2024.1"},
        {"appointed_on": "9" * 5000},
        {"appointed_on": "2099-01-01"},
        {"is_leadership_member": "y", "appointed_on": ""},
        {"post": "长" * 5_000},
        {"post": "\x00", "name": "\x00\x00"},
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(
    app: Flask, sign_in: SignIn, cast: Cast, changes: dict[str, str]
) -> None:
    reply = sign_in("zheng").post("/people/new", data=entry(cast, **changes))
    assert reply.status_code == 200
    assert "field-error" in reply.text
    assert audited(app, "person.added") == 0


def test_nobody_is_added_to_a_unit_of_others(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    assert "field-error" in sign_in("zheng").post("/people/new", data=entry(cast, "neighbour")).text
    assert audited(app, "person.added") == 0


def own_pages(cast: Cast, name: str, post: int) -> list[tuple[str, str]]:
    person = f"/people/{cast.persons[name]}"
    return [
        ("GET", person),
        ("GET", f"{person}/edit"),
        ("POST", f"{person}/edit"),
        ("POST", f"{person}/active"),
        ("POST", f"{person}/password"),
        ("POST", f"{person}/appointments/new"),
        ("POST", f"{person}/appointments/{post}/edit"),
        ("POST", f"{person}/appointments/{post}/end"),
        ("POST", f"{person}/appointments/{post}/move"),
    ]


def test_people_of_others_are_not_found_and_unchanged(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("zheng")
    for method, page in own_pages(cast, "liu", posts(app, cast, "liu")[0].id):
        assert client.open(page, method=method, data=entry(cast)).status_code == 404, page
    assert client.get(f"/people/{HUGE}").status_code == 404
    assert client.get("/people/99999999999999999999").status_code == 404


def test_a_post_of_another_person_is_not_found(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    foreign = posts(app, cast, "liu")[0].id
    for post in (foreign, posts(app, cast, "li")[0].id, HUGE):
        page = f"/people/{cast.persons['wang']}/appointments/{post}/end"
        assert sign_in("zheng").post(page, data={"left_on": "2026-11-01"}).status_code == 404


@pytest.mark.parametrize("name", ["wang", "chen", "wu", "sun", "qian"])
def test_other_roles_may_not_see_the_pages(app: Flask, sign_in: SignIn, cast: Cast, name: str) -> None:
    client = sign_in(name)
    for page in ("/people", "/people/new", "/people/import", f"/people/{cast.persons['wang']}"):
        assert client.get(page).status_code == 403


def test_name_and_number_are_corrected_with_the_account(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    admin = sign_in("zheng")
    admin.post("/people/new", data=entry(cast))
    with app.app_context():
        key = people.persons_by_staff_number(reading(), ["SF0101"])["SF0101"].id
    data = {"name": "章三", "staff_number": "SF0102"}
    assert admin.post(f"/people/{key}/edit", data=data).status_code == 302
    assert admin.post(f"/people/{key}/edit", data=data).status_code == 302
    with app.app_context():
        account = account_of_person(reading(), key)
        assert account is not None
        assert (account.sign_in_name, account.display_name) == ("sf0102", "章三")
    taken = admin.post(f"/people/{key}/edit", data=data | {"staff_number": "SF0001"})
    assert "field-error" in taken.text


def test_switching_off_ends_the_session_and_keeps_the_record(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    learner, admin = sign_in("wang"), sign_in("zheng")
    page = f"/people/{cast.persons['wang']}"
    for _ in range(2):
        assert admin.post(f"{page}/active", data={"active": "0"}).status_code == 302
    assert learner.get("/").status_code == 302
    assert audited(app, "person.switched_off") == 1
    assert "王学习" not in admin.get("/people").text
    assert "王学习" in admin.get("/people?standing=switched_off").text
    admin.post(f"{page}/active", data={"active": "1"})
    assert "王学习" in admin.get("/people").text


def test_a_password_is_reset_for_own_people(client: FlaskClient, sign_in: SignIn, cast: Cast) -> None:
    page = sign_in("zheng").post(f"/people/{cast.persons['wang']}/password").text
    password = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", page)
    assert password
    assert client.post("/sign-in", data={"name": "wang", "password": PASSWORD}).status_code == 401
    assert client.post("/sign-in", data={"name": "wang", "password": password[0]}).status_code == 302


def test_a_unit_administrator_cannot_take_over_an_account_with_a_role(
    client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    admin = sign_in("he")
    for act in ("password", "active"):
        assert admin.post(f"/people/{cast.persons['chen']}/{act}").status_code == 302
    assert "one-time password" not in admin.get(f"/people/{cast.persons['chen']}").text
    assert client.post("/sign-in", data={"name": "chen", "password": PASSWORD}).status_code == 302


def test_moving_ends_one_post_and_begins_another_once(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    old = posts(app, cast, "li")[0]
    page = f"/people/{cast.persons['li']}/appointments/{old.id}/move"
    data = entry(cast, "county_women", post="主席", appointed_on="2026-10-01")
    admin = sign_in("zheng")
    assert admin.get(page).status_code == 200
    assert admin.post(page, data=data).status_code == 302
    assert "field-error" in admin.post(page, data=data).text
    before, after = posts(app, cast, "li")
    assert (before.left_on, before.organisation_id) == (
        date(2026, 9, 30),
        cast.organisations["county_union"],
    )
    assert (after.appointed_on, after.post, after.is_primary) == (date(2026, 10, 1), "主席", True)


@pytest.mark.parametrize("day", ["", "2023-06-01", "2020-01-01", "nonsense"])
def test_a_move_begins_later_than_the_present_post(app: Flask, sign_in: SignIn, cast: Cast, day: str) -> None:
    page = f"/people/{cast.persons['li']}/appointments/{posts(app, cast, 'li')[0].id}/move"
    reply = sign_in("zheng").post(page, data=entry(cast, appointed_on=day))
    assert "field-error" in reply.text
    assert len(posts(app, cast, "li")) == 1


def test_a_post_is_ended_once(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    page = f"/people/{cast.persons['li']}/appointments/{posts(app, cast, 'li')[0].id}/end"
    admin = sign_in("zheng")
    for bad in ("", "2020-01-01", "2099-01-01"):
        assert "field-error" in admin.post(page, data={"left_on": bad}).text
    assert admin.post(page, data={"left_on": "2026-09"}).status_code == 302
    assert "field-error" in admin.post(page, data={"left_on": "2026-08"}).text
    assert posts(app, cast, "li")[0].left_on == date(2026, 9, 30)
    assert "李求知" in admin.get("/people?standing=former").text


def test_a_further_post_is_added_once_and_corrected(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    admin, person = sign_in("zheng"), f"/people/{cast.persons['wang']}"
    data = entry(cast, "county_union", post="委员", tenure_type="part_time")
    assert admin.post(f"{person}/appointments/new", data=data).status_code == 302
    assert "field-error" in admin.post(f"{person}/appointments/new", data=data).text
    second = next(post for post in posts(app, cast, "wang") if post.post == "委员")
    page = f"{person}/appointments/{second.id}/edit"
    assert 'value="2026-03"' in admin.get(page).text
    corrected = data | {"post": "常委", "left_on": "2026-05-31", "appointed_on": "2026-03-02"}
    assert admin.post(page, data=corrected).status_code == 302
    wrong = admin.post(page, data=corrected | {"left_on": "2025-01-01"})
    assert "field-error" in wrong.text
    after = next(post for post in posts(app, cast, "wang") if post.id == second.id)
    assert (after.post, after.left_on, after.appointed_precision) == ("常委", date(2026, 5, 31), "day")


def test_only_one_post_is_the_primary_one(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    page = f"/people/{cast.persons['wang']}/appointments/new"
    sign_in("zheng").post(page, data=entry(cast, "county_union", post="委员"))
    assert [post.post for post in posts(app, cast, "wang") if post.is_primary] == ["委员"]


def test_whoever_left_is_taken_in_by_another_unit_with_the_record(
    app: Flask, sign_in: SignIn, cast: Cast
) -> None:
    data = entry(cast, "county_women", name="刘邻县", staff_number="SF0004")
    admin = sign_in("zheng")
    assert "field-error" in admin.post("/people/new", data=data).text
    with app.app_context():
        post = people.appointments_of(reading(), [cast.persons["liu"]])[cast.persons["liu"]][0]
        services.end_appointment(SYSTEM, post.id, date(2026, 6, 30), date(2026, 11, 20), NOW)
    assert "field-error" in admin.post("/people/new", data=data | {"name": "刘某"}).text
    assert admin.post("/people/new", data=data).location == f"/people/{cast.persons['liu']}"
    page = admin.get(f"/people/{cast.persons['liu']}").text
    assert "邻县总工会" in page
    assert "示范县妇联" in page
    with app.app_context():
        assert reading().get(Person, cast.persons["liu"]) is not None
        assert (
            len(reading().scalars(select(Account).where(Account.person_id == cast.persons["liu"])).all()) == 1
        )


def test_whoever_moved_away_is_shown_without_buttons(app: Flask, sign_in: SignIn, cast: Cast) -> None:
    key = cast.persons["wang"]
    with app.app_context():
        post = people.appointments_of(reading(), [key])[key][0]
        new = services.AppointmentEntry(cast.organisations["neighbour"], appointed_on=date(2026, 10, 1))
        assert services.move(SYSTEM, post.id, new, NOW) is None
    admin = sign_in("zheng")
    page = admin.get(f"/people/{key}").text
    assert "王学习" in page
    assert "/edit" not in page
    assert admin.post(f"/people/{key}/password").status_code == 404

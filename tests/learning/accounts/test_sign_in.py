"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.accounts import services
from learning.accounts.models import SignInFailure
from learning.accounts.queries import signed_in
from learning.accounts.roles import SYSTEM, Role
from learning.app import create_app
from learning.core import clock
from learning.core.db import reading, snapshot, transaction
from tests.cast import PASSWORD, Cast


def test_the_right_password_lets_in(client: FlaskClient) -> None:
    reply = client.post("/sign-in", data={"name": "WANG ", "password": PASSWORD})
    assert reply.status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("wang", "wrong-password"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_look_alike(client: FlaskClient, name: str, password: str) -> None:
    reply = client.post("/sign-in", data={"name": name, "password": password})
    assert reply.status_code == 401
    assert "账号或密码不正确" in reply.text or "Account or password is wrong" in reply.text


def test_the_database_is_asked_the_same_for_a_wrong_name_and_a_wrong_password(
    client: FlaskClient, queries: list[str]
) -> None:
    asked = []
    for name in ("wang", "nobody"):
        queries.clear()
        client.post("/sign-in", data={"name": name, "password": "wrong"})
        asked.append([statement for statement in queries if statement.startswith("SELECT")])
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1


def test_signing_in_asks_once_and_writes_once(client: FlaskClient, queries: list[str]) -> None:
    client.get("/sign-in")
    queries.clear()
    client.post("/sign-in", data={"name": "wang", "password": PASSWORD})
    assert [statement.split()[0] for statement in queries] == ["SELECT", "INSERT"]


def test_an_account_that_is_switched_off_is_refused_like_a_wrong_password(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        services.set_active(SYSTEM, cast.accounts["wang"], False, clock.now())
    assert client.post("/sign-in", data={"name": "wang", "password": PASSWORD}).status_code == 401


def test_failures_are_forgotten_once_somebody_is_in_and_no_others(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        for name, days in (("wang", 0), ("wang", 400), ("li", 0)):
            moment = clock.now() - timedelta(days=days)
            session.add(SignInFailure(sign_in_name=name, address="::1", failed_at=moment))
    assert client.post("/sign-in", data={"name": "wang", "password": PASSWORD}).status_code == 302
    with app.app_context():
        assert reading().scalars(select(SignInFailure.sign_in_name)).all() == ["li"]


def test_old_failures_lock_nobody_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(5):
            moment = clock.now() - timedelta(minutes=16)
            session.add(SignInFailure(sign_in_name="wang", address="127.0.0.1", failed_at=moment))
    assert client.post("/sign-in", data={"name": "wang", "password": PASSWORD}).status_code == 302


def test_whoever_signs_in_has_the_roles_and_the_person_of_the_account(context: None, cast: Cast) -> None:
    outcome = services.sign_in("chen", PASSWORD, "127.0.0.1", clock.now())
    assert outcome.account == signed_in(snapshot(), cast.accounts["chen"], 0)
    assert outcome.account
    assert outcome.account.roles == {Role.LEARNER, Role.INSTRUCTOR}
    assert outcome.account.person_id == cast.persons["chen"]


def test_a_refused_sign_in_does_not_speak_of_saving(client: FlaskClient) -> None:
    page = client.post("/sign-in", data={"name": "wang", "password": "wrong"}).text
    assert "尚未登录" in page
    assert "尚未保存" not in page


def test_five_failures_lock_the_account_and_no_other(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/sign-in", data={"name": "wang", "password": "wrong-password"})
    assert client.post("/sign-in", data={"name": "wang", "password": PASSWORD}).status_code == 429
    assert client.post("/sign-in", data={"name": "li", "password": PASSWORD}).status_code == 302


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    reply = client.get("/account?x=1")
    assert reply.status_code == 302
    assert reply.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_the_way_back_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    reply = client.post("/sign-in", data={"name": "wang", "password": PASSWORD, "next": target})
    assert reply.location == "/"


def test_changing_the_password_ends_the_other_sessions(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    here, elsewhere = sign_in("wang"), sign_in("wang")
    new = "Copper-Teapot-Window-9"
    reply = here.post("/account/password", data={"present": PASSWORD, "new": new, "again": new})
    assert reply.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_a_one_time_password_lifts_the_lock_out(app: Flask, client: FlaskClient, cast: Cast) -> None:
    for _ in range(5):
        client.post("/sign-in", data={"name": "wang", "password": "wrong-password"})
    with app.app_context():
        given = services.reset_password(SYSTEM, cast.accounts["wang"], clock.now())
    reply = client.post("/sign-in", data={"name": "wang", "password": given.password})
    assert reply.status_code == 302
    assert client.get("/").location == "/account/password"


def test_behind_a_trusted_proxy_failures_count_by_the_client_s_address(database_url: str) -> None:
    app = create_app(
        {"TESTING": True, "WTF_CSRF_ENABLED": False, "SECRET_KEY": "x"}
        | {
            "DATABASE_URL": database_url,
            "TRUSTED_PROXIES": 1,
        }
    )
    app.test_client().post(
        "/sign-in", data={"name": "wang", "password": "wrong"}, headers={"X-Forwarded-For": "2001:db8::7"}
    )
    with app.app_context():
        addresses = reading().scalars(select(SignInFailure.address)).all()
        assert addresses == ["2001:db8::"]
    app.extensions["database"].engine.dispose()

"""Every route, as every role and as nobody."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from learning.accounts.access import Door, access_of
from learning.accounts.roles import Role
from learning.app import create_app
from learning.core.urls import KeyConverter
from tests.cast import ROLE_HOLDERS

#: Read from an application that is never started: the list of routes must not cost a database.
SITE = create_app({"SECRET_KEY": "x", "DATABASE_URL": "sqlite://"})
ROUTES = [
    (rule.endpoint, method, rule)
    for rule in SITE.url_map.iter_rules()
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
]
IDS = [f"{method} {endpoint}" for endpoint, method, _ in ROUTES]


def keys_of(rule: Rule) -> list[str]:
    """Return the names of what a route takes as keys."""
    return [name for name, each in rule._converters.items() if isinstance(each, KeyConverter)]


def address(app: Flask, rule: Rule, key: int) -> str:
    """Return an address of the route, with the key wherever it takes one."""
    keys = keys_of(rule)
    values = {name: key if name in keys else "x" for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def test_every_route_declares_who_may_call_it() -> None:
    assert [endpoint for endpoint, _, _ in ROUTES if access_of(SITE, endpoint) is None] == []


@pytest.mark.parametrize(("endpoint", "method", "rule"), ROUTES, ids=IDS)
def test_nobody_and_each_role_get_exactly_what_is_declared(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[str], FlaskClient],
    endpoint: str,
    method: str,
    rule: Rule,
) -> None:
    access = access_of(app, endpoint)
    assert access is not None
    path = address(app, rule, 1)
    reply = client.open(path, method=method)
    if access.door in {Door.SIGNED_IN, Door.ROLES}:
        assert reply.status_code in {302, 401}
        assert "sign-in" in reply.headers.get("Location", "sign-in")
    else:
        assert reply.status_code < 500
    for role, name in ROLE_HOLDERS.items():
        reply = sign_in(name).open(path, method=method)
        assert reply.status_code < 500, (role, reply.status_code)
        held = {role, Role.LEARNER} if name in {"wang", "chen"} else {role}
        if access.door is Door.ROLES and not access.roles & held:
            assert reply.status_code == 403, role


KEYED = [route for route in ROUTES if keys_of(route[2])]


@pytest.mark.parametrize(
    ("endpoint", "method", "rule"), KEYED, ids=[f"{method} {endpoint}" for endpoint, method, _ in KEYED]
)
def test_no_number_in_an_address_is_an_error_of_the_server(
    app: Flask, sign_in: Callable[[str], FlaskClient], endpoint: str, method: str, rule: Rule
) -> None:
    access = access_of(app, endpoint)
    assert access is not None
    browser = sign_in(next((ROLE_HOLDERS[role] for role in ROLE_HOLDERS if role in access.roles), "wang"))
    pattern = address(app, rule, 1234567)
    for key in (0, 2**62, 2**63, 9 * 10**18, 10**30):
        reply = browser.open(pattern.replace("1234567", str(key)), method=method)
        assert reply.status_code in {302, 400, 401, 403, 404, 405, 415}, (key, reply.status_code)


def test_a_route_that_declares_nothing_is_refused_to_everybody(fresh_app: Flask) -> None:
    fresh_app.add_url_rule("/undeclared", "undeclared", lambda: "open")
    assert fresh_app.test_client().get("/undeclared").status_code == 403

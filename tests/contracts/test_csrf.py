"""No form of the site can be sent from elsewhere."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from learning.accounts.access import Door, access_of
from learning.accounts.roles import Role
from learning.app import create_app
from learning.core import clock
from tests.cast import ROLE_HOLDERS, Cast
from tests.conftest import SETTINGS
from tests.contracts.test_access import ROUTES, address

WRITES = [(endpoint, rule) for endpoint, method, rule in ROUTES if method == "POST"]


@pytest.fixture
def guarded(database_url: str) -> Iterator[Flask]:
    """The application as it runs for real, with its guard against forged requests."""
    app = create_app(SETTINGS | {"DATABASE_URL": database_url, "WTF_CSRF_ENABLED": True})
    yield app
    app.extensions["database"].engine.dispose()


def signed_in(app: Flask, cast: Cast, endpoint: str) -> FlaskClient:
    """Return a browser signed in as somebody who may call the view."""
    access = access_of(app, endpoint)
    assert access is not None
    role = next((role for role in Role if role in access.roles), Role.LEARNER)
    client = app.test_client()
    moment = int(clock.now().timestamp())
    with client.session_transaction() as session:
        session["_user_id"] = f"{cast.accounts[ROLE_HOLDERS[role]]}.0"
        session["signed_in_at"] = session["seen_at"] = moment
    return client


@pytest.mark.parametrize(("endpoint", "rule"), WRITES, ids=[endpoint for endpoint, _ in WRITES])
def test_a_request_without_the_token_of_the_page_is_refused(
    guarded: Flask, cast: Cast, endpoint: str, rule: Rule
) -> None:
    access = access_of(guarded, endpoint)
    assert access is not None
    client = signed_in(guarded, cast, endpoint)
    reply = client.post(address(guarded, rule, 1), data={"name": "wang", "password": "x"})
    # The answers of an exam prove themselves by a token of their own, which is no cookie either.
    assert reply.status_code == (403 if access.door is Door.TOKEN else 400)

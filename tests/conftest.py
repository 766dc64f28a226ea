"""The application on a fresh copy of a stocked database, and clients signed in as the cast."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from learning.app import create_app
from learning.core import clock, migrations
from learning.core.db import Database, database
from tests import stock
from tests.cast import Cast

#: Set by `./manage test` for its second run; empty means SQLite.
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "")
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "only-for-tests",
    "SIGNING_KEY": "5e" * 32,
    "LEDGER_KEY": "1e" * 32,
    "WTF_CSRF_ENABLED": False,
}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[tuple[str, Cast]]:
    """A database with schema, cast, a small course and a small bank; copied for every test."""
    folder = tmp_path_factory.mktemp("template")
    url = f"sqlite:///{folder / 'template.sqlite3'}"
    if POSTGRESQL:
        name = f"template_{worker_id}_{uuid.uuid4().hex[:8]}"
        _administer(f'CREATE DATABASE "{name}"')
        url = str(make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False))
    app = create_app(SETTINGS | {"DATABASE_URL": url})
    with app.app_context():
        migrations.upgrade(database().engine)
        cast = stock.fill()
        database().engine.dispose()
    yield url, cast
    if POSTGRESQL:
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(template: tuple[str, Cast], tmp_path: Path) -> Iterator[str]:
    """The address of a fresh copy of the template."""
    original = make_url(template[0])
    if not POSTGRESQL:
        copy = tmp_path / "test.sqlite3"
        shutil.copyfile(str(original.database), copy)
        yield f"sqlite:///{copy}"
        return
    name = f"test_{uuid.uuid4().hex}"
    # Copying files is quicker than writing a log of all pages, where the server need not survive a crash.
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{original.database}" STRATEGY file_copy')
    yield original.set(database=name).render_as_string(hide_password=False)
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    engine = create_engine(
        make_url(POSTGRESQL).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


class Browser(FlaskClient):
    """A client whose requests get an application context of their own even where the test has one open.

    Else one request would find in `g` what the one before left there: its moment, its account.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def application() -> Flask:
    """The one application of this process: put together once, its templates compiled once."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})
    app.test_client_class = Browser
    return app


@pytest.fixture
def app(application: Flask, database_url: str) -> Iterator[Flask]:
    """The application with the cast, a small course and a small bank, on a database of its own."""
    settings = dict(application.config)
    application.config["DATABASE_URL"] = database_url
    application.extensions["database"] = Database(database_url)
    yield application
    application.extensions["database"].engine.dispose()
    application.config.clear()
    application.config.update(settings)


@pytest.fixture
def fresh_app(database_url: str) -> Iterator[Flask]:
    """An application that has served nothing yet, for tests that add routes to it."""
    app = create_app(SETTINGS | {"DATABASE_URL": database_url})
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def cast(template: tuple[str, Cast]) -> Cast:
    """The keys of the cast."""
    return template[1]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context, for tests that call queries and services."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """Return a browser that is signed in as someone of the cast, without hashing a password."""

    def as_(name: str) -> FlaskClient:
        client = app.test_client()
        moment = int(clock.now().timestamp())
        with client.session_transaction() as session:
            session["_user_id"] = f"{cast.accounts[name]}.0"
            session["signed_in_at"] = session["seen_at"] = moment
            session["browser"] = f"browser-of-{name}"
        return client

    return as_


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """Every statement sent to the database while the test runs."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what says nothing about it; that is no skipping."""
    if POSTGRESQL:
        left_out = [item for item in items if "sqlite_only" in item.keywords]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run in which something was skipped: there, nothing may be."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        reporter.write_line("CI skips nothing; what was skipped is listed above or below", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

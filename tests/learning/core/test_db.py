"""Reading and writing: one snapshot, one transaction, all or nothing."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from learning.accounts.models import SignInFailure
from learning.core.db import database, reading, snapshot, transaction, writing
from tests.conftest import POSTGRESQL

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def failure(name: str) -> SignInFailure:
    """Return some row to write."""
    return SignInFailure(sign_in_name=name, address="::1", failed_at=NOW)


def count() -> int:
    """Return how many rows there are."""
    return reading().scalar(select(func.count()).select_from(SignInFailure)) or 0


@pytest.mark.usefixtures("context")
def test_an_error_takes_the_whole_transaction_back() -> None:
    def write_and_fail() -> None:
        with transaction() as session:
            session.add(failure("a"))
            session.flush()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write_and_fail()
    assert count() == 0


@pytest.mark.usefixtures("context")
def test_what_was_written_is_read_afterwards() -> None:
    assert count() == 0
    with transaction() as session:
        session.add(failure("a"))
    assert count() == 1


@pytest.mark.usefixtures("context")
def test_a_transaction_without_objects_is_as_much_one() -> None:
    row = {"sign_in_name": "a", "address": "::1", "failed_at": NOW}

    def write_and_fail() -> None:
        with writing() as connection:
            connection.execute(insert(SignInFailure), row)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write_and_fail()
    assert count() == 0
    with writing() as connection:
        connection.execute(insert(SignInFailure), row)
    assert count() == 1
    with transaction(), pytest.raises(RuntimeError, match="inside another"), writing():
        pass


@pytest.mark.usefixtures("context")
def test_a_session_that_was_taken_before_a_write_reads_on_after_it() -> None:
    session = reading()
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
    with transaction() as writing:
        writing.add(failure("a"))
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1
    session.close()


@pytest.mark.usefixtures("context")
def test_objects_and_rows_are_read_from_one_connection() -> None:
    count()
    assert reading().connection() is snapshot()


@pytest.mark.sqlite_only
def test_what_others_write_meanwhile_is_not_seen_by_a_request_that_has_begun_to_read(app: Flask) -> None:
    with app.app_context():
        assert snapshot().execute(select(func.count()).select_from(SignInFailure)).scalar() == 0
        with app.app_context(), transaction() as session:
            session.add(failure("a"))
        assert snapshot().execute(select(func.count()).select_from(SignInFailure)).scalar() == 0
        assert count() == 0
    with app.app_context():
        assert count() == 1


@pytest.mark.usefixtures("context")
def test_a_service_inside_a_service_is_refused() -> None:
    with transaction(), pytest.raises(RuntimeError, match="inside another"), transaction():
        pass


def test_many_writers_at_once_all_get_their_turn(app: Flask) -> None:
    def write(name: str) -> None:
        with app.app_context(), transaction() as session:
            before = session.scalar(select(func.count()).select_from(SignInFailure))
            session.add(failure(f"{name}-{before}"))

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert count() == 20


if POSTGRESQL:

    def test_a_connection_that_was_cut_off_while_it_rested_is_replaced(
        app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def server_process() -> int:
            with app.app_context():
                return snapshot().execute(select(func.pg_backend_pid())).scalar_one()

        with app.extensions["database"].connect() as other:
            first = server_process()
            assert server_process() == first
            other.execute(select(func.pg_terminate_backend(first)))
            monkeypatch.setattr("learning.core.db.PAUSE", 0)
            assert server_process() != first


@pytest.mark.sqlite_only
def test_sqlite_commits_durably_and_checks_foreign_keys(app: Flask) -> None:
    with app.app_context(), database().engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

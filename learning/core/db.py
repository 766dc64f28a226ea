"""The database: base class of all tables, engine, the request's reading session, transactions."""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, TypeAlias

import psycopg
from flask import Flask, current_app, g
from sqlalchemy import JSON, CheckConstraint, Connection, Date, Engine, MetaData, Text, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

from learning.core.columns import KeyInteger, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table. A class says by `append_only` what may never change in it."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: KeyInteger,
        str: Text(),
        datetime: UtcDateTime(),
        date: Date(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }
    #: False: rows may change. True: triggers refuse every UPDATE and DELETE.
    #: A column name: they refuse them once that column is filled (published versions).
    append_only: ClassVar[bool | str] = False


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that a column holds one of the listed values."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


#: Seconds after which a connection to PostgreSQL may have been cut off meanwhile.
PAUSE = 5
#: What answers a SELECT: a session, or the connection beneath it.
Reads: TypeAlias = Session | Connection


class Database:
    """The engine of one application, and the lock that queues writers of a SQLite file."""

    def __init__(self, url: str) -> None:
        """Connect lazily to the database at `url`."""
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._thread_lock = threading.Lock()
        self._lock_path = f"{self.engine.url.database}.lock" if self.is_sqlite else None

    def connect(self) -> Connection:
        """Open a connection for reading."""
        connection = self.engine.connect()
        # On PostgreSQL a transaction would add two trips to the server to a read, but no snapshot.
        return connection if self.is_sqlite else connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction for writing; commit at the end, roll back on any error."""
        with self._turn(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for this writer's turn.

        SQLite's own busy handler sleeps and retries, which lets some writers starve for a second
        when many save at once; a file lock is a queue and keeps the slowest ones near the median.
        """
        if self._lock_path is None:
            yield
            return
        with self._thread_lock, Path(self._lock_path).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def make_engine(url: str) -> Engine:
    """Create an engine with the settings that make commits durable on either database."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, json_serializer=_to_json, pool_size=10, max_overflow=20)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_after_a_pause, engine))
        return engine
    engine = create_engine(
        address,
        json_serializer=_to_json,
        # A thread of the server uses one at a time, and none waits for another's.
        pool_size=20,
        connect_args={"check_same_thread": False, "timeout": 10},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ask_after_a_pause(engine: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that rested whether it still stands; asking each time would cost half a query."""
    if monotonic() - record.info.get("used_at", -PAUSE) < PAUSE:
        return
    try:
        engine.dialect.do_ping(connection)
    except psycopg.Error as error:
        # The pool then opens another one.
        raise DisconnectionError from error


#: Made once: json.dumps makes one for each value that is not written as by default.
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself, or BEGIN IMMEDIATE would come too late.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    begin = connection.get_execution_options().get("sqlite_begin")
    if begin:
        connection.exec_driver_sql(begin)
    else:
        # A reader waits for nothing here; the way through the engine would cost as much as a query.
        connection.connection.dbapi_connection.execute("BEGIN")


def is_taken(error: IntegrityError) -> bool:
    """Return whether something that may be there only once was there already."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorname in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return getattr(error.orig, "sqlstate", "") == psycopg.errors.UniqueViolation.sqlstate


def init_app(app: Flask) -> None:
    """Give the application its database."""
    app.extensions["database"] = Database(app.config["DATABASE_URL"])
    app.teardown_appcontext(_close_reading)


def database() -> Database:
    """Return the database of the current application."""
    found: Database = current_app.extensions["database"]
    return found


def snapshot() -> Connection:
    """Return the connection of this request's reads: on SQLite one snapshot until something is written.

    Statements that are made once and ask for columns cost a third here of what they cost in a session.
    """
    if "snapshot" not in g:
        g.snapshot = database().connect()
    connection: Connection = g.snapshot
    return connection


def reading() -> Session:
    """Return a session on the connection of this request's reads, for those who want objects."""
    if "reading" not in g:
        g.reading = Session(snapshot(), autoflush=False)
    session: Session = g.reading
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one transaction of a service; a service inside a service is a mistake."""
    with writing() as connection, Session(connection, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def writing() -> Iterator[Connection]:
    """Open the same for a service that needs no objects: a session costs more than its statements."""
    if g.get("is_writing"):
        raise RuntimeError("a service must not be called inside another service")
    # The reading snapshot ends here: what is read after the write must show the write, and on SQLite
    # a reader that stays open keeps the write-ahead log growing.
    _close_reading()
    g.is_writing = True
    try:
        with database().writing() as connection:
            yield connection
    finally:
        g.is_writing = False


def _close_reading(_error: BaseException | None = None) -> None:
    session: Session | None = g.pop("reading", None)
    if session is not None:
        session.close()
        # Whoever still holds it begins a snapshot of its own.
        session.bind = database().engine
    connection: Connection | None = g.pop("snapshot", None)
    if connection is not None:
        connection.close()


def give_up_reading() -> None:
    """Let go of this request's reads where the database failed, without asking it for anything more."""
    g.pop("reading", None)
    connection: Connection | None = g.pop("snapshot", None)
    if connection is not None:
        connection.invalidate()
        connection.close()

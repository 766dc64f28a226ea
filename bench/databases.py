"""Where the databases of a run are: files of SQLite, or databases of their own on a server of PostgreSQL."""

import secrets
from contextlib import closing
from pathlib import Path
from types import TracebackType

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench import processes
from learning.core.db import make_engine

#: What decides how much a commit costs.
_DURABILITY = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")


class Databases:
    """The databases of one run, removed at its end; use it in a `with` statement."""

    def __init__(self, address: str, folder: Path) -> None:
        """Use the PostgreSQL server at `address`; empty: files of SQLite in the folder."""
        self._address, self._folder = address, folder
        self._made: list[str] = []

    def __enter__(self) -> "Databases":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for name in self._made:
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def is_sqlite(self) -> bool:
        """Return whether these are files."""
        return not self._address

    def make(self, name: str) -> str:
        """Make an empty database and return its address."""
        if self.is_sqlite:
            return f"sqlite:///{self._folder / name}.db"
        own = f"bench_{name}_{secrets.token_hex(4)}"
        self._administer(f"CREATE DATABASE \"{own}\" TEMPLATE template0 ENCODING 'UTF8'")
        self._made.append(own)
        return make_url(self._address).set(database=own).render_as_string(hide_password=False)

    @property
    def pid(self) -> int:
        """Return the first process of the server; 0 for files, and where it does not run on this machine."""
        if self.is_sqlite:
            return 0
        backend = int(self._ask("SELECT pg_backend_pid()"))
        return processes.parent(backend) if "postgres" in processes.command(backend) else 0

    def facts(self) -> dict[str, str]:
        """Return what decides how much a commit costs."""
        if not self.is_sqlite:
            return {"database": "PostgreSQL", **{name: self._ask(f"SHOW {name}") for name in _DURABILITY}}
        engine = make_engine("sqlite://")
        with engine.connect() as connection:
            version = connection.scalar(text("SELECT sqlite_version()"))
        engine.dispose()
        return {"database": "SQLite", "server_version": str(version), "journal": "WAL, synchronous=FULL"}

    def _ask(self, query: str) -> str:
        with closing(psycopg.connect(self._address, autocommit=True)) as connection:
            row = connection.execute(query.encode()).fetchone()
        return str(row[0]) if row else ""

    def _administer(self, statement: str) -> None:
        with closing(psycopg.connect(self._address, autocommit=True)) as connection:
            connection.execute(statement.encode())

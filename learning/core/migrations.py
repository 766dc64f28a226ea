"""Bring the database up to date, and tell what its schema should be."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click import ClickException
from sqlalchemy import Connection, Engine, text

from learning.config import ROOT
from learning.core.db import Base


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision; one transaction, all or nothing."""
    with engine.connect() as connection:
        if is_current(connection) and revision == "head":
            return
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which tables may be made anew.

    SQLite changes a table by copying it, which foreign keys forbid; they are checked at the end instead.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    writer = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
    with writer.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
                    raise RuntimeError(f"the migration would break references: {broken[:3]}")
        finally:
            connection.connection.execute("PRAGMA foreign_keys = ON")


def is_current(connection: Connection) -> bool:
    """Return whether the database is at the newest revision."""
    return MigrationContext.configure(connection).get_current_revision() == newest()


def require_current(engine: Engine) -> None:
    """End a command on the server with one clear line where the schema is not up to date."""
    with engine.connect() as connection:
        if not is_current(connection):
            raise ClickException("the database is not up to date; run first: ./manage flask upgrade")


def newest() -> str | None:
    """Return the newest revision in the folder."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config

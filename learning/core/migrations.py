"""Bring the database up to date, and tell what its schema should be."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click import ClickException
from sqlalchemy import Connection, Engine

from learning.config import ROOT
from learning.core.db import Base


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision; one transaction, all or nothing."""
    with engine.begin() as connection:
        if is_current(connection) and revision == "head":
            return
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


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

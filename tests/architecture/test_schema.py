"""The migrations make the schema that the models describe, up and down."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from docs import generate
from learning.core import migrations
from learning.core.db import Base, make_engine


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_migrations_can_be_taken_back(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


@pytest.mark.parametrize("path", sorted(Path(migrations.ROOT / "migrations" / "versions").glob("*.py")))
def test_a_migration_imports_nothing_of_the_application(path: Path) -> None:
    assert "learning" not in path.read_text().replace("learning-", "")


@pytest.mark.parametrize("name", sorted(generate.DOCUMENTS))
def test_a_generated_document_is_up_to_date(name: str) -> None:
    assert (generate.ROOT / "docs" / name).read_text() == generate.DOCUMENTS[name](), "run ./manage docs"

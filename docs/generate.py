"""Write the documents that follow from the code: `./manage docs`."""

import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from learning.core import migrations
from learning.core.db import make_engine

ROOT = Path(__file__).resolve().parent.parent
for models in sorted(ROOT.glob("learning/*/models.py")):
    importlib.import_module(f"learning.{models.parent.name}.models")


def schema() -> str:
    """Return the schema of a fresh SQLite database, tables with their indexes and triggers."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/new.sqlite3")
        migrations.upgrade(engine)
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name != 'alembic_version' "
                    "ORDER BY tbl_name, type = 'table' DESC, type, name"
                )
            )
            statements = [row[0].strip() + ";" for row in rows]
        engine.dispose()
    return "-- Made by ./manage docs from the migrations; do not edit.\n\n" + "\n\n".join(statements) + "\n"


#: File name in docs/ and what writes it.
DOCUMENTS: dict[str, Callable[[], str]] = {"schema.sql": schema}


def main() -> None:
    """Write all of them."""
    for name, write in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(write())
        print(f"docs/{name}")


if __name__ == "__main__":
    main()

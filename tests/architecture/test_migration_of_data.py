"""A site that holds exams of the first release keeps all of them when it is brought up to date."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, Table, insert, inspect, select, text

from learning.core import migrations
from learning.core.db import Base, make_engine
from tests.conftest import POSTGRESQL

MOMENT = "2026-03-02 01:00:00.250000"
LATER = "2026-03-02 02:00:00.250000"

#: Table → rows of the first release, in the order in which keys ask for them.
ROWS: dict[str, list[dict[str, Any]]] = {
    "organisation": [
        {"id": 1, "code": "x", "name": "县委", "level": "county", "kind": "party_committee",
         "sort_number": 0, "is_active": True}
    ],
    "person": [{"id": 1, "name": "王学习", "staff_number": "w1", "is_active": True, "created_at": MOMENT}],
    "course": [{"id": 1, "slug": "c"}],
    "question": [{"id": 1, "code": "q", "is_practice": False, "created_at": MOMENT}],
    "question_version": [
        {"id": 1, "question_id": 1, "number": 1, "type": "single_choice", "difficulty": 4, "stem": "?",
         "item": "{}", "digest": "d", "written_at": MOMENT, "published_at": MOMENT}
    ],
    "exam": [
        {"id": id_, "organisation_id": 1, "course_id": 1, "kind": "final_exam", "title": mode,
         "instructions": "", "blueprint": '{"cells": []}', "time_limit_minutes": 60, "attempts_allowed": 2,
         "pass_percent": 60, "choice_policy": "partial", "release_mode": mode, "created_at": MOMENT,
         "published_at": MOMENT}
        for id_, mode in enumerate(("manual", "after_close", "on_submit"), 1)
    ],
    "sitting": [
        {"id": 1, "exam_id": 1, "organisation_id": 1, "opens_at": MOMENT, "closes_at": LATER,
         "created_at": MOMENT}
    ],
    "pool_item": [{"sitting_id": 1, "cell": 0, "question_version_id": 1}],
    "attempt": [
        {"id": 1, "sitting_id": 1, "person_id": 1, "number": 1, "seed": "s", "started_at": MOMENT,
         "closes_at": LATER, "state": "closed", "ended_at": LATER, "place": "p", "browser": "b",
         "journal_length": 1}
    ],
    "slot": [
        {"attempt_id": 1, "number": 1, "question_version_id": 1, "max_mark": 200,
         "arrangement": '{"value": ["A"]}'}
    ],
    "journal_entry": [
        {"attempt_id": 1, "seq": 1, "key": "k", "slot_number": 1, "response": '{"value": "A"}',
         "received_at": MOMENT, "place": "p"}
    ],
    "account": [],
    "mark": [
        {"id": 1, "attempt_id": 1, "slot_number": 1, "fraction": "1", "mark": 200, "comment": "",
         "marked_at": LATER}
    ],
    "attempt_result": [
        {"id": 1, "attempt_id": 1, "score": 200, "max_score": 200, "is_passed": True, "computed_at": LATER}
    ],
}  # fmt: skip


@pytest.fixture
def first_release(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of the first release with an exam that was sat."""
    if POSTGRESQL:
        url = request.getfixturevalue("database_url")
        engine = make_engine(url)
        migrations.downgrade(engine, "base")
    else:
        engine = make_engine(f"sqlite:///{tmp_path / 'first.sqlite3'}")
    migrations.upgrade(engine, "0001")
    with engine.begin() as connection:
        for table, rows in ROWS.items():
            for row in rows:
                insert_row(connection, table, row)
    yield engine
    engine.dispose()


def insert_row(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Insert a row as it lies in the database; columns it does not name stay empty."""
    known = {column["name"] for column in inspect(connection).get_columns(table)}
    assert set(row) <= known, set(row) - known
    places = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"), row)


def rows_of(connection: Connection, table: str) -> list[dict[str, Any]]:
    """Return the rows as the models of today read them."""
    found = connection.execute(select(Base.metadata.tables[table]))
    return [dict(row) for row in found.mappings()]


def test_what_was_sat_and_marked_before_is_there_afterwards(first_release: Engine) -> None:
    migrations.upgrade(first_release)
    with first_release.connect() as connection:
        kept = {table: len(rows_of(connection, table)) for table in ROWS}
        assert kept == {table: len(rows) for table, rows in ROWS.items()}
        [attempt] = rows_of(connection, "attempt")
        # SQLite cannot add to a moment without losing its part of a second.
        assert 4 < (attempt["saves_until"] - attempt["closes_at"]).total_seconds() <= 5
        assert attempt["hand_in_until"] == attempt["saves_until"]
        assert rows_of(connection, "pool_item")[0]["difficulty"] == 4
        assert rows_of(connection, "mark")[0]["kind"] == "machine"


def test_each_former_way_of_releasing_results_is_a_column_of_the_matrix(first_release: Engine) -> None:
    migrations.upgrade(first_release)
    with first_release.connect() as connection:
        reviews = {row["title"]: row["review"] for row in rows_of(connection, "exam")}
    everything = ["response", "correctness", "marks", "key", "explanation"]
    assert reviews == {
        "manual": {"released": everything},
        "after_close": {"closed": everything},
        "on_submit": {"after": everything},
    }


def test_history_is_still_guarded_after_tables_were_made_anew(first_release: Engine) -> None:
    migrations.upgrade(first_release)
    for table in ("exam", "pool_item", "slot", "journal_entry", "mark", "attempt_result"):
        key = Base.metadata.tables[table].primary_key.columns.keys()[0]
        with first_release.connect() as connection, pytest.raises(Exception, match="history in"):
            connection.execute(text(f"UPDATE {table} SET {key} = {key}"))


def test_it_can_be_taken_back_with_what_was_sat(first_release: Engine) -> None:
    migrations.upgrade(first_release)
    migrations.downgrade(first_release, "0001")
    with first_release.connect() as connection:
        attempt = Table("attempt", MetaData(), autoload_with=connection)
        assert "saves_until" not in attempt.c
        assert connection.execute(select(attempt.c.journal_length)).scalars().all() == [1]
        exam = Table("exam", MetaData(), autoload_with=connection)
        with pytest.raises(Exception, match="release_mode"):
            connection.execute(insert(exam).values(ROWS["exam"][0] | {"id": 9, "release_mode": "never"}))

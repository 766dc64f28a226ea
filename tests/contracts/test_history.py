"""History is only added to: the database itself refuses changes, whichever it is."""

import importlib
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from learning.core.db import Base, database

for feature in (
    "accounts",
    "ledger",
    "people",
    "materials",
    "study",
    "training",
    "questions",
    "exams",
    "certificates",
):
    importlib.import_module(f"learning.{feature}.models")

TABLES: dict[str, bool | str] = {
    str(mapper.local_table): mapper.class_.append_only
    for mapper in Base.registry.mappers
    if mapper.class_.append_only
}


#: What constraints ask of some columns.
SPECIAL = {
    "exam": {
        "kind": "final_exam",
        "module_slug": None,
        "time_limit_minutes": 1,
        "attempts_allowed": 1,
        "pass_percent": 1,
        "behaviour": "exam",
        "navigation": "free",
        "counting": "highest",
        "resit_for": "failed",
        "time_out": "submit",
        "delay_minutes": 0,
        "tolerance_seconds": 5,
        "tries": 1,
        "markers": 1,
        "marker_tolerance_percent": 20,
        "grace_minutes": 0,
    },
    "question_version": {"difficulty": 1},
    "mark": {"kind": "machine"},
    "ledger_entry": {"kind": "attendance", "subject_kind": "person", "corrects": None},
    "certificate": {"kind": "hours_statement"},
    "certificate_batch": {"kind": "hours_statement"},
    "attempt_event": {"kind": "locked"},
    "sitting_override": {"extra_time_percent": 25, "attempts_allowed": 1},
    "time_change": {
        "kind": "extension",
        "target": "all",
        "minutes": 5,
        "person_id": None,
        "organisation_id": None,
        "room": None,
        "incident_from": None,
        "incident_to": None,
    },
}
#: A key that no stocked row has.
UNUSED = 987_654


def example(table: str) -> dict[str, Any]:
    """Return a row that fits the columns of a table; foreign keys are switched off for it."""
    values: dict[str, Any] = {}
    for column in Base.metadata.tables[table].columns:
        kind = str(column.type.compile())
        if column.name == TABLES[table] or "TIMESTAMP" in kind or "DATETIME" in kind:
            values[column.name] = "2026-01-05 01:00:00"
        elif kind == "DATE":
            values[column.name] = "2026-01-05"
        elif "JSON" in kind:
            values[column.name] = "{}"
        elif "BOOLEAN" in kind:
            values[column.name] = True
        elif "INT" in kind:
            values[column.name] = UNUSED
        elif "BLOB" in kind or "BYTEA" in kind:
            values[column.name] = b"x"
        else:
            values[column.name] = f"x{UNUSED}"[: column.type.length or 8]  # type: ignore[attr-defined]
    return values | SPECIAL.get(table, {})


def insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    """Insert a row although what its foreign keys name does not exist."""
    is_sqlite = connection.dialect.name == "sqlite"
    connection.execute(
        text("PRAGMA defer_foreign_keys = ON" if is_sqlite else "SET session_replication_role = replica")
    )
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"), values)
    if not is_sqlite:
        connection.execute(text("SET session_replication_role = origin"))


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
def test_what_is_on_record_can_neither_be_changed_nor_deleted(app: Flask, table: str, act: str) -> None:
    key = inspect(Base.metadata.tables[table]).primary_key.columns[0].name
    with app.app_context(), database().engine.connect() as connection:
        insert(connection, table, example(table))
        statement = f"UPDATE {table} SET {key} = {key}" if act == "UPDATE" else f"DELETE FROM {table}"
        with pytest.raises(DBAPIError, match="history in"):
            connection.execute(text(statement))

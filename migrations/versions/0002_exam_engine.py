"""The exam engine: settings, sittings, rooms, overrides, more time, events, second markers, corrections."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: Keys have 64 bits on PostgreSQL; SQLite numbers rows by itself only for INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

#: New tables in which nothing may ever change, and one whose rows are frozen once a column is filled.
APPEND_ONLY = ("room_start", "sitting_override", "time_change", "attempt_event", "regrade_settlement")
FROZEN_ONCE = {"exam": "published_at", "regrade": "decided_at", "notice": "read_at"}
NEW_TABLES = (
    "notice",
    "attempt_event",
    "regrade_settlement",
    "regrade",
    "prepared_paper",
    "time_change",
    "sitting_override",
    "room_start",
    "waiting",
    "seat",
    "item_exposure",
)

EVERYTHING = ["response", "correctness", "marks", "key", "explanation"]
#: What the former ways of releasing results mean in the review matrix.
REVIEWS = {"manual": "released", "after_close": "closed", "on_submit": "after"}

EXAM_COLUMNS = (
    sa.Column("behaviour", sa.String(12), nullable=False, server_default="exam"),
    sa.Column("tries", KEY, nullable=False, server_default="1"),
    sa.Column("navigation", sa.String(12), nullable=False, server_default="free"),
    sa.Column("tolerance_seconds", KEY, nullable=False, server_default="5"),
    sa.Column("time_out", sa.String(12), nullable=False, server_default="submit"),
    sa.Column("grace_minutes", KEY, nullable=False, server_default="0"),
    sa.Column("resit_for", sa.String(12), nullable=False, server_default="failed"),
    sa.Column("delay_minutes", KEY, nullable=False, server_default="0"),
    sa.Column("counting", sa.String(12), nullable=False, server_default="highest"),
    sa.Column("markers", KEY, nullable=False, server_default="1"),
    sa.Column("marker_tolerance_percent", KEY, nullable=False, server_default="20"),
)
EXAM_CHECKS = {
    "behaviour_is_known": "behaviour IN ('exam', 'practice')",
    "navigation_is_known": "navigation IN ('free', 'one_way')",
    "counting_is_known": "counting IN ('highest', 'latest', 'first', 'average')",
    "resit_for_is_known": "resit_for IN ('failed', 'all')",
    "time_out_is_known": "time_out IN ('submit', 'grace', 'discard')",
    "delay_in_range": "delay_minutes BETWEEN 0 AND 525600",
    "tolerance_in_range": "tolerance_seconds BETWEEN 0 AND 120",
    "tries_in_range": "tries BETWEEN 1 AND 10",
    "markers_in_range": "markers BETWEEN 1 AND 2",
    "marker_tolerance_in_range": "marker_tolerance_percent BETWEEN 0 AND 100",
    "grace_set_for_grace": "(time_out = 'grace') = (grace_minutes > 0) AND grace_minutes <= 120",
}
EXAM_CHECKS_GONE = {"release_mode_is_known": "release_mode IN ('manual', 'after_close', 'on_submit')"}

SITTING_COLUMNS = (
    sa.Column("admission", sa.String(16), nullable=False, server_default="organisation"),
    sa.Column(
        "class_run_id", KEY, sa.ForeignKey("class_run.id", name="fk_sitting_class_run_id"), nullable=True
    ),
    sa.Column("latest_start_at", MOMENT, nullable=True),
    sa.Column("start_mode", sa.String(12), nullable=False, server_default="self"),
    sa.Column("prepares_papers", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("papers_expected", KEY, nullable=False, server_default="0"),
    sa.Column("access_code", sa.String(40), nullable=False, server_default=""),
    sa.Column("address_ranges", sa.Text(), nullable=False, server_default=""),
    sa.Column("browser_keys", sa.Text(), nullable=False, server_default=""),
)
SITTING_CHECKS = {
    "admission_is_known": "admission IN ('organisation', 'class_run', 'seats')",
    "start_mode_is_known": "start_mode IN ('self', 'by_hand')",
    "latest_start_within": (
        "latest_start_at IS NULL OR (latest_start_at > opens_at AND latest_start_at <= closes_at)"
    ),
    "class_run_set_for_class_run": "(admission = 'class_run') = (class_run_id IS NOT NULL)",
}

#: Moments that follow from the deadline are filled below; the default is only there to add the columns.
ATTEMPT_COLUMNS = (
    sa.Column("drawing", sa.JSON(), nullable=False, server_default="{}"),
    sa.Column("saves_until", MOMENT, nullable=False, server_default="9999-01-01 00:00:00"),
    sa.Column("hand_in_until", MOMENT, nullable=False, server_default="9999-01-01 00:00:00"),
    sa.Column("added_seconds", KEY, nullable=False, server_default="0"),
    sa.Column("reached", KEY, nullable=False, server_default="0"),
    sa.Column("locked_at", MOMENT, nullable=True),
    sa.Column("voided_at", MOMENT, nullable=True),
    sa.Column("is_given_back", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("last_seen_at", MOMENT, nullable=True),
    sa.Column("last_saved_at", MOMENT, nullable=True),
    sa.Column("focus_losses", KEY, nullable=False, server_default="0"),
)
ATTEMPT_CHECKS = {
    "state_is_known": "state IN ('open', 'submitted', 'closed', 'abandoned')",
    "deadlines_in_order": "saves_until >= closes_at AND hand_in_until >= saves_until",
}
ATTEMPT_CHECKS_GONE = {"state_is_known": "state IN ('open', 'submitted', 'closed')"}

MARK_COLUMNS = (
    sa.Column("kind", sa.String(12), nullable=False, server_default="machine"),
    sa.Column("is_dropped", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("points", sa.JSON(), nullable=False, server_default="{}"),
    sa.Column("regrade_id", KEY, sa.ForeignKey("regrade.id", name="fk_mark_regrade_id"), nullable=True),
)
MARK_CHECKS = {"kind_is_known": "kind IN ('machine', 'first', 'second', 'agreed', 'regrade')"}

RESULT_COLUMNS = (
    sa.Column("scorer", sa.String(20), nullable=False, server_default=""),
    sa.Column(
        "regrade_id", KEY, sa.ForeignKey("regrade.id", name="fk_attempt_result_regrade_id"), nullable=True
    ),
)


def upgrade() -> None:
    for table in ("exam", "pool_item", "slot", "journal_entry", "mark", "attempt_result"):
        drop_triggers(table)
    create_tables()
    change_exam()
    change_sitting()
    change_attempt()
    op.add_column("pool_item", sa.Column("difficulty", KEY, nullable=False, server_default="3"))
    op.execute(
        "UPDATE pool_item SET difficulty = (SELECT v.difficulty FROM question_version v "
        "WHERE v.id = pool_item.question_version_id)"
    )
    op.add_column("slot", sa.Column("section", KEY, nullable=False, server_default="0"))
    op.create_index("ix_slot_question_version_id", "slot", ["question_version_id"])
    op.add_column("journal_entry", sa.Column("device", sa.String(32), nullable=False, server_default=""))
    change("mark", MARK_COLUMNS, MARK_CHECKS)
    op.execute("UPDATE mark SET kind = 'first' WHERE marked_by_id IS NOT NULL")
    op.create_index("ix_mark_regrade_id", "mark", ["regrade_id"])
    change("attempt_result", RESULT_COLUMNS)
    for table in ("pool_item", "slot", "journal_entry", "mark", "attempt_result", *APPEND_ONLY):
        create_triggers(table)
    for table, column in FROZEN_ONCE.items():
        create_triggers(table, f"WHEN (OLD.{column} IS NOT NULL)")


def change_exam() -> None:
    change("exam", EXAM_COLUMNS, EXAM_CHECKS)
    op.add_column("exam", sa.Column("review", sa.JSON(), nullable=False, server_default="{}"))
    exam = sa.table("exam", sa.column("review", sa.JSON), sa.column("release_mode", sa.String))
    for mode, phase in REVIEWS.items():
        op.execute(exam.update().where(exam.c.release_mode == mode).values(review={phase: EVERYTHING}))
    change("exam", drop=["release_mode"], drop_checks=EXAM_CHECKS_GONE)


def change_sitting() -> None:
    change("sitting", SITTING_COLUMNS, SITTING_CHECKS)
    op.create_index("ix_sitting_class_run_id", "sitting", ["class_run_id"])


def change_attempt() -> None:
    op.drop_index("ix_attempt_state_closes_at", "attempt")
    change("attempt", ATTEMPT_COLUMNS, ATTEMPT_CHECKS, drop_checks=ATTEMPT_CHECKS_GONE)
    later = "datetime(closes_at, '+5 seconds')" if is_sqlite() else "closes_at + interval '5 seconds'"
    op.execute(f"UPDATE attempt SET saves_until = {later}, hand_in_until = {later}")
    op.create_index("ix_attempt_state_hand_in_until", "attempt", ["state", "hand_in_until"])


def downgrade() -> None:
    for table in ("exam", "pool_item", "slot", "journal_entry", "mark", "attempt_result"):
        drop_triggers(table)
    op.drop_index("ix_mark_regrade_id", "mark")
    change("mark", drop=names(MARK_COLUMNS), drop_checks=MARK_CHECKS)
    change("attempt_result", drop=names(RESULT_COLUMNS))
    for table in NEW_TABLES:
        op.drop_table(table)
    change("journal_entry", drop=["device"])
    op.drop_index("ix_slot_question_version_id", "slot")
    change("slot", drop=["section"])
    change("pool_item", drop=["difficulty"])
    restore_attempt()
    op.drop_index("ix_sitting_class_run_id", "sitting")
    change("sitting", drop=names(SITTING_COLUMNS), drop_checks=SITTING_CHECKS)
    restore_exam()
    for table in ("pool_item", "slot", "journal_entry", "mark", "attempt_result"):
        create_triggers(table)
    create_triggers("exam", "WHEN (OLD.published_at IS NOT NULL)")


def restore_attempt() -> None:
    """Take the deadlines away; what did not count then cannot be told from what was closed."""
    op.drop_index("ix_attempt_state_hand_in_until", "attempt")
    op.execute("UPDATE attempt SET state = 'closed' WHERE state = 'abandoned'")
    change("attempt", (), ATTEMPT_CHECKS_GONE, names(ATTEMPT_COLUMNS), ATTEMPT_CHECKS)
    op.create_index("ix_attempt_state_closes_at", "attempt", ["state", "closes_at"])


def restore_exam() -> None:
    """Bring back the one way of releasing results; what a matrix says beyond it becomes by hand."""
    mode = sa.Column("release_mode", sa.String(12), nullable=False, server_default="manual")
    op.add_column("exam", mode)
    change("exam", (), EXAM_CHECKS_GONE, ["review", *names(EXAM_COLUMNS)], EXAM_CHECKS)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def names(columns: Sequence[sa.Column[Any]]) -> list[str]:
    return [column.name for column in columns]


def change(
    table: str,
    columns: Sequence[sa.Column[Any]] = (),
    checks: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    drop_checks: Iterable[str] = (),
) -> None:
    """Change columns and checks; SQLite makes the table anew for that."""
    with op.batch_alter_table(table) as batch:
        for name in drop_checks:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        for name in drop:
            batch.drop_column(name)
        for column in columns:
            batch.add_column(column._copy())
        for name, sql in (checks or {}).items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(sql))


def drop_triggers(table: str) -> None:
    on_table = "" if is_sqlite() else f" ON {table}"
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_refuse_{act}{on_table}")


def create_triggers(table: str, condition: str = "") -> None:
    refusal = (
        f"BEGIN SELECT RAISE(ABORT, 'history in {table} is only added to'); END"
        if is_sqlite()
        else "EXECUTE FUNCTION refuse_change()"
    )
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH ROW {condition} {refusal}"
        )


def create_tables() -> None:
    op.create_table(
        "notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_person_read", "notice", ["person_id", "read_at"])
    op.create_table(
        "regrade",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("question_version_id", KEY, nullable=False),
        sa.Column("correction", sa.JSON(), nullable=False),
        sa.Column("erratum", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL)", name=op.f("ck_regrade_decision_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_regrade_decided_by_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_regrade_exam_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["account.id"], name=op.f("fk_regrade_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_version.id"], name=op.f("fk_regrade_question_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index("ix_regrade_exam_version", "regrade", ["exam_id", "question_version_id"], unique=False)
    op.create_table(
        "regrade_settlement",
        sa.Column("regrade_id", KEY, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrade.id"], name=op.f("fk_regrade_settlement_regrade_id")
        ),
        sa.PrimaryKeyConstraint("regrade_id", name=op.f("pk_regrade_settlement")),
    )
    op.create_table(
        "item_exposure",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("question_version_id", KEY, nullable=False),
        sa.Column("papers", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_item_exposure_question_version_id"),
        ),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_item_exposure_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", "question_version_id", name=op.f("pk_item_exposure")),
    )
    op.create_table(
        "prepared_paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("drawing", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("prepared_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_prepared_paper_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_prepared_paper_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_paper")),
        sa.UniqueConstraint(
            "sitting_id", "person_id", "number", name=op.f("uq_prepared_paper_sitting_id_person_id_number")
        ),
    )
    op.create_table(
        "room_start",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_room_start_sitting_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["account.id"], name=op.f("fk_room_start_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_start")),
    )
    op.create_index(op.f("ix_room_start_sitting_id"), "room_start", ["sitting_id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_seat_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", "person_id", name=op.f("pk_seat")),
    )
    op.create_index("ix_seat_sitting_room", "seat", ["sitting_id", "room"], unique=False)
    op.create_index(op.f("ix_seat_person_id"), "seat", ["person_id"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_waiting_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", "person_id", name=op.f("pk_waiting")),
    )
    op.create_table(
        "sitting_override",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("extra_time_percent", KEY, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=True),
        sa.Column("latest_start_at", MOMENT, nullable=True),
        sa.Column("closes_at", MOMENT, nullable=True),
        sa.Column("attempts_allowed", KEY, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "attempts_allowed BETWEEN 1 AND 20", name=op.f("ck_sitting_override_attempts_in_range")
        ),
        sa.CheckConstraint(
            "extra_time_percent BETWEEN 0 AND 300", name=op.f("ck_sitting_override_extra_time_in_range")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_sitting_override_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sitting_override_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_override_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_override")),
    )
    op.create_index(
        "ix_sitting_override_sitting_person", "sitting_override", ["sitting_id", "person_id"], unique=False
    )
    op.create_table(
        "time_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("room", sa.String(length=60), nullable=True),
        sa.Column("minutes", KEY, nullable=False),
        sa.Column("incident_from", MOMENT, nullable=True),
        sa.Column("incident_to", MOMENT, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(kind = 'compensation') = (incident_from IS NOT NULL) AND (incident_from IS NULL) = (incident_to IS NULL) AND incident_to > incident_from",
            name=op.f("ck_time_change_incident_set_for_compensation"),
        ),
        sa.CheckConstraint(
            "(target = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_time_change_organisation_set_for_organisation"),
        ),
        sa.CheckConstraint(
            "(target = 'person') = (person_id IS NOT NULL)", name=op.f("ck_time_change_person_set_for_person")
        ),
        sa.CheckConstraint(
            "(target = 'room') = (room IS NOT NULL)", name=op.f("ck_time_change_room_set_for_room")
        ),
        sa.CheckConstraint(
            "kind IN ('extension', 'compensation')", name=op.f("ck_time_change_kind_is_known")
        ),
        sa.CheckConstraint(
            "target IN ('person', 'organisation', 'room', 'all')", name=op.f("ck_time_change_target_is_known")
        ),
        sa.CheckConstraint("minutes BETWEEN 0 AND 600", name=op.f("ck_time_change_minutes_in_range")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_time_change_made_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_time_change_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_change_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_time_change_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_change")),
        sa.UniqueConstraint("sitting_id", "key", name=op.f("uq_time_change_sitting_id_key")),
    )
    op.create_table(
        "attempt_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('started', 'taken_over', 'focus_lost', 'advanced', 'checked', 'extended', 'override_changed', 'locked', 'unlocked', 'irregularity', 'submitted', 'closed', 'abandoned', 'ended', 'voided')",
            name=op.f("ck_attempt_event_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_attempt_event_account_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_event_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_event")),
    )
    op.create_index(op.f("ix_attempt_event_attempt_id"), "attempt_event", ["attempt_id"], unique=False)

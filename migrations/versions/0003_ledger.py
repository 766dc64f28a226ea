"""The ledger: entries, their seals, signed checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: Keys have 64 bits on PostgreSQL; SQLite numbers rows by itself only for INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
#: Nothing may ever change in them.
TABLES = ("ledger_entry", "ledger_seal", "ledger_checkpoint")


def upgrade() -> None:
    create_tables()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        refusal = (
            f"BEGIN SELECT RAISE(ABORT, 'history in {table} is only added to'); END"
            if is_sqlite
            else "EXECUTE FUNCTION refuse_change()"
        )
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW {refusal}"
            )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_tables() -> None:
    op.create_table(
        "ledger_checkpoint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_ledger_checkpoint_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("corrects", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('module_finished', 'exam_result', 'class_outcome', 'attendance')",
            name=op.f("ck_ledger_entry_kind_is_known"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('person', 'organisation')", name=op.f("ck_ledger_entry_subject_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_ledger_entry_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["corrects"], ["ledger_entry.token"], name=op.f("fk_ledger_entry_corrects")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_ledger_entry_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("token", name=op.f("uq_ledger_entry_token")),
    )
    op.create_index("ix_ledger_entry_source", "ledger_entry", ["kind", "source_id"], unique=False)
    op.create_index("ix_ledger_entry_subject", "ledger_entry", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "ledger_seal",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_seal_entry_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ledger_seal_entry_id")),
    )

"""Certificates: batches, certificates, their papers and revocations, numbers, failed verifications."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: Keys have 64 bits on PostgreSQL; SQLite numbers rows by itself only for INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
#: Nothing may ever change in them.
APPEND_ONLY = ("certificate_batch", "certificate", "certificate_paper", "certificate_revocation")
#: In the order in which they can be made.
TABLES = (
    "certificate_series",
    "verification_failure",
    "certificate_batch",
    "certificate_batch_item",
    "certificate",
    "certificate_paper",
    "certificate_revocation",
)


def upgrade() -> None:
    create_tables()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
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
        "certificate_series",
        sa.Column("series", sa.String(length=50), nullable=False),
        sa.Column("last_place", KEY, nullable=False),
        sa.CheckConstraint("last_place >= 0", name=op.f("ck_certificate_series_last_place_not_negative")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_certificate_series")),
    )
    op.create_table(
        "verification_failure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_failure")),
    )
    op.create_index(
        "ix_verification_failure_address_at", "verification_failure", ["address", "failed_at"], unique=False
    )
    op.create_table(
        "certificate_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("base_url", sa.String(length=200), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by_id", KEY, nullable=True),
        sa.Column("requested_by_name", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('class_completion', 'course_completion', 'hours_statement')",
            name=op.f("ck_certificate_batch_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_batch_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["account.id"], name=op.f("fk_certificate_batch_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batch")),
    )
    op.create_index(
        op.f("ix_certificate_batch_organisation_id"), "certificate_batch", ["organisation_id"], unique=False
    )
    op.create_table(
        "certificate_batch_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("characters", sa.String(length=80), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("tries", KEY, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'issued', 'printed', 'refused', 'failed')",
            name=op.f("ck_certificate_batch_item_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["certificate_batch.id"], name=op.f("fk_certificate_batch_item_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_batch_item_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batch_item")),
        sa.UniqueConstraint(
            "batch_id", "person_id", name=op.f("uq_certificate_batch_item_batch_id_person_id")
        ),
    )
    op.create_index(
        "ix_certificate_batch_item_state", "certificate_batch_item", ["state", "batch_id"], unique=False
    )
    op.create_table(
        "certificate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by_id", KEY, nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('class_completion', 'course_completion', 'hours_statement')",
            name=op.f("ck_certificate_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["account.id"], name=op.f("fk_certificate_issued_by_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["certificate_batch_item.id"], name=op.f("fk_certificate_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("item_id", name=op.f("uq_certificate_item_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
    )
    op.create_index(op.f("ix_certificate_issued_at"), "certificate", ["issued_at"], unique=False)
    op.create_index(op.f("ix_certificate_organisation_id"), "certificate", ["organisation_id"], unique=False)
    op.create_index("ix_certificate_person_source", "certificate", ["person_id", "source"], unique=False)
    op.create_table(
        "certificate_paper",
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_paper_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_paper")),
    )
    op.create_table(
        "certificate_revocation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=False),
        sa.Column("revoked_by_id", KEY, nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_revocation_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["account.id"], name=op.f("fk_certificate_revocation_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_revocation")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_revocation_certificate_id")),
    )

"""The tables of the first release, and the triggers that keep history unchanged."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: Keys have 64 bits on PostgreSQL; SQLite numbers rows by itself only for INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

#: Tables in which nothing may ever change.
APPEND_ONLY = [
    "attempt_result",
    "audit_entry",
    "bank_load",
    "clause",
    "document",
    "edition",
    "figure",
    "journal_entry",
    "mark",
    "module",
    "module_finish",
    "pool_item",
    "practice_answer",
    "practice_item",
    "slot",
    "unit",
    "unit_clause",
    "unit_read",
]
#: Tables whose rows are frozen once this column is filled.
FROZEN_ONCE = {"exam": "published_at", "question_version": "published_at"}


def upgrade() -> None:
    create_tables()
    create_triggers()


def create_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history in % is only added to', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    conditions = {table: "" for table in APPEND_ONLY}
    conditions |= {table: f"WHEN (OLD.{column} IS NOT NULL)" for table, column in FROZEN_ONCE.items()}
    for table, condition in conditions.items():
        for act in ("update", "delete"):
            create_trigger(table, act, condition)


def create_trigger(table: str, act: str, condition: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH ROW {condition} BEGIN "
            f"SELECT RAISE(ABORT, 'history in {table} is only added to'); END"
        )


def create_tables() -> None:
    op.create_table(
        "bank_load",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_load")),
    )
    op.create_table(
        "mass_organisation_system",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sort_number", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_organisation_system")),
        sa.UniqueConstraint("code", name=op.f("uq_mass_organisation_system_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_person_staff_number")),
    )
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sign_in_name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_address_at", "sign_in_failure", ["address", "failed_at"], unique=False
    )
    op.create_index(
        "ix_sign_in_failure_name_at", "sign_in_failure", ["sign_in_name", "failed_at"], unique=False
    )
    op.create_table(
        "account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sign_in_name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_account_sign_in_name")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("system_id", KEY, nullable=True),
        sa.Column("territorial_parent_id", KEY, nullable=True),
        sa.Column("vertical_parent_id", KEY, nullable=True),
        sa.Column("sort_number", KEY, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('party_committee', 'mass_organisation', 'institution', 'other')",
            name=op.f("ck_organisation_kind_is_known"),
        ),
        sa.CheckConstraint(
            "level IN ('central', 'province', 'prefecture', 'county', 'township', 'grassroots')",
            name=op.f("ck_organisation_level_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["mass_organisation_system.id"], name=op.f("fk_organisation_system_id")
        ),
        sa.ForeignKeyConstraint(
            ["territorial_parent_id"], ["organisation.id"], name=op.f("fk_organisation_territorial_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["vertical_parent_id"], ["organisation.id"], name=op.f("fk_organisation_vertical_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index(
        op.f("ix_organisation_territorial_parent_id"), "organisation", ["territorial_parent_id"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_vertical_parent_id"), "organisation", ["vertical_parent_id"], unique=False
    )
    op.create_table(
        "appointment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("post", sa.String(length=120), nullable=False),
        sa.Column("leadership_rank", sa.String(length=30), nullable=True),
        sa.Column("grade", sa.String(length=30), nullable=True),
        sa.Column("tenure_type", sa.String(length=12), nullable=False),
        sa.Column("is_leadership_member", sa.Boolean(), nullable=False),
        sa.Column("is_principal", sa.Boolean(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=True),
        sa.Column("appointed_precision", sa.String(length=8), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "appointed_precision IN ('day', 'month')",
            name=op.f("ck_appointment_appointed_precision_is_known"),
        ),
        sa.CheckConstraint(
            "leadership_rank IS NULL OR leadership_rank IN ('national_principal', 'national_deputy', 'province_principal', 'province_deputy', 'bureau_principal', 'bureau_deputy', 'county_principal', 'county_deputy', 'township_principal', 'township_deputy')",
            name=op.f("ck_appointment_leadership_rank_is_known"),
        ),
        sa.CheckConstraint(
            "tenure_type IN ('full_time', 'secondment', 'part_time')",
            name=op.f("ck_appointment_tenure_type_is_known"),
        ),
        sa.CheckConstraint(
            "left_on IS NULL OR left_on >= appointed_on", name=op.f("ck_appointment_left_after_appointed")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ix_appointment_organisation_person", "appointment", ["organisation_id", "person_id"], unique=False
    )
    op.create_index(op.f("ix_appointment_person_id"), "appointment", ["person_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", KEY, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_account_id"), "audit_entry", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_type", "object_id"], unique=False)
    op.create_table(
        "class_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("covers_mass_work", sa.Boolean(), nullable=False),
        sa.Column("training_kind", sa.String(length=24), nullable=False),
        sa.Column("delivery_mode", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("lesson_hours", sa.Integer(), nullable=False),
        sa.Column("instructor_name", sa.String(length=80), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("learner_count", KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "delivery_mode IN ('off_job', 'intensive', 'online')",
            name=op.f("ck_class_run_delivery_mode_is_known"),
        ),
        sa.CheckConstraint(
            "training_kind IN ('induction', 'appointment_training', 'in_service', 'theme_class', 'other')",
            name=op.f("ck_class_run_training_kind_is_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_class_run_ends_after_start")),
        sa.CheckConstraint("lesson_hours >= 0", name=op.f("ck_class_run_lesson_hours_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_class_run_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name=op.f("fk_class_run_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_run")),
    )
    op.create_index(op.f("ix_class_run_organisation_id"), "class_run", ["organisation_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("source_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_course_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_slug")),
    )
    op.create_table(
        "document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("imported_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["imported_by_id"], ["account.id"], name=op.f("fk_document_imported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("slug", name=op.f("uq_document_slug")),
    )
    op.create_table(
        "organisation_below",
        sa.Column("axis", sa.String(length=12), nullable=False),
        sa.Column("above_id", KEY, nullable=False),
        sa.Column("below_id", KEY, nullable=False),
        sa.Column("depth", KEY, nullable=False),
        sa.CheckConstraint(
            "axis IN ('territorial', 'vertical')", name=op.f("ck_organisation_below_axis_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["above_id"], ["organisation.id"], name=op.f("fk_organisation_below_above_id")
        ),
        sa.ForeignKeyConstraint(
            ["below_id"], ["organisation.id"], name=op.f("fk_organisation_below_below_id")
        ),
        sa.PrimaryKeyConstraint("axis", "above_id", "below_id", name=op.f("pk_organisation_below")),
    )
    op.create_index("ix_organisation_below_below", "organisation_below", ["axis", "below_id"], unique=False)
    op.create_table(
        "organisation_institution_kind",
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "kind IN ('party_school', 'admin_college', 'cadre_college', 'socialism_college', 'mass_organisation_college', 'other')",
            name=op.f("ck_organisation_institution_kind_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_institution_kind_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_organisation_institution_kind")),
    )
    op.create_table(
        "question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("is_practice", sa.Boolean(), nullable=False),
        sa.Column("published_version_id", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_question_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("code", name=op.f("uq_question_code")),
        sa.UniqueConstraint("published_version_id", name=op.f("uq_question_published_version_id")),
    )
    op.create_index(op.f("ix_question_organisation_id"), "question", ["organisation_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by_id", KEY, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "role IN ('learner', 'instructor', 'unit_admin', 'report_reader', 'system_admin', 'auditor')",
            name=op.f("ck_role_grant_role_is_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["account.id"], name=op.f("fk_role_grant_granted_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_account_id"), "role_grant", ["account_id"], unique=False)
    op.create_index(op.f("ix_role_grant_organisation_id"), "role_grant", ["organisation_id"], unique=False)
    op.create_table(
        "roster_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("roster", sa.JSON(), nullable=False),
        sa.Column("opened_for", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_roster_import_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_roster_import_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    op.create_table(
        "study_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "kind IN ('party_centre_group', 'leadership_group')", name=op.f("ck_study_group_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_study_group_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_group")),
        sa.UniqueConstraint("organisation_id", "kind", name=op.f("uq_study_group_organisation_id_kind")),
    )
    op.create_table(
        "class_run_learner",
        sa.Column("id", KEY, nullable=False),
        sa.Column("class_run_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('completed', 'not_completed', 'pending')",
            name=op.f("ck_class_run_learner_outcome_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["class_run_id"], ["class_run.id"], name=op.f("fk_class_run_learner_class_run_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_class_run_learner_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_run_learner")),
        sa.UniqueConstraint(
            "class_run_id", "person_id", name=op.f("uq_class_run_learner_class_run_id_person_id")
        ),
    )
    op.create_index(op.f("ix_class_run_learner_person_id"), "class_run_learner", ["person_id"], unique=False)
    op.create_table(
        "clause",
        sa.Column("id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("line_start", KEY, nullable=False),
        sa.Column("line_end", KEY, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_clause_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("document_id", "ref", name=op.f("uq_clause_document_id_ref")),
    )
    op.create_table(
        "edition",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_edition_course_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["account.id"], name=op.f("fk_edition_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_edition_course_id_number")),
    )
    op.create_table(
        "exam",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("module_slug", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("blueprint", sa.JSON(), nullable=False),
        sa.Column("time_limit_minutes", KEY, nullable=False),
        sa.Column("attempts_allowed", KEY, nullable=False),
        sa.Column("pass_percent", KEY, nullable=False),
        sa.Column("choice_policy", sa.String(length=20), nullable=False),
        sa.Column("release_mode", sa.String(length=12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(kind = 'module_test') = (module_slug IS NOT NULL)",
            name=op.f("ck_exam_module_set_for_module_test"),
        ),
        sa.CheckConstraint("kind IN ('module_test', 'final_exam')", name=op.f("ck_exam_kind_is_known")),
        sa.CheckConstraint(
            "release_mode IN ('manual', 'after_close', 'on_submit')",
            name=op.f("ck_exam_release_mode_is_known"),
        ),
        sa.CheckConstraint("attempts_allowed BETWEEN 1 AND 20", name=op.f("ck_exam_attempts_in_range")),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name=op.f("ck_exam_pass_percent_in_range")),
        sa.CheckConstraint("time_limit_minutes BETWEEN 1 AND 600", name=op.f("ck_exam_time_limit_in_range")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_exam_course_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_exam_created_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exam_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam")),
    )
    op.create_index(op.f("ix_exam_organisation_id"), "exam", ["organisation_id"], unique=False)
    op.create_table(
        "question_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("difficulty", KEY, nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by_id", KEY, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "difficulty BETWEEN 1 AND 5", name=op.f("ck_question_version_difficulty_is_level")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["account.id"], name=op.f("fk_question_version_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_question_version_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )
    op.create_index(
        "ix_question_version_type_difficulty", "question_version", ["type", "difficulty"], unique=False
    )
    op.create_table(
        "study_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("study_group_id", KEY, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("is_on_mass_work", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("chair_name", sa.String(length=80), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_study_session_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_group_id"], ["study_group.id"], name=op.f("fk_study_session_study_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_session")),
    )
    op.create_index(
        "ix_study_session_group_held", "study_session", ["study_group_id", "held_on"], unique=False
    )
    op.create_table(
        "attendance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("study_session_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "state IN ('present', 'leave', 'absent', 'made_up', 'observer')",
            name=op.f("ck_attendance_state_is_known"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(
            ["study_session_id"], ["study_session.id"], name=op.f("fk_attendance_study_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "study_session_id", "person_id", name=op.f("uq_attendance_study_session_id_person_id")
        ),
    )
    op.create_index(op.f("ix_attendance_person_id"), "attendance", ["person_id"], unique=False)
    op.create_table(
        "figure",
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_figure_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "name", name=op.f("pk_figure")),
    )
    op.create_table(
        "module",
        sa.Column("id", KEY, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("section", KEY, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("overview_html", sa.Text(), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("study_hours", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_module_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_module_edition_id_number")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq_module_edition_id_slug")),
    )
    op.create_table(
        "question_clause",
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("section", KEY, nullable=False),
        sa.Column("paragraph", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_clause_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "ref", name=op.f("pk_question_clause")),
    )
    op.create_index(
        "ix_question_clause_section_paragraph", "question_clause", ["section", "paragraph"], unique=False
    )
    op.create_table(
        "question_tag",
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_tag_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "tag", name=op.f("pk_question_tag")),
    )
    op.create_index(op.f("ix_question_tag_tag"), "question_tag", ["tag"], unique=False)
    op.create_table(
        "sitting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exam_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", KEY, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("results_released_at", MOMENT, nullable=True),
        sa.Column("results_released_by_id", KEY, nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_sitting_closes_after_opening")),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_sitting_created_by_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_sitting_exam_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sitting_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["results_released_by_id"], ["account.id"], name=op.f("fk_sitting_results_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_index(op.f("ix_sitting_closes_at"), "sitting", ["closes_at"], unique=False)
    op.create_index(op.f("ix_sitting_exam_id"), "sitting", ["exam_id"], unique=False)
    op.create_index(op.f("ix_sitting_organisation_id"), "sitting", ["organisation_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("browser", sa.String(length=32), nullable=False),
        sa.Column("journal_length", KEY, nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_attempt_ended_at_set_when_ended")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'closed')", name=op.f("ck_attempt_state_is_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_attempt_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "sitting_id", "person_id", "number", name=op.f("uq_attempt_sitting_id_person_id_number")
        ),
    )
    op.create_index(op.f("ix_attempt_person_id"), "attempt", ["person_id"], unique=False)
    op.create_index("ix_attempt_state_closes_at", "attempt", ["state", "closes_at"], unique=False)
    op.create_table(
        "module_finish",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("module_slug", sa.String(length=60), nullable=False),
        sa.Column("module_id", KEY, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_module_finish_course_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_module_finish_module_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_module_finish_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_finish")),
        sa.UniqueConstraint(
            "person_id",
            "course_id",
            "module_slug",
            name=op.f("uq_module_finish_person_id_course_id_module_slug"),
        ),
    )
    op.create_table(
        "pool_item",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("cell", KEY, nullable=False),
        sa.Column("question_version_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_version.id"], name=op.f("fk_pool_item_question_version_id")
        ),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_pool_item_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", "cell", "question_version_id", name=op.f("pk_pool_item")),
    )
    op.create_table(
        "unit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("module_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("characters", KEY, nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_unit_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("module_id", "key", name=op.f("uq_unit_module_id_key")),
        sa.UniqueConstraint("module_id", "number", name=op.f("uq_unit_module_id_number")),
    )
    op.create_table(
        "attempt_result",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_result_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_result")),
    )
    op.create_index(op.f("ix_attempt_result_attempt_id"), "attempt_result", ["attempt_id"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("slot_number", KEY, nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("client_time", sa.String(length=40), nullable=True),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_journal_entry_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_journal_entry_attempt_id_key")),
    )
    op.create_table(
        "mark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("slot_number", KEY, nullable=False),
        sa.Column("fraction", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("marked_by_id", KEY, nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_mark_attempt_id")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["account.id"], name=op.f("fk_mark_marked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
    )
    op.create_index("ix_mark_attempt_slot", "mark", ["attempt_id", "slot_number"], unique=False)
    op.create_table(
        "practice_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_practice_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_item")),
        sa.UniqueConstraint("unit_id", "code", name=op.f("uq_practice_item_unit_id_code")),
        sa.UniqueConstraint("unit_id", "position", name=op.f("uq_practice_item_unit_id_position")),
    )
    op.create_table(
        "slot",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("question_version_id", KEY, nullable=False),
        sa.Column("max_mark", sa.Integer(), nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_slot_attempt_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_version.id"], name=op.f("fk_slot_question_version_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_slot")),
    )
    op.create_table(
        "unit_clause",
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_clause_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "position", name=op.f("pk_unit_clause")),
    )
    op.create_index(op.f("ix_unit_clause_ref"), "unit_clause", ["ref"], unique=False)
    op.create_table(
        "unit_read",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("module_slug", sa.String(length=60), nullable=False),
        sa.Column("unit_key", sa.String(length=60), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_unit_read_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unit_read_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_read_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_read")),
        sa.UniqueConstraint(
            "person_id",
            "course_id",
            "module_slug",
            "unit_key",
            name=op.f("uq_unit_read_person_id_course_id_module_slug_unit_key"),
        ),
    )
    op.create_table(
        "visit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("seconds", KEY, nullable=False),
        sa.Column("has_heartbeats", sa.Boolean(), nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 100", name=op.f("ck_visit_position_is_percent")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_visit_seconds_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_visit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_person_opened", "visit", ["person_id", "opened_at"], unique=False)
    op.create_index(op.f("ix_visit_unit_id"), "visit", ["unit_id"], unique=False)
    op.create_table(
        "practice_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("practice_item_id", KEY, nullable=False),
        sa.Column("item_code", sa.String(length=60), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("fraction", sa.String(length=40), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_answer_person_id")),
        sa.ForeignKeyConstraint(
            ["practice_item_id"], ["practice_item.id"], name=op.f("fk_practice_answer_practice_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answer")),
    )
    op.create_index(
        "ix_practice_answer_person_code", "practice_answer", ["person_id", "item_code"], unique=False
    )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in [
        "practice_answer",
        "visit",
        "unit_read",
        "unit_clause",
        "slot",
        "practice_item",
        "mark",
        "journal_entry",
        "attempt_result",
        "unit",
        "pool_item",
        "module_finish",
        "attempt",
        "sitting",
        "question_tag",
        "question_clause",
        "module",
        "figure",
        "attendance",
        "study_session",
        "question_version",
        "exam",
        "edition",
        "clause",
        "class_run_learner",
        "study_group",
        "roster_import",
        "role_grant",
        "question",
        "organisation_institution_kind",
        "organisation_below",
        "document",
        "course",
        "class_run",
        "audit_entry",
        "appointment",
        "organisation",
        "account",
        "sign_in_failure",
        "person",
        "mass_organisation_system",
        "bank_load",
    ]:
        op.drop_table(table)
    if is_postgresql:
        op.execute("DROP FUNCTION refuse_change()")

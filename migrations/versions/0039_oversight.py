"""Look-ups, checkpoints of the journal, the watch of rows, gate counts and weekly reports.

Revision: 0039, after 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _oversight_checkpoint()
    _oversight_chunk()
    _oversight_difference()
    _oversight_gate_count()
    _oversight_look()
    _oversight_report()
    _oversight_watch()
    _oversight_case()
    _guards()


def _oversight_checkpoint() -> None:
    op.create_table(
        "oversight_checkpoint",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_oversight_checkpoint_at_sane")),
        sa.CheckConstraint("number > 0", name=op.f("ck_oversight_checkpoint_number_positive")),
        sa.CheckConstraint(
            "octet_length(hash) = 32 AND octet_length(signature) = 64", name=op.f("ck_oversight_checkpoint_lengths")
        ),
        sa.PrimaryKeyConstraint("post", "number", name=op.f("pk_oversight_checkpoint")),
    )
    grant(op, "oversight_checkpoint", "SELECT, INSERT")


def _oversight_chunk() -> None:
    op.create_table(
        "oversight_chunk",
        sa.Column("watched", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("chunk", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_oversight_chunk_rows_sane")),
        sa.PrimaryKeyConstraint("watched", "post", "chunk", name=op.f("pk_oversight_chunk")),
    )
    op.create_index("ix_oversight_chunk_compared", "oversight_chunk", ["compared_at"], unique=False)
    grant(op, "oversight_chunk", "SELECT, INSERT, UPDATE, DELETE")


def _oversight_difference() -> None:
    op.create_table(
        "oversight_difference",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "found_at >= '1990-01-01' AND found_at < '2200-01-01'", name=op.f("ck_oversight_difference_found_at_sane")
        ),
        sa.CheckConstraint("gone_at >= found_at", name=op.f("ck_oversight_difference_gone_after")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_oversight_difference")),
    )
    op.create_index("ix_oversight_difference_found", "oversight_difference", ["post", "found_at", "id"], unique=False)
    op.create_index(
        "uq_oversight_difference_open",
        "oversight_difference",
        ["post", "kind", "subject", "key"],
        unique=True,
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    grant(op, "oversight_difference", "SELECT, INSERT, UPDATE (gone_at)")


def _oversight_gate_count() -> None:
    op.create_table(
        "oversight_gate_count",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("trucks", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_oversight_gate_count_at_sane")),
        sa.CheckConstraint("day >= '1990-01-01' AND day < '2200-01-01'", name=op.f("ck_oversight_gate_count_day_sane")),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_oversight_gate_count_direction_known")),
        sa.CheckConstraint("source IN ('guard', 'camera')", name=op.f("ck_oversight_gate_count_source_known")),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_oversight_gate_count_note_length")),
        sa.CheckConstraint("trucks BETWEEN 0 AND 99999", name=op.f("ck_oversight_gate_count_trucks_sane")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_oversight_gate_count")),
    )
    op.create_index(
        "ix_oversight_gate_count_day",
        "oversight_gate_count",
        ["post", "day", "direction", "source", "at"],
        unique=False,
    )
    grant(op, "oversight_gate_count", "SELECT, INSERT")


def _oversight_look() -> None:
    op.create_table(
        "oversight_look",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour >= '1990-01-01' AND hour < '2200-01-01'", name=op.f("ck_oversight_look_hour_sane")),
        sa.PrimaryKeyConstraint("post", "person", "kind", "subject", "hour", name=op.f("pk_oversight_look")),
    )
    op.create_index("ix_oversight_look_hour", "oversight_look", ["hour"], unique=False)
    grant(op, "oversight_look", "SELECT, INSERT, DELETE")


def _oversight_report() -> None:
    op.create_table(
        "oversight_report",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_name", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'signed') = (signed_by IS NOT NULL) AND (signed_by IS NULL) = (signed_at IS NULL)",
            name=op.f("ck_oversight_report_signed_by_somebody"),
        ),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_oversight_report_made_at_sane")
        ),
        sa.CheckConstraint("status IN ('waiting', 'signed')", name=op.f("ck_oversight_report_status_known")),
        sa.CheckConstraint("char_length(remark) <= 2000", name=op.f("ck_oversight_report_remark_length")),
        sa.CheckConstraint("char_length(sha256) = 64", name=op.f("ck_oversight_report_sha256_length")),
        sa.CheckConstraint("extract(isodow FROM week) = 1", name=op.f("ck_oversight_report_week_begins_on_monday")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_oversight_report")),
    )
    op.create_index(
        "ix_oversight_report_waiting",
        "oversight_report",
        ["made_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index("uq_oversight_report_week", "oversight_report", ["post", "week"], unique=True)
    grant(op, "oversight_report", "SELECT, INSERT, UPDATE (status,escalated_at,signed_by,signed_name,signed_at,remark)")


def _oversight_watch() -> None:
    op.create_table(
        "oversight_watch",
        sa.Column("watched", sa.String(length=40), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.Column("heads", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ground", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "looked_at >= '1990-01-01' AND looked_at < '2200-01-01'", name=op.f("ck_oversight_watch_looked_at_sane")
        ),
        sa.PrimaryKeyConstraint("watched", name=op.f("pk_oversight_watch")),
    )
    grant(op, "oversight_watch", "SELECT, INSERT, UPDATE")


def _oversight_case() -> None:
    op.create_table(
        "oversight_case",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("names", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer", sa.String(length=11), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IN ('explained', 'measures', 'investigate')", name=op.f("ck_oversight_case_answer_known")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (words IS NULL)",
            name=op.f("ck_oversight_case_answered_by_somebody"),
        ),
        sa.CheckConstraint("NOT (answered_by = ANY (persons))", name=op.f("ck_oversight_case_answered_by_another")),
        sa.CheckConstraint("char_length(words) BETWEEN 1 AND 2000", name=op.f("ck_oversight_case_words_given")),
        sa.CheckConstraint("number > 0", name=op.f("ck_oversight_case_number_positive")),
        sa.ForeignKeyConstraint(
            ["post", "report_id"],
            ["oversight_report.post", "oversight_report.id"],
            name=op.f("fk_oversight_case_post_report_id_oversight_report"),
        ),
        sa.PrimaryKeyConstraint("post", "report_id", "number", name=op.f("pk_oversight_case")),
    )
    grant(op, "oversight_case", "SELECT, INSERT, UPDATE (answer,words,answered_by,answered_name,answered_at)")


#: What is signed stands, and what was answered was answered.
_SIGNED_STANDS = """
CREATE FUNCTION oversight_report_signed_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION 'the report of % is signed', OLD.week USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_ANSWER_STANDS = """
CREATE FUNCTION oversight_case_answer_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answer IS NOT NULL THEN
        RAISE EXCEPTION 'case % is answered', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _guards() -> None:
    for table in ("oversight_checkpoint", "oversight_gate_count"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(_SIGNED_STANDS)
    op.execute(
        "CREATE TRIGGER oversight_report_signed BEFORE UPDATE ON oversight_report "
        "FOR EACH ROW EXECUTE FUNCTION oversight_report_signed_stands()"
    )
    op.execute(_ANSWER_STANDS)
    op.execute(
        "CREATE TRIGGER oversight_case_answered BEFORE UPDATE ON oversight_case "
        "FOR EACH ROW EXECUTE FUNCTION oversight_case_answer_stands()"
    )


def downgrade() -> None:
    for table in ("case", "report", "gate_count", "difference", "watch", "chunk", "checkpoint", "look"):
        op.drop_table(f"oversight_{table}")
    op.execute("DROP FUNCTION oversight_case_answer_stands()")
    op.execute("DROP FUNCTION oversight_report_signed_stands()")

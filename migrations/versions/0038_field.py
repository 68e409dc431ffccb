"""Devices of the field and what they brought back.

Revision: 0038, after 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _field_device()
    _field_record()
    _field_settlement()
    locking = "locked_at, locked_by, locked_name, locked_reason, released_at, released_by, released_reason"
    grant(op, "field_device", f"SELECT, INSERT, UPDATE (sequence, seen_at, {locking})")
    for table in ("field_record", "field_settlement"):
        grant(op, table, "SELECT, INSERT")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _field_device() -> None:
    op.create_table(
        "field_device",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("recovery", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Uuid(), nullable=True),
        sa.Column("locked_name", sa.Text(), nullable=True),
        sa.Column("locked_reason", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('phone', 'tablet')", name=op.f("ck_field_device_kind_known")),
        sa.CheckConstraint(
            "locked_at >= '1990-01-01' AND locked_at < '2200-01-01'", name=op.f("ck_field_device_locked_at_sane")
        ),
        sa.CheckConstraint(
            "registered_at >= '1990-01-01' AND registered_at < '2200-01-01'",
            name=op.f("ck_field_device_registered_at_sane"),
        ),
        sa.CheckConstraint(
            "(locked_at IS NULL) = (locked_by IS NULL) AND (locked_at IS NULL) = (locked_name IS NULL) AND (locked_at IS NULL) = (locked_reason IS NULL)",
            name=op.f("ck_field_device_locked_whole"),
        ),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (released_reason IS NULL) AND (released_at IS NULL OR released_at >= locked_at)",
            name=op.f("ck_field_device_released_whole"),
        ),
        sa.CheckConstraint("char_length(label) BETWEEN 1 AND 60", name=op.f("ck_field_device_label_length")),
        sa.CheckConstraint(
            "octet_length(digest) = 32 AND octet_length(recovery) = 32", name=op.f("ck_field_device_keys_length")
        ),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_field_device_sequence_counts")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_field_device")),
        sa.UniqueConstraint("id", name=op.f("uq_field_device_id")),
    )
    op.create_index("ix_field_device_person", "field_device", ["person"], unique=False)


def _field_record() -> None:
    op.create_table(
        "field_record",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("claimed", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_off", sa.Boolean(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("guzar_now()"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('start', 'end', 'finding', 'correction', 'photo', 'measure', 'sample', 'person', 'seal', 'conclusion')",
            name=op.f("ck_field_record_kind_known"),
        ),
        sa.CheckConstraint(
            "noted_at >= '1990-01-01' AND noted_at < '2200-01-01'", name=op.f("ck_field_record_noted_at_sane")
        ),
        sa.CheckConstraint("outcome IN ('applied', 'conflict', 'refused')", name=op.f("ck_field_record_outcome_known")),
        sa.CheckConstraint(
            "received_at >= '1990-01-01' AND received_at < '2200-01-01'", name=op.f("ck_field_record_received_at_sane")
        ),
        sa.CheckConstraint("char_length(claimed) <= 40", name=op.f("ck_field_record_claimed_length")),
        sa.CheckConstraint("char_length(reference) BETWEEN 1 AND 40", name=op.f("ck_field_record_reference_length")),
        sa.CheckConstraint("octet_length(fingerprint) = 32", name=op.f("ck_field_record_fingerprint_length")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_field_record_sequence_counts")),
        sa.ForeignKeyConstraint(
            ["post", "device_id"],
            ["field_device.post", "field_device.id"],
            name=op.f("fk_field_record_post_device_id_field_device"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_field_record")),
        sa.UniqueConstraint("id", name=op.f("uq_field_record_id")),
        sa.UniqueConstraint("post", "device_id", "sequence", name=op.f("uq_field_record_post_device_id_sequence")),
        sa.UniqueConstraint("post", "id", "person", "outcome", name=op.f("uq_field_record_post_id_person_outcome")),
    )
    op.create_index(
        "ix_field_record_conflict",
        "field_record",
        ["post", "received_at"],
        unique=False,
        postgresql_where=sa.text("outcome = 'conflict'"),
    )
    op.create_index("ix_field_record_reference", "field_record", ["post", "reference", "received_at"], unique=False)


def _field_settlement() -> None:
    op.create_table(
        "field_settlement",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_field_settlement_at_sane")),
        sa.CheckConstraint("outcome = 'conflict'", name=op.f("ck_field_settlement_of_a_conflict")),
        sa.CheckConstraint("verdict IN ('late', 'set_aside')", name=op.f("ck_field_settlement_verdict_known")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_field_settlement_reason_given")),
        sa.CheckConstraint("person <> recorded_by", name=op.f("ck_field_settlement_by_another_person")),
        sa.ForeignKeyConstraint(
            ["post", "record_id", "recorded_by", "outcome"],
            ["field_record.post", "field_record.id", "field_record.person", "field_record.outcome"],
            name=op.f("fk_field_settlement_post_record_id_recorded_by_outcome_field_record"),
        ),
        sa.PrimaryKeyConstraint("post", "record_id", name=op.f("pk_field_settlement")),
    )


def downgrade() -> None:
    for table in ("field_settlement", "field_record", "field_device"):
        op.drop_table(table)

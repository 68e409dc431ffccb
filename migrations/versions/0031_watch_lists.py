"""Watch lists: what somebody looks for, who may see it, and the questions that looking raises.

Revision: 0031, after 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _watch_list()
    _watch_entry()
    _watch_reader()
    _watch_match()
    grant(op, "watch_list", "SELECT, INSERT, UPDATE (roles, valid_to)")
    grant(op, "watch_reader", "SELECT, INSERT, UPDATE (left_by, left_at)")
    removal = "removed_by, removed_with, removed_reason, removed_at"
    grant(op, "watch_entry", f"SELECT, INSERT, UPDATE ({removal}, valid_to)")
    grant(
        op, "watch_match", "SELECT, INSERT, UPDATE (status, decided_by, decided_name, decided_at, reason, remembered)"
    )


def _watch_list() -> None:
    op.create_table(
        "watch_list",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]{1,19}$'", name=op.f("ck_watch_list_code_form")),
        sa.CheckConstraint(
            "jsonb_typeof(names) = 'object' AND names ? 'en'", name=op.f("ck_watch_list_named_in_english")
        ),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_watch_list_made_at_sane")
        ),
        sa.CheckConstraint(
            "roles <@ ARRAY['analyst', 'auditor', 'supervisor']::varchar[]", name=op.f("ck_watch_list_roles_known")
        ),
        sa.CheckConstraint("valid_to BETWEEN '1990-01-01' AND '2199-12-31'", name=op.f("ck_watch_list_valid_to_sane")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_watch_list_reason_given")),
        sa.CheckConstraint("char_length(source) BETWEEN 1 AND 300", name=op.f("ck_watch_list_source_given")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_watch_list")),
    )
    op.create_index("uq_watch_list_code", "watch_list", ["code"], unique=True)


def _watch_entry() -> None:
    op.create_table(
        "watch_entry",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_with", sa.Uuid(), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "added_at >= '1990-01-01' AND added_at < '2200-01-01'", name=op.f("ck_watch_entry_added_at_sane")
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'company', 'plate', 'container', 'phone', 'address', 'document')",
            name=op.f("ck_watch_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "removed_at >= '1990-01-01' AND removed_at < '2200-01-01'", name=op.f("ck_watch_entry_removed_at_sane")
        ),
        sa.CheckConstraint(
            "valid_from >= '1990-01-01' AND (valid_to IS NULL OR valid_to BETWEEN valid_from AND '2199-12-31')",
            name=op.f("ck_watch_entry_days_sane"),
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_with IS NULL) AND (removed_at IS NULL) = (removed_reason IS NULL)",
            name=op.f("ck_watch_entry_removed_whole"),
        ),
        sa.CheckConstraint(
            "cardinality(keys) BETWEEN 1 AND 400 AND cardinality(aliases) <= 20", name=op.f("ck_watch_entry_findable")
        ),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 300 AND char_length(value) BETWEEN 1 AND 300",
            name=op.f("ck_watch_entry_named"),
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_watch_entry_reason_given")),
        sa.CheckConstraint("char_length(source) BETWEEN 1 AND 300", name=op.f("ck_watch_entry_source_given")),
        sa.CheckConstraint("removed_by <> removed_with", name=op.f("ck_watch_entry_removed_by_two")),
        sa.ForeignKeyConstraint(
            ["post", "list_id"],
            ["watch_list.post", "watch_list.id"],
            name=op.f("fk_watch_entry_post_list_id_watch_list"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_watch_entry")),
    )
    op.create_index(
        "ix_watch_entry_keys",
        "watch_entry",
        ["keys"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_watch_entry_list", "watch_entry", ["post", "list_id", "id"], unique=False)
    op.create_index(
        "uq_watch_entry_value",
        "watch_entry",
        ["post", "list_id", "kind", "value"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _watch_reader() -> None:
    op.create_table(
        "watch_reader",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("let_in_by", sa.Uuid(), nullable=False),
        sa.Column("let_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_by", sa.Uuid(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "left_at >= '1990-01-01' AND left_at < '2200-01-01'", name=op.f("ck_watch_reader_left_at_sane")
        ),
        sa.CheckConstraint(
            "let_in_at >= '1990-01-01' AND let_in_at < '2200-01-01'", name=op.f("ck_watch_reader_let_in_at_sane")
        ),
        sa.CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name=op.f("ck_watch_reader_let_out_by_somebody")),
        sa.ForeignKeyConstraint(
            ["post", "list_id"],
            ["watch_list.post", "watch_list.id"],
            name=op.f("fk_watch_reader_post_list_id_watch_list"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_watch_reader")),
    )
    op.create_index(
        "uq_watch_reader_person",
        "watch_reader",
        ["post", "list_id", "person"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )


def _watch_match() -> None:
    op.create_table(
        "watch_match",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=11), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("entry_post", sa.String(length=5), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("seen_value", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remembered", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (reason IS NULL)",
            name=op.f("ck_watch_match_answered_whole"),
        ),
        sa.CheckConstraint(
            "decided_at >= '1990-01-01' AND decided_at < '2200-01-01'", name=op.f("ck_watch_match_decided_at_sane")
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'company', 'plate', 'container', 'phone', 'address', 'document')",
            name=op.f("ck_watch_match_kind_known"),
        ),
        sa.CheckConstraint(
            "raised_at >= '1990-01-01' AND raised_at < '2200-01-01'", name=op.f("ck_watch_match_raised_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'dismissed', 'retracted')", name=op.f("ck_watch_match_status_known")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('declaration', 'movement')", name=op.f("ck_watch_match_subject_kind_known")
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_watch_match_reason_given")),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_watch_match_score_bounded")),
        sa.ForeignKeyConstraint(
            ["entry_post", "entry_id"],
            ["watch_entry.post", "watch_entry.id"],
            name=op.f("fk_watch_match_entry_post_entry_id_watch_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_post", "list_id"],
            ["watch_list.post", "watch_list.id"],
            name=op.f("fk_watch_match_entry_post_list_id_watch_list"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_watch_match")),
    )
    op.create_index("ix_watch_match_list", "watch_match", ["list_id", "raised_at", "id"], unique=False)
    op.create_index("ix_watch_match_memory", "watch_match", ["entry_id", "seen_value"], unique=False)
    op.create_index(
        "ix_watch_match_open",
        "watch_match",
        ["list_id", "raised_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_watch_match_asked", "watch_match", ["post", "subject_id", "entry_id", "seen_value"], unique=True
    )


def downgrade() -> None:
    for table in ("watch_match", "watch_reader", "watch_entry", "watch_list"):
        op.drop_table(table)

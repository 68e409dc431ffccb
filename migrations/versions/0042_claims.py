"""Who works on what, and filters that people keep.

Revision: 0042, after 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _work_claim()
    _saved_filter()


def _work_claim() -> None:
    op.create_table(
        "work_claim",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=11), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=8), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("about IN ('declaration', 'movement')", name=op.f("ck_work_claim_about_known")),
        sa.CheckConstraint(
            "claimed_at >= '1990-01-01' AND claimed_at < '2200-01-01'", name=op.f("ck_work_claim_claimed_at_sane")
        ),
        sa.CheckConstraint(
            "ended_how <> 'taken' OR char_length(reason) BETWEEN 1 AND 2000",
            name=op.f("ck_work_claim_taken_with_reason"),
        ),
        sa.CheckConstraint("ended_how <> 'taken' OR ended_by <> person", name=op.f("ck_work_claim_taken_by_another")),
        sa.CheckConstraint(
            "ended_how IN ('released', 'decided', 'taken', 'idle')", name=op.f("ck_work_claim_ended_how_known")
        ),
        sa.CheckConstraint(
            "idle_at >= '1990-01-01' AND idle_at < '2200-01-01'", name=op.f("ck_work_claim_idle_at_sane")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_work_claim_ended_whole"),
        ),
        sa.CheckConstraint("idle_at > claimed_at", name=op.f("ck_work_claim_idle_later")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_work_claim_person_person")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_work_claim")),
    )
    op.create_index(
        "ix_work_claim_person",
        "work_claim",
        ["person", "post"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_work_claim_open",
        "work_claim",
        ["post", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    grant(op, "work_claim", "SELECT, INSERT, UPDATE (idle_at, ended_at, ended_how, ended_by, ended_name, reason)")


def _saved_filter() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("of_list", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "changed_at >= '1990-01-01' AND changed_at < '2200-01-01'", name=op.f("ck_saved_filter_changed_at_sane")
        ),
        sa.CheckConstraint("of_list IN ('declarations', 'movements')", name=op.f("ck_saved_filter_of_list_known")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 60", name=op.f("ck_saved_filter_name_length")),
        sa.CheckConstraint("slot BETWEEN 1 AND 20", name=op.f("ck_saved_filter_slot_bounded")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_saved_filter_person_person")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_saved_filter")),
    )
    op.create_index(
        "uq_saved_filter_default",
        "saved_filter",
        ["person", "of_list"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_index("uq_saved_filter_name", "saved_filter", ["person", "of_list", "name"], unique=True)
    op.create_index("uq_saved_filter_slot", "saved_filter", ["person", "slot"], unique=True)
    grant(op, "saved_filter", "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    op.drop_table("saved_filter")
    op.drop_table("work_claim")

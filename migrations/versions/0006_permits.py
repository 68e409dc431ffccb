"""Permits and their prints.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _permit()
    _permit_print()


def _permit() -> None:
    op.create_table(
        "permit",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("form_version", sa.SmallInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_name", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.String(length=40), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "issued_at >= '1990-01-01' AND issued_at < '2200-01-01'", name=op.f("ck_permit_issued_at_sane")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL) AND (revoked_at IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_permit_revoked_with_reason"),
        ),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_permit_sha256_length")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_permit_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_permit"),
    )
    op.create_index("ix_permit_post_issued", "permit", ["post", "issued_at", "id"])
    op.create_index("ix_permit_revoked", "permit", ["revoked_at"], postgresql_where=sa.text("revoked_at IS NOT NULL"))
    op.create_index(
        "uq_permit_in_force",
        "permit",
        ["post", "declaration_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("uq_permit_number", "permit", ["number"], unique=True)
    grant(op, "permit", "SELECT, INSERT, UPDATE (revoked_at, revoked_reason, revoked_by)")


def _permit_print() -> None:
    op.create_table(
        "permit_print",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("copy", sa.SmallInteger(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_permit_print_at_sane")),
        sa.CheckConstraint("copy = 0 OR char_length(reason) > 0", name=op.f("ck_permit_print_copy_has_reason")),
        sa.CheckConstraint("copy BETWEEN 0 AND 9999", name=op.f("ck_permit_print_copy_sane")),
        sa.ForeignKeyConstraint(
            ["post", "permit_id"], ["permit.post", "permit.id"], name="fk_permit_print_post_permit_id_permit"
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_permit_print"),
    )
    op.create_index("uq_permit_print_copy", "permit_print", ["post", "permit_id", "copy"], unique=True)
    grant(op, "permit_print", "SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("permit_print")
    op.drop_table("permit")

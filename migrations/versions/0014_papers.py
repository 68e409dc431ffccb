"""Assessment notices, receipts and exit notes as issued, and their prints.

Revision: 0014, after 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _paper()
    _paper_print()
    _guards()


def _paper() -> None:
    op.create_table(
        "paper",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
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
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "declaration_id IS NOT NULL OR kind = 'payment-receipt'", name=op.f("ck_paper_about_a_declaration")
        ),
        sa.CheckConstraint(
            "issued_at >= '1990-01-01' AND issued_at < '2200-01-01'", name=op.f("ck_paper_issued_at_sane")
        ),
        sa.CheckConstraint(
            "kind IN ('assessment-notice', 'payment-receipt', 'exit-note')", name=op.f("ck_paper_kind_known")
        ),
        sa.CheckConstraint("place >= 0", name=op.f("ck_paper_place_sane")),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_paper_sha256_length")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_paper_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_paper"),
    )
    op.create_index("ix_paper_declaration", "paper", ["post", "declaration_id"])
    op.create_index("ix_paper_kind", "paper", ["kind", "post", "id"])
    op.create_index("uq_paper_number", "paper", ["number"], unique=True)
    op.create_index("uq_paper_subject", "paper", ["post", "kind", "subject"], unique=True)
    grant(op, "paper", "SELECT, INSERT")


def _paper_print() -> None:
    op.create_table(
        "paper_print",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("copy", sa.SmallInteger(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_paper_print_at_sane")),
        sa.CheckConstraint("copy = 0 OR char_length(reason) > 0", name=op.f("ck_paper_print_copy_has_reason")),
        sa.CheckConstraint("copy BETWEEN 0 AND 9999", name=op.f("ck_paper_print_copy_sane")),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_paper_print_sha256_length")),
        sa.ForeignKeyConstraint(
            ["post", "paper_id"], ["paper.post", "paper.id"], name="fk_paper_print_post_paper_id_paper"
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_paper_print"),
    )
    op.create_index("uq_paper_print_copy", "paper_print", ["post", "paper_id", "copy"], unique=True)
    grant(op, "paper_print", "SELECT, INSERT")


def _guards() -> None:
    """What was issued stands as it was issued."""
    for table in ("paper", "paper_print"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("paper_print")
    op.drop_table("paper")

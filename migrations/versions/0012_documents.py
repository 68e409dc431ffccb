"""Supporting documents with issuer, expiry and the scanned file; files that lie in a folder; documents handed in later.

Revision: 0012, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SIZE_BEFORE = "size BETWEEN 1 AND 20971520 AND size = octet_length(content)"
_SIZE = "size BETWEEN 1 AND 20971520 AND (content IS NULL OR size = octet_length(content))"
_PAPER = ("issuer", "issue_place", "expires", "attachment")


def _paper() -> list[sa.Column[object]]:
    return [
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issue_place", sa.Text(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("attachment", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    _files()
    for column in _paper():
        op.add_column("declaration_document", column)
    op.create_foreign_key(
        op.f("fk_declaration_document_attachment"),
        "declaration_document",
        "attachment",
        ["post", "attachment"],
        ["post", "id"],
    )
    _presented()


def _files() -> None:
    """The bytes may lie in a folder, and a scan belongs to a firm."""
    op.add_column("attachment", sa.Column("party", sa.String(length=40), nullable=True))
    op.alter_column("attachment", "content", nullable=True)
    op.drop_constraint("size_true", "attachment", type_="check")
    op.create_check_constraint("size_true", "attachment", _SIZE)


def _presented() -> None:
    op.create_table(
        "declaration_presented_document",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.String(length=4), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        *_paper(),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("item BETWEEN 0 AND 999", name=op.f("ck_declaration_presented_document_item_sane")),
        sa.CheckConstraint(
            "role IN ('trader', 'officer', 'inspector', 'supervisor')",
            name=op.f("ck_declaration_presented_document_role_known"),
        ),
        sa.CheckConstraint(
            "at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_declaration_presented_document_at_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name=op.f("fk_declaration_presented_document_post_declaration_id_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "attachment"],
            ["attachment.post", "attachment.id"],
            name=op.f("fk_declaration_presented_document_attachment"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_declaration_presented_document")),
    )
    op.create_index(
        "ix_declaration_presented_document_declaration",
        "declaration_presented_document",
        ["post", "declaration_id", "id"],
    )
    grant(op, "declaration_presented_document", "SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("declaration_presented_document")
    op.drop_constraint(op.f("fk_declaration_document_attachment"), "declaration_document", type_="foreignkey")
    for name in reversed(_PAPER):
        op.drop_column("declaration_document", name)
    op.drop_constraint("size_true", "attachment", type_="check")
    op.create_check_constraint("size_true", "attachment", _SIZE_BEFORE)
    op.alter_column("attachment", "content", nullable=False)
    op.drop_column("attachment", "party")

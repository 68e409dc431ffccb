"""Declarations: their life, what is declared, decisions, files handed in.

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _declaration()
    _declaration_draft()
    _declaration_content()
    _declaration_item()
    _declaration_document()
    _declaration_decision()
    _attachment()
    _only_drafts_go()


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=True),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=True),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'draft') = (mrn IS NULL)", name=op.f("ck_declaration_lodged_has_mrn")),
        sa.CheckConstraint(
            "changed_at >= '1990-01-01' AND changed_at < '2200-01-01'", name=op.f("ck_declaration_changed_at_sane")
        ),
        sa.CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name=op.f("ck_declaration_lane_known")),
        sa.CheckConstraint(
            "lodged_at >= '1990-01-01' AND lodged_at < '2200-01-01'", name=op.f("ck_declaration_lodged_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'prelodged', 'lodged', 'selected', 'under_control', 'queried', 'assessed', 'paid', 'released', 'partly_released', 'exited', 'rejected', 'invalidated', 'detained', 'seized', 'refused', 'returned', 'destroyed')",
            name=op.f("ck_declaration_status_known"),
        ),
        sa.CheckConstraint("version > 0 AND content >= 0", name=op.f("ck_declaration_versions_sane")),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration"),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("ix_declaration_mrn", "declaration", ["mrn"])
    op.create_index(
        "ix_declaration_open",
        "declaration",
        ["post", "lodged_at", "id"],
        postgresql_where=sa.text("status IN ('selected', 'under_control', 'detained')"),
    )
    op.create_index("ix_declaration_party", "declaration", ["party", "id"])
    op.create_index("ix_declaration_post_status", "declaration", ["post", "status", "id"])
    op.create_index("ix_declaration_reference", "declaration", ["reference"])
    op.create_index(
        "ix_declaration_worklist",
        "declaration",
        ["post", "lane", "lodged_at", "id"],
        postgresql_where=sa.text("status IN ('selected', 'under_control', 'detained')"),
    )
    op.create_index("uq_declaration_post_mrn", "declaration", ["post", "mrn"], unique=True)
    op.create_index("uq_declaration_post_reference", "declaration", ["post", "reference"], unique=True)
    moving = "status, lane, mrn, content, version, lodged_at, changed_at"
    grant(op, "declaration", f"SELECT, INSERT, UPDATE ({moving}), DELETE")


def _declaration_draft() -> None:
    op.create_table(
        "declaration_draft",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("unread", postgresql.JSONB(), nullable=False),
        sa.Column("remarks", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_declaration_draft_post_declaration_id_declaration",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", name="pk_declaration_draft"),
    )
    grant(op, "declaration_draft", "SELECT, INSERT, UPDATE, DELETE")


def _declaration_content() -> None:
    op.create_table(
        "declaration_content",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("local_reference", sa.Text(), nullable=False),
        sa.Column("declarant", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("containers", postgresql.ARRAY(sa.String(length=11)), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("invoice_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("item_count", sa.SmallInteger(), nullable=False),
        sa.Column("header", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("unread", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "gross_kg >= 0 AND gross_kg < 'NaN'::numeric", name=op.f("ck_declaration_content_gross_kg_sane")
        ),
        sa.CheckConstraint(
            "invoice_total >= 0 AND invoice_total < 'NaN'::numeric",
            name=op.f("ck_declaration_content_invoice_total_sane"),
        ),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_declaration_content_made_at_sane")
        ),
        sa.CheckConstraint("item_count BETWEEN 1 AND 999", name=op.f("ck_declaration_content_item_count_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_declaration_content_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "content", name="pk_declaration_content"),
    )
    op.create_index("ix_declaration_content_containers", "declaration_content", ["containers"], postgresql_using="gin")
    op.create_index("ix_declaration_content_local_reference", "declaration_content", ["local_reference"])
    op.create_index(
        "ix_declaration_content_plate",
        "declaration_content",
        ["plate"],
        postgresql_using="gin",
        postgresql_ops={"plate": "gin_trgm_ops"},
    )
    grant(op, "declaration_content", "SELECT, INSERT")


def _declaration_item() -> None:
    op.create_table(
        "declaration_item",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("commodity", sa.String(length=12), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=2), nullable=False),
        sa.Column("procedure", sa.String(length=7), nullable=False),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("net_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("invoice_value", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("more", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "gross_kg >= 0 AND gross_kg < 'NaN'::numeric", name=op.f("ck_declaration_item_gross_kg_sane")
        ),
        sa.CheckConstraint(
            "invoice_value >= 0 AND invoice_value < 'NaN'::numeric", name=op.f("ck_declaration_item_invoice_value_sane")
        ),
        sa.CheckConstraint("net_kg >= 0 AND net_kg < 'NaN'::numeric", name=op.f("ck_declaration_item_net_kg_sane")),
        sa.CheckConstraint("number BETWEEN 1 AND 999", name=op.f("ck_declaration_item_number_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id", "content"],
            ["declaration_content.post", "declaration_content.declaration_id", "declaration_content.content"],
            name="fk_declaration_item_content",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "content", "number", name="pk_declaration_item"),
    )
    op.create_index("ix_declaration_item_commodity", "declaration_item", ["commodity", "post"])
    grant(op, "declaration_item", "SELECT, INSERT")


def _declaration_document() -> None:
    op.create_table(
        "declaration_document",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.String(length=4), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "item BETWEEN 0 AND 999 AND place BETWEEN 0 AND 98", name=op.f("ck_declaration_document_place_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id", "content"],
            ["declaration_content.post", "declaration_content.declaration_id", "declaration_content.content"],
            name="fk_declaration_document_content",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "content", "item", "place", name="pk_declaration_document"),
    )
    op.create_index("ix_declaration_document_number", "declaration_document", ["number", "type"])
    grant(op, "declaration_document", "SELECT, INSERT")


def _declaration_decision() -> None:
    op.create_table(
        "declaration_decision",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_declaration_decision_at_sane")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_declaration_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_declaration_decision_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_decision"),
    )
    op.create_index("ix_declaration_decision_declaration", "declaration_decision", ["post", "declaration_id", "at"])
    grant(op, "declaration_decision", "SELECT, INSERT")


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_attachment_made_at_sane")
        ),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_attachment_sha256_length")),
        sa.CheckConstraint(
            "size BETWEEN 1 AND 20971520 AND size = octet_length(content)", name=op.f("ck_attachment_size_true")
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_attachment"),
    )
    grant(op, "attachment", "SELECT, INSERT")


ONLY_DRAFTS = """
CREATE FUNCTION refuse_lodged_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a lodged declaration is never deleted' USING ERRCODE = '42501';
END $$
"""


def _only_drafts_go() -> None:
    op.execute(ONLY_DRAFTS)
    op.execute(
        "CREATE TRIGGER declaration_only_drafts_go BEFORE DELETE ON declaration "
        "FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION refuse_lodged_deleted()"
    )


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("declaration_decision")
    op.drop_table("declaration_document")
    op.drop_table("declaration_item")
    op.drop_table("declaration_content")
    op.drop_table("declaration_draft")
    op.drop_table("declaration")
    op.execute("DROP FUNCTION refuse_lodged_deleted()")

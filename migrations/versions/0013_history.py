"""What is usual: prices per kilogram by commodity and post, for plausibility; and the indexes that find duplicates.

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _commodity_price()
    _duplicates()


def _commodity_price() -> None:
    op.create_table(
        "commodity_price",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("commodity", sa.String(length=6), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("p05", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("median", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("p95", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("commodity ~ '^[0-9]{6}$'", name=op.f("ck_commodity_price_commodity_six_digits")),
        sa.CheckConstraint("items > 0", name=op.f("ck_commodity_price_items_sane")),
        sa.CheckConstraint(
            "p05 >= 0 AND p05 <= median AND median <= p95 AND p95 < 'NaN'::numeric",
            name=op.f("ck_commodity_price_prices_sane"),
        ),
        sa.CheckConstraint(
            "refreshed_at >= '1990-01-01' AND refreshed_at < '2200-01-01'",
            name=op.f("ck_commodity_price_refreshed_at_sane"),
        ),
        sa.PrimaryKeyConstraint("post", "currency", "commodity", name="pk_commodity_price"),
    )
    grant(op, "commodity_price", "SELECT, INSERT, DELETE")


def _duplicates() -> None:
    op.execute("ALTER INDEX ix_declaration_content_containers SET (fastupdate = off)")
    op.create_index("ix_declaration_content_consignment", "declaration_content", ["plate", "made_at"])
    op.create_index(
        "ix_declaration_content_invoice",
        "declaration_content",
        [sa.text("upper((header -> 'invoice'::text) ->> 'number'::text)"), "made_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_declaration_content_invoice", "declaration_content")
    op.drop_index("ix_declaration_content_consignment", "declaration_content")
    op.execute("ALTER INDEX ix_declaration_content_containers RESET (fastupdate)")
    op.drop_table("commodity_price")

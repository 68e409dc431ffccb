"""What came to the posts day by day: lanes, and findings by origin and kind of goods.

Revision: 0034, after 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

#: The figures of profiles are counted anew from the beginning, and these with them.
_AGAIN = "DELETE FROM risk_cursor WHERE name = 'profile-days'"


def upgrade() -> None:
    op.create_table(
        "risk_traffic_day",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("origin", sa.String(length=2), nullable=False),
        sa.Column("chapter", sa.String(length=2), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=False),
        sa.Column("consignments", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "consignments > 0 AND drawn BETWEEN 0 AND consignments AND inspected <= consignments AND "
            "findings BETWEEN 0 AND inspected",
            name=op.f("ck_risk_traffic_day_counts_sane"),
        ),
        sa.CheckConstraint("kind IN ('declaration', 'movement')", name=op.f("ck_risk_traffic_day_kind_known")),
        sa.CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name=op.f("ck_risk_traffic_day_lane_known")),
        sa.CheckConstraint("origin ~ '^([A-Z]{2}|--)?$'", name=op.f("ck_risk_traffic_day_origin_form")),
        sa.CheckConstraint("chapter ~ '^([0-9]{2}|--)?$'", name=op.f("ck_risk_traffic_day_chapter_form")),
        sa.PrimaryKeyConstraint("post", "day", "kind", "origin", "chapter", "lane", name=op.f("pk_risk_traffic_day")),
    )
    op.create_index("ix_risk_traffic_day_origin", "risk_traffic_day", ["origin", "chapter", "day"], unique=False)
    grant(op, "risk_traffic_day", "SELECT, INSERT, DELETE")
    op.execute(_AGAIN)


def downgrade() -> None:
    op.drop_table("risk_traffic_day")

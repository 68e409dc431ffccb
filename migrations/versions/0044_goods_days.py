"""What came and was found by heading and subheading of the tariff, the lanes of movements that have not ended, and when
something came of them.

Revision: 0044, after 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

#: The figures of days are counted anew from the beginning, and these with them.
_AGAIN = "DELETE FROM risk_cursor WHERE name = 'profile-days'"
#: What came of movements is read by its time: index, table, column, whether it is empty at first.
_ENDINGS = (
    ("ix_transit_control_concluded", "transit_control", "concluded_at", True),
    ("ix_transit_unloading_remarked", "transit_unloading", "remarked_at", True),
    ("ix_transit_discrepancy_found", "transit_discrepancy", "found_at", False),
)


def upgrade() -> None:
    op.create_table(
        "risk_goods_day",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("goods", sa.String(length=6), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=False),
        sa.Column("within", sa.String(length=4), nullable=False),
        sa.Column("consignments", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "consignments > 0 AND drawn BETWEEN 0 AND consignments AND inspected <= consignments AND "
            "findings BETWEEN 0 AND inspected",
            name=op.f("ck_risk_goods_day_counts_sane"),
        ),
        sa.CheckConstraint("kind IN ('declaration', 'movement')", name=op.f("ck_risk_goods_day_kind_known")),
        sa.CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name=op.f("ck_risk_goods_day_lane_known")),
        sa.CheckConstraint("goods ~ '^([0-9]{2}){2,3}$'", name=op.f("ck_risk_goods_day_goods_form")),
        sa.CheckConstraint(
            "within = left(goods, length(goods) - 2)", name=op.f("ck_risk_goods_day_within_is_of_goods")
        ),
        sa.PrimaryKeyConstraint("post", "day", "kind", "goods", "lane", name=op.f("pk_risk_goods_day")),
    )
    op.create_index("ix_risk_goods_day_within", "risk_goods_day", ["within", "day"], unique=False)
    grant(op, "risk_goods_day", "SELECT, INSERT, DELETE")
    op.create_index(
        "ix_transit_movement_lane",
        "transit_movement",
        ["lane", "post", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for name, table, column, only in _ENDINGS:
        where = sa.text(f"{column} IS NOT NULL") if only else None
        op.create_index(name, table, [column], unique=False, postgresql_where=where)
    op.execute(_AGAIN)


def downgrade() -> None:
    for name, table, _column, _only in _ENDINGS:
        op.drop_index(name, table_name=table)
    op.drop_index("ix_transit_movement_lane", table_name="transit_movement")
    op.drop_table("risk_goods_day")

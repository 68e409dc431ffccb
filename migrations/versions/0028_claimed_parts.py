"""What a guarantor paid of an amount that a movement took; the rest was given back.

Revision: 0028, after 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLE = "guarantee_reservation"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("claimed", sa.Numeric(precision=18, scale=2), nullable=True))
    op.execute(
        "UPDATE guarantee_reservation r SET claimed = coalesce((SELECT sum(t.amount) FROM ledger_transfer t "
        "WHERE (t.post, t.entry) = (r.post, r.id) AND t.credit = 'transit:claimed'), r.amount) WHERE r.status = 'claimed'"
    )
    op.create_check_constraint(
        op.f("ck_guarantee_reservation_claimed_within"),
        _TABLE,
        "claimed IS NULL OR (claimed > 0 AND claimed <= amount)",
    )
    op.create_check_constraint(
        op.f("ck_guarantee_reservation_claimed_has_amount"), _TABLE, "(status = 'claimed') = (claimed IS NOT NULL)"
    )
    op.create_index(
        "ix_guarantee_reservation_claimed",
        _TABLE,
        ["post", "guarantee_id", "ended_at", "id"],
        postgresql_where=sa.text("claimed IS NOT NULL"),
    )
    grant(op, _TABLE, "UPDATE (claimed)")
    op.add_column("transit_recovery", sa.Column("by_guarantor", sa.Numeric(precision=18, scale=2), nullable=True))
    op.create_check_constraint(
        op.f("ck_transit_recovery_by_guarantor_within"),
        "transit_recovery",
        "by_guarantor IS NULL OR (by_guarantor >= 0 AND by_guarantor <= amount AND settled_at IS NOT NULL)",
    )
    grant(op, "transit_recovery", "UPDATE (by_guarantor)")


def downgrade() -> None:
    op.drop_column("transit_recovery", "by_guarantor")
    op.drop_column(_TABLE, "claimed")

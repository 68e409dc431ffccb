"""What lists of transit are read from once there are a million movements; measured by tests/bench/bench_transit.py.

An office's movements on the road, the movements that a firm brought for another one, the newest alarms, what all offices
have before them, and the seals of a post in their order: each is an index that holds little more than is shown.

Revision: 0026, after 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_UNDER_WAY = "status IN ('released_for_transit', 'incident')"
_WAITS = "stage IN ('decide', 'expected', 'present', 'search')"


def upgrade() -> None:
    op.add_column("transit_office", sa.Column("on_road", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE transit_office o SET on_road = true FROM transit_movement m "
        f"WHERE (m.post, m.id) = (o.post, o.movement_id) AND m.{_UNDER_WAY}"
    )
    grant(op, "transit_office", "UPDATE (on_road)")
    op.create_index(
        "ix_transit_office_on_road",
        "transit_office",
        ["office", "due_at", "movement_id"],
        postgresql_where=sa.text("on_road"),
    )
    op.create_index(
        "ix_transit_office_waits",
        "transit_office",
        ["stage", "due_at", "movement_id"],
        postgresql_where=sa.text(_WAITS),
    )
    op.add_column("transit_arrival", sa.Column("brought", sa.Boolean(), server_default=sa.false(), nullable=False))
    # The rows of arrivals are only added; the owner writes this once.
    op.execute(
        "UPDATE transit_arrival a SET brought = true FROM transit_movement m "
        "WHERE (m.post, m.id) = (a.post, a.movement_id) AND a.party <> m.party"
    )
    op.create_index(
        "ix_transit_arrival_brought",
        "transit_arrival",
        ["party", "movement_id"],
        postgresql_where=sa.text("brought"),
    )
    op.create_index(
        "ix_transit_arrival_brought_on",
        "transit_arrival",
        ["party", "movement_id"],
        postgresql_where=sa.text("brought AND left_at IS NOT NULL"),
    )
    op.create_index(
        "ix_transit_movement_holder_under_way",
        "transit_movement",
        ["party", "limit_at", "id"],
        postgresql_where=sa.text(_UNDER_WAY),
    )
    op.create_index(
        "ix_transit_alarm_newest",
        "transit_alarm",
        ["raised_at", "movement_id"],
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_index("ix_seal_post_serial", "seal", ["post", "serial", "id"])


def downgrade() -> None:
    op.drop_index("ix_seal_post_serial", table_name="seal")
    op.drop_index("ix_transit_alarm_newest", table_name="transit_alarm")
    op.drop_index("ix_transit_movement_holder_under_way", table_name="transit_movement")
    op.drop_index("ix_transit_arrival_brought_on", table_name="transit_arrival")
    op.drop_index("ix_transit_arrival_brought", table_name="transit_arrival")
    op.drop_column("transit_arrival", "brought")
    op.drop_index("ix_transit_office_waits", table_name="transit_office")
    op.drop_index("ix_transit_office_on_road", table_name="transit_office")
    op.drop_column("transit_office", "on_road")

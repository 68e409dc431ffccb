"""Seals, the custody of each, and the devices that tell of goods on the road.

Revision: 0019, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _device()
    _seal()
    _device_event()
    _seal_event()


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_name", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('eseal', 'gps', 'weighbridge')", name=op.f("ck_device_kind_known")),
        sa.CheckConstraint(
            "registered_at >= '1990-01-01' AND registered_at < '2200-01-01'", name=op.f("ck_device_registered_at_sane")
        ),
        sa.CheckConstraint("octet_length(key_sha256) = 64", name=op.f("ck_device_key_length")),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_device_movement",
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_device")),
    )
    op.create_index("ix_device_movement", "device", ["movement_id"], unique=False)
    op.create_index("uq_device_id", "device", ["id"], unique=True)
    grant(op, "device", "SELECT, INSERT, UPDATE (last_sequence, last_at, movement_post, movement_id, revoked_at)")


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=30), nullable=False),
        sa.Column("maker", sa.String(length=60), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("officer", sa.Uuid(), nullable=True),
        sa.Column("officer_name", sa.Text(), nullable=True),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("plate", sa.String(length=20), nullable=True),
        sa.Column("container", sa.String(length=11), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'issued') = (officer IS NOT NULL) OR status <> 'issued'", name=op.f("ck_seal_issued_to_somebody")
        ),
        sa.CheckConstraint(
            "changed_at >= '1990-01-01' AND changed_at < '2200-01-01'", name=op.f("ck_seal_changed_at_sane")
        ),
        sa.CheckConstraint("grade IN ('I', 'S', 'H')", name=op.f("ck_seal_grade_known")),
        sa.CheckConstraint("serial ~ '^[A-Z0-9-]{3,30}$'", name=op.f("ck_seal_serial_form")),
        sa.CheckConstraint(
            "status IN ('stock', 'issued', 'applied', 'broken', 'removed', 'void')", name=op.f("ck_seal_status_known")
        ),
        sa.CheckConstraint(
            "status NOT IN ('applied', 'broken') OR (movement_id IS NOT NULL AND movement_post IS NOT NULL)",
            name=op.f("ck_seal_applied_to_something"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('applied', 'broken') OR plate IS NOT NULL OR container IS NOT NULL",
            name=op.f("ck_seal_bound_to_wheels"),
        ),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"], ["transit_movement.post", "transit_movement.id"], name="fk_seal_movement"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seal")),
    )
    op.create_index("ix_seal_movement", "seal", ["movement_id"], unique=False)
    op.create_index("ix_seal_serial", "seal", ["serial"], unique=False)
    op.create_index("ix_seal_stock", "seal", ["post", "status", "serial"], unique=False)
    op.create_index(
        "uq_seal_active", "seal", ["serial"], unique=True, postgresql_where=sa.text("status IN ('applied', 'broken')")
    )
    op.create_index(
        "uq_seal_maker_serial", "seal", ["maker", "serial"], unique=True, postgresql_where=sa.text("maker <> '?'")
    )
    grant(
        op,
        "seal",
        "SELECT, INSERT, UPDATE (status, officer, officer_name, movement_post, movement_id, plate, container, place, changed_at)",
    )


def _device_event() -> None:
    op.create_table(
        "device_event",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.String(length=11), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("off_route_m", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "received_at >= '1990-01-01' AND received_at < '2200-01-01'", name=op.f("ck_device_event_received_at_sane")
        ),
        sa.CheckConstraint(
            "told IN ('position', 'locked', 'opened', 'tampered', 'battery-low', 'weight')",
            name=op.f("ck_device_event_told_known"),
        ),
        sa.CheckConstraint(
            "told_at >= '1990-01-01' AND told_at < '2200-01-01'", name=op.f("ck_device_event_told_at_sane")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_device_event_on_earth")
        ),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_device_event_sha256_length")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_device_event_sequence_positive")),
        sa.ForeignKeyConstraint(
            ["post", "device_id"], ["device.post", "device.id"], name=op.f("fk_device_event_post_device_id_device")
        ),
        sa.PrimaryKeyConstraint("post", "device_id", "sequence", name=op.f("pk_device_event")),
    )
    op.create_index("ix_device_event_movement", "device_event", ["movement_id", "told_at"], unique=False)
    grant(op, "device_event", "SELECT, INSERT")


def _seal_event() -> None:
    op.create_table(
        "seal_event",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("viewed", sa.Boolean(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("tugged", sa.Boolean(), nullable=True),
        sa.Column("twisted", sa.Boolean(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("photo_post", sa.String(length=5), nullable=True),
        sa.Column("photo", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(event = 'checked') = (viewed IS NOT NULL)", name=op.f("ck_seal_event_check_whole")),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_seal_event_at_sane")),
        sa.CheckConstraint(
            "event IN ('received', 'issued', 'given-back', 'applied', 'adopted', 'checked', 'broken', 'removed', 'voided')",
            name=op.f("ck_seal_event_event_known"),
        ),
        sa.CheckConstraint("(viewed IS NULL) = (twisted IS NULL)", name=op.f("ck_seal_event_check_has_twist")),
        sa.ForeignKeyConstraint(
            ["photo_post", "photo"], ["attachment.post", "attachment.id"], name="fk_seal_event_photo"
        ),
        sa.ForeignKeyConstraint(
            ["post", "seal_id"], ["seal.post", "seal.id"], name=op.f("fk_seal_event_post_seal_id_seal")
        ),
        sa.PrimaryKeyConstraint("post", "seal_id", "number", name=op.f("pk_seal_event")),
    )
    op.create_index("ix_seal_event_movement", "seal_event", ["movement_id", "at"], unique=False)
    grant(op, "seal_event", "SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("seal_event")
    op.drop_table("device_event")
    op.drop_table("seal")
    op.drop_table("device")

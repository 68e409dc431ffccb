"""Tables of seals and devices: where each is now, and everything that was done with it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, Numeric, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, Big, IdKey, PostKey, sane_time
from app.seals.lifecycle import LIFE, Action, DeviceKind, Grade, Status, Told

_ACTIVE = text(sql_in("status", (Status.APPLIED, Status.BROKEN)))


class Seal(Base):
    """A seal. `serial` is compared without blanks and in capitals; `maker` "?" stands for one that came on the goods.
    `move` is the only writer of `status`."""

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("grade", Grade), name="grade_known"),
        CheckConstraint("serial ~ '^[A-Z0-9-]{3,30}$'", name="serial_form"),
        CheckConstraint(
            "status NOT IN ('applied', 'broken') OR (movement_id IS NOT NULL AND movement_post IS NOT NULL) "
            "OR (declaration_id IS NOT NULL AND declaration_post IS NOT NULL)",
            name="applied_to_something",
        ),
        CheckConstraint(
            "status NOT IN ('applied', 'broken') OR plate IS NOT NULL OR container IS NOT NULL", name="bound_to_wheels"
        ),
        CheckConstraint("(status = 'issued') = (officer IS NOT NULL) OR status <> 'issued'", name="issued_to_somebody"),
        CheckConstraint(sane_time("changed_at"), name="changed_at_sane"),
        ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_seal_movement",
        ),
        ForeignKeyConstraint(
            ["declaration_post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_seal_declaration",
        ),
        Index("uq_seal_maker_serial", "maker", "serial", unique=True, postgresql_where=text("maker <> '?'")),
        Index("uq_seal_active", "serial", unique=True, postgresql_where=_ACTIVE),
        Index("ix_seal_movement", "movement_id"),
        Index("ix_seal_declaration", "declaration_id"),
        Index("ix_seal_serial", "serial"),
        Index("ix_seal_stock", "post", "status", "serial"),
        Index("ix_seal_post_serial", "post", "serial", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    serial: Mapped[str] = mapped_column(String(30))
    maker: Mapped[str] = mapped_column(String(60))
    grade: Mapped[str | None] = mapped_column(String(1))
    status: Mapped[str] = mapped_column(String(7))
    officer: Mapped[UUID | None]
    officer_name: Mapped[str | None]
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    #: The declaration at whose inspection it was put on, before any movement bore it.
    declaration_post: Mapped[str | None] = mapped_column(String(5))
    declaration_id: Mapped[UUID | None]
    plate: Mapped[str | None] = mapped_column(String(20))
    container: Mapped[str | None] = mapped_column(String(11))
    place: Mapped[str | None]
    changed_at: Mapped[dt.datetime]

    def move(self, action: Action, at: dt.datetime) -> None:
        self.status = LIFE.move(Status(self.status), action).value
        self.changed_at = at


class SealEvent(Base):
    """A link in the custody of a seal. Rows are only added."""

    __tablename__ = "seal_event"
    __table_args__ = (
        ForeignKeyConstraint(["post", "seal_id"], ["seal.post", "seal.id"]),
        ForeignKeyConstraint(["photo_post", "photo"], ["attachment.post", "attachment.id"], name="fk_seal_event_photo"),
        CheckConstraint(
            "event IN ('received', 'issued', 'given-back', 'applied', 'adopted', 'checked', 'broken', 'removed', 'voided')",
            name="event_known",
        ),
        CheckConstraint("(event = 'checked') = (viewed IS NOT NULL)", name="check_whole"),
        CheckConstraint("(viewed IS NULL) = (twisted IS NULL)", name="check_has_twist"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_seal_event_movement", "movement_id", "at"),
    )

    post: Mapped[PostKey]
    seal_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    event: Mapped[str] = mapped_column(String(10))
    at: Mapped[dt.datetime]
    office: Mapped[str] = mapped_column(String(8))
    person: Mapped[UUID]
    person_name: Mapped[str]
    movement_id: Mapped[UUID | None]
    viewed: Mapped[bool | None]
    verified: Mapped[bool | None]
    tugged: Mapped[bool | None]
    twisted: Mapped[bool | None]
    remarks: Mapped[str | None]
    photo_post: Mapped[str | None] = mapped_column(String(5))
    photo: Mapped[UUID | None]


class Device(Base):
    """A device that tells of goods on the road; only the hash of its key is kept."""

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint(sql_in("kind", DeviceKind), name="kind_known"),
        CheckConstraint("octet_length(key_sha256) = 64", name="key_length"),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
        ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_device_movement",
        ),
        Index("uq_device_id", "id", unique=True),
        Index("ix_device_movement", "movement_id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(11))
    name: Mapped[str]
    key_sha256: Mapped[str] = mapped_column(String(64))
    last_sequence: Mapped[Big]
    last_at: Mapped[dt.datetime | None]
    #: The movement it travels with now.
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    registered_by: Mapped[UUID]
    registered_name: Mapped[str]
    registered_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class DeviceEntry(Base):
    """What a device told, once for each of its own numbers. Rows are only added."""

    __tablename__ = "device_event"
    __table_args__ = (
        ForeignKeyConstraint(["post", "device_id"], ["device.post", "device.id"]),
        CheckConstraint(sql_in("told", Told), name="told_known"),
        CheckConstraint("sequence > 0", name="sequence_positive"),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint(sane_time("told_at"), name="told_at_sane"),
        CheckConstraint(sane_time("received_at"), name="received_at_sane"),
        Index("ix_device_event_movement", "movement_id", "told_at"),
    )

    post: Mapped[PostKey]
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[Big] = mapped_column(primary_key=True)
    told: Mapped[str] = mapped_column(String(11))
    told_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    facts: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    #: Metres from the binding route, where the movement has one and the device told where it is.
    off_route_m: Mapped[int | None] = mapped_column(Integer)

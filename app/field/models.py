"""Tables of devices, of what they brought back, and of how conflicts ended."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from app.core.ids import uuid7
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.field.commands import DeviceKind, Kind, Outcome, Verdict

_LOCKED_WHOLE = (
    "(locked_at IS NULL) = (locked_by IS NULL) AND (locked_at IS NULL) = (locked_name IS NULL) "
    "AND (locked_at IS NULL) = (locked_reason IS NULL)"
)
_RELEASED_WHOLE = (
    "(released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (released_reason IS NULL) "
    "AND (released_at IS NULL OR released_at >= locked_at)"
)


class FieldDevice(Base):
    """A telephone or tablet, and the one person whose it is. Of its key only the hash is kept.

    `recovery` opens the store in the device again for a person who has forgotten the code; alone it opens nothing.
    """

    __tablename__ = "field_device"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("char_length(label) BETWEEN 1 AND 60", name="label_length"),
        CheckConstraint(sql_in("kind", DeviceKind), name="kind_known"),
        CheckConstraint("octet_length(digest) = 32 AND octet_length(recovery) = 32", name="keys_length"),
        CheckConstraint("sequence >= 0", name="sequence_counts"),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
        CheckConstraint(sane_time("locked_at"), name="locked_at_sane"),
        CheckConstraint(_LOCKED_WHOLE, name="locked_whole"),
        CheckConstraint(_RELEASED_WHOLE, name="released_whole"),
        Index("ix_field_device_person", "person"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey] = mapped_column(default=uuid7)
    label: Mapped[str]
    kind: Mapped[str] = mapped_column(String(6))
    person: Mapped[UUID]
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    recovery: Mapped[bytes] = mapped_column(LargeBinary)
    #: The number of the last record that came; the next one has the next number.
    sequence: Mapped[int] = mapped_column(Integer)
    registered_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    locked_at: Mapped[dt.datetime | None]
    locked_by: Mapped[UUID | None]
    locked_name: Mapped[str | None]
    locked_reason: Mapped[str | None]
    released_at: Mapped[dt.datetime | None]
    released_by: Mapped[UUID | None]
    released_reason: Mapped[str | None]

    @property
    def is_locked(self) -> bool:
        """Whether it is told nothing more."""
        return self.locked_at is not None and self.released_at is None


class FieldRecord(Base):
    """One record as it came from a device, and what became of it. Rows are added and never touched again."""

    __tablename__ = "field_record"
    __table_args__ = (
        ForeignKeyConstraint(["post", "device_id"], ["field_device.post", "field_device.id"]),
        UniqueConstraint("id"),
        UniqueConstraint("post", "device_id", "sequence"),
        UniqueConstraint("post", "id", "person", "outcome"),
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint(sql_in("outcome", Outcome), name="outcome_known"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_length"),
        CheckConstraint("sequence > 0", name="sequence_counts"),
        CheckConstraint("char_length(reference) BETWEEN 1 AND 40", name="reference_length"),
        CheckConstraint("char_length(claimed) <= 40", name="claimed_length"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        CheckConstraint(sane_time("received_at"), name="received_at_sane"),
        Index("ix_field_record_reference", "post", "reference", "received_at"),
        Index("ix_field_record_conflict", "post", "received_at", postgresql_where=text("outcome = 'conflict'")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    device_id: Mapped[UUID]
    person: Mapped[UUID]
    name: Mapped[str]
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str]
    body: Mapped[dict[str, Any]]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    #: What the device's clock showed, as it said so; a moment only where that can be one.
    claimed: Mapped[str]
    noted_at: Mapped[dt.datetime | None]
    clock_off: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())
    outcome: Mapped[str] = mapped_column(String(8))
    answer: Mapped[dict[str, Any]]
    #: The picture of a photo that could not be taken in; it is an attachment of the post.
    photo_id: Mapped[UUID | None]


class FieldSettlement(Base):
    """How a conflict ended, by another person than the one who recorded it."""

    __tablename__ = "field_settlement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "record_id", "recorded_by", "outcome"],
            ["field_record.post", "field_record.id", "field_record.person", "field_record.outcome"],
        ),
        CheckConstraint(sql_in("verdict", Verdict), name="verdict_known"),
        CheckConstraint("outcome = 'conflict'", name="of_a_conflict"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint("person <> recorded_by", name="by_another_person"),
        CheckConstraint(sane_time("at"), name="at_sane"),
    )

    post: Mapped[PostKey]
    record_id: Mapped[IdKey]
    recorded_by: Mapped[UUID]
    outcome: Mapped[str] = mapped_column(String(8))
    verdict: Mapped[str] = mapped_column(String(9))
    reason: Mapped[str]
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]

"""Samples with their custody, seals that were seen, taken off and put on, and who was there. Rows are only added."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.inspections.lifecycle import Custody, SealCondition, SealDeed
from app.inspections.models.records import OF_INSPECTION, Noted


class InspectionSample(Noted, Base):
    """What was taken out of the goods to be looked at elsewhere. Where it is, its moves say."""

    __tablename__ = "inspection_sample"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        CheckConstraint("number BETWEEN 1 AND 999", name="number_sane"),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name="item_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("uq_inspection_sample_number", "post", "inspection_id", "number", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    item: Mapped[int | None] = mapped_column(SmallInteger)
    description: Mapped[str]
    #: As a text of plain digits, with a unit of the code list.
    quantity: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(3))
    #: The seal or mark on its packing.
    seal_mark: Mapped[str | None] = mapped_column(String(30))
    laboratory: Mapped[str]
    question: Mapped[str]


class InspectionSampleMove(Noted, Base):
    """A link in the custody of a sample: who handed it to whom, and what the laboratory found."""

    __tablename__ = "inspection_sample_move"
    __table_args__ = (
        ForeignKeyConstraint(["post", "sample_id"], ["inspection_sample.post", "inspection_sample.id"]),
        CheckConstraint(sql_in("event", Custody), name="event_known"),
        CheckConstraint("(event = 'result') = (conform IS NOT NULL)", name="result_says"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("uq_inspection_sample_move_number", "post", "sample_id", "number", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    sample_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    event: Mapped[str] = mapped_column(String(9))
    #: Who has it from now on; empty for a result.
    holder: Mapped[str]
    #: Whether the seal on it was whole.
    intact: Mapped[bool | None] = mapped_column(Boolean)
    #: What the laboratory says, the number of its paper, and what it found: {…} as for findings.
    words: Mapped[str]
    document: Mapped[str | None]
    conform: Mapped[bool | None] = mapped_column(Boolean)
    facts: Mapped[dict[str, Any]]


class InspectionPresence(Noted, Base):
    """Somebody who was there. He may refuse to sign; then the act says so, and what he remarked."""

    __tablename__ = "inspection_presence"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        CheckConstraint(
            "role IN ('declarant', 'driver', 'owner', 'carrier', 'witness', 'expert', 'officer', 'official', 'other')",
            name="role_known",
        ),
        CheckConstraint("signs OR char_length(remark) > 0", name="refusal_remarked"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("ix_inspection_presence_inspection", "post", "inspection_id", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    full_name: Mapped[str]
    role: Mapped[str] = mapped_column(String(9))
    #: Employer or agency, and the paper that says who he is.
    of: Mapped[str]
    document: Mapped[str]
    signs: Mapped[bool] = mapped_column(Boolean)
    remark: Mapped[str]


class InspectionSeal(Noted, Base):
    """A seal that was seen, taken off, or put on during the look."""

    __tablename__ = "inspection_seal"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        ForeignKeyConstraint(
            ["post", "picture"], ["inspection_photo.post", "inspection_photo.id"], name="fk_inspection_seal_picture"
        ),
        CheckConstraint(sql_in("what", SealDeed), name="what_known"),
        CheckConstraint(sql_in("condition", SealCondition), name="condition_known"),
        CheckConstraint("serial ~ '^[A-Z0-9-]{3,30}$'", name="serial_form"),
        CheckConstraint("what <> 'set' OR condition = 'intact'", name="set_whole"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("ix_inspection_seal_inspection", "post", "inspection_id", "at"),
        Index("ix_inspection_seal_serial", "serial"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    what: Mapped[str] = mapped_column(String(7))
    serial: Mapped[str] = mapped_column(String(30))
    condition: Mapped[str] = mapped_column(String(9))
    #: What it is on: a plate or a container, and where.
    bearer: Mapped[str]
    place: Mapped[str]
    remarks: Mapped[str]
    picture: Mapped[UUID | None]

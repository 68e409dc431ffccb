"""What was recorded at the goods: findings, photos, measurements. Rows are only added."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.inspections.lifecycle import Agency, FindingKind, Measured, Type

OF_INSPECTION = (["post", "inspection_id"], ["inspection.post", "inspection.id"])


class Noted:
    """Who wrote it down, at the database's time; and what the device says: its id and its own clock. `clock_off` marks a
    claimed time that is more than a quarter of an hour off."""

    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]
    device: Mapped[UUID | None]
    noted_at: Mapped[dt.datetime | None]
    clock_off: Mapped[bool] = mapped_column(Boolean)


class InspectionFinding(Noted, Base):
    """What was seen. Findings are added, never edited: one that corrects another names it."""

    __tablename__ = "inspection_finding"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        ForeignKeyConstraint(
            ["post", "corrects"],
            ["inspection_finding.post", "inspection_finding.id"],
            name="fk_inspection_finding_corrects",
        ),
        ForeignKeyConstraint(
            ["post", "explains"],
            ["inspection_measure.post", "inspection_measure.id"],
            name="fk_inspection_finding_explains",
        ),
        CheckConstraint(sql_in("agency", Agency), name="agency_known"),
        CheckConstraint(sql_in("type", Type), name="type_known"),
        CheckConstraint(sql_in("kind", FindingKind), name="kind_known"),
        CheckConstraint("conform = (kind = 'match')", name="kind_fits"),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name="item_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("ix_inspection_finding_inspection", "post", "inspection_id", "at"),
        Index("uq_inspection_finding_corrects", "post", "corrects", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    agency: Mapped[str] = mapped_column(String(13))
    #: NCTS control type: 10 documents, 20 radiation, 30 scanner, 40 physical, 41 seals and so on.
    control: Mapped[str] = mapped_column(String(2))
    type: Mapped[str | None] = mapped_column(String(10))
    item: Mapped[int | None] = mapped_column(SmallInteger)
    conform: Mapped[bool] = mapped_column(Boolean)
    kind: Mapped[str] = mapped_column(String(17))
    declared: Mapped[str]
    found: Mapped[str]
    #: {commodity, quantity, unit, net_kg, gross_kg, packages, origin, value, currency, description, marks}: as declared
    #: (by the declaration itself) and as found. Numbers are texts of plain digits.
    declared_facts: Mapped[dict[str, Any]]
    found_facts: Mapped[dict[str, Any]]
    corrects: Mapped[UUID | None]
    #: The measurement that it explains.
    explains: Mapped[UUID | None]


class InspectionPhoto(Noted, Base):
    """A photo as it is kept: upright, re-encoded, without what the camera wrote into it. Place and time out of the camera
    stand here, as claimed; the SHA-256 is that of the file kept."""

    __tablename__ = "inspection_photo"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        ForeignKeyConstraint(
            ["post", "attachment"], ["attachment.post", "attachment.id"], name="fk_inspection_photo_attachment"
        ),
        ForeignKeyConstraint(
            ["post", "of_finding"],
            ["inspection_finding.post", "inspection_finding.id"],
            name="fk_inspection_photo_finding",
        ),
        CheckConstraint(sql_in("type", Type), name="type_known"),
        CheckConstraint("octet_length(sha256) = 64 AND octet_length(given_sha256) = 64", name="sha256_length"),
        CheckConstraint("size BETWEEN 1 AND 400000", name="size_bounded"),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name="item_sane"),
        CheckConstraint("width BETWEEN 1 AND 4096 AND height BETWEEN 1 AND 4096", name="measures_bounded"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("ix_inspection_photo_inspection", "post", "inspection_id", "at"),
        Index("ix_inspection_photo_sha256", "given_sha256"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    of_finding: Mapped[UUID | None]
    item: Mapped[int | None] = mapped_column(SmallInteger)
    type: Mapped[str | None] = mapped_column(String(10))
    caption: Mapped[str]
    attachment: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    #: The SHA-256 of the file that was handed in: two photos with the same one are the same photo.
    given_sha256: Mapped[str] = mapped_column(String(64))
    #: As the camera wrote it, without a zone where it knew none: 2026-11-23T09:14:05+05:00.
    taken: Mapped[str | None] = mapped_column(String(32))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))


class InspectionMeasure(Noted, Base):
    """A weight, a radiation level or a scan. `source` is the instrument that told it; what an instrument told is never
    replaced by what somebody writes."""

    __tablename__ = "inspection_measure"
    __table_args__ = (
        ForeignKeyConstraint(*OF_INSPECTION),
        ForeignKeyConstraint(
            ["post", "corrects"],
            ["inspection_measure.post", "inspection_measure.id"],
            name="fk_inspection_measure_corrects",
        ),
        ForeignKeyConstraint(
            ["post", "image"], ["attachment.post", "attachment.id"], name="fk_inspection_measure_image"
        ),
        CheckConstraint(sql_in("what", Measured), name="what_known"),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint(sane_number("declared_kg"), name="declared_kg_sane"),
        CheckConstraint(sane_number("level"), name="level_sane"),
        CheckConstraint("what <> 'weighing' OR gross_kg IS NOT NULL", name="weighing_weighs"),
        CheckConstraint("what <> 'radiation' OR level IS NOT NULL", name="radiation_levels"),
        CheckConstraint("corrects IS NULL OR source IS NULL", name="instruments_correct_nothing"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(sane_time("noted_at"), name="noted_at_sane"),
        Index("ix_inspection_measure_inspection", "post", "inspection_id", "at"),
        Index("uq_inspection_measure_corrects", "post", "corrects", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    what: Mapped[str] = mapped_column(String(9))
    #: The instrument that told it by itself; None where somebody read it off.
    source: Mapped[UUID | None]
    instrument: Mapped[str]
    calibrated_on: Mapped[dt.date | None] = mapped_column(Date)
    gross_kg: Mapped[Mass | None]
    #: Kilograms on each axle, as texts of plain digits.
    axles: Mapped[list[Any]]
    #: With what is declared for the goods, and the vehicle's own mass where it is known.
    declared_kg: Mapped[Mass | None]
    tare_kg: Mapped[Mass | None]
    within: Mapped[bool | None] = mapped_column(Boolean)
    level: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    unit: Mapped[str | None] = mapped_column(String(10))
    #: Whether the device gave an alarm, or the image shows something.
    alarm: Mapped[bool] = mapped_column(Boolean)
    image: Mapped[UUID | None]
    remarks: Mapped[str]
    corrects: Mapped[UUID | None]

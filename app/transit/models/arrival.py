"""What happens at an office of destination: arrival, unloading, and what was found to differ."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, SmallInteger, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, PostKey, sane_time
from app.transit.lifecycle import Resolution
from app.transit.models.movement import MOVEMENT, OF_MOVEMENT


class TransitArrival(Base):
    """The goods are at an office of destination. `left_at` where the rest goes on to another destination."""

    __tablename__ = "transit_arrival"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("procedure IN ('normal', 'simplified')", name="procedure_known"),
        CheckConstraint(sane_time("arrived_at"), name="arrived_at_sane"),
        Index("ix_transit_arrival_office", "office", "notified_at"),
        Index("ix_transit_arrival_brought", "party", "movement_id", postgresql_where=text("brought")),
        Index(
            "ix_transit_arrival_brought_on",
            "party",
            "movement_id",
            postgresql_where=text("brought AND left_at IS NOT NULL"),
        ),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    office: Mapped[str] = mapped_column(String(8))
    procedure: Mapped[str] = mapped_column(String(10))
    location: Mapped[str | None]
    arrived_at: Mapped[dt.datetime]
    late: Mapped[bool]
    notified_by: Mapped[UUID]
    notified_name: Mapped[str]
    notified_at: Mapped[dt.datetime]
    #: The firm that notified; None where an officer wrote it down.
    party: Mapped[str | None] = mapped_column(String(40))
    #: By another firm than the holder; it sees the movement from then on.
    brought: Mapped[bool] = mapped_column(server_default=false())
    left_at: Mapped[dt.datetime | None]


class TransitUnloading(Base):
    """A permission to unload and the remarks made on it. Unloading over several days is several rows."""

    __tablename__ = "transit_unloading"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("(remarked_at IS NULL) = (complete IS NULL)", name="remarks_whole"),
        CheckConstraint("(remarked_at IS NULL) = (conform IS NULL)", name="remarks_say_conform"),
        CheckConstraint("(remarked_at IS NULL) = (unloaded_on IS NULL)", name="remarks_say_when"),
        CheckConstraint(sane_time("permitted_at"), name="permitted_at_sane"),
        Index("ix_transit_unloading_open", "post", "permitted_at", postgresql_where=text("remarked_at IS NULL")),
        Index("ix_transit_unloading_remarked", "remarked_at", postgresql_where=text("remarked_at IS NOT NULL")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    arrival: Mapped[int] = mapped_column(SmallInteger)
    office: Mapped[str] = mapped_column(String(8))
    permitted_by: Mapped[UUID]
    permitted_name: Mapped[str]
    permitted_at: Mapped[dt.datetime]
    remarked_by: Mapped[UUID | None]
    remarked_name: Mapped[str | None]
    remarked_at: Mapped[dt.datetime | None]
    unloaded_on: Mapped[dt.date | None] = mapped_column(Date)
    complete: Mapped[bool | None]
    conform: Mapped[bool | None]
    #: None where there were no seals.
    seals_ok: Mapped[bool | None]
    remarks: Mapped[str | None]


class TransitDiscrepancy(Base):
    """Declared beside found. `item` is None for the whole movement (a seal, a vehicle)."""

    __tablename__ = "transit_discrepancy"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(
            "field IN ('missing', 'excess', 'packages', 'gross_kg', 'net_kg', 'commodity', 'description', 'seal',"
            " 'vehicle', 'document')",
            name="field_known",
        ),
        CheckConstraint(sql_in("resolution", Resolution), name="resolution_known"),
        CheckConstraint("(resolution IS NULL) = (resolved_at IS NULL)", name="resolved_with_resolution"),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name="item_sane"),
        CheckConstraint(sane_time("found_at"), name="found_at_sane"),
        Index("ix_transit_discrepancy_found", "found_at"),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    item: Mapped[int | None] = mapped_column(SmallInteger)
    field: Mapped[str] = mapped_column(String(11))
    declared: Mapped[str | None]
    found: Mapped[str | None]
    remarks: Mapped[str | None]
    found_by: Mapped[UUID]
    found_name: Mapped[str]
    found_at: Mapped[dt.datetime]
    resolution: Mapped[str | None] = mapped_column(String(9))
    reason: Mapped[str | None]
    resolved_by: Mapped[UUID | None]
    resolved_name: Mapped[str | None]
    resolved_at: Mapped[dt.datetime | None]

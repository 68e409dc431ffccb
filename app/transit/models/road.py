"""What happens between departure and destination: controls, passages, incidents, weights."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.transit.lifecycle import Incident, IncidentOutcome
from app.transit.models.movement import MOVEMENT, OF_MOVEMENT


class TransitControl(Base):
    """A decision to control at an office: what is looked at, the documents asked for, and the result."""

    __tablename__ = "transit_control"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("cardinality(types) BETWEEN 1 AND 20", name="types_named"),
        CheckConstraint("result IN ('conform', 'not-conform', 'waived')", name="result_known"),
        CheckConstraint("(result IS NULL) = (concluded_at IS NULL)", name="concluded_with_result"),
        CheckConstraint(sane_time("ordered_at"), name="ordered_at_sane"),
        Index("ix_transit_control_open", "office", "ordered_at", postgresql_where=text("result IS NULL")),
        Index("ix_transit_control_concluded", "concluded_at", postgresql_where=text("concluded_at IS NOT NULL")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    office: Mapped[str] = mapped_column(String(8))
    #: NCTS control types: 10 documents, 20 radiation, 30 scanner, 40 physical, 41 seals and so on.
    types: Mapped[list[str]] = mapped_column(ARRAY(String(2)))
    #: What the trader is asked for: [{type, text}].
    requested: Mapped[list[dict[str, Any]]]
    ordered_by: Mapped[UUID]
    ordered_name: Mapped[str]
    ordered_at: Mapped[dt.datetime]
    result: Mapped[str | None] = mapped_column(String(11))
    remarks: Mapped[str | None]
    #: Ids of attachments with photos of what was found.
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    concluded_by: Mapped[UUID | None]
    concluded_name: Mapped[str | None]
    concluded_at: Mapped[dt.datetime | None]


class TransitPassage(Base):
    """The goods were seen at an office of transit or of exit. Rows are only added."""

    __tablename__ = "transit_passage"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sane_time("passed_at"), name="passed_at_sane"),
        Index("ix_transit_passage_office", "office", "passed_at"),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    office: Mapped[str] = mapped_column(String(8))
    plate: Mapped[str] = mapped_column(String(20))
    seals_ok: Mapped[bool]
    remarks: Mapped[str | None]
    passed_at: Mapped[dt.datetime]
    noted_by: Mapped[UUID]
    noted_name: Mapped[str]


class TransitIncident(Base):
    """Something happened on the way. `means` is the new vehicle or container, `seals` the new seals, `evidence` the
    attachments with photos and papers."""

    __tablename__ = "transit_incident"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sql_in("code", Incident), name="code_known"),
        CheckConstraint(sql_in("outcome", IncidentOutcome), name="outcome_known"),
        CheckConstraint("source IN ('holder', 'office', 'device')", name="source_known"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_with_outcome"),
        CheckConstraint(sane_time("happened_at"), name="happened_at_sane"),
        CheckConstraint(sane_time("reported_at"), name="reported_at_sane"),
        Index("ix_transit_incident_open", "post", "reported_at", postgresql_where=text("outcome IS NULL")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[str] = mapped_column(String(1))
    source: Mapped[str] = mapped_column(String(6))
    text: Mapped[str]
    place: Mapped[str]
    country: Mapped[str | None] = mapped_column(String(2))
    #: The authority that endorsed it on the road, where there was one.
    endorsement: Mapped[str | None]
    happened_at: Mapped[dt.datetime]
    means: Mapped[dict[str, Any] | None]
    seals: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    evidence: Mapped[list[Any]]
    reported_by: Mapped[UUID]
    reported_name: Mapped[str]
    reported_at: Mapped[dt.datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    office: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]


class TransitWeighing(Base):
    """A weight of the whole vehicle at an office. Rows are only added."""

    __tablename__ = "transit_weighing"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint("moment IN ('entry', 'control', 'exit', 'arrival')", name="moment_known"),
        CheckConstraint(sane_time("weighed_at"), name="weighed_at_sane"),
        Index("ix_transit_weighing_movement", "post", "movement_id", "weighed_at"),
        Index("ix_transit_weighing_office", "office", "weighed_at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    movement_id: Mapped[UUID]
    office: Mapped[str] = mapped_column(String(8))
    moment: Mapped[str] = mapped_column(String(7))
    gross_kg: Mapped[Mass]
    ticket: Mapped[str | None] = mapped_column(String(40))
    weighed_at: Mapped[dt.datetime]
    noted_by: Mapped[UUID]
    noted_name: Mapped[str]

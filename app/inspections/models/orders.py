"""An order to look: what, by whom, when and where, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, Big, IdKey, PostKey, sane_time
from app.inspections.lifecycle import (
    LIFE,
    STEP,
    Action,
    Agency,
    Conclusion,
    How,
    Kind,
    Reason,
    Recommendation,
    Status,
    StepAction,
    StepStatus,
    Type,
)

_OPEN = text("status IN ('ordered', 'started')")


class Inspection(Base):
    """An order to look at a declaration or a movement, and what came of it. `post` is where it is looked at; `kind` is
    documents or goods. `move` is the only writer of `status`."""

    __tablename__ = "inspection"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        ForeignKeyConstraint(
            ["movement_post", "movement_id", "control"],
            ["transit_control.post", "transit_control.movement_id", "transit_control.number"],
            name="fk_inspection_control",
        ),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint(sql_in("conclusion", Conclusion), name="conclusion_known"),
        CheckConstraint(sql_in("recommendation", Recommendation), name="recommendation_known"),
        CheckConstraint(sql_in("reason", Reason), name="reason_known"),
        CheckConstraint(
            "(status = 'concluded') = (conclusion IS NOT NULL) AND (conclusion IS NULL) = (concluded_by IS NULL)",
            name="concluded_by_somebody",
        ),
        CheckConstraint("recommendation IS NULL OR conclusion IS NOT NULL", name="recommended_at_the_end"),
        CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name="one_subject"),
        CheckConstraint(
            "(movement_id IS NULL) = (movement_post IS NULL) AND (movement_id IS NULL) = (control IS NULL)",
            name="movement_whole",
        ),
        CheckConstraint("types <@ ARRAY['" + "', '".join(t.value for t in Type) + "']::varchar[]", name="types_known"),
        CheckConstraint("extent BETWEEN 0 AND 100", name="extent_sane"),
        CheckConstraint("(slot_from IS NULL) = (slot_to IS NULL) AND slot_to > slot_from", name="slot_ordered"),
        CheckConstraint("slot_from IS NULL OR place IS NOT NULL", name="slot_somewhere"),
        CheckConstraint("(assigned_to IS NULL) = (assigned_name IS NULL)", name="assigned_whole"),
        CheckConstraint(sane_time("ordered_at"), name="ordered_at_sane"),
        CheckConstraint(sane_time("slot_from"), name="slot_from_sane"),
        CheckConstraint(sane_time("slot_to"), name="slot_to_sane"),
        CheckConstraint(sane_time("due_at"), name="due_at_sane"),
        Index("ix_inspection_declaration", "post", "declaration_id", "ordered_at"),
        Index("ix_inspection_movement", "movement_post", "movement_id", "ordered_at"),
        Index("ix_inspection_concluded_at", "concluded_at", postgresql_where=text("concluded_at IS NOT NULL")),
        Index("ix_inspection_assigned", "assigned_to", "post", postgresql_where=_OPEN),
        Index("ix_inspection_waiting", "post", "ordered_at", "id", postgresql_where=_OPEN),
        Index("ix_inspection_place", "post", "place", "slot_from", postgresql_where=_OPEN),
        Index("uq_inspection_number", "post", "number", unique=True, postgresql_where=text("number IS NOT NULL")),
        Index("uq_inspection_open", "post", "declaration_id", unique=True, postgresql_where=_OPEN),
        Index("uq_inspection_control", "movement_post", "movement_id", "control", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID | None]
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    #: The number of the movement's control whose result this look is.
    control: Mapped[int | None] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    types: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    reason: Mapped[str] = mapped_column(String(12))
    #: In words, where somebody ordered it; or the profiles that hit, [{code, version}].
    reason_words: Mapped[str]
    profiles: Mapped[list[dict[str, Any]]]
    #: What to look for, in some languages: {locale: text}.
    instruction: Mapped[dict[str, Any]]
    #: Per cent of the packages that are to be opened.
    extent: Mapped[int | None] = mapped_column(SmallInteger)
    place: Mapped[str | None] = mapped_column(String(60))
    slot_from: Mapped[dt.datetime | None]
    slot_to: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    assigned_to: Mapped[UUID | None]
    assigned_name: Mapped[str | None]
    ordered_by: Mapped[UUID | None]
    ordered_name: Mapped[str | None]
    ordered_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    concluded_at: Mapped[dt.datetime | None]
    #: The number of the act, drawn when it is concluded.
    number: Mapped[str | None] = mapped_column(String(30))
    conclusion: Mapped[str | None] = mapped_column(String(12))
    summary: Mapped[str | None]
    recommendation: Mapped[str | None] = mapped_column(String(24))
    concluded_by: Mapped[UUID | None]
    concluded_name: Mapped[str | None]
    #: The id that a device gave its conclusion, the device, and when its clock said so.
    concluded_record: Mapped[UUID | None]
    concluded_device: Mapped[UUID | None]
    concluded_noted: Mapped[dt.datetime | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value

    @property
    def is_open(self) -> bool:
        return self.status in (Status.ORDERED, Status.STARTED)


class InspectionStep(Base):
    """One way of looking by one agency, with its own clock: ordered, started, done or waived. `move` is the only writer
    of `status`."""

    __tablename__ = "inspection_step"
    __table_args__ = (
        ForeignKeyConstraint(["post", "inspection_id"], ["inspection.post", "inspection.id"]),
        CheckConstraint(sql_in("agency", Agency), name="agency_known"),
        CheckConstraint(sql_in("type", Type), name="type_known"),
        CheckConstraint(sql_in("status", StepStatus), name="status_known"),
        CheckConstraint("(status IN ('done', 'waived')) = (ended_at IS NOT NULL)", name="ended_at_the_end"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint("status <> 'started' OR started_by IS NOT NULL", name="started_by_somebody"),
        CheckConstraint("status <> 'waived' OR char_length(reason) > 0", name="waived_with_reason"),
        CheckConstraint("ended_at >= started_at AND started_at >= ordered_at", name="clock_forward"),
        CheckConstraint(sane_time("ordered_at"), name="ordered_at_sane"),
    )

    post: Mapped[PostKey]
    inspection_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(String(13), primary_key=True)
    type: Mapped[str] = mapped_column(String(10), primary_key=True)
    status: Mapped[str] = mapped_column(String(7))
    ordered_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    started_by: Mapped[UUID | None]
    started_name: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    #: The official of another agency who looked, where customs wrote it down.
    official: Mapped[str | None]
    reason: Mapped[str | None]
    #: When a device says that it was started and ended.
    started_noted: Mapped[dt.datetime | None]
    ended_noted: Mapped[dt.datetime | None]
    clock_off: Mapped[bool] = mapped_column(Boolean)

    def move(self, action: StepAction) -> None:
        self.status = STEP.move(StepStatus(self.status), action).value

    @property
    def is_open(self) -> bool:
        return self.status in (StepStatus.ORDERED, StepStatus.STARTED)


class InspectionAssignment(Base):
    """Who was to look, and how he came to it: drawn from a pool (who was in it, and the number drawn), or named by a
    supervisor with a reason. Rows are only added; the last one counts."""

    __tablename__ = "inspection_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["post", "inspection_id"], ["inspection.post", "inspection.id"]),
        CheckConstraint(sql_in("agency", Agency), name="agency_known"),
        CheckConstraint(sql_in("how", How), name="how_known"),
        CheckConstraint("(how = 'nobody') = (person IS NULL) AND (person IS NULL) = (name IS NULL)", name="somebody"),
        CheckConstraint("how <> 'named' OR char_length(reason) > 0", name="named_with_reason"),
        CheckConstraint("(how = 'drawn') = (drawn IS NOT NULL)", name="drawn_with_number"),
        CheckConstraint("drawn >= 0", name="drawn_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_inspection_assignment_inspection", "post", "inspection_id", "at"),
        Index("ix_inspection_assignment_person", "person", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    agency: Mapped[str] = mapped_column(String(13))
    type: Mapped[str | None] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(6))
    person: Mapped[UUID | None]
    name: Mapped[str | None]
    #: Among whom it was drawn: [{person, name}], in the order that the number counts.
    pool: Mapped[list[dict[str, Any]]]
    drawn: Mapped[Big | None]
    #: The day whose sealed seed the number follows from; None where it came from the machine's own chance.
    seed_day: Mapped[dt.date | None] = mapped_column(Date)
    #: What could not be asked of the pool, because nobody met it: roster, qualification.
    widened: Mapped[list[Any]]
    reason: Mapped[str]
    by_person: Mapped[UUID]
    by_name: Mapped[str]
    at: Mapped[dt.datetime]

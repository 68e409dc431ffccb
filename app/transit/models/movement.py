"""What is declared for transit, and the life of the movement."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    false,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.transit.lifecycle import (
    ENDED,
    LIFE,
    OPEN,
    REQUEST,
    UNDER_WAY,
    Action,
    Kind,
    Office,
    RequestAction,
    RequestStatus,
    Stage,
    Status,
)

MOVEMENT = ("post", "movement_id")
OF_MOVEMENT = ("transit_movement.post", "transit_movement.id")
_UNDER_WAY = text(sql_in("status", UNDER_WAY))
_MAY_EXPIRE = text(sql_in("status", (Status.DRAFT, Status.PRELODGED)))
_OPEN = text(sql_in("status", OPEN))
#: An office has something before it.
_WAITS = text(sql_in("stage", (Stage.DECIDE, Stage.EXPECTED, Stage.PRESENT, Stage.SEARCH)))


class Movement(Base):
    """The life of a transit movement. `post` is the office of departure, or of entry where it departed abroad. `move`
    is the only writer of `status`; `limit_at` is when it has to be at its destination."""

    __tablename__ = "transit_movement"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint("(status = 'draft') = (mrn IS NULL)", name="lodged_has_mrn"),
        CheckConstraint("version > 0 AND content >= 0", name="versions_sane"),
        CheckConstraint("destination <> post", name="goes_somewhere"),
        CheckConstraint(
            f"NOT ({sql_in('status', OPEN)}) OR (released_at IS NOT NULL AND limit_at IS NOT NULL)",
            name="released_has_limit",
        ),
        CheckConstraint("limit_at IS NULL OR limit_at > released_at", name="limit_after_release"),
        CheckConstraint("(kind = 'tir') = (carnet IS NOT NULL) OR status = 'draft'", name="tir_has_carnet"),
        CheckConstraint(f"(ended_at IS NOT NULL) = ({sql_in('status', ENDED)})", name="ended_has_moment"),
        CheckConstraint(sane_time("changed_at"), name="changed_at_sane"),
        CheckConstraint(sane_time("lodged_at"), name="lodged_at_sane"),
        CheckConstraint(sane_time("limit_at"), name="limit_at_sane"),
        CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name="lane_known"),
        Index("uq_transit_movement_reference", "reference", unique=True),
        Index("uq_transit_movement_mrn", "mrn", unique=True),
        Index("ix_transit_movement_party", "party", "id"),
        Index("ix_transit_movement_id", "id"),
        Index("ix_transit_movement_status", "post", "status", "id"),
        Index("ix_transit_movement_under_way", "limit_at", "id", postgresql_where=_UNDER_WAY),
        Index("ix_transit_movement_holder_under_way", "party", "limit_at", "id", postgresql_where=_UNDER_WAY),
        Index("ix_transit_movement_holder_open", "party", "limit_at", postgresql_where=_OPEN),
        Index("ix_transit_movement_expiring", "id", postgresql_where=_MAY_EXPIRE),
        Index("ix_transit_movement_open", "post", "id", postgresql_where=_OPEN),
        Index("ix_transit_movement_carnet", "carnet"),
        Index("ix_transit_movement_lane", "lane", "post", "id", postgresql_where=text("ended_at IS NULL")),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    reference: Mapped[str] = mapped_column(String(35))
    mrn: Mapped[str | None] = mapped_column(String(18))
    kind: Mapped[str] = mapped_column(String(13))
    party: Mapped[str] = mapped_column(String(40))
    destination: Mapped[str] = mapped_column(String(8))
    carnet: Mapped[str | None] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(20))
    content: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(Integer)
    lodged_at: Mapped[dt.datetime | None]
    #: None until it is chosen; never for holders.
    lane: Mapped[str | None] = mapped_column(String(6))
    #: Until when the holder may amend after his guarantee was refused; then the goods are not released.
    amend_by: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]
    limit_at: Mapped[dt.datetime | None]
    arrived_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action, at: dt.datetime) -> None:
        """Makes an allowed move or raises `WrongState`."""
        self.status = LIFE.move(Status(self.status), action).value
        self.changed_at = at
        if self.status in ENDED:
            self.ended_at = at

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class TransitDraft(Base):
    """What is written so far, complete or not."""

    __tablename__ = "transit_draft"
    __table_args__ = (ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT], ondelete="CASCADE"),)

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    source: Mapped[UUID | None]
    unread: Mapped[list[dict[str, Any]]]
    remarks: Mapped[list[dict[str, Any]]]


class TransitContent(Base):
    """The movement as declared, with the columns that lists and the scan box search."""

    __tablename__ = "transit_content"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint("item_count BETWEEN 1 AND 1999", name="item_count_sane"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("ix_transit_content_plates", "plates", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_transit_content_seals", "seals", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index(
            "ix_transit_content_containers", "containers", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ),
        Index("ix_transit_content_local_reference", "local_reference"),
        Index(
            "ix_transit_content_previous",
            literal_column("(header -> 'previous_documents')").label("previous"),
            postgresql_using="gin",
            postgresql_ops={"previous": "jsonb_path_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    local_reference: Mapped[str]
    holder: Mapped[str]
    #: Registration numbers of vehicle and trailer, without spaces and dashes, in capitals; so are the seals.
    plates: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    containers: Mapped[list[str]] = mapped_column(ARRAY(String(11)))
    seals: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    gross_kg: Mapped[Mass]
    item_count: Mapped[int] = mapped_column(SmallInteger)
    header: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[UUID | None]
    unread: Mapped[list[dict[str, Any]]]
    made_by: Mapped[UUID]
    made_at: Mapped[dt.datetime]


class TransitItem(Base):
    """An item of a house consignment as declared; `more` holds the fields that no list searches."""

    __tablename__ = "transit_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "movement_id", "content"],
            ["transit_content.post", "transit_content.movement_id", "transit_content.content"],
            name="fk_transit_item_content",
        ),
        CheckConstraint("number BETWEEN 1 AND 1999 AND house BETWEEN 1 AND 99", name="number_sane"),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint(sane_number("net_kg"), name="net_kg_sane"),
        Index("ix_transit_item_commodity", "commodity", "post"),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    house: Mapped[int] = mapped_column(SmallInteger)
    commodity: Mapped[str] = mapped_column(String(12))
    description: Mapped[str]
    gross_kg: Mapped[Mass]
    net_kg: Mapped[Mass | None]
    packages: Mapped[int] = mapped_column(Integer)
    more: Mapped[dict[str, Any]]


class TransitOffice(Base):
    """An office of the movement in force, in the order of the route; `stage` is what it has before it (see
    `lifecycle.stage`), `due_at` what its worklist is sorted by: the moment of lodging, then the limit."""

    __tablename__ = "transit_office"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sql_in("role", Office), name="role_known"),
        CheckConstraint(sql_in("stage", Stage), name="stage_known"),
        CheckConstraint("place BETWEEN 0 AND 98", name="place_sane"),
        Index("ix_transit_office_worklist", "office", "stage", "due_at", "movement_id"),
        Index("ix_transit_office_waits", "stage", "due_at", "movement_id", postgresql_where=_WAITS),
        Index("ix_transit_office_on_road", "office", "due_at", "movement_id", postgresql_where=text("on_road")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    office: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(11))
    stage: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[dt.datetime | None]
    visited_at: Mapped[dt.datetime | None]
    #: The movement is on the road: what offices see of those is read from here.
    on_road: Mapped[bool] = mapped_column(server_default=false())


class PlateInUse(Base):
    """A plate on a movement that is open. The key makes a second open movement with the same plate impossible; rows
    leave with the end of the movement, or when another vehicle takes over."""

    __tablename__ = "transit_plate_in_use"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        Index("ix_transit_plate_in_use_movement", "post", "movement_id"),
    )

    plate: Mapped[str] = mapped_column(String(20), primary_key=True)
    post: Mapped[str] = mapped_column(String(5))
    movement_id: Mapped[UUID]


class TirVolet(Base):
    """A page of a TIR carnet that was taken out. Rows are only added: a volet is used once."""

    __tablename__ = "transit_tir_volet"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("page BETWEEN 1 AND 20", name="page_sane"),
        CheckConstraint(sane_time("used_at"), name="used_at_sane"),
        Index("ix_transit_tir_volet_movement", "post", "movement_id"),
    )

    carnet: Mapped[str] = mapped_column(String(12), primary_key=True)
    page: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    post: Mapped[str] = mapped_column(String(5))
    movement_id: Mapped[UUID]
    office: Mapped[str] = mapped_column(String(8))
    used_at: Mapped[dt.datetime]
    used_by: Mapped[UUID]


class TransitAmendment(Base):
    """A change of what was declared, or a request to invalidate. One by the holder before release is accepted at once
    where no control was ordered; otherwise an official decides, after release two."""

    __tablename__ = "transit_amendment"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("kind IN ('amendment', 'invalidation')", name="kind_known"),
        CheckConstraint(sql_in("status", RequestStatus), name="status_known"),
        CheckConstraint("(status = 'requested') = (decided_at IS NULL)", name="decided_or_waiting"),
        CheckConstraint(
            "NOT after_release OR decided_by IS NULL OR decided_by <> requested_by", name="two_persons_after_release"
        ),
        CheckConstraint(sane_time("requested_at"), name="requested_at_sane"),
        Index("ix_transit_amendment_waiting", "post", "requested_at", postgresql_where=text("status = 'requested'")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(10))
    after_release: Mapped[bool]
    body: Mapped[dict[str, Any] | None]
    content: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str]
    requested_by: Mapped[UUID]
    requested_name: Mapped[str]
    requested_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]

    def move(self, action: RequestAction) -> None:
        """The only writer of `status`."""
        self.status = REQUEST.move(RequestStatus(self.status), action).value

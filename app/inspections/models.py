"""Tables of inspections."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.inspections.lifecycle import LIFE, Action, Conclusion, Status


class Inspection(Base):
    """An order to look, and what came of it. `kind` is documents or goods."""

    __tablename__ = "inspection"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("kind IN ('documents', 'goods')", name="kind_known"),
        CheckConstraint(sql_in("conclusion", Conclusion), name="conclusion_known"),
        CheckConstraint(
            "(status = 'concluded') = (conclusion IS NOT NULL) AND (conclusion IS NULL) = (concluded_by IS NULL)",
            name="concluded_by_somebody",
        ),
        CheckConstraint(sane_time("ordered_at"), name="ordered_at_sane"),
        Index("ix_inspection_declaration", "post", "declaration_id", "ordered_at"),
        Index("ix_inspection_concluded_at", "concluded_at", postgresql_where=text("concluded_at IS NOT NULL")),
        Index(
            "uq_inspection_open",
            "post",
            "declaration_id",
            unique=True,
            postgresql_where=text("status IN ('ordered', 'started')"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    ordered_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    concluded_at: Mapped[dt.datetime | None]
    conclusion: Mapped[str | None] = mapped_column(String(12))
    summary: Mapped[str | None]
    concluded_by: Mapped[UUID | None]
    concluded_name: Mapped[str | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value


class InspectionFinding(Base):
    """What was seen. Findings are added, never edited."""

    __tablename__ = "inspection_finding"
    __table_args__ = (
        ForeignKeyConstraint(["post", "inspection_id"], ["inspection.post", "inspection.id"]),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 999", name="item_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_inspection_finding_inspection", "post", "inspection_id", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID]
    control: Mapped[str] = mapped_column(String(2))
    item: Mapped[int | None] = mapped_column(SmallInteger)
    conform: Mapped[bool] = mapped_column(Boolean)
    declared: Mapped[str]
    found: Mapped[str]
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]

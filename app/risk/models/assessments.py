"""The lane each consignment got, and why."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, IdKey, PostKey, sane_time

LANE_KNOWN = "lane IN ('green', 'yellow', 'red', 'blue')"


class RiskAssessment(Base):
    """Why a declaration got its lane: the profiles that hit with their versions, the draw, and the facts used."""

    __tablename__ = "risk_assessment"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(LANE_KNOWN, name="lane_known"),
        CheckConstraint("draw BETWEEN 0 AND 9999", name="draw_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_risk_assessment_declaration", "post", "declaration_id", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    lane: Mapped[str] = mapped_column(String(6))
    hits: Mapped[list[dict[str, Any]]]
    draw: Mapped[int] = mapped_column(SmallInteger)
    drawn: Mapped[bool] = mapped_column(Boolean)
    facts: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime]

"""The lane each consignment got, and why; who was shown why."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, IdKey, PostKey, sane_time

LANE_KNOWN = "lane IN ('green', 'yellow', 'red', 'blue')"
STAGES = ("lodged", "presented", "amended", "arrived")


class RiskAssessment(Base):
    """Why a declaration or a movement got its lane: the profiles that hit with their versions, those that would have hit
    from the shadow, the draw, and the facts used. `rules` names what was asked (`RiskRuleSet`); None on what was assessed
    before sets were kept, as `seed_day` is where the number followed from the assessment's key alone."""

    __tablename__ = "risk_assessment"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        ForeignKeyConstraint(["movement_post", "movement_id"], ["transit_movement.post", "transit_movement.id"]),
        CheckConstraint("num_nonnulls(declaration_id, movement_id) = 1", name="one_subject"),
        CheckConstraint("(movement_id IS NULL) = (movement_post IS NULL)", name="movement_whole"),
        CheckConstraint("stage IN ('lodged', 'presented', 'amended', 'arrived')", name="stage_known"),
        CheckConstraint(LANE_KNOWN, name="lane_known"),
        CheckConstraint("draw BETWEEN 0 AND 9999", name="draw_sane"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_risk_assessment_declaration", "post", "declaration_id", "at"),
        Index(
            "ix_risk_assessment_movement",
            "movement_post",
            "movement_id",
            "at",
            postgresql_where=text("movement_id IS NOT NULL"),
        ),
        Index("ix_risk_assessment_post_at", "post", "at", "id"),
    )

    #: Where it was assessed; of a movement that may be another office than that of departure.
    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID | None]
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    stage: Mapped[str] = mapped_column(String(9))
    lane: Mapped[str] = mapped_column(String(6))
    hits: Mapped[list[dict[str, Any]]]
    shadow: Mapped[list[dict[str, Any]]]
    draw: Mapped[int] = mapped_column(SmallInteger)
    drawn: Mapped[bool] = mapped_column(Boolean)
    seed_day: Mapped[dt.date | None] = mapped_column(Date)
    rules: Mapped[str | None] = mapped_column(String(64))
    trusted: Mapped[bool] = mapped_column(Boolean)
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 8))
    model: Mapped[int | None] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime]

    @property
    def kind(self) -> str:
        return "movement" if self.movement_id is not None else "declaration"


class RiskReasonsSeen(Base):
    """An official was shown why a consignment is in its lane; told once for each person and assessment."""

    __tablename__ = "risk_reasons_seen"
    __table_args__ = (
        ForeignKeyConstraint(["post", "assessment_id"], ["risk_assessment.post", "risk_assessment.id"]),
        CheckConstraint(sane_time("at"), name="at_sane"),
    )

    post: Mapped[PostKey]
    assessment_id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]

"""What the profiles in force did, day by day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, PostKey, sane_time

#: Rows that are no profile's: everything that was assessed, and what chance stopped.
EVERYTHING, CHANCE = "*", "*chance"


class RiskProfileDay(Base):
    """Consignments that a version of a profile hit at a post on one of its days, and what came of looking at them. `sole`
    are those nothing else hit; `minutes` of inspections are shared out evenly among the profiles that caused them. Counted
    anew from assessments and inspections whenever one of the day changes, so that it cannot drift."""

    __tablename__ = "risk_profile_day"
    __table_args__ = (
        CheckConstraint(
            "hits >= 0 AND inspected <= hits AND findings <= inspected AND shadow_inspected <= shadow AND "
            "shadow_findings <= shadow_inspected",
            name="counts_sane",
        ),
        Index("ix_risk_profile_day_day", "day", "post"),
    )

    post: Mapped[PostKey]
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    hits: Mapped[int] = mapped_column(Integer)
    sole: Mapped[int] = mapped_column(Integer)
    inspected: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)
    #: The same of those it would have hit from the shadow.
    shadow: Mapped[int] = mapped_column(Integer)
    shadow_inspected: Mapped[int] = mapped_column(Integer)
    shadow_findings: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    #: At most five: {"reference", "found"}, those with a finding first.
    examples: Mapped[list[dict[str, Any]]]


class RiskTrafficDay(Base):
    """Consignments that came to a post on one of its days, by the highest lane they were given that day, and what came of
    them. Rows without origin and chapter count everything, rows with one of them its consignments, rows with both those
    that have such an item; a consignment of several origins is in several of them, so they do not add up. Origin of a
    movement's item is its country of origin, else of dispatch; "--" is none. Counted anew as `RiskProfileDay` is."""

    __tablename__ = "risk_traffic_day"
    __table_args__ = (
        CheckConstraint(
            "consignments > 0 AND drawn BETWEEN 0 AND consignments AND inspected <= consignments AND "
            "findings BETWEEN 0 AND inspected",
            name="counts_sane",
        ),
        CheckConstraint("kind IN ('declaration', 'movement')", name="kind_known"),
        CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name="lane_known"),
        CheckConstraint("origin ~ '^([A-Z]{2}|--)?$'", name="origin_form"),
        CheckConstraint("chapter ~ '^([0-9]{2}|--)?$'", name="chapter_form"),
        Index("ix_risk_traffic_day_origin", "origin", "chapter", "day"),
    )

    post: Mapped[PostKey]
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)
    origin: Mapped[str] = mapped_column(String(2), primary_key=True)
    chapter: Mapped[str] = mapped_column(String(2), primary_key=True)
    lane: Mapped[str] = mapped_column(String(6), primary_key=True)
    consignments: Mapped[int] = mapped_column(Integer)
    #: Stopped by chance.
    drawn: Mapped[int] = mapped_column(Integer)
    inspected: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)


class RiskGoodsDay(Base):
    """As `RiskTrafficDay`, by heading and subheading of the tariff (four and six digits), of all origins; `within` is the
    chapter of a heading, the heading of a subheading. Goods that are named less exactly are in none."""

    __tablename__ = "risk_goods_day"
    __table_args__ = (
        CheckConstraint(
            "consignments > 0 AND drawn BETWEEN 0 AND consignments AND inspected <= consignments AND "
            "findings BETWEEN 0 AND inspected",
            name="counts_sane",
        ),
        CheckConstraint("kind IN ('declaration', 'movement')", name="kind_known"),
        CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name="lane_known"),
        CheckConstraint("goods ~ '^([0-9]{2}){2,3}$'", name="goods_form"),
        CheckConstraint("within = left(goods, length(goods) - 2)", name="within_is_of_goods"),
        Index("ix_risk_goods_day_within", "within", "day"),
    )

    post: Mapped[PostKey]
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)
    goods: Mapped[str] = mapped_column(String(6), primary_key=True)
    lane: Mapped[str] = mapped_column(String(6), primary_key=True)
    within: Mapped[str] = mapped_column(String(4))
    consignments: Mapped[int] = mapped_column(Integer)
    drawn: Mapped[int] = mapped_column(Integer)
    inspected: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)


class RiskCursor(Base):
    """How far a due task has come: everything it counts that happened before `at` is counted."""

    __tablename__ = "risk_cursor"
    __table_args__ = (CheckConstraint(sane_time("at"), name="at_sane"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[dt.datetime]

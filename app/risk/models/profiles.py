"""Risk profiles (data, not code), and the share stopped at random."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Integer, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, sane_time


class RiskProfile(Base):
    """A criterion: a CEL expression over the facts of a consignment. A change is a new version; `posts` empty is every
    post."""

    __tablename__ = "risk_profile"
    __table_args__ = (
        CheckConstraint("lane IN ('yellow', 'red', 'blue')", name="lane_stops"),
        CheckConstraint("version > 0", name="version_sane"),
        CheckConstraint("char_length(expression) BETWEEN 1 AND 2000", name="expression_length"),
        CheckConstraint(sane_time("valid_from"), name="valid_from_sane"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_ordered"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    expression: Mapped[str]
    lane: Mapped[str] = mapped_column(String(6))
    names: Mapped[dict[str, Any]]
    instruction: Mapped[dict[str, Any]]
    posts: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    source: Mapped[str]
    valid_from: Mapped[dt.datetime]
    valid_to: Mapped[dt.datetime | None]


class RandomShare(Base):
    """Per cent of the clean consignments of a post that are stopped by chance, from a date on ("*" for every post)."""

    __tablename__ = "risk_random_share"
    __table_args__ = (
        CheckConstraint("share >= 0 AND share <= 100", name="share_sane"),
        CheckConstraint("lane IN ('yellow', 'red')", name="lane_stops"),
    )

    post: Mapped[str] = mapped_column(String(5), primary_key=True)
    valid_from: Mapped[dt.datetime] = mapped_column(primary_key=True)
    share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    lane: Mapped[str] = mapped_column(String(6))

"""The clock of demo and test databases can be set; the clock of a live one cannot.

Times come from the database function `guzar_now()`. It reads the setting `guzar.clock` of the present transaction, or
the offset in the one row of `node`, and raises when either is set in a database whose owner has not marked it demo or
test.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Interval, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.canonical import instant
from app.core.tables import Base

PURPOSES = ("live", "demo", "test")


class Node(Base):
    """What this database is for; only its owner writes it."""

    __tablename__ = "node"
    __table_args__ = (
        CheckConstraint("one", name="one_row"),
        CheckConstraint("purpose IN ('live', 'demo', 'test')", name="purpose_known"),
        CheckConstraint("purpose <> 'live' OR clock_offset = interval '0'", name="live_clock_true"),
    )

    one: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    clock_offset: Mapped[dt.timedelta] = mapped_column(Interval)


def set_clock(session: Session, moment: dt.datetime) -> None:
    """Sets the time for the rest of this transaction; the next use of the clock fails in a live database."""
    session.execute(text("SELECT set_config('guzar.clock', :at, true)"), {"at": instant(moment)})
    session.info.pop("now", None)


def purpose(session: Session) -> str:
    """live, demo or test."""
    value: str = session.execute(text("SELECT purpose FROM node")).scalar_one()
    return value

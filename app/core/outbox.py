"""The outbox: what others must learn of a fact, written in the transaction that made the fact.

A worker (`flask work`) hands each row to those who asked for its topic, in order per subject, and marks it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Result, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.canonical import plain
from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.core.tables import Base, IdKey, PostKey, sane_time


class OutboxRow(Base):
    """A fact to be told. `delivered_at` is empty until everybody who asked for the topic has it."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint("attempts >= 0", name="attempts_sane"),
        Index("ix_outbox_waiting", "id", postgresql_where=text("delivered_at IS NULL")),
        Index("ix_outbox_delivered_at", "delivered_at", postgresql_where=text("delivered_at IS NOT NULL")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    topic: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    delivered_at: Mapped[dt.datetime | None]


def put(
    session: Session, *, post: str, topic: str, subject: UUID | str, payload: dict[str, Any], at: dt.datetime
) -> None:
    """Adds a row to this transaction; it is written together with the journal."""
    row = {"post": post, "id": uuid7(), "topic": topic, "subject": str(subject), "payload": plain(payload), "at": at}
    stage_rows(session, OutboxRow, [row])


#: Told facts are kept this long, for questions about what was sent when.
KEPT_DAYS = 30

_SETTLE = text(
    "UPDATE outbox SET delivered_at = guzar_now() WHERE delivered_at IS NULL AND (post, id) IN "
    "(SELECT post, id FROM outbox WHERE delivered_at IS NULL AND NOT (topic = ANY(:asked)) "
    "ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)"
)
_DROP = text("DELETE FROM outbox WHERE delivered_at < guzar_now() - make_interval(days => :days)")


def settle_unasked(session: Session, asked: Collection[str], most: int = 5000) -> int:
    """Marks what nobody asked for as delivered, oldest first, and gives how many rows that were."""
    return _count(session.execute(_SETTLE, {"asked": sorted(asked), "most": most}))


def drop_old(session: Session) -> int:
    """Drops rows delivered more than 30 days ago."""
    return _count(session.execute(_DROP, {"days": KEPT_DAYS}))


def _count(result: Result[Any]) -> int:
    count: int = getattr(result, "rowcount")  # noqa: B009 - Result hides CursorResult's count
    return count

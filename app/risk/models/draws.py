"""The seeds from which chance is drawn."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, PostKey, sane_time


class RiskDrawSeed(Base):
    """What decides by chance at a post on one of its days. The digest is journaled before the day's first draw, the seed
    itself when the day is over; until then it is told to nobody."""

    __tablename__ = "risk_draw_seed"
    __table_args__ = (
        CheckConstraint("octet_length(seed) = 32", name="seed_length"),
        CheckConstraint("commitment = encode(sha256(seed), 'hex')", name="commitment_of_seed"),
        CheckConstraint(sane_time("committed_at"), name="committed_at_sane"),
        CheckConstraint("opened_at IS NULL OR opened_at > committed_at", name="opened_after"),
    )

    post: Mapped[PostKey]
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]

"""Traders who are trusted, by which criteria, until when; and clean goods that the system lets wait before it releases
them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, PostKey, sane_time
from app.risk.lifecycle import TRUST, TrustAction, TrustStatus

#: Nobody is trusted for longer without being looked at again.
LONGEST_YEARS = 3


class TrustedTrader(Base):
    """A firm that two persons found to meet the criteria; made with the second one's approval. `posts` empty is every
    post of the administration. As with profiles, the journal is believed and not the row."""

    __tablename__ = "risk_trusted_trader"
    __table_args__ = (
        CheckConstraint(sql_in("status", TrustStatus), name="status_known"),
        CheckConstraint("approved_by <> made_by", name="other_persons"),
        CheckConstraint("jsonb_typeof(criteria) = 'array' AND jsonb_array_length(criteria) > 0", name="criteria_given"),
        CheckConstraint(
            f"valid_to <= CAST((approved_at AT TIME ZONE 'UTC') + interval '{LONGEST_YEARS} years 1 day' AS date)",
            name="expires",
        ),
        CheckConstraint("status <> 'suspended' OR suspended_at IS NOT NULL", name="suspended_has_time"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_has_time"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        CheckConstraint(sane_time("approved_at"), name="approved_at_sane"),
        Index("uq_risk_trusted_trader_held", "party", unique=True, postgresql_where=text("status <> 'ended'")),
        Index("ix_risk_trusted_trader_party", "party", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(9))
    posts: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    #: Of each criterion its code, what shows that it is met, and whether the system found that (`computed`).
    criteria: Mapped[list[dict[str, Any]]]
    #: The last day.
    valid_to: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str]
    made_by: Mapped[UUID]
    made_name: Mapped[str]
    made_at: Mapped[dt.datetime]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    approved_at: Mapped[dt.datetime]
    suspended_by: Mapped[UUID | None]
    suspended_name: Mapped[str | None]
    suspended_at: Mapped[dt.datetime | None]
    suspended_reason: Mapped[str | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_reason: Mapped[str | None]

    def move(self, action: TrustAction) -> None:
        """The only writer of `status`."""
        self.status = TRUST.move(TrustStatus(self.status), action).value


class RiskWaitingRelease(Base):
    """A declaration that no profile stopped, waiting for the moment at which the system lets it go. `outcome` tells what
    came of it: released (also: cleared, while money is missing), or stopped, by whoever chose another lane or decided
    meanwhile."""

    __tablename__ = "risk_waiting_release"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("outcome IN ('released', 'stopped')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_has_outcome"),
        CheckConstraint("until > at", name="waits"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_risk_waiting_release_due", "until", postgresql_where=text("outcome IS NULL")),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    until: Mapped[dt.datetime]
    #: The minutes, and the row of the parameters that says so.
    parameter: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(8))
    settled_at: Mapped[dt.datetime | None]

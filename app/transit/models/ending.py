"""What happens when goods do not arrive: alarm, enquiry, answers, recovery."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Amount, Base, PostKey, sane_number, sane_time
from app.transit.lifecycle import EnquiryOutcome
from app.transit.models.movement import MOVEMENT, OF_MOVEMENT


class TransitAlarm(Base):
    """Told to both offices and the holder. The key lets each limit raise its alarm once."""

    __tablename__ = "transit_alarm"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint("kind IN ('limit-passed', 'weight', 'deviation', 'seal')", name="kind_known"),
        CheckConstraint(sane_time("raised_at"), name="raised_at_sane"),
        Index("ix_transit_alarm_newest", "raised_at", "movement_id", postgresql_where=text("seen_at IS NULL")),
        Index("ix_transit_alarm_unseen", "post", "raised_at", postgresql_where=text("seen_at IS NULL")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    #: The limit that passed, the ticket of the weight, the number of the event: what makes the alarm this one.
    cause: Mapped[str] = mapped_column(String(60), primary_key=True)
    facts: Mapped[dict[str, Any]]
    raised_at: Mapped[dt.datetime]
    seen_by: Mapped[UUID | None]
    seen_name: Mapped[str | None]
    seen_at: Mapped[dt.datetime | None]


class TransitEnquiry(Base):
    """A search for goods that did not arrive; opened by the node a day after the limit, or by an officer before."""

    __tablename__ = "transit_enquiry"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sql_in("outcome", EnquiryOutcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_outcome"),
        CheckConstraint(sane_time("opened_at"), name="opened_at_sane"),
        CheckConstraint(sane_time("answer_by"), name="answer_by_sane"),
        Index(
            "uq_transit_enquiry_open",
            "post",
            "movement_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    reason: Mapped[str]
    opened_by: Mapped[UUID]
    opened_name: Mapped[str]
    opened_at: Mapped[dt.datetime]
    answer_by: Mapped[dt.datetime]
    outcome: Mapped[str | None] = mapped_column(String(14))
    closing: Mapped[str | None]
    closed_by: Mapped[UUID | None]
    closed_name: Mapped[str | None]
    closed_at: Mapped[dt.datetime | None]


class TransitAnswer(Base):
    """What the holder or an office says about goods that are looked for. Rows are only added."""

    __tablename__ = "transit_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "movement_id", "enquiry"],
            ["transit_enquiry.post", "transit_enquiry.movement_id", "transit_enquiry.number"],
            name="fk_transit_answer_enquiry",
        ),
        CheckConstraint("says IN ('under-way', 'arrived', 'returned', 'lost', 'unknown')", name="says_known"),
        CheckConstraint(sane_time("answered_at"), name="answered_at_sane"),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    enquiry: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    says: Mapped[str] = mapped_column(String(9))
    text: Mapped[str]
    #: The office or the firm that answered.
    answered_for: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[list[Any]]
    answered_by: Mapped[UUID]
    answered_name: Mapped[str]
    answered_at: Mapped[dt.datetime]


class TransitRecovery(Base):
    """What is asked of holder and guarantor for goods that were lost to customs."""

    __tablename__ = "transit_recovery"
    __table_args__ = (
        ForeignKeyConstraint([*MOVEMENT], [*OF_MOVEMENT]),
        CheckConstraint(sane_number("amount"), name="amount_sane"),
        CheckConstraint("settled_by IS NULL OR settled_by <> started_by", name="two_persons"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        CheckConstraint(
            "by_guarantor IS NULL OR (by_guarantor >= 0 AND by_guarantor <= amount AND settled_at IS NOT NULL)",
            name="by_guarantor_within",
        ),
        CheckConstraint(sane_time("started_at"), name="started_at_sane"),
        Index("ix_transit_recovery_open", "post", "started_at", postgresql_where=text("settled_at IS NULL")),
    )

    post: Mapped[PostKey]
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str]
    started_by: Mapped[UUID]
    started_name: Mapped[str]
    started_at: Mapped[dt.datetime]
    #: How it was paid: the receipt, or the claim on the guarantor.
    paid_as: Mapped[str | None]
    #: What the guarantor paid of it; the rest the holder owes. None where the holder paid.
    by_guarantor: Mapped[Amount | None]
    settled_by: Mapped[UUID | None]
    settled_name: Mapped[str | None]
    settled_at: Mapped[dt.datetime | None]

    @property
    def still_owed(self) -> Decimal:
        """What the holder owes: all of it until it is paid, and then what the guarantors did not pay of it."""
        if self.settled_at is None:
            return self.amount
        return Decimal("0.00") if self.by_guarantor is None else self.amount - self.by_guarantor

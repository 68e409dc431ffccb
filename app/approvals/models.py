"""Proposals waiting for a second person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.approvals.lifecycle import LIFE, Action, Status
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time


class ProposalAct(Base):
    """The table of acts as the database knows it, for its own guards: see `app.approvals.acts`, which says the same. The
    application's role may read it and nothing else."""

    __tablename__ = "proposal_act"
    __table_args__ = (CheckConstraint("hours BETWEEN 1 AND 2160", name="hours_sane"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    proposes: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    settles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    hours: Mapped[int] = mapped_column(SmallInteger)
    other_device: Mapped[bool] = mapped_column(Boolean)


class Proposal(Base):
    """An act that one person may not do alone. The database itself refuses one person in both places: persons, not
    accounts; one device in both places, unless the node was set up to have but one (`device_checked` is false then); an
    answer after `expires_at`; and a second person without one of the roles of the act at the post."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint(
            "NOT device_checked OR proposed_device IS NULL OR decided_device IS NULL OR decided_device <> proposed_device",
            name="two_devices",
        ),
        CheckConstraint(
            "status NOT IN ('approved', 'rejected') OR coalesce(decided_at >= proposed_at AND decided_at < expires_at, false)",
            name="settled_in_time",
        ),
        CheckConstraint("expires_at > proposed_at", name="expires_later"),
        CheckConstraint("status NOT IN ('approved', 'rejected') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("proposed_at"), name="proposed_at_sane"),
        Index("ix_proposal_subject", "post", "subject"),
        Index("ix_proposal_due", "expires_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_proposal_waiting", "post", "proposed_at", "id", postgresql_where=text("status = 'waiting'")),
        Index(
            "uq_proposal_waiting_subject",
            "post",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(40), ForeignKey("proposal_act.kind"))
    subject: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(35))
    payload: Mapped[dict[str, Any]]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[UUID]
    proposed_login: Mapped[str]
    proposed_name: Mapped[str]
    proposed_at: Mapped[dt.datetime]
    proposed_device: Mapped[UUID | None]
    expires_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_login: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_device: Mapped[UUID | None]
    #: Whether it was asked that the two sit at two devices.
    device_checked: Mapped[bool] = mapped_column(Boolean)
    decided_reason: Mapped[str | None]

    @property
    def is_sealed(self) -> bool:
        """Whether this is what somebody is told who may not know what it is about (see `queries.sealed`)."""
        return not self.reason

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value

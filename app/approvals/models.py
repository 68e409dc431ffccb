"""Proposals waiting for a second person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.approvals.lifecycle import LIFE, Action, Status
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time


class Proposal(Base):
    """An act that one person may not do alone. The database itself refuses one person in both places: persons, not
    accounts."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("status NOT IN ('approved', 'rejected') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("proposed_at"), name="proposed_at_sane"),
        Index("ix_proposal_subject", "post", "subject"),
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
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(35))
    payload: Mapped[dict[str, Any]]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[UUID]
    proposed_login: Mapped[str]
    proposed_name: Mapped[str]
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_login: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_reason: Mapped[str | None]

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value

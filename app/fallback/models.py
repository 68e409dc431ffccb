"""Tables of clearance on paper: when it was open, and what became of each numbered form."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, IdKey, PostKey, sane_time
from app.fallback.commands import MOST_FORMS


class FallbackPeriod(Base):
    """A time in which a post cleared on paper. Forms are numbered from 1 to `forms` under the number of the period."""

    __tablename__ = "fallback_period"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_fallback_period_proposal"
        ),
        CheckConstraint("opened_by <> approved_by", name="two_persons"),
        CheckConstraint(f"forms BETWEEN 1 AND {MOST_FORMS}", name="forms_sane"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at >= opened_at", name="closed_later"),
        CheckConstraint(sane_time("opened_at"), name="opened_at_sane"),
        CheckConstraint(sane_time("closed_at"), name="closed_at_sane"),
        Index("uq_fallback_period_open", "post", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("uq_fallback_period_number", "post", "number", unique=True),
        Index("uq_fallback_period_proposal", "post", "proposal_id", unique=True),
        Index("ix_fallback_period_opened", "post", "opened_at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(String(30))
    proposal_id: Mapped[UUID]
    reason: Mapped[str]
    forms: Mapped[int] = mapped_column(SmallInteger)
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[UUID]
    opened_name: Mapped[str]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[UUID | None]
    closed_name: Mapped[str | None]


class FallbackForm(Base):
    """A numbered form that was used or spoiled, and the declaration that it became."""

    __tablename__ = "fallback_form"
    __table_args__ = (
        ForeignKeyConstraint(["post", "period_id"], ["fallback_period.post", "fallback_period.id"]),
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_FORMS}", name="number_sane"),
        CheckConstraint("spoiled OR (plate <> '' AND goods <> '')", name="says_what_went"),
        CheckConstraint(
            "(declaration_id IS NULL) = (keyed_at IS NULL) AND (keyed_at IS NULL) = (keyed_by IS NULL)",
            name="keyed_by_somebody",
        ),
        CheckConstraint("NOT spoiled OR declaration_id IS NULL", name="spoiled_is_no_declaration"),
        CheckConstraint("due_at > cleared_at", name="due_later"),
        CheckConstraint(sane_time("cleared_at"), name="cleared_at_sane"),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
        Index("uq_fallback_form_number", "post", "period_id", "number", unique=True),
        Index(
            "uq_fallback_form_declaration",
            "post",
            "declaration_id",
            unique=True,
            postgresql_where=text("declaration_id IS NOT NULL"),
        ),
        Index(
            "ix_fallback_form_unmatched",
            "post",
            "due_at",
            postgresql_where=text("declaration_id IS NULL AND NOT spoiled"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    period_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    cleared_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    plate: Mapped[str] = mapped_column(String(20))
    party: Mapped[str] = mapped_column(String(40))
    goods: Mapped[str]
    spoiled: Mapped[bool] = mapped_column(Boolean)
    registered_at: Mapped[dt.datetime]
    registered_by: Mapped[UUID]
    registered_name: Mapped[str]
    declaration_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(String(35))
    keyed_at: Mapped[dt.datetime | None]
    keyed_by: Mapped[UUID | None]
    keyed_name: Mapped[str | None]

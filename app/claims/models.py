"""Tables of claims and kept filters."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.claims.lifecycle import About, Ending, Of
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time

_OPEN = text("ended_at IS NULL")


class WorkClaim(Base):
    """Somebody says that he works on a declaration or a movement. It holds until it is ended, or until `idle_at`, which
    every deed of his moves on. One holds at a post for a thing at a time; it stops no verb of anybody."""

    __tablename__ = "work_claim"
    __table_args__ = (
        CheckConstraint(sql_in("about", About), name="about_known"),
        CheckConstraint(sql_in("ended_how", Ending), name="ended_how_known"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"
        ),
        CheckConstraint("ended_how <> 'taken' OR char_length(reason) BETWEEN 1 AND 2000", name="taken_with_reason"),
        CheckConstraint("ended_how <> 'taken' OR ended_by <> person", name="taken_by_another"),
        CheckConstraint("idle_at > claimed_at", name="idle_later"),
        CheckConstraint(sane_time("claimed_at"), name="claimed_at_sane"),
        CheckConstraint(sane_time("idle_at"), name="idle_at_sane"),
        Index("uq_work_claim_open", "post", "subject", unique=True, postgresql_where=_OPEN),
        Index("ix_work_claim_person", "person", "post", postgresql_where=_OPEN),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    about: Mapped[str] = mapped_column(String(11))
    subject: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(35))
    person: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    claimed_at: Mapped[dt.datetime]
    idle_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_how: Mapped[str | None] = mapped_column(String(8))
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    reason: Mapped[str | None]


class SavedFilter(Base):
    """A filter of a list that somebody keeps for himself, in one of his twenty places."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        CheckConstraint(sql_in("of_list", Of), name="of_list_known"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 60", name="name_length"),
        CheckConstraint("slot BETWEEN 1 AND 20", name="slot_bounded"),
        CheckConstraint(sane_time("changed_at"), name="changed_at_sane"),
        Index("uq_saved_filter_slot", "person", "slot", unique=True),
        Index("uq_saved_filter_name", "person", "of_list", "name", unique=True),
        Index("uq_saved_filter_default", "person", "of_list", unique=True, postgresql_where=text("is_default")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    person: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    of_list: Mapped[str] = mapped_column(String(12))
    name: Mapped[str]
    #: The words of the address: {lane: red, mine: yes}.
    asked: Mapped[dict[str, Any]]
    is_default: Mapped[bool] = mapped_column(Boolean)
    slot: Mapped[int] = mapped_column(SmallInteger)
    changed_at: Mapped[dt.datetime]

"""Profiles asked about past consignments: the job, and what came of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, sane_time
from app.risk.lifecycle import REPLAY, Run, RunAction


class RiskReplay(Base):
    """One run of some profiles over the assessments of `since` … `until`. What is done is committed batch by batch together
    with `cursor`, so that it goes on where it stood, whatever ended the process."""

    __tablename__ = "risk_replay"
    __table_args__ = (
        CheckConstraint(sql_in("status", Run), name="status_known"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_sane"),
        CheckConstraint("done >= 0 AND total >= 0", name="counts_sane"),
        CheckConstraint("(status = 'finished') = (finished_at IS NOT NULL)", name="finished_has_time"),
        CheckConstraint(sane_time("asked_at"), name="asked_at_sane"),
        Index("ix_risk_replay_open", "asked_at", "id", postgresql_where=text("status IN ('waiting', 'running')")),
        Index("ix_risk_replay_asked_at", "asked_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(8))
    months: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    #: The last assessment done: {"post", "at", "id"}.
    cursor: Mapped[dict[str, Any] | None]
    #: {post: {"asked", "inspected", "found", "green", "blue", "yellow", "red"}}, consignments.
    population: Mapped[dict[str, Any]]
    #: Seconds of work.
    spent: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    asked_by: Mapped[UUID]
    asked_name: Mapped[str]
    asked_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]

    def move(self, action: RunAction) -> None:
        """The only writer of `status`."""
        self.status = REPLAY.move(Run(self.status), action).value


class RiskReplayProfile(Base):
    """What a profile would have done: counts of consignments. `untold` of them lack a fact it asks for; `raised` would have
    been in a higher lane; `caught` of those hit, and `found` of all that were asked, had a finding."""

    __tablename__ = "risk_replay_profile"
    __table_args__ = (Index("ix_risk_replay_profile_code", "code", "version"),)

    replay_id: Mapped[UUID] = mapped_column(ForeignKey("risk_replay.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: What was asked (`contents.ASKED`), kept so that a draft may change meanwhile; and its digest.
    words: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    asked: Mapped[int] = mapped_column(Integer)
    untold: Mapped[int] = mapped_column(Integer)
    broken: Mapped[int] = mapped_column(Integer)
    hits: Mapped[int] = mapped_column(Integer)
    raised: Mapped[int] = mapped_column(Integer)
    inspected: Mapped[int] = mapped_column(Integer)
    caught: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    #: The first ones: {"reference", "at", "found"}.
    examples: Mapped[list[dict[str, Any]]]


class RiskReplayDay(Base):
    """The load a profile would have been at a post on a day."""

    __tablename__ = "risk_replay_day"

    replay_id: Mapped[UUID] = mapped_column(ForeignKey("risk_replay.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    post: Mapped[str] = mapped_column(String(5), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    hits: Mapped[int] = mapped_column(Integer)
    raised: Mapped[int] = mapped_column(Integer)
    caught: Mapped[int] = mapped_column(Integer)

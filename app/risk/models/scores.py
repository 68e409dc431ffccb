"""Learned scores: what was learned, how it is used, and how it keeps up with the other ways to choose."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, sane_time
from app.risk.lifecycle import SCORE_LIFE, ScoreAction, ScoreStatus
from app.risk.rules.scores import CHOOSERS


class ScoreModel(Base):
    """A learned score. `trees` is the model as LightGBM writes it, UTF-8 text; what was learned is never changed. Figures in
    the JSON columns are texts. `digest` covers trees, encoder and reference."""

    __tablename__ = "risk_score_model"
    __table_args__ = (
        CheckConstraint(sql_in("status", ScoreStatus), name="status_known"),
        CheckConstraint("number > 0", name="number_sane"),
        CheckConstraint("octet_length(trees) BETWEEN 1 AND 67108864", name="trees_bounded"),
        CheckConstraint("rows > 0 AND finds > 0 AND finds < rows", name="rows_of_both_kinds"),
        CheckConstraint("since <= until", name="period_ordered"),
        CheckConstraint(sane_time("trained_at"), name="trained_at_sane"),
        CheckConstraint("valid_to > trained_at", name="validity_ordered"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_when"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_with_reason"),
        CheckConstraint("status <> 'in_force' OR switched_on_at IS NOT NULL", name="in_force_since"),
        Index("uq_risk_score_model_in_force", "status", unique=True, postgresql_where=text("status = 'in_force'")),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(10))
    trees: Mapped[bytes]
    encoder: Mapped[dict[str, Any]]
    #: What the present is compared with: parts of each number and of the score, scores of the test part, days.
    reference: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    data_digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    finds: Mapped[int] = mapped_column(Integer)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    trained_at: Mapped[dt.datetime]
    trained_by: Mapped[str]
    trained_name: Mapped[str]
    valid_to: Mapped[dt.datetime]
    switched_on_at: Mapped[dt.datetime | None]
    switched_on_name: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_why: Mapped[str | None]

    @property
    def subject(self) -> UUID:
        """What proposals name it by: the beginning of its digest."""
        return UUID(hex=self.digest[:32])

    def move(self, action: ScoreAction) -> None:
        """The only writer of `status`."""
        self.status = SCORE_LIFE.move(ScoreStatus(self.status), action).value


class ScoreDrift(Base):
    """How far the last month has gone from what a model in force learned, measured once a day. Index of stability (PSI) of
    the score, and the share of what the model goes by that lies in facts which have moved beyond the limit."""

    __tablename__ = "risk_score_drift"
    __table_args__ = (
        CheckConstraint("rows >= 0", name="rows_sane"),
        CheckConstraint("moved BETWEEN 0 AND 1", name="moved_share"),
        CheckConstraint("psi >= 0 AND psi < 'NaN'::numeric", name="psi_sane"),
    )

    model: Mapped[int] = mapped_column(ForeignKey("risk_score_model.number"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    #: Consignments of the last month that were compared; with too few nothing is concluded.
    rows: Mapped[int] = mapped_column(Integer)
    psi: Mapped[Decimal] = mapped_column(Numeric(8, 4))
    moved: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    #: The facts that moved most, with their index: [{"fact", "psi"}].
    facts: Mapped[list[dict[str, Any]]]


class ScoreMonth(Base):
    """Of the consignments looked at in a month that is over: how many each chooser had sent officers to, and where something
    was found. A consignment that several chose counts for each. Rows are only added."""

    __tablename__ = "risk_score_month"
    __table_args__ = (
        CheckConstraint(f"chooser IN ({', '.join(repr(c) for c in CHOOSERS)})", name="chooser_known"),
        CheckConstraint("inspected >= 0 AND found BETWEEN 0 AND inspected", name="figures_sane"),
        CheckConstraint("EXTRACT(day FROM month) = 1", name="month_begins"),
    )

    month: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    chooser: Mapped[str] = mapped_column(String(8), primary_key=True)
    inspected: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[dt.datetime]

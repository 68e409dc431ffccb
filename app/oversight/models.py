"""Tables of oversight. What was looked at, found, counted and reported stands; reports and their cases only gain answers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, Big, IdKey, PostKey, sane_time
from app.oversight.lifecycle import LIFE, Action, Answer, Direction, Source, Status


class Look(Base):
    """Somebody looked at a thing in an hour; journaled when the row was made, once."""

    __tablename__ = "oversight_look"
    __table_args__ = (
        CheckConstraint(sane_time("hour"), name="hour_sane"),
        Index("ix_oversight_look_hour", "hour"),
    )

    post: Mapped[PostKey]
    person: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    hour: Mapped[dt.datetime] = mapped_column(primary_key=True)


class Checkpoint(Base):
    """What was signed of a chain. The same lines stand in files, and go to the other administration: those are the proof."""

    __tablename__ = "oversight_checkpoint"
    __table_args__ = (
        CheckConstraint("octet_length(hash) = 32 AND octet_length(signature) = 64", name="lengths"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(sane_time("at"), name="at_sane"),
    )

    post: Mapped[PostKey]
    number: Mapped[Big] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[dt.datetime]
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class Chunk(Base):
    """The rows of a table made within some hours: how many, and a digest over their keys and who wrote them last."""

    __tablename__ = "oversight_chunk"
    __table_args__ = (
        CheckConstraint("rows >= 0", name="rows_sane"),
        Index("ix_oversight_chunk_compared", "compared_at"),
    )

    watched: Mapped[str] = mapped_column(String(40), primary_key=True)
    post: Mapped[PostKey]
    chunk: Mapped[str] = mapped_column(String(40), primary_key=True)
    rows: Mapped[Big]
    digest: Mapped[Big]
    compared_at: Mapped[dt.datetime]


class Watch(Base):
    """How far the watch has come with a table: when it last looked, and the first transaction it has not seen the end of."""

    __tablename__ = "oversight_watch"
    __table_args__ = (CheckConstraint(sane_time("looked_at"), name="looked_at_sane"),)

    watched: Mapped[str] = mapped_column(String(40), primary_key=True)
    looked_at: Mapped[dt.datetime]
    horizon: Mapped[Big]
    #: The last number of each post's chain at that moment.
    heads: Mapped[dict[str, Any]]
    #: Server, database and migration the horizon belongs to; another one is a new beginning.
    ground: Mapped[str] = mapped_column(String(80))


class Difference(Base):
    """A row that does not say what the journal says, told once; `gone_at` when it was found in order again."""

    __tablename__ = "oversight_difference"
    __table_args__ = (
        CheckConstraint(sane_time("found_at"), name="found_at_sane"),
        CheckConstraint("gone_at >= found_at", name="gone_after"),
        Index(
            "uq_oversight_difference_open",
            "post",
            "kind",
            "subject",
            "key",
            unique=True,
            postgresql_where=text("gone_at IS NULL"),
        ),
        Index("ix_oversight_difference_found", "post", "found_at", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(60))
    kept: Mapped[str]
    told: Mapped[str]
    found_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]


class GateCount(Base):
    """Trucks counted at the gate on a day. The newest count of a source counts; the earlier ones stay."""

    __tablename__ = "oversight_gate_count"
    __table_args__ = (
        CheckConstraint(sql_in("direction", Direction), name="direction_known"),
        CheckConstraint(sql_in("source", Source), name="source_known"),
        CheckConstraint("trucks BETWEEN 0 AND 99999", name="trucks_sane"),
        CheckConstraint("char_length(note) <= 500", name="note_length"),
        CheckConstraint("day >= '1990-01-01' AND day < '2200-01-01'", name="day_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_oversight_gate_count_day", "post", "day", "direction", "source", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    day: Mapped[dt.date] = mapped_column(Date)
    direction: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(6))
    trucks: Mapped[int] = mapped_column(Integer)
    note: Mapped[str]
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class Report(Base):
    """What a week shows of a post. Made by the node, signed by a supervisor."""

    __tablename__ = "oversight_report"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("extract(isodow FROM week) = 1", name="week_begins_on_monday"),
        CheckConstraint(
            "(status = 'signed') = (signed_by IS NOT NULL) AND (signed_by IS NULL) = (signed_at IS NULL)",
            name="signed_by_somebody",
        ),
        CheckConstraint("char_length(sha256) = 64", name="sha256_length"),
        CheckConstraint("char_length(remark) <= 2000", name="remark_length"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("uq_oversight_report_week", "post", "week", unique=True),
        Index("ix_oversight_report_waiting", "made_at", postgresql_where=text("status = 'waiting'")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    week: Mapped[dt.date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(7))
    #: What the week was like (counts), and the limits that the rules were asked with.
    figures: Mapped[dict[str, Any]]
    limits: Mapped[dict[str, Any]]
    cases: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime]
    escalated_at: Mapped[dt.datetime | None]
    signed_by: Mapped[UUID | None]
    signed_name: Mapped[str | None]
    signed_at: Mapped[dt.datetime | None]
    remark: Mapped[str]

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value


class Case(Base):
    """What one rule found in a week. `persons` are those who took part; `facts` fill the rule's sentence."""

    __tablename__ = "oversight_case"
    __table_args__ = (
        ForeignKeyConstraint(["post", "report_id"], ["oversight_report.post", "oversight_report.id"]),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(sql_in("answer", Answer), name="answer_known"),
        CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL) "
            "AND (answer IS NULL) = (words IS NULL)",
            name="answered_by_somebody",
        ),
        CheckConstraint("NOT (answered_by = ANY (persons))", name="answered_by_another"),
        CheckConstraint("char_length(words) BETWEEN 1 AND 2000", name="words_given"),
    )

    post: Mapped[PostKey]
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    rule: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str] = mapped_column(String(60))
    at: Mapped[dt.datetime | None]
    persons: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    names: Mapped[list[str]] = mapped_column(ARRAY(String()))
    facts: Mapped[dict[str, Any]]
    answer: Mapped[str | None] = mapped_column(String(11))
    words: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_name: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]

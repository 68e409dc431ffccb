"""What is remembered of those who send, receive, carry and drive, and of wheels and boxes: since when they are known, how
often they came, and how often something was found.

Everything here follows from the journal and the declarations and movements it tells of, and can be made anew from them:
the tables are emptied, and the worker reads the journal from its beginning.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, Big, PostKey, sane_time
from app.risk.rules.subjects import LONGEST, ROLES

_ROLE_KNOWN = "role IN (" + ", ".join(f"'{role}'" for role in ROLES) + ")"
_KEY_GIVEN = f"char_length(key) BETWEEN 1 AND {LONGEST}"


class RiskSubjectCursor(Base):
    """The last entry of a post's journal that is tallied. Whoever tallies holds this row."""

    __tablename__ = "risk_subject_cursor"
    __table_args__ = (CheckConstraint("number >= 0", name="number_sane"),)

    post: Mapped[PostKey]
    number: Mapped[Big]


class RiskSubject(Base):
    """Somebody or something in a role. `last_finding` is NULL where nothing was ever found."""

    __tablename__ = "risk_subject"
    __table_args__ = (
        CheckConstraint(_ROLE_KNOWN, name="role_known"),
        CheckConstraint(_KEY_GIVEN, name="key_given"),
        CheckConstraint("first_seen <= last_seen", name="seen_ordered"),
        CheckConstraint(sane_time("first_seen"), name="first_seen_sane"),
        CheckConstraint(sane_time("last_seen"), name="last_seen_sane"),
        CheckConstraint(sane_time("last_finding"), name="last_finding_sane"),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    first_seen: Mapped[dt.datetime]
    last_seen: Mapped[dt.datetime]
    last_finding: Mapped[dt.datetime | None]


class RiskSubjectMonth(Base):
    """How often a subject came in a month (its first day, in UTC), and how many consignments of that month's findings
    were its."""

    __tablename__ = "risk_subject_month"
    __table_args__ = (
        CheckConstraint(_ROLE_KNOWN, name="role_known"),
        CheckConstraint("consignments >= 0 AND findings >= 0", name="counts_sane"),
        CheckConstraint("extract(day FROM month) = 1", name="month_begins"),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    consignments: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)


class RiskChapter(Base):
    """A chapter of the tariff that a consignee has brought, and when last."""

    __tablename__ = "risk_subject_chapter"
    __table_args__ = (
        CheckConstraint(f"char_length(consignee) BETWEEN 1 AND {LONGEST}", name="consignee_given"),
        CheckConstraint("chapter ~ '^[0-9]{2}$'", name="chapter_form"),
        CheckConstraint(sane_time("last_seen"), name="last_seen_sane"),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    consignee: Mapped[str] = mapped_column(primary_key=True)
    chapter: Mapped[str] = mapped_column(String(2), primary_key=True)
    last_seen: Mapped[dt.datetime]


class RiskFinding(Base):
    """The first thing that was found at a consignment: each counts once, whatever else is found. Rows are only added."""

    __tablename__ = "risk_finding"
    __table_args__ = (
        CheckConstraint("kind IN ('declaration', 'movement')", name="kind_known"),
        CheckConstraint("char_length(event) BETWEEN 1 AND 60", name="event_given"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_risk_finding_at", "post", "at"),
    )

    post: Mapped[PostKey]
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)
    consignment: Mapped[UUID] = mapped_column(primary_key=True)
    #: The entry of the post's journal that tells of it.
    number: Mapped[Big]
    event: Mapped[str] = mapped_column(String(60))
    at: Mapped[dt.datetime]

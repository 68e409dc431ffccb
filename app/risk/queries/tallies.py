"""What is remembered of those who take part in a consignment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from app.core.journal import ChainHead
from app.risk.models import RiskSubjectCursor
from app.risk.rules.subjects import Subjects

#: How far back consignments and findings count, in whole months before this one.
CONSIGNMENT_MONTHS, FINDING_MONTHS = 12, 24


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered of one subject in one role."""

    first_seen: dt.datetime
    last_seen: dt.datetime
    last_finding: dt.datetime | None
    consignments: int
    findings: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the subjects asked for, by role and key; unknown ones are left out. `chapters` are those that each
    of the consignees has brought in the last 24 months."""

    pasts: Mapping[tuple[str, str], Past] = field(default_factory=dict)
    chapters: Mapping[str, frozenset[str]] = field(default_factory=dict)


_LOOK = text(
    """
    SELECT asked.role, asked.key, s.first_seen, s.last_seen, s.last_finding, m.consignments, m.findings,
        CASE WHEN asked.role = 'consignee' THEN ARRAY (
            SELECT c.chapter FROM risk_subject_chapter c WHERE c.consignee = asked.key AND c.last_seen >= :finding_since
        ) END AS chapters
    FROM unnest(CAST(:roles AS varchar[]), CAST(:keys AS text[])) AS asked (role, key)
    JOIN risk_subject s ON s.role = asked.role AND s.key = asked.key
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(each.consignments) FILTER (WHERE each.month >= CAST(:since AS date)), 0) AS consignments,
            coalesce(sum(each.findings), 0) AS findings
        FROM risk_subject_month each
        WHERE each.role = s.role AND each.key = s.key AND each.month >= CAST(:finding_since AS date)
    ) m
    """
)


def remembered(session: Session, subjects: Subjects, at: dt.datetime) -> Remembered:
    """What is known of these at `at`. One statement, however many they are."""
    asked = [(role, key) for role, keys in subjects.items() for key in keys]
    if not asked:
        return Remembered()
    rows = session.execute(
        _LOOK,
        {
            "roles": [role for role, _key in asked],
            "keys": [key for _role, key in asked],
            "since": months_before(at, CONSIGNMENT_MONTHS),
            "finding_since": months_before(at, FINDING_MONTHS),
        },
    ).all()
    return Remembered(
        {
            (r.role, r.key): Past(r.first_seen, r.last_seen, r.last_finding, int(r.consignments), int(r.findings))
            for r in rows
        },
        {r.key: frozenset(r.chapters) for r in rows if r.role == "consignee"},
    )


def months_before(at: dt.datetime, months: int) -> dt.date:
    """The first day of the month that lies so many before that of `at`, in UTC."""
    day = at.astimezone(dt.UTC).date()
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(years, month + 1, 1)


def behind(session: Session) -> Sequence[str]:
    """The posts whose journal has entries that are not tallied yet."""
    rows = (
        select(ChainHead.post)
        .outerjoin(RiskSubjectCursor, RiskSubjectCursor.post == ChainHead.post)
        .where(or_(RiskSubjectCursor.number.is_(None), RiskSubjectCursor.number < ChainHead.number))
        .order_by(ChainHead.post)
    )
    return session.execute(rows).scalars().all()

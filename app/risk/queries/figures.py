"""What profiles did: hits, findings, precision and cost, by profile, post and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.risk.models import RiskProfileDay
from app.risk.models.figures import CHANCE, EVERYTHING
from app.risk.queries.replays import share

__all__ = ["CHANCE", "EVERYTHING", "Figure", "by_day", "by_post", "by_profile", "examples"]


@dataclass(frozen=True, slots=True)
class Figure:
    """Counts of consignments; `code` is a profile's, `CHANCE`, or `EVERYTHING` for all that was assessed. `post` and `day`
    are None where they are summed up."""

    code: str
    version: int
    post: str | None
    day: dt.date | None
    hits: int
    sole: int
    inspected: int
    findings: int
    shadow: int
    shadow_inspected: int
    shadow_findings: int
    minutes: Decimal

    @property
    def precision(self) -> Decimal | None:
        """Per cent of those looked at where something was found."""
        return share(self.findings, self.inspected)

    @property
    def shadow_precision(self) -> Decimal | None:
        return share(self.shadow_findings, self.shadow_inspected)

    @property
    def hours(self) -> Decimal:
        """Of inspections, shared out among what caused them."""
        return (self.minutes / 60).quantize(Decimal("0.1"))

    @property
    def hours_a_finding(self) -> Decimal | None:
        return (self.minutes / 60 / self.findings).quantize(Decimal("0.1")) if self.findings else None


_SUMS = (
    RiskProfileDay.hits, RiskProfileDay.sole, RiskProfileDay.inspected, RiskProfileDay.findings, RiskProfileDay.shadow,
    RiskProfileDay.shadow_inspected, RiskProfileDay.shadow_findings, RiskProfileDay.minutes,
)  # fmt: skip


def by_profile(session: Session, since: dt.date, until: dt.date, post: str | None = None) -> list[Figure]:
    """Each version's figures of the days from `since` to `until`, both included; chance and everything too."""
    return _grouped(session, since, until, post, None, ())


def by_post(session: Session, since: dt.date, until: dt.date, code: str | None = None) -> list[Figure]:
    """The same, post by post."""
    return _grouped(session, since, until, None, code, (RiskProfileDay.post,))


def by_day(
    session: Session, since: dt.date, until: dt.date, post: str | None = None, code: str | None = None
) -> list[Figure]:
    """The same, day by day."""
    return _grouped(session, since, until, post, code, (RiskProfileDay.day,))


def _grouped(
    session: Session,
    since: dt.date,
    until: dt.date,
    post: str | None,
    code: str | None,
    apart: Sequence[InstrumentedAttribute[Any]],
) -> list[Figure]:
    kept = RiskProfileDay
    keys = (kept.code, kept.version, *apart)
    asked = select(*keys, *(func.sum(column) for column in _SUMS)).where(kept.day >= since, kept.day <= until)
    if post is not None:
        asked = asked.where(kept.post == post)
    if code is not None:
        asked = asked.where(kept.code == code)
    rows = session.execute(asked.group_by(*keys).order_by(*keys))
    names = [column.key for column in apart]
    return [_figure(row[:2], dict(zip(names, row[2:], strict=False)), row[len(keys) :]) for row in rows]


def _figure(key: Sequence[Any], apart: dict[str, Any], sums: Sequence[Any]) -> Figure:
    hits, sole, inspected, findings, shadow, shadow_inspected, shadow_findings = (int(n) for n in sums[:-1])
    return Figure(
        code=key[0],
        version=key[1],
        post=apart.get("post"),
        day=apart.get("day"),
        hits=hits,
        sole=sole,
        inspected=inspected,
        findings=findings,
        shadow=shadow,
        shadow_inspected=shadow_inspected,
        shadow_findings=shadow_findings,
        minutes=Decimal(sums[-1]),
    )


def examples(session: Session, code: str, version: int, limit: int = 10) -> list[dict[str, Any]]:
    """The newest consignments hit: {"reference", "found", "day", "post"}."""
    kept = RiskProfileDay
    rows = select(kept.post, kept.day, kept.examples).where(kept.code == code, kept.version == version)
    found = session.execute(rows.order_by(kept.day.desc(), kept.post).limit(limit))
    return [{**one, "day": day, "post": post} for post, day, some in found for one in some][:limit]

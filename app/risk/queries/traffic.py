"""What came to the posts: how many consignments, in which lanes, and what was found, by day, post, origin or chapter."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.risk.models import RiskCursor, RiskGoodsDay, RiskTrafficDay
from app.risk.queries.replays import share

#: The row of the task that counts days.
CURSOR = "profile-days"
Apart = Literal["day", "post", "origin", "chapter"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which consignments: of the days from `since` to `until`, both included; "" is any."""

    since: dt.date
    until: dt.date
    post: str = ""
    kind: str = ""
    lane: str = ""
    origin: str = ""
    chapter: str = ""
    #: Of the chapter, whose subheadings are told; it narrows nothing else.
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Consignments; `key` is a day, a post, a country, a chapter or less than one, `lanes` how many of each lane (those of the wanted lane
    alone are counted in the rest)."""

    key: str
    consignments: int = 0
    drawn: int = 0
    inspected: int = 0
    findings: int = 0
    lanes: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_lanes(self) -> int:
        return sum(self.lanes.values())

    @property
    def precision(self) -> Decimal | None:
        """Per cent of those looked at where something was found."""
        return share(self.findings, self.inspected)

    @property
    def looked_at(self) -> Decimal | None:
        return share(self.inspected, self.consignments)

    def lane_share(self, lane: str) -> Decimal | None:
        return share(self.lanes.get(lane, 0), self.all_lanes)


class _Row(NamedTuple):
    lane: str
    consignments: int
    drawn: int
    inspected: int
    findings: int


def by(session: Session, wanted: Wanted, apart: Apart) -> list[Count]:
    """Counts in the order of their keys. One statement over rows of days, however many consignments they stand for."""
    kept = RiskTrafficDay
    key = getattr(kept, apart)
    sums = (func.sum(column) for column in (kept.consignments, kept.drawn, kept.inspected, kept.findings))
    asked = select(key, kept.lane, *sums).where(kept.day >= wanted.since, kept.day <= wanted.until)
    for name in ("origin", "chapter"):
        value, column = getattr(wanted, name), getattr(kept, name)
        asked = asked.where(column > "" if name == apart and not value else column == value)
    return _counts(session, asked, key, kept, wanted)


def goods(session: Session, wanted: Wanted, within: str) -> list[Count]:
    """The headings of a chapter, or the subheadings of a heading, of all origins."""
    kept = RiskGoodsDay
    sums = (func.sum(column) for column in (kept.consignments, kept.drawn, kept.inspected, kept.findings))
    asked = select(kept.goods, kept.lane, *sums).where(
        kept.within == within, kept.day >= wanted.since, kept.day <= wanted.until
    )
    return _counts(session, asked, kept.goods, kept, wanted)


def _counts(
    session: Session,
    asked: Select[*tuple[Any, ...]],
    key: InstrumentedAttribute[Any],
    kept: type[RiskTrafficDay | RiskGoodsDay],
    wanted: Wanted,
) -> list[Count]:
    """The counts of each key, of the wanted post and kind."""
    for name in ("post", "kind"):
        if value := getattr(wanted, name):
            asked = asked.where(getattr(kept, name) == value)
    found: dict[str, list[_Row]] = {}
    for of, lane, *figures in session.execute(asked.group_by(key, kept.lane).order_by(key, kept.lane)):
        found.setdefault(str(of), []).append(_Row(lane, *(int(figure) for figure in figures)))
    return [_count(of, rows, wanted.lane) for of, rows in found.items()]


def total(counts: Iterable[Count]) -> Count:
    """The sum of counts that have no consignment in common, as those of days or posts."""
    some = list(counts)
    lanes: Counter[str] = Counter()
    for one in some:
        lanes.update(one.lanes)
    return Count(
        "",
        sum(one.consignments for one in some),
        sum(one.drawn for one in some),
        sum(one.inspected for one in some),
        sum(one.findings for one in some),
        dict(lanes),
    )


def _count(key: str, rows: Sequence[_Row], lane: str) -> Count:
    of_lane = [row for row in rows if not lane or row.lane == lane]
    return Count(
        key,
        sum(row.consignments for row in of_lane),
        sum(row.drawn for row in of_lane),
        sum(row.inspected for row in of_lane),
        sum(row.findings for row in of_lane),
        {row.lane: row.consignments for row in rows},
    )


def counted_at(session: Session) -> dt.datetime | None:
    """Until when everything is counted that figures of days tell; None where nothing has been yet."""
    return session.execute(select(RiskCursor.at).where(RiskCursor.name == CURSOR)).scalar_one_or_none()


def chapters(session: Session, wanted: Wanted) -> list[str]:
    """Chapters and origins there are in the period, for choosing: see `origins`."""
    return _there(session, wanted, "chapter")


def origins(session: Session, wanted: Wanted) -> list[str]:
    return _there(session, wanted, "origin")


def _there(session: Session, wanted: Wanted, name: Literal["origin", "chapter"]) -> list[str]:
    kept = RiskTrafficDay
    column, other = getattr(kept, name), kept.chapter if name == "origin" else kept.origin
    asked = select(column).where(kept.day >= wanted.since, kept.day <= wanted.until, column > "", other == "")
    return list(session.execute(asked.distinct().order_by(column)).scalars())

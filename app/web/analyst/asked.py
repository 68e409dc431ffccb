"""What the address of the overview asks for: a period, and which consignments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.core.text import Text, _, ascii_digits, normal
from app.reference.codebook import COMMODITY, Codebook
from app.risk.operations.profiles import KINDS
from app.risk.queries.traffic import Wanted
from app.risk.rules import Lane

#: Periods that end today, in days.
PERIODS: tuple[tuple[int, Text], ...] = (
    (7, _("Week")),
    (30, _("30 days")),
    (92, _("Three months")),
    (365, _("Year")),
)
USUAL = 30
MOST_DAYS = 366


def wanted(asked: Mapping[str, str], codes: Codebook, today: dt.date) -> Wanted:
    """The period and the narrowing; what there is not is left out, a period that is too long is cut at its beginning."""
    until = min(_day(asked.get("until", "")) or today, today)
    since = _day(asked.get("since", "")) or until - dt.timedelta(days=USUAL - 1)
    if since > until:
        since, until = until, min(since, today)
    since = max(since, until - dt.timedelta(days=MOST_DAYS - 1))
    post, lane, kind = (asked.get(name, "") for name in ("post", "lane", "kind"))
    origin, chapter = asked.get("origin", "")[:2].upper(), asked.get("chapter", "")[:2]
    heading = asked.get("heading", "")[:4]
    within = codes.find(COMMODITY, chapter, until) is not None
    return Wanted(
        since,
        until,
        post=post if codes.post(post) is not None else "",
        kind=kind if kind in KINDS else "",
        lane=lane if lane in list(Lane) else "",
        origin=origin if origin == "--" or codes.find("country", origin, until) is not None else "",
        chapter=chapter if chapter == "--" or within else "",
        heading=heading if within and heading.startswith(chapter) and heading.isascii() and heading.isdigit() else "",
    )


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(ascii_digits(normal(typed[:20])))
    except ValueError:
        return None


def address(found: Wanted, today: dt.date, **changed: str) -> dict[str, Any]:
    """The narrowing as it stands in an address, with some of it changed; what is usual is left out."""
    given = {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        **{name: getattr(found, name) for name in ("post", "kind", "lane", "origin", "chapter", "heading")},
    }
    if found.until == today and found.since == today - dt.timedelta(days=USUAL - 1):
        given |= {"since": "", "until": ""}
    return {name: value for name, value in {**given, **changed}.items() if value}

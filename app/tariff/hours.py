"""Whether a post works at some moment: its hours by weekday (parameters) and the holidays of its administration.

Parameters `working-hours-mon` … `working-hours-sun` (for one administration `working-hours-mon.TJ`) say `08:00-17:00`,
several ranges with commas between, or `closed`; a day without a parameter, or with one that cannot be read, counts as
worked through: nobody pays double for want of an entry. A holiday is a row of `holiday` that holds on the day, or one
with `day` (month and day, `03-21`) that comes again each year.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.reference.codebook import Codebook
from app.tariff.book import Tariff

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
CLOSED: Final = "closed"


def works(tariff: Tariff, administration: str, post: str, at: dt.datetime) -> bool:
    """Whether the post works at the moment (with its zone), by the clock of the post."""
    local = at.astimezone(zone(tariff.codes, post))
    day = tariff.on(administration, local.date())
    if day.is_holiday:
        return False
    said = day.parameter(f"working-hours-{_DAYS[local.weekday()]}").strip().lower()
    if said == CLOSED:
        return False
    ranges = [_RANGE.fullmatch(part.strip()) for part in said.split(",")]
    if not said or None in ranges:
        return True
    minute = local.hour * 60 + local.minute
    return any(_within(minute, found) for found in ranges if found)


def zone(codes: Codebook, post: str) -> dt.tzinfo:
    """The clock of the post; UTC for a post that is not known."""
    known = codes.post(post)
    if known is None:
        return dt.UTC
    try:
        return ZoneInfo(known.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def _within(minute: int, found: re.Match[str]) -> bool:
    first_hour, first_minute, last_hour, last_minute = (int(part) for part in found.groups())
    return first_hour * 60 + first_minute <= minute < last_hour * 60 + last_minute

"""Time and place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.reference.codebook import Codebook
from app.registers.facts.reading import Words, day, hours, said
from app.tariff.book import tariff


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at a post, with the codes in force."""

    post: str
    codes: Codebook
    at: dt.datetime

    @property
    def local(self) -> dt.datetime:
        """The time on the clock of the post; of a place that nobody knows, that of UTC."""
        known = self.codes.post(self.post)
        return self.at.astimezone(ZoneInfo(known.time_zone) if known else dt.UTC)

    @property
    def today(self) -> dt.date:
        return self.local.date()

    @property
    def midnight(self) -> dt.datetime:
        """When the day of the post began."""
        local = self.local
        return dt.datetime.combine(local.date(), dt.time(), local.tzinfo)

    @property
    def country(self) -> str:
        known = self.codes.post(self.post)
        return known.country if known else self.post[:2]

    def until(self, words: Words | None, name: str) -> float:
        """Hours until a moment that is told; 0 once it has passed."""
        told = said(words, name)
        return hours(dt.datetime.fromisoformat(told) - self.at) if told else 0.0

    def since(self, words: Words | None, name: str) -> int:
        """Days since a day that is told, by the calendar of the post; 0 where it is not told."""
        told = day(words, name)
        return (self.today - told).days if told else 0

    def since_oldest(self, parts: Iterable[Words], name: str) -> int:
        """Days since the oldest of such days."""
        told = [found for words in parts if (found := day(words, name)) is not None]
        return (self.today - min(told)).days if told else 0


def facts(moment: Moment) -> dict[str, object]:
    """The clock and the calendar of the post."""
    local = moment.local
    return {
        "post": moment.post,
        "post_country": moment.country,
        "hour": local.hour,
        "weekday": local.isoweekday(),
        "month": local.month,
        "holiday": tariff(moment.codes).on(moment.country, moment.today).is_holiday,
    }

"""Rates of exchange by administration, currency and day.

A row of `exchange_rate` has administration, currency, rate (so much national money for `units` of the currency), units
(1, 10, 100 …) and, where it has no last day, a period: `day` (the daily rate of the National Bank of Tajikistan; the
default) or `month` (Da Afghanistan Bank: from the 6th to the 6th of the next month). No rate is derived from two others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.reference.codebook import Entry
from app.tariff import rows
from app.tariff.results import RateUsed

#: The day of the month on which Afghanistan's rate changes.
TURN: Final = 6

Quotes = dict[tuple[str, str], list[RateUsed]]


def quoted(entries: Iterable[Entry]) -> tuple[Quotes, list[tuple[Entry, str]]]:
    """The readable rates by (administration, currency), oldest first; and the rows that cannot be read, with why."""
    quotes: Quotes = {}
    faults = []
    for entry in entries:
        try:
            administration, quote = rows.text(entry, "administration", needed=True), quote_of(entry)
        except rows.RowFault as fault:
            faults.append((entry, str(fault)))
            continue
        quotes.setdefault((administration, quote.currency), []).append(quote)
    for of_one in quotes.values():
        of_one.sort(key=lambda quote: (quote.day, quote.rule))
    return quotes, faults


def quote_of(entry: Entry) -> RateUsed:
    """The row as a rate; raises `RowFault`."""
    rate, units = rows.number(entry, "rate", needed=True), rows.number(entry, "units") or Decimal(1)
    if not rate:
        raise rows.RowFault("rate is more than 0")
    return RateUsed(
        rows.currency(entry, needed=True),
        rate,
        units,
        entry.valid_from,
        entry.valid_to or _last_day(entry),
        entry.code,
        entry.source,
        entry.verified,
        stale=False,
        per_one=rate.scaleb(-rows.power_of_ten(units, "units"), rows.EXACT),
    )


def of_day(
    quotes: Quotes, administration: str, currency: str, day: dt.date, most_days: int | None = None
) -> RateUsed | None:
    """The rate of the day; else the last one known before it, marked stale; None where there never was one. One that
    began more than `most_days` ago is marked old, whether its period lasts or not."""
    begun = [quote for quote in quotes.get((administration, currency), ()) if quote.day <= day]
    if not begun:
        return None
    holding = [quote for quote in begun if quote.until is None or day <= quote.until]
    used = (holding or begun)[-1]
    old = most_days is not None and (day - used.day).days > most_days
    return replace(used, stale=not holding, old=old) if old or not holding else used


def _last_day(entry: Entry) -> dt.date:
    period = rows.text(entry, "period") or "day"
    begin = entry.valid_from
    if period == "day":
        return begin
    if period != "month":
        raise rows.RowFault("period is “day” or “month”")
    if begin.day < TURN:
        return begin.replace(day=TURN - 1)
    later = begin.month // 12
    return dt.date(begin.year + later, begin.month % 12 + 1, TURN - 1)

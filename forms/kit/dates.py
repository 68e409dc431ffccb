"""Dates on paper: Gregorian, and for readers of Dari and Pashto also solar hijri with its Afghan month names."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

_MONTHS = {
    "fa_AF": ("حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت"),
    "ps": ("وری", "غویی", "غبرګولی", "چنګاښ", "زمری", "وږی", "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب"),
}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def has_solar_hijri(locale: str) -> bool:
    """Whether readers of this language also use the solar hijri calendar."""
    return locale in _MONTHS


def gregorian(day: date) -> str:
    """27.11.2026"""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def local(moment: datetime, zone: str) -> datetime:
    """The moment on the clock of the post; a naive time would be a mistake of the caller."""
    if moment.tzinfo is None:
        raise ValueError("The time has no zone; times are UTC and aware")
    return moment.astimezone(_zone(zone))


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def clock(moment: datetime) -> str:
    """27.11.2026 14:05 (UTC+5) of an aware local time."""
    offset = moment.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{gregorian(moment)} {moment:%H:%M} (UTC{sign}{hours}{f':{rest:02d}' if rest else ''})"


def solar_hijri(day: date, locale: str) -> str:
    """۶ قوس ۱۴۰۵ for fa_AF, in the digits and month names of the language."""
    hijri: Any = JalaliDate(day.date() if isinstance(day, datetime) else day)  # type: ignore[no-untyped-call]
    return f"{hijri.day} {_MONTHS[locale][hijri.month - 1]} {hijri.year}".translate(_PERSIAN_DIGITS)

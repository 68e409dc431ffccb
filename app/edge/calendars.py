"""Dates as people write and read them. The record is Gregorian; Dari and Pashto readers see the solar hijri date beside it.

A year from 1300 to 1499 can only be solar hijri, so no box asks which calendar is meant.
"""

from __future__ import annotations

import datetime as dt
import re

from persiantools.jdatetime import JalaliDate

from app.core.text import Text, _, ascii_digits

#: Afghan names; Iran's are others.
MONTHS = {
    "fa_AF": ("حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت"),
    "ps": ("وری", "غویی", "غبرګولی", "چنګاښ", "زمری", "وږی", "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب"),
}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


class NotADate(ValueError):
    """What was typed is no date; `text` says what to type."""

    text: Text = _("This is not a date. Write it as 2026-11-27, 27.11.2026 or 1405-09-06 (solar hijri).")


def parse(typed: str) -> dt.date:
    """The Gregorian date for 2026-11-27, 27.11.2026 or 1405-09-06, with any digits; raises `NotADate`."""
    text = ascii_digits(typed).strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = int(found[4]), int(found[3]), int(found[1])
    else:
        raise NotADate(typed)
    try:
        return JalaliDate(year, month, day).to_gregorian() if is_solar_hijri(year) else dt.date(year, month, day)
    except ValueError as error:
        raise NotADate(typed) from error


def parse_moment(typed: str, zone: dt.tzinfo) -> dt.datetime:
    """The UTC moment for a date and a time of day in the given zone: "27.11.2026 13:05"; raises `NotADate`."""
    date, _space, clock = ascii_digits(typed).strip().replace("T", " ").partition(" ")
    found = _CLOCK.fullmatch(clock.strip())
    if not found:
        raise NotADate(typed)
    try:
        time = dt.time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError as error:
        raise NotADate(typed) from error
    local = dt.datetime.combine(parse(date), time)
    localize = getattr(zone, "localize", None)  # pytz zones need it to choose the offset of that day
    return (localize(local) if localize else local.replace(tzinfo=zone)).astimezone(dt.UTC)


def is_solar_hijri(year: int) -> bool:
    return 1300 <= year < 1500


def solar_hijri(date: dt.date, locale: str) -> str:
    """The date in words of the locale: ۶ قوس ۱۴۰۵. Only for locales in `MONTHS`."""
    other = JalaliDate(date)
    return f"{other.day} {MONTHS[locale][other.month - 1]} {other.year}".translate(_PERSIAN_DIGITS)

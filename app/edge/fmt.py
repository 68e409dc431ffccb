"""How values look on pages, in every language alike.

Numbers have one form everywhere (1 250.500: narrow no-break spaces and a point, Latin digits), because 1.250 must never be
read in two ways at a border. Codes, numbers and ISO dates are isolated left to right, or a right-to-left line turns them round.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import flask_babel
from babel.dates import format_date
from flask import Flask
from jinja2 import Undefined
from markupsafe import Markup, escape

from app.core.text import Text, _
from app.edge.calendars import MONTHS, solar_hijri
from app.edge.locale import current, translate
from config.settings import Settings

NARROW_SPACE = "\u202f"
_MINUS = "\u2212"
#: A date, a code or a number with signs between its parts or before it, as it stands in a sentence.
_PARTED = re.compile(
    r"\b(?=[\w-]*\d)[A-Za-z0-9]+(?:[-./:][A-Za-z0-9]+)+(?: \d{1,2}:\d{2})?\b|(?<!\S)-\d+(?:\.\d+)?\b", re.ASCII
)


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the filters date, datetime, time, number, amount, mass, code, isolated, apart and duration."""
    app.jinja_env.filters.update(
        date=date,
        datetime=moment,
        time=clock,
        number=number,
        amount=amount,
        mass=mass,
        code=code,
        isolated=isolated,
        apart=apart,
        duration=duration,
    )


def grouped(value: Decimal | int | str, places: int | None = None) -> str:
    """1 250.500 as plain text; with `places`, exactly so many decimals (half up). Never used to write, only to show."""
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
    return f"{exact:,f}".replace(",", NARROW_SPACE).replace("-", _MINUS)


def number(value: Decimal | int | str | None, places: int | None = None) -> Markup:
    """A number on its own, isolated from the direction of the line."""
    return Markup("") if value is None or _nothing(value) else code(grouped(value, places))


def amount(value: Decimal | int | str | None, currency: str = "", places: int = 2) -> Markup:
    """An amount of money with its currency's code after it."""
    return _with_unit(value, currency, places)


def mass(value: Decimal | int | str | None, unit: str = "kg") -> Markup:
    """A mass in kilograms, as exact as it was declared but without idle zeros beyond the gram."""
    return _with_unit(value, unit, None)


def code(value: object) -> Markup:
    """An MRN, a plate, a commodity code: always left to right, never broken in the middle by the direction."""
    if _nothing(value):
        return Markup("")
    return Markup('<bdi dir="ltr" class="code">{}</bdi>').format(escape(value))


def isolated(sentence: str) -> Markup:
    """A sentence whose dates and codes (2026-11-27, TJ-510012345) a right-to-left line does not turn round, and no line
    breaks. Markup has isolated its own."""
    if isinstance(sentence, Markup):
        return sentence
    found, at = Markup(""), 0
    for part in _PARTED.finditer(sentence):
        found += escape(sentence[at : part.start()]) + code(part[0])
        at = part.end()
    return found + escape(sentence[at:])


def apart(said: Text) -> Markup:
    """A sentence in the reader's language whose values stand each for itself, whatever the direction of the line: a name, a
    number with the sign of its unit, a list of codes. Sentences within it are treated alike."""
    values = {name: apart(v) if isinstance(v, Text) else _alone(v) for name, v in said.params.items()}
    sentence = translate(Text(said.msgid, values))
    return isolated(sentence)


def _alone(value: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(value)


def date(value: dt.date | dt.datetime | str | None) -> Markup:
    """A day as the reader writes it; moments are shown as the day at the post."""
    day = _day(value)
    if day is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), _day_in_words(day))


def moment(value: dt.datetime | str | None) -> Markup:
    """Day and time at the post, to the minute."""
    local = _local(value)
    if local is None:
        return Markup("")
    return Markup('<time datetime="{}">{} <bdi dir="ltr">{}</bdi></time>').format(
        local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _day_in_words(local.date()), local.strftime("%H:%M")
    )


def clock(value: dt.datetime | str | None) -> Markup:
    """The time of day at the post, to the minute."""
    local = _local(value)
    if local is None:
        return Markup("")
    return Markup('<time datetime="{}"><bdi dir="ltr">{}</bdi></time>').format(
        local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), local.strftime("%H:%M")
    )


def duration(value: dt.timedelta | float | None) -> str:
    """How long: a timedelta or seconds, as "2 d 4 h", "3 h 05 min" or "12 min" in the reader's language."""
    if value is None:
        return ""
    minutes = max(0, int(value.total_seconds() if isinstance(value, dt.timedelta) else value) // 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return translate(_("{days} d {hours} h", days=hours // 24, hours=hours % 24))
    if hours:
        return translate(_("{hours} h {minutes} min", hours=hours, minutes=f"{rest:02d}"))
    return translate(_("{minutes} min", minutes=minutes))


def _nothing(value: object) -> bool:
    """Whether there is nothing to show: what was declared leaves out the words it does not have."""
    return value is None or value == "" or isinstance(value, Undefined)


def _with_unit(value: Decimal | int | str | None, unit: str, places: int | None) -> Markup:
    if value is None or _nothing(value):
        return Markup("")
    return code(grouped(value, places) + (f"\u00a0{unit}" if unit else ""))


def _day_in_words(day: dt.date) -> Markup:
    locale = current()
    if locale not in MONTHS:
        return Markup(escape(format_date(day, "d MMM y", locale=locale)))
    return Markup('{} <bdi dir="ltr" class="iso">{}</bdi>').format(solar_hijri(day, locale), day.isoformat())


def _local(value: dt.datetime | str | None) -> dt.datetime | None:
    if not value:
        return None
    at = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    local: dt.datetime = flask_babel.to_user_timezone(at)
    return local


def _day(value: dt.date | dt.datetime | str | None) -> dt.date | None:
    if not value:
        return None
    if isinstance(value, str):
        value = dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value)
    return flask_babel.to_user_timezone(value).date() if isinstance(value, dt.datetime) else value

"""How a SAD writes numbers, dates, names and plates, and what they are in the contract's words. Pure, and total: every
text has a meaning, if only itself; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.core.text import ascii_digits, normal

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
_JAVA_NUMBER = re.compile(r"(-?[0-9]{1,20}(?:\.[0-9]{1,30})?)[eE]([+-]?[0-9]{1,2})", re.ASCII)
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{0,30})?", re.ASCII)
_GROUPED_BY_DOTS = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+,[0-9]{0,30}", re.ASCII)
_DECIMAL_COMMA = re.compile(r"-?[0-9]{1,30},[0-9]{1,30}", re.ASCII)
_BARE_POINT = re.compile(r"-?(?:[0-9]{1,30}\.|\.[0-9]{1,30})", re.ASCII)
_GROUPING_SPACE = re.compile("(?<=[0-9])[ \u00a0\u202f'\u2019\u066c](?=[0-9]{3}(?![0-9]))")

_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4}|[0-9]{2})(?:[ T].*)?", re.ASCII)
_DASHED = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T].*)?", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)

_ARABIC = re.compile("[\u0600-\u06ff]")
_PLATE = re.compile(r"(?=.*\d)[^/\n]{2,20}")
_CONTAINER = re.compile(r"(?<![A-Z0-9])([A-Z]{3}[UJZ])[ -]?([0-9]{6})[ -/]?([0-9])(?![0-9])", re.ASCII)


class DateOrder(StrEnum):
    """What the first of three short numbers is. ASYCUDA itself writes the month first."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"


# Text


def text(raw: str) -> str:
    """A text on one line or more: each line without the indentation that a pretty-printed file gives it."""
    if "\n" not in raw and "\r" not in raw:
        return normal(raw)
    return "\n".join(line for line in (normal(part) for part in raw.splitlines()) if line)


def code(raw: str) -> str:
    """A code: without white space at its ends."""
    return normal(raw)


def name_and_address(raw: str) -> tuple[str, str | None]:
    """A trader's box: the first line is the name, the others the address."""
    first, *rest = text(raw).split("\n")
    comma = "، " if _ARABIC.search(raw) else ", "
    return first, comma.join(line.rstrip(",;، ") for line in rest) or None


def trader_box(name: str | None, address: str | None) -> str | None:
    """The text of a trader's box."""
    return "\n".join(part for part in (name, address) if part) or None


# Numbers


def number(raw: str) -> str:
    """An exact decimal in plain digits where the text is a number in any usual form, else the text as it is.

    The comma before three digits groups, as ASYCUDA prints it (`1,234.50`, `44,745`); elsewhere it is the decimal
    comma."""
    plain = normal(raw)
    if _PLAIN_NUMBER.fullmatch(plain):
        return plain
    candidate = _GROUPING_SPACE.sub("", ascii_digits(plain).replace("\u066b", "."))
    candidate = candidate.removeprefix("+")
    if _GROUPED.fullmatch(candidate):
        candidate = candidate.replace(",", "")
    elif _GROUPED_BY_DOTS.fullmatch(candidate):
        candidate = candidate.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(candidate):
        candidate = candidate.replace(",", ".")
    elif found := _JAVA_NUMBER.fullmatch(candidate):
        candidate = f"{Decimal(found[1]).scaleb(int(found[2])):f}"
    if _BARE_POINT.fullmatch(candidate):
        candidate = candidate.removesuffix(".")
        candidate = candidate.replace(".", "0.") if "." in candidate else candidate
    return candidate if _PLAIN_NUMBER.fullmatch(candidate) else plain


def decimal(value: Any) -> Decimal | None:
    """The value of a plain number, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value) else None


def whole(raw: str) -> int | str:
    """A count as an int (`12`, `12.0`); anything else as `number` leaves it."""
    found = decimal(plain := number(raw))
    return int(found) if found is not None and found == found.to_integral_value() and abs(found) < 10**9 else plain


def is_nothing(raw: str) -> bool:
    """Whether an amount is zero, which in a SAD means that there is none."""
    return decimal(number(raw)) == 0


# Dates


def day(raw: str, order: DateOrder) -> str:
    """An ISO date where the text is a date in any usual form, else the text as it is."""
    plain = ascii_digits(normal(raw))
    if found := _ISO.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _iso(int(found[1]), int(found[2]), int(found[3])) or normal(raw)
    if found := _DASHED.fullmatch(plain):
        return _iso(int(found[3]), int(found[2]), int(found[1])) or normal(raw)
    if found := _SLASHED.fullmatch(plain):
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        orders = (
            ((first, second), (second, first))
            if order is DateOrder.MONTH_FIRST and "." not in plain
            else ((second, first), (first, second))
        )
        return next((iso for month, on in orders if (iso := _iso(year, month, on))), normal(raw))
    return normal(raw)


def sad_day(value: str) -> str:
    """An ISO date as ASYCUDA writes it (`11/27/26`), with four digits of the year where two would be misread."""
    try:
        on = date.fromisoformat(value)
    except ValueError:
        return value
    if len(value) != len("2026-01-01"):
        return value
    year = f"{on.year % 100:02d}" if _year(f"{on.year % 100:02d}") == on.year else f"{on.year:04d}"
    return f"{on.month}/{on.day}/{year}"


def date_order(texts: Iterable[str]) -> tuple[DateOrder, bool]:
    """The order all the dates of a file are written in, told by those that allow only one; and whether any told it
    (or none needed to)."""
    ambiguous = False
    votes = {DateOrder.MONTH_FIRST: 0, DateOrder.DAY_FIRST: 0}
    for raw in texts:
        found = _SLASHED.fullmatch(ascii_digits(normal(raw)))
        if not found or "." in raw:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            votes[DateOrder.DAY_FIRST] += 1
        elif second > 12 >= first:
            votes[DateOrder.MONTH_FIRST] += 1
        elif first != second and first and second:
            ambiguous = True
    day_first, month_first = votes[DateOrder.DAY_FIRST], votes[DateOrder.MONTH_FIRST]
    order = DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST
    return order, not ambiguous or bool(day_first) != bool(month_first)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _iso(year: int, month: int, on: int) -> str | None:
    try:
        return date(year, month, on).isoformat()
    except ValueError:
        return None


# Plates and containers


@dataclass(frozen=True, slots=True)
class Plates:
    vehicle: str
    trailer: str | None


def plates(raw: str, mode: str | None) -> Plates:
    """The tractor and the trailer of an identity such as `KBL48213/KBL9917`; ships, trains and aircraft have one
    name."""
    identity = text(raw)
    parts = [part.strip() for part in identity.split("/", 1)]
    by_road = (mode or "3").lstrip("0")[:1] not in ("1", "2", "4")
    if by_road and len(parts) == 2 and all(_PLATE.fullmatch(part) for part in parts):
        return Plates(parts[0], parts[1])
    return Plates(identity, None)


def identity(vehicle: str | None, trailer: str | None, before: str | None) -> str | None:
    """The identity of the means of transport, with the separator it had before."""
    if not vehicle or not trailer:
        return vehicle or None
    separator = " / " if before and " / " in before else "/"
    return f"{vehicle}{separator}{trailer}"


def containers_in(raw: str) -> list[str]:
    """The container numbers in a text, told from other numbers by their check digit (ISO 6346)."""
    found = (f"{owner}{serial}{digit}" for owner, serial, digit in _CONTAINER.findall(raw.upper()))
    return [container for container in dict.fromkeys(found) if is_container(container)]


def is_container(value: str) -> bool:
    """Whether a number has the form and the check digit of ISO 6346."""
    found = _CONTAINER.fullmatch(value)
    if not found or len(value) != 11:
        return False
    total = sum(_container_value(character) << at for at, character in enumerate(value[:10]))
    return total % 11 % 10 == int(value[10])


def _container_value(character: str) -> int:
    # Letters count from 10, leaving out the multiples of 11.
    return int(character) if character.isdigit() else (letter := ord(character) - 55) + (letter - 1) // 10


#: What separates seal numbers in their one box.
_SEAL_SEPARATOR: Final = re.compile(r"[\s,;]+")


def seals(raw: str) -> list[str]:
    """The seal numbers of a box, in order, each once."""
    return list(dict.fromkeys(part for part in _SEAL_SEPARATOR.split(normal(raw)) if part))

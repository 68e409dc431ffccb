"""How words become facts: small letters, doubles, days. Doubles are made only here, at the border of the expression
language, which knows no decimals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from app.core.text import compact

Words = Mapping[str, Any]
ZERO = Decimal(0)


def said(words: Words | None, name: str) -> str:
    """A word as it is written; nothing where it is not told."""
    value = words.get(name) if words else None
    return "" if value is None else str(value)


def folded(words: Words | None, name: str) -> str:
    """The same in small letters."""
    return said(words, name).lower()


def number(words: Words | None, name: str) -> str:
    """A number of a plate, a seal, a paper as such are compared."""
    return compact(said(words, name))


def numbers(values: Iterable[str]) -> list[str]:
    """Several of them, each once in the order they come in."""
    return in_order(compact(value) for value in values)


def earlier(parts: Iterable[Words]) -> list[str]:
    """The numbers of the previous documents that these parts of a consignment name, each once, in their order."""
    named = (each for words in parts for each in words.get("previous_documents") or ())
    return in_order(compact(said(each, "number") or said(each, "reference")) for each in named)


def exact(words: Words | None, name: str) -> Decimal:
    """A number; 0 where it is not told."""
    value = words.get(name) if words else None
    return ZERO if value is None else Decimal(str(value))


def double(words: Words | None, name: str) -> float:
    return float(exact(words, name))


def whole(words: Words | None, name: str) -> int:
    value = words.get(name) if words else None
    return 0 if value is None else int(value)


def day(words: Words | None, name: str) -> dt.date | None:
    value = said(words, name)
    return dt.date.fromisoformat(value) if value else None


def unique(values: Iterable[str]) -> list[str]:
    """Each once in alphabetical order, empty ones left out."""
    return sorted({value for value in values if value})


def in_order(values: Iterable[str]) -> list[str]:
    """Each once in the order they come in, empty ones left out."""
    return [value for value in dict.fromkeys(values) if value]


def part_of(part: Decimal, whole: Decimal) -> float:
    """In per cent; 0 of nothing."""
    return float(part * 100 / whole) if whole else 0.0


def ratio(one: Decimal, other: Decimal, otherwise: float = 0.0) -> float:
    return float(one / other) if other else otherwise


def hours(span: dt.timedelta) -> float:
    return max(0.0, span / dt.timedelta(hours=1))

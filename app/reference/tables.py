"""What the codes of the lists mean on one day, looked up once for each code and not once for each of 999 items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from app.reference.codebook import Entry

#: A table forgets everything beyond this: foreign words must not fill the memory.
_MOST_KEPT = 20_000


class Codes(Protocol):
    """The part of the code book that the rules ask."""

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool: ...

    def find(self, list_name: str, code: str, on: dt.date, /) -> Entry | None: ...

    def entries(self, list_name: str, on: dt.date | None = None, /) -> tuple[Entry, ...]: ...

    def controlled(self, commodity: str, on: dt.date, /) -> tuple[Entry, ...]: ...

    def day_at(self, post: str, at: dt.datetime, /) -> dt.date: ...


class Table(dict[str, "Entry | None"]):
    """What the codes of one list mean on one day: `table[code]` is the entry, or None where it may not be written."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[str], Entry | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, code: str) -> Entry | None:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[code] = self._find(code)
        return found


class Tables(dict[str, Table]):
    """The tables of one day by the name of their list."""

    __slots__ = ("_rates", "codes", "day")

    def __init__(self, codes: Codes, day: dt.date) -> None:
        super().__init__()
        self.codes, self.day = codes, day
        self._rates: dict[tuple[str, str], Decimal] | None = None

    def __missing__(self, name: str) -> Table:
        codes, day = self.codes, self.day

        def find(code: str) -> Entry | None:
            return codes.find(name, code, day) if codes.has(name, code, day) else None

        table = self[name] = Table(find)
        return table

    def rates(self) -> dict[tuple[str, str], Decimal]:
        """By administration and currency: so much national money for one unit, as listed for the day."""
        if self._rates is None:
            self._rates = _rates(self.codes.entries("exchange_rate", self.day))
        return self._rates


def _rates(entries: tuple[Entry, ...]) -> dict[tuple[str, str], Decimal]:
    rates = {}
    for entry in entries:
        said = entry.attributes
        try:
            rate = Decimal(said["rate"]) / Decimal(said.get("units") or 1)
        except (KeyError, ArithmeticError):  # the tariff tells whoever keeps the list
            continue
        rates[said.get("administration", ""), said.get("currency", "")] = rate
    return rates


#: An officer looks at declarations of the last days beside each other.
_MOST_DAYS = 16
_kept: dict[dt.date, Tables] = {}


def tables(codes: Codes, day: dt.date) -> Tables:
    """The tables of that snapshot on that day; those of the last days asked for are kept, of one snapshot."""
    found = _kept.get(day)
    if found is None or found.codes is not codes:
        if len(_kept) >= _MOST_DAYS or any(kept.codes is not codes for kept in list(_kept.values())):
            _kept.clear()
        found = _kept[day] = Tables(codes, day)
    return found

"""What a rule looks at: the words of a declaration with numbers parsed once, and the code lists of the day.

Nothing here decides anything. Tables of codes are kept per snapshot of the code book and day, so that a code is looked
up in the book once, not once for each of 999 items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.declarations.commands import Declared
from app.reference.codebook import Entry

ZERO = Decimal(0)
#: A table forgets everything beyond this: foreign words must not fill the memory.
_MOST_KEPT = 20_000


class Codes(Protocol):
    """The part of the code book that the rules ask."""

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool: ...

    def find(self, list_name: str, code: str, on: dt.date, /) -> Entry | None: ...

    def entries(self, list_name: str, on: dt.date | None = None, /) -> tuple[Entry, ...]: ...

    def controlled(self, commodity: str, on: dt.date, /) -> tuple[Entry, ...]: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check sees: what is declared, the code book, the day, and the posts of this node.

    `prelodged` asks for what only a declaration before arrival needs (additional type D asks for it too). `history`
    is what the post knows of earlier declarations (see `history`); without it the rules of history find nothing.
    """

    declared: Declared
    codes: Codes
    today: dt.date
    posts: frozenset[str]
    prelodged: bool = False
    history: Any = None


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


class Item:
    """One item: its words, and what the rules compare as numbers (kg, currency of the invoice)."""

    __slots__ = ("documents", "gross", "net", "packages", "place", "procedure", "quantity", "value", "words")

    def __init__(self, place: int, words: dict[str, Any]) -> None:
        self.place, self.words = place, words
        self.gross, self.net = Decimal(words["gross_kg"]), Decimal(words["net_kg"])
        self.value = Decimal(words["invoice_value"])
        self.packages: list[dict[str, Any]] = words["packages"]
        self.documents: list[dict[str, Any]] = words.get("documents") or []
        #: The four digits of requested and previous procedure, without the national additional code.
        self.procedure: str = words["procedure"][:4]
        extra = words.get("supplementary")
        self.quantity = Decimal(extra["quantity"]) if extra else None

    def at(self, *path: str | int) -> tuple[str | int, ...]:
        return ("items", self.place, *path)


class Cost:
    """One cost of box 12 with its amount; `included` in the invoice or to be added."""

    __slots__ = ("amount", "currency", "included", "kind", "place")

    def __init__(self, place: int, words: dict[str, Any]) -> None:
        self.place, self.kind, self.currency = place, words["kind"], words["currency"]
        self.amount, self.included = Decimal(words["amount"]), bool(words["included"])

    def at(self, name: str) -> tuple[str | int, ...]:
        return ("costs", self.place, name)


class Context:
    """A declaration made ready for its rules."""

    __slots__ = (
        "codes", "costs", "direction", "documents", "gross", "header", "invoice", "invoice_total", "items", "kept", "net",
        "own", "packages", "setting", "today", "transport", "value",
    )  # fmt: skip

    def __init__(self, setting: Setting) -> None:
        declared = setting.declared
        self.setting, self.today = setting, setting.today
        #: What rooms of rules work out once for all of theirs.
        self.kept: dict[str, Any] = {}
        self.codes = tables(setting.codes, setting.today)
        self.header: dict[str, Any] = declared.header
        self.items = [Item(place, words) for place, words in enumerate(declared.items)]
        #: Documents of the whole declaration and of its items with their paths.
        self.documents = list(_documents(declared.documents, self.items))
        #: The country of the post.
        self.own: str = declared.post[:2]
        #: import, export, transit, or None where the declaration type does not tell.
        self.direction = _direction(self.header)
        self.transport: dict[str, Any] = self.header["transport"]
        self.invoice: dict[str, Any] = self.header["invoice"]
        self.invoice_total = Decimal(self.invoice["total"])
        self.costs = [Cost(place, words) for place, words in enumerate(self.header.get("costs") or ())]
        self.gross = sum((item.gross for item in self.items), ZERO)
        self.net = sum((item.net for item in self.items), ZERO)
        self.value = sum((item.value for item in self.items), ZERO)
        self.packages = sum(packages["count"] for item in self.items for packages in item.packages)

    def word(self, *path: str) -> Any:
        """What stands at that path of the header, or None."""
        value: Any = self.header
        for name in path:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value


#: General procedure 8 is transit whatever the declaration type says (IM8, TR8).
_TRANSIT = "8"
_DIRECTIONS = {"IM": "import", "EX": "export", "TR": "transit"}


def _direction(header: dict[str, Any]) -> str | None:
    return "transit" if header.get("general_procedure") == _TRANSIT else _DIRECTIONS.get(header["declaration_type"][:2])


def _documents(
    documents: list[dict[str, Any]], items: list[Item]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    for nth, document in enumerate(documents):
        yield ("documents", nth), document
    for item in items:
        for nth, document in enumerate(item.documents):
            yield ("items", item.place, "documents", nth), document

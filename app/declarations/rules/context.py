"""What a rule looks at: the words of a declaration with numbers parsed once, and the code lists of the day.

Nothing here decides anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.declarations.commands import Declared
from app.reference.tables import Codes, tables

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check sees: what is declared, the code book, the day, and the posts of this node.

    `prelodged` asks for what only a declaration before arrival needs; once its truck is there, nobody asks when it will be. `history`
    is what the post knows of earlier declarations (see `history`); without it the rules of history find nothing.
    """

    declared: Declared
    codes: Codes
    today: dt.date
    posts: frozenset[str]
    prelodged: bool = False
    history: Any = None


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

    @property
    def count(self) -> int:
        """How many packages of every kind."""
        return sum(packages["count"] for packages in self.packages)

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

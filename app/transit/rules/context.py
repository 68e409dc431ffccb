"""What a rule looks at: the words of a movement with numbers parsed once, and the code lists of the day.

Nothing here decides anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.core.text import compact
from app.reference.tables import Codes, tables
from app.transit.commands import Declared
from app.transit.lifecycle import Kind

ZERO = Decimal(0)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What other movements have: plates and seals as they are compared, pages of this carnet, each with the reference
    of the movement that has it."""

    plates: Mapping[str, str] = field(default_factory=dict)
    seals: Mapping[str, str] = field(default_factory=dict)
    volets: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check sees: what is declared, the code book, the day, and the posts of this node's administration.

    `prelodged`: the goods are not there yet; None takes the word of the additional type. `taken` is what other movements have;
    without it the rules about them find nothing.
    """

    declared: Declared
    codes: Codes
    today: dt.date
    posts: frozenset[str]
    prelodged: bool | None = None
    taken: Taken = field(default_factory=Taken)


class Item:
    """One item: its words, what the rules compare as numbers (kg), and where it stands."""

    __slots__ = ("gross", "house", "net", "packages", "path", "quantity", "words")

    def __init__(self, house: int, path: Path, words: dict[str, Any]) -> None:
        self.house, self.path, self.words = house, path, words
        self.gross = Decimal(words["gross_kg"])
        net, extra = words.get("net_kg"), words.get("supplementary")
        self.net = Decimal(net) if net else None
        self.packages: list[dict[str, Any]] = words["packages"]
        self.quantity = Decimal(extra["quantity"]) if extra else None

    def at(self, *path: str | int) -> Path:
        return (*self.path, *path)


@dataclass(frozen=True, slots=True)
class Named:
    """An office with its place in the words: `role` is departure, transit, exit or destination."""

    role: str
    code: str
    path: Path

    @property
    def country(self) -> str:
        return self.code[:2]


class Context:
    """A movement made ready for its rules."""

    __slots__ = (
        "abroad", "carnet", "codes", "equipment", "gross", "guarantees", "header", "houses", "items", "kind", "offices",
        "own", "prelodged", "setting", "tir", "today", "transport",
    )  # fmt: skip

    def __init__(self, setting: Setting) -> None:
        declared = setting.declared
        self.setting, self.today = setting, setting.today
        self.codes = tables(setting.codes, setting.today)
        self.header: dict[str, Any] = declared.header
        self.houses = declared.houses
        self.items = list(_items(declared))
        self.kind = Kind(declared.kind)
        self.tir = self.kind is Kind.TIR
        self.prelodged = declared.prelodged if setting.prelodged is None else setting.prelodged
        #: The country of the post.
        self.own: str = declared.post[:2]
        self.transport: dict[str, Any] = self.header["transport"]
        self.carnet: dict[str, Any] | None = self.header.get("carnet")
        self.equipment: list[dict[str, Any]] = self.header.get("equipment") or []
        self.guarantees = declared.guarantees
        self.offices = list(_offices(self.header["offices"]))
        #: Departed in another administration: the post is the office of entry.
        self.abroad = declared.post not in self.header["offices"]["departure"]
        self.gross = sum((item.gross for item in self.items), ZERO)

    def named(self, *roles: str) -> list[Named]:
        """The offices with these parts, in their order."""
        return [office for office in self.offices if office.role in roles]

    def plates(self) -> Iterator[tuple[Path, str, str]]:
        """(path, plate as written, plate as compared) of vehicle and trailer."""
        for name in ("vehicle", "trailer"):
            means = self.transport.get(name)
            if means:
                yield ("transport", name, "plate"), means["plate"], compact(means["plate"])

    def seals(self) -> Iterator[tuple[Path, str, str]]:
        """(path, seal as written, seal as compared) of every seal."""
        for nth, part in enumerate(self.equipment):
            for place, seal in enumerate(part.get("seals") or ()):
                yield ("equipment", nth, "seals", place), seal, compact(seal)

    def documents(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Supporting documents of the whole, the houses and the items."""
        yield from _rows((), self.header, "documents")
        for nth, house in enumerate(self.houses):
            yield from _rows(("house_consignments", nth), house, "documents")
        for item in self.items:
            yield from _rows(item.path, item.words, "documents")

    def previous_documents(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Previous documents of the whole and of the items."""
        yield from _rows((), self.header, "previous_documents")
        for item in self.items:
            yield from _rows(item.path, item.words, "previous_documents")

    def parties(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Everybody named, with the path."""
        for name in ("holder", "representative"):
            if self.header.get(name):
                yield (name,), self.header[name]
        for nth, house in enumerate(self.houses):
            for name in ("consignor", "consignee"):
                if house.get(name):
                    yield ("house_consignments", nth, name), house[name]


def _items(declared: Declared) -> Iterator[Item]:
    places = {house["number"]: place for place, house in enumerate(declared.houses)}
    counted: dict[int, int] = {}
    for house, words in declared.items:
        nth = counted.get(house, 0)
        counted[house] = nth + 1
        yield Item(house, ("house_consignments", places[house], "items", nth), words)


def _offices(named: dict[str, Any]) -> Iterator[Named]:
    for role in ("departure", "transit"):
        for nth, code in enumerate(named.get(role) or ()):
            yield Named(role, code, ("offices", role, nth))
    if named.get("exit"):
        yield Named("exit", named["exit"], ("offices", "exit"))
    for nth, code in enumerate(named["destination"]):
        yield Named("destination", code, ("offices", "destination", nth))


def _rows(path: Path, words: dict[str, Any], name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for nth, row in enumerate(words.get(name) or ()):
        yield (*path, name, nth), row

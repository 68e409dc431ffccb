"""A movement's words after the schema, taken apart as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from app.core.text import compact
from app.transit.lifecycle import Office

#: The name of the one word of a guarantee that is never kept.
SECRET = "access_code"  # noqa: S105 - the name of a field


def open_words(guarantee: Mapping[str, Any]) -> dict[str, Any]:
    """A guarantee's words without its access code."""
    return {name: value for name, value in guarantee.items() if name != SECRET}


def without_secrets(value: Any) -> Any:
    """JSON words, whatever their shape, without a single access code."""
    if isinstance(value, Mapping):
        return {name: without_secrets(below) for name, below in value.items() if name != SECRET}
    return [without_secrets(below) for below in value] if isinstance(value, list) else value


class HouseItem(NamedTuple):
    """An item of goods in its house consignment; `words` are those of `schemas.ItemSchema`."""

    house: int
    words: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A movement's words after the schema, in the form they are stored in.

    `header` is the whole but the items: its `house_consignments` stand there without theirs. `items` are those of all
    houses in order. Decimals are strings of plain digits, dates ISO strings. Access codes of guarantees are taken out
    of the words: `access_codes` holds those just given by the place of the guarantee, for the one check they are meant
    for; it is None where the words come from the store.
    """

    header: dict[str, Any]
    items: list[HouseItem]
    access_codes: Mapping[int, str] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, words: Mapping[str, Any], access_codes: Mapping[int, str] | None = None) -> Declared:
        """The whole words (as the schema gives them, or `body`) in the form they are stored in."""
        houses, items = [], []
        for house in words["house_consignments"]:
            houses.append({name: value for name, value in house.items() if name != "items"})
            items += [HouseItem(house["number"], item) for item in house["items"]]
        guarantees = [open_words(named) for named in words.get("guarantees") or ()]
        return cls({**words, "guarantees": guarantees, "house_consignments": houses}, items, access_codes)

    @property
    def post(self) -> str:
        """The office of departure, or of entry where the movement departed abroad."""
        return str(self.header["post"])

    @property
    def kind(self) -> str:
        return str(self.header["kind"])

    @property
    def prelodged(self) -> bool:
        """Announced before the goods are there (additional declaration type D)."""
        return self.header.get("additional_type") == "D"

    @property
    def holder(self) -> str:
        """The firm that answers for the goods."""
        return str(self.header["holder"]["id"])

    @property
    def carnet(self) -> str | None:
        """The number of the TIR carnet, without spaces, in capitals."""
        carnet = self.header.get("carnet")
        return compact(str(carnet["number"])) if carnet else None

    @property
    def destination(self) -> str:
        """The last office of destination."""
        return str(self.header["offices"]["destination"][-1])

    @property
    def houses(self) -> list[dict[str, Any]]:
        """The house consignments without their items."""
        houses: list[dict[str, Any]] = self.header["house_consignments"]
        return houses

    @property
    def guarantees(self) -> list[dict[str, Any]]:
        return list(self.header.get("guarantees") or ())

    @property
    def gross_kg(self) -> Decimal:
        """The gross mass of everything as declared for the whole."""
        return Decimal(self.header["gross_kg"])

    @property
    def plates(self) -> list[str]:
        """Registration numbers of vehicle and trailer as they are compared, each once."""
        transport = self.header["transport"]
        means = (transport.get("vehicle"), transport.get("trailer"))
        return list(dict.fromkeys(compact(one["plate"]) for one in means if one))

    @property
    def containers(self) -> list[str]:
        named = (part.get("container") for part in self.header.get("equipment") or ())
        return list(dict.fromkeys(number for number in named if number))

    @property
    def seals(self) -> list[str]:
        """The seals that are on the goods already, as they are compared, each once."""
        parts = self.header.get("equipment") or ()
        return list(dict.fromkeys(compact(seal) for part in parts for seal in part.get("seals") or ()))

    def offices(self) -> list[tuple[Office, str]]:
        """The offices in the order of the route, each once. The post decides as an office of departure does, also
        where the movement departed abroad and comes in there."""
        named = self.header["offices"]
        way = [(Office.DEPARTURE, code) for code in named["departure"]]
        if self.post not in named["departure"]:
            way.append((Office.DEPARTURE, self.post))
        way += [(Office.TRANSIT, code) for code in named.get("transit") or () if code != self.post]
        if named.get("exit"):
            way.append((Office.EXIT, named["exit"]))
        way += [(Office.DESTINATION, code) for code in named["destination"]]
        return list(dict.fromkeys(way))

    def items_of(self, house: int) -> Iterator[dict[str, Any]]:
        return (item.words for item in self.items if item.house == house)

    def body(self) -> dict[str, Any]:
        """The words as they were written, items in their houses, without access codes: for amendments and copies."""
        lying: dict[int, list[dict[str, Any]]] = {}
        for item in self.items:
            lying.setdefault(item.house, []).append(item.words)
        houses = [{**house, "items": lying.get(house["number"], [])} for house in self.houses]
        return {**self.header, "house_consignments": houses}

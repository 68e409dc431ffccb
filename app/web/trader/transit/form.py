"""The form of a movement: the schema's form, with houses and items on pages of their own, numbered by their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from app.transit.schemas import MOST_ITEMS, movement_schema
from app.web.drafting import DraftForm, rows_of
from app.web.kinds import fields_of
from app.web.names import nested
from app.web.typed import whole_number

HOUSES, ITEMS = "house_consignments", "items"
MOST_HOUSES = 99


class MovementForm(DraftForm):
    """The form of a movement, or of a part of it; what a page does not hold stays as it was kept."""

    most: ClassVar[Mapping[str, int]] = {ITEMS: MOST_ITEMS, "goods": MOST_ITEMS}

    def __init__(self, values: Mapping[str, Any] | None = None, *, version: int | None = None) -> None:
        super().__init__(movement_schema(), values, version=version)

    @classmethod
    def of_house(cls, posted: Mapping[str, str], kept: Mapping[str, Any], place: int) -> Self:
        """A form with the words of one house consignment but for its items; `place` counts from 0, one beyond the last
        is a new house."""
        form = cls(version=whole_number(posted.get("version", "")))
        houses = houses_of(kept)
        before = houses[place] if place < len(houses) else {}
        houses[place : place + 1] = [{**_first(nested(posted).get(HOUSES)), ITEMS: items_of(before)}]
        form.values = {**kept, HOUSES: houses}
        form.refuse_floods({HOUSES: [{**houses[place], ITEMS: []}]})
        return form

    @classmethod
    def of_item(cls, posted: Mapping[str, str], kept: Mapping[str, Any], house: int, place: int) -> Self:
        """A form with the words of one item of a house; both count from 0, `place` one beyond the last is a new item."""
        form = cls(version=whole_number(posted.get("version", "")))
        houses = houses_of(kept)
        items = items_of(houses[house])
        items[place : place + 1] = [_first(_first(nested(posted).get(HOUSES)).get(ITEMS))]
        houses[house] = {**houses[house], ITEMS: items}
        form.values = {**kept, HOUSES: houses}
        form.refuse_floods({HOUSES: [{ITEMS: items[place : place + 1]}]})
        return form

    def numbered(self, words: dict[str, Any]) -> dict[str, Any]:
        """Houses and items are numbered by their order, items over all houses."""
        if not isinstance(words.get(HOUSES), list):
            return words
        count = 0
        houses: list[Any] = []
        for number, house in enumerate(words[HOUSES], 1):
            if not isinstance(house, Mapping):
                houses.append(house)
                continue
            items = [
                {**item, "number": count + nth} if isinstance(item, Mapping) else item
                for nth, item in enumerate(items_of(house), 1)
            ]
            count += len(items)
            houses.append({**house, "number": number, **({ITEMS: items} if items else {})})
        return {**words, HOUSES: houses}

    def undrawn(self) -> Iterator[tuple[str, str]]:
        """Name and value of every word at the top that has no box on this page; asked last, and sent along hidden."""
        header = {name: value for name, value in self.values.items() if name != HOUSES}
        yield from self.undrawn_in(fields_of(self.schema), header, "")


def houses_of(words: Mapping[str, Any]) -> list[Any]:
    """The house consignments of a draft, which may be of any shape."""
    return [house if isinstance(house, Mapping) else {} for house in rows_of(words.get(HOUSES))]


def items_of(house: Mapping[str, Any]) -> list[Any]:
    return rows_of(house.get(ITEMS))


def count_of(words: Mapping[str, Any]) -> int:
    """The items of all houses."""
    return sum(len(items_of(house)) for house in houses_of(words))


def _first(sent: Any) -> dict[str, Any]:
    """The one row that came with a page."""
    rows = rows_of(sent)
    return dict(rows[0]) if rows and isinstance(rows[0], Mapping) else {}

"""A movement for the eyes: its sections with their values, and its houses with their items; of drafts of any shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text import excerpt
from app.transit.declared import open_words
from app.transit.schemas import MOST_ITEMS, HouseConsignmentSchema, HouseItemSchema, movement_schema
from app.web import declared
from app.web.declared import Section
from app.web.drafting import rows_of
from app.web.kinds import fields_of
from app.web.lists import Lists
from app.web.trader.transit.form import HOUSES, houses_of, items_of
from app.web.trader.transit.sections import SECTIONS
from app.web.typed import whole_number

_HOUSE, _ITEM = HouseConsignmentSchema(), HouseItemSchema()
#: What a row of the table shows; everything else of an item stands in its details.
_COLUMNS = ("number", "commodity", "description", "gross_kg", "net_kg", "packages")


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item: its number over all houses, the values of the table, and everything else about it."""

    number: int
    values: dict[str, Any]
    more: list[declared.Row]


@dataclass(frozen=True, slots=True)
class HouseShown:
    """A house consignment with those of its items that are shown; `more` are its words but for parties and mass."""

    place: int
    words: Mapping[str, Any]
    gross_kg: Any
    items: list[ItemShown]
    more: list[declared.Row]


def sections(words: Mapping[str, Any], lists: Lists) -> dict[str, Section]:
    """The sections with a value, by their keys, without the goods."""
    header = {name: value for name, value in words.items() if name not in (HOUSES, "guarantees")}
    named = rows_of(words.get("guarantees"))
    header["guarantees"] = [open_words(each) if isinstance(each, Mapping) else each for each in named]
    return {part.key: part for part in declared.sections_of(movement_schema(), header, lists, SECTIONS)}


def houses(words: Mapping[str, Any], lists: Lists, first: int = 0, most: int = MOST_ITEMS) -> list[HouseShown]:
    """The houses that have items among `most` from `first` (counted over all of them), and those without any."""
    found, before = [], 0
    for place, house in enumerate(houses_of(words), 1):
        items = items_of(house)
        shown = [
            _item(item, before + nth + 1, lists)
            for nth, item in enumerate(items)
            if first <= before + nth < first + most
        ]
        before += len(items)
        if not shown and items:
            continue
        gross = house.get("gross_kg")
        others = {name: value for name, value in house.items() if name in ("consignor", "consignee", "documents")}
        found.append(
            HouseShown(
                place,
                house,
                declared.value_shown(fields_of(_HOUSE)["gross_kg"], gross, lists) if gross else None,
                shown,
                declared.rows(_HOUSE, others, lists),
            )
        )
    return found


def _item(item: Any, place: int, lists: Lists) -> ItemShown:
    if not isinstance(item, Mapping):
        return ItemShown(place, {"description": excerpt(item, 500)}, [])
    known = fields_of(_ITEM)
    values = {
        name: declared.value_shown(known[name], item[name], lists)
        for name in ("gross_kg", "net_kg")
        if item.get(name) not in (None, "")
    }
    packages = [pack for pack in rows_of(item.get("packages")) if isinstance(pack, Mapping)]
    number = whole_number(str(item.get("number") or "")) or place
    others = {name: value for name, value in item.items() if name not in _COLUMNS}
    plain = {"commodity": item.get("commodity"), "description": item.get("description"), "packages": packages}
    return ItemShown(number, {**plain, **values}, declared.rows(_ITEM, others, lists))

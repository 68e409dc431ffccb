"""What is declared, by sections with the numbers of the boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.core.text import Text, _
from app.declarations.commands import Declared
from app.web import declared as laid_out
from app.web.declared import ItemShown, Section
from app.web.lists import Lists


class _Group(NamedTuple):
    key: str
    title: Text
    names: frozenset[str]


#: Which names of the header stand in which section; what no section names stands in the first.
SECTIONS: tuple[_Group, ...] = (
    _Group("declaration", _("Declaration"), frozenset()),
    _Group("parties", _("Parties"), frozenset({"consignor", "consignee", "declarant", "financial"})),
    _Group("transport", _("Transport"), frozenset({"countries", "transport", "seals", "location_of_goods", "place_of_loading"})),
    _Group("terms", _("Invoice, terms and costs"), frozenset({
        "delivery_terms", "invoice", "costs", "exchange_rate", "value_details", "terms_of_payment", "bank",
        "mode_of_payment", "deferred_payment", "transaction_nature",
    })),
    _Group("transit", _("Transit, warehouse and guarantees"), frozenset({
        "principal", "offices_of_transit", "guarantees", "destination_office", "warehouse", "border_office",
    })),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """The declaration for the eyes: its header by sections, and one page of its items."""

    sections: list[Section]
    items: list[ItemShown]


def shown(declared: Declared, items: Sequence[Mapping[str, Any]], lists: Lists) -> Shown:
    """The words as the schema lays them out; documents stand in a table of their own."""
    goods = [{name: value for name, value in item.items() if name != "documents"} for item in items]
    first = items[0]["number"] if items else 1
    return Shown(laid_out.sections(declared.header, lists, SECTIONS), laid_out.items(goods, lists, first))

"""What is declared, by sections with the numbers of the boxes; and what changed between two versions, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from app.core.errors import Finding
from app.core.text import Text, _
from app.declarations.commands import Declared
from app.declarations.differences import Difference
from app.declarations.schemas import declaration_schema
from app.edge import fmt
from app.edge.locale import translate
from app.web.declared import ItemShown, Part, Row
from app.web.declared import shown as laid_out
from app.web.form import Form
from app.web.lists import lists_of

#: Items on one page of a file; more make it too long to read and to draw.
ITEMS_ON_PAGE = 50

#: Which names of the header stand in which section; what no section names stands in the first.
SECTIONS: tuple[tuple[Text, frozenset[str]], ...] = (
    (_("Declaration"), frozenset()),
    (_("Parties"), frozenset({"consignor", "consignee", "declarant", "financial"})),
    (_("Transport"), frozenset({"countries", "transport", "seals", "location_of_goods", "place_of_loading"})),
    (_("Invoice, terms and costs"), frozenset({
        "delivery_terms", "invoice", "costs", "exchange_rate", "value_details", "terms_of_payment", "bank",
        "mode_of_payment", "deferred_payment", "transaction_nature",
    })),
    (_("Transit, warehouse and guarantees"), frozenset({
        "principal", "offices_of_transit", "guarantees", "destination_office", "warehouse", "border_office",
    })),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the header: values of its own, then groups of values."""

    title: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Shown:
    """The declaration for the eyes: its header by sections, and one page of its items."""

    sections: list[Section]
    items: list[ItemShown]


def shown(session: Session, declared: Declared, items: Sequence[Mapping[str, Any]]) -> Shown:
    """The words as the schema lays them out; documents stand in a table of their own."""
    lists = lists_of(session)
    named = frozenset().union(*(names for _title, names in SECTIONS))
    sections = []
    for title, names in SECTIONS:
        words = {n: v for n, v in declared.header.items() if (n in names if names else n not in named)}
        parts = [part for part in laid_out(words, lists).parts if part.rows]
        if parts:
            sections.append(Section(translate(title), parts))
    goods = [{name: value for name, value in item.items() if name != "documents"} for item in items]
    return Shown(sections, laid_out({"items": goods}, lists).items)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else: its label with the item it belongs to, its box, and both values."""

    label: str
    box: str
    before: Markup
    after: Markup


#: More changes than this are not read by anybody; the page says how many there are.
MOST_CHANGES = 200


def changes(differences: Iterable[Difference]) -> list[Change]:
    """Differences with the labels of the form they were written in."""
    found = list(differences)[:MOST_CHANGES]
    labels = Form(declaration_schema(), findings=[Finding(d.pointer, "", Text("")) for d in found]).summary()
    return [
        Change(complaint.label, d.box, _said(d.before), _said(d.after))
        for complaint, d in zip(labels, found, strict=True)
    ]


def _said(value: Any) -> Markup:
    """A value as it stands in the words of a declaration."""
    if value in (None, "", [], {}):
        return Markup('<span class="quiet">–</span>')
    if isinstance(value, bool):
        return escape(translate(_("Yes") if value else _("No")))
    if isinstance(value, Mapping):
        names = ("commodity", "description") if "commodity" in value else tuple(value)
        return Markup(" · ").join(_said(value[name]) for name in names if value.get(name) not in (None, "", [], {}))
    if isinstance(value, list):
        return Markup(", ").join(_said(one) for one in value)
    text = str(value)
    return fmt.code(text) if text.isascii() and " " not in text else Markup("<bdi>{}</bdi>").format(text)


__all__ = ["ITEMS_ON_PAGE", "Change", "Row", "Section", "Shown", "changes", "shown"]

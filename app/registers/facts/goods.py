"""What is said of the goods: the facts of each item, and of all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.registers.facts import controlled
from app.registers.facts.moments import Moment
from app.registers.facts.reading import (
    ZERO,
    Words,
    double,
    earlier,
    exact,
    folded,
    in_order,
    part_of,
    ratio,
    said,
    unique,
)

#: The digits of the international part of a commodity code, by which prices are usual.
SIX = 6


@dataclass(frozen=True, slots=True)
class Usual:
    """What a kilogram of such goods usually costs at the post, in one currency: the median, and the tenths below and
    above."""

    low: Decimal
    median: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around the goods: usual prices by (commodity, currency), the chapters that the consignees have
    brought, None where none of them is known."""

    prices: Mapping[tuple[str, str], Usual] = field(default_factory=dict)
    chapters: frozenset[str] | None = None


@dataclass(slots=True)
class Item:
    """An item and its facts; `value_per_kg` stays exact for comparing."""

    words: Words
    facts: dict[str, Any]
    per_kg: Decimal
    usual: Usual | None


def of_declaration(items: Sequence[Words], currency: str, moment: Moment, around: Surroundings) -> list[Item]:
    """The items of a declaration, whose prices are in the currency of the invoice."""
    return [_declared(words, _common(words, currency, "invoice_value", moment, around)) for words in items]


def of_movement(items: Iterable[tuple[int, Words]], moment: Moment, around: Surroundings) -> list[Item]:
    """The items of a movement with the numbers of their houses."""
    return [
        _moved(house, words, _common(words, said(words, "currency"), "value", moment, around)) for house, words in items
    ]


def _common(words: Words, currency: str, priced: str, moment: Moment, around: Surroundings) -> Item:
    commodity, description = said(words, "commodity"), folded(words, "description")
    gross, net, value = exact(words, "gross_kg"), exact(words, "net_kg"), exact(words, priced)
    mass = net or (gross if priced == "value" else ZERO)
    per_kg = value / mass if mass else ZERO
    usual = around.prices.get((commodity[:SIX], currency))
    supplementary, packages = words.get("supplementary"), words.get("packages") or ()
    previous, chapter = words.get("previous_documents") or (), commodity[:2]
    return Item(
        words,
        {
            "number": words["number"],
            "commodity": commodity,
            "chapter": chapter,
            "heading": commodity[:4],
            "description": description,
            "description_length": sum(letter.isalpha() for letter in description),
            "origin": said(words, "origin"),
            "packages": sum(each["count"] for each in packages),
            "package_kinds": unique(said(each, "kind") for each in packages),
            "marks": in_order(folded(each, "marks") for each in packages),
            "containers": list(words.get("containers") or ()),
            "gross_kg": float(gross),
            "net_kg": float(net),
            "net_share": part_of(net, gross) if net and gross else 100.0,
            "supplementary_unit": said(supplementary, "unit"),
            "supplementary_quantity": double(supplementary, "quantity"),
            "value": float(value),
            "currency": currency,
            "value_per_kg": float(per_kg),
            "value_ratio": ratio(per_kg, usual.median, 1.0) if usual and per_kg else 1.0,
            "documents": unique(said(each, "type") for each in words.get("documents") or ()),
            "previous_types": unique(said(each, "type") for each in previous),
            "previous_documents": earlier([words]),
            "controlled": controlled.by_code(moment.codes, commodity, moment.today),
            "controlled_names": controlled.by_name(moment.codes, description, moment.today),
            "new_to_consignee": around.chapters is not None and chapter not in around.chapters,
        },
        per_kg,
        usual if per_kg else None,
    )


def _declared(words: Words, item: Item) -> Item:
    item.facts |= {
        "origin_region": folded(words, "origin_region"),
        "procedure": said(words, "procedure"),
        "preference": said(words, "preference"),
        "customs_value": double(words, "customs_value"),
        "statistical_value": double(words, "statistical_value"),
        "adjustment": double(words, "adjustment"),
        "valuation_method": said(words, "valuation_method"),
        "quota": said(words, "quota"),
        "licence": said(words.get("licence"), "number"),
        "licence_amount": double(words.get("licence"), "amount"),
        "licence_quantity": double(words.get("licence"), "quantity"),
        "additional_codes": list(words.get("additional_codes") or ()),
        "information_codes": list(words.get("additional_information_codes") or ()),
        "additional_information": folded(words, "additional_information"),
        "un_number": said(words, "un_number"),
    }
    return item


def _moved(house: int, words: Words, item: Item) -> Item:
    item.facts |= {
        "house": house,
        "un_number": said(words, "dangerous"),
        "cus_number": said(words, "cus"),
    }
    return item


def together(items: Sequence[Item]) -> dict[str, Any]:
    """The facts of all items of a consignment."""
    known = [item.facts for item in items]
    chapters = unique(each["chapter"] for each in known)
    return {
        "items": known,
        "item_count": len(known),
        "origins": unique(each["origin"] for each in known),
        "commodities": [each["commodity"] for each in known],
        "chapters": chapters,
        "headings": unique(each["heading"] for each in known),
        "descriptions": [each["description"] for each in known],
        "un_numbers": unique(each["un_number"] for each in known),
        "package_kinds": _all(known, "package_kinds"),
        "marks": in_order(mark for each in known for mark in each["marks"]),
        "controlled": _all(known, "controlled"),
        "controlled_names": _all(known, "controlled_names"),
        "packages": sum(each["packages"] for each in known),
        "net_kg": float(net(items)),
        "heavier_net": sum(exact(item.words, "net_kg") > exact(item.words, "gross_kg") for item in items),
        "new_chapters": unique(each["chapter"] for each in known if each["new_to_consignee"]),
        **_priced(items),
    }


def of_declarations_alone(items: Sequence[Item]) -> dict[str, Any]:
    """What only the items of declarations say."""
    known = [item.facts for item in items]
    return {
        "procedures": unique(each["procedure"] for each in known),
        "preferences": unique(each["preference"] for each in known),
        "quotas": unique(each["quota"] for each in known),
        "licences": unique(each["licence"] for each in known),
        "additional_codes": _all(known, "additional_codes"),
        "information_codes": _all(known, "information_codes"),
        "valuation_methods": unique(each["valuation_method"] for each in known),
    }


def gross(items: Sequence[Item]) -> Decimal:
    return sum((exact(item.words, "gross_kg") for item in items), ZERO)


def net(items: Sequence[Item]) -> Decimal:
    return sum((exact(item.words, "net_kg") for item in items), ZERO)


def _all(known: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return unique(value for each in known for value in each[name])


def _priced(items: Sequence[Item]) -> dict[str, Any]:
    """The items beside what such goods usually cost; where nothing is known, none is out of the way."""
    known = [(item.per_kg, item.usual, item.facts["value_ratio"]) for item in items if item.usual is not None]
    ratios = [ratio for _price, _usual, ratio in known]
    return {
        "lowest_value_ratio": min(ratios, default=1.0),
        "highest_value_ratio": max(ratios, default=1.0),
        "below_usual": sum(price < usual.low for price, usual, _ratio in known),
        "above_usual": sum(price > usual.high for price, usual, _ratio in known),
    }

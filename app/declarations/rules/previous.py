"""Rules of previous documents: what the goods came under before, and what is written off from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.core.numbering import is_mrn
from app.core.text import _
from app.declarations.rules.context import ZERO, Context, Item
from app.declarations.rules.registry import Failures, rule

_BOX_40 = "UN layout key, box 40"
#: Categories of box 40 (X summary declaration, Y initial, Z previous), and names that are no codes of any list.
_CATEGORIES = frozenset({"X", "Y", "Z", "MRN", "NMRN", "CLE", "NCLE", "SAD", "TIR", "ATA", "CMR", "SMGS"})
_LOOKS_LIKE_MRN = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", re.ASCII)
#: What people write into a field that must not be empty.
_NOTHING = re.compile(r"(?i)[\W_0]*|n\W?/?a|b/?n|none|no|nil|null|x+|нет|б/?н|нест|ندارد|نه")


def placeholder(number: str) -> bool:
    """Whether a number says nothing: "0", "-", "n/a", "б/н" and the like."""
    return _NOTHING.fullmatch(number.strip()) is not None


def _previous(context: Context) -> Iterator[tuple[Item, int, dict[str, Any]]]:
    for item in context.items:
        for nth, document in enumerate(item.words.get("previous_documents") or ()):
            yield item, nth, document


@rule(
    "previous.type",
    box="40",
    pointer="/items/*/previous_documents/*/type",
    of="documents",
    severity="warning",
    says=_("{type} is not a type of previous document."),
    remedy=_("A declaration is MRN, a summary declaration X; documents have the codes of box 44."),
    source=_BOX_40 + "; UN/EDIFACT 1001",
)
def known_types(context: Context) -> Failures:
    kinds, documents = context.codes["declaration_type"], context.codes["document_type"]
    for item, nth, document in _previous(context):
        code = document.get("type")
        if not code or code in _CATEGORIES or kinds[code] is not None:
            continue
        if documents[code] is None and documents[code.removeprefix("N")] is None:
            yield item.at("previous_documents", nth, "type"), {"type": code}


@rule(
    "previous.number",
    box="40",
    pointer="/items/*/previous_documents/*/number",
    of="documents",
    severity="warning",
    says=_("“{number}” is no number of a document."),
    remedy=_("Give the number under which it was registered, or leave the previous document out."),
    source=_BOX_40,
)
def no_number(context: Context) -> Failures:
    for item, nth, document in _previous(context):
        if placeholder(document["number"]):
            yield item.at("previous_documents", nth, "number"), {"number": document["number"]}


@rule(
    "previous.mrn",
    box="40",
    pointer="/items/*/previous_documents/*/number",
    of="documents",
    severity="warning",
    says=_("{number} looks like an MRN, but its check character is wrong."),
    remedy=_("Copy the number again; the last character tells whether it is right."),
    source="Guzar: movement reference number, check character of ISO 6346",
)
def mrn_check_character(context: Context) -> Failures:
    for item, nth, document in _previous(context):
        number = document["number"]
        if _LOOKS_LIKE_MRN.fullmatch(number) and not is_mrn(number):
            yield item.at("previous_documents", nth, "number"), {"number": number}


@rule(
    "previous.item",
    box="40",
    pointer="/items/*/previous_documents/*/item",
    of="documents",
    severity="warning",
    says=_("It is not said which item of declaration {number} the goods are."),
    remedy=_("Give the number of the item; without it the first one is taken."),
    source=_BOX_40,
)
def item_of_the_declaration(context: Context) -> Failures:
    for item, nth, document in _previous(context):
        if document.get("item") is None and is_mrn(document["number"]):
            yield item.at("previous_documents", nth, "item"), {"number": document["number"]}


@rule(
    "previous.repeated",
    box="40",
    pointer="/items/*/previous_documents/*",
    of="documents",
    says=_("Document {number} stands twice in this item; it would be written off twice."),
    remedy=_("Put both into one line with the sum of what is to be written off."),
    source="Revised Kyoto Convention, Specific Annex D: discharge; Guzar: write-off",
)
def written_off_twice(context: Context) -> Failures:
    for item in context.items:
        documents = item.words.get("previous_documents") or ()
        seen: set[tuple[Any, ...]] = set()
        for nth, document in enumerate(documents):
            line = (document.get("type"), document["number"], document.get("item"))
            if line in seen:
                yield item.at("previous_documents", nth), {"number": document["number"]}
            seen.add(line)


@rule(
    "previous.quantities",
    box="41",
    pointer="/items/*/previous_documents/*/net_kg",
    of="documents",
    severity="warning",
    says=_("The goods come from {count} declarations, and how much comes from {number} is not said."),
    remedy=_("Give the net mass, and packages or units, to be written off from each."),
    source="Guzar: write-off",
)
def how_much_of_each(context: Context) -> Failures:
    for item in context.items:
        documents = item.words.get("previous_documents") or ()
        mrns = [nth for nth, document in enumerate(documents) if is_mrn(document["number"])]
        if len(mrns) < 2:
            continue
        for nth in mrns:
            if documents[nth].get("net_kg") is None and documents[nth].get("quantity") is None:
                told = {"count": len(mrns), "number": documents[nth]["number"]}
                yield item.at("previous_documents", nth, "net_kg"), told


@rule(
    "previous.net-mass",
    box="41",
    pointer="/items/*/previous_documents",
    of="documents",
    says=_("{taken} kg are to be written off, and the item has {net} kg."),
    remedy=_("Write off what the item holds; losses are settled with the administration."),
    source="Guzar: write-off",
)
def more_than_the_item(context: Context) -> Failures:
    for item in context.items:
        documents = item.words.get("previous_documents")
        if not documents:
            continue
        taken = sum((Decimal(d["net_kg"]) for d in documents if d.get("net_kg") is not None), ZERO)
        if taken > item.net:
            yield item.at("previous_documents"), {"taken": taken, "net": item.words["net_kg"]}


@rule(
    "previous.date",
    box="40",
    pointer="/items/*/previous_documents/*/date",
    of="documents",
    severity="warning",
    says=_("The previous document is of {date}, which is still to come."),
    remedy=_("Correct the date."),
    source=_BOX_40,
)
def dated_tomorrow(context: Context) -> Failures:
    today = context.today.isoformat()
    for item, nth, document in _previous(context):
        day = document.get("date")
        if day and day > today:
            yield item.at("previous_documents", nth, "date"), {"date": day}

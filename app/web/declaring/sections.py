"""The declaration as a list of tasks: which words belong to which section, and how far each has come.

Every name at the top of the contract's JSON belongs to exactly one section, so that a section's form can be kept
without touching what stands in the others. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.core.errors import Finding
from app.core.text import _
from app.web.tasking import Progress, Section, State, Tasks, is_begun, is_missing

__all__ = [
    "BY_KEY",
    "FORMS",
    "SECTIONS",
    "Progress",
    "Section",
    "State",
    "after",
    "is_begun",
    "is_missing",
    "progress",
    "section_of",
]

SECTIONS: tuple[Section, ...] = (
    Section(
        "header",
        _("Header and type"),
        _("Your reference, the crossing point, what kind of declaration it is"),
        frozenset(
            {
                "local_reference", "post", "declaration_type", "general_procedure", "additional_type", "transit_type",
                "forms", "loading_lists", "total_items", "total_packages", "agricultural_policy", "office", "manifest",
                "representative", "place_and_date", "additional_information",
            }
        ),
        frozenset({"post"}),
    ),
    Section(
        "parties",
        _("Parties"),
        _("Who sends, who receives, who declares"),
        frozenset({"consignor", "consignee", "declarant", "financial", "principal"}),
        frozenset({"declarant"}),
    ),
    Section(
        "transport",
        _("Transport and crossing"),
        _("Countries, vehicle, driver, containers, seals"),
        frozenset(
            {
                "countries", "transport", "seals", "location_of_goods", "place_of_loading", "border_office",
                "warehouse", "offices_of_transit", "destination_office", "guarantees",
            }
        ),
        frozenset({"transport.border_mode"}),
    ),
    Section(
        "terms",
        _("Delivery terms, invoice and costs"),
        _("What was agreed, what was paid for the goods and for bringing them"),
        frozenset(
            {
                "delivery_terms", "invoice", "costs", "transaction_nature", "exchange_rate", "value_details", "bank",
                "terms_of_payment", "mode_of_payment", "deferred_payment",
            }
        ),
    ),
    Section("items", _("Items"), _("The goods, one by one"), frozenset({"items"})),
    Section(
        "documents",
        _("Documents and scans"),
        _("Invoice, consignment note, certificates of the whole consignment"),
        frozenset({"documents"}),
    ),
)  # fmt: skip

BY_KEY: Mapping[str, Section] = {section.key: section for section in SECTIONS}
#: Those with a plain form; items have a list with pages of their own.
FORMS = tuple(section.key for section in SECTIONS if section.key != "items")
_TASKS = Tasks(SECTIONS)


def section_of(pointer: str) -> Section | None:
    """The section a finding belongs to; None for what is about the whole."""
    return _TASKS.of(pointer)


def after(section: Section) -> Section | None:
    """The section that follows, in the order of the list."""
    return _TASKS.after(section)


def progress(words: Mapping[str, Any], findings: Iterable[Finding]) -> list[Progress]:
    """How far each section has come, by what is written and what is found wrong with it."""
    return _TASKS.progress(words, findings)

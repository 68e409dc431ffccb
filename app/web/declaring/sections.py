"""The declaration as a list of tasks: which words belong to which section, and how far each has come.

Every name at the top of the contract's JSON belongs to exactly one section, so that a section's form can be kept
without touching what stands in the others. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.errors import Finding
from app.core.text import Text, _
from app.web.typed import without_blanks


class State(StrEnum):
    """How far a section has come. Only `wrong` and `begun` stand between a declaration and its lodging, and `blank`
    where something must be given."""

    BLANK = "blank"
    BEGUN = "begun"
    WRONG = "wrong"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the declaration with a page of its own. `by_itself` are the values a new draft already has."""

    key: str
    title: Text
    about: Text
    names: frozenset[str]
    by_itself: frozenset[str] = frozenset()

    def words_of(self, words: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in words.items() if name in self.names}


@dataclass(frozen=True, slots=True)
class Progress:
    """A section with its state; `errors` are those that are not just missing values, `missing` these."""

    section: Section
    state: State
    errors: int = 0
    missing: int = 0
    warnings: int = 0


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


def section_of(pointer: str) -> Section | None:
    """The section a finding belongs to; None for what is about the whole."""
    name = pointer.split("/")[1] if pointer.startswith("/") else ""
    return next((section for section in SECTIONS if name in section.names), None)


def after(section: Section) -> Section | None:
    """The section that follows, in the order of the list."""
    place = SECTIONS.index(section) + 1
    return SECTIONS[place] if place < len(SECTIONS) else None


def progress(words: Mapping[str, Any], findings: Iterable[Finding]) -> list[Progress]:
    """How far each section has come, by what is written and what is found wrong with it."""
    of: dict[str, list[Finding]] = {section.key: [] for section in SECTIONS}
    for finding in findings:
        section = section_of(finding.pointer)
        if section is not None:
            of[section.key].append(finding)
    return [_progress(section, words, of[section.key]) for section in SECTIONS]


def _progress(section: Section, words: Mapping[str, Any], found: list[Finding]) -> Progress:
    errors = [finding for finding in found if finding.severity == "error"]
    missing = sum(is_missing(finding) for finding in errors)
    wrong, doubtful = len(errors) - missing, len(found) - len(errors)
    if wrong:
        state = State.WRONG
    elif not is_begun(section, words):
        state = State.BLANK
    else:
        state = State.BEGUN if missing else State.COMPLETE
    return Progress(section, state, wrong, missing, doubtful)


def is_missing(finding: Finding) -> bool:
    """Whether it only says that something is not filled in yet."""
    return finding.rule == "required"


def is_begun(section: Section, words: Mapping[str, Any]) -> bool:
    """Whether anything stands there that did not come by itself."""
    given = without_blanks(section.words_of(words))
    for path in section.by_itself:
        given = _without(given, path.split("."))
    return bool(without_blanks(given))


def _without(words: Any, path: list[str]) -> Any:
    if not isinstance(words, Mapping) or path[0] not in words:
        return words
    kept = {name: value for name, value in words.items() if name != path[0]}
    if len(path) > 1:
        kept[path[0]] = _without(words[path[0]], path[1:])
    return kept

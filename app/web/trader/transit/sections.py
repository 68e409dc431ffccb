"""A movement as a list of tasks: which words belong to which section, and which sections this kind of transit has.

Every name at the top of the JSON belongs to exactly one section. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.errors import Finding
from app.core.text import _
from app.transit.lifecycle import Kind
from app.web.tasking import Section, Tasks

CARNET, GOODS, GUARANTEES = "carnet", "goods", "guarantees"

SECTIONS: tuple[Section, ...] = (
    Section(
        "header",
        _("Kind and holder"),
        _("What kind of transit it is, where it begins, who answers for the goods"),
        frozenset(
            {"kind", "local_reference", "post", "additional_type", "declaration_type", "holder", "representative", "ucr"}
        ),
        frozenset({"kind", "post", "additional_type", "holder"}),
    ),
    Section(
        "route",
        _("Offices, route and time"),
        _("Where the goods leave, pass and arrive, through which countries, until when"),
        frozenset({"offices", "countries", "binding_itinerary", "itinerary", "route", "limit_date"}),
        frozenset({"offices.departure", "binding_itinerary"}),
    ),
    Section(
        "transport",
        _("Transport, containers and seals"),
        _("Vehicle, driver, containers, the seals that are on them, where the goods can be seen"),
        frozenset({"transport", "equipment", "location", "places"}),
        frozenset({"transport.border_mode", "transport.inland_mode"}),
    ),
    Section(CARNET, _("TIR carnet"), _("Number, validity, and the page that is presented"), frozenset({"carnet"})),
    Section(
        GOODS,
        _("Consignments and items"),
        _("Who sends, who receives, and the goods one by one"),
        frozenset({"house_consignments"}),
    ),
    Section(
        "documents",
        _("Documents"),
        _("Consignment note, invoice, what the goods came under before"),
        frozenset({"documents", "transport_documents", "previous_documents", "additional_references"}),
    ),
    Section(
        GUARANTEES,
        _("Guarantees"),
        _("Which of your guarantees covers the duties at stake"),
        frozenset({"guarantees"}),
    ),
    Section("totals", _("Totals"), _("The gross mass of everything, beside what the items add up to"),
            frozenset({"gross_kg"})),
)  # fmt: skip

BY_KEY: Mapping[str, Section] = {section.key: section for section in SECTIONS}
#: Those with a plain form; the goods have a list with pages of their own.
FORMS = tuple(section.key for section in SECTIONS if section.key != GOODS)


def is_missing(finding: Finding) -> bool:
    """Whether it only says that something is not filled in yet."""
    return finding.rule == "required" or finding.rule.endswith("missing")


def tasks_of(words: Mapping[str, Any]) -> Tasks:
    """The sections of a draft: a carnet only for TIR, where it is the guarantee; what is written has its section."""
    tir = words.get("kind") == Kind.TIR.value
    left_out = {GUARANTEES if tir else CARNET}
    shown = [s for s in SECTIONS if s.key not in left_out or any(words.get(name) for name in s.names)]
    return Tasks(tuple(shown), is_missing)

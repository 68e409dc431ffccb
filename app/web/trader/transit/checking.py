"""Everything that is wrong with a movement as it is written, at once.

The rules look at a movement whose words are all in order. So that one missing word does not hide ten wrong codes, the
words that are out of order are filled in for the look, and what is then found about the others is told as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid
from app.flows.movements import lodging
from app.transit import schemas
from app.transit.commands import Declared
from app.transit.operations import may_declare
from app.transit.rules import RULES
from app.web import filling
from app.web.form import Form
from app.web.trader.transit.form import HOUSES, ITEMS, houses_of, items_of

#: For the labels of the fields.
_FORM = Form(schemas.movement_schema())
#: What the rules of a group look at beside the value itself: they hold where these names at the top are in order.
_LOOKS: dict[str, frozenset[str]] = {
    "transit-header": frozenset({"kind", "post"}),
    "transit-route": frozenset({"kind", "post", "offices", "countries", "route"}),
    "transit-tir": frozenset({"kind", "carnet", "offices", "holder"}),
    "transit-transport": frozenset({"kind", "transport", "equipment"}),
    "transit-parties": frozenset({"holder", "representative"}),
    "transit-guarantees": frozenset({"kind", "guarantees"}),
    "transit-documents": frozenset({"documents", "transport_documents", "previous_documents"}),
    "transit-limit": frozenset({"kind", "post", "offices", "transport"}),
    "transit-goods": frozenset(),
}
#: Those that look at less than the others of their group.
_LOOKS_ALONE: dict[str, frozenset[str]] = {"tir.carnet-missing": frozenset({"kind", "carnet"})}
#: Those that compare with the items as well.
_OF_GOODS = frozenset(
    {"equipment.item-unknown", "equipment.item-repeated", "equipment.item-nowhere", "tir.sensitive-goods"}
)


def findings(session: Session, words: Mapping[str, Any], *, by: Actor) -> list[Finding]:
    """Errors and warnings of the schema, of the rules, and of whom one may act for; access codes are asked at lodging."""
    whole = _with_rows(words)
    try:
        declared = schemas.read(whole)
    except Invalid as refusal:
        return _of_unreadable(session, whole, list(refusal.findings), by)
    return [*_mandate(declared, by=by), *lodging.check(session, whole, by=by)]


def refused(found: list[Finding]) -> bool:
    return any(finding.severity == "error" for finding in found)


def named(finding: Finding) -> Finding:
    """The finding as it is told far from its box."""
    return filling.named(_FORM, finding)


def _of_unreadable(session: Session, words: dict[str, Any], found: list[Finding], by: Actor) -> list[Finding]:
    wrong = {finding.pointer for finding in found}
    filled = filling.filled(schemas.movement_schema(), words, wrong)
    try:
        looked = [*_mandate(schemas.read(filled), by=by), *lodging.check(session, filled, by=by)]
    except Invalid:  # a list is too long or too short: first that
        return found
    return found + [f for f in looked if not filling.touches(f.pointer, wrong) and _holds(f, wrong)]


def _holds(finding: Finding, wrong: set[str]) -> bool:
    """Whether it holds although other words are out of order."""
    known = RULES.get(finding.rule)
    heads = {at.split("/")[1] for at in wrong if at}
    if known is None:
        return finding.rule == "forbidden" and "holder" not in heads
    if known.of not in _LOOKS or heads & _LOOKS_ALONE.get(finding.rule, _LOOKS[known.of]):
        return False
    if finding.rule in _OF_GOODS:
        return HOUSES not in heads
    item = "/".join(finding.pointer.split("/")[:5])
    of_item = item.startswith(f"/{HOUSES}/") and item.count("/") == 4
    return not (of_item and any(at == item or at.startswith(item + "/") for at in wrong))


def _mandate(declared: Declared, *, by: Actor) -> list[Finding]:
    try:
        may_declare(declared, by=by)
    except Forbidden as refusal:
        return [Finding("/holder/id", refusal.code, refusal.message)]
    return []


def _with_rows(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words with the groups and rows that must be there, so that what is missing is told box by box."""
    whole = filling.with_groups(schemas.movement_schema(), words)
    houses = [dict(house) for house in houses_of(whole)] or [{"number": 1}]
    for house in houses:
        house[ITEMS] = [dict(item) if isinstance(item, Mapping) else item for item in items_of(house)] or [
            {"number": 1}
        ]
        for item in house[ITEMS]:
            if isinstance(item, dict) and not item.get("packages"):
                item["packages"] = [{}]
    return {**whole, HOUSES: houses}

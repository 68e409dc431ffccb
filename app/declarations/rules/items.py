"""Rules of single items: their codes, numbers and masses."""

from __future__ import annotations

from app.core.text import _
from app.declarations.rules.context import ZERO, Context
from app.declarations.rules.registry import Failures, rule


@rule(
    "item.number",
    box="32",
    pointer="/items/*/number",
    of="items",
    fixed=True,
    says=_("Items are numbered 1, 2, 3 … in their order: here {expected} is expected, not {found}."),
    remedy=_("Correct the number."),
    source="UN layout key, box 32",
)
def numbers(context: Context) -> Failures:
    for item in context.items:
        if item.words["number"] != item.place + 1:
            yield item.at("number"), {"expected": item.place + 1, "found": item.words["number"]}


@rule(
    "code.commodity",
    box="33",
    pointer="/items/*/commodity",
    of="items",
    says=_("{code} is not a commodity of the Harmonized System 2022."),
    remedy=_("Its first six digits must exist."),
    source="WCO Harmonized System 2022",
)
def commodities(context: Context) -> Failures:
    known = context.codes["commodity"]
    for item in context.items:
        code = item.words["commodity"]
        if known[code] is None:
            yield item.at("commodity"), {"code": code}


@rule(
    "code.procedure",
    box="37",
    pointer="/items/*/procedure",
    of="items",
    says=_("{code} is not a procedure."),
    remedy=_("Home use import is 4000, permanent export 1000."),
    source="ASYCUDA convention; UN layout key, box 37",
)
def procedures(context: Context) -> Failures:
    known = context.codes["procedure"]
    for item in context.items:
        if known[item.procedure] is None:
            yield item.at("procedure"), {"code": item.words["procedure"]}


@rule(
    "code.package_kind",
    box="31",
    pointer="/items/*/packages/*/kind",
    of="items",
    says=_("{code} is not a kind of packages."),
    remedy=_("A carton is CT, a bale BL."),
    source="UN/CEFACT Recommendation 21",
)
def package_kinds(context: Context) -> Failures:
    known = context.codes["package_kind"]
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            if known[packages["kind"]] is None:
                yield item.at("packages", nth, "kind"), {"code": packages["kind"]}


@rule(
    "code.unit",
    box="41",
    pointer="/items/*/supplementary/unit",
    of="items",
    says=_("{code} is not a unit of measure."),
    remedy=_("A square metre is MTK."),
    source="UN/CEFACT Recommendation 20",
)
def units(context: Context) -> Failures:
    known = context.codes["unit"]
    for item in context.items:
        extra = item.words.get("supplementary")
        if extra and known[extra["unit"]] is None:
            yield item.at("supplementary", "unit"), {"code": extra["unit"]}


@rule(
    "code.document_type",
    box="44",
    pointer="/documents/*/type",
    of="documents",
    says=_("{code} is not a type of document."),
    remedy=_("An invoice is 380, a road consignment note 730."),
    source="UN/EDIFACT 1001",
)
def document_types(context: Context) -> Failures:
    known = context.codes["document_type"]
    for path, document in context.documents:
        if known[document["type"]] is None:
            yield (*path, "type"), {"code": document["type"]}


@rule(
    "mass.net-above-gross",
    box="38",
    pointer="/items/*/net_kg",
    of="items",
    says=_("The net mass {net} kg is more than the gross mass {gross} kg."),
    remedy=_("Correct one of them."),
    source="UN layout key, boxes 35 and 38",
)
def net_above_gross(context: Context) -> Failures:
    for item in context.items:
        if item.net > item.gross:
            yield item.at("net_kg"), {"net": item.words["net_kg"], "gross": item.words["gross_kg"]}


@rule(
    "mass.zero",
    box="35",
    pointer="/items/*/gross_kg",
    of="items",
    severity="warning",
    says=_("The gross mass is 0 kg."),
    remedy=_("Check it."),
    source="UN layout key, box 35",
)
def no_mass(context: Context) -> Failures:
    for item in context.items:
        if item.gross == ZERO and not item.count:
            yield item.at("gross_kg"), {}


@rule(
    "mass.packages-zero",
    box="35",
    pointer="/items/*/gross_kg",
    of="items",
    says=_("{count} packages of 0 kg gross cannot be."),
    remedy=_("Give the mass of the goods with their packing."),
    source="UN layout key, boxes 31 and 35",
)
def packages_without_mass(context: Context) -> Failures:
    for item in context.items:
        if item.gross == ZERO and item.count:
            yield item.at("gross_kg"), {"count": item.count}

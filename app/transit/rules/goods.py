"""Rules about items: numbers, commodities, masses, packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.text import _
from app.transit.rules.context import ZERO, Context, Item
from app.transit.rules.registry import GOODS, Failures, rule

_ITEM = "/house_consignments/*/items/*"
_SINGLE = "NF"
#: Fewer letters describe no goods.
_SHORTEST = 3


@rule(
    "house.number",
    box="11 03",
    pointer="/house_consignments/*/number",
    of=GOODS,
    fixed=True,
    says=_("This is house consignment {expected}, not {number}."),
    remedy=_("Number the house consignments 1, 2, 3 … in their order."),
    source="NCTS rule R0987",
)
def house_numbers(context: Context) -> Failures:
    for nth, house in enumerate(context.houses):
        if house["number"] != nth + 1:
            yield ("house_consignments", nth, "number"), {"number": house["number"], "expected": nth + 1}


@rule(
    "goods.number",
    box="11 03",
    pointer=_ITEM + "/number",
    of=GOODS,
    fixed=True,
    says=_("This is item {expected}, not {number}."),
    remedy=_("Number the items 1, 2, 3 … over all house consignments."),
    source="NCTS rule R0007",
)
def item_numbers(context: Context) -> Failures:
    for expected, item in enumerate(context.items, 1):
        if item.words["number"] != expected:
            yield item.at("number"), {"number": item.words["number"], "expected": expected}


@rule(
    "goods.commodity-unknown",
    box="18 09",
    pointer=_ITEM + "/commodity",
    of=GOODS,
    says=_("There is no commodity {commodity} in the Harmonized System."),
    remedy=_("Correct the first six digits; national digits behind them are not checked."),
    source="WCO Harmonized System 2022; NCTS data element 18 09",
)
def commodity_known(context: Context) -> Failures:
    known = context.codes["commodity"]
    for item in context.items:
        if known[item.words["commodity"]] is None:
            yield item.at("commodity"), {"commodity": item.words["commodity"]}


@rule(
    "goods.description",
    box="18 05",
    pointer=_ITEM + "/description",
    of=GOODS,
    severity="warning",
    says=_("“{description}” describes no goods."),
    remedy=_("Write in plain words what it is, so that an officer can tell it when he sees it."),
    source="NCTS data element 18 05",
)
def description(context: Context) -> Failures:
    for item in context.items:
        if sum(sign.isalpha() for sign in item.words["description"]) < _SHORTEST:
            yield item.at("description"), {"description": item.words["description"]}


@rule(
    "goods.gross-zero",
    box="18 04",
    pointer=_ITEM + "/gross_kg",
    of=GOODS,
    says=_("The gross mass is 0, and the item has packages of its own."),
    remedy=_("Write the gross mass; 0 is for goods that lie in the packages of another item."),
    source="NCTS rule R0221",
)
def gross_zero(context: Context) -> Failures:
    for item in context.items:
        if item.gross == ZERO and any(packages["count"] for packages in item.packages):
            yield item.at("gross_kg"), {}


@rule(
    "goods.net-above-gross",
    box="18 01",
    pointer=_ITEM + "/net_kg",
    of=GOODS,
    says=_("The net mass {net} kg is more than the gross mass {gross} kg."),
    remedy=_("Correct one of them."),
    source="NCTS rule R0223",
)
def net_above_gross(context: Context) -> Failures:
    for item in context.items:
        if item.net is not None and item.net > item.gross and item.gross > ZERO:
            yield item.at("net_kg"), {"net": item.words["net_kg"], "gross": item.words["gross_kg"]}


def _forms(context: Context) -> Iterator[tuple[Item, int, dict[str, Any], str]]:
    """Each line of packages with its form: bulk, unpacked, or empty for what is packed."""
    known = context.codes["package_kind"]
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            kind = known[packages["kind"]]
            if kind is not None:
                yield item, nth, packages, kind.attributes.get("form", "")


@rule(
    "goods.package-unknown",
    box="18 06",
    pointer=_ITEM + "/packages/*/kind",
    of=GOODS,
    says=_("{kind} is no kind of packages."),
    remedy=_("Choose one of the list, such as CT for cartons."),
    source="UN/CEFACT Recommendation 21",
)
def package_known(context: Context) -> Failures:
    known = context.codes["package_kind"]
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            if known[packages["kind"]] is None:
                yield item.at("packages", nth, "kind"), {"kind": packages["kind"]}


@rule(
    "goods.packages-none",
    box="18 06",
    pointer=_ITEM + "/packages/*/count",
    of=GOODS,
    says=_(
        "There are 0 packages of kind {kind}, and no other item of the house consignment has packages with these marks."
    ),
    remedy=_("Write their number; 0 is for goods in the packages of another item with the same marks."),
    source="NCTS rules R0220 and R0364",
)
def packages_none(context: Context) -> Failures:
    if all(packages["count"] for item in context.items for packages in item.packages):
        return
    shared = {
        (item.house, packages.get("marks"))
        for item, _nth, packages, form in _forms(context)
        if packages["count"] and not form and packages.get("marks")
    }
    for item, nth, packages, form in _forms(context):
        if packages["count"] == 0 and form != "bulk" and (item.house, packages.get("marks")) not in shared:
            yield item.at("packages", nth, "count"), {"kind": packages["kind"]}


@rule(
    "goods.bulk-counted",
    box="18 06",
    pointer=_ITEM + "/packages/*/count",
    of=GOODS,
    severity="warning",
    says=_("Loose goods ({kind}) have no {count} packages."),
    remedy=_("Write 0 or 1, or the kind of packages the goods are in."),
    source="NCTS condition C0060; UN/CEFACT Recommendation 21",
)
def bulk_counted(context: Context) -> Failures:
    for item, nth, packages, form in _forms(context):
        if form == "bulk" and packages["count"] > 1:
            yield item.at("packages", nth, "count"), {"kind": packages["kind"], "count": packages["count"]}


@rule(
    "goods.single-piece",
    box="18 06",
    pointer=_ITEM + "/packages/*/count",
    of=GOODS,
    severity="warning",
    says=_("Kind NF is one unpacked piece, not {count}."),
    remedy=_("Use NG for several unpacked pieces."),
    source="UN/CEFACT Recommendation 21",
)
def single_piece(context: Context) -> Failures:
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            if packages["kind"] == _SINGLE and packages["count"] > 1:
                yield item.at("packages", nth, "count"), {"count": packages["count"]}


@rule(
    "goods.marks-missing",
    box="18 06",
    pointer=_ITEM + "/packages/*/marks",
    of=GOODS,
    severity="warning",
    says=_("Packed goods without marks and numbers."),
    remedy=_("Write what stands on the packages, or “no marks”."),
    source="NCTS condition C0060",
)
def marks_missing(context: Context) -> Failures:
    for item, nth, packages, form in _forms(context):
        if not form and not packages.get("marks"):
            yield item.at("packages", nth, "marks"), {}


@rule(
    "goods.unit-unknown",
    box="18 02",
    pointer=_ITEM + "/supplementary/unit",
    of=GOODS,
    says=_("{unit} is no unit of measure."),
    remedy=_("Choose one of the list, such as NAR for pieces."),
    source="UN/CEFACT Recommendation 20",
)
def unit_known(context: Context) -> Failures:
    for item in context.items:
        extra = item.words.get("supplementary")
        if extra and context.codes["unit"][extra["unit"]] is None:
            yield item.at("supplementary", "unit"), {"unit": extra["unit"]}


@rule(
    "goods.quantity-zero",
    box="18 02",
    pointer=_ITEM + "/supplementary/quantity",
    of=GOODS,
    severity="warning",
    says=_("The quantity in supplementary units is 0."),
    remedy=_("Write the quantity, or leave the supplementary units out."),
    source="NCTS data element 18 02",
)
def quantity_zero(context: Context) -> Failures:
    for item in context.items:
        if item.quantity is not None and item.quantity == ZERO:
            yield item.at("supplementary", "quantity"), {}


@rule(
    "goods.origin-unknown",
    box="16 08",
    pointer=_ITEM + "/origin",
    of=GOODS,
    says=_("{country} is no country."),
    remedy=_("Write the two letters of the country."),
    source="ISO 3166-1",
)
def origin_known(context: Context) -> Failures:
    known = context.codes["country"]
    for item in context.items:
        country = item.words.get("origin")
        if country and known[country] is None:
            yield item.at("origin"), {"country": country}


@rule(
    "goods.value-missing",
    box="14 05",
    pointer=_ITEM + "/value",
    of=GOODS,
    severity="warning",
    says=_("The value of the goods is missing; without it the highest duties are secured by weight or not at all."),
    remedy=_("Write the value and its currency."),
    source="Guzar: the reference amount of a guarantee is made from values",
)
def value_missing(context: Context) -> Failures:
    for item in context.items:
        if not item.words.get("value"):
            yield item.at("value"), {}


@rule(
    "goods.currency-missing",
    box="14 05",
    pointer=_ITEM + "/currency",
    of=GOODS,
    says=_("The currency of the value is missing."),
    remedy=_("Write the three letters of the currency."),
    source="Guzar: the reference amount of a guarantee is made from values",
)
def currency_missing(context: Context) -> Failures:
    for item in context.items:
        if item.words.get("value") and not item.words.get("currency"):
            yield item.at("currency"), {}


@rule(
    "goods.currency-unknown",
    box="14 05",
    pointer=_ITEM + "/currency",
    of=GOODS,
    says=_("{currency} is no currency."),
    remedy=_("Write the three letters of the currency, such as USD."),
    source="ISO 4217",
)
def currency_known(context: Context) -> Failures:
    known = context.codes["currency"]
    for item in context.items:
        currency = item.words.get("currency")
        if currency and known[currency] is None:
            yield item.at("currency"), {"currency": currency}


@rule(
    "goods.un-number-unknown",
    box="18 07",
    pointer=_ITEM + "/dangerous",
    of=GOODS,
    says=_("{number} is no UN number of dangerous goods."),
    remedy=_("Read the four digits on the orange plate or in the transport document again."),
    source="Code list dangerous_goods (UN numbers)",
)
def un_number_known(context: Context) -> Failures:
    known = context.codes["dangerous_goods"]
    for item in context.items:
        number = item.words.get("dangerous")
        if number and known[number] is None:
            yield item.at("dangerous"), {"number": number}

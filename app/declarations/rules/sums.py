"""Rules of what the head of the declaration says of all items together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.core.text import _
from app.declarations.rules.context import ZERO, Context
from app.declarations.rules.registry import Failures, rule

#: What the column of the whole mass holds, in kg.
_HEAVIEST = Decimal("999999999.999")
#: Duties are at most a hundred times the value, and then still fit into a transfer of the ledger.
_DEAREST = Decimal(99_999_999_999)


@rule(
    "mass.total",
    box="35",
    pointer="/items/0/gross_kg",
    of="sums",
    fixed=True,
    says=_("The items' gross masses add up to more than {most} kg."),
    remedy=_("Correct them, or declare in several declarations."),
    source="Guzar: what can be stored",
)
def mass_total(context: Context) -> Failures:
    if context.gross > _HEAVIEST:
        yield ("items", 0, "gross_kg"), {"most": "999999999"}


@rule(
    "value.total",
    box="22",
    pointer="/invoice/total",
    of="sums",
    fixed=True,
    says=_("The goods and their costs are worth more than {most} in the money of this country."),
    remedy=_("Correct the prices, or declare in several declarations."),
    source="Guzar: what can be posted in the ledger",
)
def value_total(context: Context) -> Failures:
    if sum(_in_own_money(context), ZERO) > _DEAREST:
        yield ("invoice", "total"), {"most": f"{_DEAREST:f}"}


def _in_own_money(context: Context) -> Iterator[Decimal]:
    rates = context.codes.rates()
    yield context.value * rates.get((context.own, context.invoice["currency"]), Decimal(1))
    for cost in context.costs:
        yield cost.amount * rates.get((context.own, cost.currency), Decimal(1))


@rule(
    "total.items",
    box="5",
    pointer="/total_items",
    of="sums",
    says=_("Box 5 says {said} items, there are {found}."),
    remedy=_("Correct the number, or add what is missing."),
    source="UN layout key, box 5",
)
def total_items(context: Context) -> Failures:
    said = context.header.get("total_items")
    if said is not None and said != len(context.items):
        yield ("total_items",), {"said": said, "found": len(context.items)}


@rule(
    "total.packages",
    box="6",
    pointer="/total_packages",
    of="sums",
    says=_("Box 6 says {said} packages, the items have {found}."),
    remedy=_("Correct the number, or the packages of the items."),
    source="UN layout key, boxes 6 and 31",
)
def total_packages(context: Context) -> Failures:
    said = context.header.get("total_packages")
    if said is not None and said != context.packages:
        yield ("total_packages",), {"said": said, "found": context.packages}


@rule(
    "total.loading-lists",
    box="4",
    pointer="/loading_lists",
    of="sums",
    severity="warning",
    says=_("{count} loading lists are announced, but this is no transit."),
    remedy=_("Write the goods as items, or correct the declaration type."),
    source="UN layout key, box 4",
)
def loading_lists(context: Context) -> Failures:
    count = context.header.get("loading_lists")
    if count and context.direction not in ("transit", None):
        yield ("loading_lists",), {"count": count}


#: The first form holds one item, each continuation sheet three more.
_ON_CONTINUATION = 3


@rule(
    "total.forms",
    box="3",
    pointer="/forms/total",
    of="sums",
    severity="warning",
    says=_("{items} items need {expected} forms, box 3 says {said}."),
    remedy=_("Correct the number of forms; it matters only on paper."),
    source="UN layout key, box 3",
)
def number_of_forms(context: Context) -> Failures:
    said = context.word("forms", "total")
    expected = 1 + -(-(len(context.items) - 1) // _ON_CONTINUATION)
    if said and said != expected:
        yield ("forms", "total"), {"items": len(context.items), "expected": expected, "said": said}


@rule(
    "total.form-number",
    box="3",
    pointer="/forms/number",
    of="sums",
    severity="warning",
    says=_("This is form {number} of {total}."),
    remedy=_("The number is not above the number of forms: correct one of them."),
    source="UN layout key, box 3",
)
def form_number(context: Context) -> Failures:
    forms = context.header.get("forms")
    if forms and forms["number"] > forms["total"]:
        yield ("forms", "number"), {"number": forms["number"], "total": forms["total"]}


_VARIOUS = "VARIOUS"


@rule(
    "total.origin",
    box="16",
    pointer="/countries/origin",
    of="sums",
    severity="warning",
    says=_("Box 16 says {said}, the items come from {found}."),
    remedy=_("Write the one country of origin, or VARIOUS where there are several."),
    source="UN layout key, boxes 16 and 34",
)
def origin_of_all(context: Context) -> Failures:
    said = context.header["countries"].get("origin")
    if not said:
        return
    found = sorted({item.words["origin"] for item in context.items})
    if (found != [said]) if said != _VARIOUS else (len(found) == 1):
        yield ("countries", "origin"), {"said": said, "found": ", ".join(found[:12])}


@rule(
    "total.customs-value",
    box="12, 45",
    pointer="/value_details",
    of="sums",
    severity="warning",
    says=_("Box 12 says a customs value of {said}, the items add up to {found}."),
    remedy=_("Check both; the customs value is computed anew in any case."),
    source="UN layout key, boxes 12 and 45",
)
def total_customs_value(context: Context) -> Failures:
    said = context.header.get("value_details")
    if not said:
        return
    values = [Decimal(value) for item in context.items if (value := item.words.get("customs_value"))]
    found = sum(values, ZERO)
    if len(values) == len(context.items) and found != Decimal(said):
        yield ("value_details",), {"said": said, "found": found}


@rule(
    "payment.nothing-to-defer",
    box="48",
    pointer="/deferred_payment",
    of="sums",
    severity="warning",
    says=_("Payment is to be deferred, but no item's procedure makes anything payable."),
    remedy=_("Remove box 48, or check the procedures."),
    source="UN layout key, box 48",
)
def nothing_to_defer(context: Context) -> Failures:
    if not context.header.get("deferred_payment"):
        return
    known = context.codes["procedure"]
    entries = [known[item.procedure] for item in context.items]
    if all(entry is not None and entry.attributes.get("regime") in ("free", "suspended") for entry in entries):
        yield ("deferred_payment",), {}

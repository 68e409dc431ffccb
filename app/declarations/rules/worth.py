"""Rules of what the items cost and how their value was found."""

from __future__ import annotations

from app.core.text import _
from app.declarations.rules.context import ZERO, Context
from app.declarations.rules.registry import Failures, rule

#: A kilogram for less than a hundredth, or for more than a hundred thousand, of any currency in use here.
_LEAST, _MOST = 100, 100_000
#: Precious things, works of art, watches, medicines: a kilogram may cost anything.
_DEAR = frozenset({"29", "30", "71", "90", "91", "97"})
_VALUES = "WTO Agreement on Customs Valuation, article 17; the limits are Guzar's proposal"
_NO_PAYMENT = "no"


@rule(
    "value.zero",
    box="42",
    pointer="/items/*/invoice_value",
    of="items",
    severity="warning",
    says=_("The item has no price."),
    remedy=_("Give its price; gifts and samples have a value too. Goods without payment have their code in box 24."),
    source="WTO Agreement on Customs Valuation, articles 1 and 7",
)
def no_price(context: Context) -> Failures:
    nature = context.header.get("transaction_nature")
    entry = context.codes["transaction_nature"][nature] if nature else None
    if entry is not None and entry.attributes.get("payment") == _NO_PAYMENT:
        return
    for item in context.items:
        if item.value == ZERO:
            yield item.at("invoice_value"), {}


@rule(
    "value.above-invoice",
    box="42",
    pointer="/items/*/invoice_value",
    of="items",
    severity="warning",
    says=_("The item's price {value} is more than the whole invoice, {total}."),
    remedy=_("Correct one of them."),
    source="UN layout key, boxes 22 and 42",
)
def above_invoice(context: Context) -> Failures:
    for item in context.items:
        if item.value > context.invoice_total:
            yield item.at("invoice_value"), {"value": item.words["invoice_value"], "total": context.invoice["total"]}


@rule(
    "value.per-kg-low",
    box="42",
    pointer="/items/*/invoice_value",
    of="items",
    severity="warning",
    says=_("{value} {currency} for {net} kg is next to nothing."),
    remedy=_("Check price, currency and net mass; a decimal point may stand in the wrong place."),
    source=_VALUES,
)
def next_to_nothing(context: Context) -> Failures:
    for item in context.items:
        if item.value > ZERO and item.value * _LEAST < item.net:
            told = {"value": item.words["invoice_value"], "net": item.words["net_kg"]}
            yield item.at("invoice_value"), {**told, "currency": context.invoice["currency"]}


@rule(
    "value.per-kg-high",
    box="42",
    pointer="/items/*/invoice_value",
    of="items",
    severity="warning",
    says=_("{value} {currency} for {net} kg is more than such goods can cost."),
    remedy=_("Check price, currency and net mass; a decimal point may stand in the wrong place."),
    source=_VALUES,
)
def more_than_it_can_cost(context: Context) -> Failures:
    for item in context.items:
        if item.net > ZERO and item.value > item.net * _MOST and item.words["commodity"][:2] not in _DEAR:
            told = {"value": item.words["invoice_value"], "net": item.words["net_kg"]}
            yield item.at("invoice_value"), {**told, "currency": context.invoice["currency"]}


@rule(
    "code.valuation_method",
    box="43",
    pointer="/items/*/valuation_method",
    of="items",
    says=_("{code} is not a method of valuation."),
    remedy=_("The price paid is method 1; methods 2 to 6 follow when it cannot be used."),
    source="WTO Agreement on Customs Valuation, articles 1 to 7",
)
def valuation_methods(context: Context) -> Failures:
    known = context.codes["valuation_method"]
    for item in context.items:
        code = item.words.get("valuation_method")
        if code and known[code] is None:
            yield item.at("valuation_method"), {"code": code}


#: Value declaration, contract, purchase order, proforma: what a value without a price paid is read from.
_GROUNDS = frozenset({"934", "315", "105", "325"})
_PRICE_PAID = "1"


@rule(
    "valuation.grounds",
    box="44",
    pointer="/items/*/valuation_method",
    of="documents",
    severity="warning",
    says=_("The value was found by method {method}, and no document tells how."),
    remedy=_("Add the value declaration (934), the contract (315) or what else it was read from."),
    source="WTO Agreement on Customs Valuation, articles 2 to 7 and 11",
)
def valuation_grounds(context: Context) -> Failures:
    common = {d["type"] for d in context.setting.declared.documents}
    for item in context.items:
        method = item.words.get("valuation_method")
        if not method or method == _PRICE_PAID or not _GROUNDS.isdisjoint(common):
            continue
        if all(d["type"] not in _GROUNDS for d in item.documents):
            yield item.at("valuation_method"), {"method": method}

"""Rules of invoice, costs and currencies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.core.text import _, compact
from app.declarations.rules.context import ZERO, Context
from app.declarations.rules.registry import Failures, rule

#: Codes that were money and no longer are, with what took their place.
_WITHDRAWN = {
    "AFA": "AFN", "AZM": "AZN", "BGN": "EUR", "BYB": "BYN", "BYR": "BYN", "CSK": "CZK", "DEM": "EUR", "EEK": "EUR",
    "FIM": "EUR", "FRF": "EUR", "GHC": "GHS", "HRK": "EUR", "ITL": "EUR", "LTL": "EUR", "LVL": "EUR", "MZM": "MZN",
    "NLG": "EUR", "PLZ": "PLN", "ROL": "RON", "RUR": "RUB", "SDD": "SDG", "SUR": "RUB", "TJR": "TJS", "TMM": "TMT",
    "TRL": "TRY", "UAK": "UAH", "VEF": "VES", "ZMK": "ZMW",
}  # fmt: skip


#: A rate is compared to its fourth decimal.
_RATE_DIGIT = Decimal("0.00005")
_MONEY = {"TJ": "TJS", "AF": "AFN"}


def _currencies(context: Context) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("invoice", "currency"), context.invoice["currency"]
    for cost in context.costs:
        yield cost.at("currency"), cost.currency
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        if guarantee.get("currency"):
            yield ("guarantees", nth, "currency"), guarantee["currency"]


@rule(
    "code.currency",
    box="12, 22, 52",
    pointer="/invoice/currency",
    of="values",
    says=_("{code} is not a currency."),
    remedy=_("Use three letters such as USD."),
    source="ISO 4217",
)
def currencies(context: Context) -> Failures:
    known = context.codes["currency"]
    for path, code in _currencies(context):
        if known[code] is None and code not in _WITHDRAWN:
            yield path, {"code": code}


@rule(
    "invoice.total",
    box="22",
    pointer="/invoice/total",
    of="values",
    severity="warning",
    says=_("The items' prices add up to {items}, the invoice says {total}."),
    remedy=_("Check both."),
    source="UN layout key, boxes 22 and 42",
)
def invoice_total(context: Context) -> Failures:
    if context.value != context.invoice_total:
        yield ("invoice", "total"), {"items": context.value, "total": context.invoice_total}


@rule(
    "currency.withdrawn",
    box="12, 22",
    pointer="/invoice/currency",
    of="values",
    says=_("{code} is no longer a currency."),
    remedy=_("Use {successor}, and check the amount."),
    source="ISO 4217, list three (historic denominations)",
)
def withdrawn_currency(context: Context) -> Failures:
    known = context.codes["currency"]
    for path, code in _currencies(context):
        if code in _WITHDRAWN and known[code] is None:
            yield path, {"code": code, "successor": _WITHDRAWN[code]}


@rule(
    "costs.repeated",
    box="12",
    pointer="/costs/*/kind",
    of="values",
    severity="warning",
    says=_("The same cost stands twice: the same kind, amount and currency."),
    remedy=_("Remove one, unless there were two such bills."),
    source="UN layout key, box 12",
)
def repeated_costs(context: Context) -> Failures:
    seen: set[object] = set()
    for cost in context.costs:
        key = (cost.kind, cost.amount, cost.currency)
        if key in seen:
            yield cost.at("kind"), {}
        seen.add(key)


@rule(
    "costs.zero",
    box="12",
    pointer="/costs/*/amount",
    of="values",
    severity="warning",
    says=_("The amount of this cost is 0."),
    remedy=_("Write the amount, or remove the row."),
    source="UN layout key, box 12",
)
def costs_of_nothing(context: Context) -> Failures:
    for cost in context.costs:
        if not cost.amount:
            yield cost.at("amount"), {}


@rule(
    "costs.above-invoice",
    box="12",
    pointer="/costs/*/amount",
    of="values",
    severity="warning",
    says=_("The cost {amount} is more than the whole invoice, {total}."),
    remedy=_("Check the amount and its currency."),
    source="Guzar: plausibility",
)
def costs_above_invoice(context: Context) -> Failures:
    for cost in context.costs:
        if cost.currency == context.invoice["currency"] and cost.amount > context.invoice_total:
            yield cost.at("amount"), {"amount": cost.amount, "total": context.invoice_total}


@rule(
    "costs.deduction-above-value",
    box="12",
    pointer="/costs/*/amount",
    of="values",
    says=_("The deductions of {deductions} are more than invoice and costs together, {total}."),
    remedy=_("Correct the deductions: the value of goods is not below nothing."),
    source="WTO Valuation Agreement, articles 1 and 8",
)
def deductions_above_value(context: Context) -> Failures:
    currency = context.invoice["currency"]
    same = [cost for cost in context.costs if cost.currency == currency]
    deductions = [cost for cost in same if cost.kind == "deduction" and cost.included]
    if not deductions or len(same) != len(context.costs):  # in several currencies the tariff tells
        return
    less = sum((cost.amount for cost in deductions), ZERO)
    more = sum((cost.amount for cost in same if cost.kind != "deduction" and not cost.included), context.invoice_total)
    if less > more:
        yield deductions[-1].at("amount"), {"deductions": less, "total": more}


@rule(
    "costs.deduction-included",
    box="12",
    pointer="/costs/*/included",
    of="values",
    severity="warning",
    says=_("A deduction is declared as not included in the invoice."),
    remedy=_("Only what the invoice holds can be taken off it: say that it is included, or remove it."),
    source="WTO Valuation Agreement, interpretative note to article 1",
)
def deduction_not_included(context: Context) -> Failures:
    for cost in context.costs:
        if cost.kind == "deduction" and not cost.included and cost.amount:
            yield cost.at("included"), {}


@rule(
    "invoice.zero",
    box="22",
    pointer="/invoice/total",
    of="values",
    severity="warning",
    says=_("The invoice amounts to 0."),
    remedy=_("Goods that cost nothing have a customs value too: write what they are worth."),
    source="WTO Valuation Agreement, articles 2 to 7",
)
def invoice_of_nothing(context: Context) -> Failures:
    if not context.invoice_total:
        yield ("invoice", "total"), {}


_INVOICES = ("380", "325", "386", "385")
_TRANSPORT_PAPERS = ("730", "720", "722", "740", "705", "787")


@rule(
    "invoice.not-among-documents",
    box="44",
    pointer="/documents",
    of="values",
    severity="warning",
    says=_("The invoice {number} is not among the documents."),
    remedy=_("Add it with its number, type 380."),
    source="UN layout key, boxes 22 and 44",
)
def invoice_among_documents(context: Context) -> Failures:
    number = compact(context.invoice["number"])
    if not any(d["type"] in _INVOICES and compact(d["number"]) == number for _path, d in context.documents):
        yield ("documents",), {"number": context.invoice["number"]}


@rule(
    "invoice.date-differs",
    box="44",
    pointer="/documents/*/date",
    of="values",
    severity="warning",
    says=_("The invoice {number} is of {date} here and of {other} in box 22."),
    remedy=_("Correct one of the dates."),
    source="UN layout key, boxes 22 and 44",
)
def invoice_date_differs(context: Context) -> Failures:
    day = context.invoice.get("date")
    if not day:
        return
    number = compact(context.invoice["number"])
    for path, document in context.documents:
        other = document.get("date")
        if other and other != day and document["type"] in _INVOICES and compact(document["number"]) == number:
            yield (*path, "date"), {"number": document["number"], "date": other, "other": day}


@rule(
    "invoice.date-missing",
    box="44",
    pointer="/invoice/date",
    of="values",
    severity="warning",
    says=_("The date of the invoice is missing."),
    remedy=_("Write the date that stands on it."),
    source="UN layout key, box 44",
)
def invoice_date_missing(context: Context) -> Failures:
    if not context.invoice.get("date"):
        yield ("invoice", "date"), {}


@rule(
    "invoice.after-transport",
    box="44",
    pointer="/invoice/date",
    of="values",
    severity="warning",
    says=_("The invoice of {date} is younger than the transport document of {other}."),
    remedy=_("Check both dates: goods are mostly invoiced before they leave."),
    source="Guzar: plausibility",
)
def invoice_after_transport(context: Context) -> Failures:
    day = context.invoice.get("date")
    papers = [d["date"] for _path, d in context.documents if d["type"] in _TRANSPORT_PAPERS and d.get("date")]
    if day and papers and day > max(papers):
        yield ("invoice", "date"), {"date": day, "other": max(papers)}


@rule(
    "exchange-rate.other",
    box="23",
    pointer="/exchange_rate",
    of="values",
    severity="warning",
    says=_("Box 23 says {said} for one {currency}; the rate of the day is {rate}."),
    remedy=_("Correct it: duties are computed at the rate of the day."),
    source="List of exchange rates of the administration",
)
def other_exchange_rate(context: Context) -> Failures:
    said, currency = context.header.get("exchange_rate"), context.invoice["currency"]
    rate = context.codes.rates().get((context.own, currency)) if said else None
    if said and rate is not None and abs(Decimal(said) - rate) > _RATE_DIGIT:
        yield ("exchange_rate",), {"said": said, "currency": currency, "rate": f"{rate.normalize():f}"}


@rule(
    "exchange-rate.own-currency",
    box="23",
    pointer="/exchange_rate",
    of="values",
    severity="warning",
    says=_("{currency} is the money of this country, but box 23 gives a rate of {said} for it."),
    remedy=_("Write 1, or leave box 23 empty."),
    source="UN layout key, box 23",
)
def rate_of_own_currency(context: Context) -> Failures:
    said, currency = context.header.get("exchange_rate"), context.invoice["currency"]
    if said and _MONEY.get(context.own) == currency and Decimal(said) != 1:
        yield ("exchange_rate",), {"currency": currency, "said": said}

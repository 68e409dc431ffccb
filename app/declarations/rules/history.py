"""What the post knows of earlier declarations: possible duplicates, and prices unlike those of the same goods before.

Warnings only, and they tell of no other declaration more than that there is one: neither whose nor which, nor what
others pay. Officers see both sides in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from app.core.text import _
from app.declarations.rules.context import ZERO, Context
from app.declarations.rules.previous import placeholder
from app.declarations.rules.registry import Failures, rule

#: The international part of a commodity code: prices are kept by it.
SIX = 6
#: Fewer items say nothing about what is usual.
FEWEST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Usual:
    """What a kilogram of a commodity cost at the post, in the currency of the invoice; `items` were looked at."""

    items: int
    p05: Decimal
    median: Decimal
    p95: Decimal


_NO_PRICES: Mapping[str, Usual] = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class History:
    """What is known of other declarations that resemble one; `prices` by the first six digits of the commodity. `names`
    are those under which the register knows the firms that are named, by number.

    `days` is how far back consignments and containers were compared. A price is unusual beyond the usual ones (see
    `Usual`) and below `low` or above `high` times the median.
    """

    days: int = 7
    consignment: bool = False
    invoice: bool = False
    containers: frozenset[str] = frozenset()
    local_reference: bool = False
    prices: Mapping[str, Usual] = field(default_factory=lambda: _NO_PRICES)
    low: Decimal = Decimal("0.5")
    high: Decimal = Decimal(2)
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)


NOTHING = History()


def known(context: Context) -> History:
    known = context.setting.history
    return known if isinstance(known, History) else NOTHING


@rule(
    "duplicate.consignment",
    box="18",
    pointer="/transport/vehicle/plate",
    of="history",
    severity="warning",
    says=_(
        "A declaration with the same vehicle, consignee and gross mass was lodged in the last {days} days.",
    ),
    remedy=_("Make sure that the same goods are not declared twice; otherwise lodge it."),
    source="Guzar: duplicates; parameter duplicate-days",
)
def same_consignment(context: Context) -> Failures:
    history = known(context)
    if history.consignment and context.word("transport", "vehicle", "plate"):
        yield ("transport", "vehicle", "plate"), {"days": history.days}


@rule(
    "duplicate.invoice",
    box="44",
    pointer="/invoice/number",
    of="history",
    severity="warning",
    says=_("A declaration with invoice {number} of the same consignor was lodged before."),
    remedy=_("Check the number; where one invoice covers several deliveries, say so in the additional information."),
    source="Guzar: duplicates; double use of an invoice",
)
def same_invoice(context: Context) -> Failures:
    if known(context).invoice and not placeholder(context.invoice["number"]):
        yield ("invoice", "number"), {"number": context.invoice["number"]}


@rule(
    "duplicate.container",
    box="31",
    pointer="/transport/containers/*",
    of="history",
    severity="warning",
    says=_("Container {number} stands in another declaration that is not settled yet."),
    remedy=_("Check the number; if several consignments share the container, lodge it."),
    source="Guzar: duplicates; one container in two open declarations",
)
def same_container(context: Context) -> Failures:
    met = known(context).containers
    if not met:
        return
    for nth, number in enumerate(context.transport.get("containers") or ()):
        if number in met:
            yield ("transport", "containers", nth), {"number": number}


@rule(
    "duplicate.local-reference",
    box="7",
    pointer="/local_reference",
    of="history",
    severity="warning",
    says=_("You have lodged a declaration with the reference {reference} before."),
    remedy=_("Give each declaration a reference of its own, so that it can be found by it."),
    source="SAD box 7: the declarant's own reference is unique",
)
def same_reference(context: Context) -> Failures:
    if known(context).local_reference and not placeholder(context.header["local_reference"]):
        yield ("local_reference",), {"reference": context.header["local_reference"]}


def _priced(context: Context) -> list[tuple[int, Decimal, Usual, dict[str, str]]]:
    """Items with a price a kilogram where enough is known of their commodity."""
    prices = known(context).prices
    if not prices:
        return []
    currency = context.invoice["currency"]
    found = []
    for item in context.items:
        usual = prices.get(item.words["commodity"][:SIX])
        if usual is None or usual.items < FEWEST_ITEMS or item.net <= ZERO or item.value <= ZERO:
            continue
        price = item.value / item.net
        told = {"price": f"{price:.2f}", "currency": currency, "commodity": item.words["commodity"]}
        found.append((item.place, price, usual, told))
    return found


_REMEDY = _("Check item price, currency and net mass; keep the contract at hand, an officer may ask for it.")
_PRICES = "Guzar: parameters price-low-share and price-high-share; prices of the commodity at the post in the last year; WTO Valuation Agreement, decision 6.1"


@rule(
    "history.price-low",
    box="42",
    pointer="/items/*/invoice_value",
    of="history",
    severity="warning",
    says=_("{price} {currency} a kilogram is unusually little for commodity {commodity}."),
    remedy=_REMEDY,
    source=_PRICES,
)
def price_low(context: Context) -> Failures:
    low = known(context).low
    for place, price, usual, told in _priced(context):
        if price < min(usual.p05, usual.median * low):
            yield ("items", place, "invoice_value"), told


@rule(
    "history.price-high",
    box="42",
    pointer="/items/*/invoice_value",
    of="history",
    severity="warning",
    says=_("{price} {currency} a kilogram is unusually much for commodity {commodity}."),
    remedy=_REMEDY,
    source=_PRICES,
)
def price_high(context: Context) -> Failures:
    high = known(context).high
    for place, price, usual, told in _priced(context):
        if price > max(usual.p95, usual.median * high):
            yield ("items", place, "invoice_value"), told

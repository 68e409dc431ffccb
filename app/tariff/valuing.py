"""Customs values: what the invoice says of an item, and its share of the costs that the invoice does not include."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.core.errors import pointer
from app.core.text import _
from app.tariff.apportioning import shares
from app.tariff.book import DayTariff
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.results import ZERO, LeastValue, Part
from app.tariff.rows import MinimumRow

#: The parameter that says by what freight is shared out: `value` (so without it) or `gross`.
FREIGHT_BY: Final = "apportion-freight"
FREIGHTS: Final = ("freight", "internal_freight")
DEDUCTION: Final = "deduction"
CENT: Final = Decimal("0.01")
#: Weights are whole numbers: this many of one.
FINE: Final = 1_000_000

Weights = tuple[str, list[int]]


def invoiced(
    header: Mapping[str, Any], goods: Sequence[Goods], day: DayTariff, findings: Findings
) -> list[tuple[Decimal | None, tuple[Part, ...]]]:
    """For each item its value in national money, exact, and the parts it is the sum of; None where there is no rate.

    A cost is added where the invoice does not include it; a deduction is taken off where the invoice includes what is
    deducted. No value falls below 0.
    """
    currency = (header.get("invoice") or {}).get("currency") or ""
    rate = findings.rate(currency, "/invoice/currency")
    parts: list[list[Part]] = [
        [Part("invoice", item.value, currency, None if rate is None else item.value * rate)] for item in goods
    ]
    weighing = _Weighing(goods, by_gross=day.parameter(FREIGHT_BY) == "gross")
    for place, cost in enumerate(header.get("costs") or ()):
        if (cost.get("included") is True) is (cost["kind"] != DEDUCTION):
            continue
        for of_item, part in zip(parts, _shared(cost, place, weighing, findings), strict=True):
            of_item.append(part)
    return [(_sum(item, of_item, findings), tuple(of_item)) for item, of_item in zip(goods, parts, strict=True)]


def least(value: Decimal, item: Goods, row: MinimumRow | None, findings: Findings) -> tuple[Decimal, LeastValue | None]:
    """The value, or the least the administration accepts for such goods where that is more, and how it came about."""
    if row is None:
        return value, None
    quantity = item.quantity(row.specific.unit, gross=row.specific.gross)
    if quantity is None:
        findings.tell(
            pointer("items", item.place, "supplementary"),
            "value.minimum-unit",
            _(
                "The least customs value of these goods goes by {unit}, which is not declared. Give the quantity in it.",
                unit=row.specific.unit,
            ),
        )
        return value, None
    rate = findings.rate(row.specific.currency, pointer("items", item.place, "commodity"))
    if rate is None:
        findings.lack()
        return value, None
    smallest = quantity * row.specific.each * rate
    if smallest <= value:
        return value, None
    findings.tell(
        pointer("items", item.place, "invoice_value"),
        "value.minimum",
        _(
            "The customs value is below the least accepted for these goods, {rate}, and was raised to it. "
            "Show the officer documents about the price if you do not agree.",
            rate=row.specific.text,
        ),
    )
    entry, each = row.entry, row.specific
    return smallest, LeastValue(
        smallest, value, each.text, quantity, each.unit, entry.code, entry.source, entry.verified
    )


class _Weighing:
    """By what costs are shared out, worked out once for all costs of a declaration."""

    def __init__(self, goods: Sequence[Goods], *, by_gross: bool) -> None:
        self.goods = goods
        self._by_gross = by_gross
        self._value: Weights | None = None
        self._gross: Weights | None = None

    def of(self, kind: str) -> Weights:
        if self._by_gross and kind in FREIGHTS:
            if self._gross is None:
                weights = [int(item.gross * FINE) for item in self.goods]
                self._gross = ("gross_kg", weights) if any(weights) else self._of_value()
            return self._gross
        return self._of_value()

    def _of_value(self) -> Weights:
        if self._value is None:
            self._value = self._first_that_weighs()
        return self._value

    def _first_that_weighs(self) -> Weights:
        """By value; where all values are 0 by net mass; where those are 0 too, in equal parts."""
        values = [int(item.value * FINE) for item in self.goods]
        if any(values):
            return "value", values
        masses = [int(item.net * FINE) for item in self.goods]
        return ("net_kg", masses) if any(masses) else ("equal", [1] * len(self.goods))


def _shared(cost: Mapping[str, Any], place: int, weighing: _Weighing, findings: Findings) -> list[Part]:
    """The items' shares of a cost, in its currency and in national money, in cents (in millionths where the cost is not
    in whole cents); none is lost."""
    kind, currency = cost["kind"], cost.get("currency") or ""
    whole = Decimal(cost["amount"])
    rate = findings.rate(currency, pointer("costs", place, "currency"))
    places = 2 if whole % CENT == 0 else 6
    by, weights = weighing.of(kind)
    goods = weighing.goods
    cents = shares(int(whole.scaleb(places)), weights, lambda at: goods[at].content)
    unit = Decimal(-1 if kind == DEDUCTION else 1).scaleb(-places)
    return [
        Part(kind, amount, currency, None if rate is None else amount * rate, whole, by)
        for amount in (count * unit for count in cents)
    ]


def _sum(item: Goods, parts: Sequence[Part], findings: Findings) -> Decimal | None:
    total = ZERO
    for part in parts:
        if part.converted is None:
            return None
        total += part.converted
    if total < 0:
        findings.tell(
            pointer("items", item.place, "invoice_value"),
            "value.below-nothing",
            _("More is deducted than the item is worth; its customs value is taken as 0. Correct the deduction."),
        )
        return ZERO
    return total

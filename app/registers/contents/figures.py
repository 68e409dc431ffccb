"""Figures of an assessment as it is stored: its JSON has the shape of `tariff.results.Assessment.as_json`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.registers.contents.naming import FEE

ZERO = Decimal("0.00")
PAYABLE, SUSPENDED, EXEMPT = "payable", "suspended", "exempt"
#: A rate begins with its percentage, if it has one; an amount is followed by its currency.
_PERCENT = re.compile(r"^(max\()?([0-9]+(?:\.[0-9]+)?)(?=$| \+|,)")
#: The part of a rate that goes by quantity: amount, currency, for how many units where not for one, unit.
_SPECIFIC = re.compile(r"([0-9]+(?:\.[0-9]+)?) ([A-Z]{3})/(?:(10*) )?[A-Z0-9]{2,3}")
_HUNDRED = Decimal(100)


@dataclass(slots=True)
class Sums:
    """What all lines and fees of one tax come to; `exempt` is what would have been due."""

    payable: Decimal = ZERO
    suspended: Decimal = ZERO
    exempt: Decimal = ZERO


def sums(result: Mapping[str, Any]) -> dict[str, Sums]:
    """By tax in the order of the lines, then by fee.

    Where goods under suspense have left it altogether ("discharged"), nothing is suspended any more.
    """
    found: dict[str, Sums] = {}
    for item in result["items"]:
        for line in item["lines"]:
            _add(found.setdefault(line["tax"], Sums()), line)
    if result.get("discharged"):
        for each in found.values():
            each.suspended = ZERO
    for fee in result["fees"]:
        found.setdefault(FEE + fee["fee"], Sums()).payable += Decimal(fee["amount"])
    return found


def _add(sum_of: Sums, line: Mapping[str, Any]) -> None:
    amount = Decimal(line["amount"])
    if line["status"] == PAYABLE:
        sum_of.payable += amount
    elif line["status"] == SUSPENDED:
        sum_of.suspended += amount
    sum_of.exempt += Decimal(line["relieved"])


def rate_text(text: str) -> str:
    """A rate as the tariff writes it ("14.00", "max(20.00, 0.50 EUR/KGM)"), its percentage with the sign."""
    return _PERCENT.sub(r"\1\2 %", text, count=1)


def grouped(amount: Decimal) -> str:
    """1 234.50"""
    return f"{amount:,f}".replace(",", " ")


def working(line: Mapping[str, Any], currency: str, per_one: Mapping[str, Decimal]) -> str:
    """How a line by quantity, or one raised to the least amount of its rate, comes to its exact amount.

    "1 000.00 × 20.00 % = 200.00; 90 KGM × 0.50 EUR × 11.6732 = 525.294": of several results the rate says whether the
    higher one holds or the sum. "" where base and rate tell everything.
    """
    steps = [*_by_value(line), *_by_quantity(line, currency, per_one)]
    if not steps:
        return ""
    exact, found = Decimal(line["exact"]), [result for _, result in steps]
    reached = sum(found, ZERO) if " + " in line["rate"] else max(found)
    if reached == exact and len(steps) == 1 and line["unit"] is None:
        return ""
    said = [f"{factors} = {grouped(result)}" for factors, result in steps]
    least = f" < {grouped(exact)}" if reached < exact else ""
    return "; ".join(said) + least


def _by_value(line: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
    percent = _PERCENT.match(line["rate"])
    if percent is None:
        return []
    base = Decimal(line["base"])
    return [(f"{grouped(base)} × {percent[2]} %", _neat(base * Decimal(percent[2]) / _HUNDRED))]


def _by_quantity(line: Mapping[str, Any], currency: str, per_one: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    specific = _SPECIFIC.search(line["rate"])
    if specific is None or line["quantity"] is None:
        return []
    each, of, units = Decimal(specific[1]), specific[2], Decimal(specific[3] or 1)
    quantity = Decimal(line["quantity"])
    money = Decimal(1) if of == currency else per_one.get(of)
    if money is None:
        return []
    factors = [f"{grouped(quantity)} {line['unit']}" + (f" / {grouped(units)}" if units != 1 else "")]
    factors.append(f"{grouped(each)} {of}")
    factors += [grouped(money)] if of != currency else []
    return [(" × ".join(factors), _neat(quantity / units * each * money))]


def _neat(amount: Decimal) -> Decimal:
    """Without the zeros at its end beyond cents."""
    cents = amount.quantize(ZERO)
    return cents if cents == amount else amount.normalize()


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def period(days: Mapping[str, str | None]) -> str:
    """From the first to the last day, day before month: 01.01.2024 – 31.12.2026."""
    begin, end = (".".join(reversed(day.split("-"))) if day else "" for day in (days["from"], days["to"]))
    return f"{begin} – {end}".strip()


def per_one(rates: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What one unit of each currency costs, as far as it can be written in digits."""
    found: dict[str, Decimal] = {}
    for rate in rates:
        found.setdefault(rate["currency"], Decimal(rate["rate"]) / Decimal(rate["units"]))
    return found

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

"""Sums over the items of a draft, beside what the whole says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Totals:
    """What the items add up to; values that are no numbers are left out and counted in `unread`."""

    gross_kg: Decimal
    net_kg: Decimal
    packages: Decimal
    value: Decimal
    invoice: Decimal | None
    currency: str
    unread: int

    @property
    def difference(self) -> Decimal | None:
        """The items' prices less the total of the invoice."""
        return None if self.invoice is None else self.value - self.invoice


def totals(words: Mapping[str, Any]) -> Totals:
    """The sums of a draft of any shape."""
    items = words.get("items")
    rows = [row for row in items if isinstance(row, Mapping)] if isinstance(items, list) else []
    invoice = words.get("invoice")
    known = invoice if isinstance(invoice, Mapping) else {}
    currency = known.get("currency")
    unread: list[Any] = []
    return Totals(
        gross_kg=_sum((row.get("gross_kg") for row in rows), unread),
        net_kg=_sum((row.get("net_kg") for row in rows), unread),
        packages=_sum((count for row in rows for count in _counts(row)), unread),
        value=_sum((row.get("invoice_value") for row in rows), unread),
        invoice=_number(known.get("total")),
        currency=currency if isinstance(currency, str) else "",
        unread=len(unread),
    )


def _counts(row: Mapping[str, Any]) -> list[Any]:
    packages = row.get("packages")
    return [p.get("count") for p in packages if isinstance(p, Mapping)] if isinstance(packages, list) else []


def _sum(values: Any, unread: list[Any]) -> Decimal:
    total = Decimal(0)
    for value in values:
        number = _number(value)
        if number is not None:
            total += number
        elif value not in (None, ""):
            unread.append(value)
    return total


def _number(value: Any) -> Decimal | None:
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > 30:
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None

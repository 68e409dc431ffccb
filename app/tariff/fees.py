"""Fees: for a declaration, its items or its truck; some cost more while the post does not work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.core.errors import pointer
from app.tariff.book import DayTariff
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.results import ZERO, Fee
from app.tariff.rows import PERCENT, FeeRow

ROAD: Final = "3"
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Consignment:
    """What fees look at: the header, the items with their customs values, and whether the post works."""

    header: Mapping[str, Any]
    goods: Sequence[Goods]
    values: Sequence[Decimal | None]
    in_hours: bool


def due(consignment: Consignment, day: DayTariff, findings: Findings) -> tuple[Fee, ...]:
    """The fees of the declaration in the order of their codes."""
    found = []
    for row in day.fees:
        mine = [item for item in consignment.goods if _is_for(row, item)]
        if mine:
            found += _of_row(row, mine, consignment, findings)
    return tuple(found)


def _is_for(row: FeeRow, item: Goods) -> bool:
    return _begins(item.words["procedure"], row.procedures) and _begins(item.words["commodity"], row.commodities)


def _begins(code: str, beginnings: tuple[str, ...]) -> bool:
    return not beginnings or code.startswith(beginnings)


def _of_row(row: FeeRow, goods: Sequence[Goods], consignment: Consignment, findings: Findings) -> list[Fee]:
    """One fee, or for fees by item out of hours two: of goods that cost more then, and of those that do not.

    A fee for the whole declaration or its truck costs more as soon as one of its goods does.
    """
    dearer = [item for item in goods if not consignment.in_hours and not _is_spared(row, item)]
    if row.per != "item":
        quantity = 1 if row.per == "declaration" else _trucks(consignment.header)
        return _fee(row, goods, quantity, row.out_of_hours if dearer else _ONE, consignment, findings)
    if row.out_of_hours == 1 or not dearer:
        return _fee(row, goods, len(goods), _ONE, consignment, findings)
    places = {item.place for item in dearer}
    cheaper = [item for item in goods if item.place not in places]
    return [
        *_fee(row, dearer, len(dearer), row.out_of_hours, consignment, findings),
        *_fee(row, cheaper, len(cheaper), _ONE, consignment, findings),
    ]


def _is_spared(row: FeeRow, item: Goods) -> bool:
    return bool(row.not_out_of_hours) and item.words["commodity"].startswith(row.not_out_of_hours)


def _trucks(header: Mapping[str, Any]) -> int:
    """A truck with its trailer is one."""
    transport = header.get("transport") or {}
    return 1 if transport.get("vehicle") or transport.get("border_mode") == ROAD else 0


def _fee(
    row: FeeRow, goods: Sequence[Goods], quantity: int, factor: Decimal, consignment: Consignment, findings: Findings
) -> list[Fee]:
    if not quantity:
        return []
    money = findings.rate(row.currency, pointer("items", goods[0].place, "procedure"))
    if money is None:
        findings.lack()
        return []
    base = None
    if row.percent is not None:
        values = [consignment.values[item.place] for item in goods]
        if None in values:
            findings.lack()
        base = sum((value for value in values if value is not None), ZERO)
        exact = _limited(row, base * row.percent * PERCENT, money) * factor
    else:
        assert row.amount is not None
        exact = row.amount * money * quantity * factor
    entry = row.entry
    return [
        Fee(
            row.name,
            row.rounder(exact),
            entry.code,
            entry.source,
            (entry.valid_from, entry.valid_to),
            entry.verified,
            row.text,
            row.per,
            quantity,
            factor,
            base,
            exact,
        )
    ]


def _limited(row: FeeRow, exact: Decimal, money: Decimal) -> Decimal:
    """Not less than the fee's minimum and not more than its maximum; what is out of hours is multiplied after that."""
    if row.minimum is not None:
        exact = max(exact, row.minimum * money)
    if row.maximum is not None:
        exact = min(exact, row.maximum * money)
    return exact

"""What may be written off: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.core.errors import Finding, pointer
from app.core.text import Text, _
from app.suspense.commands import Amounts, Discharge, Firms, of_item

#: National digits may be told apart later; the goods are the same if the Harmonized System's six digits are.
SAME_GOODS = 6


class Left(Protocol):
    """The part of a stock that the rules ask."""

    @property
    def commodity(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def left_net_kg(self) -> Decimal: ...
    @property
    def left_packages(self) -> Decimal: ...
    @property
    def left_units(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Limited:
    """A stock of which no more may be taken than `most`, whatever is left of it."""

    stock: Left
    most: Amounts

    @property
    def commodity(self) -> str:
        return self.stock.commodity

    @property
    def unit(self) -> str | None:
        return self.stock.unit

    @property
    def left_net_kg(self) -> Decimal:
        return min(self.stock.left_net_kg, self.most.net_kg)

    @property
    def left_packages(self) -> Decimal:
        return min(self.stock.left_packages, self.most.packages)

    @property
    def left_units(self) -> Decimal:
        return min(self.stock.left_units, self.most.units)


def findings(discharges: Iterable[Discharge], stocks: Mapping[tuple[str, int], Left], firms: Firms) -> list[Finding]:
    """Everything that stands against the write-offs, taken together: several items may name one stock."""
    taken: dict[tuple[str, int], list[Decimal]] = {}
    found: list[Finding] = []
    for wanted in discharges:
        key = (wanted.mrn, wanted.previous_item)
        stock = stocks.get(key)
        if stock is None:
            found.append(_without_mandate(wanted, firms) if firms.lacking else _unknown(wanted))
            continue
        if wanted.commodity[:SAME_GOODS] != stock.commodity[:SAME_GOODS]:
            found.append(_other_goods(wanted, stock))
        so_far = taken.setdefault(key, [Decimal(0), Decimal(0), Decimal(0)])
        found += _too_much(wanted, stock, so_far)
    return found


def _too_much(wanted: Discharge, stock: Left, so_far: list[Decimal]) -> Iterator[Finding]:
    amounts = wanted.amounts
    units = amounts.units if stock.unit is not None and stock.unit == amounts.unit else Decimal(0)
    asked = (amounts.net_kg, amounts.packages, units)
    left = (stock.left_net_kg, stock.left_packages, stock.left_units)
    for place, (name, measure) in enumerate(
        (("net_kg", "kg"), ("packages", "packages"), ("quantity", stock.unit or ""))
    ):
        so_far[place] += asked[place]
        if so_far[place] > left[place]:
            yield _finding(
                wanted,
                "previous.too-much",
                _(
                    "Of item {item} of {mrn} only {left} {measure} are left, {asked} are written off here. "
                    "Lower the quantity or name the right declaration.",
                    item=wanted.previous_item,
                    mrn=wanted.mrn,
                    left=format(left[place], "f"),
                    asked=format(so_far[place], "f"),
                    measure=measure,
                ),
                name,
            )


def _unknown(wanted: Discharge) -> Finding:
    message = _(
        "{mrn} item {item} is not under a suspensive procedure of this firm. Check the number and the item.",
        mrn=wanted.mrn,
        item=wanted.previous_item,
    )
    return _finding(wanted, "previous.unknown", message, "number")


def _without_mandate(wanted: Discharge, firms: Firms) -> Finding:
    """The same for what is no stock at all: who has no mandate is not told what the other firm has in stock."""
    message = _(
        "{mrn} item {item} is not under a suspensive procedure of {declarant}, and {principal} has not authorised it to "
        "use its goods. Have {principal} give {declarant} a mandate for goods under suspense, or name a stock of your own.",
        mrn=wanted.mrn,
        item=wanted.previous_item,
        declarant=firms.holders[0],
        principal=firms.lacking,
    )
    return _finding(wanted, "previous.mandate", message, "number")


def _other_goods(wanted: Discharge, stock: Left) -> Finding:
    message = _(
        "Item {item} of {mrn} is commodity {previous}, not {commodity}. Name the item that holds these goods.",
        item=wanted.previous_item,
        mrn=wanted.mrn,
        previous=stock.commodity,
        commodity=wanted.commodity,
    )
    return _finding(wanted, "previous.other-goods", message, "item")


class Taken(Protocol):
    """The part of a stock that an amendment of its declaration asks."""

    @property
    def unit(self) -> str | None: ...
    @property
    def taken(self) -> Amounts: ...


def kept(stocks: Mapping[int, Taken], items: Mapping[int, dict[str, Any]], places: Mapping[int, int]) -> list[Finding]:
    """Everything that stands against stocks (by item number) becoming those of the amended `items`, because it is
    written off already. `places` tells where in the declaration an item stands."""
    return [f for number, stock in stocks.items() for f in _kept(number, stock, items.get(number), places.get(number))]


def _kept(number: int, stock: Taken, item: dict[str, Any] | None, place: int | None) -> Iterator[Finding]:
    taken = stock.taken
    if not (taken.net_kg or taken.packages or taken.units):
        return
    if item is None:
        where = pointer("items") if place is None else pointer("items", place, "procedure")
        yield Finding(
            where,
            "previous.taken",
            _(
                "Later declarations have written off goods of item {item}: it must stay under suspense. "
                "Have those declarations amended or invalidated first.",
                item=number,
            ),
        )
        return
    now = of_item(item)
    units = now.units if now.unit == stock.unit else Decimal(0)
    for name, less, least, measure in (
        ("net_kg", now.net_kg < taken.net_kg, taken.net_kg, "kg"),
        ("packages", now.packages < taken.packages, taken.packages, "packages"),
        ("supplementary", units < taken.units, taken.units, stock.unit or ""),
    ):
        if less:
            yield Finding(
                pointer("items", place or 0, name),
                "previous.taken",
                _(
                    "Later declarations have written off {taken} {measure} of item {item}. "
                    "Declare at least that, or have those declarations amended first.",
                    item=number,
                    taken=format(least, "f"),
                    measure=measure,
                ),
            )


def _finding(wanted: Discharge, rule: str, message: Text, name: str) -> Finding:
    return Finding(pointer("items", wanted.place, "previous_documents", wanted.nth, name), rule, message)

"""What the items of a movement add up to, beside what the whole says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.web.trader.totals import Totals, totals
from app.web.trader.transit.form import count_of, houses_of, items_of


@dataclass(frozen=True, slots=True)
class Sums:
    """Packages and masses of all items, of each house, and what the whole declares."""

    houses: int
    items: int
    all: Totals
    each: list[Totals]
    declared: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What is declared for the whole less what the items add up to."""
        return None if self.declared is None else self.declared - self.all.gross_kg


def of(words: Mapping[str, Any]) -> Sums:
    """The sums of a draft of any shape."""
    houses = houses_of(words)
    return Sums(
        houses=len(houses),
        items=count_of(words),
        all=totals({"items": [item for house in houses for item in items_of(house)]}),
        each=[totals({"items": items_of(house)}) for house in houses],
        declared=totals({"invoice": {"total": words.get("gross_kg")}}).invoice,
    )

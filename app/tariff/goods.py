"""An item as the tariff sees it: its numbers read once, and quantities of it in any unit it is declared in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import orjson

from app.tariff.results import ZERO

#: One kilogram in units of mass.
OF_A_KILOGRAM: Final = {
    "KGM": Decimal(1),
    "TNE": Decimal("0.001"),
    "DTN": Decimal("0.01"),
    "GRM": Decimal(1000),
}
#: Units of Recommendation 20 that count the same thing: the unit they come down to, how many of it, and back.
_SAME: Final = {
    "NAR": ("NAR", Decimal(1), Decimal(1)),
    "NMB": ("NAR", Decimal(1), Decimal(1)),
    "PCE": ("NAR", Decimal(1), Decimal(1)),
    "H87": ("NAR", Decimal(1), Decimal(1)),
    "C62": ("NAR", Decimal(1), Decimal(1)),
    "EA": ("NAR", Decimal(1), Decimal(1)),
    "CEN": ("NAR", Decimal(100), Decimal("0.01")),
    "MIL": ("NAR", Decimal(1000), Decimal("0.001")),
    "LTR": ("LTR", Decimal(1), Decimal(1)),
    "HLT": ("LTR", Decimal(100), Decimal("0.01")),
}


@dataclass(frozen=True)
class Goods:
    """One item of a declaration whose words the schema has accepted; `place` is where it stands, from 0."""

    place: int
    words: Mapping[str, Any]
    number: int
    value: Decimal
    net: Decimal
    gross: Decimal

    @cached_property
    def content(self) -> bytes:
        """All that is declared of the item but its number: what two items that are alike have in common."""
        said = {name: value for name, value in self.words.items() if name != "number"}
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)

    def quantity(self, unit: str, *, gross: bool = False) -> Decimal | None:
        """How much of the goods in that unit: masses in kilograms and their like, others as declared.

        None where it is not declared, or declared as 0: a tax by quantity is never nothing for want of a quantity.
        """
        of_a_kilogram = OF_A_KILOGRAM.get(unit)
        if of_a_kilogram is not None:
            return (self.gross if gross else self.net) * of_a_kilogram or None
        declared = self.words.get("supplementary")
        if not declared or not declared.get("quantity"):
            return None
        return _in(unit, declared["unit"], Decimal(declared["quantity"])) or None


def _in(unit: str, declared: str, quantity: Decimal) -> Decimal | None:
    if declared == unit:
        return quantity
    here, there = _SAME.get(declared), _SAME.get(unit)
    if here is None or there is None or here[0] != there[0]:
        return None
    return quantity * here[1] * there[2]


def read(items: Sequence[Mapping[str, Any]]) -> tuple[Goods, ...]:
    """The items in their order."""
    return tuple(
        Goods(
            place,
            words,
            words["number"],
            _decimal(words.get("invoice_value")),
            _decimal(words.get("net_kg")),
            _decimal(words.get("gross_kg")),
        )
        for place, words in enumerate(items)
    )


def _decimal(value: Any) -> Decimal:
    return Decimal(value) if value else ZERO

"""What declarations ask of goods under suspense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.core.numbering import is_mrn


@dataclass(frozen=True, slots=True)
class Amounts:
    """Net kilograms, packages and supplementary units (`unit` None: none are counted)."""

    net_kg: Decimal
    packages: Decimal
    units: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Discharge:
    """An item that names the declaration under which its goods entered: what it takes of which item of it.

    `place` and `nth` point into the declaration: /items/{place}/previous_documents/{nth}.
    """

    place: int
    nth: int
    item: int
    mrn: str
    previous_item: int
    commodity: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Firms:
    """Whose stocks a declaration may write off: those of the `holders`. `lacking` is the firm whose goods they are said
    to be and that has not authorised the declarant, the first of the holders; of its stocks no more may be taken than
    the declaration had taken before (`kept`, by MRN and item)."""

    holders: tuple[str, ...]
    lacking: str = ""
    kept: Mapping[tuple[str, int], Amounts] = field(default_factory=dict)


def discharges(items: list[dict[str, Any]]) -> list[Discharge]:
    """The write-offs that declared items ask for: every previous document that is an MRN.

    Quantities that the previous document does not name are those of the item itself, if it is the only one named.
    """
    found = []
    for place, item in enumerate(items):
        named = [(nth, d) for nth, d in enumerate(item.get("previous_documents") or ()) if is_mrn(d["number"])]
        for nth, document in named:
            amounts = _amounts(item, document, alone=len(named) == 1)
            previous_item = int(document.get("item") or 1)
            found.append(
                Discharge(place, nth, item["number"], document["number"], previous_item, item["commodity"], amounts)
            )
    return found


def _amounts(item: dict[str, Any], document: dict[str, Any], *, alone: bool) -> Amounts:
    extra = item.get("supplementary") or {}
    own = of_item(item) if alone else Amounts(Decimal(0), Decimal(0), Decimal(0))
    return Amounts(
        _given(document.get("net_kg"), own.net_kg),
        _given(document.get("packages"), own.packages),
        _given(document.get("quantity"), own.units),
        extra.get("unit"),
    )


def _given(value: Any, otherwise: Decimal) -> Decimal:
    return otherwise if value is None else Decimal(str(value))


def of_item(item: dict[str, Any]) -> Amounts:
    """The quantities of a declared item."""
    extra = item.get("supplementary") or {}
    units = Decimal(extra.get("quantity") or 0)
    packages = Decimal(sum(p["count"] for p in item["packages"]))
    return Amounts(Decimal(item["net_kg"]), packages, units, extra.get("unit") if units else None)

"""Rules that add up."""

from __future__ import annotations

from decimal import Decimal

from app.core.text import _
from app.transit.rules.context import ZERO, Context
from app.transit.rules.registry import SUMS, Failures, rule

#: A truck with its trailer and load, in kg.
_TRUCK = Decimal(44_000)
_ROAD = "3"


@rule(
    "sums.gross-zero",
    box="18 04",
    pointer="/gross_kg",
    of=SUMS,
    says=_("The total gross mass is 0."),
    remedy=_("Write what the goods weigh with their packing."),
    source="NCTS rule R0221",
)
def gross_zero(context: Context) -> Failures:
    if context.setting.declared.gross_kg == ZERO:
        yield ("gross_kg",), {}


@rule(
    "sums.gross",
    box="18 04",
    pointer="/gross_kg",
    of=SUMS,
    says=_("The total gross mass {total} kg is not the sum of the items, {sum} kg."),
    remedy=_("Correct the total or the items."),
    source="NCTS rule R0994; here both are the same, because the weighbridge is compared with them",
)
def gross_is_sum(context: Context) -> Failures:
    total = context.setting.declared.gross_kg
    if total not in (context.gross, ZERO):
        yield ("gross_kg",), {"total": total, "sum": context.gross}


@rule(
    "sums.house-gross",
    box="18 04",
    pointer="/house_consignments/*/gross_kg",
    of=SUMS,
    says=_("The gross mass {total} kg of house consignment {house} is not the sum of its items, {sum} kg."),
    remedy=_("Correct the house consignment or its items."),
    source="NCTS rule R0983",
)
def house_gross_is_sum(context: Context) -> Failures:
    sums: dict[int, Decimal] = {}
    for item in context.items:
        sums[item.house] = sums.get(item.house, ZERO) + item.gross
    for nth, house in enumerate(context.houses):
        total = house.get("gross_kg")
        if total and Decimal(total) != sums[house["number"]]:
            said = {"total": total, "sum": sums[house["number"]], "house": house["number"]}
            yield ("house_consignments", nth, "gross_kg"), said


@rule(
    "sums.truck",
    box="18 04",
    pointer="/gross_kg",
    of=SUMS,
    severity="warning",
    says=_("The goods weigh {gross} kg together, more than the {most} kg that a truck with its trailer may weigh."),
    remedy=_("Check the masses; goods of several trucks are several movements."),
    source="Usual limit of road trains in the region, 40 to 44 t (not checked)",
)
def truck_load(context: Context) -> Failures:
    if context.transport.get("border_mode") == _ROAD and context.gross > _TRUCK:
        yield ("gross_kg",), {"gross": context.gross, "most": _TRUCK}

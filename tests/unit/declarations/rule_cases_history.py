"""Cases of what the post remembers: duplicates and prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.declarations.rules.history import History, Usual
from tests.unit.declarations.rule_cases import GONE, Case

VALUE, NET = "/items/0/invoice_value", "/items/0/net_kg"


def known(**of: Any) -> dict[str, History]:
    return {"history": History(**of)}


def prices(p05: str, p95: str, items: int = 20, **more: Any) -> dict[str, History]:
    """Usual prices around 4.00 a kilogram."""
    return known(prices={"620342": Usual(items, Decimal(p05), Decimal("4.00"), Decimal(p95))}, **more)


CASES = [
    Case(
        "duplicate.consignment", "/transport/vehicle/plate", {}, {"/transport/vehicle": GONE, "/transport/border_mode": "2"},
        setting=known(consignment=True),
    ),
    Case("duplicate.invoice", "/invoice/number", {}, {"/invoice/number": "b/n"}, setting=known(invoice=True)),
    Case(
        "duplicate.container", "/transport/containers/0", {}, {"/transport/containers": ["TCLU1234568"]},
        setting=known(containers=frozenset({"MSKU1234565"})),
    ),
    Case("duplicate.local-reference", "/local_reference", {}, {"/local_reference": "-"}, setting=known(local_reference=True)),
    Case("party.name-differs", "/consignee/name", {"/consignee/name": "Ҳисор", "/declarant/name": "Ҳисор"}, {"/consignee/name": "сомон", "/declarant/name": "«СОМОН» ҶДММ"}, setting=known(names={"TJ-510012345": "ҶДММ «Сомон»"})),
    Case("history.price-low", VALUE, {VALUE: "3449.99"}, {VALUE: "3450"}, setting=prices("1.50", "6")),
    Case("history.price-low", VALUE, {VALUE: "4599.99"}, {VALUE: "4600"}, setting=prices("3.00", "6")),
    Case("history.price-low", VALUE, {VALUE: "1", "/items/0/commodity": "6203420001"}, {VALUE: "0"}, setting=prices("3", "6")),
    Case("history.price-low", VALUE, {VALUE: "1"}, {VALUE: "1", "/items/0/commodity": "620343"}, setting=prices("3", "6")),
    Case("history.price-high", VALUE, {VALUE: "20700.01"}, {VALUE: "20700"}, setting=prices("3", "9")),
    Case("history.price-high", VALUE, {VALUE: "18400.01"}, {VALUE: "18400"}, setting=prices("3", "5")),
    Case("history.price-high", VALUE, {VALUE: "9200.01"}, {VALUE: "9200"}, setting=prices("3", "4", high=Decimal(1))),
]  # fmt: skip

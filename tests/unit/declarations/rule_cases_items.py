"""Cases of the codes, numbers and masses every item has."""

from __future__ import annotations

from tests.unit.declarations.rule_cases import Case

PACKAGES, EXTRA = "/items/1/packages/0", "/items/0/supplementary"

CASES = [
    Case("item.number", "/items/1/number", {"/items/1/number": 3}, {"/items/1/number": 2}),
    Case("item.number", "/items/0/number", {"/items/0/number": 2}, {}),
    Case("code.commodity", "/items/1/commodity", {"/items/1/commodity": "620300"}, {"/items/1/commodity": "6203420001"}),
    Case("code.procedure", "/items/1/procedure", {"/items/1/procedure": "4999"}, {"/items/1/procedure": "4000Q01"}),
    Case("code.package_kind", PACKAGES + "/kind", {PACKAGES + "/kind": "Q9"}, {PACKAGES + "/kind": "BG"}),
    Case("code.unit", EXTRA + "/unit", {EXTRA: {"unit": "QQ", "quantity": "5"}}, {EXTRA: {"unit": "NAR", "quantity": "5"}}),
    Case("code.document_type", "/documents/1/type", {"/documents/1/type": "QQQ"}, {"/documents/1/type": "787"}),
    Case("code.document_type", "/items/1/documents/0/type", {"/items/1/documents/0/type": "QQQ"}, {"/items/1/documents/0/type": "862"}),
    Case("mass.net-above-gross", "/items/1/net_kg", {"/items/1/net_kg": "2450.001"}, {"/items/1/net_kg": "2450.0"}),
    Case(
        "mass.zero", "/items/1/gross_kg", {"/items/1/gross_kg": "0.000", "/items/1/net_kg": "0", PACKAGES + "/count": 0},
        {"/items/1/gross_kg": "0.001", PACKAGES + "/count": 0},
    ),
    Case(
        "mass.packages-zero", "/items/1/gross_kg", {"/items/1/gross_kg": "0.000", "/items/1/net_kg": "0"},
        {"/items/1/gross_kg": "0.000", "/items/1/net_kg": "0", PACKAGES + "/count": 0},
    ),
]  # fmt: skip

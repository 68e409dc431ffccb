"""Rules of history: silent without it, and telling nothing that belongs to others."""

from __future__ import annotations

import re
from decimal import Decimal

from app.declarations import rules
from app.declarations.rules.history import FEWEST_ITEMS, History, Usual
from tests.unit.declarations.rule_cases import findings, sound

EVERYTHING = History(
    consignment=True,
    invoice=True,
    containers=frozenset({"MSKU1234565"}),
    local_reference=True,
    prices={"620342": Usual(FEWEST_ITEMS, Decimal("71.11"), Decimal("82.22"), Decimal("93.33"))},
)


def of_history(body, history):
    return [f for f in findings(body, history=history) if f.rule.startswith(("duplicate.", "history."))]


def test_without_history_nothing_is_found():
    assert of_history(sound(), None) == of_history(sound(), History()) == []


def test_all_of_it_at_once_is_warned_of_and_blocks_nothing():
    found = of_history(sound(), EVERYTHING)
    assert {f.rule for f in found} == {
        "duplicate.consignment", "duplicate.invoice", "duplicate.container", "duplicate.local-reference", "history.price-low",
    }  # fmt: skip
    assert {f.severity for f in found} == {"warning"}
    assert rules.blocking(found) == []


def test_what_others_pay_is_not_told():
    """Neither the usual prices nor the limits: who knows them declares just above."""
    body = sound()
    body["invoice"]["number"] = "INV-4"  # so that no digit of it is taken for a price
    body["documents"][0]["number"] = "INV-4"
    for finding in of_history(body, EVERYTHING):
        assert not re.search(r"71|82|93|41\.1|164", str(finding.message)), str(finding.message)


def test_only_what_is_dear_or_cheap_enough_to_be_sure():
    few = Usual(FEWEST_ITEMS - 1, Decimal(71), Decimal(82), Decimal(93))
    assert of_history(sound(), History(prices={"620342": few})) == []


def test_goods_without_mass_or_price_have_no_price_a_kilogram():
    body = sound()
    body["items"][0]["net_kg"] = "0"
    body["items"][1]["invoice_value"] = "0"
    assert of_history(body, History(prices=EVERYTHING.prices)) == []


def test_each_item_is_compared_by_its_own_price():
    body = sound()
    body["items"][1]["invoice_value"] = str(85 * 2300)
    found = of_history(body, History(prices=EVERYTHING.prices))
    assert [(f.rule, f.pointer) for f in found] == [("history.price-low", "/items/0/invoice_value")]
    assert "4.00 USD" in str(found[0].message)

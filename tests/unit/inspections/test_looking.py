"""What belongs together in a look, and what is told of goods in columns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.errors import Invalid
from app.inspections.lifecycle import STEP, Agency, StepAction, StepStatus, Type
from app.inspections.rules import facts, steps
from app.inspections.rules.weights import within


def test_every_way_of_looking_has_a_control_that_others_know():
    assert set(steps.CONTROL_OF) == set(Type)
    assert set(steps.NEEDING_MOST) == set(Type)
    for control, types in steps.OF_CONTROL.items():
        for type in types:
            assert type in steps.shown_by(control, None)


def test_a_control_of_a_movement_becomes_steps():
    customs = Agency.CUSTOMS.value
    assert steps.of_controls(["40", "10"]) == ((customs, "quantity"), (customs, "nature"), (customs, "documents"))
    assert (customs, "unloading") in steps.of_controls(["42"])
    assert steps.of_controls(["50"]) == ()


def test_goods_are_looked_at_only_where_somebody_opens_them():
    assert steps.kind_of([("customs", "documents"), ("customs", "seals"), ("customs", "scanner")]) == "documents"
    assert steps.kind_of([("customs", "documents"), ("veterinary", "sampling")]) == "goods"


def test_what_needs_most_decides_who_is_qualified():
    assert steps.needing_most(["quantity", "sampling", "documents"]) == "sampling"


def test_a_step_ends_once():
    assert STEP.final() == [StepStatus.DONE, StepStatus.WAIVED]
    assert not STEP.allows(StepStatus.WAIVED, StepAction.FINISH)


def test_facts_are_kept_as_plain_digits():
    told = {"net_kg": "980.5", "packages": "12", "origin": "TJ", "value": "10", "currency": "USD", "marks": " A/1 "}
    assert facts.checked(told) == {**told, "marks": "A/1"}
    assert facts.checked({"net_kg": None, "origin": ""}) == {}


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"net_kg": "1e3"}, "/facts/net_kg"),
        ({"net_kg": "NaN"}, "/facts/net_kg"),
        ({"net_kg": "-1"}, "/facts/net_kg"),
        ({"net_kg": "1.2345"}, "/facts/net_kg"),
        ({"net_kg": 12.5}, "/facts/net_kg"),
        ({"net_kg": "١٢"}, "/facts/net_kg"),
        ({"packages": "1.5"}, "/facts/packages"),
        ({"value": "1.005", "currency": "USD"}, "/facts/value"),
        ({"origin": "Tajikistan"}, "/facts/origin"),
        ({"commodity": "0806.20"}, "/facts/commodity"),
        ({"description": "x" * 501}, "/facts/description"),
        ({"description": "a\u202eb"}, "/facts/description"),
        ({"colour": "red"}, "/facts/colour"),
        ({"quantity": "5"}, "/facts/unit"),
        ({"currency": "USD"}, "/facts/value"),
    ],
)
def test_what_cannot_be_meant(told, pointer):
    with pytest.raises(Invalid) as refused:
        facts.checked(told)
    assert pointer in {finding.pointer for finding in refused.value.findings}


def test_what_is_declared_stands_in_the_same_columns():
    item = {
        "commodity": "080620", "description": "raisins", "origin": "AF", "net_kg": "980.000", "gross_kg": "1000.000",
        "invoice_value": "1500.00", "currency": "USD", "packages": [{"count": 50, "marks": "A"}, {"count": 2, "marks": None}],
        "supplementary": {"quantity": "52", "unit": "C62"},
    }  # fmt: skip
    told = facts.of_item(item)
    assert told == {
        "commodity": "080620", "quantity": "52", "unit": "C62", "net_kg": "980.000", "gross_kg": "1000.000",
        "packages": "52", "origin": "AF", "value": "1500.00", "currency": "USD", "description": "raisins", "marks": "A",
    }  # fmt: skip
    assert facts.checked(told) == told


@pytest.mark.parametrize(
    ("gross", "tare", "declared", "agrees"),
    [
        ("30400", "10000", "20000", True),
        ("30401", "10000", "20000", False),
        ("29599", "10000", "20000", False),
        ("30000", None, "20000", None),
        ("30000", "10000", None, None),
    ],
)
def test_a_weight_agrees_within_so_many_per_mille(gross, tare, declared, agrees):
    assert within(Decimal(gross), tare and Decimal(tare), declared and Decimal(declared), 20) is agrees

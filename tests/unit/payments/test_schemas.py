"""What a form or a program leaves out is told at once, each thing at its field."""

from __future__ import annotations

import marshmallow as ma
import pytest

from app.payments.schemas import DepositSchema, PaymentSchema, SecuritySchema

RECEIPT = {"method": "receipt", "amount": "10.00", "bank": "AMONATBONK", "receipt": "R-1"}


def wrong(schema: type[ma.Schema], **given: object) -> set[str]:
    """The fields that are found wrong, each told of once."""
    try:
        schema().load(given)
    except ma.ValidationError as error:
        found = error.normalized_messages()
        assert all(len(messages) == 1 for messages in found.values()), found
        return set(found)
    return set()


@pytest.mark.parametrize("schema", [PaymentSchema, DepositSchema])
@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"bank": None}, {"bank"}),
        ({"receipt": ""}, {"receipt"}),
        ({"bank": "", "receipt": None}, {"bank", "receipt"}),
        ({"bank": None, "receipt": None, "amount": None}, {"bank", "receipt", "amount"}),
        ({"bank": None, "receipt": None, "amount": "x", "paid_on": "yesterday"}, {"bank", "receipt", "amount", "paid_on"}),
        ({"bank": "x" * 81, "receipt": None}, {"bank", "receipt"}),
        ({"method": "cash", "bank": None, "receipt": None}, set()),
    ],
)  # fmt: skip
def test_everything_that_is_missing_is_told_at_once(schema, change, fields):
    assert wrong(schema, **{**RECEIPT, **change}) == fields
    bare = {name: value for name, value in {**RECEIPT, **change}.items() if value is not None}
    assert wrong(schema, **bare) == fields, "left out is like empty"


def test_from_the_account_nothing_else_is_needed():
    assert wrong(PaymentSchema, method="account") == set()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"method": "cash"}, set()),
        ({"method": "cash", "bank": "AMONATBONK", "receipt": "1"}, set()),
        ({"method": "cash", "bank": "AMONATBONK"}, {"receipt"}),
        ({"method": "cash", "receipt": "1"}, {"bank"}),
        ({"method": "account"}, set()),
        ({"method": "guarantee"}, {"reference"}),
        ({"method": "guarantee", "reference": "26TJ1"}, set()),
    ],
)
def test_half_a_receipt_is_no_cash(given, fields):
    assert wrong(SecuritySchema, amount="10.00", **given) == fields

"""Exact decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import decimal, rounded

NO_AMOUNT = [
    "NaN",
    "Infinity",
    "1e5",
    "1_000",
    " 12 ",
    "١٢",
    "-1",
    "+1",
    ".5",
    "5.",
    "",
    "1,5",
    "1 000",
    "1\n",
    "0x1",
    "½",
]


@pytest.mark.parametrize("text", NO_AMOUNT)
def test_only_plain_digits_are_an_amount(text):
    assert decimal(text, whole=13, places=2) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", "0"), ("0.05", "0.05"), ("9999999999999.99", "9999999999999.99"), ("0001.10", "1.10"), ("7", "7")],
)
def test_amounts_are_exact(text, number):
    assert decimal(text, whole=13, places=2) == Decimal(number)


@pytest.mark.parametrize("text", ["10000000000000", "1.001", "0.000", "1" * 16, "1." + "1" * 7])
def test_amounts_have_a_size(text):
    assert decimal(text, whole=13, places=2) is None


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("0.005", 2, "0.01"), ("0.015", 2, "0.02"), ("0.025", 2, "0.03"), ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.0049", 2, "0.00"),
     ("1.005", 2, "1.01"), ("999.995", 2, "1000.00")],
)  # fmt: skip
def test_halves_go_up(value, places, expected):
    assert rounded(Decimal(value), places) == Decimal(expected)
    assert str(rounded(Decimal(value), places)) == expected


@given(st.decimals(0, 10**12, places=2))
def test_reading_what_was_written(amount):
    assert decimal(format(amount, "f"), whole=13, places=2) == amount

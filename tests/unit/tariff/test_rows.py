"""Rows that cannot be read are told to who writes them; one that got in force all the same stops the total."""

from __future__ import annotations

import pytest

from app.tariff import faults
from tests.unit.tariff.law import TAJIK, assessed, book, fee, money, rate, row, tax, told

WRONG = {
    "tax without administration": row("tax", "X", tax="duty", order="1", base="value", currency="TJS", digits="2", rounding="half-up"),
    "tax with a capital": tax("Duty", "1"),
    "tax without a base": tax("x", "1", base=""),
    "tax on nothing": tax("x", "1", base="duty"),
    "tax without an order": tax("x", ""),
    "tax in no order": tax("x", "first"),
    "tax rounded somehow": tax("x", "1", rounding="nearly"),
    "tax with too many digits": tax("x", "1", digits="9"),
    "tax in no currency": tax("x", "1", currency="somoni"),
    "rate without a tax": rate("R", "1", tax=""),
    "rate of no kind": rate("R", "1", kind="free"),
    "rate without a percentage": rate("R", kind="ad-valorem"),
    "rate with a comma": rate("R", "1,5"),
    "rate with an exponent": rate("R", "1e3"),
    "rate with other digits": rate("R", "١٤"),
    "rate below nothing": rate("R", "-1"),
    "rate of great length": rate("R", "1" * 11),
    "rate for no commodity": rate("R", "1", commodity="62xx"),
    "rate of a rank in words": rate("R", "1", rank="high"),
    "specific rate without an amount": rate("R", kind="specific", currency="EUR", unit="LTR"),
    "specific rate without a currency": rate("R", amount="1", unit="LTR"),
    "specific rate without a unit": rate("R", amount="1", currency="EUR"),
    "specific rate by a word": rate("R", amount="1", currency="EUR", unit="litre"),
    "specific rate for seven": rate("R", amount="1", currency="EUR", unit="NAR", per="7"),
    "specific rate by another mass": rate("R", amount="1", currency="EUR", unit="KGM", mass="dry"),
    "combined rate that does not say how": rate("R", "1", amount="1", currency="EUR", unit="LTR", kind="combined"),
    "combined rate by another way": rate("R", "1", amount="1", currency="EUR", unit="LTR", kind="combined", combine="lower"),
    "rate that is no text": row("tax_rate", "R", administration="TJ", tax="duty", kind="ad-valorem", percent=["1"]),
    "fee of nothing": fee("x"),
    "fee of both": fee("x", amount="1", percent="1"),
    "fee for something else": fee("x", amount="1", per="day"),
    "exchange of nothing": money("USD", "0"),
    "exchange of seven": money("USD", "1", units="7"),
    "exchange by the year": money("USD", "1", until=None, period="year"),
    "exchange of no currency": money("dollar", "1"),
    "minimum value without a unit": row("minimum_value", "M", administration="TJ", amount="1", currency="USD"),
    "minimum value of no commodity": row("minimum_value", "M", administration="TJ", commodity="x", amount="1", currency="USD", unit="KGM"),
    "holiday of nobody": row("holiday", "H", day="01-01"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_row_that_cannot_be_used_is_told_before_it_is_in_force(what):
    (found,) = faults([rate("GOOD", "1"), WRONG[what]])
    assert (found.pointer, found.rule) == ("/1/attributes", "tariff.row")
    assert WRONG[what].code in str(found.message)


def test_good_rows_and_rows_of_other_lists_are_passed_over():
    assert faults([*TAJIK, row("incoterm", "CPT", mode="any")]) == []


@pytest.mark.parametrize("what", ["tax without an order", "fee of both", "minimum value without a unit"])
def test_a_row_in_force_that_cannot_be_used_stops_the_total(what):
    result = assessed(book(WRONG[what]))
    assert result.incomplete and told(result) == [("tariff.row", "")]
    assert assessed(book(WRONG[what]), administration="AF").warnings[0].rule != "tariff.row"


def test_a_tax_on_what_comes_later_cannot_be_used():
    result = assessed(book(tax("early", "1", "value+vat", needed="")))
    assert result.incomplete and told(result) == [("tariff.row", "")]


def test_an_exchange_rate_that_cannot_be_read_is_as_if_it_were_not_there():
    assert told(assessed(book(money("USD", "ten")))) == [("rate.missing", "/invoice/currency")]


def test_a_rate_for_no_commodity_holds_for_none():
    assert assessed(book(rate("R", "99", commodity="62xx"))).items[0].lines[0].rule == "TJ.duty"

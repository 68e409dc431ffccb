"""Prices in other currencies: by the day's rates, up to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.tariff import Converter, tariff
from tests.unit.tariff import law


def converter(*rates, day=law.DAY):
    codes = law.Codebook.of([law.tax("duty", "1"), *rates])
    return Converter(tariff(codes).on("TJ", day))


DOLLARS, EUROS = law.money("USD", "8.8038"), law.money("EUR", "10.2476")


@pytest.mark.parametrize(
    ("amount", "currency", "into", "price"),
    [
        ("4000.00", "EUR", "USD", "4655.99"),
        ("100.00", "USD", "TJS", "880.38"),
        ("880.38", "TJS", "USD", "100.00"),
        ("880.39", "TJS", "USD", "100.01"),
        ("0.01", "TJS", "USD", "0.01"),
        ("0.00", "EUR", "USD", "0.00"),
        ("7.123", "XAU", "XAU", "7.123"),
    ],
)
def test_up_to_the_cent_and_never_below(amount, currency, into, price):
    assert str(converter(DOLLARS, EUROS).price(Decimal(amount), currency, into)) == price


def test_without_a_rate_there_is_no_price():
    converting = converter(DOLLARS)
    assert converting.price(Decimal(1), "EUR", "USD") is None
    assert converting.price(Decimal(1), "USD", "EUR") is None


def test_it_remembers_its_rates_and_doubts_those_that_are_out_of_date():
    converting = converter(DOLLARS, EUROS, day=law.DAY + dt.timedelta(days=1))
    converting.price(Decimal(1), "TJS", "TJS")
    assert converting.rates == ()
    converting.price(Decimal(1), "EUR", "USD")
    assert [rate.currency for rate in converting.rates] == ["EUR", "USD"]
    assert [f.rule for f in converting.doubts({"EUR"})] == ["rate.stale"]
    assert converting.doubts(()) == []

"""What a recovery claims of several guarantees in turn, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.flows.movements.claiming import Taken, claimed

RATES = {"TJS": Decimal(1), "USD": Decimal("10.5"), "EUR": Decimal("11.4")}


def taken(*amounts):
    return [Taken(f"G{n}", Decimal(amount), currency) for n, (amount, currency) in enumerate(amounts, 1)]


@pytest.mark.parametrize(
    ("held", "asked", "parts", "paid"),
    [
        ([("5000.00", "TJS")], "1234.56", {"G1": "1234.56"}, "1234.56"),
        ([("5000.00", "TJS")], "5000.00", {"G1": "5000.00"}, "5000.00"),
        ([("5000.00", "TJS")], "7000.01", {"G1": "5000.00"}, "5000.00"),
        # The first pays all that it has before the second is asked.
        ([("3000.00", "TJS"), ("4000.00", "TJS")], "5000.00", {"G1": "3000.00", "G2": "2000.00"}, "5000.00"),
        ([("3000.00", "TJS"), ("4000.00", "TJS")], "2999.99", {"G1": "2999.99"}, "2999.99"),
        # 1,000 somoni are 95.238… dollars: rounded up, nobody pays less than was asked.
        ([("100.00", "USD")], "1000.00", {"G1": "95.24"}, "1000.00"),
        ([("95.24", "USD")], "1000.00", {"G1": "95.24"}, "1000.00"),
        # A cent of a dollar is lacking: 95.23 dollars are worth 999.92 somoni (999.915).
        ([("95.23", "USD")], "1000.00", {"G1": "95.23"}, "999.92"),
        ([("95.23", "USD"), ("10.00", "TJS")], "1000.00", {"G1": "95.23", "G2": "0.08"}, "1000.00"),
        # From dollars to euros, both reckoned over the country's money.
        ([("50.00", "TJS"), ("500.00", "EUR")], "100.00 USD", {"G1": "50.00", "G2": "87.73"}, "100.00 USD"),
        # Its own currency is never reckoned to and fro.
        ([("33.33", "USD")], "33.33 USD", {"G1": "33.33"}, "33.33 USD"),
    ],
)
def test_what_is_claimed(held, asked, parts, paid):
    amount, _space, currency = asked.partition(" ")
    told = claimed(taken(*held), Decimal(amount), currency or "TJS", RATES)
    assert told.parts == {grn: Decimal(part) for grn, part in parts.items()}
    assert told.paid == Decimal(paid.partition(" ")[0])


def test_one_currency_needs_no_rate():
    assert claimed(taken(("9.00", "AFN")), Decimal("4.00"), "AFN", {}).parts == {"G1": Decimal("4.00")}

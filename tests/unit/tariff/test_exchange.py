"""Rates of exchange: Tajik by the day, Afghan from the 6th to the 6th; old ones are told, missing ones stop."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.tariff import Incomplete
from tests.unit.tariff import law
from tests.unit.tariff.law import AFGHAN, DAY, assessed, book, cost, fee, header, item, money, rate, row, told

ONE = dt.timedelta(days=1)


def value(result) -> Decimal | None:
    return result.items[0].customs_value


def test_a_daily_rate_holds_on_its_day_alone():
    codes = book(money("USD", "10.5", since=DAY, until=None))
    assert assessed(codes).warnings == ()
    assert told(assessed(codes, day=DAY + ONE)) == [("rate.stale", "/invoice/currency")]


def test_the_last_rate_known_is_used_and_told_once():
    older = money("USD", "9.1234", since=DAY - 9 * ONE, until=DAY - 9 * ONE)
    last = money("USD", "9.8765", since=DAY - 3 * ONE, until=DAY - 3 * ONE)
    later = money("USD", "77", since=DAY + ONE, until=DAY + ONE)
    codes = book(older, last, later, law=[e for e in law.TAJIK if e.code != "TJ.USD"])
    result = assessed(codes, item(1), item(2), head=header(cost("freight", "100.00")))
    assert value(result) == Decimal(1050) * Decimal("9.8765")
    assert told(result) == [("rate.stale", "/invoice/currency")] and not result.incomplete
    assert "2026-11-28" in str(result.warnings[0].message)
    (used,) = result.rates
    assert (used.stale, used.day, used.rule) == (True, DAY - 3 * ONE, "TJ.USD")


def test_a_rate_for_many_units():
    codes = book(money("IRR", "2.5154", units="10000"))
    assert value(assessed(codes, item(invoice_value="40000.00"), head=header(currency="IRR"))) == Decimal("10.0616")


def test_national_money_needs_no_rate():
    result = assessed(book(), item(invoice_value="12.34"), head=header(currency="TJS"))
    assert value(result) == Decimal("12.34") and result.rates == ()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-05", "69"), ("2026-12-06", "70"), ("2026-12-31", "70"), ("2027-01-01", "70"), ("2027-01-05", "70"),
    ],
)  # fmt: skip
def test_an_afghan_rate_holds_from_the_6th_to_the_6th(day, expected):
    rates = [
        money("USD", "69", since=dt.date(2026, 11, 6), until=None, administration="AF", period="month"),
        money("USD", "70", since=dt.date(2026, 12, 6), until=None, administration="AF", period="month"),
    ]
    codes = book(*rates, law=[e for e in AFGHAN if e.list != "exchange_rate"])
    result = assessed(codes, item(invoice_value="1.00"), administration="AF", day=dt.date.fromisoformat(day))
    assert value(result) == Decimal(expected) and result.warnings == ()


def test_an_afghan_rate_is_old_on_the_6th_of_the_next_month():
    december = money("USD", "70", since=dt.date(2026, 12, 6), until=None, administration="AF", period="month")
    codes = book(december, law=[e for e in AFGHAN if e.list != "exchange_rate"])
    assert told(assessed(codes, administration="AF", day=dt.date(2027, 1, 6))) == [("rate.stale", "/invoice/currency")]


def test_a_monthly_rate_entered_before_the_6th_ends_with_the_5th():
    entered = money("USD", "70", since=dt.date(2026, 12, 2), until=None, administration="AF", period="month")
    codes = book(entered, law=[e for e in AFGHAN if e.list != "exchange_rate"])
    assert told(assessed(codes, administration="AF", day=dt.date(2026, 12, 5))) == []
    assert told(assessed(codes, administration="AF", day=dt.date(2026, 12, 6))) == [("rate.stale", "/invoice/currency")]


def test_each_administration_has_its_own_rates():
    codes = book(*AFGHAN)
    assert value(assessed(codes)) == Decimal(10_000)
    assert value(assessed(codes, administration="AF")) == Decimal(70_000)


def test_without_any_rate_there_is_no_total_and_nothing_may_follow():
    result = assessed(book(), item(1), item(2), head=header(currency="JPY"))
    assert told(result) == [("rate.missing", "/invoice/currency")]
    assert "administrator" in str(result.warnings[0].message)
    assert result.incomplete and value(result) is None and result.items[0].lines == ()
    said = result.as_json()
    assert said["total"] is None and said["items"][0]["customs_value"] is None
    with pytest.raises(Incomplete):
        _ = result.total


def test_a_rate_that_begins_tomorrow_is_no_rate_today():
    codes = book(money("JPY", "7", since=DAY + ONE))
    assert told(assessed(codes, head=header(currency="JPY"))) == [("rate.missing", "/invoice/currency")]


def test_a_cost_without_a_rate_is_told_at_the_cost():
    result = assessed(book(), head=header(cost("freight", "1.00"), cost("other", "1.00", "JPY")))
    assert told(result) == [("rate.missing", "/costs/1/currency")] and result.incomplete


def test_nothing_is_converted_over_a_third_currency():
    """The rates JPY to USD of another administration and USD to TJS do not make a rate JPY to TJS."""
    codes = book(money("JPY", "0.5", administration="AF"))
    assert assessed(codes, head=header(currency="JPY")).incomplete


def test_an_export_without_taxes_is_not_held_up_by_a_missing_rate():
    result = assessed(book(), item(procedure="1000"), head=header(currency="JPY"))
    assert not result.incomplete and result.total == 0 and told(result) == [("rate.missing", "/invoice/currency")]


@pytest.mark.parametrize(
    "entry",
    [
        rate("R", amount="1", currency="JPY", unit="KGM", commodity="62"),
        rate("R", "1", minimum="1", currency="JPY", commodity="62"),
        law.row("minimum_value", "M", administration="TJ", amount="1", currency="JPY", unit="KGM"),
        fee("clearance", amount="1", currency="JPY"),
    ],
)
def test_whatever_is_due_in_a_currency_without_a_rate_stays_unknown(entry):
    result = assessed(book(entry), item(commodity="620342"))
    assert result.incomplete and [rule for rule, _ in told(result)] == ["rate.missing"]


def test_a_fee_by_value_stays_unknown_with_the_value():
    codes = book(fee("clearance", percent="1"))
    assert assessed(codes, item(procedure="1000"), head=header(currency="JPY")).incomplete


def dated(days_ago: int, *, until=None, limit: str | None = "31", own: str | None = None):
    """An assessment with a rate that began so many days ago and holds until a day far ahead, or was for its day alone."""
    said = {"rate-age-days": limit, "rate-age-days.TJ": own}
    codes = book(
        money("USD", "10.5", since=DAY - days_ago * ONE, until=until),
        *(row("parameter", name, value=value) for name, value in said.items() if value is not None),
        law=[e for e in law.TAJIK if e.code != "TJ.USD"],
    )
    return assessed(codes)


def doubts(result) -> tuple[bool, bool]:
    (used,) = result.rates
    assert used.as_json()["old"] is used.old
    return used.stale, used.old


@pytest.mark.parametrize(
    ("days_ago", "limit", "own", "old"),
    [
        (0, "31", None, False), (31, "31", None, False), (32, "31", None, True), (8, "7", None, True),
        (8, "7", "30", False), (32, "31", "7", True), (9999, None, None, False), (9999, "soon", None, False),
    ],
)  # fmt: skip
def test_a_rate_that_holds_is_old_after_so_many_days(days_ago, limit, own, old):
    result = dated(days_ago, until=DAY + 99 * ONE, limit=limit, own=own)
    assert doubts(result) == (False, old) and not result.incomplete
    assert told(result) == ([("rate.old", "/invoice/currency")] if old else [])


def test_the_last_rate_known_may_be_old_too():
    assert doubts(dated(3, until=DAY - 3 * ONE)) == (True, False)
    result = dated(32, until=DAY - 32 * ONE)
    assert doubts(result) == (True, True)
    assert told(result) == [("rate.stale", "/invoice/currency")], "the warning names its day; the mark says the rest"

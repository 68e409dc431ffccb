"""Fees for declarations, items and trucks, in and out of working hours."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.unit.tariff.law import NOON, assessed, book, cost, fee, header, item, row

CLEARANCE = fee("clearance", amount="50.00", procedures="4 5", out_of_hours="2", out_of_hours_except="01 02 06 08")
HOURS = tuple(
    row("parameter", f"working-hours-{day}", value="closed" if day in ("sat", "sun") else "08:00-12:00, 13:00-17:00")
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
)


def at(local: str) -> dt.datetime:
    """A moment by the clock of Dushanbe (UTC+5)."""
    return dt.datetime.fromisoformat(f"{local}+05:00")


def said(result):
    return [(one.fee, str(one.amount), one.quantity, str(one.factor)) for one in result.fees]


@pytest.mark.parametrize(
    ("local", "factor"),
    [
        ("2026-12-01T07:59", 2), ("2026-12-01T08:00", 1), ("2026-12-01T11:59", 1), ("2026-12-01T12:00", 2), ("2026-12-01T13:00", 1),
        ("2026-12-01T16:59", 1), ("2026-12-01T17:00", 2), ("2026-12-05T10:00", 2), ("2026-12-06T10:00", 2), ("2026-12-07T10:00", 1),
    ],
)  # fmt: skip
def test_a_fee_is_doubled_out_of_hours_by_the_clock_of_the_post(local, factor):
    """1 December 2026 is a Tuesday, the 5th a Saturday."""
    result = assessed(book(CLEARANCE, *HOURS), at=at(local))
    assert said(result) == [("clearance", f"{50 * factor}.00", 1, str(factor))]
    assert result.by_tax()["fee:clearance"] == 50 * factor


def test_the_clock_is_that_of_the_post_and_not_of_greenwich():
    codes = book(CLEARANCE, *HOURS)
    moment = dt.datetime(2026, 12, 1, 4, 0, tzinfo=dt.UTC)  # 09:00 in Dushanbe
    assert assessed(codes, at=moment).fees[0].factor == 1
    assert assessed(codes, at=moment, head=header(post="XXXXX")).fees[0].factor == 2


def test_a_holiday_is_out_of_hours():
    every_year = row("holiday", "TJ.x", administration="TJ", day="12-01")
    once = row("holiday", "TJ.y", since=dt.date(2026, 12, 2), until=dt.date(2026, 12, 2), administration="TJ")
    abroad = row("holiday", "AF.z", administration="AF", day="12-03")
    codes = book(CLEARANCE, *HOURS, every_year, once, abroad)
    factors = [assessed(codes, at=at(f"2026-12-0{n}T10:00")).fees[0].factor for n in (1, 2, 3)]
    assert factors == [2, 2, 1]


def test_farm_products_are_not_doubled_and_one_other_item_is_enough():
    codes, night = book(CLEARANCE, *HOURS), at("2026-12-01T23:00")
    raisins, trousers = item(1, commodity="080620"), item(2, commodity="620342")
    assert said(assessed(codes, raisins, at=night)) == [("clearance", "50.00", 1, "1")]
    assert said(assessed(codes, raisins, trousers, at=night)) == [("clearance", "100.00", 1, "2")]


@pytest.mark.parametrize("hours", [(), (row("parameter", "working-hours-tue", value="all day long"),)])
def test_nobody_pays_double_for_want_of_an_entry(hours):
    assert said(assessed(book(CLEARANCE, *hours), at=at("2026-12-01T23:00"))) == [("clearance", "50.00", 1, "1")]


def test_an_administration_has_its_own_hours():
    codes = book(CLEARANCE, *HOURS, row("parameter", "working-hours-tue.TJ", value="00:00-24:00"))
    assert said(assessed(codes, at=at("2026-12-01T23:59"))) == [("clearance", "50.00", 1, "1")]


def test_a_fee_is_only_for_its_procedures_and_goods():
    plants = fee("phyto-act", amount="4.80", commodities="07 08", procedures="4")
    codes = book(CLEARANCE, plants)
    assert [one.fee for one in assessed(codes, item(1, commodity="080620"), item(2)).fees] == ["clearance", "phyto-act"]
    assert [one.fee for one in assessed(codes, item(commodity="080620", procedure="5000")).fees] == ["clearance"]
    assert [one.fee for one in assessed(codes, item(commodity="620342")).fees] == ["clearance"]
    assert assessed(codes, item(procedure="1000")).fees == ()


def test_a_fee_for_the_truck_is_due_where_there_is_one():
    codes = book(fee("truck", amount="16.80", per="truck"))
    trucks = [header(), header(transport={"border_mode": "3"}), header(transport={"vehicle": {"plate": "A"}})]
    assert [said(assessed(codes, head=head)) for head in trucks] == [[("truck", "16.80", 1, "1")]] * 3
    for head in (header(transport={"border_mode": "2"}), header(transport=None)):
        assert assessed(codes, head=head).fees == ()


def test_a_fee_for_each_item_doubles_only_what_is_to_be_doubled():
    codes = book(fee("label", amount="3.00", per="item", out_of_hours="2", out_of_hours_except="08"), *HOURS)
    goods = item(1, commodity="080620"), item(2), item(3)
    assert said(assessed(codes, *goods, at=at("2026-12-01T10:00"))) == [("label", "9.00", 3, "1")]
    night = assessed(codes, *goods, at=at("2026-12-01T23:00"))
    assert said(night) == [("label", "12.00", 2, "2"), ("label", "3.00", 1, "1")]
    assert night.by_tax()["fee:label"] == 15


@pytest.mark.parametrize(("value", "amount"), [("1000.00", "15.00"), ("100.00", "10.00"), ("100000.00", "110.00")])
def test_a_fee_by_value_has_its_limits(value, amount):
    """0.15 % of value x 10, at least 10 TJS... the limits are in EUR at 11: at least 10/11, at most 10."""
    codes = book(fee("clearance", percent="0.15", minimum="0.9090909091", maximum="10", currency="EUR"))
    result = assessed(codes, item(invoice_value=value))
    assert said(result) == [("clearance", amount, 1, "1")]
    assert result.fees[0].rate == "0.15" and result.fees[0].base == Decimal(value) * 10


def test_a_fee_by_value_counts_the_goods_it_is_for():
    codes = book(fee("clearance", percent="1", commodities="08"))
    result = assessed(codes, item(1, commodity="080620"), item(2), head=header(cost("freight", "200.00")))
    assert result.fees[0].base == Decimal(11_000) and str(result.fees[0].amount) == "110.00"


def test_a_fee_in_other_money_is_converted_and_rounded():
    codes = book(fee("clearance", amount="4.55", currency="EUR", digits="0", rounding="up"))
    result = assessed(codes, at=NOON)
    assert said(result) == [("clearance", "51", 1, "1")] and result.fees[0].exact == Decimal("50.05")
    assert result.fees[0].rate == "4.55 EUR"

"""The rows of this release: readable, honest about what was checked, and right where the source says so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.reference import loading
from app.tariff import Exemption, assess, faults, tariff
from tests.unit.tariff.law import NOON, cost, header, item, told

CODES = loading.codebook()
LISTS = ("tax", "tax_rate", "exchange_rate", "fee", "country_group", "minimum_value", "holiday")
DAY = dt.date(2026, 12, 1)


def assessed(*items, day=DAY, administration="TJ", head=None, at=NOON, exemptions=None):
    return assess(
        head or header(currency="TJS" if administration == "TJ" else "AFN"), list(items) or [item()], tariff(CODES),
        administration=administration, at=at, day=day, exemptions=exemptions or {},
    )  # fmt: skip


def line(result, tax):
    return next(line for line in result.items[0].lines if line.tax == tax)


def rows(name):
    return [pytest.param(entry, id=f"{entry.code}-{entry.valid_from}") for entry in CODES.entries(name)]


def test_every_row_can_be_used():
    assert faults([entry for name in LISTS for entry in CODES.entries(name)]) == []
    for administration in ("TJ", "AF"):
        assert tariff(CODES).on(administration, DAY).faults == []


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2021-12-31", "18.00"), ("2022-01-01", "15.00"), ("2023-12-31", "15.00"), ("2024-01-01", "14.00"),
        ("2026-12-31", "14.00"), ("2027-01-01", "13.00"), ("2031-05-05", "13.00"),
    ],
)  # fmt: skip
def test_value_added_tax_at_each_border_of_its_periods(day, rate):
    found = line(assessed(day=dt.date.fromisoformat(day)), "vat")
    assert (found.rate, found.verified, found.rule) == (rate, True, "TJ.vat")


@pytest.mark.parametrize("commodity", ["100199", "110100", "150710", "151219", "151590"])
def test_wheat_and_vegetable_oil_in_2024(commodity):
    days = ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")
    rates = [line(assessed(item(commodity=commodity), day=dt.date.fromisoformat(day)), "vat").rate for day in days]
    assert rates == ["15.00", "10.00", "10.00", "14.00"]


@pytest.mark.parametrize(
    ("commodity", "before", "after"),
    [("020714", "10.00", "20.00"), ("190219", "10.00", "20.00"), ("240110", "5.00", "10.00"), ("240220", "23.00", "46.00"), ("240210", "23.00", "46.00"), ("240319", "18.00", "36.00")],
)  # fmt: skip
def test_the_peaks_of_the_decree_of_2021(commodity, before, after):
    found = [line(assessed(item(commodity=commodity, supplementary={"unit": "NAR", "quantity": "1"}), day=day), "duty") for day in (dt.date(2021, 5, 26), dt.date(2021, 5, 27))]  # fmt: skip
    assert [one.rate for one in found] == [before, after] and all(one.verified for one in found)


def test_other_duties_of_tajikistan_are_marked_and_within_what_is_known():
    chapters = [e for e in CODES.entries("tax_rate") if e.attributes["administration"] == "TJ" and e.attributes["tax"] == "duty" and len(e.attributes.get("commodity", "")) < 4 and not e.attributes.get("preference")]  # fmt: skip
    rates = [Decimal(entry.attributes["percent"]) for entry in chapters]
    assert len(chapters) == 97 and not any(entry.verified for entry in chapters)
    assert min(rates) == 0 and max(rates) == 15 and 6 < sum(rates) / len(rates) < 8


def test_duties_of_afghanistan_are_marked_and_of_its_bands():
    bands = {
        Decimal(band)
        for band in ["0", "1", "2.5", "3.5", "5", "8", "10", "12", "16", "20", "25", "30", "35", "40", "50"]
    }
    duties = [
        e for e in CODES.entries("tax_rate") if e.attributes["administration"] == "AF" and e.attributes["tax"] == "duty"
    ]
    assert {Decimal(entry.attributes["percent"]) for entry in duties} <= bands and not any(
        entry.verified for entry in duties
    )


@pytest.mark.parametrize("country", ["AM", "BY", "KZ", "KG", "MD", "RU", "UZ"])
def test_origin_in_the_cis_is_free_of_duty_where_it_is_claimed(country):
    goods = item(commodity="220421", origin=country, supplementary={"unit": "LTR", "quantity": "1"})
    assert line(assessed({**goods, "preference": "CIS"}), "duty").rate == "0.00"
    assert line(assessed(goods), "duty").rate == "15.00"
    refused = assessed({**goods, "origin": "CN", "preference": "CIS"})
    assert line(refused, "duty").rate == "15.00" and ("preference.not-granted", "/items/0/preference") in told(refused)


def test_afghan_taxes():
    result = assessed(administration="AF")
    assert {one.tax: (one.rate, one.verified) for one in result.lines()} == {
        "duty": ("16.00", False), "brt": ("4.00", True), "income": ("2.00", True),
    }  # fmt: skip
    without = line(assessed(item(preference="NOLIC"), administration="AF"), "income")
    assert (without.rate, without.verified) == ("3.00", False)
    assert result.fees == ()


EXCISE = {
    "220300": ("0.20 EUR/LTR", {"unit": "LTR", "quantity": "100"}),
    "220830": ("2.50 EUR/LTR", {"unit": "LTR", "quantity": "100"}),
    "240220": ("max(10.00, 5.00 EUR/1000 NAR)", {"unit": "MIL", "quantity": "100"}),
    "271012": ("80.00 EUR/TNE", None),
    "711319": ("5.00", None),
    "870323": ("5.00 + 100.00 EUR/NAR", {"unit": "NAR", "quantity": "1"}),
}


@pytest.mark.parametrize("commodity", EXCISE)
def test_excise_is_marked_as_a_proposal(commodity):
    rate, supplementary = EXCISE[commodity]
    result = assessed(item(commodity=commodity, supplementary=supplementary))
    excise = line(result, "excise")
    assert (excise.rate, excise.verified) == (rate, False) and "proposal" in excise.source
    assert not result.incomplete and line(result, "vat").base > line(result, "duty").exact + excise.exact


def test_the_only_rate_of_the_dollar_is_the_one_that_was_seen():
    (seen,) = [e for e in CODES.entries("exchange_rate") if e.code == "TJ.USD"]
    assert (seen.attributes["rate"], seen.valid_from, seen.verified) == ("8.8038", dt.date(2017, 11, 1), True)
    others = [e for e in CODES.entries("exchange_rate") if e.code != "TJ.USD"]
    assert not any(entry.verified for entry in others)
    head = header(currency="USD")
    assert assessed(head=head, day=dt.date(2017, 11, 1)).items[0].customs_value == Decimal("8803.8")
    assert told(assessed(head=head)) == [("rate.stale", "/invoice/currency")]


@pytest.mark.parametrize("currency", ["AFN", "UZS", "KGS", "CNY", "KZT", "TMT", "PKR", "IRR", "RUB", "EUR"])
def test_each_neighbour_s_currency_has_a_rate(currency):
    assert not assessed(head=header(currency=currency)).incomplete


@pytest.mark.parametrize("name", LISTS)
def test_what_was_not_checked_says_so(name):
    """A row is either of a source that was seen, or marked; a proposal never counts as checked."""
    for entry in CODES.entries(name):
        assert entry.source
        assert not (entry.verified and "proposal" in entry.source), entry.code


def test_fees_are_for_imports_and_marked():
    fees = {entry.attributes["fee"]: entry for entry in CODES.entries("fee")}
    assert {name: entry.attributes["amount"] for name, entry in fees.items()} == {
        "clearance": "50.00", "phyto-act": "4.80", "phyto-truck": "16.80", "veterinary-act": "4.00", "veterinary-truck": "54.00",
    }  # fmt: skip
    assert not any(entry.verified for entry in fees.values())
    assert [one.fee for one in assessed(item(commodity="080620")).fees] == ["clearance", "phyto-act", "phyto-truck"]
    assert [one.fee for one in assessed(item(commodity="020130")).fees] == [
        "clearance",
        "veterinary-act",
        "veterinary-truck",
    ]
    for procedure in ("1000", "3000", "8000", "10", "80"):
        assert assessed(item(commodity="080620", procedure=procedure)).fees == ()


def test_the_clearance_fee_is_doubled_at_navruz_but_for_farm_products():
    navruz, day = dt.datetime(2027, 3, 22, 6, tzinfo=dt.UTC), dt.date(2027, 3, 22)
    at_noon = {"at": navruz, "day": day, "head": header(currency="TJS")}
    assert [str(one.amount) for one in assessed(item(commodity="620342"), **at_noon).fees] == ["100.00"]
    assert str(assessed(item(commodity="080620"), **at_noon).fees[0].amount) == "50.00"


def test_exports_and_re_imports_owe_no_taxes():
    for procedure in ("1000", "3000", "6000"):
        assert assessed(item(procedure=procedure)).items[0].lines == ()


def test_a_declaration_with_everything_has_a_total():
    """Excise goods, preference, certificate and freight to apportion, on the rows as shipped."""
    result = assessed(
        item(1, commodity="220300", supplementary={"unit": "LTR", "quantity": "2000"}, invoice_value="2400.00"),
        item(2, commodity="940360", origin="UZ", preference="CIS", invoice_value="5000.00"),
        item(3, commodity="300490", origin="IN", invoice_value="900.00"),
        head=header(cost("freight", "333.33"), cost("insurance", "12.00", "EUR")),
        exemptions={3: [Exemption("HUM-1", frozenset({"vat"}), quantity=Decimal(60), unit="KGM")]},
    )
    assert not result.incomplete and result.total == sum(result.by_tax().values())
    assert {one.status for one in result.lines()} == {"payable", "exempt"}

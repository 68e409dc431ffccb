"""Every kind of rate, and which of several rates is used."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.tariff import Incomplete, tariff
from tests.unit.tariff import law
from tests.unit.tariff.law import DAY, amounts, assessed, book, item, litres, money, rate, row, told

# The item's customs value is 1,000 USD x 10 = 10,000 TJS, net 100 kg, gross 110 kg; EUR 11.

KINDS = {
    "per cent": (rate("R", "14.5", commodity="62"), {}, "14.50", "1450.00"),
    # 100 kg x 2.50 EUR x 11
    "by net mass": (rate("R", amount="2.5", currency="EUR", unit="KGM", commodity="62"), {}, "2.50 EUR/KGM", "2750.00"),
    # 110 kg x 2.50 EUR x 11
    "by gross mass": (rate("R", amount="2.5", currency="EUR", unit="KGM", mass="gross", commodity="62"), {}, "2.50 EUR/KGM", "3025.00"),
    # 0.1 t x 80 EUR x 11
    "by tonne": (rate("R", amount="80", currency="EUR", unit="TNE", commodity="62"), {}, "80.00 EUR/TNE", "88.00"),
    # 40 l x 2.50 EUR x 11
    "by litre": (rate("R", amount="2.50", currency="EUR", unit="LTR", commodity="62"), litres("40"), "2.50 EUR/LTR", "1100.00"),
    # 2 hl = 200 l
    "by litre, declared in hectolitres": (rate("R", amount="2.50", currency="EUR", unit="LTR", commodity="62"), {"unit": "HLT", "quantity": "2"}, "2.50 EUR/LTR", "5500.00"),
    # 3,500 pieces / 1000 x 4 EUR x 11
    "by thousand": (rate("R", amount="4", currency="EUR", unit="NAR", per="1000", commodity="62"), {"unit": "NAR", "quantity": "3500"}, "4.00 EUR/1000 NAR", "154.00"),
    "by piece, declared by thousand": (rate("R", amount="4", currency="EUR", unit="NAR", commodity="62"), {"unit": "MIL", "quantity": "3.5"}, "4.00 EUR/NAR", "154000.00"),
    "by square metre": (rate("R", amount="1.25", currency="TJS", unit="MTK", commodity="62"), {"unit": "MTK", "quantity": "310.00"}, "1.25 TJS/MTK", "387.50"),
    # the higher of 2,000 and 100 kg x 1 EUR x 11 = 1,100
    "combined, per cent higher": (rate("R", "20", amount="1", currency="EUR", unit="KGM", kind="combined", combine="higher", commodity="62"), {}, "max(20.00, 1.00 EUR/KGM)", "2000.00"),
    # the higher of 500 and 1,100
    "combined, amount higher": (rate("R", "5", amount="1", currency="EUR", unit="KGM", kind="combined", combine="higher", commodity="62"), {}, "max(5.00, 1.00 EUR/KGM)", "1100.00"),
    "combined, sum": (rate("R", "5", amount="1", currency="EUR", unit="KGM", kind="combined", combine="sum", commodity="62"), {}, "5.00 + 1.00 EUR/KGM", "1600.00"),
    # 1 % is 100; the line is at least 20 EUR = 220
    "with a minimum": (rate("R", "1", minimum="20", currency="EUR", commodity="62"), {}, "1.00", "220.00"),
    "with a minimum in national money": (rate("R", "1", minimum="150", commodity="62"), {}, "1.00", "150.00"),
    "above its minimum": (rate("R", "5", minimum="20", currency="EUR", commodity="62"), {}, "5.00", "500.00"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_rate(kind):
    entry, supplementary, text, amount = KINDS[kind]
    result = assessed(book(entry), item(supplementary=supplementary))
    duty = result.items[0].lines[0]
    assert (duty.tax, duty.rule, duty.rate, str(duty.amount)) == ("duty", "R", text, amount)
    assert result.warnings == ()


def test_the_line_of_a_specific_rate_shows_its_quantity():
    entry = rate("R", amount="2.50", currency="EUR", unit="LTR", commodity="62")
    (duty, _vat) = assessed(book(entry), item(supplementary=litres("40"))).items[0].lines
    assert (duty.base, duty.quantity, duty.unit) == (Decimal(40), Decimal(40), "LTR")


@pytest.mark.parametrize(
    "supplementary", [None, {}, {"unit": "MTK", "quantity": "5"}, {"unit": "LTR", "quantity": "0.000"}]
)
def test_a_specific_rate_without_its_quantity_is_never_nothing(supplementary):
    entry = rate("R", amount="2.50", currency="EUR", unit="LTR", commodity="62")
    result = assessed(book(entry), item(1), item(2, supplementary=supplementary), item(3, supplementary=litres("1")))
    assert result.incomplete and result.as_json()["total"] is None
    assert told(result) == [("rate.quantity", "/items/0/supplementary"), ("rate.quantity", "/items/1/supplementary")]
    for ask in (lambda: result.total, lambda: result.suspended, result.by_tax, result.suspended_by_tax):
        with pytest.raises(Incomplete) as refused:
            ask()
        assert refused.value.status == 409 and refused.value.findings == result.warnings


def test_a_combined_rate_without_its_quantity_is_charged_by_its_percentage_and_told():
    entry = rate("R", "5", amount="1", currency="EUR", unit="LTR", kind="combined", combine="higher", commodity="62")
    result = assessed(book(entry))
    assert amounts(result)["duty"] == "500.00" and not result.incomplete
    assert told(result) == [("rate.quantity", "/items/0/supplementary")]
    assert "EUR/LTR" in str(result.warnings[0].message) and result.warnings[0].severity == "warning"


def test_excise_only_where_there_is_a_rate():
    result = assessed(book())
    assert amounts(result) == {"duty": "500.00", "vat": "1470.00"}
    assert result.warnings == ()


def test_a_tax_that_everybody_pays_is_never_nothing_for_want_of_a_rate():
    codes = book(rate("TJ.duty", "5", commodity="84"))
    result = assessed(codes, item(commodity="620342"))
    assert result.incomplete and told(result) == [("rate.none", "/items/0/commodity")]
    assert not assessed(codes, item(commodity="841810")).incomplete


def test_a_rate_that_cannot_be_read_is_told_where_it_would_hold_and_nowhere_else():
    codes = book(rate("R", "abc", commodity="62"))
    result = assessed(codes, item(commodity="620342"))
    assert result.incomplete and told(result) == [("rate.unreadable", "/items/0/commodity")]
    assert not assessed(codes, item(commodity="841810")).incomplete


# Which of two rates is used: (the one that wins, the one that loses); all fit 620342 of CN under 4000 with P.
STEPS = {
    "a higher rank before a longer commodity": ({"rank": "1"}, {"commodity": "6203"}),
    "a longer commodity before a preference": ({"commodity": "6203"}, {"commodity": "62", "preference": "P"}),
    "ten digits before six": ({"commodity": "6203421100"}, {"commodity": "620342"}),
    "two digits before none": ({"commodity": "62"}, {}),
    "a preference before an origin": ({"commodity": "62", "preference": "P"}, {"commodity": "62", "origin": "CN"}),
    "a country before a group": ({"origin": "CN"}, {"origin": "EAST"}),
    "a group before none": ({"origin": "EAST"}, {}),
    "an origin before a procedure": ({"origin": "EAST"}, {"procedure": "4000"}),
    "a longer procedure before a shorter": ({"procedure": "4000"}, {"procedure": "4"}),
    "a procedure before none": ({"procedure": "4"}, {}),
    "the newer before the older": ({"since": dt.date(2020, 1, 1)}, {"since": dt.date(2019, 1, 1)}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("names", [("A", "Z"), ("Z", "A")])
def test_a_step_of_the_precedence(step, names):
    wins, loses = STEPS[step]
    since = {"wins": wins.get("since", DAY), "loses": loses.get("since", DAY)}
    rows = [
        row("tax_rate", names[0], since=since["wins"], administration="TJ", tax="duty", kind="ad-valorem", percent="1", **{k: v for k, v in wins.items() if k != "since"}),
        row("tax_rate", names[1], since=since["loses"], administration="TJ", tax="duty", kind="ad-valorem", percent="2", **{k: v for k, v in loses.items() if k != "since"}),
        row("country_group", "EAST.CN", group="EAST", country="CN"),
    ]  # fmt: skip
    codes = book(*rows, law=[e for e in law.TAJIK if (e.list, e.code) != ("tax_rate", "TJ.duty")])
    result = assessed(codes, item(commodity="6203421100", preference="P", origin="CN"))
    assert result.items[0].lines[0].rule == names[0]


def test_of_two_rates_alike_in_everything_the_first_code_is_used():
    for codes in (book(rate("B", "1"), rate("A", "2")), book(rate("A", "2"), rate("B", "1"))):
        first = codes.entries("tax_rate")
        assert [entry.code for entry in first][:2] == ["A", "B"]
        assert assessed(codes).items[0].lines[0].rule == "A"


DIFFERENT = {
    "commodity": {"commodity": "6204"},
    "origin": {"origin": "KG"},
    "group": {"origin": "WEST"},
    "procedure": {"procedure": "41"},
    "preference": {"preference": "Q"},
    "administration": {"administration": "AF"},
    "tax": {"tax": "vat", "rank": "0"},
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_a_rate_for_other_goods_is_not_used(what):
    result = assessed(book(rate("R", "99", **DIFFERENT[what])), item(preference="P"))
    assert result.items[0].lines[0].rule == "TJ.duty"


def test_a_preference_not_claimed_is_not_given_and_one_not_granted_is_told():
    codes = book(
        rate("CIS", "0", origin="CIS-FTA", preference="CIS", rank="1"),
        row("country_group", "CIS-FTA.KG", group="CIS-FTA", country="KG"),
        row("preference", "CIS", basis="origin"),
        row("preference", "100", basis="none"),
        row("preference", "HUM", basis="exemption"),
    )
    kyrgyz, chinese = item(origin="KG", preference="CIS"), item(origin="CN", preference="CIS")
    assert amounts(assessed(codes, kyrgyz))["duty"] == "0.00"
    assert amounts(assessed(codes, {**kyrgyz, "preference": None}))["duty"] == "500.00"
    refused = assessed(codes, chinese)
    assert amounts(refused)["duty"] == "500.00"
    assert told(refused) == [("preference.not-granted", "/items/0/preference")] and not refused.incomplete
    for no_rate in ("100", "HUM"):
        assert told(assessed(codes, item(preference=no_rate))) == []


def test_a_member_that_left_the_group_pays():
    group = row("country_group", "CIS-FTA.KG", until=DAY, group="CIS-FTA", country="KG")
    codes = book(rate("CIS", "0", origin="CIS-FTA", preference="CIS", rank="1"), group, money("USD", "10", until=None))
    goods = item(origin="KG", preference="CIS")
    assert amounts(assessed(codes, goods))["duty"] == "0.00"
    assert amounts(assessed(codes, goods, day=DAY + dt.timedelta(days=1)))["duty"] == "500.00"


def test_national_digits_are_found_by_the_longest_beginning():
    codes = book(rate("SIX", "6", commodity="620342"), rate("TEN", "10", commodity="6203421100"))
    rules = {
        c: assessed(codes, item(commodity=c)).items[0].lines[0].rule
        for c in ("620342", "6203421100", "6203429000", "620343")
    }
    assert rules == {"620342": "SIX", "6203421100": "TEN", "6203429000": "SIX", "620343": "TJ.duty"}


def test_the_tariff_of_a_snapshot_is_compiled_once():
    codes, other = book(), book()
    assert tariff(codes) is tariff(codes) is not tariff(other)
    assert tariff(codes).on("TJ", DAY) is tariff(codes).on("TJ", DAY)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("half-up", "0.10", "0.03"), ("half-even", "0.10", "0.02"), ("down", "0.19", "0.04"), ("up", "0.11", "0.03")],
)
def test_the_mode_of_rounding_is_data(mode, value, expected):
    """25 % of 0.10, 0.19 and 0.11 are 0.025, 0.0475 and 0.0275."""
    codes = book(law.tax("duty", "10", rounding=mode), rate("TJ.duty", "25"))
    assert amounts(assessed(codes, item(invoice_value=value), head=law.header(currency="TJS")))["duty"] == expected


def test_the_mode_of_rounding_has_its_period():
    later = DAY + dt.timedelta(days=1)
    changed = row("tax", "TJ.duty", since=later, administration="TJ", tax="duty", order="10", base="value", currency="TJS", digits="0", rounding="down", needed="yes")  # fmt: skip
    codes = book(changed, rate("TJ.duty", "25"))
    goods, head = item(invoice_value="7.90"), law.header(currency="TJS")
    assert amounts(assessed(codes, goods, head=head))["duty"] == "1.98"
    assert amounts(assessed(codes, goods, head=head, day=later))["duty"] == "1"

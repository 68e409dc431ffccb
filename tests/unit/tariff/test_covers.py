"""A preference or a quota that covers a part of an item: both parts with the rates of their own.

By the small law: 1,000 USD at 10 are 10,000 TJS; duty 5 %, VAT 14 % of value and duty.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tariff import Cover, Exemption
from app.tariff.rows import EXACT
from tests.unit.tariff.law import assessed, book, item, rate, row, told

CIS = (
    row("preference", "CIS", basis="origin", documents="861"),
    row("country_group", "CIS.UZ", country="UZ", group="CIS-FTA"),
    rate("TJ.duty.cis", "0", preference="CIS", origin="CIS-FTA", rank="1"),
)
TROUSERS = rate("TJ.duty.62", "10", commodity="62")
QUOTA = rate("TJ.duty.q1", "2", quota="Q-1")
GOODS = item(origin="UZ", preference="CIS")
OF_QUOTA = item(quota="Q-1")


def proof(share, number="CT-1", **more):
    return {1: [Cover("preference", number, Decimal(share), **more)]}


def within(share):
    return {1: [Cover("quota", "Q-1", Decimal(share))]}


def lines(result):
    return [(x.tax, x.base, x.rate, str(x.amount), x.under) for x in result.items[0].lines]


def test_what_a_proof_covers_has_the_preference_and_the_rest_has_not():
    """60 of 100 kg: duty nothing on 6,000 and 5 % on 4,000 = 200; VAT 14 % of 10,200 = 1,428, in one line."""
    result = assessed(book(*CIS), GOODS, covers=proof("0.6", quantity=Decimal(60), wanted=Decimal(100), unit="kg"))
    assert lines(result) == [
        ("duty", Decimal(6000), "0.00", "0.00", "CT-1"),
        ("duty", Decimal(4000), "5.00", "200.00", None),
        ("vat", Decimal(10200), "14.00", "1428.00", None),
    ]
    assert result.total == Decimal("1628.00") and result.warnings == ()
    assert [x.rule for x in result.items[0].lines] == ["TJ.duty.cis", "TJ.duty", "TJ.vat"]
    assert [x.made_of for x in result.items[0].lines] == [(), (), (("value", Decimal(10000)), ("duty", Decimal(200)))]
    assert result.items[0].as_json()["covers"] == [
        {"kind": "preference", "number": "CT-1", "share": "0.60", "quantity": "60", "wanted": "100", "unit": "kg",
         "source": "", "kept": True},
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "total"), [("1", "1400.00"), ("0", "1970.00")])
def test_all_of_it_or_nothing(share, total):
    result = assessed(book(*CIS), GOODS, covers=proof(share))
    assert str(result.total) == total and len(result.items[0].lines) == 2
    assert result.items[0].lines[0].under == ("CT-1" if share == "1" else None)


def test_without_a_cover_a_preference_holds_as_it_is_declared_and_a_quota_not_at_all():
    assert str(assessed(book(*CIS), GOODS).total) == "1400.00"
    ordinary = assessed(book(QUOTA), OF_QUOTA)
    assert str(ordinary.total) == "1970.00" and told(ordinary) == [("quota.not-granted", "/items/0/quota")]


def test_within_a_quota_its_rate_holds_until_it_is_exhausted():
    """30 of 100 kg: duty 2 % of 3,000 = 60 and 5 % of 7,000 = 350; VAT 14 % of 10,410 = 1,457.40."""
    result = assessed(book(QUOTA), OF_QUOTA, covers=within("0.3"))
    assert lines(result) == [
        ("duty", Decimal(3000), "2.00", "60.00", "Q-1"),
        ("duty", Decimal(7000), "5.00", "350.00", None),
        ("vat", Decimal(10410), "14.00", "1457.40", None),
    ]
    assert result.by_tax() == {"duty": Decimal("410.00"), "vat": Decimal("1457.40")}


def test_the_rate_of_a_quota_comes_before_that_of_single_goods_and_of_another_quota_never():
    assert str(assessed(book(QUOTA, TROUSERS), OF_QUOTA, covers=within("1")).items[0].lines[0].amount) == "200.00"
    other = rate("TJ.duty.q2", "1", quota="Q-2")
    assert str(assessed(book(QUOTA, other), OF_QUOTA, covers=within("1")).items[0].lines[0].rate) == "2.00"


def test_a_rate_by_quantity_counts_the_quantity_of_its_part():
    """0.50 EUR for each of 30 kg at 11 = 165; 5 % of 7,000 = 350."""
    specific = rate("TJ.duty.q1", quota="Q-1", amount="0.50", currency="EUR", unit="KGM")
    duty = assessed(book(specific), OF_QUOTA, covers=within("0.3")).items[0].lines[:2]
    assert [(str(x.amount), x.quantity) for x in duty] == [("165.00", Decimal(30)), ("350.00", None)]


def test_what_is_exempt_is_what_is_not_preferred_first():
    """60 kg with the preference, 40 kg freed from duty: nothing of it is due, VAT is 14 % of 10,000."""
    freed = {1: [Exemption("EX-1", frozenset({"duty"}), share=Decimal("0.4"))]}
    result = assessed(book(*CIS), GOODS, covers=proof("0.6"), exemptions=freed)
    assert [(x.tax, x.status, str(x.amount), str(x.relieved), x.under, x.exemption) for x in result.items[0].lines] == [
        ("duty", "payable", "0.00", "0.00", "CT-1", None),
        ("duty", "exempt", "0.00", "200.00", None, "EX-1"),
        ("vat", "payable", "1400.00", "0.00", None, None),
    ]


def test_the_base_of_a_part_says_what_it_is_made_of():
    """A quarter is exempt, a quarter preferred: VAT on 7,500 and the duty of the half between, 250; and on 2,500 alone."""
    free = Exemption(taxes=frozenset({"duty", "vat"}), certificate="EX-1", share=Decimal("0.25"))
    result = assessed(book(*CIS), GOODS, covers=proof("0.25"), exemptions={1: [free]})
    said = [(x.exemption, x.base, x.made_of) for x in result.items[0].lines if x.tax == "vat"]
    assert said == [
        (None, Decimal(7750), (("value", Decimal(7500)), ("duty", Decimal(250)))),
        ("EX-1", Decimal(2500), (("value", Decimal(2500)),)),
    ]
    assert result.items[0].as_json()["lines"][-1]["made_of"] == [{"of": "value", "amount": "2500.00"}]


def test_a_preference_that_no_rate_grants_is_still_told():
    result = assessed(book(*CIS), item(origin="CN", preference="CIS"), covers=proof("0.6"))
    assert told(result) == [("preference.not-granted", "/items/0/preference")]


@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(0, 100))
def test_the_parts_are_the_whole(taken, wanted, freed):
    """Whatever is covered: bases add up to the value, what is due and relieved of a rate to the rate of its part."""
    share = min(Decimal(taken) / Decimal(wanted), Decimal(1))
    exempt = {1: [Exemption("EX-1", frozenset({"duty"}), share=Decimal(freed) / 100)]} if freed else {}
    result = assessed(book(*CIS), GOODS, covers=proof(share), exemptions=exempt)
    duty = [x for x in result.items[0].lines if x.tax == "duty"]
    assert sum(x.base for x in duty) == Decimal(10000)
    (vat,) = (x for x in result.items[0].lines if x.tax == "vat")
    assert vat.base == 10000 + sum(x.exact for x in duty if x.status != "exempt")
    with_preference = sum(x.base for x in duty if x.rule == "TJ.duty.cis")
    assert with_preference == EXACT.multiply(Decimal(10000), share.quantize(Decimal("1e-12"), "ROUND_DOWN"))
    assert Decimal(1400) <= result.total <= Decimal(1970)

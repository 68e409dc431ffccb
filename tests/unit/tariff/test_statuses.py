"""What is payable, what is only secured, what is exempt, and what owes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.tariff import Exemption
from tests.unit.tariff.law import DAY, amounts, assessed, book, fee, item, litres, rate, row, told


def lines(result, number=1):
    one = next(one for one in result.items if one.number == number)
    return [(line.tax, line.status, str(line.amount), str(line.relieved)) for line in one.lines]


def test_under_a_suspensive_procedure_taxes_are_secured_and_fees_paid():
    codes = book(fee("clearance", amount="50"))
    result = assessed(codes, item(1, procedure="5000"), item(2, procedure="4000"))
    # Duty 5 % of 10,000 and VAT 14 % of 10,500, for each item.
    assert lines(result, 1) == [("duty", "suspended", "500.00", "0.00"), ("vat", "suspended", "1470.00", "0.00")]
    assert lines(result, 2) == [("duty", "payable", "500.00", "0.00"), ("vat", "payable", "1470.00", "0.00")]
    assert (result.total, result.suspended) == (Decimal("2020.00"), Decimal("1970.00"))
    assert result.by_tax() == {"duty": 500, "vat": 1470, "fee:clearance": 50}
    assert result.suspended_by_tax() == {"duty": 500, "vat": 1470}


@pytest.mark.parametrize(("procedure", "total"), [("4000", "1970.00"), ("5000", "0.00"), ("1000", "0.00"), ("4000ABC", "1970.00"), ("7012", "0.00"), ("9999", "1970.00")])  # fmt: skip
def test_the_regime_is_that_of_the_procedure_its_four_or_its_two_digits(procedure, total):
    """A procedure that is not known pays."""
    assert str(assessed(book(), item(procedure=procedure)).total) == total


def test_an_export_owes_nothing_but_what_names_its_procedure():
    duty = rate("EXPORT", "3", procedure="10", commodity="52")
    codes = book(duty)
    assert lines(assessed(codes, item(procedure="1000"))) == []
    cotton = assessed(codes, item(procedure="1000", commodity="520100"))
    assert lines(cotton) == [("duty", "payable", "300.00", "0.00")] and cotton.warnings == ()
    assert amounts(assessed(codes, item(commodity="520100")))["duty"] == "500.00"


def test_an_exemption_takes_the_tax_away_and_leaves_the_others():
    """VAT then stands on the value alone, because no duty is due: 14 % of 10,000."""
    result = assessed(book(), exemptions={1: [Exemption("HUM-7", frozenset({"duty"}), source="decree 7")]})
    assert lines(result) == [("duty", "exempt", "0.00", "500.00"), ("vat", "payable", "1400.00", "0.00")]
    assert result.items[0].lines[0].exemption == "HUM-7" and result.total == Decimal("1400.00")
    assert result.by_tax() == {"vat": Decimal("1400.00")}


def test_an_exemption_without_taxes_is_from_all_of_them():
    result = assessed(book(), item(1), item(2), exemptions={2: [Exemption("C")]})
    assert [status for _, status, _, _ in lines(result, 2)] == ["exempt", "exempt"]
    assert result.total == Decimal("1970.00")


def test_an_exemption_of_a_part_makes_two_lines_that_add_up():
    """40 of 100 kg: duty 500 = 300 + 200; VAT on 10,000 + 300 = 1,442."""
    exemption = Exemption("C", frozenset({"duty"}), quantity=Decimal(40), unit="KGM")
    result = assessed(book(), exemptions={1: [exemption]})
    assert lines(result) == [
        ("duty", "payable", "300.00", "0.00"), ("duty", "exempt", "0.00", "200.00"), ("vat", "payable", "1442.00", "0.00"),
    ]  # fmt: skip
    assert [line.base for line in result.items[0].lines] == [Decimal(6000), Decimal(4000), Decimal(10300)]


def test_an_exemption_counts_in_supplementary_units_of_the_same_kind():
    by_litre = Exemption("C", frozenset({"duty"}), quantity=Decimal(50), unit="LTR")
    result = assessed(book(), item(supplementary={"unit": "HLT", "quantity": "2"}), exemptions={1: [by_litre]})
    # 50 of 200 l
    assert lines(result)[0] == ("duty", "payable", "375.00", "0.00")


def test_an_exemption_in_a_unit_that_is_not_declared_exempts_nothing_and_is_told():
    result = assessed(book(), exemptions={1: [Exemption("C", frozenset({"duty"}), quantity=Decimal(50), unit="LTR")]})
    assert amounts(result)["duty"] == "500.00"
    assert told(result) == [("exemption.quantity", "/items/0/supplementary")]


def test_several_exemptions_are_used_up_one_after_the_other():
    first = Exemption("A", frozenset({"duty"}), share=Decimal("0.7"))
    second = Exemption("B", frozenset({"duty"}), share=Decimal("0.5"))
    result = assessed(book(), exemptions={1: [first, second]})
    assert lines(result)[:2] == [("duty", "exempt", "0.00", "350.00"), ("duty", "exempt", "0.00", "150.00")]


def test_a_third_of_an_odd_amount_is_lost_nowhere():
    """Duty of 33.35: a third of the goods is relieved; 22.23 are due and 11.12 relieved."""
    exemption = Exemption("C", frozenset({"duty"}), quantity=Decimal(1), unit="KGM")
    result = assessed(book(), item(net_kg="3.000", invoice_value="66.70"), exemptions={1: [exemption]})
    assert lines(result)[:2] == [("duty", "payable", "22.23", "0.00"), ("duty", "exempt", "0.00", "11.12")]
    assert sum(line.base for line in result.items[0].lines[:2]) == Decimal(667)


def test_an_exemption_of_a_specific_rate_takes_its_part_of_the_quantity():
    codes = book(rate("R", amount="2", currency="EUR", unit="LTR", commodity="62"))
    exemption = Exemption("C", frozenset({"duty"}), share=Decimal("0.25"))
    duty, exempt, _vat = assessed(codes, item(supplementary=litres("100")), exemptions={1: [exemption]}).items[0].lines
    assert (duty.quantity, exempt.quantity, str(duty.amount), str(exempt.relieved)) == (75, 25, "1650.00", "550.00")


@pytest.mark.parametrize("share", ["-1", "0", "0.0000000000001"])
def test_an_exemption_of_nothing_is_none(share):
    assert lines(assessed(book(), exemptions={1: [Exemption("C", share=Decimal(share))]}))[0][1] == "payable"


def test_an_exemption_covers_no_more_than_there_is():
    for big in (Exemption("C", share=Decimal(9)), Exemption("C", quantity=Decimal(10**6), unit="KGM")):
        result = assessed(book(), exemptions={1: [big]})
        assert result.total == 0 and [status for _, status, _, _ in lines(result)] == ["exempt", "exempt"]


def test_what_is_exempt_under_suspense_need_not_be_secured():
    result = assessed(book(), item(procedure="5000"), exemptions={1: [Exemption("C", share=Decimal("0.5"))]})
    # Half of the goods: duty 250, VAT 14 % of 5,000 + 250 = 735.
    assert [line[1:3] for line in lines(result)] == [
        ("suspended", "250.00"), ("exempt", "0.00"), ("suspended", "735.00"), ("exempt", "0.00"),
    ]  # fmt: skip
    assert result.suspended == Decimal("985.00")


def test_what_is_exempt_in_part_is_taxed_as_if_the_parts_were_declared_apart():
    """VAT counts the duty of the part that pays it, not a share of all duty."""
    half = Exemption("C", share=Decimal("0.5"))
    together = assessed(book(), exemptions={1: [half]})
    apart = assessed(
        book(), item(1, invoice_value="500.00"), item(2, invoice_value="500.00"), exemptions={2: [Exemption("C")]}
    )
    assert together.total == apart.total == Decimal("985.00")


def test_two_certificates_for_different_taxes_cover_the_same_goods():
    duty, vat = (
        Exemption("D", frozenset({"duty"}), share=Decimal("0.5")),
        Exemption("V", frozenset({"vat"}), share=Decimal("0.25")),
    )
    result = assessed(book(), exemptions={1: [duty, vat]})
    # Duty 5 % of 5,000; VAT of a quarter nothing, of the next 14 % of 2,500, of the half 14 % of 5,250.
    assert lines(result) == [
        ("duty", "payable", "250.00", "0.00"), ("duty", "exempt", "0.00", "250.00"),
        ("vat", "payable", "1085.00", "0.00"), ("vat", "exempt", "0.00", "350.00"),
    ]  # fmt: skip


def test_returned_goods_owe_nothing_where_a_row_of_the_law_says_so():
    rows = [rate(f"BACK.{tax}", "0", tax=tax, procedure="60", rank="9") for tax in ("duty", "vat")]
    codes = book(*rows, row("procedure", "6020", regime="payable"))
    result = assessed(codes, item(procedure="6020"))
    assert [(line.rule, str(line.amount)) for line in result.items[0].lines] == [
        ("BACK.duty", "0.00"),
        ("BACK.vat", "0.00"),
    ]


def test_a_country_without_taxes_assesses_nothing():
    result = assessed(book(), administration="UZ")
    assert result.incomplete and ("tariff.none", "") in told(result) and result.currency == "XXX"
    assert result.day == DAY

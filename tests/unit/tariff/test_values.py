"""How a customs value is built up, and how costs are shared out over items."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.tariff.apportioning import shares
from tests.unit.tariff.law import assessed, book, cost, header, item, litres, money, row, told


def part(result, kind: str) -> list[str]:
    """The items' parts of one kind, as written, in the order of their numbers."""
    return [str(one.amount) for at in result.items for one in at.build_up.parts if one.kind == kind]


def by(result, kind: str) -> set[str | None]:
    return {one.by for at in result.items for one in at.build_up.parts if one.kind == kind}


def test_a_hundred_cents_over_three_alike_are_all_given():
    assert sorted(shares(100, [1, 1, 1], lambda place: bytes([place]))) == [33, 33, 34]


def test_what_remains_goes_to_the_largest_remainders():
    # 10 x 1/7 = 1.43, 10 x 2/7 = 2.86, 10 x 4/7 = 5.71
    assert shares(10, [1, 2, 4], lambda _: b"") == [1, 3, 6]


def test_ties_are_decided_by_content_and_not_by_place():
    names = [b"c", b"a", b"b"]
    assert shares(100, [1, 1, 1], lambda place: names[place]) == [33, 34, 33]
    assert shares(101, [1, 1, 1], lambda place: names[place]) == [33, 34, 34]


def test_who_weighs_nothing_gets_nothing():
    assert shares(7, [0, 3, 0], lambda _: b"") == [0, 7, 0]


@pytest.mark.parametrize("kind", ["freight", "internal_freight", "insurance", "other"])
def test_costs_outside_the_invoice_are_added(kind):
    result = assessed(book(), head=header(cost(kind, "100.00")))
    assert result.items[0].customs_value == Decimal(11_000)
    assert part(result, kind) == ["100.00"] and by(result, kind) == {"value"}


def test_a_deduction_is_taken_off():
    """What the invoice holds and the value does not: freight inside the country, duties of this country."""
    result = assessed(book(), head=header(cost("deduction", "100.00", included=True)))
    assert result.items[0].customs_value == Decimal(9_000) and part(result, "deduction") == ["-100.00"]


@pytest.mark.parametrize(
    ("kind", "included"),
    [("freight", True), ("internal_freight", True), ("insurance", True), ("other", True), ("deduction", False)],
)
def test_what_the_invoice_accounts_for_changes_nothing(kind, included):
    result = assessed(book(), head=header(cost(kind, "100.00", included=included)))
    assert result.items[0].customs_value == Decimal(10_000)
    assert [one.kind for one in result.items[0].build_up.parts] == ["invoice"]


def test_each_cost_is_converted_from_its_own_currency():
    result = assessed(book(), head=header(cost("freight", "10.00", "EUR"), cost("insurance", "7.00", "TJS")))
    # 10,000 + 10 x 11 + 7
    assert result.items[0].customs_value == Decimal(10_117)
    assert [str(one.converted) for one in result.items[0].build_up.parts] == ["10000.000000", "110.000000", "7.00"]
    assert [used.currency for used in result.rates] == ["EUR", "USD"]


def test_a_cost_in_cents_is_shared_by_value_and_no_cent_is_lost():
    result = assessed(
        book(),
        *(item(n, invoice_value="1.00", description=d) for n, d in ((1, "c"), (2, "a"), (3, "b"))),
        head=header(cost("freight", "100.00")),
    )
    # 33.33 each; the cent that is left goes to the first by content: "a".
    assert part(result, "freight") == ["33.33", "33.34", "33.33"]


def test_freight_goes_by_gross_mass_where_a_parameter_says_so_and_nothing_else_does():
    goods = item(1, gross_kg="300"), item(2, gross_kg="100")
    head = header(cost("freight", "100.00"), cost("internal_freight", "8.00"), cost("insurance", "100.00"))
    codes = book(row("parameter", "apportion-freight", value="gross"))
    result = assessed(codes, *goods, head=head)
    assert part(result, "freight") == ["75.00", "25.00"] and by(result, "freight") == {"gross_kg"}
    assert part(result, "internal_freight") == ["6.00", "2.00"]
    assert part(result, "insurance") == ["50.00", "50.00"]
    others = book(row("parameter", "apportion-freight.AF", value="gross"))
    assert part(assessed(others, *goods, head=head), "freight") == ["50.00", "50.00"]
    unweighed = assessed(codes, item(1, gross_kg="0"), item(2, gross_kg="0"), head=head)
    assert by(unweighed, "freight") == {"value"}


def test_goods_without_value_share_by_net_mass_and_without_mass_in_equal_parts():
    head = header(cost("freight", "100.00"))
    free = {"invoice_value": "0.00"}
    weighed = assessed(book(), item(1, net_kg="1", **free), item(2, net_kg="3", **free), head=head)
    assert part(weighed, "freight") == ["25.00", "75.00"] and by(weighed, "freight") == {"net_kg"}
    equal = assessed(book(), item(1, net_kg="0", **free), item(2, net_kg="0", **free), head=head)
    assert part(equal, "freight") == ["50.00", "50.00"] and by(equal, "freight") == {"equal"}


def test_no_value_falls_below_nothing():
    result = assessed(book(), head=header(cost("deduction", "1000.01", included=True)))
    assert result.items[0].customs_value == 0 and result.total == 0
    assert told(result) == [("value.below-nothing", "/items/0/invoice_value")]


def test_the_customs_value_is_exact():
    codes = book(money("USD", "8.8038"))
    result = assessed(codes, item(invoice_value="0.37"))
    assert str(result.items[0].customs_value.normalize()) == "3.257406"


MINIMUM = row("minimum_value", "M", administration="TJ", commodity="62", amount="20.00", currency="USD", unit="KGM")


def test_the_least_value_of_goods_replaces_a_lower_one():
    """100 kg x 20 USD x 10 = 20,000 against 10,000 declared."""
    result = assessed(book(MINIMUM), item(commodity="620342"))
    (only,) = result.items
    assert only.customs_value == Decimal(20_000) and only.lines[0].base == Decimal(20_000)
    least = only.build_up.minimum
    assert (least.rule, least.rate, least.quantity, least.declared) == (
        "M",
        "20.00 USD/KGM",
        Decimal(100),
        Decimal(10_000),
    )
    assert told(result) == [("value.minimum", "/items/0/invoice_value")]
    assert result.as_json()["items"][0]["build_up"]["minimum"]["value"] == "20000.00"


def test_the_least_value_leaves_a_higher_one_and_other_goods_alone():
    for goods in (item(commodity="620342", invoice_value="2000.00"), item(commodity="841810")):
        result = assessed(book(MINIMUM), goods)
        assert result.items[0].build_up.minimum is None and result.warnings == ()


def test_the_least_value_of_the_nearer_goods_counts():
    near = row("minimum_value", "N", administration="TJ", commodity="6203", amount="30", currency="USD", unit="KGM")
    country = row(
        "minimum_value",
        "C",
        administration="TJ",
        commodity="6203",
        origin="CN",
        amount="40",
        currency="USD",
        unit="KGM",
    )
    assert assessed(book(MINIMUM, near)).items[0].build_up.minimum.rule == "N"
    assert assessed(book(MINIMUM, near, country)).items[0].build_up.minimum.rule == "C"
    assert assessed(book(MINIMUM, near, country), item(origin="KG")).items[0].build_up.minimum.rule == "N"


def test_a_least_value_by_a_unit_that_is_not_declared_is_told():
    minimum = row("minimum_value", "M", administration="TJ", amount="20.00", currency="USD", unit="LTR")
    result = assessed(book(minimum))
    assert result.items[0].customs_value == Decimal(10_000)
    assert told(result) == [("value.minimum-unit", "/items/0/supplementary")]
    assert assessed(book(minimum), item(supplementary=litres("100"))).items[0].customs_value == Decimal(20_000)

"""What certificates cover and what previous declarations still hold: pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.exemptions import rules as exemption_rules
from app.exemptions.commands import RegisterCertificate, claims
from app.suspense import rules as suspense_rules
from app.suspense.commands import Amounts, Firms, discharges

DAY = dt.date(2026, 11, 23)


@dataclass
class Paper:
    number: str = "EX-7"
    left: Decimal = Decimal(1000)
    commodities: list[str] = field(default_factory=list)
    taxes: list[str] = field(default_factory=lambda: ["duty", "vat"])
    measure: str = "net_kg"
    unit: str | None = None
    currency: str | None = None
    status: str = "in_force"
    holder: str = "TJ-1"
    valid_from: dt.date = dt.date(2026, 1, 1)
    valid_to: dt.date = dt.date(2026, 12, 31)
    source: str = "decree"
    post: str = "TJPPJ"
    id: UUID = field(default_factory=uuid4)
    kind: str = "exemption"
    origins: list[str] = field(default_factory=list)


def item(number=1, net="400.000", commodity="100199", price="900.00", papers=("EX-7",), **more):
    documents = [{"type": "911", "number": n} for n in papers]
    packages = [{"kind": "BG", "count": 8}]
    return {
        "number": number, "commodity": commodity, "procedure": "4000", "net_kg": net, "invoice_value": price,
        "documents": documents, "packages": packages, **more,
    }  # fmt: skip


def test_a_certificate_covers_items_until_it_is_used_up():
    granted = exemption_rules.covered(claims([item(1), item(2), item(3)], []), [Paper()], DAY)
    assert [(g.item, g.quantity, g.share) for g in granted] == [
        (1, Decimal("400.000"), Decimal(1)),
        (2, Decimal("400.000"), Decimal(1)),
        (3, Decimal("200.000"), Decimal("0.5")),
    ]
    assert sum(g.quantity for g in granted) == Decimal(1000)
    assert granted[0].taxes == {"duty", "vat"}


@pytest.mark.parametrize(
    ("paper", "what"),
    [
        (Paper(number="EX-8"), item()),
        (Paper(valid_to=dt.date(2026, 11, 22)), item()),
        (Paper(valid_from=dt.date(2026, 11, 24)), item()),
        (Paper(commodities=["1006"]), item()),
        (Paper(left=Decimal(0)), item()),
        (Paper(measure="units", unit="LTR"), item(supplementary={"unit": "KGM", "quantity": "5"})),
        (Paper(measure="units", unit="LTR"), item()),
    ],
)
def test_what_a_certificate_is_not_for_it_does_not_cover(paper, what):
    assert exemption_rules.covered(claims([what], []), [paper], DAY) == []


def test_other_measures_and_papers_of_the_header_count():
    bottles = item(papers=(), supplementary={"unit": "LTR", "quantity": "250"})
    by_units = exemption_rules.covered(
        claims([bottles], [{"type": "911", "number": "EX-7"}]),
        [Paper(measure="units", unit="LTR", left=Decimal(100))],
        DAY,
    )
    assert [(g.quantity, g.share) for g in by_units] == [(Decimal(100), Decimal("0.4"))]
    dollars = Paper(measure="value", currency="USD", commodities=["10", "1001"])
    by_value = exemption_rules.covered(claims([item()], [], "USD"), [dollars], DAY)
    assert [g.quantity for g in by_value] == [Decimal("900.00")]
    assert exemption_rules.covered(claims([item()], [], "EUR"), [dollars], DAY) == [], "nobody knows the rate"


def test_a_price_in_another_currency_takes_what_it_is_worth():
    def price(amount, currency, into):
        assert (currency, into) == ("EUR", "USD")
        return amount * Decimal("1.25")

    dollars = Paper(measure="value", currency="USD", left=Decimal(1500))
    granted = exemption_rules.covered(claims([item(1), item(2)], [], "EUR"), [dollars], DAY, {}, price)
    assert [(g.item, g.quantity, g.share) for g in granted] == [
        (1, Decimal(1125), Decimal(1)),
        (2, Decimal(375), Decimal(375) / Decimal(1125)),
    ]


def test_a_document_is_found_again_where_it_stands():
    (claim,) = claims([item(papers=("A", "B", "A"))], [{"type": "380", "number": "B"}, {"type": "911", "number": "C"}])
    assert claim.numbers == ("A", "B", "C")
    assert claim.places == {"A": "/items/0/documents/0", "B": "/items/0/documents/1", "C": "/documents/1"}


REGISTERED = RegisterCertificate(
    "TJPPJ", "EX-7", "Ministry of Health", "decree 1", "TJ-510012345", "net_kg", Decimal(1000), DAY, DAY
)


@pytest.mark.parametrize(
    ("change", "where", "rule"),
    [
        ({"number": " "}, "/number", "exemption.blank"),
        ({"source": ""}, "/source", "exemption.blank"),
        ({"commodities": ("10", "1x")}, "/commodities/1", "exemption.commodity"),
        ({"taxes": ("tithe",)}, "/taxes/0", "exemption.tax"),
        ({"measure": "boxes"}, "/measure", "exemption.measure"),
        ({"granted": Decimal(0)}, "/granted", "exemption.granted"),
        ({"granted": Decimal("1e15")}, "/granted", "exemption.granted"),
        ({"measure": "units"}, "/unit", "exemption.unit"),
        ({"unit": "LTR"}, "/unit", "exemption.unit"),
        ({"measure": "value"}, "/currency", "exemption.currency"),
        ({"currency": "USD"}, "/currency", "exemption.currency"),
        ({"measure": "value", "currency": "us$"}, "/currency", "exemption.currency"),
        ({"valid_to": DAY - dt.timedelta(1)}, "/valid_to", "exemption.days-order"),
    ],
)
def test_a_certificate_is_entered_whole(change, where, rule):
    from dataclasses import replace

    assert exemption_rules.findings(REGISTERED) == []
    assert [(f.pointer, f.rule) for f in exemption_rules.findings(replace(REGISTERED, **change))] == [(where, rule)]


MRN = "26TJPPJ000000117R0"


@dataclass
class Stock:
    commodity: str = "1001990000"
    unit: str | None = None
    left_net_kg: Decimal = Decimal(500)
    left_packages: Decimal = Decimal(10)
    left_units: Decimal = Decimal(0)


def previous(**more):
    from app.core.numbering import check_character

    return {"number": MRN[:-1] + check_character(MRN[:-1]), "item": 1, **more}


KEY = (previous()["number"], 1)


def test_an_item_takes_its_own_quantities_unless_the_previous_document_says_others():
    own = discharges([item(previous_documents=[previous()])])
    assert own[0].amounts.net_kg == Decimal(400) and own[0].amounts.packages == 8
    said = discharges([item(previous_documents=[previous(net_kg="25.5", packages=1)])])
    assert (said[0].amounts.net_kg, said[0].amounts.packages) == (Decimal("25.5"), 1)
    assert discharges([item(previous_documents=[{"number": "T1-558"}])]) == []  # somebody else's paper
    two = discharges([item(previous_documents=[previous(net_kg="5"), previous(item=2, net_kg="6")])])
    assert [(d.previous_item, d.amounts.net_kg, d.amounts.packages) for d in two] == [(1, 5, 0), (2, 6, 0)]


OWN = Firms(("TJ-1",))


def rules_of(items, stocks, firms=OWN):
    return [(f.pointer, f.rule) for f in suspense_rules.findings(discharges(items), stocks, firms)]


def test_no_more_is_taken_than_is_left_by_all_items_together():
    one, two = item(1, net="300", previous_documents=[previous()]), item(2, net="200", previous_documents=[previous()])
    assert rules_of([one], {KEY: Stock()}) == []
    stock = Stock(left_packages=Decimal(16))
    assert rules_of([one, two], {KEY: stock}) == []
    two["net_kg"] = "200.001"
    assert rules_of([one, two], {KEY: stock}) == [("/items/1/previous_documents/0/net_kg", "previous.too-much")]


def test_the_goods_must_be_those_that_entered():
    taken = item(previous_documents=[previous()])
    assert rules_of([taken], {}) == [("/items/0/previous_documents/0/number", "previous.unknown")]
    assert rules_of([taken], {KEY: Stock(commodity="100630")}) == [
        ("/items/0/previous_documents/0/item", "previous.other-goods")
    ]
    assert rules_of([taken], {KEY: Stock(left_packages=Decimal(7))}) == [
        ("/items/0/previous_documents/0/packages", "previous.too-much")
    ]


def test_without_a_mandate_that_is_what_is_missing():
    taken, lacking = item(previous_documents=[previous()]), Firms(("TJ-1",), "TJ-2")
    assert rules_of([taken], {}, lacking) == [("/items/0/previous_documents/0/number", "previous.mandate")]
    assert rules_of([taken], {KEY: Stock()}, lacking) == [], "a stock of one's own needs none"


def test_of_what_is_kept_no_more_may_be_taken():
    kept = suspense_rules.Limited(Stock(), Amounts(Decimal(400), Decimal(8), Decimal(0)))
    assert rules_of([item(previous_documents=[previous()])], {KEY: kept}) == []
    more = item(net="400.001", previous_documents=[previous()])
    assert rules_of([more], {KEY: kept}) == [("/items/0/previous_documents/0/net_kg", "previous.too-much")]
    scarce = suspense_rules.Limited(Stock(left_net_kg=Decimal(399)), Amounts(Decimal(400), Decimal(8), Decimal(0)))
    assert len(rules_of([item(previous_documents=[previous()])], {KEY: scarce})) == 1


def test_of_a_limited_certificate_no_more_is_used():
    paper = Paper()
    limits = {(paper.post, paper.id): Decimal(100)}
    (grant,) = exemption_rules.covered(claims([item()], []), [paper], DAY, limits)
    assert (grant.quantity, grant.share) == (Decimal(100), Decimal("0.25"))
    (whole,) = exemption_rules.covered(claims([item()], []), [paper], DAY)
    assert whole.quantity == Decimal(400)


@dataclass
class Opened:
    """A stock of which so much has been written off."""

    taken: Amounts
    unit: str | None = None


@pytest.mark.parametrize(
    ("taken", "now", "said"),
    [
        (Amounts(Decimal(0), Decimal(0), Decimal(0)), None, []),
        (Amounts(Decimal(400), Decimal(8), Decimal(0)), item(), []),
        (Amounts(Decimal("400.001"), Decimal(8), Decimal(0)), item(), ["/items/3/net_kg"]),
        (Amounts(Decimal(400), Decimal(9), Decimal(0)), item(), ["/items/3/packages"]),
        (Amounts(Decimal(1), Decimal(0), Decimal(0)), None, ["/items/3/procedure"]),
        (
            Amounts(Decimal(1), Decimal(0), Decimal(5), "LTR"),
            item(supplementary={"unit": "NAR", "quantity": "9"}),
            ["/items/3/supplementary"],
        ),
        (Amounts(Decimal(1), Decimal(0), Decimal(5), "LTR"), item(supplementary={"unit": "LTR", "quantity": "5"}), []),
    ],
)
def test_what_is_written_off_is_not_amended_away(taken, now, said):
    items = {} if now is None else {1: now}
    found = suspense_rules.kept({1: Opened(taken, taken.unit)}, items, {1: 3})
    assert [f.pointer for f in found] == said and {f.rule for f in found} <= {"previous.taken"}
    gone = suspense_rules.kept({1: Opened(taken, taken.unit)}, {}, {})
    assert [f.pointer for f in gone] == (["/items"] if any((taken.net_kg, taken.packages, taken.units)) else [])

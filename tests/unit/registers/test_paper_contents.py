"""What papers say, from handmade facts: lines that are secured or exempt, least values, fees, words nobody gave."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from app.declarations.commands import Declared
from app.payments.models import Assessment
from app.payments.rules import Position
from app.reference.loading import codebook
from app.registers.contents import exit_note, figures, notice, sad
from app.registers.contents.naming import Levies, day_at
from forms.clearance_permit.v1_content import Party, Post
from tests.factories.fullest import fullest

AT = dt.datetime(2026, 11, 27, 20, 30, tzinfo=dt.UTC)
POST = Post("TJPPJ", {"en": "Panji Poyon", "tg": "Панҷи Поён"}, "TJ", "Asia/Dushanbe")


@pytest.fixture(scope="module")
def codes():
    return codebook()


def line(tax, base, amount, status="payable", **more):
    known = {
        "tax": tax, "base": base, "rate": "14.00", "amount": amount, "rule": f"TJ.{tax}", "source": "law",
        "period": {"from": "2024-01-01", "to": "2026-12-31"}, "verified": True, "status": status, "exemption": None,
        "exact": amount, "relieved": "0.00", "quantity": None, "unit": None,
    }  # fmt: skip
    return {**known, **more}


def fee(amount, **more):
    known = {
        "fee": "clearance", "amount": amount, "rule": "TJ.fee.clearance", "source": "decree", "verified": False,
        "period": {"from": "2000-01-01", "to": None}, "rate": "50.00 TJS", "per": "declaration", "quantity": 1,
        "factor": "1", "base": None, "exact": amount,
    }  # fmt: skip
    return {**known, **more}


def item(number, value, lines, parts=(), minimum=None):
    return {
        "number": number,
        "customs_value": value,
        "build_up": {"parts": list(parts), "minimum": minimum},
        "lines": lines,
    }


RESULT = {
    "currency": "TJS",
    "day": "2026-11-27",
    "total": "250.00",
    "suspended": "140.00",
    "fees": [fee("100.00", quantity=1, factor="2")],
    "items": [
        item(
            1,
            "1000.00",
            [
                line("duty", "1000.00", "0.00", "exempt", exemption="EX-1", relieved="50.00"),
                line("vat", "1000.00", "150.00"),
            ],
            [
                {
                    "kind": "invoice",
                    "amount": "90.00",
                    "currency": "USD",
                    "converted": "900.00",
                    "whole": None,
                    "by": None,
                },
                {
                    "kind": "freight",
                    "amount": "10.00",
                    "currency": "USD",
                    "converted": "100.00",
                    "whole": "30.00",
                    "by": "gross_kg",
                },
            ],
        ),
        item(
            2,
            "1000.00",
            [line("vat", "1000.00", "140.00", "suspended")],
            [
                {
                    "kind": "invoice",
                    "amount": "80.00",
                    "currency": "USD",
                    "converted": "800.00",
                    "whole": None,
                    "by": None,
                }
            ],
            {
                "value": "1000.00",
                "declared": "800.00",
                "rate": "2.50 USD/KGM",
                "quantity": "40",
                "unit": "KGM",
                "rule": "TJ.min",
                "source": "order",
                "verified": False,
            },
        ),
    ],
    "rates": [
        {
            "currency": "USD",
            "rate": "100",
            "units": "10",
            "date": "2026-11-27",
            "until": None,
            "rule": "r",
            "source": "bank",
            "verified": True,
            "stale": True,
        }
    ],
}


def made(result, number=1, total="250.00", suspended="140.00"):
    return Assessment(
        post="TJPPJ", number=number, content=1, final=True, currency="TJS", total=Decimal(total),
        suspended=Decimal(suspended), by_tax={}, suspended_by_tax={}, result=result, made_at=AT,
    )  # fmt: skip


def content(codes, result=RESULT, before=None, **more):
    standing = Position(
        "TJS", 1, {"vat": Decimal("150.00"), "fee:clearance": Decimal("100.00")}, receivable=Decimal(250)
    ).standing()
    assessed = notice.Assessed("26TJPPJ000000001R0", "T-1", made(result, **more), before, standing, final=True)
    issue = notice.Issue("26TJPPJ000000001R0-1", AT, "Officer", "9f2c41d07be85a36")
    declared = Declared(fullest(), fullest()["items"], [])
    return notice.content(issue, assessed, declared, Party("TJ-1", "Firm"), POST, codes)


def test_what_is_secured_or_exempt_is_told_apart_from_what_is_paid(codes):
    paper = content(codes)
    sums = {each.tax: (each.payable, each.suspended, each.exempt) for each in paper.sums}
    assert sums == {
        "duty": (Decimal("0.00"), Decimal("0.00"), Decimal("50.00")),
        "vat": (Decimal("150.00"), Decimal("140.00"), Decimal("0.00")),
        "fee:clearance": (Decimal("100.00"), Decimal("0.00"), Decimal("0.00")),
    }
    assert (paper.payable, paper.suspended, paper.exempt) == (Decimal(250), Decimal(140), Decimal(50))
    assert sum(each.payable for each in paper.sums) == paper.payable
    freed = paper.items[0].lines[0]
    assert (freed.status, freed.exemption, freed.relieved, freed.exact) == ("exempt", "EX-1", Decimal("50.00"), None)


def test_costs_least_values_rates_and_fees_can_be_followed_by_hand(codes):
    paper = content(codes)
    freight = paper.items[0].costs[1]
    assert (freight.amount, freight.share, freight.rate, freight.result) == (30, 10, 10, 100)
    assert freight.basis == "9 450.000 / 10 970.000 kg" and freight.share * freight.rate == freight.result
    least = paper.items[1].minimum
    assert (least.value, least.declared, least.quantity, least.verified) == (1000, 800, 40, False)
    assert (paper.rates[0].stale, paper.rates[0].old, paper.rates[0].units) == (True, False, 10), (
        "told before there were old ones"
    )
    rates = [{**RESULT["rates"][0], "old": True}]
    assert content(codes, {**RESULT, "rates": rates}).rates[0].old
    assert (paper.fees[0].rate, paper.fees[0].period) == ("2 × 50.00 TJS", "01.01.2000 –")
    assert paper.unverified
    assert {tax.code: tax.names["en"] for tax in paper.taxes}["vat"] == "Value added tax"


def test_it_says_where_to_pay_and_what_of_that_nobody_has_confirmed(codes):
    how = content(codes).how_to_pay
    assert how.beneficiary.startswith("Customs Service") and how.purpose == "26TJPPJ000000001R0-1"
    assert how.bank == "Central Treasury, Ministry of Finance of the Republic of Tajikistan", "the name, not the code"
    assert set(how.account) == {"0"} and how.unverified == ("beneficiary", "bank", "account")


def test_goods_that_left_suspense_have_nothing_suspended_any_more(codes):
    paper = content(codes, {**RESULT, "suspended": "0.00", "discharged": True}, suspended="0.00")
    assert [each.suspended for each in paper.sums] == [0, 0, 0] and paper.suspended == 0


def test_a_tax_that_fell_away_stays_in_the_comparison(codes):
    nothing = {"currency": "TJS", "total": "0.00", "suspended": "0.00", "fees": [], "items": []}
    paper = content(codes, nothing, made(RESULT), number=2, total="0.00", suspended="0.00")
    assert {s.tax: (s.payable, s.previous) for s in paper.sums}["vat"] == (0, Decimal("150.00"))
    assert paper.previous.number.endswith("-1") and len(paper.items) == 2 and paper.items[0].lines == ()


@pytest.mark.parametrize(
    ("by", "told"),
    [("value", "27 000.00 / 39 600.00"), ("net_kg", "9 000.000 / 10 480.500 kg"), ("equal", "1 / 2"), (None, "")],
)
def test_a_share_tells_the_figures_it_was_found_by(codes, by, told):
    first = RESULT["items"][0]
    part = {**first["build_up"]["parts"][1], "by": by}
    items = [{**first, "build_up": {"parts": [part], "minimum": None}}, *RESULT["items"][1:]]
    assert content(codes, {**RESULT, "items": items}).items[0].costs[0].basis == told


EUR = {"EUR": Decimal("11.6732")}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, ""),
        ({"rate": "max(20.00, 0.50 EUR/KGM)", "exact": "525.294", "quantity": "90", "unit": "KGM"},
         "1 000.00 × 20.00 % = 200.00; 90 KGM × 0.50 EUR × 11.6732 = 525.294"),
        ({"rate": "5.00 + 0.50 TJS/KGM", "exact": "95.00", "quantity": "90", "unit": "KGM"},
         "1 000.00 × 5.00 % = 50.00; 90 KGM × 0.50 TJS = 45.00"),
        ({"rate": "10.00 EUR/1000 NAR", "exact": "2334.64", "quantity": "20000", "unit": "NAR"},
         "20 000 NAR / 1 000 × 10.00 EUR × 11.6732 = 2 334.64"),
        ({"exact": "200.00"}, "1 000.00 × 14.00 % = 140.00 < 200.00"),
        ({"rate": "0.50 EUR/KGM", "exact": "600", "quantity": "90", "unit": "KGM"},
         "90 KGM × 0.50 EUR × 11.6732 = 525.294 < 600"),
        ({"rate": "0.50 USD/KGM", "exact": "600", "quantity": "90", "unit": "KGM"}, ""),
    ],
)  # fmt: skip
def test_a_line_by_quantity_or_of_a_least_amount_tells_how_it_was_found(told, said):
    assert figures.working(line("duty", "1000.00", "140.00", **told), "TJS", EUR) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "50.00 TJS"),
        ({"quantity": 2, "factor": "1.5"}, "2 × 1.5 × 50.00 TJS"),
        ({"rate": "50.00 USD"}, "50.00 USD × 10"),
        ({"rate": "0.15", "base": "90000.00", "exact": "135.00"}, "0.15 % × 90 000.00"),
        ({"rate": "0.15", "base": "90000.00", "exact": "200.00"}, "0.15 % × 90 000.00 < 200.00"),
        ({"rate": "0.15", "base": "90000.00", "exact": "100.00"}, "0.15 % × 90 000.00 > 100.00"),
    ],
)
def test_a_fee_tells_its_factors_and_the_limit_it_met(codes, told, said):
    assert content(codes, {**RESULT, "fees": [fee("100.00", **told)]}).fees[0].rate == said


def test_taxes_that_are_rounded_alike_stand_together(codes):
    known = [
        {"tax": tax, "currency": "TJS", "digits": digits, "mode": "half-up", "rule": "r", "source": "law"}
        for tax, digits in (("duty", 2), ("vat", 2), ("brt", 0))
    ]
    told = content(codes, {**RESULT, "rounding": known}).rounding
    assert [(each.taxes, each.unit) for each in told] == [(("duty", "vat"), Decimal("0.01")), (("brt",), Decimal(1))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("14.00", "14.00 %"),
        ("2.50 EUR/LTR", "2.50 EUR/LTR"),
        ("max(20.00, 0.50 EUR/KGM)", "max(20.00 %, 0.50 EUR/KGM)"),
        ("5.00 + 0.50 EUR/100 KGM", "5.00 % + 0.50 EUR/100 KGM"),
        ("50.00 TJS", "50.00 TJS"),
    ],
)
def test_a_percentage_has_its_sign(text, said):
    assert figures.rate_text(text) == said


def test_days_are_those_of_the_post():
    assert day_at(POST, AT) == dt.date(2026, 11, 28)


def test_taxes_come_in_the_order_of_the_law(codes):
    levies = Levies(codes, "TJ", dt.date(2026, 11, 27))
    assert levies.in_order(["x", "fee:clearance", "vat", "excise", "duty"]) == [
        "duty",
        "excise",
        "vat",
        "fee:clearance",
        "x",
    ]
    assert Levies(codes, "AF", dt.date(2026, 11, 27)).names("vat") != levies.names("vat")


def printed(**more):
    known = {
        "mrn": "26TJPPJ000000001R0", "reference": "T-1", "version": 1, "registered_at": AT, "at": AT, "name": "Officer",
        "key_id": "9f2c41d07be85a36", "result": RESULT, "provisional": False,
    }  # fmt: skip
    return sad.Printed(**{**known, **more})


#: Words of the schema that no box of the document shows.
UNSEEN = {
    "XTA210990Y2766389", "XTA210990Y2766380", "P01234567", "passport", "2026-12-01T06:30:00Z", "freight", "insurance",
    "1800.00", "120.00", "2026 15", "5000.00", "Kabul", "SL-1", "SL-2", "احمد نوری",
}  # fmt: skip


def test_every_declared_word_that_has_a_box_is_printed(codes):
    """The fullest declaration; what is left out is named above."""
    body = fullest()
    declared = Declared(
        {k: v for k, v in body.items() if k not in ("items", "documents")}, body["items"], body["documents"]
    )
    plain = sad.content(printed(result=None), declared, POST, codes).as_json()
    there = " ".join(_leaves(plain))
    missing = {word for word in _leaves(body) if word not in there}
    assert missing == UNSEEN


def _leaves(value):
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value] if isinstance(value, str) else []


def test_a_declaration_with_next_to_nothing_is_printed(codes):
    words = {
        "number": 1, "commodity": "080620", "description": "Raisins", "origin": "AF", "procedure": "4000",
        "packages": [{"kind": "CT", "count": 1}], "gross_kg": "1.000", "net_kg": "1.000", "invoice_value": "1.00",
    }  # fmt: skip
    paper = sad.content(printed(mrn="", registered_at=None, result=None), Declared({}, [words], []), POST, codes)
    assert (paper.mrn, paper.total, paper.exchange_rate, paper.container) == ("", None, None, False)
    assert type(paper).from_json(paper.as_json()) == paper


def test_box_23_is_the_rate_that_was_applied(codes):
    body = fullest()
    declared = Declared(body, body["items"], body["documents"])
    assert sad.content(printed(), declared, POST, codes).exchange_rate == 10
    assert sad.content(printed(result=None), declared, POST, codes).exchange_rate == Decimal("10.9312")


def test_boxes_12_and_47_are_filled_from_what_was_assessed(codes):
    body = fullest()
    body["items"] = body["items"][:1]
    declared = Declared({**body, "value_details": None, "mode_of_payment": "A"}, body["items"], body["documents"])
    result = {**RESULT, "items": [{**RESULT["items"][0], "number": body["items"][0]["number"]}]}
    paper = sad.content(printed(result=result), declared, POST, codes)
    assert paper.value_details == Decimal("1000.00")
    assert [(tax.status, tax.method) for tax in paper.items[0].taxes] == [("exempt", ""), ("payable", "A")]
    said = Declared({**body, "mode_of_payment": "CASH"}, body["items"], body["documents"])
    paper = sad.content(printed(result=result), said, POST, codes)
    assert paper.value_details == Decimal("434000.00"), "what was declared stands"
    assert {tax.method for tax in paper.items[0].taxes} == {""} and "CASH" in paper.accounting


@pytest.mark.parametrize(
    ("transport", "said"),
    [({}, False), ({"containers": ["MSKU1234565"]}, True), ({"container_indicator": "1"}, True),
     ({"container_indicator": "0", "containers": ["MSKU1234565"]}, False)],
)  # fmt: skip
def test_box_19_is_what_was_declared_or_follows_from_the_containers(codes, transport, said):
    item = {name: words for name, words in fullest()["items"][0].items() if name != "containers"}
    declared = Declared({"transport": transport}, [item], [])
    assert sad.content(printed(result=None), declared, POST, codes).container is said


def test_the_invoice_stands_once_among_the_documents(codes):
    body = fullest()
    with_it = Declared(body, body["items"], body["documents"])
    without = Declared(body, body["items"], [])
    for declared in (with_it, without):
        documents = sad.content(printed(), declared, POST, codes).documents
        assert [d.number for d in documents].count("INV-881") == 1


@pytest.mark.parametrize(
    ("seen", "agree", "told"),
    [
        (["SL-1", "SL-2"], True, [("SL-1", "intact"), ("SL-2", "intact")]),
        (["SL-1"], False, [("SL-1", "intact"), ("SL-2", "missing")]),
        (["SL-1", "SL-2", "SL-3"], False, [("SL-1", "intact"), ("SL-2", "intact"), ("SL-3", "undeclared")]),
        (["SL-9", "SL-2"], False, [("SL-9", "replaced"), ("SL-2", "intact"), ("SL-1", "missing")]),
        ([], False, [("SL-1", "missing"), ("SL-2", "missing")]),
    ],
)
def test_seals_as_the_gate_saw_them(seen, agree, told):
    body = fullest()
    gone = SimpleNamespace(
        plate="KBL 48213", seals=seen, seals_agree=agree, remark="" if agree else "changed", number="TJPPJ-X-2026-000001",
        at=AT, name="Officer", whole=False, permit="TJPPJ-CP-2026-000001", without_permit="",
    )  # fmt: skip
    record = SimpleNamespace(mrn="26TJPPJ000000001R0", reference="T-1")
    paper = exit_note.content(gone, [2], record, Declared(body, body["items"], []), POST, "9f2c41d07be85a36")
    assert [(seal.number, seal.state, seal.remark) for seal in paper.seals] == [(*each, "") for each in told]
    assert paper.permit == gone.permit and paper.remarks == gone.remark
    assert [each.number for each in paper.items] == [2] and paper.totals.packages == 60
    assert paper.vehicle.plate == "KBL48213" and paper.trailer.plate == "KBL9917"


def test_a_seal_that_nobody_declared_is_not_called_intact():
    body = {**fullest(), "seals": []}
    gone = SimpleNamespace(
        plate="KBL 48213", seals=["TJ900117"], seals_agree=False, remark="sealed anew", number="TJPPJ-X-2026-000001",
        at=AT, name="Officer", whole=False, permit=None, without_permit="found in the evening count",
    )  # fmt: skip
    record = SimpleNamespace(mrn="26TJPPJ000000001R0", reference="T-1")
    paper = exit_note.content(gone, [2], record, Declared(body, body["items"], []), POST, "9f2c41d07be85a36")
    assert [(seal.number, seal.state) for seal in paper.seals] == [("TJ900117", "undeclared")]
    assert paper.permit == "" and paper.remarks == "sealed anew · found in the evening count"

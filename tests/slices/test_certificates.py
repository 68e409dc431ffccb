"""Certificates that count money, and those that are named and free nothing: never in silence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import db
from app.core.errors import Invalid
from app.declarations import schemas
from app.declarations.commands import LodgeDeclaration
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.exemptions.commands import RegisterCertificate
from app.exemptions.models import Certificate
from app.flows import assessing, dues, lodging
from app.reference.queries import codebook
from app.registers import integrity
from tests.factories import lives, mandates, warehouses
from tests.factories.actors import OTHER_PARTY, PARTY, POST, auditor, officer, other_trader, supervisor, trader

LONG_AGO, LATE = dt.date(2020, 1, 1), dt.date(2099, 12, 31)
RULE = "exemption.not-granted"
#: What the trousers of the factories name; the first document is of another kind.
PLACE = "/items/0/documents/1"


@pytest.fixture(autouse=True)
def bound(session):
    warehouses.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == []


def registered(granted="100000", *, number="EX-7", **changes):
    command = {
        "post": POST, "number": number, "issuer": "Ministry of Economy", "source": "decree 1", "holder": PARTY,
        "measure": "net_kg", "granted": Decimal(granted), "taxes": ("duty",), "valid_from": LONG_AGO, "valid_to": LATE,
        **changes,
    }  # fmt: skip
    with db.transaction() as session:
        return exemptions.register(session, RegisterCertificate(**command), by=officer()).id


def settled(id, *, approved=True):
    with db.transaction() as session:
        exemptions.settle(session, id, approved=approved, reason="as the paper says", by=supervisor())
    return id


def certified(granted="100000", **changes):
    return settled(registered(granted, **changes))


def used(id):
    with db.reading() as session:
        return certificates.find(session, id, by=auditor()).used


def naming(number="EX-7", *, price="9200.00", currency="USD", items=1, **changes):
    body = lives.lane("yellow", lives.due(items))
    for item in body["items"]:
        item.update(invoice_value=price, **changes)
        item["documents"].append({"type": "911", "number": number})
    body["invoice"].update(currency=currency, total=str(Decimal(price) * items))
    return body


def brokered(**changes):
    """The second firm declares the first one's goods."""
    body = naming(**changes)
    body["declarant"]["id"] = OTHER_PARTY
    return body


def lodged(body, *, by=None):
    with db.transaction() as session:
        return lodging.lodge(session, LodgeDeclaration(schemas.read(body)), by=by or trader())


def told(body, *, by=None):
    """(pointer, sentence) of what is said of certificates; the check before, the answer, and the assessment agree."""
    by = by or trader()
    with db.reading() as session:
        before = [f for f in lodging.check(session, body, by=by) if f.rule == RULE]
    answer = lodged(body, by=by)
    said = [f for f in answer.warnings if f.rule == RULE]
    with db.reading() as session:
        kept = [f for f in dues.of(session, answer.declaration, by=by).warnings if f.rule == RULE]
    assert [(f.pointer, str(f.message)) for f in kept] == [(f.pointer, str(f.message)) for f in said]
    assert [(f.pointer, str(f.message)) for f in before] == [(f.pointer, str(f.message)) for f in said]
    assert {f.severity for f in said} <= {"warning"}
    return [(f.pointer, str(f.message)) for f in said]


# Money ---------------------------------------------------------------------------------------------------------------


def test_a_certificate_of_dollars_counts_dollars():
    """9200 dollars are not used up by 4000 dollars, 4000 euros and 1200 roubles, which are 8676.62 dollars."""
    id = certified("9200", measure="value", currency="USD")
    lodged(naming(price="4000.00"))
    assert used(id) == Decimal("4000.000")
    lodged(naming(price="4000.00", currency="EUR"))
    assert used(id) == Decimal("8655.990"), "4000 × 10.2476 ÷ 8.8038 = 4655.9894…, up to the cent"
    lodged(naming(price="1200.00", currency="RUB"))
    assert used(id) == Decimal("8676.620"), "1200 × 0.1513 ÷ 8.8038 = 20.6229…, up to the cent"


def test_in_the_money_of_the_country():
    id = certified("50000", measure="value", currency="TJS")
    lodged(naming(price="1000.01"))
    assert used(id) == Decimal("8803.890"), "1000.01 × 8.8038 = 8803.888038, up to the cent"
    lodged(naming(price="1000.01", currency="TJS"))
    assert used(id) == Decimal("9803.900"), "its own currency as it is"


def test_what_is_left_of_it_frees_in_part_and_it_is_said():
    id = certified("2328.01", measure="value", currency="USD")
    ((place, sentence),) = told(naming(price="4000.00", currency="EUR"))
    assert place == PLACE and "only 2328.010 of 4655.99 USD were left" in sentence
    assert used(id) == Decimal("2328.010")


def test_the_rates_it_takes_stand_among_those_of_the_assessment():
    certified("9200", measure="value", currency="EUR")
    answer = lodged(naming())
    with db.reading() as session:
        result = dues.of(session, answer.declaration, by=trader()).result
    assert [rate["currency"] for rate in result["rates"]] == ["EUR", "USD"]
    doubted = [w for w in result["warnings"] if w["rule"].startswith("rate.") and "EUR" in str(w["params"])]
    assert len(doubted) == 1, "the only rate known is years old"


def test_without_a_rate_it_covers_nothing_and_that_is_told():
    id = certified("9200", measure="value", currency="XAU")
    ((place, sentence),) = told(naming())
    assert place == PLACE and "XAU" in sentence and "no rate of exchange" in sentence
    assert used(id) == 0


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"measure": "value"}, "/currency"),
        ({"measure": "value", "currency": "usd"}, "/currency"),
        ({"measure": "value", "currency": "DOLLAR"}, "/currency"),
        ({"currency": "USD"}, "/currency"),
    ],
)
def test_money_is_registered_with_its_currency(changes, where):
    with pytest.raises(Invalid) as refused:
        registered(**changes)
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [(where, "exemption.currency")]


@pytest.mark.parametrize(
    ("measure", "currency", "check"),
    [("value", None, "currency_named"), ("net_kg", "USD", "currency_named"), ("value", "us1", "currency_sane")],
)
def test_the_database_holds_it_too(session, measure, currency, check):
    registered()
    named = {c.key: c.key for c in Certificate.__table__.columns}
    named |= {"id": "gen_random_uuid()", "number": "'EX-8'", "measure": ":measure", "currency": ":currency"}
    copied = f"INSERT INTO exemption_certificate ({', '.join(named)}) SELECT {', '.join(named.values())} FROM exemption_certificate"
    with pytest.raises(IntegrityError, match=check), session.begin_nested():
        session.execute(text(copied), {"measure": measure, "currency": currency})


# Named, and nothing freed --------------------------------------------------------------------------------------------


def withdrawn():
    id = certified()
    with db.transaction() as session:
        exemptions.withdraw(session, id, "issued in error", by=supervisor())


def used_up():
    certified("2300")
    assert told(naming()) == []


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (registered, "customs has not put it in force yet"),
        (lambda: settled(registered(), approved=False), "customs has refused it"),
        (withdrawn, "customs has withdrawn it"),
        (lambda: certified(valid_to=dt.date(2020, 12, 31)), "it has expired, its last day was 2020-12-31"),
        (lambda: certified(valid_from=dt.date(2099, 1, 1)), "it is valid only from 2099-01-01"),
        (lambda: certified(commodities=("1001", "11")), "it is for other goods, whose codes begin with 1001, 11"),
        (lambda: certified(measure="units", unit="LTR"), "it counts in the unit LTR"),
        (used_up, "it is used up"),
        (lambda: certified("575"), "only 575.000 of 2300.000 kg were left"),
    ],
    ids=["waiting", "refused", "withdrawn", "expired", "early", "goods", "unit", "used up", "in part"],
)
def test_each_reason_is_told_where_it_is_named(there, why):
    there()
    ((place, sentence),) = told(naming())
    assert place == PLACE and why in sentence and f"Certificate EX-7 of {PARTY} does not free item 1" in sentence


def test_what_frees_wholly_and_what_is_no_certificate_is_not_told():
    certified()
    assert told(naming()) == []
    assert told(naming("CMR-77")) == []


def test_a_document_of_the_whole_is_told_once_with_its_items():
    certified(valid_to=dt.date(2020, 12, 31))
    body = naming("X", items=3)
    body["documents"].append({"type": "911", "number": "EX-7"})
    ((place, sentence),) = told(body)
    assert place == f"/documents/{len(body['documents']) - 1}" and "item 1, 2, 3," in sentence


def test_a_document_of_the_whole_is_for_the_goods_that_it_fits():
    certified(commodities=("620342",))
    body = naming("X", items=2)
    body["items"][1].update(commodity="620343")
    body["documents"].append({"type": "911", "number": "EX-7"})
    assert told(body) == []
    body["items"][0].update(commodity="620343")
    ((_place, sentence),) = told(body)
    assert "item 1, 2," in sentence and "other goods" in sentence


def test_of_two_certificates_for_one_item_the_second_is_told_unless_nothing_is_left_for_it():
    certified(number="EX-7")
    certified(number="EX-8", taxes=("vat",))
    certified(number="EX-9")
    body = naming()
    body["items"][0]["documents"] += [{"type": "911", "number": "EX-8"}, {"type": "911", "number": "EX-9"}]
    ((place, sentence),) = told(body)
    assert place == "/items/0/documents/2" and "EX-7 frees it already" in sentence


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_a_third_firm_s_certificate_is_a_paper_like_any_other():
    """Nothing in the answer differs from a number that nobody has."""
    certified(holder=OTHER_PARTY)
    assert told(naming("EX-7")) == told(naming("EX-NONE")) == []


@pytest.mark.parametrize("there", [registered, withdrawn, certified])
def test_without_a_mandate_only_that_is_told(there):
    there()
    answer = lodged(brokered(), by=other_trader())
    said = [(f.pointer, f.rule) for f in answer.warnings if f.rule.startswith("exemption.")]
    assert said == [(f"{PLACE}/number", "exemption.mandate")]


def test_with_a_mandate_the_reason_is_told():
    withdrawn()
    mandates.given(scopes=("certificates",))
    ((place, sentence),) = told(brokered(), by=other_trader())
    assert place == PLACE and "withdrawn" in sentence


def test_two_firms_may_have_the_same_number():
    """The declarant's own has expired, the other firm's frees the goods."""
    certified(holder=OTHER_PARTY, valid_to=dt.date(2020, 12, 31))
    id = certified()
    mandates.given(scopes=("certificates",))
    assert told(brokered(), by=other_trader()) == []
    assert used(id) == Decimal("2300.000")


@pytest.fixture
def looked_up(monkeypatch):
    calls = []
    asked = certificates.named
    monkeypatch.setattr(certificates, "named", lambda *a, **k: calls.append(a) or asked(*a, **k))
    return calls


def test_however_many_are_named_they_are_looked_up_at_once(looked_up):
    certified()
    registered(number="EX-8")
    body = naming(items=3)
    for item in body["items"]:
        item["documents"].append({"type": "911", "number": "EX-8"})
    body["declarant"]["id"] = OTHER_PARTY
    with db.reading() as session:
        declared, codes = schemas.read(body), codebook(session)
        assessing.calculate(session, declared, codes, db.now(session), lock=False, by=other_trader())
    assert len(looked_up) == 1

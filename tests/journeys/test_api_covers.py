"""A preference claimed for more than its proof of origin says, and a quota: through the API, every figure by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import html

from tests.factories import figures, lives
from tests.factories.actors import PARTY, POST
from tests.factories.desks import desk

PROOF = {
    "post": POST, "kind": "preference", "number": "CT1-77", "issuer": "Chamber of Uzbekistan", "source": "treaty of 2011",
    "holder": PARTY, "origins": ["UZ"], "commodities": ["6203"], "measure": "net_kg", "granted": "1500.000",
    "valid_from": "2020-01-01", "valid_to": "2099-12-31",
}  # fmt: skip
QUOTA = {
    "post": POST, "kind": "quota", "number": "Q-9", "issuer": "Ministry", "source": "decree 9", "measure": "units",
    "unit": "LTR", "granted": "800", "valid_from": "2020-01-01", "valid_to": "2099-12-31",
}  # fmt: skip


BLOCKING = "//section[@aria-labelledby='blocking-title']"


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def entered(call, words):
    made = call("officer", "POST", "/exemptions", json=words)
    assert made.status_code == 201 and made.json["kind"] == words["kind"], made.text
    path = f"/exemptions/{made.json['id']}"
    assert call("supervisor", "POST", f"{path}/approval", json={}).json["status"] == "in_force"
    return path


def uzbek(net):
    body = lives.lane("yellow", lives.due())
    body["items"][0].update(
        origin="UZ", preference="CIS", net_kg=net, documents=[{"type": "861", "number": "CT1-77", "date": "2026-11-01"}]
    )
    return body


def lodged(call, body):
    answer = call("trader", "POST", "/declarations", json=body)
    assert answer.status_code == 201, answer.text
    path = f"/declarations/{answer.json['reference']}"
    return answer.json, call("trader", "GET", f"{path}/assessment").json


def test_beyond_what_is_left_of_its_proof_the_goods_pay_the_ordinary_rate(call, app):
    """1500 kg: 1000 for the first, 500 of the second's 2000, a quarter of 9200.00 USD × 8.8038 = 80994.96 TJS.

    With the preference 20248.74 at 0 %, without it 60746.22 at 15 % = 9111.933, that is 9111.93; VAT 14 % of
    80994.96 + 9111.933 = 90106.893 is 12614.96502, that is 12614.97.
    """
    path = entered(call, PROOF)
    _answer, whole = lodged(call, uzbek("1000.000"))
    assert [(x["tax"], x["amount"], x["under"]) for x in whole["items"][0]["lines"]] == [
        ("duty", "0.00", "CT1-77"), ("vat", "11339.29", None),
    ]  # fmt: skip
    answer, part = lodged(call, uzbek("2000.000"))
    (said,) = [w for w in answer["warnings"] if w["rule"] == "preference.not-covered"]
    assert said["pointer"] == "/items/0/documents/0" and "only 500.000 of 2000.000 kg" in said["message"]
    figures.check(part)
    preferred, ordinary, vat = part["items"][0]["lines"]
    value = Decimal("9200.00") * Decimal("8.8038")
    covered = value * Decimal("500.000") / Decimal("2000.000")
    assert (Decimal(preferred["base"]), preferred["amount"], preferred["rule"]) == (covered, "0.00", "TJ.duty.cis")
    assert (preferred["under"], ordinary["under"]) == ("CT1-77", None)
    due = (value - covered) * Decimal(ordinary["rate"]) / 100
    assert Decimal(ordinary["base"]) == value - covered == Decimal("60746.22")
    assert Decimal(ordinary["amount"]) == figures.rounded(due) == Decimal("9111.93")
    assert Decimal(vat["amount"]) == figures.rounded((value + due) * Decimal(vat["rate"]) / 100) == Decimal("12614.97")
    assert part["items"][0]["covers"] == [
        {"kind": "preference", "number": "CT1-77", "share": "0.25", "quantity": "500.000", "wanted": "2000.000",
         "unit": "kg", "source": "treaty of 2011", "kept": True},
    ]  # fmt: skip
    left = call("trader", "GET", path).json
    assert (left["used"], left["left"], left["origins"]) == ("1500.000", "0.000", ["UZ"])
    officer, trader = desk(app, "officer"), desk(app, "trader")
    file = officer.text(f"/officer/declarations/{answer['reference']}")
    assert "Covered in part" in file and "CT1-77" in file and "Written off proof of origin" in file
    assert "Proof of origin" in officer.text("/officer/exemptions") and "Proof of origin" in trader.text(
        "/trader/certificates"
    )


def test_a_quota_has_no_firm_and_is_seen_by_every_trader(call, app):
    wrong = call("officer", "POST", "/exemptions", json={**QUOTA, "holder": PARTY})
    assert [e["pointer"] for e in wrong.json["errors"]] == ["/holder"]
    nobody = call("officer", "POST", "/exemptions", json={**PROOF, "holder": ""})
    assert [e["pointer"] for e in nobody.json["errors"]] == ["/holder"]
    path = entered(call, QUOTA)
    assert call("trader2", "GET", path).json["left"] == "800.000"
    assert [c["number"] for c in call("trader2", "GET", "/exemptions").json["items"]] == ["Q-9"]
    page = desk(app, "trader2").text("/trader/certificates")
    assert "Tariff quota" in page and "Q-9" in page
    filled = {
        "kind": "quota", "number": "Q-10", "issuer": "Ministry", "source": "decree 10", "measure": "net_kg",
        "granted": "500", "origins": "UZ, CIS-FTA", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    }  # fmt: skip
    officer = desk(app, "officer")
    shown = officer.text(officer.deed("/officer/exemptions/new", "/officer/exemptions/new", **filled).location)
    assert "Everybody: who declares first" in shown and "CIS-FTA" in shown and "Tariff quota" in shown


LICENCE = {
    "post": POST, "kind": "licence", "number": "LIC-9", "issuer": "Ministry", "source": "decree 4", "holder": PARTY,
    "measure": "net_kg", "granted": "1500.000", "valid_from": "2020-01-01", "valid_to": "2099-12-31",
}  # fmt: skip


def test_its_trader_reads_what_a_licence_for_too_little_stands_in_the_way_of(call, app):
    """Before lodging as what will block the release, afterwards as what is still missing for it."""
    entered(call, LICENCE)
    body = lives.due()
    body["items"][0].update(net_kg="2000.000", licence={"number": "LIC-9"}, documents=[])
    trader = desk(app, "trader")
    draft = call("trader", "POST", "/declarations?draft=true", json=body).json["reference"]
    (asked,) = html.fromstring(trader.text(f"/trader/declarations/{draft}/check")).xpath(BLOCKING)
    assert "Licence LIC-9" in asked.text_content() and "1500.000 of 2000.000 kg" in asked.text_content()
    answer, _whole = lodged(call, body)
    path = f"/trader/declarations/{answer['reference']}"
    (asked,) = html.fromstring(trader.text(path)).xpath(BLOCKING)
    assert "Missing for the release" in asked.text_content() and "Licence LIC-9" in asked.text_content()
    assert "ask for an amendment" in asked.text_content()

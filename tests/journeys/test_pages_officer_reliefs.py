"""Exemption certificates on the officials' pages: entered by one person, put in force by another, written off."""

from __future__ import annotations

import pytest

from app.core import db
from app.declarations import operations
from app.declarations.commands import SaveDraft
from tests.factories import lives
from tests.factories.actors import PARTY, POST, trader
from tests.factories.desks import desk, file_of

PAPER = {
    "kind": "exemption", "number": "EX-2026-7", "holder": PARTY, "issuer": "Ministry of Finance", "source": "Decree 112, art. 4",
    "commodities": "6203, 62", "taxes": ["duty", "vat"], "measure": "net_kg", "granted": "5 000,5",
    "valid_from": "01.01.2020", "valid_to": "2099-12-31",
}  # fmt: skip


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def sits(app, session):
    return lambda login: desk(app, login)


def registered(who, **more):
    return who.deed("/officer/exemptions/new", "/officer/exemptions/new", **{**PAPER, **more})


def test_a_certificate_from_paper_to_write_off(sits):
    officer, supervisor = sits("officer"), sits("supervisor")
    assert "Price of the goods, in the currency of the certificate" in officer.text("/officer/exemptions/new")
    page = registered(officer).location
    shown = officer.text(page)
    assert "Waits for a second person" in shown and "Another person must approve it" in shown and "6203" in shown
    assert "Customs duty" in shown and "settle-form" not in shown
    assert "EX-2026-7" in officer.text("/officer/exemptions")
    assert officer.deed(page, f"{page}/verdict", verdict="approve").status_code == 403
    mute = supervisor.deed(page, f"{page}/verdict", verdict="refuse", reason="")
    assert mute.status_code == 422 and "Say why you refuse it" in mute.text
    assert supervisor.deed(page, f"{page}/verdict", verdict="approve", reason="").status_code == 303
    body = lives.due()
    body["items"][0]["documents"].append({"type": "911", "number": "EX-2026-7"})
    declaration = lives.lodged(lives.lane("yellow", body))
    used = officer.text(page)
    assert declaration.mrn in used and "2\u202f300.000" in used and "2\u202f700.500" in used
    file = officer.text(file_of(declaration))
    assert "Exempt" in file and "EX-2026-7" in file and "Written off an exemption certificate" in file
    assert officer.deed(page, f"{page}/withdrawal", reason="x").status_code == 403
    assert supervisor.deed(page, f"{page}/withdrawal", reason=" ").status_code == 422
    assert supervisor.deed(page, f"{page}/withdrawal", reason="order revoked").status_code == 303
    assert "Withdrawn" in officer.text(page)


def test_a_certificate_that_counts_money_says_in_which(sits):
    officer = sits("officer")
    page = registered(officer, measure="value", granted="9200", currency="USD").location
    assert "in the currency of the certificate" in officer.text(page) and ">USD<" in officer.text(page)
    assert ">USD<" in officer.text("/officer/exemptions")
    assert "9\u202f200.000 USD" in sits("trader").text("/trader/certificates").replace("\u00a0", " ")


def test_a_trader_reads_before_lodging_why_a_certificate_frees_nothing(sits):
    registered(sits("officer"))
    body = lives.due()
    body["items"][0]["documents"].append({"type": "911", "number": "EX-2026-7"})
    with db.transaction() as session:
        draft = operations.save_draft(session, SaveDraft(POST, body, PARTY), by=trader()).reference
    page = sits("trader").text(f"/trader/declarations/{draft}/check")
    assert "Certificate EX-2026-7" in page and "customs has not put it in force yet" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"holder": "TJ-NOBODY"}, "not in the register of firms"),
        ({"commodities": "abc"}, "f-commodities-error"),
        ({"granted": "0"}, "f-granted-error"),
        ({"valid_to": "2019-01-01"}, "lies before the first"),
        ({"measure": "units"}, "Name the unit"),
        ({"measure": "value"}, "Name the currency"),
        ({"currency": "USD"}, "Name the currency"),
        ({"number": ""}, "f-number-error"),
        ({"kind": ""}, "f-kind"),
        ({"holder": ""}, "f-holder-error"),
        ({"kind": "preference"}, "Only an exemption names taxes"),
        ({"taxes": ["nonsense"]}, "error-summary"),
    ],
)
def test_what_is_wrong_with_a_certificate_stands_at_its_field(sits, wrong, says):
    answer = registered(sits("officer"), **wrong)
    assert answer.status_code == 422 and says in answer.text, answer.text


def test_certificates_of_other_posts_are_not_there(sits):
    page = registered(sits("officer")).location
    assert sits("officer.TJDUS").get(page).status_code == 404
    assert sits("inspector").get("/officer/exemptions").status_code == 403
    assert sits("auditor").get("/officer/exemptions/new").status_code == 403
    twice = registered(sits("officer2"))
    assert twice.status_code == 422 and "registered already" in twice.text

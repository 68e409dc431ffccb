"""Money through the API: one declaration from lodging to the gate with every figure checked by hand, and what stands in
the way of a release."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core import db
from app.flows import approving, code_lists
from app.payments import operations as payments
from app.payments.commands import SetStandingOrder
from tests.factories import figures, lives, warehouses
from tests.factories.actors import PARTY, POST, administrator, supervisor, trader
from tests.factories.money import faults

ACCOUNT = f"/accounts/{POST}/{PARTY}"


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def beer_and_trousers(value="9000.00"):
    """Beer with a preference and trousers with a certificate, one freight for both, before an officer."""
    body = lives.lane("yellow", lives.due(2))
    body["delivery_terms"] = {"code": "FCA", "place": "Termez"}
    body["costs"] = [{"kind": "freight", "amount": "1500.00", "currency": "USD", "included": False}]
    body["invoice"]["total"] = str(Decimal(value) + Decimal("9200.00"))
    body["items"][0].update(
        commodity="220300", description="Beer made from malt, in bottles", origin="UZ", preference="CIS",
        gross_kg="15600.000", net_kg="12600.000", supplementary={"unit": "LTR", "quantity": "12000.000"},
        invoice_value=value,
        documents=[{"type": "861", "number": "CT1-77", "date": "2026-11-01"}, {"type": "2", "number": "Q-1"}],
    )  # fmt: skip
    body["items"][1]["documents"].append({"type": "911", "number": "EX-42", "date": "2026-10-01"})
    return body


CERTIFICATE = {
    "post": POST, "number": "EX-42", "issuer": "Ministry of Economy", "source": "Decision 17", "holder": PARTY,
    "commodities": ["6203"], "taxes": ["duty"], "measure": "net_kg", "granted": "2300.000",
    "valid_from": "2020-01-01", "valid_to": "2099-12-31",
}  # fmt: skip


def certified(call, **changes):
    made = call("officer", "POST", "/exemptions", json={**CERTIFICATE, **changes})
    assert made.status_code == 201, made.text
    path = f"/exemptions/{made.json['id']}"
    assert call("officer", "POST", f"{path}/approval", json={}).status_code == 403
    done = call("supervisor", "POST", f"{path}/approval", json={"reason": "the paper is good"})
    assert done.status_code == 200 and done.json["status"] == "in_force", done.text
    return path


def test_excise_preference_certificate_and_freight_from_lodging_to_the_gate(call):
    """Every figure is recomputed from what the answers show."""
    certificate = certified(call)
    body = beer_and_trousers()
    lodged = call("trader", "POST", "/declarations", json=body)
    assert lodged.status_code == 201, lodged.text
    path = f"/declarations/{lodged.json['reference']}"
    assert lodged.json["assessment"]["status"] == "provisional"

    first = call("trader", "GET", f"{path}/assessment").json
    figures.check(first)
    assert first["status"] == "provisional" and first["total"] == lodged.json["assessment"]["total"]
    beer, trousers = first["items"]
    usd = Decimal("8.8038")
    freight = figures.share("1500.00", "9000.00", "18200.00")
    assert Decimal(beer["customs_value"]) == (Decimal("9000.00") + freight) * usd
    assert Decimal(trousers["customs_value"]) == (Decimal("9200.00") + Decimal("1500.00") - freight) * usd
    taxes = {line["tax"]: line for line in beer["lines"]}
    assert (taxes["duty"]["rate"], taxes["duty"]["rule"]) == ("0.00", "TJ.duty.cis")
    assert Decimal(taxes["excise"]["amount"]) == figures.rounded(Decimal(12000) * Decimal("0.20") * Decimal("10.2476"))
    freed = trousers["lines"][0]
    assert (freed["tax"], freed["amount"], freed["exemption"], freed["status"]) == ("duty", "0.00", "EX-42", "exempt")
    left = call("trader", "GET", certificate).json
    assert (left["used"], left["left"]) == ("2300.000", "0.000")

    etag = asked_and_answered(call, path)
    cleared = call("officer", "POST", f"{path}/decision", etag=etag, json={"decision": "release", "reason": "agrees"})
    assert cleared.json["status"] == "assessed", cleared.text
    assert cleared.json["assessment"]["status"] == "final"

    paid_in_part(call, path, first["total"])
    etag = call("trader", "GET", path).headers["ETag"]
    amended(call, path, body, etag, first)
    gone(call, path, body)
    assert faults() == []


def asked_and_answered(call, path):
    etag = call("officer", "GET", path).headers["ETag"]
    asked = call("officer", "POST", f"{path}/queries", etag=etag, json={"question": "Where was it filled?", "item": 1})
    assert asked.status_code == 201 and asked.json["declaration"]["status"] == "queried", asked.text
    seen = call("trader", "GET", f"{path}/queries")
    assert seen.json["items"][0]["status"] == "open" and "asked_by" not in seen.json["items"][0]
    answer = f"{path}/queries/{asked.json['query']['id']}/answer"
    done = call("trader", "POST", answer, etag=seen.headers["ETag"], json={"answer": "In Samarkand."})
    assert done.status_code == 200 and done.json["declaration"]["status"] == "selected", done.text
    assert "lane" not in done.json["declaration"]
    return done.headers["ETag"]


def paid_in_part(call, path, total):
    """Ten thousand by a receipt that the officer confirms, the rest from the account: then the goods go."""
    receipt = {
        "method": "receipt",
        "amount": "10000.00",
        "bank": "Amonatbonk",
        "receipt": "R-100",
        "paid_on": "2026-11-22",
    }
    claimed = call("trader", "POST", f"{path}/payments", json=receipt)
    assert claimed.status_code == 201 and claimed.json["payment"]["status"] == "claimed", claimed.text
    assert (claimed.json["standing"]["claimed"], claimed.json["standing"]["due"]) == ("10000.00", total)
    twice = call("trader", "POST", f"{path}/payments", json=receipt)
    assert (twice.status_code, twice.json["errors"][0]["pointer"]) == (409, "/receipt"), twice.text
    waiting = [p["id"] for p in call("officer", "GET", "/payments").json["items"]]
    payment = f"/payments/{claimed.json['payment']['id']}"
    assert claimed.json["payment"]["id"] in waiting
    assert call("trader", "POST", f"{payment}/confirmation").status_code == 403
    confirmed = call("officer", "POST", f"{payment}/confirmation")
    assert confirmed.status_code == 200 and confirmed.json["payment"]["number"], confirmed.text
    due = Decimal(total) - 10000
    assert Decimal(confirmed.json["standing"]["due"]) == due
    assert confirmed.json["declaration"]["status"] == "assessed"

    before = Decimal(call("trader", "GET", ACCOUNT).json["balance"])
    rest = call("trader", "POST", f"{path}/payments", json={"method": "account"})
    assert rest.status_code == 201 and Decimal(rest.json["payment"]["amount"]) == due, rest.text
    assert rest.json["declaration"]["status"] == "released"
    account = call("trader", "GET", ACCOUNT).json
    assert Decimal(account["balance"]) == before - due
    assert Decimal(account["statement"]["items"][0]["change"]) == -due


def amended(call, path, body, etag, first):
    """The beer was dearer on paper than it is: two officials agree, and what was paid too much goes back."""
    cheaper = {**beer_and_trousers("8000.00"), **{n: body[n] for n in ("local_reference", "transport", "documents")}}
    cheaper["invoice"] = {**body["invoice"], "total": "17200.00"}
    wanted = {"reason": "The invoice was corrected.", "declaration": cheaper}
    asked = call("trader", "POST", f"{path}/amendments", etag=etag, json=wanted)
    assert asked.status_code == 202, asked.text
    assert {(d["pointer"], d["box"], d["before"], d["after"]) for d in asked.json["differences"]} == {
        ("/invoice/total", "22", "18200.00", "17200.00"),
        ("/items/0/invoice_value", "42", "9000.00", "8000.00"),
    }
    one = f"{path}/amendments/{asked.json['amendment']['id']}"
    endorsed = call("officer", "POST", f"{one}/endorsement", etag=asked.headers["ETag"], json={})
    assert endorsed.status_code == 202, endorsed.text
    proposal = f"/proposals/{endorsed.json['proposal']['id']}"
    assert call("officer", "POST", f"{proposal}/approval", json={}).status_code == 403
    done = call("supervisor", "POST", f"{proposal}/approval", json={"reason": "seen"})
    assert done.status_code == 200 and done.json["declaration"]["status"] == "released", done.text

    second = call("trader", "GET", f"{path}/assessment").json
    figures.check(second)
    assert second["status"] == "final" and second["declared_version"] == 2
    freight = figures.share("1500.00", "8000.00", "17200.00")
    assert Decimal(second["items"][0]["customs_value"]) == (Decimal("8000.00") + freight) * Decimal("8.8038")
    over = Decimal(first["total"]) - Decimal(second["total"])
    assert over > 0 and Decimal(second["standing"]["overpaid"]) == over

    versions = call("trader", "GET", f"{path}/versions").json["items"]
    assert [(v["number"], v["reason"]) for v in versions] == [(1, None), (2, "The invoice was corrected.")]
    assert "made_by" not in versions[0]
    assert call("officer", "GET", f"{path}/versions").json["items"][0]["made_by"] == "trader"
    old = call("trader", "GET", f"{path}/versions/1").json["declaration"]
    assert old["items"][0]["invoice_value"] == "9000.00"
    told = call("trader", "GET", f"{path}/versions/2/differences").json["items"]
    assert [d["pointer"] for d in told] == ["/invoice/total", "/items/0/invoice_value"]
    refunded(call, path, over)


def refunded(call, path, over):
    refund = {"amount": f"{over:f}", "target": "account", "reason": "paid too much"}
    more = call("officer", "POST", f"{path}/refunds", json={**refund, "amount": f"{over + 1:f}"})
    assert more.status_code == 422, more.text
    proposed = call("officer", "POST", f"{path}/refunds", json=refund)
    assert proposed.status_code == 202, proposed.text
    proposal = f"/proposals/{proposed.json['proposal']['id']}"
    assert call("officer", "POST", f"{proposal}/approval", json={}).status_code == 403
    before = Decimal(call("trader", "GET", ACCOUNT).json["balance"])
    approved = call("supervisor", "POST", f"{proposal}/approval", json={"reason": "agreed"})
    assert approved.status_code == 200, approved.text
    money = call("trader", "GET", f"{path}/payments").json
    assert money["standing"]["overpaid"] == "0.00" and money["standing"]["due"] == "0.00"
    assert [(p["method"], p["status"]) for p in money["items"]] == [("receipt", "confirmed"), ("account", "confirmed")]
    assert [Decimal(r["amount"]) for r in money["refunds"]] == [over]
    assert Decimal(call("trader", "GET", ACCOUNT).json["balance"]) == before + over


def gone(call, path, body):
    etag = call("inspector", "GET", path).headers["ETag"]
    assert call("supervisor", "POST", f"{path}/permit", json={}).status_code == 201
    other = call("inspector", "POST", f"{path}/exit", etag=etag, json={"plate": "XX 99999"})
    assert other.status_code == 422 and other.json["errors"][0]["pointer"] == "/plate", other.text
    plate = body["transport"]["vehicle"]["plate"]
    left = call("inspector", "POST", f"{path}/exit", etag=etag, json={"plate": plate})
    assert left.status_code == 201 and left.json["declaration"]["status"] == "exited", left.text
    assert left.json["exit"]["items"] == [1, 2]
    told = call("trader", "GET", f"{path}/exit").json
    assert told["items_here"] == [] and told["items"][0]["whole"] is True and "by" not in told["items"][0]


def test_what_enters_a_warehouse_is_secured_and_freed_by_what_is_taken_out_of_it(call):
    """7000 is secured by a guarantee; 4071 takes it out in two parts, and the last one frees the security."""
    body = lives.due()
    body.update(declaration_type="IM", general_procedure="7", warehouse="TJ-WH-1")
    body["items"][0].update(procedure="7000")
    placed = call("trader", "POST", "/declarations", json=body)
    assert placed.status_code == 201, placed.text
    path = f"/declarations/{placed.json['reference']}"
    assessment = call("trader", "GET", f"{path}/assessment").json
    figures.check(assessment)
    assert {line["status"] for line in assessment["items"][0]["lines"]} == {"suspended"}
    paid = call("trader", "POST", f"{path}/payments", json={"method": "account"})
    assert paid.json["declaration"]["status"] == "assessed", "the fee is paid, the rest not secured"
    amount = assessment["suspended"]
    guarantee = {"method": "guarantee", "amount": amount, "reference": "GRN-7"}
    assert call("trader", "POST", f"{path}/securities", json=guarantee).status_code == 403
    secured = call("officer", "POST", f"{path}/securities", json=guarantee)
    assert secured.status_code == 201 and secured.json["declaration"]["status"] == "released", secured.text
    security = f"{path}/securities/{secured.json['security']['id']}/release"
    assert call("officer", "POST", security, json={"reason": "x"}).status_code == 409

    stock = call("trader", "GET", "/suspense").json["items"]
    assert [(s["mrn"], s["item"], s["left_net_kg"], s["left_packages"]) for s in stock] == [
        (placed.json["mrn"], 1, "2300.000", "120")
    ]
    assert call("trader2", "GET", "/suspense").json["items"] == []

    taken_out(call, placed.json["mrn"], net="800.000", packages=40)
    assert call("officer", "GET", "/suspense").json["items"][0]["left_net_kg"] == "1500.000"
    assert call("trader", "GET", f"{path}/payments").json["securities"][0]["released_at"] is None
    too_much = taken_out(call, placed.json["mrn"], net="1500.001", packages=80, status=422)
    assert too_much.json["errors"][0]["pointer"].startswith("/items/0/previous_documents/0")
    taken_out(call, placed.json["mrn"], net="1500.000", packages=80)
    assert call("trader", "GET", "/suspense").json["items"] == []
    money = call("trader", "GET", f"{path}/payments").json
    assert money["securities"][0]["released_at"] is not None
    assert (money["standing"]["suspended"], money["standing"]["secured"]) == ("0.00", "0.00")
    assert faults() == []


def test_what_is_taken_out_and_paid_by_standing_order_frees_the_security_at_once(call):
    """Lodged, paid and released in one transaction: what was written off in it counts already."""
    body = lives.due()
    body.update(declaration_type="IM", general_procedure="7", warehouse="TJ-WH-1")
    body["items"][0].update(procedure="7000")
    placed = call("trader", "POST", "/declarations", json=body)
    path = f"/declarations/{placed.json['reference']}"
    assert call("trader", "POST", f"{path}/payments", json={"method": "account"}).status_code == 201
    amount = call("trader", "GET", f"{path}/assessment").json["suspended"]
    secured = call("trader", "POST", f"{path}/securities", json={"method": "account", "amount": amount})
    assert secured.json["declaration"]["status"] == "released", secured.text
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, PARTY, True), by=trader())
    half = taken_out(call, placed.json["mrn"], net="1150.000", packages=60, paid=False)
    assert half.json["status"] == "released", half.text
    assert call("trader", "GET", f"{path}/payments").json["securities"][0]["released_at"] is None
    assert taken_out(call, placed.json["mrn"], net="1150.000", packages=60, paid=False).json["status"] == "released"
    assert call("trader", "GET", f"{path}/payments").json["securities"][0]["released_at"] is not None
    assert faults() == []


def taken_out(call, mrn, *, net, packages, status=201, paid=True):
    body = lives.due()
    body.update(warehouse="TJ-WH-1")
    body["items"][0].update(
        procedure="4071", net_kg=net, gross_kg=f"{Decimal(net) + 100:f}", invoice_value="3000.00",
        packages=[{"kind": "CT", "count": packages, "marks": "KOH"}],
        previous_documents=[{"type": "IM", "number": mrn, "item": 1}],
    )  # fmt: skip
    body["invoice"]["total"] = "3000.00"
    lodged = call("trader", "POST", "/declarations", json=body)
    assert lodged.status_code == status, lodged.text
    if status == 201 and paid:
        done = call("trader", "POST", f"/declarations/{lodged.json['mrn']}/payments", json={"method": "account"})
        assert done.json["declaration"]["status"] == "released", done.text
    return lodged


def test_what_cannot_be_calculated_is_neither_paid_nor_released(call):
    """No rate of the currency at all: the assessment is incomplete and holds the goods until it is entered."""
    body = lives.lane("yellow", lives.due())
    body["invoice"]["currency"] = "JPY"
    lodged = call("trader", "POST", "/declarations", json=body)
    assert lodged.status_code == 201, lodged.text
    assert lodged.json["assessment"] == {"currency": None, "total": None, "suspended": None, "status": "incomplete"}
    path = f"/declarations/{lodged.json['reference']}"
    seen = call("trader", "GET", f"{path}/assessment")
    assert seen.json["total"] is None and seen.json["incomplete"] is True and seen.json["number"] is None
    assert seen.json["warnings"][0]["pointer"] == "/invoice/currency"
    assert call("trader", "POST", f"{path}/payments", json={"method": "account"}).status_code == 409
    etag = lodged.headers["ETag"]
    cleared = call("officer", "POST", f"{path}/decision", etag=etag, json={"decision": "release", "reason": "agrees"})
    assert cleared.json["status"] == "assessed", cleared.text
    again = call("officer", "POST", f"{path}/assessment", etag=cleared.headers["ETag"], json={"reason": "still none"})
    assert again.status_code == 200 and again.json["total"] is None, again.text
    assert call("trader", "POST", f"{path}/assessment", etag=again.headers["ETag"], json={}).status_code == 403

    enter_rate("JPY", "0.0777")
    done = call(
        "officer", "POST", f"{path}/assessment", etag=again.headers["ETag"], json={"reason": "the rate is there"}
    )
    assert done.status_code == 200, done.text
    figures.check(done.json)
    assert done.json["standing"]["due"] == done.json["total"] and done.headers["ETag"] != again.headers["ETag"]
    paid = call("trader", "POST", f"{path}/payments", json={"method": "account"})
    assert paid.json["declaration"]["status"] == "released", paid.text


def enter_rate(currency, rate):
    """The administrator proposes it, a supervisor approves."""
    sheet = (
        "code,en,valid_from,source,verified,administration,currency,rate,units,period\n"
        f"TJ.{currency},Yen,2020-01-01,the bank,true,TJ,{currency},{rate},1,day\n"
    )
    with db.transaction() as session:
        proposal = code_lists.propose(session, "exchange_rate", sheet.encode(), "order 9", by=administrator())
    with db.transaction() as session:
        approving.approve(session, proposal.id, "read", by=supervisor())


def test_debts_are_listed_for_whom_they_concern(call):
    """Goods that went and then turned out to be dearer: the post and the firm see it, nobody else does."""
    case = lives.paid(lives.lodged(lives.due()))

    def dearer(body):
        body["items"][0]["invoice_value"] = body["invoice"]["total"] = "18400.00"

    assert call("officer", "GET", "/debts").json == {"items": [], "next": None}
    warehouses.amended(case, dearer)
    (debt,) = call("officer", "GET", "/debts").json["items"]
    due = call("officer", "GET", f"/declarations/{case.reference}/payments").json["standing"]["due"]
    assert Decimal(due) > 0 and debt.pop("since").endswith("Z") and debt.pop("plate")
    assert debt == {
        "reference": case.reference, "mrn": case.mrn, "post": "TJPPJ", "status": "released", "party": "TJ-510012345",
        "firm": "ҶДММ «Сомон»", "currency": "TJS", "due": due, "unsecured": "0.00", "calculated": True,
    }  # fmt: skip
    assert len(call("trader", "GET", "/debts").json["items"]) == 1
    for login in ("trader2", "officer.TJDUS"):
        assert call(login, "GET", "/debts").json["items"] == [], login
    assert call("officer", "GET", "/debts?after=x").status_code == 422
    paid = {"method": "receipt", "amount": due, "bank": "банк эсхата", "receipt": "№ 00-12"}
    made = call("officer", "POST", f"/declarations/{case.reference}/payments", json=paid)
    assert (made.json["payment"]["bank"], made.json["payment"]["receipt"]) == ("ESKHATA", "NO0012")
    assert call("officer", "GET", "/debts").json["items"] == []


def test_everything_wrong_with_a_receipt_is_told_at_once_at_its_field(call):
    path = f"/declarations/{lives.lodged(lives.due()).reference}/payments"

    def wrong(where, **body):
        refused = call("officer", "POST", where, json={"method": "receipt", **body})
        assert refused.status_code == 422, refused.text
        return {error["pointer"] for error in refused.json["errors"]}

    assert wrong(path) == {"/amount", "/bank", "/receipt"}
    assert wrong(path, amount="x", bank="B" * 81) == {"/amount", "/bank", "/receipt"}
    assert wrong(path, amount="1.00", bank="Pawnshop", receipt="-", paid_on="2199-12-31") == {
        "/bank",
        "/receipt",
        "/paid_on",
    }
    assert wrong(ACCOUNT + "/deposits") == {"/amount", "/bank", "/receipt"}


def test_calculated_anew_the_answer_is_the_new_assessment(call):
    lodged = call("trader", "POST", "/declarations", json=lives.lane("yellow", lives.due()))
    path, etag = f"/declarations/{lodged.json['reference']}", lodged.headers["ETag"]
    assert call("officer", "GET", f"{path}/assessment").json["number"] == 1
    for number in (2, 3):
        done = call("officer", "POST", f"{path}/assessment", etag=etag, json={"reason": "a rate was corrected"})
        assert done.status_code == 200 and done.json["number"] == number, done.text
        assert done.json == call("officer", "GET", f"{path}/assessment").json
        etag = done.headers["ETag"]
    assert faults() == []


def test_a_payment_that_was_taken_back_still_says_when_it_was_confirmed(call):
    case = lives.paid(lives.lodged(lives.due()))
    path = f"/declarations/{case.reference}/payments"
    [paid] = call("officer", "GET", path).json["items"]
    assert paid["status"] == "confirmed" and paid["confirmed_at"]
    reason = {"reason": "the note was false"}
    assert call("supervisor", "POST", f"/payments/{paid['id']}/cancellation", json=reason).status_code == 200
    [taken_back] = call("officer", "GET", path).json["items"]
    assert (taken_back["status"], taken_back["confirmed_at"]) == ("cancelled", paid["confirmed_at"])
    refused = call("supervisor", "POST", f"/declarations/{case.reference}/permit", json={})
    assert refused.status_code == 409 and refused.json["errors"][0]["rule"] == "release.unpaid"

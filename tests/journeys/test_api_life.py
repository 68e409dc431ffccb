"""The later life of a declaration through the API: announced and presented, asked, amended, released in part, papers,
templates, audits; and what a trader is not told."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest

from app.core import db
from app.payments import operations as payments
from app.payments.commands import SetStandingOrder
from tests.factories import declarations, lives, scans
from tests.factories.actors import PARTY, POST, trader


@pytest.fixture(autouse=True)
def alone(session):
    """No account pays by itself, unless a test says so."""
    lives.alone()


def paying_by_itself():
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, PARTY, True), by=trader())


def lodged(call, body, status=201):
    answer = call("trader", "POST", "/declarations", json=body)
    assert answer.status_code == status, answer.text
    return f"/declarations/{answer.json['reference']}", answer


def etag(call, path, login="officer"):
    return call(login, "GET", path).headers["ETag"]


# --- announced before the truck is there ------------------------------------------------------------------------------


def test_announced_presented_and_released(call):
    paying_by_itself()
    path, early = lodged(call, lives.early(lives.due()))
    assert early.json["status"] == "prelodged" and early.json["lodged_at"] is None
    assert early.json["assessment"]["status"] == "provisional"
    assert call("trader", "POST", f"{path}/presentation").status_code == 428
    assert call("trader", "POST", f"{path}/presentation", etag='"9"').status_code == 412
    filled = call("trader", "POST", f"{path}/presentation", etag=early.headers["ETag"], json={"plate": "x"})
    assert filled.status_code == 422 and filled.json["errors"][0]["pointer"] == "/plate"
    there = call("trader", "POST", f"{path}/presentation", etag=early.headers["ETag"])
    assert there.status_code == 200 and there.json["status"] == "released", there.text
    assert there.json["lodged_at"] and there.json["assessment"]["status"] == "final" and "lane" not in there.json
    again = call("officer", "POST", f"{path}/presentation", etag=there.headers["ETag"])
    assert again.status_code == 409


def test_what_is_announced_is_amended_and_taken_back_by_its_trader_alone(call):
    path, early = lodged(call, lives.early(lives.due()))
    body = call("trader", "GET", f"{path}/versions/1").json["declaration"]
    body["items"][0]["description"] = "Trousers of cotton, boys'"
    wanted = {"reason": "a slip", "declaration": body}
    done = call("trader", "POST", f"{path}/amendments", etag=early.headers["ETag"], json=wanted)
    assert done.status_code == 201 and done.json["amendment"]["status"] == "accepted", done.text
    assert done.json["differences"] == [
        {
            "pointer": "/items/0/description",
            "box": "31",
            "before": "Trousers of cotton, men's",
            "after": "Trousers of cotton, boys'",
        }
    ]
    gone = call("trader", "POST", f"{path}/invalidation", etag=done.headers["ETag"], json={"reason": "no truck"})
    assert gone.status_code == 200 and gone.json["declaration"]["status"] == "invalidated", gone.text


# --- asked, amended, rejected -----------------------------------------------------------------------------------------


def test_a_question_is_withdrawn_and_a_wrong_one_refused(call):
    path, first = lodged(call, lives.lane("yellow", lives.due()))
    for wrong, pointer in (
        ({"question": " "}, "/question"),
        ({"question": "a", "item": 7}, "/item"),
        ({"question": "a", "deadline": "2001-01-01T00:00:00Z"}, "/deadline"),
        ({"question": "a", "deadline": "soon"}, "/deadline"),
        ({"question": "a", "lane": "red"}, "/lane"),
    ):
        refused = call("officer", "POST", f"{path}/queries", etag=first.headers["ETag"], json=wrong)
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer), refused.text
    asked = call("officer", "POST", f"{path}/queries", etag=first.headers["ETag"], json={"question": "Whose?"})
    one = f"{path}/queries/{asked.json['query']['id']}"
    early = call("officer", "POST", f"{one}/answer", etag=asked.headers["ETag"], json={"answer": "mine"})
    assert early.status_code == 403
    back = call("officer", "POST", f"{one}/withdrawal", etag=asked.headers["ETag"], json={"reason": "seen it"})
    assert back.status_code == 200 and back.json["declaration"]["status"] == "selected", back.text
    assert back.json["query"]["withdrawn_reason"] == "seen it"
    told = call("trader", "GET", f"{path}/queries").json["items"][0]
    assert told["status"] == "withdrawn" and not {"withdrawn_reason", "withdrawn_by", "asked_by"} & told.keys()
    assert call("trader", "POST", f"{one}/answer", etag=back.headers["ETag"], json={"answer": "a"}).status_code == 409


def test_an_amendment_while_the_goods_are_held_takes_an_official(call):
    path, first = lodged(call, lives.lane("yellow", lives.due()))
    body = call("trader", "GET", f"{path}/versions/1").json["declaration"]
    cheaper = {**body, "invoice": {**body["invoice"], "total": "8200.00"}}
    cheaper["items"] = [{**body["items"][0], "invoice_value": "8200.00"}]
    wrong = {**cheaper, "items": [{**cheaper["items"][0], "gross_kg": "-1"}]}
    refused = call(
        "trader", "POST", f"{path}/amendments", etag=first.headers["ETag"], json={"reason": "a", "declaration": wrong}
    )
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/declaration/items/0/gross_kg")
    moved = call(
        "trader", "POST", f"{path}/amendments", etag=first.headers["ETag"],
        json={"reason": "a", "declaration": {**cheaper, "declarant": {**body["declarant"], "name": "Another"}}},
    )  # fmt: skip
    assert moved.json["errors"][0]["pointer"] == "/declaration/declarant/name", moved.text
    extra = call("trader", "POST", f"{path}/amendments", etag=first.headers["ETag"], json={**wrong})
    assert extra.status_code == 422 and "/items" in {e["pointer"] for e in extra.json["errors"]}

    wanted = {"reason": "a discount", "declaration": cheaper}
    asked = call("trader", "POST", f"{path}/amendments", etag=first.headers["ETag"], json=wanted)
    assert asked.status_code == 202 and asked.json["amendment"]["status"] == "requested", asked.text
    waiting = call("officer", "GET", "/amendments").json["items"]
    assert [w["reference"] for w in waiting] == [path.split("/")[-1]]
    one = f"{path}/amendments/{asked.json['amendment']['id']}"
    assert [d["pointer"] for d in call("officer", "GET", one).json["differences"]] == [
        "/invoice/total", "/items/0/invoice_value",
    ]  # fmt: skip
    assert call("trader", "POST", f"{one}/acceptance", etag=asked.headers["ETag"], json={}).status_code == 403
    before = call("trader", "GET", path).json["assessment"]["total"]
    done = call("officer", "POST", f"{one}/acceptance", etag=asked.headers["ETag"], json={})
    assert done.status_code == 200 and done.json["amendment"]["status"] == "accepted", done.text
    assert Decimal(call("trader", "GET", path).json["assessment"]["total"]) < Decimal(before)
    again = call("officer", "POST", f"{one}/rejection", etag=done.headers["ETag"], json={"reason": "late"})
    assert again.status_code == 409


def test_a_rejected_request_changes_nothing_and_says_why(call):
    path, first = lodged(call, lives.lane("yellow", lives.due()))
    asked = call("trader", "POST", f"{path}/invalidation", etag=first.headers["ETag"], json={"reason": "other truck"})
    assert asked.status_code == 202 and asked.json["declaration"]["status"] == "selected", asked.text
    one = f"{path}/amendments/{asked.json['amendment']['id']}"
    silent = call("officer", "POST", f"{one}/rejection", etag=asked.headers["ETag"], json={})
    assert (silent.status_code, silent.json["errors"][0]["pointer"]) == (422, "/reason")
    no = call("officer", "POST", f"{one}/rejection", etag=asked.headers["ETag"], json={"reason": "the truck is here"})
    assert no.status_code == 200 and no.json["declaration"]["status"] == "selected"
    told = call("trader", "GET", f"{path}/amendments").json["items"]
    assert [(t["status"], t["reason"], t["decided_reason"]) for t in told] == [
        ("rejected", "other truck", "the truck is here")
    ]
    assert not {"decided_by", "requested_by", "stage"} & told[0].keys()


def test_an_officer_rejects_and_a_supervisor_records_a_destruction(call):
    path, first = lodged(call, lives.lane("yellow", lives.due()))
    gone = call("officer", "POST", f"{path}/rejection", etag=first.headers["ETag"], json={"reason": "no such goods"})
    assert gone.status_code == 200 and gone.json["status"] == "rejected", gone.text
    assert gone.json["assessment"]["total"] == "0.00"

    path, held = lodged(call, lives.lane("yellow", lives.due()))
    detained = call(
        "officer", "POST", f"{path}/decision", etag=held.headers["ETag"], json={"decision": "hold", "reason": "rotten"}
    )
    note = {
        "reason": "rotten",
        "note": "burnt in the kiln",
        "commission": [{"name": "A. Karimov", "post": "head of shift"}, {"name": "B. Saidov"}],
        "witness": "C. Nazarov",
    }
    assert call("officer", "POST", f"{path}/destruction", etag=detained.headers["ETag"], json=note).status_code == 403
    burnt = call("supervisor", "POST", f"{path}/destruction", etag=detained.headers["ETag"], json=note)
    assert burnt.status_code == 200 and burnt.json["status"] == "destroyed", burnt.text
    act = call("supervisor", "GET", f"{path}/ends").json["items"][0]
    assert (act["kind"], act["witness"], len(act["commission"])) == ("destruction", "C. Nazarov", 2)


# --- versions ---------------------------------------------------------------------------------------------------------


def test_versions_that_are_not_there(call):
    path, _answer = lodged(call, lives.due())
    assert call("trader", "GET", f"{path}/versions/1/differences").json["items"] == []
    for number in ("0", "2", "-1", "x", "99999999999999999999", "١"):
        assert call("trader", "GET", f"{path}/versions/{number}").status_code == 404
        assert call("trader", "GET", f"{path}/versions/{number}/differences").status_code == 404


def test_a_trader_is_not_told_why_an_official_amended_nor_that_he_was_audited(call):
    """Names, lanes and reasons of officials are theirs; what is declared now is the trader's to see."""
    paying_by_itself()
    path, blue = lodged(call, lives.lane("blue", lives.due()))
    assert blue.json["status"] == "released"
    waiting = call("officer", "GET", "/audits").json["items"]
    assert [w["reference"] for w in waiting] == [blue.json["reference"]]
    assert call("trader", "GET", "/audits").status_code == 403
    words = {"outcome": "conform", "summary": "papers agree"}
    done = call("officer", "POST", f"{path}/audit", etag=etag(call, path), json=words)
    assert done.status_code == 201 and done.json["audit"]["outcome"] == "conform", done.text
    assert call("officer", "GET", "/audits").json["items"] == []

    body = call("officer", "GET", f"{path}/versions/1").json["declaration"]
    body["items"][0]["description"] = "Trousers, denim"
    asked = call(
        "officer", "POST", f"{path}/amendments", etag=done.headers["ETag"],
        json={"reason": "what a tip said", "declaration": body},
    )  # fmt: skip
    assert asked.status_code == 202, asked.text
    assert call("trader", "GET", f"{path}/amendments").json["items"] == []
    one = f"{path}/amendments/{asked.json['amendment']['id']}"
    assert call("trader", "GET", one).status_code == 404
    approved = call("supervisor", "POST", f"/proposals/{asked.json['proposal']['id']}/approval", json={})
    assert approved.status_code == 200, approved.text
    for place in ("", "/versions", "/versions/2", "/amendments", "/history", "/assessment", "/payments", "/exit"):
        text = call("trader", "GET", f"{path}{place}").text
        assert not re.search(r'a tip said|"lane"|audited|Officer|Supervisor|proposed|endorsed|"made_by"|blue"', text), (
            place,
            text,
        )
    assert call("trader", "GET", f"{path}/versions/2").json["version"]["made_as"] == "official"
    stale = call("trader", "POST", f"{path}/amendments", etag='"1"', json={"reason": "a", "declaration": body})
    assert stale.status_code == 412 and "changed" not in stale.json, "who changed what is not told to traders"


def test_a_release_before_the_money_says_what_is_owed(call):
    path, first = lodged(call, lives.lane("yellow", lives.due()))
    release = {"decision": "release", "reason": "agrees"}
    cleared = call("officer", "POST", f"{path}/decision", etag=first.headers["ETag"], json=release)
    assert cleared.json["status"] == "assessed", cleared.text
    again = call("officer", "POST", f"{path}/decision", etag=cleared.headers["ETag"], json=release)
    due = call("officer", "GET", f"{path}/payments").json["standing"]["due"]
    assert again.status_code == 409 and again.json["errors"][0]["rule"] == "release.unpaid"
    assert f"{due} TJS are still to be paid" in again.json["detail"] and "assess" not in again.json["detail"]
    corrected = {**release, "decision": "release-with-correction"}
    other = call("officer", "POST", f"{path}/decision", etag=cleared.headers["ETag"], json=corrected)
    assert other.status_code == 409 and "release-with-correction" in other.text


# --- part by part -----------------------------------------------------------------------------------------------------


def test_items_go_one_after_the_other(call):
    path, first = lodged(call, lives.lane("yellow", lives.due(2)))
    part = {"items": [2], "reason": "the rest is looked at"}
    unpaid = call("officer", "POST", f"{path}/partial-release", etag=first.headers["ETag"], json=part)
    assert unpaid.status_code == 409 and "still to be paid" in unpaid.text
    assert call("trader", "POST", f"{path}/payments", json={"method": "account"}).status_code == 201
    done = call("officer", "POST", f"{path}/partial-release", etag=etag(call, path), json=part)
    assert done.status_code == 200 and done.json["items_left"] == [1], done.text
    plate = call("officer", "GET", path).json["transport"]["vehicle"]["plate"]
    early = call("officer", "POST", f"{path}/exit", etag=done.headers["ETag"], json={"plate": plate, "items": [1]})
    assert (early.status_code, early.json["errors"][0]["pointer"]) == (422, "/items")
    assert call("supervisor", "POST", f"{path}/permit", json={}).json["items"] == [2]
    gone = call("officer", "POST", f"{path}/exit", etag=done.headers["ETag"], json={"plate": plate, "items": [2]})
    assert gone.status_code == 201 and gone.json["declaration"]["status"] == "partly_released", gone.text
    rest = call(
        "officer", "POST", f"{path}/partial-release", etag=gone.headers["ETag"], json={"items": [1], "reason": "fine"}
    )
    assert rest.json["declaration"]["status"] == "released", rest.text
    assert call("supervisor", "POST", f"{path}/permit", json={}).json["items"] == [1]
    sealed = {"plate": plate, "seals": ["S-1"]}
    other = call("officer", "POST", f"{path}/exit", etag=rest.headers["ETag"], json=sealed)
    assert (other.status_code, other.json["errors"][0]["pointer"]) == (422, "/seals")
    last = call("officer", "POST", f"{path}/exit", etag=rest.headers["ETag"], json={**sealed, "remark": "sealed by us"})
    assert last.json["declaration"]["status"] == "exited", last.text
    assert [e["items"] for e in call("trader", "GET", f"{path}/exit").json["items"]] == [[2], [1]]


# --- papers -----------------------------------------------------------------------------------------------------------


def test_a_scan_is_uploaded_named_and_handed_out_to_be_saved(call):
    png = scans.picture("PNG")
    raw = call("trader", "POST", "/attachments?name=cmr.png", data=png, content_type="image/png")
    assert raw.status_code == 201 and raw.json["media_type"] == "image/png", raw.text
    form = call("trader", "POST", "/attachments", data={"file": (io.BytesIO(png), "cmr.png")})
    assert form.status_code == 201 and form.json["sha256"] == raw.json["sha256"], form.text
    body = lives.lane("yellow", lives.due())
    body["documents"][1]["attachment"] = raw.json["id"]
    path, _first = lodged(call, body)
    papers = call("officer", "GET", f"{path}/documents").json["items"]
    named = next(p for p in papers if p["number"] == "CMR-1")
    assert named["attachment"]["sha256"] == raw.json["sha256"] and named["presented"] is None
    file = call("officer", "GET", named["attachment"]["href"].removeprefix("/api/v1"))
    assert file.data == png
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert call("trader2", "GET", f"{path}/documents/{raw.json['id']}/file").status_code == 404
    assert call("officer", "GET", f"{path}/documents/{form.json['id']}/file").status_code == 404, "not named by it"

    later = {"type": "851", "number": "PH-1", "item": 1, "attachment": form.json["id"]}
    added = call("trader", "POST", f"{path}/documents", etag=etag(call, path), json=later)
    assert added.status_code == 201 and added.json["document"]["presented"]["role"] == "trader", added.text
    assert "by" not in added.json["document"]["presented"]
    assert call("officer", "GET", f"{path}/documents/{form.json['id']}/file").data == png
    papers = call("officer", "GET", f"{path}/documents").json["items"]
    assert [p["number"] for p in papers if p["presented"]] == ["PH-1"]


def test_what_is_no_scan_is_refused_clearly(call):
    png = scans.picture("PNG")
    refused = {
        415: call("trader", "POST", "/attachments", json={"file": "x"}),
        413: call("trader", "POST", "/attachments", data=png + b"\0" * 10_600_000, content_type="image/png"),
        422: call("trader", "POST", "/attachments", data=b"<svg/>", content_type="image/png"),
        403: call("trader", "POST", "/attachments?party=TJ-510067890", data=png, content_type="image/png"),
    }
    assert {status: answer.status_code for status, answer in refused.items()} == {s: s for s in refused}
    assert refused[422].json["errors"][0]["pointer"] == "/file"
    for data in ({}, {"a": (io.BytesIO(png), "a.png"), "b": (io.BytesIO(png), "b.png")}):
        several = call("trader", "POST", "/attachments", data=data, content_type="multipart/form-data")
        assert several.status_code == 422, several.text
    nobody = call("officer", "POST", "/attachments", data=png, content_type="image/png")
    assert (nobody.status_code, nobody.json["errors"][0]["pointer"]) == (422, "/party")
    key = "the-same-key"
    first = call("trader", "POST", "/attachments", key=key, data=png, content_type="image/png")
    assert call("trader", "POST", "/attachments", key=key, data=png, content_type="image/png").json == first.json
    other = call("trader", "POST", "/attachments", key=key, data=scans.picture("JPEG"), content_type="image/jpeg")
    assert other.status_code == 422 and other.json["code"] == "idempotency-key-reused"


def told(answer):
    return {warning["rule"] for warning in answer.json["warnings"]}


def test_a_missing_permit_handed_in_later_lets_the_goods_go(call):
    path, first = lodged(call, declarations.uncertified())
    release = {"decision": "release", "reason": "looked at"}
    assert "controlled.phytosanitary" in told(first) and "controlled.phytosanitary" in told(call("trader", "GET", path))
    assert call("officer", "POST", f"{path}/decision", etag=first.headers["ETag"], json=release).status_code == 409
    paper = {"type": "851", "number": "PH-9", "item": 1, "date": "2026-11-01"}
    added = call("trader", "POST", f"{path}/documents", etag=first.headers["ETag"], json=paper)
    assert added.status_code == 201, added.text
    for who in ("trader", "officer"):
        assert "controlled.phytosanitary" not in told(call(who, "GET", path)), "it is there now"
    done = call("officer", "POST", f"{path}/decision", etag=added.headers["ETag"], json=release)
    assert done.status_code == 200 and done.json["status"] == "assessed", done.text


# --- to begin with ----------------------------------------------------------------------------------------------------


def test_copies_and_templates(call):
    path, first = lodged(call, lives.due())
    copied = call("trader", "POST", f"{path}/copy")
    assert copied.status_code == 201 and copied.json["status"] == "draft", copied.text
    assert copied.json["reference"] != first.json["reference"] and "local_reference" not in copied.json
    assert call("officer", "POST", f"{path}/copy").status_code == 403
    assert call("trader2", "POST", f"{path}/copy").status_code == 404

    words = {"name": "Trousers from Kabul", "declaration": lives.due()}
    made = call("trader", "POST", "/templates", json=words)
    assert made.status_code == 201, made.text
    assert call("trader", "POST", "/templates", json=words).json["errors"][0]["pointer"] == "/name"
    bad = call("trader", "POST", "/templates", json={"name": "b", "declaration": {"items": ["a\u0000"]}})
    assert (bad.status_code, bad.json["errors"][0]["pointer"]) == (422, "/declaration/items/0")
    one = f"/templates/{made.json['id']}"
    assert [t["name"] for t in call("trader", "GET", "/templates").json["items"]] == ["Trousers from Kabul"]
    assert call("trader2", "GET", "/templates").json["items"] == []
    assert call("trader2", "GET", one).status_code == 404
    begun = call("trader", "POST", f"{one}/draft")
    assert begun.status_code == 201 and begun.json["items"][0]["commodity"] == "620342", begun.text
    assert call("trader", "DELETE", one).status_code == 204
    assert call("trader", "POST", f"{one}/draft").status_code == 404


def test_the_outlook_of_a_draft(call):
    whole = call("trader", "POST", "/declarations?draft=true", json=lives.due())
    path = f"/declarations/{whole.json['reference']}"
    outlook = call("trader", "GET", f"{path}/assessment")
    assert outlook.status_code == 200 and outlook.json["status"] == "provisional", outlook.text
    assert outlook.json["number"] is None and Decimal(outlook.json["total"]) > 0
    part = call("trader", "POST", "/declarations?draft=true", json={"post": POST})
    early = call("trader", "GET", f"/declarations/{part.json['reference']}/assessment")
    assert early.status_code == 409 and "/invoice" in {e["pointer"] for e in early.json["errors"]}
    assert call("trader", "GET", f"{path}/documents").status_code == 409


def test_certificates_are_refused_withdrawn_and_seen_by_their_firm(call):
    words = {
        "post": POST, "number": "EX-1", "issuer": "Ministry", "source": "decree", "holder": PARTY, "measure": "net_kg",
        "granted": "10.000", "valid_from": "2020-01-01", "valid_to": "2099-12-31",
    }  # fmt: skip
    days = {**words, "valid_to": "2019-01-01"}
    assert call("officer", "POST", "/exemptions", json=days).json["errors"][0]["pointer"] == "/valid_to"
    one = f"/exemptions/{call('officer', 'POST', '/exemptions', json=words).json['id']}"
    two = f"/exemptions/{call('officer', 'POST', '/exemptions', json={**words, 'number': 'EX-2'}).json['id']}"
    assert call("officer", "POST", "/exemptions", json=words).status_code == 422
    assert call("supervisor", "POST", f"{one}/refusal", json={}).json["errors"][0]["pointer"] == "/reason"
    assert call("supervisor", "POST", f"{one}/refusal", json={"reason": "forged"}).json["status"] == "refused"
    assert call("supervisor", "POST", f"{one}/approval", json={}).status_code == 409
    assert call("supervisor", "POST", f"{two}/approval", json={}).json["status"] == "in_force"
    assert call("supervisor", "POST", f"{two}/withdrawal", json={"reason": "over"}).json["status"] == "withdrawn"
    page = call("trader", "GET", "/exemptions?limit=1").json
    assert [c["number"] for c in page["items"]] == ["EX-2"] and page["next"]
    rest = call("trader", "GET", f"/exemptions?limit=1&after={page['next']}").json
    assert [c["number"] for c in rest["items"]] == ["EX-1"] and rest["next"] is None
    assert call("trader2", "GET", "/exemptions").json["items"] == [] and call("trader2", "GET", one).status_code == 404


def test_a_certificate_that_is_named_and_frees_nothing_is_told_to_who_lodges(call):
    words = {
        "post": POST, "number": "EX-1", "issuer": "Ministry", "source": "decree", "holder": PARTY, "measure": "value",
        "granted": "10.000", "valid_from": "2020-01-01", "valid_to": "2099-12-31",
    }  # fmt: skip
    refused = call("officer", "POST", "/exemptions", json=words)
    assert [e["pointer"] for e in refused.json["errors"]] == ["/currency"]
    made = call("officer", "POST", "/exemptions", json={**words, "currency": "USD"})
    assert made.json["currency"] == "USD" and made.json["status"] == "waiting"
    body = lives.due()
    body["items"][0]["documents"].append({"type": "911", "number": "EX-1"})
    answer = call("trader", "POST", "/declarations", json=body)
    (said,) = [w for w in answer.json["warnings"] if w["rule"] == "exemption.not-granted"]
    assert said["pointer"] == "/items/0/documents/1" and "not put it in force" in said["message"]
    due = call("trader", "GET", f"/declarations/{answer.json['reference']}/assessment")
    assert said["rule"] in [w["rule"] for w in due.json["warnings"]]


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_how_many_statements_a_declaration_costs(call, statements):
    """Whatever is declared, however many items."""
    paying_by_itself()
    path = lodged(call, lives.due())[0]
    counts = {}
    for items in (1, 5):
        call("trader", "GET", path)  # the token is known for the next seconds, the codes are read
        del statements[:]
        path, _answer = lodged(call, lives.due(items))
        counts["POST", items] = len(statements)
        del statements[:]
        call("trader", "GET", path)
        counts["GET", items] = len(statements)
    assert counts == {("POST", 1): 11, ("GET", 1): 8, ("POST", 5): 11, ("GET", 5): 8}

"""The API as a program uses it: from lodging to a verified permit, and every refusal on the way."""

from __future__ import annotations

import base64

import pytest

from app.core import db
from app.core.actors import SYSTEM
from app.risk.operations import set_random_share
from tests.factories import declarations


@pytest.fixture(autouse=True)
def no_chance(session):
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)


def test_from_lodging_to_a_verified_permit(call):
    lodged = call("trader", "POST", "/declarations", json=declarations.red())
    assert lodged.status_code == 201, lodged.text
    assert lodged.json["status"] == "selected" and "lane" not in lodged.json
    path = f"/declarations/{lodged.json['mrn']}"
    seen = call("officer", "GET", path)
    assert seen.json["lane"] == "red"
    assert [r["code"] for r in call("officer", "GET", path + "/lane").json["reasons"]] == ["precursors"]
    early = call("officer", "POST", path + "/decision", etag=seen.headers["ETag"], json={"decision": "release", "reason": "in a hurry"})
    assert early.status_code == 409
    found = call("inspector", "POST", path + "/inspection/findings", etag=seen.headers["ETag"], json={"control": "40", "conform": True, "found": "as declared", "item": 1})
    assert found.status_code == 201, found.text
    stale = call("inspector", "POST", path + "/inspection/conclusion", etag=seen.headers["ETag"], json={"conclusion": "conform", "summary": "fine"})
    assert stale.status_code == 412 and stale.json["changed"]["by"] == "inspector"
    concluded = call("inspector", "POST", path + "/inspection/conclusion", etag=found.headers["ETag"], json={"conclusion": "conform", "summary": "fine"})
    assert concluded.status_code == 200, concluded.text
    decided = call("officer", "POST", path + "/decision", etag=concluded.headers["ETag"], json={"decision": "release", "reason": "conform"})
    assert decided.status_code == 200 and decided.json["status"] == "released"
    issued = call("supervisor", "POST", path + "/permit", json={"languages": ["en", "fa"]})
    assert issued.status_code == 201, issued.text
    pdf = call("trader", "GET", f"/permits/{issued.json['number']}.pdf")
    assert pdf.data.startswith(b"%PDF")
    verdict = call(None, "POST", "/verify", key=False, data=pdf.data, content_type="application/pdf")
    assert verdict.json["valid"] is True and verdict.json["claims"]["mrn"] == lodged.json["mrn"]
    copy = call("supervisor", "POST", f"/permits/{issued.json['number']}/prints", json={"reason": "the driver lost it", "languages": ["ru", "tg"]})
    assert copy.status_code == 201 and copy.json["copy"] == 1
    assert call(None, "POST", "/verify", key=False, data=base64.b64decode(copy.json["pdf_base64"]), content_type="application/pdf").json["valid"]


def test_the_same_key_gets_the_stored_answer(call):
    body = declarations.words()
    first = call("trader", "POST", "/declarations", key="k1", json=body)
    again = call("trader", "POST", "/declarations", key="k1", json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data and again.headers["ETag"] == first.headers["ETag"]
    other = call("trader", "POST", "/declarations", key="k1", json=declarations.words())
    assert other.status_code == 422 and other.json["code"] == "idempotency-key-reused"
    assert call("trader", "POST", "/declarations", key=False, json=body).status_code == 400


def test_lowering_a_lane_takes_two_persons(call):
    lodged = call("trader", "POST", "/declarations", json=declarations.red())
    path = f"/declarations/{lodged.json['reference']}"
    etag = call("officer", "GET", path).headers["ETag"]
    proposed = call("supervisor", "POST", path + "/lane", etag=etag, json={"lane": "green", "reason": "known firm"})
    assert proposed.status_code == 202
    identifier = proposed.json["proposal"]["id"]
    assert call("supervisor", "POST", f"/proposals/{identifier}/approval", json={}).status_code == 403
    assert call("officer2", "POST", f"/proposals/{identifier}/approval", json={}).status_code == 403
    done = call("supervisor2", "POST", f"/proposals/{identifier}/approval", json={"reason": "agreed"})
    assert done.status_code == 200, done.text
    assert done.json["declaration"]["status"] == "released"


def test_drafts_are_kept_changed_and_lodged(call):
    body = declarations.words()
    del body["invoice"]
    kept = call("trader", "POST", "/declarations?draft=true", json=body)
    assert kept.status_code == 201 and kept.json["status"] == "draft"
    assert "/invoice" in [w["pointer"] for w in kept.json["warnings"]]
    path = f"/declarations/{kept.json['reference']}"
    assert call("officer", "GET", path).status_code == 404
    refused = call("trader", "POST", path + "/submission", etag=kept.headers["ETag"])
    assert refused.status_code == 422
    full = {**body, "invoice": declarations.words()["invoice"]}
    assert call("trader", "PUT", path, json=full).status_code == 428
    put = call("trader", "PUT", path, etag=kept.headers["ETag"], json=full)
    assert put.status_code == 200 and put.headers["ETag"] != kept.headers["ETag"]
    lodged = call("trader", "POST", path + "/submission", etag=put.headers["ETag"])
    assert lodged.status_code == 201, lodged.text
    assert lodged.json["status"] == "released"
    assert call("trader2", "GET", path).status_code == 404

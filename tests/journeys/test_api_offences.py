"""From the order to the seizure record, the printed act and the appeal through the API, each by another person; and what a
trader is told."""

from __future__ import annotations

import base64
import io

import pypdf
import pytest

from tests.factories import cases, declarations, scans

RECORD = {
    "circumstances": "The dog showed it behind the rear panel",
    "hidden": "behind the rear panel",
    "pieces": [
        {"kind": "narcotics", "description": "Opium, brown", "quantity": "4250.5", "unit": "GRM", "packages": 6,
         "packaging": "taped bundles", "value": "38000.00", "currency": "TJS"},
        {"kind": "cash", "description": "Notes of 100", "quantity": "12400", "unit": "USD"},
    ],
    "persons": [{"full_name": "Karim Rahimov", "role": "driver", "document": "AF P 1", "nationality": "AF",
                 "explanation": "knew nothing", "signs": False, "remark": "refuses"}],
    "vehicle": {"plate": "KBL 4821", "country": "AF"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def etag(call, path):
    return call("officer", "GET", path).headers["ETag"]


def red(call):
    lodged = call("trader", "POST", "/declarations", json=declarations.red())
    assert lodged.status_code == 201, lodged.text
    return f"/declarations/{lodged.json['reference']}"


def seized(call):
    """Inspected and written down by one person, decided by another; gives the declaration, the record and its number."""
    path = red(call)
    look = f"{path}/inspection"
    assert call("inspector", "GET", look).json["items"][0]["status"] == "ordered"
    found = {"control": "40", "item": 1, "conform": False, "kind": "prohibited", "found": "opium behind the panel"}
    assert call("inspector", "POST", f"{look}/findings", etag=etag(call, path), json=found).status_code == 201
    said = {"conclusion": "offence", "summary": "opium", "recommendation": "seize"}
    assert call("inspector", "POST", f"{look}/conclusion", etag=etag(call, path), json=said).status_code == 200
    act = call("inspector", "GET", look).json["items"][0]
    record = call(
        "inspector", "POST", f"{path}/seizures", etag=etag(call, path), json={**RECORD, "inspection": act["id"]}
    )
    assert record.status_code == 201, record.text
    number, which = record.json["number"], f"{path}/seizures/{record.json['id']}"
    assert [p["evidence"] for p in record.json["pieces"]] == [f"{number}/01", f"{number}/02"]
    jpeg = {"data": scans.picture("JPEG"), "headers": {"Content-Type": "image/jpeg"}}
    photo = call("inspector", "POST", f"{which}/photos?serial=1&caption=bundles", **jpeg)
    assert photo.status_code == 201, photo.text
    image = call("officer", "GET", f"{which}/photos/{photo.json['id']}")
    assert image.status_code == 200 and image.data[:2] == b"\xff\xd8"

    offered = call("officer", "GET", f"{path}/decision").json
    assert (offered["recommended"]["decision"], offered["recommended"]["act"]) == ("seize", act["number"])
    decided = call(
        "officer",
        "POST",
        f"{path}/decision",
        etag=etag(call, path),
        json={"decision": "seize", "reason": "opium found"},
    )
    assert decided.status_code == 200 and decided.json["status"] == "seized", decided.text
    return path, which, number


def test_from_the_order_to_the_printed_record_by_three_persons(call):
    path, which, number = seized(call)
    hand = {"to_holder": "Drug Control Agency", "receipt": "DCA-77", "serials": [1]}
    link = call("inspector", "POST", f"{which}/handovers", json=hand)
    assert link.status_code == 201 and link.json["from"] == "TJPPJ"
    confirm = f"{which}/handovers/1/confirmation"
    assert call("inspector", "POST", confirm).status_code == 403
    assert call("officer", "POST", confirm).json["received_by"]

    ask = {"kind": "seizure-record", "languages": ["en", "fa_AF"]}
    printed = call("supervisor", "POST", f"{path}/papers", json=ask)
    assert printed.status_code in (200, 201), printed.text
    words = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed.json["pdf_base64"]))).pages[0].extract_text()
    assert number in words and "Opium, brown" in words and "Karim Rahimov" in words
    again = call("supervisor", "POST", f"{path}/papers", json={**ask, "reason": "file"})
    assert again.json["number"] == printed.json["number"] == number and again.json["copy"] == 1
    piece = {**RECORD["pieces"][0], "quantity": "4199.000", "reason": "weighed again"}
    assert call("inspector", "POST", f"{which}/pieces/1/corrections", json=piece).json["revision"] == 2
    newer = call("supervisor", "POST", f"{path}/papers", json=ask)
    assert (newer.json["number"], newer.json["copy"]) == (f"{number}-2", 0), "what was added is a paper of its own"
    notice = call("trader", "POST", f"{path}/papers", json={"kind": "decision-notice", "languages": ["tg", "en"]})
    assert notice.status_code in (200, 201), notice.text


def test_what_the_firm_is_told_and_its_appeal(call):
    path, _which, number = seized(call)
    told = call("trader", "GET", path).json
    assert told["decision"]["reason"] == "opium found" and "Tajikistan" in told["decision"]["appeal"]["body"]
    assert "lane" not in told and "Officer" not in str(told["decision"])
    own = call("trader", "GET", f"{path}/seizures").json["items"][0]
    assert own["number"] == number and own["pieces"][0]["quantity"] == "4250.500"
    assert not {"by", "persons", "photos", "handovers", "inspection"} & own.keys()

    appeal = call("trader", "POST", f"{path}/appeals", json={"against": "decision", "grounds": "not mine"})
    assert appeal.status_code == 201 and "answered_by" not in appeal.json, appeal.text
    assert call("trader2", "GET", f"/appeals/{appeal.json['id']}").status_code == 404
    [waits] = call("supervisor", "GET", "/appeals").json["items"]
    assert waits["id"] == appeal.json["id"] and waits["lodged_by"]
    verdict = f"/appeals/{appeal.json['id']}"
    assert call("officer", "POST", f"{verdict}/admission", json={"accepted": True}).status_code == 403
    assert call("supervisor", "POST", f"{verdict}/admission", json={"accepted": True}).json["status"] == "accepted"
    said = {"outcome": "uphold", "answer": "The load was changed on the way.", "reconsider": True}
    done = call("supervisor", "POST", f"{verdict}/answer", json=said)
    assert done.status_code == 200 and done.json["proposal"], done.text
    assert call("supervisor", "POST", f"/proposals/{done.json['proposal']}/approval", json={}).status_code == 403
    assert call("officer", "GET", path).json["status"] == "seized", "a second supervisor takes it back, and nobody else"


def test_a_hold_has_a_term_a_note_and_what_may_be_done(call):
    lodged = call("trader", "POST", "/declarations", json=declarations.yellow())
    path = f"/declarations/{lodged.json['reference']}"
    bad = call(
        "officer",
        "POST",
        f"{path}/detention",
        etag=etag(call, path),
        json={"reason": "x", "until": "2020-01-01T00:00:00Z"},
    )
    assert bad.status_code == 422 and bad.json["errors"][0]["rule"] == "detention.term"
    held = call(
        "officer",
        "POST",
        f"{path}/detention",
        etag=etag(call, path),
        json={"reason": "phytosanitary doubt", "items": [1]},
    )
    assert held.status_code == 201 and held.json["items"] == [1], held.text
    told = call("trader", "GET", path).json
    assert told["status"] == "detained" and told["decision"]["decision"] == "hold" and told["decision"]["remedy"]
    [own] = call("trader", "GET", f"{path}/detention").json["items"]
    assert own["until"] == held.json["until"] and "begun_by" not in own
    note = call("officer", "POST", f"{path}/papers", json={"kind": "detention-note", "languages": ["en", "ru"]})
    assert note.json["number"] == held.json["number"], note.text
    longer = call(
        "supervisor", "POST", f"{path}/detention/extension", etag=etag(call, path),
        json={"until": "2199-01-01T00:00:00Z", "reason": "laboratory"},
    )  # fmt: skip
    assert longer.status_code == 422 and longer.json["errors"][0]["rule"] == "detention.longer"
    assert call("officer", "GET", "/detentions").json["items"] == []
    back = call(
        "officer", "POST", f"{path}/ends", etag=etag(call, path), json={"kind": "return", "reason": "no certificate"}
    )
    assert back.status_code == 201 and back.json["number"].startswith("TJPPJ-RT-"), back.text
    assert call("trader", "GET", path).json["decision"]["decision"] == "return"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pieces": []}, "/pieces"),
        ({"pieces": [{**RECORD["pieces"][0], "unit": "MTR"}]}, "/pieces/0/unit"),
        ({"pieces": [{**RECORD["pieces"][0], "quantity": 5}]}, "/pieces/0/quantity"),
        ({"persons": [{"full_name": "x", "role": "king"}]}, "/persons/0/role"),
        ({"vehicle": {"colour": "red"}}, "/vehicle/colour"),
    ],
    ids=["nothing", "unit", "float", "role", "unknown"],
)
def test_what_cannot_be_recorded_is_said_where_it_stands(call, change, pointer):
    path = red(call)
    refused = call("inspector", "POST", f"{path}/seizures", etag=etag(call, path), json={**RECORD, **change})
    assert refused.status_code == 422 and refused.json["errors"][0]["pointer"] == pointer, refused.text

"""Transit through the API alone: a guarantee, a national transit and one that never arrives, as holder and offices."""

from __future__ import annotations

import pytest

from app.core import db
from app.flows import approving
from app.guarantees import operations as guarantees
from tests.factories import actors, declarations, lives, movements, roads
from tests.factories.actors import PARTY, POST

THERE = "TJDUS"

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def pledged(call, amount="20000.00"):
    """A guarantee in force with an access code; its number."""
    body = {
        "office": POST, "type": "1", "holder": PARTY, "guarantor": "TJ-INS-1", "amount": amount, "currency": "TJS",
        "valid_from": "2020-01-01", "valid_to": "2199-12-31",
    }  # fmt: skip
    made = call("officer", "POST", "/guarantees", json=body)
    assert made.status_code == 201, made.text
    grn = made.json["grn"]
    assert call("officer", "POST", f"/guarantees/{grn}/approval", json={"approve": True}).status_code == 403
    done = call("supervisor", "POST", f"/guarantees/{grn}/approval", json={"approve": True})
    assert done.status_code == 200 and done.json["status"] == "in_force", done.text
    code = {"code": movements.ACCESS_CODE, "label": "desk"}
    assert call("trader", "POST", f"/guarantees/{grn}/access-codes", json=code).status_code == 201
    return grn


def covered(grn, **more):
    body = movements.national(2, **more)
    return {
        **body,
        "guarantees": [
            {"type": "1", "grn": grn, "access_code": movements.ACCESS_CODE, "amount": "5000.00", "currency": "TJS"}
        ],
    }


def did(call, login, path, deed, json):
    """A deed on the version that is there now."""
    seen = call(login, "GET", path)
    etag = seen.headers.get("ETag") or call("officer", "GET", path).headers["ETag"]
    return call(login, "POST", f"{path}/{deed}", json=json, etag=etag)


def left(call, grn):
    return call("trader", "GET", f"/guarantees/{grn}").json["left"]


def test_a_national_transit_from_draft_to_discharge(call):
    grn = pledged(call)
    draft = call("trader", "POST", "/transit-movements?draft=true", json=covered(grn))
    assert draft.status_code == 201 and draft.json["status"] == "draft", draft.text
    assert movements.ACCESS_CODE not in draft.text, "codes are not kept in drafts"
    path = f"/transit-movements/{draft.json['reference']}"
    refused = did(call, "trader", path, "submission", json={})
    assert refused.status_code == 422 and refused.json["errors"][0]["rule"] == "guarantee.access-code-missing"
    lodged = did(call, "trader", path, "submission", json={"access_codes": {"0": movements.ACCESS_CODE}})
    assert lodged.status_code == 201 and lodged.json["status"] == "lodged", lodged.text
    assert movements.ACCESS_CODE not in call("officer", "GET", path).text
    assert call("trader2", "GET", path).status_code == 404

    work = call("officer", "GET", "/transit-worklist?stage=decide").json
    assert [row["reference"] for row in work["items"]] == [draft.json["reference"]] and work["counts"]["decide"] == 1
    released = did(call, "officer", path, "release", json={})
    assert released.status_code == 200 and released.json["status"] == "released_for_transit", released.text
    assert left(call, grn) == "15000.00" and released.json["cover"][0]["amount"] == "5000.00"
    assert did(call, "trader", path, "invalidation", json={"reason": "too late"}).status_code == 409

    hits = call("officer", "GET", f"/transit-scan?q={released.json['plates_now'][0]}").json["items"]
    assert [(hit["reference"], hit["by"]) for hit in hits] == [(draft.json["reference"], "plate")]
    road = call("trader", "GET", "/transit-under-way").json["items"]
    assert road[0]["reference"] == draft.json["reference"] and road[0]["seconds_left"] > 0

    arrival = {"office": THERE, "procedure": "simplified", "location": "Yard of the firm"}
    arrived = did(call, "trader", path, "arrival", json=arrival)
    assert arrived.status_code == 200 and arrived.json["status"] == "unloading", arrived.text
    remarks = {
        "office": THERE, "number": 1, "unloaded_on": roads.today().isoformat(), "complete": True,
        "conform": False, "seals_ok": None, "remarks": "one carton is missing",
        "discrepancies": [{"item": 1, "field": "packages", "found": "1 CT"}],
    }  # fmt: skip
    told = did(call, "trader", path, "unloading-remarks", json=remarks)
    assert told.status_code == 200 and told.json["status"] == "discrepancies", told.text
    assert told.json["discrepancies"][0]["declared"] == "2 CT"
    early = did(call, "officer.TJDUS", path, "discharge", json={})
    assert early.status_code == 409 and early.json["errors"][0]["rule"] == "end.discrepancy-open"
    settled = did(call, "officer.TJDUS", path, "discrepancies/resolution", json={"number": 1, "resolution": "accepted", "reason": "short shipped"})  # fmt: skip
    assert settled.status_code == 200, settled.text
    done = did(call, "officer.TJDUS", path, "discharge", json={})
    assert done.status_code == 200 and done.json["status"] == "discharged", done.text
    assert left(call, grn) == "20000.00"
    ledger = call("trader", "GET", f"/guarantees/{grn}").json["ledger"]
    assert [(line["kind"], line["amount"]) for line in ledger] == [
        ("credit", "5000.00"), ("reserve", "-5000.00"), ("pledge", "20000.00"),
    ]  # fmt: skip
    events = [line["event"] for line in call("trader", "GET", f"{path}/history").json["items"]]
    assert events[-1] == "transit.discharged" and "transit.released" in events
    assert "by" not in call("trader", "GET", f"{path}/history").json["items"][0]


def test_one_that_never_arrives(call):
    grn = pledged(call, "5000.00")
    lodged = call("trader", "POST", "/transit-movements", json=covered(grn))
    path = f"/transit-movements/{lodged.json['reference']}"
    assert did(call, "officer", path, "release", json={}).status_code == 200
    assert did(call, "officer", path, "enquiry", json={"reason": "nothing heard"}).json["status"] == "enquiry"
    answer = {"says": "unknown", "text": "the driver does not answer"}
    assert did(call, "trader", path, "enquiry/answers", json=answer).status_code == 200
    closing = {"outcome": "recovery", "reason": "no proof"}
    assert did(call, "officer", path, "enquiry/closing", json=closing).status_code == 200
    amount = {"amount": "5000.00", "currency": "TJS", "reason": "goods lost to customs"}
    assert did(call, "officer", path, "recovery", json=amount).json["status"] == "recovery"
    paid = {"paid_as": "claim 14", "by_guarantor": True}
    assert did(call, "officer", path, "recovery/settlement", json=paid).status_code == 403
    assert did(call, "supervisor", path, "recovery/settlement", json=paid).status_code == 200
    ended = did(call, "supervisor", path, "discharge", json={"reason": "claim paid"})
    assert ended.json["status"] == "discharged" and left(call, grn) == "0.00"


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"offices": {"departure": [POST], "transit": [], "exit": None, "destination": [POST]}}, "/offices/destination/0", "route.destination-is-departure"),
        ({"limit_date": "2020-01-01"}, "/limit_date", "limit.past"),
        ({"nonsense": 1}, "/nonsense", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(call, change, pointer, rule):
    refused = call("trader", "POST", "/transit-movements", json={**covered(pledged(call)), **change})
    assert refused.status_code == 422, refused.text
    found = {(error["pointer"], error["rule"]) for error in refused.json["errors"]}
    assert any(where == pointer and (not rule or said == rule) for where, said in found), found
    assert call("officer", "GET", "/transit-worklist").json["items"] == []


def test_a_seal_and_a_device_on_the_road(call, client):
    grn = pledged(call)
    path = f"/transit-movements/{call('trader', 'POST', '/transit-movements', json=covered(grn)).json['reference']}"
    stock = {"office": POST, "maker": "Mega", "grade": "H", "serials": ["TJ 0001", "TJ 0002"]}
    assert call("supervisor", "POST", "/seals", json=stock).status_code == 201
    assert call("supervisor", "POST", "/seals", json=stock).status_code == 422, "a serial is used once"
    handed = {"office": POST, "officer": "officer", "serials": ["TJ0001"]}
    assert call("supervisor", "POST", "/seals/issues", json=handed).status_code == 200
    put_on = {"office": POST, "seals": [{"serial": "TJ0002"}]}
    assert did(call, "officer", path, "seals", json=put_on).status_code == 422, "it was not handed to him"
    put_on["seals"][0]["serial"] = "TJ0001"
    sealed = did(call, "officer", path, "seals", json=put_on)
    assert sealed.status_code == 200 and sealed.json["seals"][0]["status"] == "applied", sealed.text
    assert did(call, "officer", path, "release", json={}).status_code == 200
    device = call("supervisor", "POST", "/devices", json={"office": POST, "kind": "eseal", "name": "E-7"}).json
    assert did(call, "officer", path, "devices", json={"office": POST, "device": device["id"]}).status_code == 200
    events = {"events": [{"sequence": 1, "told": "locked", "at": "2026-11-23T10:00:00Z"},
                         {"sequence": 2, "told": "opened", "at": "2026-11-23T11:00:00Z", "latitude": "37.5", "longitude": "68.7"}]}  # fmt: skip
    tell = f"/api/v1/devices/{device['id']}/events"

    assert client.post(tell, json=events, headers={"Authorization": "Device wrong"}).status_code == 401
    key = {"Authorization": f"Device {device['key']}"}
    assert client.post(tell, json=events, headers=key).json == {"kept": 2, "last": 2}
    assert client.post(tell, json=events, headers=key).json == {"kept": 0, "last": 2}, "sent twice, kept once"
    events["events"][0]["told"] = "opened"
    assert client.post(tell, json=events, headers=key).status_code == 409, "the same number with other words"
    alarms = call("officer", "GET", path).json["alarms"]
    assert [alarm["kind"] for alarm in alarms] == ["seal"]
    custody = call("officer", "GET", "/seals/TJ0001").json["items"][0]["custody"]
    assert [link["event"] for link in custody] == ["received", "issued", "applied"]
    assert call("trader", "GET", "/seals/TJ0001").status_code == 404


def test_a_declaration_goes_on_in_transit_and_the_next_begins_with_the_last(call):
    """The same goods: declared, moved, copied; each answer names what was before and what came after."""
    declared = call("trader", "POST", "/declarations", json=declarations.words()).json
    path = f"/declarations/{declared['reference']}/transit-movement"
    assert call("trader", "POST", path, json={"kind": "sea"}).json["errors"][0]["pointer"] == "/kind"
    draft = call("trader", "POST", path, json={"kind": "national"})
    assert draft.status_code == 201 and draft.json["status"] == "draft", draft.text
    assert draft.json["previous_documents"] == [{"type": "NMRN", "reference": declared["mrn"]}]
    body = roads.secured(
        {**movements.national(), "previous_documents": draft.json["previous_documents"]}, pledged(call)
    )
    made = call("trader", "POST", "/transit-movements", json=body).json
    found = call("trader", "GET", f"/transit-movements?previous={declared['mrn']}").json["items"]
    assert [each["reference"] for each in found] == [made["reference"]]
    assert call("trader2", "GET", f"/transit-movements?previous={declared['mrn']}").json["items"] == []
    shown = call("officer", "GET", f"/transit-movements/{made['reference']}").json
    assert [each["reference"] for each in shown["came_from"]] == [declared["reference"]] and shown["went_on"] == []
    early = call("trader", "POST", f"/transit-movements/{made['reference']}/onward")
    assert early.status_code == 409 and early.json["errors"][0]["rule"] == "begin.not-arrived"
    again = call("trader", "POST", f"/transit-movements/{made['reference']}/copy")
    assert again.status_code == 201 and again.headers["Location"].endswith(again.json["reference"])
    assert again.json.keys().isdisjoint({"guarantees", "previous_documents", "local_reference"})


def test_what_changes_beside_a_movement_is_no_stale_answer(call):
    """Goods go on, that movement is called back, a guarantee is given back by hand: none of it is a new version of the
    movement, so who asks with the version he has seen is answered whole, and told what stands beside it now."""
    guarantee = roads.guarantee()
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    path = f"/transit-movements/{movement.reference}"
    first = call("officer", "GET", path).headers["ETag"]

    def seen():
        answer = call("officer", "GET", path, headers={"If-None-Match": first})
        assert (answer.status_code, answer.headers["ETag"]) == (200, first)
        return [each["status"] for each in answer.json["went_on"]], [each["status"] for each in answer.json["cover"]]

    assert seen() == ([], ["reserved"])
    named = [{"type": "NMRN", "reference": movement.mrn}]
    onward = roads.lodged({**roads.secured(movements.national(), guarantee.grn), "previous_documents": named})
    assert seen() == (["lodged"], ["reserved"])
    did(call, "trader", f"/transit-movements/{onward.reference}", "invalidation", {"reason": "by rail"})
    assert seen() == (["invalidated"], ["reserved"])
    with db.transaction() as session:
        wish = guarantees.propose_release(session, guarantee.grn, movement.id, "paid", by=actors.supervisor())
    with db.transaction() as session:
        approving.approve(session, wish.id, "yes", by=actors.supervisor(login="supervisor2"))
    assert seen() == (["invalidated"], ["credited"])
    incident = {"code": "5", "text": "snow", "place": "Dusti", "happened_at": call("officer", "GET", path).json["released_at"]}  # fmt: skip
    assert call("trader", "POST", f"{path}/incidents", json=incident, etag=first).status_code == 200
    assert call("trader", "POST", f"{path}/incidents", json=incident, etag=first).status_code == 412

"""A TIR transport and a national transit through the API alone, from announcement to discharge, as their holder and three
offices; and what is wrong with a movement leaves nothing behind."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from app.core import journal
from app.ledger import queries as ledger
from app.edge.limits import Window
from tests.factories import lives, movements, roads
from tests.factories.actors import OTHER_PARTY, POST

THERE, WAY = "TJDUS", "TJTEM"
AT_WAY, AT_THERE = "officer.TJTEM", "officer.TJDUS"

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def did(call, login, path, deed, json, status=200):
    """A deed on the version that is there now."""
    etag = call("officer", "GET", path).headers["ETag"]
    done = call(login, "POST", f"{path}/{deed}", json=json, etag=etag)
    assert done.status_code == status, (deed, done.text)
    return done.json


def tomorrow(session):
    """The clock of the database goes on by a day."""
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + interval '1 day')::text, true)"))


def today():
    return roads.today().isoformat()


def agreed(session):
    """Ledger, seals and journal say the same: every sum adds up, what is taken is what open movements took, no seal is on
    goods that have ended, and the last word of each movement's journal is its state."""
    assert ledger.verify(session) == []
    for post in session.execute(text("SELECT post FROM chain_head")).scalars():
        assert journal.verify(session, post)[1] == []
    ask = "SELECT count(*) FROM seal s JOIN transit_movement m ON m.id = s.movement_id WHERE s.status IN ('applied', 'broken') AND m.ended_at IS NOT NULL"
    assert session.execute(text(ask)).scalar() == 0
    assert session.execute(text("SELECT count(*) FROM transit_plate_in_use u JOIN transit_movement m ON m.id = u.movement_id WHERE m.ended_at IS NOT NULL")).scalar() == 0  # fmt: skip
    taken = "SELECT coalesce(sum(coalesce(claimed, amount)), 0) FROM guarantee_reservation WHERE status = :status"
    stands = "SELECT coalesce(sum(CASE WHEN credit = :code THEN amount ELSE -amount END), 0) FROM ledger_transfer WHERE :code IN (debit, credit)"
    for status, code in (("reserved", "transit:reserved"), ("held", "transit:held"), ("claimed", "transit:claimed")):
        sums = [session.execute(text(taken), {"status": status}).scalar(), session.execute(text(stands), {"code": code}).scalar()]  # fmt: skip
        assert sums[0] == sums[1], (status, sums)
    told = (
        "SELECT m.reference, m.status, (SELECT after ->> 'status' FROM journal_entry j WHERE j.kind = 'transit' "
        "AND j.post = m.post AND j.subject = m.id::text ORDER BY j.number DESC LIMIT 1) FROM transit_movement m WHERE m.mrn IS NOT NULL"
    )
    rows = session.execute(text(told)).all()
    assert rows and all(status == last for _reference, status, last in rows), rows


def handed(call, *serials):
    """Seals of the post in the officer's hand."""
    stock = {"office": POST, "maker": "Mega", "grade": "H", "serials": list(serials)}
    assert call("supervisor", "POST", "/seals", json=stock).status_code == 201
    given = {"office": POST, "officer": "officer", "serials": list(serials)}
    assert call("supervisor", "POST", "/seals/issues", json=given).status_code == 200


def announced(call, body):
    made = call("trader", "POST", "/transit-movements", json={**body, "additional_type": "D"})
    assert made.status_code == 201 and made.json["status"] == "prelodged", made.text
    path = f"/transit-movements/{made.json['reference']}"
    shown = did(call, "trader", path, "presentation", {"location": "Yard 2"})
    assert shown["status"] == "lodged" and shown["lodged_at"]
    return path


IN_ORDER = {"view": True, "verify": True, "tug": True, "twist": True}


def test_a_national_transit_by_three_offices(call, session):
    grn = roads.guarantee("20000.00").grn
    body = roads.secured(movements.national(2), grn)
    body["offices"] = {**body["offices"], "transit": [WAY]}
    path = announced(call, body)
    handed(call, "NT0001")
    did(call, "officer", path, "seals", {"office": POST, "seals": [{"serial": "NT 0001", "place": "rear door"}]})
    did(call, "officer", path, "controls", {"types": ["10"], "requested": [{"type": "N730"}]})
    did(call, "officer", path, "controls/result", {"number": 1, "result": "conform"})
    gone = did(call, "officer", path, "release", {})
    assert gone["status"] == "released_for_transit" and gone["seals"][0]["plate"] in gone["plates_now"]
    assert did(call, AT_THERE, path, "passages", {"plate": gone["plates_now"][0], "seals_ok": True}, status=403)
    passed = did(call, AT_WAY, path, "passages", {"plate": gone["plates_now"][0], "seals_ok": True})
    assert [(row["office"], row["stage"]) for row in passed["stages"]] == [(POST, "done"), (WAY, "done"), (THERE, "expected")]  # fmt: skip
    did(call, AT_THERE, path, "arrival", {"office": THERE})
    did(call, AT_THERE, path, "seals/checks", {"office": THERE, "serial": "NT0001", **IN_ORDER})
    ended = did(call, AT_THERE, path, "discharge", {})
    assert ended["status"] == "discharged" and ended["seals"][0]["status"] == "removed"
    assert call("trader", "GET", f"/guarantees/{grn}").json["left"] == "20000.00"
    custody = call("officer", "GET", "/seals/NT0001").json["items"][0]["custody"]
    assert [(link["event"], link["office"]) for link in custody] == [
        ("received", POST), ("issued", POST), ("applied", POST), ("checked", THERE), ("removed", THERE),
    ]  # fmt: skip
    agreed(session)


def test_a_tir_transport_with_incident_broken_seal_partial_unloading_and_discrepancy(call, session):
    body = movements.tir(2)
    body["offices"] = {**body["offices"], "transit": [POST, WAY], "destination": [THERE]}
    body["countries"] = {"dispatch": "AF", "destination": "TJ", "routing": ["AF", "TJ"]}
    came_with, carnet = body["equipment"][0]["seals"][0], body["carnet"]["number"]
    path = announced(call, body)
    gone = did(call, "officer", path, "release", {})
    assert gone["cover"][0]["grn"] == f"TIR-{carnet}"

    broken = {"office": WAY, "serial": came_with, **IN_ORDER, "tug": False, "remarks": "came off in the hand"}
    found = did(call, AT_WAY, path, "seals/checks", broken)
    assert found["seals"][0]["status"] == "broken" and [each["kind"] for each in found["alarms"]] == ["seal"]
    now = gone["released_at"]
    told = {"code": "2", "text": "the bolt was cut at night", "place": "Khujand", "happened_at": now, "seals": ["NEW 7001"]}  # fmt: skip
    assert did(call, "trader", path, "incidents", told)["status"] == "incident"
    decided = {"office": WAY, "number": 1, "outcome": "endorsed", "reason": "police report seen, new seal put on"}
    after = did(call, AT_WAY, path, "incidents/decision", decided)
    assert after["status"] == "released_for_transit"
    assert {seal["serial"]: seal["status"] for seal in after["seals"]} == {came_with: "removed", "NEW7001": "applied"}
    did(call, AT_WAY, path, "passages", {"plate": after["plates_now"][0], "seals_ok": True})

    arrived = did(call, "trader", path, "arrival", {"office": THERE, "procedure": "simplified", "location": "Yard"})
    assert arrived["status"] == "arrived", "the broken seal makes it red: an officer looks before anything is unloaded"
    assert "lane" not in arrived
    did(call, AT_THERE, path, "controls", {"office": THERE, "types": ["42"]})
    seen = did(call, AT_THERE, path, "controls/result", {"office": THERE, "number": 1, "result": "conform"})
    assert seen["lane"] == "red"
    assert did(call, AT_THERE, path, "unloading-permission", {"office": THERE})["status"] == "unloading"
    first = {"office": THERE, "number": 1, "unloaded_on": today(), "complete": False, "conform": True, "seals_ok": True}  # fmt: skip
    did(call, "trader", path, "unloading-remarks", first)
    did(call, AT_THERE, path, "seals/checks", {"office": THERE, "serial": "NEW7001", **IN_ORDER})
    assert did(call, AT_THERE, path, "discharge", {}, status=409)["errors"][0]["rule"] == "end.unloading-open"
    tomorrow(session)
    did(call, AT_THERE, path, "unloading-permission", {"office": THERE})
    second = {**first, "number": 2, "unloaded_on": today(), "complete": True, "conform": False,
              "discrepancies": [{"item": 2, "field": "packages", "found": "1 CT", "remarks": "one is wet"}]}  # fmt: skip
    told = did(call, "trader", path, "unloading-remarks", second)
    assert told["status"] == "discrepancies" and told["discrepancies"][0]["declared"] == "2 CT"
    days = [dt.date.fromisoformat(row["unloaded_on"]) for row in told["unloadings"]]
    assert days[1] - days[0] == dt.timedelta(days=1)
    assert did(call, AT_THERE, path, "discharge", {}, status=409)["errors"][0]["rule"] == "end.discrepancy-open"
    did(call, AT_THERE, path, "discrepancies/resolution", {"number": 1, "resolution": "accepted", "reason": "wet"})
    ended = did(call, AT_THERE, path, "discharge", {"reservation": "one carton short"})
    assert ended["status"] == "discharged"
    assert [row["status"] for row in ended["cover"]] == ["credited"]
    again = {**movements.tir(1), "carnet": body["carnet"]}
    refused = call("trader", "POST", "/transit-movements", json=again)
    assert ("/carnet/page", "tir.volet-used") in {(e["pointer"], e["rule"]) for e in refused.json["errors"]}
    agreed(session)


def test_one_that_never_arrives_is_searched_paid_and_agreed(call, session):
    grn = roads.guarantee("9000.00").grn
    path = announced(call, roads.secured(movements.national(), grn))
    did(call, "officer", path, "release", {})
    did(call, "officer", path, "enquiry", {"reason": "nothing heard"})
    did(call, AT_THERE, path, "enquiry/answers", {"office": THERE, "says": "unknown", "text": "never seen here"})
    agreed(session)
    did(call, "officer", path, "enquiry/closing", {"outcome": "recovery", "reason": "no proof"})
    asked = did(
        call, "officer", path, "recovery", {"amount": "1234.56", "currency": "TJS", "reason": "lost to customs"}
    )
    assert (asked["recovery"]["by_guarantor"], asked["recovery"]["still_owed"]) == (None, "1234.56")
    did(call, "supervisor", path, "recovery/settlement", {"paid_as": "claim 14", "by_guarantor": True})
    ended = did(call, "officer", path, "discharge", {"reason": "claim paid"})
    assert ended["status"] == "discharged" and [row["status"] for row in ended["cover"]] == ["claimed"]
    assert (ended["recovery"]["by_guarantor"], ended["recovery"]["still_owed"]) == ("1234.56", "0.00")
    guarantee = call("trader", "GET", f"/guarantees/{grn}").json
    assert (guarantee["left"], guarantee["taken"]) == ("7765.44", [])
    for row in (*ended["cover"], *guarantee["claimed"]):
        assert (row["amount"], row["claimed"], row["given_back"]) == ("5000.00", "1234.56", "3765.44")
    assert ("credit", "3765.44") in [(line["kind"], line["amount"]) for line in guarantee["ledger"]]
    agreed(session)


# --- what is wrong leaves nothing behind ------------------------------------------------------------------------------

_TABLES = (
    "transit_movement", "transit_content", "transit_item", "transit_office", "transit_draft", "transit_plate_in_use", "seal",
    "seal_event", "guarantee_reservation", "ledger_transfer", "journal_entry", "outbox", "number_series",
)  # fmt: skip


def rows(session):
    """How many rows there are of everything that a movement leaves."""
    return [session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in _TABLES]


def nine_offices():
    body = movements.tir(1)
    far = [f"UZ{letter}AA" for letter in "BCDEFGH"]
    return {**body, "offices": {**body["offices"], "destination": [THERE, *far]}}, {
        ("/offices/destination", "tir.offices")
    }


def to_itself():
    offices = {"departure": [POST], "transit": [], "exit": None, "destination": [POST]}
    return {"offices": offices}, {("/offices/destination/0", "route.destination-is-departure")}


def wrong_letter():
    carnet = movements.tir(1)["carnet"]
    letters = "AB" if not carnet["number"].startswith("AB") else "BA"
    body = {**movements.tir(1), "carnet": {**carnet, "number": letters + carnet["number"][2:]}}
    return body, {("/carnet/number", "tir.carnet-letters")}


def used_up():
    body = movements.tir(1)
    roads.released(body)
    return {**movements.tir(1), "carnet": body["carnet"]}, {("/carnet/page", "tir.volet-used")}


def limit_in_the_past():
    return {"limit_date": "2020-01-01"}, {("/limit_date", "limit.past")}


def seal_of_another():
    body = roads.secured(movements.national(), roads.guarantee().grn)
    roads.released({**body, "equipment": [{"container": None, "seals": ["ELSE001"], "goods": []}]})
    wanted = {"equipment": [{"container": None, "seals": ["else 001"], "goods": []}]}
    return wanted, {("/equipment/0/seals/0", "seal.elsewhere")}


def guarantee_of_another():
    grn = roads.guarantee(holder=OTHER_PARTY).grn
    return {"guarantees": roads.secured({}, grn)["guarantees"]}, {("/guarantees/0/grn", "guarantee.G01")}


def plate_of_another():
    body = roads.secured(movements.national(), roads.guarantee().grn)
    roads.released(body)
    return {"transport": body["transport"]}, {
        ("/transport/vehicle/plate", "plate.elsewhere"),
        ("/transport/trailer/plate", "plate.elsewhere"),
    }


@pytest.mark.parametrize(
    "wrong",
    [nine_offices, to_itself, wrong_letter, used_up, limit_in_the_past, seal_of_another, guarantee_of_another, plate_of_another],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(call, session, wrong):
    grn = roads.guarantee("20000.00").grn
    change, said = wrong()
    body = change if change.get("kind") == "tir" else {**roads.secured(movements.national(), grn), **change}
    call("trader", "GET", "/guarantees")  # the token is known
    before = rows(session)
    refused = call("trader", "POST", "/transit-movements", json=body)
    assert refused.status_code == 422, refused.text
    found = {(error["pointer"], error["rule"]) for error in refused.json["errors"]}
    assert said <= found, found
    assert all(error["message"] and error.get("remedy", error["message"]) for error in refused.json["errors"])
    assert rows(session) == before
    assert call("trader", "GET", f"/guarantees/{grn}").json["left"] == "20000.00"


@pytest.mark.parametrize("amount", ["NaN", "-1.00", "1e30", "Infinity", "1" * 31, "١٢", " 12 ", "0.0001", 12, None, {}])
def test_no_amount_but_a_decimal_is_taken(call, session, amount):
    grn = roads.guarantee().grn
    body = roads.secured(movements.national(), grn)
    body["guarantees"][0]["amount"] = amount
    body["house_consignments"][0]["items"][0]["gross_kg"] = amount
    call("trader", "GET", "/guarantees")
    before = rows(session)
    refused = call("trader", "POST", "/transit-movements", json=body)
    assert refused.status_code == 422, refused.text
    assert "/house_consignments/0/items/0/gross_kg" in {error["pointer"] for error in refused.json["errors"]}
    assert rows(session) == before


def test_access_codes_are_not_guessed(app, call, session, monkeypatch):
    """Wrong ones are counted by person; then not even the right one is tried, until the time is over."""
    monkeypatch.setattr(app.extensions["guzar_limits"], "code", Window(3, 3600))
    grn = roads.guarantee().grn
    body = roads.secured(movements.national(), grn)
    for guess in ("0000", "0001", "0002"):
        body["guarantees"][0]["access_code"] = guess
        refused = call("trader", "POST", "/transit-movements", json=body)
        assert refused.status_code == 422 and refused.json["errors"][0]["rule"] == "guarantee.G03", refused.text
    body["guarantees"][0]["access_code"] = movements.ACCESS_CODE
    late = call("trader", "POST", "/transit-movements", json=body)
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 3000
    draft = call("trader", "POST", "/transit-movements?draft=true", json=body).json["reference"]
    opening = {"access_codes": {"0": movements.ACCESS_CODE}}
    path = f"/transit-movements/{draft}/submission"
    assert call("trader", "POST", path, json=opening, etag='"1"').status_code == 429
    assert call("trader", "GET", f"/guarantees/{grn}").status_code == 200, "all else goes on"


def test_whoever_knows_an_mrn_only_tells_that_the_goods_are_there(call, session):
    """A firm that is neither holder nor consignee may bring goods to the office; it unloads nothing without an officer, and
    what is the holder's own it does not read."""
    movement = roads.released()
    brought = {"office": THERE, "procedure": "simplified", "location": "my own yard"}
    etag = call("officer", "GET", f"/transit-movements/{movement.reference}").headers["ETag"]
    told = call("trader2", "POST", f"/transit-movements/{movement.mrn}/arrival", json=brought, etag=etag)
    assert told.status_code == 200 and told.json["status"] == "arrived" and told.json["unloadings"] == []
    path = f"/transit-movements/{movement.reference}"
    for seen in (told, call("trader2", "GET", path)):
        assert not {"guarantees", "cover", "recovery", "enquiries"} & seen.json.keys() and "grn" not in seen.text
    assert {"guarantees", "cover"} <= call("trader", "GET", path).json.keys()
    remarks = {"office": THERE, "number": 1, "unloaded_on": today(), "complete": True, "conform": True}
    assert did(call, "trader2", path, "unloading-remarks", remarks, status=409)["code"] == "wrong-state"
    did(call, "trader2", path, "discharge", {"office": THERE}, status=403)


def test_seals_and_devices_of_others_do_nothing_here(call, client, session):
    movement, another = roads.released(), roads.released()
    path = f"/transit-movements/{movement.reference}"
    (on_another,) = roads.sealed(another)
    handed(call, "MINE01")
    for login, serial, status in (
        ("officer", on_another, 422),  # on other goods
        ("officer2", "MINE01", 422),  # handed to somebody else
        ("officer", "NEVER1", 422),
        (AT_THERE, "MINE01", 422),  # of another office's stock
        (AT_WAY, "MINE01", 404),  # no part in this movement
        ("trader", "MINE01", 403),
    ):
        office = {AT_THERE: THERE, AT_WAY: WAY}.get(login, POST)
        did(call, login, path, "seals", {"office": office, "seals": [{"serial": serial}]}, status=status)
    elsewhere = {"office": POST, "seals": [{"serial": "MINE01", "plate": "9999ZZ99"}]}
    assert did(call, "officer", path, "seals", elsewhere, status=422)["errors"][0]["rule"] == "seal.bearer"
    did(call, "officer", path, "seals/checks", {"office": POST, "serial": on_another, **IN_ORDER}, status=404)
    did(call, "officer", path, "seals/removals", {"office": POST, "serials": [on_another], "reason": "x"}, status=409)
    one, two = (
        call("supervisor", "POST", "/devices", json={"office": POST, "kind": "eseal", "name": name}).json
        for name in ("E-1", "E-2")
    )
    did(call, "officer", path, "devices", {"office": POST, "device": one["id"]})
    taken = f"/transit-movements/{another.reference}"
    did(call, "officer", taken, "devices", {"office": POST, "device": one["id"]}, status=409)
    events = {"events": [{"sequence": 1, "told": "opened", "at": "2026-11-23T10:00:00Z"}]}
    for device, key, status in ((one, two["key"], 401), (two, one["key"], 401), (two, two["key"], 403), (one, one["key"], 200)):  # fmt: skip
        answer = client.post(
            f"/api/v1/devices/{device['id']}/events", json=events, headers={"Authorization": f"Device {key}"}
        )
        assert answer.status_code == status, answer.text
    for wrong in (
        [{"sequence": 2, "told": "opened", "at": "2199-01-01T00:00:00Z"}],
        [{"sequence": 3, "told": "position", "at": "2026-11-23T10:00:00Z", "latitude": "91"}],
        [{"sequence": 2, "told": "sung", "at": "2026-11-23T10:00:00Z"}],
        [{"sequence": 10**19, "told": "locked", "at": "2026-11-23T10:00:00Z"}],
        [{"sequence": n + 2, "told": "locked", "at": "2026-11-23T10:00:00Z"} for n in range(201)],
        [],
    ):
        key = {"Authorization": f"Device {one['key']}"}
        answer = client.post(f"/api/v1/devices/{one['id']}/events", json={"events": wrong}, headers=key)
        assert answer.status_code == 422, (wrong[:1], answer.text)
    assert session.execute(text("SELECT count(*) FROM device_event")).scalar() == 1
    told = did(call, "officer", path, "recovery", {"amount": "1.00", "currency": "TJS", "reason": "x"}, status=409)
    assert told["code"] == "wrong-state"
    did(call, "officer", path, "invalidation", {"reason": "never left"})
    did(call, "supervisor", path, "amendments/decision", {"number": 1, "accept": True})
    assert did(call, "officer", taken, "devices", {"office": POST, "device": one["id"]})["travels"]
    agreed(session)


def test_a_seal_that_is_put_on_makes_what_was_seen_before_an_older_version(call):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    path = f"/transit-movements/{movement.reference}"
    seen = call("officer", "GET", path).headers["ETag"]
    (serial,) = roads.sealed(movement)
    later = call("officer", "GET", path, headers={"If-None-Match": seen})
    assert later.status_code == 200 and [each["serial"] for each in later.json["seals"]] == [serial]
    for deed, words in (
        ("seals/checks", {"serial": serial, **IN_ORDER}),
        ("seals/removals", {"serials": [serial], "reason": "the goods are to be looked at"}),
    ):
        before = call("officer", "GET", path).headers["ETag"]
        did(call, "officer", path, deed, {"office": POST, **words})
        assert call("officer", "GET", path).headers["ETag"] != before, deed


def test_the_history_tells_each_what_is_for_him(call):
    """Not the holder that seals were suspected, and who brings his goods nothing of what was before."""
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    (serial,) = roads.sealed(movement)
    roads.let_go(movement)
    path = f"/transit-movements/{movement.reference}"
    did(call, "officer", path, "seals/checks", {"office": POST, "serial": serial, **IN_ORDER, "twist": False, "remarks": "bent"})  # fmt: skip
    alarms = {
        login: call(login, "GET", "/transit-under-way").json["items"][0]["alarms"] for login in ("officer", "trader")
    }
    assert alarms == {"officer": 1, "trader": 0}
    did(call, "officer", path, "enquiry", {"office": POST, "reason": "nothing heard"})
    etag = call("officer", "GET", path).headers["ETag"]
    brought = {"office": THERE, "procedure": "normal"}
    assert (
        call("trader2", "POST", f"/transit-movements/{movement.mrn}/arrival", json=brought, etag=etag).status_code
        == 200
    )

    def told(login):
        return [line["event"].removeprefix("transit.") for line in call(login, "GET", f"{path}/history").json["items"]]

    assert told("officer") == [
        "lodged", "selected", "released", "alarm-raised", "enquiry-opened", "arrived", "rerouted"
    ]  # fmt: skip
    assert told("trader") == ["lodged", "released", "enquiry-opened", "arrived"]
    assert told("trader2") == ["arrived"]


def test_an_office_that_is_not_named_is_asked_for(call):
    movement = roads.released()
    path = f"/transit-movements/{movement.reference}"
    for login, deed in (("officer", "arrival"), ("trader", "arrival"), ("trader", "unloading-remarks")):
        words = {"number": 1, "unloaded_on": "2026-11-23", "complete": True, "conform": True}
        asked = did(call, login, path, deed, words if deed != "arrival" else {}, status=422)
        assert [(each["pointer"], each["rule"]) for each in asked["errors"]] == [("/office", "office.missing")]

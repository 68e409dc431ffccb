"""What weighs, scans and measures tells it by itself: with its own key, in order, once, to the truck that stands there."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core import db
from app.declarations import queries as declared
from tests.factories import cases, declarations, lives, pictures
from tests.factories.actors import POST, inspector

pytestmark = pytest.mark.usefixtures("session")
AT = "2026-11-20T09:00:00Z"


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()
    cases.no_chance()


@pytest.fixture
def instrument(call, client):
    """instrument("weighbridge") registers one; its answer tells events and hands in images with its own key."""

    class Instrument:
        def __init__(self, kind: str) -> None:
            told = call("supervisor", "POST", "/devices", json={"office": POST, "kind": kind, "name": f"{kind} 1"}).json
            self.id, self.key, self.kind = told["id"], told["key"], kind

        def __call__(self, *events, status=200, key=None):
            answer = client.post(
                f"/api/v1/devices/{self.id}/events",
                json={"events": [{"at": AT, **event} for event in events]},
                headers={"Authorization": f"Device {key or self.key}"},
            )
            assert answer.status_code == status, answer.text
            return answer.json

        def image(self, content, status=201):
            answer = client.post(
                f"/api/v1/devices/{self.id}/images", data=content, headers={"Authorization": f"Device {self.key}"}
            )
            assert answer.status_code == status, answer.text
            return answer.json

    return Instrument


def plate(case) -> str:
    with db.reading() as session:
        return str(declared.content(session, case).plate)


def measures(call, case):
    looks = call("officer", "GET", f"/declarations/{case.reference}/inspection").json["items"]
    return [measure for look in looks for measure in look["measures"]]


def weight(sequence, **more):
    return {"sequence": sequence, "told": "weight", "gross_kg": "31500.000", **more}


def test_a_weighbridge_tells_the_weight_of_the_truck_on_it(call, instrument):
    case = cases.red()
    double = declarations.yellow()
    double["transport"]["vehicle"]["plate"] = plate(case)
    other = cases.lodged(double)
    bridge = instrument("weighbridge")
    told = weight(1, plate=plate(case), tare_kg="14000", axles=["7000", "24500"], calibrated_on="2026-10-01")
    assert bridge(told) == {"kept": 1, "last": 1}
    assert (measures(call, case), measures(call, other)) == ([], []), "two have this plate: which of them it is, a person says"
    waiting = call("officer", "GET", "/devices/readings").json["items"]
    assert [(row["sequence"], row["gross_kg"]) for row in waiting] == [(1, "31500.000")]
    assert bridge(weight(2, reference=case.mrn, tare_kg="14000")) == {"kept": 1, "last": 2}
    [row] = measures(call, case)
    assert (row["gross_kg"], row["source"], row["instrument"]) == ("31500.000", bridge.id, "weighbridge 1")
    assert call("officer", "GET", f"/declarations/{case.reference}").json["status"] == "under_control"
    assert bridge(weight(2, reference=case.mrn, tare_kg="14000")) == {"kept": 0, "last": 2}
    assert len(measures(call, case)) == 1, "told twice, weighed once"
    bridge(weight(2, reference=case.mrn, tare_kg="9000"), status=409)
    assert len(measures(call, case)) == 1


def test_a_plate_is_enough_where_one_truck_has_it(call, instrument):
    case, _other = cases.red(), cases.yellow()
    instrument("weighbridge")(weight(1, plate=f"{plate(case)[:3]} {plate(case)[3:]}".lower(), tare_kg="14000"))
    assert [(row["gross_kg"], row["within"]) for row in measures(call, case)] == [("31500.000", False)]


def test_no_hand_replaces_what_an_instrument_told(call, instrument):
    case = cases.red()
    instrument("weighbridge")(weight(1, reference=case.reference, tare_kg="14000"))
    path = f"/declarations/{case.reference}/inspection/measures"
    by_hand = {"what": "weighing", "instrument": "by eye", "gross_kg": "20000"}
    refused = call("inspector", "POST", path, json=by_hand)
    assert refused.status_code == 409 and "instrument" in refused.json["detail"]
    assert [row["gross_kg"] for row in measures(call, case)] == ["31500.000"]


def test_a_reading_is_linked_by_hand_to_one_truck_only(call, instrument):
    case, other = cases.red(), cases.yellow()
    bridge = instrument("weighbridge")
    bridge(weight(1))
    reading = {"device": bridge.id, "sequence": 1}
    path = "/declarations/{}/inspection/readings"
    assert call("trader", "POST", path.format(case.reference), json=reading).status_code in (403, 404)
    assert call("officer.TJDUS", "POST", path.format(case.reference), json=reading).status_code == 404
    made = call("officer", "POST", path.format(case.reference), json=reading)
    assert made.status_code == 201 and made.json["source"] == bridge.id
    assert call("officer", "POST", path.format(case.reference), json=reading).json["id"] == made.json["id"]
    refused = call("officer", "POST", path.format(other.reference), json=reading)
    assert refused.status_code == 422 and refused.json["errors"][0]["rule"] == "reading.linked"
    assert call("officer", "POST", path.format(case.reference), json={**reading, "sequence": 9}).status_code == 404
    assert call("officer", "GET", "/devices/readings").json["items"] == []


def test_a_scanner_hands_in_its_image_as_it_made_it(call, client, instrument):
    case, scanner = cases.red(), instrument("scanner")
    content = pictures.photo((640, 480))
    kept = scanner.image(content)
    assert scanner.image(content) == kept, "the same image once"
    scanner({"sequence": 1, "told": "scan", "reference": case.mrn, "image": kept["image"], "remarks": "dense behind axle 2"})
    [row] = measures(call, case)
    image = call("officer", "GET", f"/declarations/{case.reference}/inspection/measures/{row['id']}/image")
    assert image.data == content and image.headers["X-Content-Type-Options"] == "nosniff"
    assert call("trader", "GET", f"/declarations/{case.reference}/inspection/measures/{row['id']}/image").status_code in (403, 404)
    scanner.image(b"<svg xmlns='http://www.w3.org/2000/svg'/>", status=422)
    scanner.image(b"%PDF-1.7", status=422)
    never = {"sequence": 2, "told": "scan", "reference": case.mrn, "image": "00000000-0000-0000-0000-000000000009"}
    assert scanner(never, status=422)["errors"][0]["pointer"] == "/events/0/image"


def test_what_an_instrument_is_not_is_refused(call, client, instrument, session):
    case, portal, bridge = cases.red(), instrument("radiation"), instrument("weighbridge")
    level = {"sequence": 1, "told": "radiation", "reference": case.mrn, "level": "0.1200", "unit": "µSv/h"}
    portal(level, status=401, key=bridge.key)
    portal({**level, "told": "weight", "gross_kg": "1"}, status=422)
    portal({**level, "at": "2199-01-01T00:00:00Z"}, status=422)
    portal({**level, "sequence": 0}, status=422)
    portal({**level, "level": "NaN"}, status=422)
    assert measures(call, case) == []
    portal(level)
    assert [(row["what"], row["level"]) for row in measures(call, case)] == [("radiation", "0.1200")]
    call("supervisor", "POST", f"/devices/{portal.id}/revocation")
    portal({**level, "sequence": 2}, status=401)
    assert session.execute(text("SELECT count(*) FROM device_event")).scalar() == 1


def test_what_is_told_after_the_look_is_kept_and_changes_nothing(call, instrument):
    case = cases.inspected(cases.red(), by=inspector())
    bridge = instrument("weighbridge")
    assert bridge(weight(1, reference=case.mrn)) == {"kept": 1, "last": 1}
    assert measures(call, case) == []
    [waiting] = call("officer", "GET", "/devices/readings").json["items"]
    assert waiting["reference"] == case.mrn

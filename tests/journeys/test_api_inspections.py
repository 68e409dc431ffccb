"""A red truck inspected through the API: ordered, recorded with photos, concluded; and what no server should take."""

from __future__ import annotations

import io
import uuid

import pytest

from tests.factories import cases, movements, pictures, roads


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture
def red():
    case = cases.red()
    return case, f"/declarations/{case.reference}/inspection"


def etag(call, case):
    return call("officer", "GET", f"/declarations/{case.reference}").headers["ETag"]


def test_from_the_order_to_the_act(call, red):
    case, at = red
    order = {"steps": [{"agency": "customs", "type": "weighing"}], "reason_words": "the springs are flat", "extent": 20}
    made = call("officer", "POST", f"{at}/orders", etag=etag(call, case), json=order)
    assert made.status_code == 201 and made.json["types"] == ["weighing", "quantity", "nature"]
    slot = {"place": "TJPPJ-BAY", "slot_from": "2199-01-01T08:00:00Z", "slot_to": "2199-01-01T09:00:00Z"}
    late = call("officer", "POST", f"{at}/appointment", etag=made.headers["ETag"], json=slot)
    assert (late.status_code, late.json["errors"][0]["rule"]) == (422, "appointment.past")

    assert call("inspector", "POST", f"{at}/steps/start", json={"type": "weighing"}).json["status"] == "started"
    photo = call("inspector", "POST", f"{at}/photos?caption=rear%20door&item=1", data=pictures.photo((300, 200)), content_type="image/jpeg")
    assert photo.status_code == 201 and photo.json["caption"] == "rear door" and photo.json["size"] < 400_000
    image = call("auditor", "GET", f"{at}/photos/{photo.json['id']}")
    assert image.data.startswith(b"\xff\xd8") and image.headers["X-Content-Type-Options"] == "nosniff"

    weight = call("inspector", "POST", f"{at}/measures", json={"what": "weighing", "instrument": "scale 2", "gross_kg": "90000", "tare_kg": "10000", "axles": ["30000", "60000"]})
    assert weight.json["within"] is False and weight.json["suggests"]["kind"] == "surplus"
    found = {
        "control": "40", "conform": False, "found": "sixty drums", "item": 1, "kind": "surplus", "facts": {"packages": "60"},
        "explains": weight.json["id"], "recorded": {"id": str(uuid.uuid4()), "noted_at": "2025-11-23T05:00:00Z"},
    }  # fmt: skip
    first = call("inspector", "POST", f"{at}/findings", etag=etag(call, case), json=found)
    assert first.json["declared_facts"]["commodity"] == "291524" and first.json["clock_off"] is True
    again = call("inspector", "POST", f"{at}/findings", etag=etag(call, case), json=found)
    assert again.json["id"] == first.json["id"] == found["recorded"]["id"]

    sample = call("inspector", "POST", f"{at}/samples", json={"description": "liquid", "quantity": "0.5", "unit": "LTR", "laboratory": "L", "question": "?"}).json
    moved = call("inspector", "POST", f"{at}/samples/{sample['id']}/moves", json={"event": "received", "holder": "L"})
    assert moved.status_code == 201
    result = {"conform": False, "words": "acetic anhydride", "document": "L 1"}
    assert call("officer", "POST", f"{at}/samples/{sample['id']}/result", json=result).status_code == 201
    person = {"full_name": "Rahim", "role": "driver", "signs": False, "remark": "was not asked"}
    assert call("inspector", "POST", f"{at}/persons", json=person).json["signs"] is False

    ended = {"conclusion": "offence", "summary": "ten drums too many", "recommendation": "seize"}
    act = call("inspector", "POST", f"{at}/conclusion", etag=etag(call, case), json=ended)
    assert act.status_code == 200 and act.json["number"].startswith("TJPPJ-IA-")
    (told,) = call("auditor", "GET", at).json["items"]
    assert [step["status"] for step in told["steps"]] == ["done"] * 3
    assert [link["event"] for link in told["samples"][0]["custody"]] == ["taken", "received", "result"]
    assert told["assignments"][0]["how"] == "drawn" and told["findings"][0]["kind"] == "surplus"
    assert call("trader", "GET", at).status_code == 403, "what is found is told with the decision"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"\xff\xd8\xff" + b"\x00" * 40_000_000, 413, "20 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "Web pages and drawings"),
        (b"<!doctype html><script>alert(1)</script>", 422, "Web pages and drawings"),
    ],
    ids=["40 MB", "SVG", "HTML"],
)
def test_what_is_no_photo_is_said_clearly(call, red, data, status, said):
    answer = call("inspector", "POST", f"{red[1]}/photos", data=data, content_type="image/jpeg")
    assert answer.status_code == status and said in answer.get_data(as_text=True)


def test_a_photo_in_a_form(call, red):
    form = {"file": (io.BytesIO(pictures.photo((80, 60))), "IMG 1.jpg")}
    answer = call("inspector", "POST", f"{red[1]}/photos", data=form, content_type="multipart/form-data")
    assert answer.status_code == 201


def test_two_conclude_at_once_and_one_wins(call, red):
    case, at = red
    call("inspector", "POST", f"{at}/findings", etag=etag(call, case), json={"control": "40", "conform": True, "found": "x"})
    seen = etag(call, case)
    words = {"conclusion": "conform", "summary": "x"}
    answers = [call(who, "POST", f"{at}/conclusion", etag=seen, json=words).status_code for who in ("inspector", "officer")]
    assert answers == [200, 412]


def test_a_control_of_a_movement_at_the_same_addresses(call):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    at = f"/transit-movements/{movement.reference}"
    seen = call("officer", "GET", at).headers["ETag"]
    order = {"steps": [{"type": "quantity"}], "reason_words": "a word at the gate"}
    assert call("officer", "POST", f"{at}/inspection/orders", etag=seen, json=order).status_code == 201
    finding = {"control": "43", "conform": True, "found": "counted", "item": 1}
    seen = call("officer", "GET", at).headers["ETag"]
    found = call("inspector", "POST", f"{at}/inspection/findings", etag=seen, json=finding)
    assert found.status_code == 201 and found.json["declared_facts"]["packages"]
    ended = {"conclusion": "conform", "summary": "counted", "recommendation": "release"}
    done = call("inspector", "POST", f"{at}/inspection/conclusion", etag=found.headers["ETag"], json=ended)
    assert done.status_code == 200
    assert call("officer", "GET", at).json["controls"][0]["result"] == "conform"

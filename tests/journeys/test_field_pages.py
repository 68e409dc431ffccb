"""The page at the truck without a browser: its files and their weight, and what its doors take and refuse."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import struct
from uuid import uuid4

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories import accounts, cases
from tests.factories.actors import POST, supervisor
from tests.factories.fielding import given_to
from tests.factories.seed import PASSWORD

#: Compressed, letters aside.
HEAVIEST = 150 * 1024


class Truck:
    """A registered telephone of the inspector's."""

    def __init__(self, app, login="inspector"):
        self.client = app.test_client()
        came = accounts.send(self.client, "/login", "/login?next=/field/", login=login, password=PASSWORD)
        assert came.status_code == 302
        told = self.client.get("/field/session").json
        self.csrf = told["csrf"]
        words = {"label": "Samsung", "kind": "phone", "post": POST}
        made = self.client.post("/field/device", json=words, headers={"X-CSRFToken": self.csrf})
        assert made.status_code == 200, made.text
        self.key, self.device, self.recovery = made.json["key"], made.json["device"]["id"], made.json["recovery"]

    def headers(self, **more):
        return {"X-Field-Key": self.key, "X-CSRFToken": self.csrf, **more}

    def orders(self):
        return self.client.get("/field/orders", headers=self.headers())

    def send(self, envelope, **more):
        return self.client.post("/field/records", json=envelope, headers=self.headers(**more))


def envelope(case, sequence=1, **changes):
    now = dt.datetime.now(dt.UTC).isoformat()
    body = {"control": "40", "conform": True, "found": "as declared", "item": 1}
    made = {
        "id": str(uuid4()), "sequence": sequence, "kind": "finding", "reference": case.reference, "noted_at": now,
        "sent_at": now, "body": body,
    }  # fmt: skip
    return {**made, **changes}


@pytest.fixture
def truck(app, session):
    cases.no_chance()
    return Truck(app)


def mine(case):
    return given_to(case, "inspector")


# --- The page ---------------------------------------------------------------------------------------------------------------


def test_the_first_load_is_light(client):
    """What is fetched before the page stands, and what the service worker keeps: each counted once, letters aside."""
    shell = client.get("/field/")
    linked = re.findall(r'(?:href|src)="(/[^"]+)"', shell.text)
    worker = client.get("/field/sw.js")
    kept = json.loads(re.search(r"FILES = (\[.*?\]);", worker.text)[1])
    assert {"/field/"} < set(kept) and any("words-fa_AF" in path for path in kept)
    weight = 0
    for path in {*linked, *kept, "/field/sw.js"}:
        answer = client.get(path)
        assert answer.status_code == 200, path
        weight += 0 if path.endswith(".woff2") else len(gzip.compress(answer.data))
    assert 10_000 < weight < HEAVIEST, weight
    scripts = [path for path in kept if path.endswith(".js")]
    named = {found for path in scripts for found in re.findall(r'from "\./([\w.]+)"', client.get(path).text)}
    assert named and all(any(path.endswith("/" + name) for path in kept) for name in named)


def test_it_can_be_installed(client):
    manifest = client.get("/field/manifest.webmanifest?lang=fa_AF")
    told = manifest.json
    assert manifest.mimetype == "application/manifest+json"
    assert (told["scope"], told["start_url"], told["display"], told["dir"]) == (
        "/field/",
        "/field/",
        "standalone",
        "rtl",
    )
    for icon in told["icons"]:
        png = client.get(icon["src"]).data
        width, height = struct.unpack(">II", png[16:24])
        assert png.startswith(b"\x89PNG") and f"{width}x{height}" == icon["sizes"]
    assert {"any", "maskable"} == {icon["purpose"] for icon in told["icons"]}
    worker = client.get("/field/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/field/" and worker.headers["Cache-Control"] == "no-cache"
    policy = client.get("/field/").headers["Content-Security-Policy"]
    assert "'unsafe" not in policy and "script-src 'self';" in policy


def test_every_sentence_of_the_scripts_is_in_the_catalogue(client):
    kept = json.loads(re.search(r"FILES = (\[.*?\]);", client.get("/field/sw.js").text)[1])
    words = client.get(next(path for path in kept if path.endswith("words-en.json"))).json
    scripts = "".join(client.get(path).text for path in kept if path.endswith(".js"))
    asked = set(re.findall(r'\bt\("([a-z][\w.-]*)"', scripts))
    labels = set(re.findall(r'"((?:field|fact|net|conform)\.[\w-]+)"|title: "(form\.\w+)"', scripts))
    labels = {one or other for one, other in labels}
    assert len(asked) > 60 and len(labels) > 40
    assert asked | labels <= set(words), sorted((asked | labels) - set(words))
    lists = set(re.findall(r'(?:word|choices)\("([\w-]+)"', scripts))
    assert lists and all(any(name.startswith(f"{each}.") for name in words) for each in lists)


def test_an_old_version_is_gone(client):
    assert client.get("/field/app/0123456789abcdef/app.js").status_code == 404


# --- Its doors -----------------------------------------------------------------------------------------------------------------


def test_orders_in_the_officers_language(truck):
    case = mine(cases.red())
    told = truck.orders().json
    order = next(o for o in told["orders"] if o["reference"] == case.reference)
    assert order["instruction"] and order["items"][0]["commodity"] == "291524"
    assert {"code": "40", "name": "Physical controls"} in told["lists"]["controls"] and told["csrf"]


def test_a_record_by_the_door_and_again(truck):
    case = mine(cases.red())
    sent = envelope(case)
    first, again = truck.send(sent), truck.send({**sent, "sent_at": dt.datetime.now(dt.UTC).isoformat()})
    assert (first.status_code, first.json["outcome"], first.json["again"]) == (200, "applied", False)
    assert (again.status_code, again.json["again"]) == (200, True), "when it was sent is no part of what it says"
    other = truck.send({**sent, "body": {**sent["body"], "found": "other"}})
    assert (other.status_code, other.json["code"]) == (422, "record-reused")
    early = truck.send(envelope(case, 9))
    assert (early.status_code, early.json["code"], early.json["expected"]) == (409, "record-order", 2)
    refused = truck.send(envelope(case, 2, body={"control": "40", "conform": True, "found": "x", "item": 9})).json
    assert refused["outcome"] == "refused" and "There is no item 9" in " ".join(refused["sentences"])


def test_a_photo_by_the_door(truck):
    case = mine(cases.red())
    words = envelope(case, kind="photo", body={"caption": "drum"})

    def send(content, said=words):
        # Spelt out here: the client would keep a large form in a file that it leaves open.
        boundary, form = encode_multipart({"record": json.dumps(said), "photo": FileStorage(io.BytesIO(content), "x.jpg", "photo")})
        kind = f"multipart/form-data; boundary={boundary}"
        return truck.client.post("/field/photos", data=form, headers=truck.headers(), content_type=kind)

    assert send(b"\xff" * (3 * 1024 * 1024)).status_code == 413
    answer = send(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    assert (answer.status_code, answer.json["outcome"]) == (200, "refused")
    nothing = truck.client.post("/field/photos", data={"record": json.dumps(words)}, headers=truck.headers())
    assert nothing.status_code == 422


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b'{"id":NaN}', 400), (b'{"a":1,"a":2}', 400), (b"\xff\xfe", 400),
        (b'{"id":"x"}', 422), (b'{"a":"' + b"x" * 70_000 + b'"}', 413), (b"[" * 100_000, 413),
    ],
)  # fmt: skip
def test_what_is_no_record(truck, raw, status):
    answer = truck.client.post("/field/records", data=raw, headers=truck.headers(), content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0}, {"sequence": True}, {"id": "1"}, {"kind": "x" * 30}, {"reference": "x" * 50}, {"body": []},
        {"noted_at": ""}, {"person": "somebody else"}, {"kind": "bribe"}, {"kind": "photo"},
    ],
)  # fmt: skip
def test_envelopes_that_say_nothing(truck, changes):
    answer = truck.send(envelope(mine(cases.red()), **changes))
    assert answer.status_code == 422 and answer.json["errors"]


def test_a_stolen_cookie_and_a_stolen_key_are_not_enough(app, truck):
    case = mine(cases.red())
    for key in ("", "gzf_" + "0" * 32 + "_" + "x" * 43, truck.key[:-2] + "xx"):
        answer = truck.client.get("/field/orders", headers={"X-Field-Key": key})
        assert (answer.status_code, answer.json["code"]) == (403, "device-unknown")
    stranger = app.test_client()
    for answer in (
        stranger.get("/field/orders", headers={"X-Field-Key": truck.key}),
        stranger.post("/field/records", json=envelope(case), headers={"X-Field-Key": truck.key}),
    ):
        assert answer.status_code in (400, 401) and answer.mimetype == "application/problem+json"
    officer = Truck(app, "officer")
    answer = officer.client.get("/field/orders", headers={"X-Field-Key": truck.key})
    assert (answer.status_code, answer.json["code"]) == (403, "device-unknown")
    forged = truck.client.post("/field/records", json=envelope(case), headers={"X-Field-Key": truck.key})
    assert forged.status_code == 400, "no form token"


def test_the_sign_in_of_the_field_stands_beside_that_of_the_desk(app, session, truck):
    desk = app.test_client()
    accounts.sign_in(desk, "inspector", PASSWORD)
    assert desk.get("/officer/worklist").status_code == 200
    assert truck.orders().status_code == 200, "the desk did not end it"
    assert truck.client.get("/officer/worklist").status_code in (302, 401), "and it opens the field alone"
    again = app.test_client()
    accounts.sign_in(again, "inspector", PASSWORD)
    assert desk.get("/officer/worklist").status_code != 200 and truck.orders().status_code == 200


def test_the_cookie_of_a_device_is_no_key(app, truck):
    mark = truck.client.get_cookie("guzar_field").value
    assert mark.startswith("gzm_") and truck.key.rpartition("_")[2] not in mark
    answer = truck.client.get("/field/orders", headers={"X-Field-Key": mark})
    assert (answer.status_code, answer.json["code"]) == (403, "device-unknown")
    for shown, beside in ((mark, True), (mark[:-1] + ("0" if mark[-1] != "0" else "1"), False), (truck.key, False)):
        desk, again = app.test_client(), app.test_client()
        accounts.sign_in(desk, "inspector", PASSWORD)
        again.set_cookie("guzar_field", shown)
        sent = accounts.send(again, "/login", "/login?next=/field/", login="inspector", password=PASSWORD)
        assert sent.status_code == 302
        assert (desk.get("/officer/worklist").status_code == 200) is beside, shown


def test_a_browser_locks_itself_out(app, truck):
    client = app.test_client()
    client.set_cookie("guzar_field", truck.client.get_cookie("guzar_field").value)
    accounts.sign_in(client, "inspector", PASSWORD)
    token = accounts.csrf(client, "/devices")
    path = f"/devices/{truck.device}/lock"
    assert client.post(path, data={"csrf_token": token, "reason": ""}).status_code == 422
    assert client.get_cookie("guzar_field") is not None
    assert client.post(path, data={"csrf_token": token, "reason": "sold"}).status_code == 303
    assert client.get_cookie("guzar_field") is None


def test_a_locked_out_device(app, truck):
    desk = app.test_client()
    accounts.sign_in(desk, "supervisor", PASSWORD)
    page = desk.get("/devices").text
    assert "Samsung" in page
    token = accounts.csrf(desk, "/devices")
    nothing = desk.post(f"/devices/{truck.device}/lock", data={"csrf_token": token, "reason": " "})
    assert nothing.status_code == 422
    done = desk.post(f"/devices/{truck.device}/lock", data={"csrf_token": token, "reason": "stolen"})
    assert done.status_code == 303
    told = truck.client.get("/field/session", headers={"X-Field-Device": truck.device})
    assert (told.status_code, told.json["code"]) == (403, "device-locked")
    assert truck.client.get_cookie("guzar_field") is None, "its mark goes with the answer"
    assert truck.orders().status_code in (401, 403), "its sign-in is over"
    accounts.sign_in(truck.client, "inspector", PASSWORD)
    answer = truck.orders()
    assert (answer.status_code, answer.json["code"]) == (403, "device-locked")
    released = desk.post(f"/devices/{truck.device}/release", data={"csrf_token": token, "reason": "found"})
    assert released.status_code == 303
    assert truck.client.get("/field/session", headers={"X-Field-Device": truck.device}).status_code == 200


def test_the_forgotten_code_wants_the_person(app, truck):
    headers = {"X-Field-Device": truck.device, "X-CSRFToken": truck.csrf}
    assert truck.client.post("/field/device/recovery", headers=headers).json["recovery"] == truck.recovery
    officer = Truck(app, "officer")
    headers["X-CSRFToken"] = officer.csrf
    assert officer.client.post("/field/device/recovery", headers=headers).status_code == 403


def test_a_conflict_is_settled_at_the_desk(app, truck):
    case = cases.decided(mine(cases.red()), "seize", by=supervisor())
    answer = truck.send(envelope(case))
    assert answer.json["outcome"] == "conflict" and answer.json["theirs"]["state"] == "seized"
    desk = app.test_client()
    accounts.sign_in(desk, "supervisor", PASSWORD)
    page = desk.get("/devices/conflicts").text
    assert case.reference in page and "as declared" in page and "the papers agree" in page
    token, path = accounts.csrf(desk, "/devices/conflicts"), f"/devices/conflicts/{answer.json['id']}"
    unsaid = desk.post(path, data={"csrf_token": token, "verdict": "late", "reason": ""})
    assert unsaid.status_code == 422
    done = desk.post(path, data={"csrf_token": token, "verdict": "late", "reason": "seen at the same minute"})
    assert done.status_code == 303
    assert "Added late" in desk.get("/devices/conflicts").text
    assert "Recorded at the truck, added late" in desk.get(f"/officer/declarations/{case.reference}").text

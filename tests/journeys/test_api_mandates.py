"""Mandates by programs, and that what is seen of a warehouse is never older than what left it."""

from __future__ import annotations

import pytest

from app.core import db
from app.payments import operations as payments
from app.payments.commands import SetStandingOrder
from tests.factories import lives, warehouses
from tests.factories.actors import OTHER_PARTY, PARTY, POST, trader

WORDS = {
    "post": POST, "principal": PARTY, "declarant": OTHER_PARTY, "scopes": ["stocks"], "valid_from": "2020-01-01",
    "valid_to": "2099-12-31",
}  # fmt: skip


@pytest.fixture(autouse=True)
def alone(session):
    warehouses.alone()


def test_a_mandate_from_giving_to_revoking(call):
    made = call("trader", "POST", "/mandates", json=WORDS)
    assert made.status_code == 201, made.text
    path = f"/mandates/{made.json['id']}"
    assert {**WORDS, "status": "in_force", "given_as": "trader", "paper": None}.items() <= made.json.items()
    assert "given_by" not in made.json
    assert call("trader2", "GET", path).json == made.json
    assert [m["id"] for m in call("trader2", "GET", "/mandates").json["items"]] == [made.json["id"]]
    assert call("officer", "GET", path).json["given_by"]
    assert call("trader2", "POST", f"{path}/revocation", json={"reason": "x"}).status_code == 403
    mute = call("trader", "POST", f"{path}/revocation", json={})
    assert (mute.status_code, mute.json["errors"][0]["pointer"]) == (422, "/reason")
    done = call("trader", "POST", f"{path}/revocation", json={"reason": "we part"})
    assert (done.status_code, done.json["status"]) == (200, "revoked")
    assert call("trader", "POST", f"{path}/revocation", json={"reason": "again"}).status_code == 409


@pytest.mark.parametrize(
    ("bent", "pointer"),
    [
        ({"declarant": PARTY}, "/declarant"), ({"principal": 7}, "/principal"), ({"scopes": ["guarantees"]}, "/scopes/0"),
        ({"scopes": []}, "/scopes"), ({"valid_to": "2026-02-30"}, "/valid_to"), ({"post": "nowhere"}, "/post"),
        ({"more": 1}, "/more"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(call, bent, pointer):
    answer = call("trader", "POST", "/mandates", json={**WORDS, **bent})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_firm_without_mandate_is_told_so_at_the_field(call):
    source = warehouses.placed()
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, OTHER_PARTY, True), by=trader(OTHER_PARTY))
    body = warehouses.leaving(source.mrn)
    body["declarant"]["id"] = OTHER_PARTY
    refused = call("trader2", "POST", "/declarations", json=body)
    assert refused.status_code == 422
    (error,) = refused.json["errors"]
    assert (error["pointer"], error["rule"]) == ("/items/0/previous_documents/0/number", "previous.mandate")
    assert call("trader", "POST", "/mandates", json=WORDS).status_code == 201
    assert call("trader2", "POST", "/declarations", json=body).status_code == 201


def test_what_is_written_off_is_no_stale_answer(call):
    """An answer that was kept is asked for anew once a later declaration takes goods out, and once more when it gives
    them back."""
    source = warehouses.placed()
    path = f"/declarations/{source.reference}"

    def seen(etag):
        answer = call("trader", "GET", path, headers={"If-None-Match": etag})
        return answer.status_code, answer.headers["ETag"]

    first = call("trader", "GET", path)
    etag = first.headers["ETag"]
    assert seen(etag) == (304, etag) and first.json["assessment"]["suspended"] != "0.00"
    out = lives.lodged(lives.lane("yellow", warehouses.leaving(source.mrn)))
    status, taken = seen(etag)
    assert status == 200 and taken != etag
    told = call("officer", "GET", f"/declarations/{out.reference}")
    decision = {"decision": "release", "reason": "agrees"}
    done = call("officer", "POST", f"/declarations/{out.reference}/decision", etag=told.headers["ETag"], json=decision)
    assert done.json["status"] == "released", done.text
    assert seen(taken)[0] == 200
    assert call("trader", "GET", path).json["assessment"]["suspended"] == "0.00"

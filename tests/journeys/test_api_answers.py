"""Answers are what the description says, and a filter that is misspelt is refused."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from tests.factories import lives


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def held(call, client):
    """Asks, and holds the answer to its description; nothing may be answered that is not described."""
    described = client.get("/api/v1/openapi.json").json
    paths = {re.sub(r"\{[^}]+\}", "[^/]+", path): methods for path, methods in described["paths"].items()}

    def check(schema, value, where):
        rooted = {**schema, "components": described["components"]}
        faults = [
            f"{where}: {fault.json_path} {fault.message}" for fault in Draft202012Validator(rooted).iter_errors(value)
        ]
        assert not faults, faults[:3]
        assert schema != {"type": "object", "additionalProperties": True}, where
        if "$ref" in schema:
            named = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            unknown = set(value) - set(named["properties"])
            assert not unknown or named.get("additionalProperties"), (where, unknown)

    def ask(login, method, path, **more):
        answer = call(login, method, path, **more)
        plain = "/api/v1" + path.partition("?")[0]
        [about] = [methods for pattern, methods in paths.items() if re.fullmatch(pattern, plain) and "." not in plain]
        told = about[method.lower()]["responses"][str(answer.status_code)]["content"]
        if answer.status_code < 300:
            check(told["application/json"]["schema"], answer.json, f"{method} {path}")
        return answer

    return ask


def test_a_declaration_from_draft_to_gate_is_answered_as_described(held):
    body = lives.lane("yellow", lives.due(2))
    draft = held("trader", "POST", "/declarations?draft=true", json=body)
    path = f"/declarations/{draft.json['reference']}"
    assert held("trader", "GET", path).json["status"] == "draft"
    held("trader", "PUT", path, etag=draft.headers["ETag"], json=body)
    held("trader", "GET", f"{path}/assessment")
    etag = held("trader", "GET", path).headers["ETag"]
    lodged = held("trader", "POST", f"{path}/submission", etag=etag)
    held("officer", "GET", path)
    held("officer", "GET", f"{path}/assessment")
    decision = {"decision": "release", "reason": "agrees"}
    from_officer = lodged.headers["ETag"]
    held("officer", "POST", f"{path}/assessment", etag=from_officer, json={"reason": "again"})
    due = held("officer", "GET", f"{path}/payments").json["standing"]["due"]
    claim = {"method": "receipt", "amount": due, "bank": "ESKHATA", "receipt": "77-1"}
    claimed = held("trader", "POST", f"{path}/payments", json=claim).json["payment"]
    held("officer", "GET", "/payments")
    held("officer", "POST", f"/payments/{claimed['id']}/confirmation")
    held("officer", "GET", f"/payments/{claimed['id']}")
    held("officer", "GET", f"{path}/payments")
    assert held("trader", "GET", "/declarations?q=" + lodged.json["mrn"]).json["items"]
    assert held("officer", "GET", "/declarations").json["items"]
    etag = held("officer", "GET", path).headers["ETag"]
    assert held("officer", "POST", f"{path}/decision", etag=etag, json=decision).json["status"] == "released"
    permit = held("supervisor", "POST", f"{path}/permit", json={"languages": ["en", "ru"]}).json
    held("officer", "GET", f"{path}/permit")
    held("officer", "GET", f"/permits/{permit['number']}")
    held("supervisor", "POST", f"/permits/{permit['number']}/prints", json={"reason": "lost"})
    record = held("inspector", "GET", path)
    plate, etag = record.json["transport"]["vehicle"]["plate"], record.headers["ETag"]
    gone = held("inspector", "POST", f"{path}/exit", etag=etag, json={"plate": plate})
    assert gone.json["exit"]["permit"] == permit["number"]
    for who in ("trader", "officer"):
        assert held(who, "GET", f"{path}/exit").json["items_here"] == []
    held("officer", "GET", "/debts")
    held("officer", "GET", "/proposals")


def test_a_truck_that_left_without_a_permit(call):
    case = lives.lodged(lives.free())
    path = f"/declarations/{case.reference}"
    record = call("inspector", "GET", path)
    seen = {"plate": record.json["transport"]["vehicle"]["plate"]}
    etag = record.headers["ETag"]
    refused = call("inspector", "POST", f"{path}/exit", etag=etag, json=seen)
    assert refused.status_code == 409 and refused.json["errors"][0]["rule"] == "exit.no-permit"
    told = {**seen, "without_permit": "found in the evening count"}
    assert call("inspector", "POST", f"{path}/exit", etag=etag, json=told).status_code == 403
    gone = call("supervisor", "POST", f"{path}/exit", etag=etag, json=told)
    assert gone.status_code == 201 and gone.json["exit"]["permit"] is None
    assert gone.json["exit"]["without_permit"] == "found in the evening count"
    [shown] = call("trader", "GET", f"{path}/exit").json["items"]
    assert shown["permit"] is None and "without_permit" not in shown


@pytest.mark.parametrize("path", ["/declarations", "/payments", "/debts", "/proposals", "/audits", "/codes/country"])
def test_a_parameter_that_is_not_there_is_refused_by_name(call, path):
    assert call("officer", "GET", f"{path}?limit=5&lang=fa").status_code == 200
    refused = call("officer", "GET", f"{path}?limt=5&Status=x")
    assert refused.status_code == 422
    assert [(e["pointer"], e["rule"]) for e in refused.json["errors"]] == [
        ("/Status", "query.unknown"),
        ("/limt", "query.unknown"),
    ]
    assert "limit" in refused.json["errors"][1]["message"]


def test_deeds_take_no_parameters_they_do_not_know(call):
    case = lives.lodged(lives.free())
    refused = call("supervisor", "POST", f"/declarations/{case.reference}/permit?language=en", json={})
    assert refused.status_code == 422 and refused.json["errors"][0]["rule"] == "query.unknown"
    odd = call("officer", "GET", "/declarations?" + "x" * 500 + "=1&%E2%80%AE=2")
    assert odd.status_code == 422 and len(odd.json["errors"][0]["pointer"]) < 100

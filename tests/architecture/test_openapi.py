"""The API's description: valid OpenAPI, complete, and true of what is answered."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json


def _rules(app):
    return {
        (method.lower(), re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_the_description_is_valid(described):
    assert described["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_route_is_described(app, described):
    told = {
        (method, path)
        for path, methods in described["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "delete", "patch")
    }
    assert told == _rules(app)


def test_every_operation_says_what_it_gives_and_how_it_refuses(described):
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            if method == "parameters":
                continue
            where = f"{method} {path}"
            assert about["summary"], where
            statuses = set(about["responses"])
            assert statuses & {"200", "201", "202", "204"}, where
            for status, answer in about["responses"].items():
                if status[0] == "4":
                    assert "application/problem+json" in answer["content"], f"{where} {status}"
            names = {p["name"] for p in about.get("parameters", ()) if "name" in p}
            if "Idempotency-Key" in names:
                assert {"400", "409"} <= statuses, where
            if "If-Match" in names:
                assert {"412", "428"} <= statuses, where


_WITHOUT_KEY = (
    "/api/v1/verify",
    "/api/v1/devices/{identifier}/events",
    "/api/v1/devices/{identifier}/images",
)


def test_every_deed_needs_a_key(described):
    """But a check, and what a device tells: its events have numbers of their own, its images are kept once."""
    for path, methods in described["paths"].items():
        if "post" in methods and path not in _WITHOUT_KEY:
            names = {p.get("name") for p in methods["post"].get("parameters", ())}
            assert "Idempotency-Key" in names, path


def test_the_declaration_is_described_to_the_digit(described):
    schemas = described["components"]["schemas"]
    item = schemas["Item"]["properties"]
    assert item["number"] == {"type": "integer", "minimum": 1, "maximum": 999} | {
        k: v for k, v in item["number"].items() if k not in ("type", "minimum", "maximum")
    }
    assert "string" in item["gross_kg"]["type"], "decimals are text"
    assert item["gross_kg"]["pattern"].startswith("^[0-9]{1,9}")
    assert set(schemas["Declaration"]["required"]) >= {"local_reference", "post", "consignor", "items", "invoice"}


def test_answers_are_described(described):
    """Bare objects are the exception; every list says what its pages look like."""
    bare, named = [], []
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            if method == "parameters":
                continue
            for status, answer in about["responses"].items():
                schema = answer.get("content", {}).get("application/json", {}).get("schema")
                if status[0] == "2" and schema:
                    (bare if schema.get("type") == "object" else named).append(f"{method} {path}")
            listed = {p.get("name") for p in about.get("parameters", ())} >= {"limit", "after"}
            assert not listed or f"{method} {path}" in named, f"{method} {path}"
    must = ("get /api/v1/declarations", "get /api/v1/declarations/{reference}", "post /api/v1/declarations",
            "get /api/v1/declarations/{reference}/assessment", "get /api/v1/payments/{identifier}",
            "get /api/v1/declarations/{reference}/permit")  # fmt: skip
    assert set(must) <= set(named)


def test_alternatives_of_a_code_are_one_pattern(described):
    """The ends hold all the alternatives, or any text that only begins like one of them would do."""
    found = list(_patterns(described["components"]["schemas"]))
    assert len(found) > 20
    for pattern in found:
        assert not re.search(pattern, "TJ or whatever VARIOUS else"), pattern
        inner = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", pattern)
        assert "|" not in inner, pattern


def _patterns(node):
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from _patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from _patterns(value)

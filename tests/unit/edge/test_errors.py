"""Every kind of error becomes the answer it should be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask, abort
from sqlalchemy import exc as sa
from sqlalchemy.orm.exc import StaleDataError

from app.core.errors import (
    ChangedMeanwhile,
    Finding,
    Forbidden,
    FreshSignInNeeded,
    Invalid,
    NotSignedIn,
    Refusal,
    TooMany,
)
from app.core.text import _

Raising = Callable[[Callable[[], object]], None]


def _fail(error: BaseException) -> Callable[[], object]:
    def view() -> object:
        raise error

    return view


def test_a_refusal_is_a_problem_with_its_findings_and_facts(edge: Flask, raising: Raising) -> None:
    finding = Finding("/items/0/gross_kg", "mass.net", _("Must be more than {min}.", min=3))
    raising(_fail(ChangedMeanwhile(findings=[finding], facts={"changed": [{"by": "officer2"}], "version": 4, "status": "no"})))
    answer = edge.test_client().get("/api/v1/raise")
    body = answer.get_json()
    assert answer.status_code == 412
    assert answer.mimetype == "application/problem+json"
    assert body["type"] == "/problems/changed-meanwhile" and body["code"] == "changed-meanwhile"
    assert body["title"] == "The record was changed by somebody else meanwhile."
    assert body["errors"] == [{"pointer": "/items/0/gross_kg", "rule": "mass.net", "message": "Must be more than 3."}]
    assert body["changed"] == [{"by": "officer2"}] and body["version"] == 4
    assert body["status"] == 412, "a fact must not replace a standard member"
    assert body["request_id"] == answer.headers["X-Request-ID"]


def test_a_refusal_is_a_page_elsewhere(edge: Flask, raising: Raising) -> None:
    raising(_fail(Forbidden(_("Your role does not allow this at {post}.", post="<b>TJDUS"))))
    answer = edge.test_client().get("/raise", headers={"Referer": "http://localhost/list?page=2"})
    assert answer.status_code == 403 and answer.mimetype == "text/html"
    assert "at &lt;b&gt;TJDUS" in answer.text and "<b>TJDUS" not in answer.text
    assert 'href="/list?page=2"' in answer.text


def test_a_page_leads_back_only_to_this_site(edge: Flask) -> None:
    for referrer in ("http://evil.example/x", "javascript:alert(1)", "http://localhost//evil.example", "http://[", "http://localhost@evil.example/"):
        assert "Back to the page before" not in edge.test_client().get("/nowhere", headers={"Referer": referrer}).text


def test_errors_are_told_in_the_readers_language(edge: Flask) -> None:
    body = edge.test_client().get("/api/v1/nowhere", headers={"Accept-Language": "ru"}).get_json()
    assert body["title"] == "Такой страницы нет или она вам недоступна."
    assert body["code"] == "not-found"


def test_schema_errors_point_into_the_body(edge: Flask) -> None:
    body = edge.test_client().post("/api/v1/goods", json={"items": [{"gross_kg": "0", "x~/y": 1}]}).get_json()
    assert body["status"] == 422 and body["code"] == "invalid"
    found = {e["pointer"]: (e["rule"], e["message"]) for e in body["errors"]}
    assert found["/items/0/description"] == ("required", "This is missing. Fill it in.")
    assert found["/items/0/gross_kg"] == ("range", "Must be more than 0.")
    assert found["/items/0/x~0~1y"][0] == "unknown"


def test_messages_of_schemas_are_translated(edge: Flask) -> None:
    answer = edge.test_client().post("/api/v1/goods", json={"items": "x"}, headers={"Accept-Language": "tg"})
    assert answer.get_json()["errors"][0]["message"] == "Дар ин ҷо рӯйхат диҳед."


def test_json_that_is_none_is_malformed(edge: Flask) -> None:
    answer = edge.test_client().post("/api/v1/goods", data=b"{nope", content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")
    answer = edge.test_client().post("/api/v1/goods", data=b"x", content_type="text/plain")
    assert answer.status_code == 415


def test_http_errors_keep_their_headers(edge: Flask) -> None:
    answer = edge.test_client().get("/api/v1/goods")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_messages_that_webargs_puts_into_the_error_are_listed(edge: Flask, raising: Raising) -> None:
    def view() -> object:
        try:
            abort(422)
        except Exception as error:
            error.data = {"messages": {"json": {"items": {0: {"net_kg": ["Wrong {x}."]}}}}}  # type: ignore[attr-defined]
            raise

    raising(view)
    body = edge.test_client().post("/api/v1/raise").get_json()
    assert body["errors"] == [{"pointer": "/items/0/net_kg", "rule": "invalid", "message": "Wrong {x}."}]


def _dbapi(kind: type[psycopg.Error], message: str = "x") -> Any:
    return kind(message)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (sa.OperationalError("select", {}, _dbapi(psycopg.OperationalError, "server closed the connection")), 503, "unavailable"),
        (sa.OperationalError("select", {}, _dbapi(psycopg.errors.AdminShutdown)), 503, "unavailable"),
        (sa.OperationalError("select", {}, _dbapi(psycopg.errors.QueryCanceled)), 503, "unavailable"),
        (sa.OperationalError("select", {}, _dbapi(psycopg.errors.LockNotAvailable)), 503, "unavailable"),
        (sa.OperationalError("select", {}, _dbapi(psycopg.errors.DeadlockDetected)), 503, "unavailable"),
        (sa.OperationalError("select", {}, _dbapi(psycopg.errors.DiskFull)), 503, "unavailable"),
        (sa.InternalError("select", {}, _dbapi(psycopg.errors.ReadOnlySqlTransaction)), 503, "unavailable"),
        (sa.InterfaceError("select", {}, _dbapi(psycopg.InterfaceError)), 503, "unavailable"),
        (sa.TimeoutError("QueuePool limit"), 503, "unavailable"),
        (sa.DataError("insert", {}, _dbapi(psycopg.DataError, "NUL")), 422, "invalid"),
        (sa.DataError("insert", {}, _dbapi(psycopg.errors.NumericValueOutOfRange)), 422, "invalid"),
        (sa.IntegrityError("insert", {}, _dbapi(psycopg.errors.CheckViolation)), 422, "invalid"),
        (sa.StatementError("bad", "insert", {}, ValueError("year 20000")), 422, "invalid"),
        (sa.IntegrityError("insert", {}, _dbapi(psycopg.errors.UniqueViolation)), 409, "conflict"),
        (StaleDataError("0 rows"), 412, "changed-meanwhile"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), 422, "invalid"),
        (RecursionError(), 400, "malformed"),
        (sa.ProgrammingError("select", {}, _dbapi(psycopg.errors.UndefinedTable)), 500, "defect"),
        (ZeroDivisionError("secret detail"), 500, "defect"),
    ],
    ids=lambda value: type(getattr(value, "orig", None) or value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_what_the_database_and_python_raise(edge: Flask, raising: Raising, error: Exception, status: int, code: str) -> None:
    raising(_fail(error))
    answer = edge.test_client().get("/api/v1/raise")
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert (answer.headers.get("Retry-After") == "2") is (status == 503)
    assert "secret detail" not in answer.text and "Traceback" not in answer.text and "select" not in answer.text
    page = edge.test_client().get("/raise")
    assert page.status_code == status and "<h1>" in page.text and "secret detail" not in page.text


def test_a_defect_is_logged_with_its_traceback(edge: Flask, raising: Raising, caplog: pytest.LogCaptureFixture) -> None:
    raising(_fail(ZeroDivisionError("secret detail")))
    with caplog.at_level(logging.ERROR):
        edge.test_client().get("/raise")
    assert any(record.exc_info and "secret detail" in str(record.exc_info[1]) for record in caplog.records)


def test_the_error_page_comes_even_if_the_frame_fails(edge: Flask, raising: Raising) -> None:
    raising(_fail(Forbidden()))
    edge.context_processor(lambda: 1 / 0)
    answer = edge.test_client().get("/raise")
    assert answer.status_code == 403 and "Your role does not allow this." in answer.text


@pytest.mark.parametrize("refusal", [NotSignedIn(), FreshSignInNeeded()])
def test_who_is_not_signed_in_is_led_there_and_back(edge: Flask, raising: Raising, refusal: Refusal) -> None:
    edge.add_url_rule("/sign-in", "security.login", lambda: "")
    edge.add_url_rule("/confirm", "security.verify", lambda: "")
    raising(_fail(refusal))
    target = "/sign-in" if isinstance(refusal, NotSignedIn) else "/confirm"
    client = edge.test_client()
    answer = client.get("/raise?x=1")
    assert answer.status_code == 302 and answer.location == f"{target}?next=/raise?x%3D1"
    answer = client.post("/raise")
    assert answer.status_code == 401 and f'href="{target}' in answer.text
    answer = client.get("/raise", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/list?a=1"})
    assert answer.status_code == 401 and answer.headers["HX-Redirect"] == f"{target}?next=/list?a%3D1"
    answer = client.get("/raise", headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/"})
    assert answer.headers["HX-Redirect"] == f"{target}?next=/"
    answer = client.get("/api/v1/raise")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_htmx_gets_a_notice_not_a_page(edge: Flask, raising: Raising) -> None:
    raising(_fail(Invalid(_("The text holds a control character. Remove it and send the text again."))))
    answer = edge.test_client().post("/raise", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<html" not in answer.text and 'role="alert"' in answer.text


def test_too_many_says_when_to_come_back(edge: Flask, raising: Raising) -> None:
    raising(_fail(TooMany(facts={"retry_after": 40})))
    assert edge.test_client().get("/api/v1/raise").headers["Retry-After"] == "40"

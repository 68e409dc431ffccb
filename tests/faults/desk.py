"""The application with something at every stage to be spoilt, and what holds for every answer it gives."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.core import db
from app.core.actors import SYSTEM
from app.risk.operations import set_random_share
from config.settings import Settings
from tests import conftest
from tests.architecture.authorisation import COLUMNS, TABLE, cells
from tests.factories import caches, declarations, scans
from tests.factories.accounts import sign_in, token
from tests.factories.actors import PARTY, POST
from tests.factories.seed import PASSWORD

#: Seconds of this process for an answer. Time on the clock would measure what else the machine does.
SLOWEST = 2.0
LOGINS = (
    "trader",
    "trader2",
    "officer",
    "inspector",
    "supervisor",
    "supervisor2",
    "analyst",
    "administrator",
    "auditor",
)
#: Tries to sign in are counted, whatever is sent; a wrong password may lock an account.
COUNTED = ("sign_in", "app_user")


@dataclass
class Desk:
    """The application on a database of its own that really commits, with something at every stage to be spoilt."""

    app: Flask
    tokens: dict[str, str]
    names: dict[str, str]
    connection: psycopg.Connection[Any]
    _clients: dict[str, FlaskClient] = field(default_factory=dict)
    _counted: dict[tuple[str, ...], tuple[str, dict[str, int]]] = field(default_factory=dict)

    def send(self, method: str, path: str, login: str | None, headers: dict[str, str], **options: Any) -> TestResponse:
        given = {"Authorization": f"Bearer {self.tokens[login]}"} if login else {}
        if method == "POST":
            given["Idempotency-Key"] = uuid.uuid4().hex
        self.unlimited()
        return self.app.test_client().open("/api/v1" + path, method=method, headers={**given, **headers}, **options)

    def unlimited(self) -> None:
        """Forgets how often was asked: a flood is another test's matter."""
        for window in vars(self.app.extensions["guzar_limits"]).values():
            if hasattr(window, "_open"):
                window._open.clear()

    def page(self, login: str) -> FlaskClient:
        """A client that is signed in; kept for the next who asks for it."""
        client = self._clients.get(login)
        if client is None or client.get("/account").status_code != 200:
            client = self._clients[login] = self.app.test_client()
            sign_in(client, login, PASSWORD)
        return client

    def csrf(self, client: FlaskClient) -> str:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/account").text)
        assert found
        return found[1]

    def rows(self, *, without: tuple[str, ...] = ()) -> dict[str, int]:
        """How many rows there are in every table, and how often declarations and numbers have changed.

        Counted anew only where a transaction that may have written has ended since: each such one changes what a snapshot
        of the server says, whether it was committed or not. Most refusals never come so far."""
        found = self.connection.execute("SELECT pg_current_snapshot()::text").fetchone()
        assert found
        known = self._counted.get(without)
        if known is None or known[0] != found[0]:
            known = self._counted[without] = (found[0], self._count(without))
        return known[1]

    def _count(self, without: tuple[str, ...]) -> dict[str, int]:
        if not hasattr(self, "_tables"):
            self._tables = [
                name
                for (name,) in self.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
        asked = [f"SELECT '{t}', count(*) FROM {t}" for t in self._tables if t not in without]
        asked.append("SELECT 'versions', coalesce(sum(version), 0)::bigint FROM declaration")
        asked.append("SELECT 'payments', coalesce(sum(version), 0)::bigint FROM payment")
        asked.append("SELECT 'numbers', coalesce(sum(last), 0)::bigint FROM number_series")
        return {str(name): int(count) for name, count in self.connection.execute(" UNION ALL ".join(asked))}

    def address(self, rule: str) -> str:
        """The rule with what it names: of the kinds of things that it is about, one that is there."""

        def filled(found: re.Match[str]) -> str:
            name = found[1]
            about = next((part for part in rule.split("/") if f"{part}:{name}" in self.names), "")
            return self.names.get(f"{about}:{name}") or self.names.get(name) or "x"

        return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", filled, rule)


def who_may(rule: str, method: str = "POST") -> str:
    """Somebody whom the table of authorisation lets use a route; an officer for a route that is not in it yet."""
    for key, row in TABLE.items():
        if key.partition("@")[0].partition("?")[0] == f"{method} {rule}":
            for login, cell in zip(COLUMNS, cells(row).values(), strict=True):
                if cell in ("ok", "-") and login in LOGINS:
                    return login
    return "officer"


@contextmanager
def opened(cluster: Any, template: Any, home: Path) -> Iterator[Desk]:
    made = conftest._create(cluster, f"hostile_{uuid.uuid4().hex[:8]}", template.name)
    settings = Settings(
        home=home, database_url=made.url, owner_url=made.owner_url, post=POST, secret_key="h" * 40, purpose="test",
        cheap_passwords=True, log_level="ERROR",
    )  # fmt: skip
    with caches.apart():
        app = create_app(settings)
        with db.transaction() as session:
            set_random_share(session, "*", "0", "yellow", by=SYSTEM)
            tokens = {login: token(session, login) for login in LOGINS}
        with made.app_connection() as connection:
            ready = Desk(app, tokens, {}, connection)
            _furnish(ready)
            yield ready
        db.disconnect()
    with psycopg.connect(cluster.superuser_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


def look_at(answer: TestResponse, seconds: float) -> None:
    """What holds for every answer."""
    assert answer.status_code < 500, answer.text[:500]
    assert b"Traceback (most recent call last)" not in answer.data
    assert b"psycopg" not in answer.data and b"sqlalchemy" not in answer.data.lower()
    assert seconds < SLOWEST


def is_problem(answer: TestResponse) -> None:
    assert answer.mimetype == "application/problem+json", answer.text[:300]
    problem = answer.json
    assert {"type", "title", "status", "detail", "code", "request_id"} <= problem.keys()
    assert problem["status"] == answer.status_code and problem["title"] and problem["detail"]
    for error in problem.get("errors", []):
        assert {"pointer", "rule", "message"} == error.keys() and error["message"]


def _furnish(desk: Desk) -> None:
    """One of everything; `part:name` in the names says which thing a route with that part is about."""

    def done(login: str, path: str, body: Any, etag: str = "", **options: Any) -> Any:
        given = {"json": body} if body is not None else {}
        answer = desk.send("POST", path, login, {"If-Match": etag} if etag else {}, **given, **options)
        assert answer.status_code in (200, 201, 202), answer.text
        return {**answer.json, "etag": answer.headers.get("ETag", "")}

    def lodged(body: dict[str, Any]) -> Any:
        return done("trader", "/declarations", body)

    names = desk.names
    names["yellow"] = names["reference"] = lodged(declarations.yellow())["reference"]
    names["draft"] = done("trader", "/declarations?draft=true", declarations.words())["reference"]
    names["released"] = lodged(declarations.words())["reference"]
    issued = lodged(declarations.words())["reference"]
    names["permit"] = done("supervisor", f"/declarations/{issued}/permit", {"languages": ["en", "fa"]})["number"]
    red = desk.send("GET", f"/declarations/{lodged(declarations.red())['reference']}", "officer", {})
    lowering = {"lane": "yellow", "reason": "known"}
    lowered = done("supervisor", f"/declarations/{red.json['reference']}/lane", lowering, red.headers["ETag"])
    names["proposal"] = lowered["proposal"]["id"]
    _later(names, done, lodged)
    _named(names, issued)


def _later(names: dict[str, str], done: Any, lodged: Any) -> None:
    """What a declaration and a firm come to have: a request, a question, a claim, a certificate, a template, a scan."""
    body = declarations.yellow()
    amended = lodged(body)
    wanted = {"reason": "a slip", "declaration": {**body, "place_of_loading": "Termez"}}
    where = f"/declarations/{amended['reference']}"
    names["amendment"] = done("trader", f"{where}/amendments", wanted, amended["etag"])["amendment"]["id"]
    names["amended"] = amended["reference"]
    asked = lodged(declarations.yellow())
    names["queried"] = asked["reference"]
    question = {"question": "Where was it packed?"}
    where = f"/declarations/{asked['reference']}"
    names["query"] = done("officer", f"{where}/queries", question, asked["etag"])["query"]["id"]
    claim = {"method": "receipt", "amount": "1.00", "bank": "Amonatbonk", "receipt": "H-1"}
    names["payment"] = done("trader", f"/declarations/{names['yellow']}/payments", claim)["payment"]["id"]
    paper = {
        "post": POST, "number": "EX-H", "issuer": "a", "source": "b", "holder": PARTY, "measure": "net_kg", "granted": "1",
        "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    }  # fmt: skip
    names["certificate"] = done("officer", "/exemptions", paper)["id"]
    template = {"name": "often", "declaration": declarations.words()}
    names["template"] = done("trader", "/templates", template)["id"]
    png = {"data": scans.picture("PNG"), "content_type": "image/png"}
    names["file"] = done("trader", "/attachments?name=cmr.png", None, **png)["id"]


def _named(names: dict[str, str], issued: str) -> None:
    nobody = str(uuid.UUID(int=1))
    names |= {
        "number": names["permit"], "identifier": names["proposal"], "token": nobody, "post": POST, "party": PARTY, "key": "terms",
        "list_name": "parameter", "part": "decision", "mrn": "26TJPPJ000000001R0", "item": "1", "one": "1", "other": "1",
        "gate:reference": names["released"], "exit:reference": names["released"], "permit:reference": names["released"],
        "of:reference": issued, "amendments:reference": names["amended"], "amendments:identifier": names["amendment"],
        "requests:reference": names["amended"], "requests:identifier": names["amendment"],
        "requests:amendment": names["amendment"], "queries:reference": names["queried"], "queries:identifier": names["query"],
        "questions:reference": names["queried"], "questions:identifier": names["query"], "questions:query": names["query"],
        "payments:identifier": names["payment"], "securities:identifier": nobody, "exemptions:identifier": names["certificate"],
        "templates:identifier": names["template"], "templates:template": names["template"], "documents:identifier": names["file"],
        "files:identifier": names["file"], "files:file": names["file"], "versions:number": "1", "items:number": "1",
        "submission:reference": names["draft"],
    }  # fmt: skip
    for part in ("edit", "delete", "lodging", "sections", "items", "check", "template"):
        names[f"{part}:reference"] = names["draft"]

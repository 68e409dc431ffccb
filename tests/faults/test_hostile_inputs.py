"""Whatever is sent: never 5xx, never a traceback, an answer at once, and nothing written by what is refused."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import time
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.core import db
from app.core.actors import SYSTEM
from app.core.fields import Words
from app.risk.operations import set_random_share
from config.settings import Settings
from tests import conftest
from tests.factories import declarations
from tests.factories.accounts import sign_in, token
from tests.factories.seed import PASSWORD
from tests.faults import hostile
from tests.faults.hostile import Case

CASES = hostile.cases()
#: Seconds of this process for an answer. Time on the clock would measure what else the machine does.
SLOWEST = 2.0


@dataclass
class Desk:
    """The application on a database of its own that really commits, with something at every stage to be spoilt."""

    app: Flask
    tokens: dict[str, str]
    names: dict[str, str]
    connection: psycopg.Connection[Any]

    def send(self, method: str, path: str, login: str | None, headers: dict[str, str], **options: Any) -> TestResponse:
        given = {"Authorization": f"Bearer {self.tokens[login]}"} if login else {}
        if method == "POST":
            given["Idempotency-Key"] = uuid.uuid4().hex
        for window in vars(self.app.extensions["guzar_limits"]).values():
            if hasattr(window, "_open"):
                window._open.clear()  # a flood is another test's matter
        return self.app.test_client().open("/api/v1" + path, method=method, headers={**given, **headers}, **options)

    def rows(self, *, without: tuple[str, ...] = ()) -> dict[str, int]:
        """How many rows there are in every table, and how often declarations and numbers have changed."""
        if not hasattr(self, "_tables"):
            self._tables = [
                name
                for (name,) in self.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
        asked = [f"SELECT '{t}', count(*) FROM {t}" for t in self._tables if t not in without]
        asked.append("SELECT 'versions', coalesce(sum(version), 0)::bigint FROM declaration")
        asked.append("SELECT 'numbers', coalesce(sum(last), 0)::bigint FROM number_series")
        return {str(name): int(count) for name, count in self.connection.execute(" UNION ALL ".join(asked))}


@pytest.fixture(scope="module")
def desk(cluster, template, tmp_path_factory) -> Iterator[Desk]:
    made = conftest._create(cluster, f"hostile_{uuid.uuid4().hex[:8]}", template.name)
    settings = Settings(
        home=tmp_path_factory.mktemp("hostile"), database_url=made.url, owner_url=made.owner_url, post="TJPPJ", secret_key="h" * 40,
        purpose="test", cheap_passwords=True, log_level="ERROR",
    )  # fmt: skip
    app = create_app(settings)
    with db.transaction() as session:
        set_random_share(session, "*", "0", "yellow", by=SYSTEM)
        tokens = {
            login: token(session, login) for login in ("trader", "officer", "inspector", "supervisor", "supervisor2")
        }
    with made.app_connection() as connection:
        ready = Desk(app, tokens, {}, connection)
        _furnish(ready)
        yield ready
    db.disconnect()
    with psycopg.connect(cluster.superuser_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


def _furnish(desk: Desk) -> None:
    def done(login: str, path: str, body: Any, etag: str = "") -> Any:
        answer = desk.send("POST", path, login, {"If-Match": etag} if etag else {}, json=body)
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json

    names = desk.names
    names["yellow"] = done("trader", "/declarations", declarations.yellow())["reference"]
    names["draft"] = done("trader", "/declarations?draft=true", declarations.words())["reference"]
    names["released"] = done("trader", "/declarations", declarations.words())["reference"]
    issued = done("trader", "/declarations", declarations.words())["reference"]
    names["permit"] = done("supervisor", f"/declarations/{issued}/permit", {"languages": ["en", "fa"]})["number"]
    red = desk.send(
        "GET", f"/declarations/{done('trader', '/declarations', declarations.red())['reference']}", "officer", {}
    )
    lowered = done(
        "supervisor",
        f"/declarations/{red.json['reference']}/lane",
        {"lane": "yellow", "reason": "known"},
        red.headers["ETag"],
    )
    names["proposal"] = lowered["proposal"]["id"]


def _look_at(answer: TestResponse, seconds: float) -> None:
    """What holds for every answer."""
    assert answer.status_code < 500, answer.text[:500]
    assert b"Traceback (most recent call last)" not in answer.data
    assert b"psycopg" not in answer.data and b"sqlalchemy" not in answer.data.lower()
    assert seconds < SLOWEST


def _is_problem(answer: TestResponse) -> None:
    assert answer.mimetype == "application/problem+json", answer.text[:300]
    problem = answer.json
    assert {"type", "title", "status", "detail", "code", "request_id"} <= problem.keys()
    assert problem["status"] == answer.status_code and problem["title"] and problem["detail"]
    for error in problem.get("errors", []):
        assert {"pointer", "rule", "message"} == error.keys() and error["message"]


def test_there_are_more_than_150_cases_and_no_two_alike():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) + len(hostile.FILES) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name)[1:61])
def test_the_api_refuses_and_writes_nothing(desk: Desk, case: Case):
    path = case.path.format(**desk.names) if "{" in case.path and "%7B" not in case.path else case.path
    before = desk.rows()
    began = time.process_time()
    try:
        answer = desk.send(case.method, path, case.login, case.headers, **case.options)
    except (
        UnicodeEncodeError,
        ValueError,
    ) as error:  # the test client itself cannot send it; a socket could not either
        pytest.skip(f"no HTTP client sends this: {error}")
    _look_at(answer, time.process_time() - began)
    assert answer.status_code in case.good, answer.text[:500]
    if answer.status_code >= 400:
        assert desk.rows() == before
        _is_problem(answer)


@pytest.mark.parametrize("post", ["../..", "AFSKB", "XX123", "' OR 1=1", ["TJPPJ"], {"a": 1}, 5, "A" * 1000])
def test_a_draft_never_lies_at_a_post_that_is_not_ours(desk: Desk, post: Any):
    answer = desk.send("POST", "/declarations?draft=true", "trader", {}, json={"post": post})
    assert answer.status_code == 201
    assert answer.json["reference"].startswith("TJPPJ-")
    chains = {
        name for (name,) in desk.connection.execute("SELECT post FROM chain_head UNION SELECT post FROM journal_entry")
    }
    assert chains <= {name for (name,) in desk.connection.execute("SELECT code FROM post WHERE country = 'TJ'")}


# Files beyond half a megabyte lie in a temporary file, which is closed when the request is forgotten.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("name", hostile.FILES)
def test_the_upload_page_refuses_files_and_keeps_nothing(desk: Desk, name: str):
    client = desk.app.test_client()
    sign_in(client, "trader", PASSWORD)
    secret = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/trader/upload").text)[1]
    before = desk.rows()
    began = time.process_time()
    files = {"files": (io.BytesIO(hostile.FILES[name]), "../../a<b>.xml"), "csrf_token": secret}
    answer = client.post("/trader/upload", data=files, content_type="multipart/form-data")
    _look_at(answer, time.process_time() - began)
    assert answer.status_code in (413, 422), answer.text[:300]
    assert desk.rows() == before
    assert b"root:x:0" not in answer.data and b"../../a" not in answer.data and b"a<b>" not in answer.data


# --- words that are good -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("Cafe\u0301 ", "Café", id="NFD is kept as NFC"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="ZWNJ is kept"),
        pytest.param("Воw", "Воw", id="letters that look alike are kept"),
        pytest.param("  a  ", "a", id="spaces around go"),
        pytest.param("Trucks " + "\U0001f69a" * 90, "Trucks " + "\U0001f69a" * 90, id="beyond the first plane"),
        pytest.param("ﷺ" * 20, "ﷺ" * 20, id="one letter that is many"),
    ],
)
def test_good_words_of_all_scripts_are_taken(desk: Desk, given: str, kept: str):
    answer = desk.send(
        "POST", "/declarations", "trader", {}, json=hostile.with_value(("items", 0, "description"), given)
    )
    assert answer.status_code == 201, answer.text
    assert answer.json["items"][0]["description"] == kept == unicodedata.normalize("NFC", kept)


@pytest.mark.parametrize("count", [999])
def test_as_many_items_as_are_allowed_are_taken_in_time(desk: Desk, count: int):
    began = time.process_time()
    answer = desk.send("POST", "/declarations", "trader", {}, json=declarations.words(items=count))
    assert answer.status_code == 201, answer.text[:300]
    assert time.process_time() - began < 5


def _free_texts() -> list[hostile.Path]:
    """The places of a declaration where anything may be written, long enough for the longest injection."""
    return [
        path
        for path, one in hostile.places(hostile.schemas.declaration_schema())
        if isinstance(one, Words) and one.most >= 40 and "id" not in path
    ]


@pytest.fixture(scope="module")
def poisoned(desk: Desk) -> tuple[str, dict[hostile.Path, str], str]:
    """A red declaration with an injection in each free text; then released, with a permit."""
    body, given = declarations.yellow(), {}
    for number, path in enumerate(_free_texts()):
        value = f"{hostile.INJECTIONS[number % len(hostile.INJECTIONS)]} {number}"
        most = dict(hostile.places(hostile.schemas.declaration_schema()))[path].most
        given[path] = value[:most].strip()
        body = hostile.with_value(path, given[path], body)
    body = _completed(body)
    lodged = desk.send("POST", "/declarations", "trader", {}, json=body)
    assert lodged.status_code == 201, lodged.text
    reference = lodged.json["reference"]
    file = desk.send("GET", f"/declarations/{reference}", "officer", {})
    decision = {
        "decision": "release",
        "reason": "<script>alert('reason')</script> {{7*7}}",
        "note": "'; DROP TABLE code; --",
    }
    decided = desk.send(
        "POST", f"/declarations/{reference}/decision", "officer", {"If-Match": file.headers["ETag"]}, json=decision
    )
    assert decided.status_code == 200, decided.text
    issued = desk.send("POST", f"/declarations/{reference}/permit", "supervisor", {}, json={"languages": ["en", "ru"]})
    assert issued.status_code == 201, issued.text
    return reference, given, issued.json["number"]


def _completed(body: dict[str, Any]) -> dict[str, Any]:
    """What the parts that were made on the way still lack."""
    body["transport"].setdefault("trailer", None)
    if body["items"][0].get("previous_documents"):
        body["items"][0]["previous_documents"][0].setdefault("number", "1")
    for paper in [*body["documents"], *body["items"][0].get("documents", [])]:
        paper.setdefault("type", "380")
        paper.setdefault("number", "1")
    return body


def _at(body: Any, path: hostile.Path) -> Any:
    for step in path:
        body = body[step]
    return body


def test_injections_are_kept_word_for_word(desk: Desk, poisoned):
    reference, given, _number = poisoned
    kept = desk.send("GET", f"/declarations/{reference}", "trader", {}).json
    assert len(given) >= 15
    assert {path: _at(kept, path) for path in given} == given


def test_injections_are_only_words_in_pages(desk: Desk, poisoned):
    reference, given, number = poisoned
    seen = set()
    pages = {
        "trader": [f"/trader/declarations/{reference}", "/trader/declarations"],
        "officer": [f"/officer/declarations/{reference}", "/officer/search?q=" + reference],
        "supervisor": ["/supervisor/permits", f"/supervisor/permits/{number}", f"/officer/declarations/{reference}"],
    }
    for login, addresses in pages.items():
        client = desk.app.test_client()
        sign_in(client, login, PASSWORD)
        for address in addresses:
            answer = client.get(address, follow_redirects=True)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            for raw in ("<script>alert", "<img src", "<b>stray", "</para>", "]]><!--"):
                assert raw not in answer.text, f"{raw} in {address}"
            assert "49{% raw" not in answer.text and "4949" not in answer.text
            words = html.unescape(answer.text)
            seen |= {path for path, value in given.items() if value in words}
    assert len(seen) >= 10, "the pages show hardly anything of what was declared"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed")
def test_injections_are_only_words_on_paper(desk: Desk, poisoned, tmp_path):
    _reference, given, number = poisoned
    answer = desk.send("GET", f"/permits/{number}.pdf", "trader", {})
    path = tmp_path / "permit.pdf"
    path.write_bytes(answer.data)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert number in text and "root:x" not in text
    printed = [value for value in given.values() if value.split()[0] in text]
    assert len(printed) >= 4, text
    checked = desk.send("POST", "/verify", None, {}, data=answer.data, content_type="application/pdf")
    assert checked.json["valid"] is True


# --- forms of the pages ------------------------------------------------------------------------------------------------

_VALUES = (
    "\x00",
    "\ud7ff\u202e",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "9" * 5000,
    "{{7*7}}",
    "-1",
    "w" * 200_000,
)
#: Tries to sign in are counted, whatever is sent; a wrong password may lock an account.
_COUNTED = ("sign_in", "app_user")


def _forms() -> list[tuple[str, str]]:
    """Every address of a page that takes a form, with the endpoint's name."""
    from pathlib import Path

    app = create_app(
        Settings(
            home=Path("/nonexistent"), secret_key="h" * 40, purpose="test", cheap_passwords=True, log_level="CRITICAL"
        )
    )
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith(("/api/", "/static"))
    ]
    return sorted((rule.rule, rule.endpoint) for rule in rules)


FORMS = _forms()


def _address(desk: Desk, rule: str) -> str:
    reference = desk.names["draft" if rule.startswith("/trader") else "yellow"]
    known = {
        "reference": reference,
        "number": desk.names["permit"],
        "identifier": desk.names["proposal"],
        "token": str(uuid.UUID(int=1)),
    }
    return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", lambda found: known.get(found[1], "x"), rule)


def _person(rule: str) -> str:
    return next((role for role in ("trader", "officer", "supervisor") if rule.startswith(f"/{role}")), "trader")


def _csrf(client: Any) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/account").text)
    assert found
    return found[1]


@pytest.mark.parametrize(("rule", "endpoint"), FORMS, ids=[rule for rule, _ in FORMS])
def test_forms_without_their_token_change_nothing(desk: Desk, rule: str, endpoint: str):
    client = desk.app.test_client()
    sign_in(client, _person(rule), PASSWORD)
    before = desk.rows(without=_COUNTED)
    began = time.process_time()
    answer = client.post(_address(desk, rule), data={"reason": "a", "decision": "release", "csrf_token": "a" * 80})
    _look_at(answer, time.process_time() - began)
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.headers.get('Location')}"
    assert desk.rows(without=_COUNTED) == before


@pytest.mark.parametrize(("rule", "endpoint"), FORMS, ids=[rule for rule, _ in FORMS])
@pytest.mark.parametrize("turn", range(0, len(_VALUES), 2))
def test_forms_with_hostile_words_break_nothing(desk: Desk, rule: str, endpoint: str, turn: int):
    """Each box gets another value; the next turn shifts them."""
    client = desk.app.test_client()
    sign_in(client, _person(rule), PASSWORD)
    names = ("reason", "decision", "note", "lane", "version", "control", "conform", "found", "item", "conclusion", "summary", "languages", "first", "second",
             "reference", "login", "password", "qr", "text", "name", "days", "scopes", "items-0-number", "items-99999999-number", "action", "next", "code")  # fmt: skip
    data: dict[str, Any] = {name: _VALUES[(place + turn) % len(_VALUES)] for place, name in enumerate(names)} | {
        "csrf_token": _csrf(client)
    }
    before = desk.rows(without=_COUNTED)
    began = time.process_time()
    answer = client.post(_address(desk, rule), data=data)
    _look_at(answer, time.process_time() - began)
    if answer.status_code >= 400:
        assert desk.rows(without=_COUNTED) == before

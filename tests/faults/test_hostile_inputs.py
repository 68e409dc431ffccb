"""Whatever is sent: never 5xx, never a traceback, an answer at once, and nothing written by what is refused."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import time
import unicodedata
from typing import Any

import pytest

from app.core.fields import Words
from tests.factories import declarations
from tests.factories.accounts import sign_in
from tests.factories.seed import PASSWORD
from tests.faults import hostile
from tests.faults.desk import Desk, is_problem, look_at
from tests.faults.hostile import Case

CASES = hostile.cases()


def test_there_are_more_than_150_cases_and_no_two_alike():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) + len(hostile.FILES) >= 150


def test_what_is_written_is_seen(desk: Desk):
    """Without this nothing below could fail."""
    before = desk.rows()
    assert desk.send("POST", "/declarations", "trader", {}, json={"a": 1}).status_code == 422
    assert desk.rows() == before
    assert desk.send("POST", "/declarations", "trader", {}, json=declarations.words()).status_code == 201
    after = desk.rows()
    assert {"declaration", "journal_entry", "idempotency_key", "versions"} <= {n for n in after if after[n] != before[n]}


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
    look_at(answer, time.process_time() - began)
    assert answer.status_code in case.good, answer.text[:500]
    if answer.status_code >= 400:
        assert desk.rows() == before
        is_problem(answer)


@pytest.mark.parametrize("post", ["../..", "AFSKB", "XX123", "' OR 1=1", ["TJPPJ"], {"a": 1}, 5, "A" * 1000])
def test_a_draft_never_lies_at_a_post_that_is_not_ours(desk: Desk, post: Any):
    answer = desk.send("POST", "/declarations?draft=true", "trader", {}, json={"post": post})
    assert answer.status_code == 201
    assert answer.json["reference"].startswith("TJPPJ-")
    chains = {
        name for (name,) in desk.connection.execute("SELECT post FROM chain_head UNION SELECT post FROM journal_entry")
    }
    assert chains <= {name for (name,) in desk.connection.execute("SELECT code FROM post WHERE country = 'TJ'")}


@pytest.mark.parametrize("name", hostile.FILES)
def test_the_upload_page_refuses_files_and_keeps_nothing(desk: Desk, name: str):
    client = desk.app.test_client()
    sign_in(client, "trader", PASSWORD)
    secret = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/trader/upload").text)[1]
    before = desk.rows()
    began = time.process_time()
    files = {"files": (io.BytesIO(hostile.FILES[name]), "../../a<b>.xml"), "csrf_token": secret}
    answer = client.post("/trader/upload", **hostile.form(files))
    look_at(answer, time.process_time() - began)
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

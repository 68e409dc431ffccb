"""Official papers by API, command and page: from an assessment to a verified copy."""

from __future__ import annotations

import base64
import io
import json
import re

import pypdf
import pytest
from sqlalchemy import text

from app.cli import COMMANDS
from app.core import db
from app.flows import dues
from tests.factories import cases, lives
from tests.factories.accounts import send, sign_in
from tests.factories.actors import officer
from tests.factories.seed import PASSWORD

PDF = {"Accept": "application/pdf"}


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def record():
    return lives.lodged(lives.due(2))


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in."""

    def browsing(login):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        return client

    return browsing


@pytest.fixture
def run(app, session, monkeypatch):
    by_name = {command.name: command for command in COMMANDS}
    for name in ("GUZAR_DEBUG", "GUZAR_LANG", "GUZAR_LOGIN"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words: app.test_cli_runner().invoke(by_name[words[0]], [str(w) for w in words[1:]])


def anew(record):
    with db.transaction() as session:
        dues.anew(session, record.reference, "a rate was entered", None, by=officer())


def words(pdf: bytes) -> str:
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"(?<=\d)[\u202f\u2009\u00a0 ](?=\d{3})", "", said)


def judged(call, pdf):
    return call(None, "POST", "/verify", key=False, data=pdf, content_type="application/pdf").json


# --- API -------------------------------------------------------------------------------------------------------------


def test_from_an_assessment_to_a_verified_notice_and_its_copy(call, record):
    path = f"/declarations/{record.mrn}"
    offered = call("trader", "GET", path + "/papers").json["items"]
    assert [(each["kind"], each["of"], each["paper"]) for each in offered] == [
        ("sad", "1", None),
        ("assessment-notice", "1", None),
    ]
    issued = call("trader", "POST", path + "/papers", json={"kind": "assessment-notice", "languages": ["en", "fa"]})
    assert issued.status_code == 201, issued.text
    told = issued.json
    assert (told["number"], told["copy"], told["languages"]) == (f"{record.mrn}-1", 0, ["en", "fa_AF"])
    pdf = base64.b64decode(told["pdf_base64"])
    assert issued.headers["Location"] == f"/api/v1/papers/{told['number']}.pdf"
    assert call("officer", "GET", f"/papers/{told['number']}.pdf").data == pdf
    due = call("trader", "GET", path + "/assessment").json
    for figure in (due["total"], *(item["customs_value"] for item in due["items"])):
        assert figure in words(pdf)
    assert told["content"]["payable"] == due["total"]
    refused = call("officer", "POST", path + "/papers", json={"kind": "assessment-notice"})
    assert refused.status_code == 422 and refused.json["errors"][0]["pointer"] == "/reason"
    body = {"kind": "assessment-notice", "of": "1", "reason": "the bank wants one", "languages": ["ru", "tg"]}
    copy = call("officer", "POST", path + "/papers", json=body, headers=PDF)
    assert (copy.status_code, copy.mimetype) == (201, "application/pdf")
    assert "КОПИЯ 1" in words(copy.data).upper()
    for each, number in ((pdf, 0), (copy.data, 1)):
        verdict = judged(call, each)
        assert verdict["valid"] and verdict["kind"] == "assessment-notice"
        assert (verdict["claims"]["number"], verdict["claims"]["copy"]) == (told["number"], number)
        assert verdict["claims"]["expires_at"] is None and verdict["claims"]["value"] == due["total"]
    anew(record)
    stale = judged(call, pdf)
    assert (stale["valid"], stale["reasons"]) == (False, ["superseded"])
    items = call("officer", "GET", path + "/papers").json["items"]
    assert [(i["of"], (i["paper"] or {}).get("superseded")) for i in items[1:]] == [("1", True), ("2", None)]
    assert items[1]["paper"]["copies"] == 1


def test_the_same_key_prints_once(call, record):
    path, body = f"/declarations/{record.mrn}/papers", {"kind": "assessment-notice"}
    first = call("trader", "POST", path, key="p1", json=body, headers=PDF)
    again = call("trader", "POST", path, key="p1", json=body, headers=PDF)
    assert first.status_code == again.status_code == 201 and first.data == again.data
    assert call("trader", "POST", path, key=False, json=body).status_code == 400


def test_the_act_of_an_inspection_comes_to_the_trader_with_the_decision(call, browse):
    case = cases.inspected(cases.red())
    path = f"/declarations/{case.mrn}"
    ask = {"kind": "inspection-act", "languages": ["en", "tg"]}
    assert call("trader", "POST", path + "/papers", json=ask).status_code == 403
    told = call("officer", "POST", path + "/papers", json=ask).json
    pdf = base64.b64decode(told["pdf_base64"])
    assert told["content"]["conclusion"] == "conform" and "as declared" in words(pdf)
    verdict = judged(call, pdf)
    assert verdict["valid"] and (verdict["kind"], verdict["claims"]["number"]) == ("inspection-act", told["number"])
    assert told["number"] in browse("officer").get(f"/officer/declarations/{case.reference}").text

    def seen_by_trader():
        items = call("trader", "GET", path + "/papers").json["items"]
        page = browse("trader").get(f"/trader/declarations/{case.reference}").text
        file = call("trader", "GET", f"/papers/{told['number']}.pdf")
        return "inspection-act" in [i["kind"] for i in items], told["number"] in page, file.status_code

    assert seen_by_trader() == (False, False, 404)
    cases.decided(case, "refuse")
    assert seen_by_trader() == (True, True, 200)


def test_receipts_exit_notes_and_the_declaration_itself(call, record):
    path = f"/declarations/{record.mrn}"
    due = call("trader", "GET", path + "/assessment").json["total"]
    body = {"method": "receipt", "amount": due, "bank": "Amonatbonk", "receipt": "AB-1"}
    paid = call("officer", "POST", path + "/payments", json=body)
    assert paid.status_code == 201, paid.text
    payment = paid.json["payment"]
    receipt = call("officer", "POST", f"/payments/{payment['id']}/receipt")
    assert receipt.status_code == 201 and receipt.json["number"] == payment["number"]
    assert receipt.json["content"]["amount"] == due
    by_number = call(
        "trader", "POST", path + "/papers", json={"kind": "payment-receipt", "of": payment["number"], "reason": "lost"}
    )
    assert by_number.status_code == 201 and by_number.json["copy"] == 1
    gone = lives.gone(record)
    note = call("inspector", "POST", path + "/papers", json={"kind": "exit-note", "of": gone.number}, headers=PDF)
    assert note.status_code == 201 and judged(call, note.data)["claims"]["plate"] == gone.plate
    sad = call("trader", "POST", path + "/papers", json={"kind": "sad", "languages": ["tg", "ru"]})
    assert sad.status_code == 201 and (sad.json["mrn"], sad.json["version"]) == (record.mrn, 1)
    assert "Location" not in sad.headers
    assert judged(call, base64.b64decode(sad.json["pdf_base64"]))["kind"] == "sad"
    assert (
        call("inspector", "POST", path + "/papers", json={"kind": "payment-receipt", "reason": "x"}).status_code == 403
    )


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/kind"),
        ({"kind": "permit"}, 422, "/kind"),
        ({"kind": "x" * 30}, 422, "/kind"),
        ({"kind": 7}, 422, "/kind"),
        ({"kind": "sad", "languages": ["en"]}, 422, "/languages"),
        ({"kind": "sad", "languages": ["en", "en"]}, 422, "/languages"),
        ({"kind": "sad", "languages": ["en", "xx"]}, 422, "/languages"),
        ({"kind": "sad", "more": 1}, 422, "/more"),
        ({"kind": "assessment-notice", "of": "9"}, 404, None),
        ({"kind": "assessment-notice", "of": "=HYPERLINK(1)"}, 422, "/of"),
        ({"kind": "assessment-notice", "of": "a\u202eb"}, 422, "/of"),
        ({"kind": "exit-note"}, 409, None),
        ({"kind": "payment-receipt", "of": "10" * 20}, 404, None),
    ],
)
def test_bad_requests_are_told_at_their_place_and_leave_nothing(call, record, session, body, status, pointer):
    answer = call("officer", "POST", f"/declarations/{record.mrn}/papers", json=body)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    if pointer:
        assert answer.json["errors"][0]["pointer"].startswith(pointer)
    assert session.execute(text("SELECT count(*) FROM paper")).scalar_one() == 0
    assert session.execute(text("SELECT count(*) FROM journal_entry WHERE kind = 'paper'")).scalar_one() == 0


# --- commands --------------------------------------------------------------------------------------------------------


def test_the_command_issues_then_copies_and_verify_knows_what_it_is(run, record, settings, tmp_path):
    out = tmp_path / "notice.pdf"
    ask = ("paper", record.mrn, "assessment-notice", "--as", "officer", "--out", out)
    first = run(*ask, "--languages", "en,fa_AF")
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines()[:2] == [f"number: {record.mrn}-1", "copy: 0"]
    original = out.read_bytes()
    told = json.loads(run("verify", out).stdout)
    assert told["valid"] and told["kind"] == "assessment-notice" and told["claims"]["mrn"] == record.mrn
    assert run(*ask, "--reason", "for the bank").stdout.splitlines()[1] == "copy: 1"
    anew(record)
    assert run("work", "--once").exit_code == 0, "the worker writes the list that offline verifiers read"
    out.write_bytes(original)
    late = run("verify", out)
    (settings.home / "keys" / "withdrawn.json").unlink()
    assert late.exit_code == 1 and json.loads(late.stdout)["reasons"] == ["superseded"]


def test_the_command_prints_a_declaration(run, record, tmp_path):
    out = tmp_path / "sad.pdf"
    done = run("paper", record.reference, "sad", "--as", "trader", "--languages", "tg,ru", "--out", out)
    assert done.exit_code == 0 and f"mrn: {record.mrn}" in done.stdout
    assert record.mrn in words(out.read_bytes())


def test_what_the_command_cannot_print_is_one_clear_line(run, record, tmp_path):
    out = tmp_path / "x.pdf"
    for more, code in (
        (("exit-note", "--as", "officer"), 1),
        (("sad", "--as", "officer", "--languages", "en"), 1),
        (("permit", "--as", "officer"), 2),
        (("sad", "--as", "trader2"), 1),
    ):
        done = run("paper", record.mrn, *more, "--out", out)
        assert done.exit_code == code and "Traceback" not in done.output, more
    assert not out.exists()
    blocked = run("paper", record.mrn, "assessment-notice", "--as", "officer", "--out", tmp_path / "no" / "x.pdf")
    assert blocked.exit_code == 2
    with db.reading() as session:
        assert session.execute(text("SELECT count(*) FROM paper")).scalar_one() == 0, (
            "what cannot be written is not issued"
        )


# --- pages -----------------------------------------------------------------------------------------------------------


def buttons(page) -> list[str]:
    return re.findall(r'name="paper" value="([^"]+)"', page.get_data(as_text=True))


def test_the_page_offers_issues_and_copies(browse, record):
    client, page = browse("trader"), f"/papers/of/{record.reference}"
    shown = client.get(page)
    assert shown.status_code == 200 and buttons(shown) == ["sad|1|", "assessment-notice|1|"]
    issued = send(client, page, page, paper="assessment-notice|1|", first="en", second="fa_AF")
    assert (issued.status_code, issued.mimetype) == (200, "application/pdf")
    assert f"{record.mrn}-1.pdf" in issued.headers["Content-Disposition"]
    shown = client.get(page)
    assert buttons(shown)[1] == "assessment-notice|1|0"
    original = client.get(f"/papers/{record.mrn}-1.pdf")
    assert original.data == issued.data and "attachment" in original.headers["Content-Disposition"]
    refused = send(client, page, page, paper="assessment-notice|1|0", first="ru", second="tg", reason=" ")
    assert refused.status_code == 422 and "say why a copy is printed" in refused.text
    copy = send(client, page, page, paper="assessment-notice|1|0", first="ru", second="tg", reason="the bank")
    assert copy.status_code == 200 and "КОПИЯ 1" in words(copy.data).upper()
    again = send(client, page, page, paper="assessment-notice|1|0", first="ru", second="tg", reason="the bank")
    assert again.status_code == 412 and "has just been printed" in again.text
    assert 'value="the bank"' in again.text, "what was typed stays"


def test_the_page_tells_what_a_newer_one_replaced(browse, record):
    client, page = browse("officer"), f"/papers/of/{record.mrn}"
    send(client, page, page, paper="assessment-notice|1|", first="en", second="tg")
    anew(record)
    shown = client.get(page)
    assert "Replaced by a newer one" in shown.text and "Not issued yet" in shown.text
    assert f"/officer/declarations/{record.reference}" in shown.text


@pytest.mark.parametrize("typed", ["", "sad", "permit|1|", "a\x00b|1|", "sad|1|1|1", "sad|٩|"])
def test_what_no_button_sends_is_refused(browse, record, typed):
    client, page = browse("officer"), f"/papers/of/{record.mrn}"
    done = send(client, page, page, paper=typed, first="en", second="tg")
    assert done.status_code in (404, 422) and "Traceback" not in done.text


def test_printing_is_offered_to_whom_it_is_allowed(browse, record):
    lives.paid(record)
    offered = {login: buttons(browse(login).get(f"/papers/of/{record.mrn}")) for login in ("inspector", "supervisor")}
    kinds = {login: {each.split("|")[0] for each in found} for login, found in offered.items()}
    assert "payment-receipt" not in kinds["inspector"] and "payment-receipt" in kinds["supervisor"]


@pytest.mark.parametrize("language", ["en", "fa_AF", "ps", "ru", "tg"])
def test_the_pages_are_shown_in_every_language(browse, record, language):
    client = browse("officer")
    done = send(client, f"/papers/of/{record.mrn}", f"/papers/of/{record.mrn}", paper="sad|1|", first="en", second="tg")
    assert done.status_code == 200
    assert client.get(f"/papers/of/{record.mrn}?lang={language}").status_code == 200
    checked = client.post(
        f"/verify?lang={language}",
        data={"file": (io.BytesIO(done.data), "sad.pdf"), "csrf_token": csrf_of(client)},
    )
    assert checked.status_code == 200 and record.mrn in checked.text


def csrf_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/verify").text)[1]


def test_verify_says_that_a_receipt_is_no_permit(browse, record):
    client, page = browse("officer"), f"/papers/of/{record.mrn}"
    lives.paid(record)
    (value,) = [each for each in buttons(client.get(page)) if each.startswith("payment-receipt")]
    pdf = send(client, page, page, paper=value, first="en", second="tg").data
    shown = client.post("/verify", data={"file": (io.BytesIO(pdf), "x.pdf"), "csrf_token": csrf_of(client)})
    assert "Genuine and in force: Receipt" in shown.text and "This is not a clearance permit" in shown.text
    assert "The permit is valid" not in shown.text

"""The papers of a transit movement by API, command and page: printed at release, fetched by the holder, checked."""

from __future__ import annotations

import base64
import io
import re

import pypdf
import pytest

from app.cli import COMMANDS
from app.core import db
from app.flows.movements import lodging
from app.transit.commands import DecideAmendment, Invalidate
from tests.factories import lives, movements, roads
from tests.factories.accounts import send, sign_in
from tests.factories.actors import officer, supervisor
from tests.factories.seed import PASSWORD

PDF = {"Accept": "application/pdf"}


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


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


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def judged(call, pdf):
    return call(None, "POST", "/verify", key=False, data=pdf, content_type="application/pdf").json


def test_by_api_from_release_to_a_verified_document_and_its_copy(call):
    movement = roads.lodged(roads.secured(movements.national(2), roads.guarantee().grn))
    path = f"/transit-movements/{movement.mrn}/papers"
    assert call("trader", "GET", path).json == {"items": []}
    early = call("officer", "POST", path, json={"kind": "transit-document"})
    assert early.status_code == 409 and "lodged" in early.json["detail"], early.text
    movement = roads.let_go(movement)
    (offered,) = call("officer", "GET", path).json["items"]
    assert (offered["kind"], offered["of"], offered["paper"]) == ("transit-document", "", None)
    body = {"kind": "transit-document", "languages": ["tg", "ru"]}
    issued = call("supervisor", "POST", path, json=body)
    assert issued.status_code == 201, issued.text
    told = issued.json
    assert (told["number"], told["copy"], told["form"]) == (f"{movement.mrn}-T1", 0, "transit_document/1")
    assert issued.headers["Location"] == f"/api/v1/papers/{told['number']}.pdf"
    pdf = base64.b64decode(told["pdf_base64"])
    assert call("trader", "GET", f"/papers/{told['number']}.pdf").data == pdf
    assert call("trader2", "GET", f"/papers/{told['number']}.pdf").status_code == 404
    assert call("trader2", "GET", path).status_code == call("trader2", "POST", path, json=body).status_code == 404
    again = call("officer", "POST", path, json=body)
    assert again.status_code == 422 and again.json["errors"][0]["pointer"] == "/reason"
    copy = call("officer", "POST", path, json={**body, "reason": "torn at the gate", "of": "1"}, headers=PDF)
    assert (copy.status_code, copy.mimetype) == (201, "application/pdf") and "НУСХАИ 1" in words(copy.data).upper()
    for document, number in ((pdf, 0), (copy.data, 1)):
        verdict = judged(call, document)
        assert verdict["valid"] and (verdict["kind"], verdict["claims"]["copy"]) == ("transit-document", number)
    assert verdict["claims"]["expires_at"] is not None and verdict["claims"]["items"] == 2
    assert call("officer", "POST", path, json={"kind": "sad"}).status_code == 422
    with db.transaction() as session:
        lodging.invalidate(session, Invalidate(movement.reference, "released by mistake"), by=officer())
    with db.transaction() as session:
        lodging.decide_amendment(session, DecideAmendment(movement.reference, 1, True, "agreed"), by=supervisor())
    verdict = judged(call, pdf)
    assert (verdict["valid"], verdict["reasons"]) == (False, ["revoked"])
    assert call("officer", "GET", path).json["items"][0]["paper"]["revoked"]


def test_by_command_the_permit_of_a_movement_is_its_document(run, tmp_path):
    movement, who = roads.released(), ("--as", "supervisor")
    out = tmp_path / "document.pdf"
    first = run("permit", movement.reference, *who, "--languages", "en,fa", "--out", out)
    assert first.exit_code == 0, first.output
    facts = dict(re.findall(r"^(number|copy|sha256): (.*)$", first.output, re.MULTILINE))
    assert (facts["number"], facts["copy"]) == (f"{movement.mrn}-T1", "0") and len(facts["sha256"]) == 64
    good = run("verify", out)
    assert good.exit_code == 0 and '"transit-document"' in good.output, good.output
    second = run("permit", movement.mrn, *who, "--out", out)
    assert "copy: 1" in second.output and "COPY 1" in words(out.read_bytes())
    early = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    refused = run("permit", early.mrn, *who, "--out", tmp_path / "none.pdf")
    assert refused.exit_code != 0 and not (tmp_path / "none.pdf").exists()
    assert refused.output.count("\n") == 1 and "released for transit" in refused.output, refused.output
    roads.arrived(movement)
    receipt = run("paper", movement.mrn, "arrival-receipt", *who, "--out", out)
    assert f"number: {movement.mrn}-A1" in receipt.output, receipt.output
    nothing = run("permit", "TJPPJ-00-0000000", *who, "--out", out)
    assert nothing.exit_code != 0 and nothing.output.count("\n") == 1


def test_by_page_the_supervisor_prints_and_the_holder_fetches(browse):
    movement = roads.released()
    desk = browse("supervisor")
    queue = desk.get("/supervisor/transit-print-queue")
    assert movement.reference in queue.text and "Issue the document" in queue.text
    assert movement.reference in desk.get("/supervisor/transit-print-queue/rows").text
    assert movement.reference not in desk.get("/supervisor/transit-print-queue?q=NONE").text
    form = {"reference": movement.reference, "first": "en", "second": "fa_AF"}
    done = send(desk, "/supervisor/transit-print-queue", **form)
    assert done.status_code == 303 and done.headers["Location"] == f"/papers/transit/{movement.reference}"
    twice = send(desk, "/supervisor/transit-print-queue", **form)
    assert twice.status_code == 303, "a second click finds the document of the first"
    assert movement.reference not in desk.get("/supervisor/transit-print-queue").text
    number = f"{movement.mrn}-T1"
    file = desk.get(f"/officer/transit/{movement.reference}")
    assert number in file.text and f"Transit accompanying document {number} issued" in re.sub(r"<[^>]+>", "", file.text)
    holder = browse("trader")
    assert f"/papers/transit/{movement.reference}" in holder.get(f"/trader/transit/{movement.reference}").text
    page = holder.get(f"/papers/transit/{movement.reference}")
    assert page.status_code == 200 and number in page.text and "Supervisor" not in page.text
    fetched = holder.get(f"/papers/{number}.pdf")
    assert fetched.mimetype == "application/pdf" and movement.mrn in words(fetched.data)
    assert browse("trader2").get(f"/papers/transit/{movement.reference}").status_code == 404
    form = {"paper": "transit-document|1|0", "first": "ru", "second": "tg", "reason": ""}
    refused = send(desk, f"/papers/transit/{movement.reference}", **form)
    assert refused.status_code == 422 and "say why a copy is printed" in refused.text
    copy = send(desk, f"/papers/transit/{movement.reference}", **{**form, "reason": "lost"})
    assert copy.status_code == 200 and "КОПИЯ 1" in words(copy.data).upper()
    stale = send(desk, f"/papers/transit/{movement.reference}", **{**form, "reason": "lost"})
    assert stale.status_code == 412 and "has just been printed" in stale.text
    checked = send(desk, "/verify", file=(io.BytesIO(fetched.data), "document.pdf"))
    assert "Genuine and in force: Transit accompanying document" in checked.text
    assert "time limit with the truck" in checked.text

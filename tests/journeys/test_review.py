"""What an adversarial reading of the core found: each of these once went wrong."""

from __future__ import annotations

import io
import threading
import time
import uuid
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.clearance import operations as clearance
from app.clearance.models import Permit
from app.core import db, idempotency
from app.core.actors import Grant
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.declarations import operations, queries, schemas
from app.declarations.commands import Decide, LodgeDeclaration, SaveDraft
from app.flows import approving, deciding, importing, lodging
from app.flows import permits as permit_flow
from app.risk.models import RiskAssessment
from app.risk.queries import seeds
from app.risk.rules import draw
from tests.factories import cases, declarations
from tests.factories.accounts import token
from tests.factories.actors import OTHER_PARTY, PARTY, officer, supervisor, trader


@pytest.fixture
def call(client, session):
    """call(login, method, path, …) with a token of the login and a fresh key."""
    cases.no_chance()
    tokens: dict[str, str] = {}

    def calling(login, method, path, *, etag=None, key=None, **options):
        if login not in tokens:
            with db.transaction() as s:
                tokens[login] = token(s, login)
        headers = {"Authorization": f"Bearer {tokens[login]}", "Idempotency-Key": key or uuid.uuid4().hex}
        if etag is not None:
            headers["If-Match"] = etag
        return client.open("/api/v1" + path, method=method, headers=headers, **options)

    return calling


@pytest.mark.parametrize("limit", ["0", "0002009", "000200" + "9" * 25, "201", "1e2", "٥", ""])
def test_no_page_is_longer_than_200_rows(call, limit):
    for path in ("/declarations", "/proposals"):
        answer = call("officer", "GET", path, query_string={"limit": limit})
        assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/limit", path


def test_a_wrong_since_is_pointed_at(call):
    answer = call("officer", "GET", "/declarations?since=yesterday")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/since")


def test_a_whole_mass_that_no_column_holds_is_pointed_at(call):
    body = declarations.words(items=2)
    for item in body["items"]:
        item["gross_kg"] = "999999999.999"
    answer = call("trader", "POST", "/declarations", json=body)
    assert answer.status_code == 422
    assert ("/items/0/gross_kg", "mass.total") in [(e["pointer"], e["rule"]) for e in answer.json["errors"]]


def test_the_history_tells_a_trader_nothing_of_lanes(call):
    lodged = call("trader", "POST", "/declarations", json=declarations.yellow())
    path = f"/declarations/{lodged.json['reference']}"
    raised = call("officer", "POST", path + "/lane", etag=lodged.headers["ETag"], json={"lane": "red", "reason": "a hint"})
    assert raised.status_code == 200
    events = [e["event"] for e in call("officer", "GET", path + "/history").json["items"]]
    assert "declaration.rerouted" in events
    told = call("trader", "GET", path + "/history")
    assert "rerouted" not in told.text and "red" not in told.text.replace("declared", "")


def test_proposals_are_pages(call):
    names = []
    for _time in range(3):
        lodged = call("trader", "POST", "/declarations", json=declarations.yellow())
        path = f"/declarations/{lodged.json['reference']}/lane"
        asked = {"lane": "green", "reason": "a known firm"}
        names.append(call("officer", "POST", path, etag=lodged.headers["ETag"], json=asked).json["proposal"]["id"])
    found, after, sizes = [], None, []
    while True:
        page = call("supervisor", "GET", "/proposals", query_string={"limit": "2", **({"after": after} if after else {})})
        found += [p["id"] for p in page.json["items"]]
        sizes.append(len(page.json["items"]))
        after = page.json["next"]
        if after is None:
            break
    assert [id for id in found if id in names] == names and len(found) == len(set(found))
    assert len(sizes) > 1 and set(sizes[:-1]) == {2}


def test_a_repeated_request_gets_its_answer_even_if_it_looked_at_the_keys_too_early(call, monkeypatch):
    lodged = call("trader", "POST", "/declarations", json=declarations.yellow())
    path = f"/declarations/{lodged.json['reference']}/decision"
    body = {"decision": "release", "reason": "the papers agree"}
    first = call("officer", "POST", path, key="once", etag=lodged.headers["ETag"], json=body)
    looked = idempotency.claim

    def too_early(*asked):
        looked(*asked)

    monkeypatch.setattr(idempotency, "claim", too_early)
    again = call("officer", "POST", path, key="once", etag=lodged.headers["ETag"], json=body)
    assert (first.status_code, again.status_code) == (200, 200) and again.data == first.data
    other = call("officer", "POST", path, key="another", etag=lodged.headers["ETag"], json=body)
    assert other.status_code == 412


def test_a_trader_cannot_foresee_the_draw(session):
    """The declaration's key is the `next` of a page of the trader's own list: nothing may follow from it."""
    cases.no_chance()
    drawn = []
    for _time in range(3):
        case = cases.lodged()
        kept = session.scalars(select(RiskAssessment).where(RiskAssessment.declaration_id == case.id)).one()
        seed = seeds.known(session, kept.post, kept.seed_day)
        assert kept.draw == draw.number(seed, kept.id)
        drawn.append(kept.draw in (draw.number(seed, case.id), draw.number_of_key(case.id)))
    assert not all(drawn)


def test_a_mandate_at_one_post_is_none_at_another(session):
    """A trader of two firms: one he acts for at TJPPJ, the other at TJDUS."""
    cases.no_chance()
    here, there = Grant("trader", "TJPPJ", PARTY), Grant("trader", "TJDUS", OTHER_PARTY)
    both = replace(trader(), grants=(here, there))
    with db.transaction() as s, pytest.raises(Forbidden):
        lodging.lodge(s, LodgeDeclaration(schemas.read(declarations.words(post="TJDUS"))), by=both)
    with db.transaction() as s:
        at_dus = lodging.lodge(s, LodgeDeclaration(schemas.read(declarations.words(post="TJDUS"))), by=trader())
        at_ppj = lodging.lodge(s, LodgeDeclaration(schemas.read(declarations.words())), by=both)
    with db.reading() as s:
        assert queries.find(s, at_ppj.declaration.reference, by=both)
        with pytest.raises(NotFound):
            queries.find(s, at_dus.declaration.reference, by=both)
    with db.transaction() as s:
        kept = operations.save_draft(s, SaveDraft("TJDUS", declarations.words(post="TJDUS")), by=both)
    assert kept.party == OTHER_PARTY


def _in_thread(act) -> tuple[threading.Thread, list[object]]:
    came: list[object] = []

    def run() -> None:
        try:
            came.append(act())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def test_what_is_lodged_is_the_draft_as_it_was_last_kept(own_database):
    """A change acknowledged while a submission without a version is on its way must not be lost."""
    cases.no_chance()
    body = declarations.words()
    with db.transaction() as s:
        reference = operations.save_draft(s, SaveDraft("TJPPJ", body), by=trader()).reference

    def submitted():
        with db.transaction() as s:
            return lodging.submit(s, reference, None, by=trader())

    with db.transaction() as s:
        newer = {**body, "local_reference": "THE-LAST-WORD"}
        operations.save_draft(s, SaveDraft("TJPPJ", newer, reference=reference, version=1), by=trader())
        thread, came = _in_thread(submitted)
        time.sleep(0.5)
    thread.join()
    assert came[0].declared.header["local_reference"] == "THE-LAST-WORD", came


def test_two_submissions_of_a_draft_tell_the_later_nothing_of_lanes(own_database):
    cases.no_chance()
    with db.transaction() as s:
        reference = operations.save_draft(s, SaveDraft("TJPPJ", declarations.red()), by=trader()).reference

    def submitted():
        with db.transaction() as s:
            return lodging.submit(s, reference, 1, by=trader())

    with db.transaction() as s:
        lodging.submit(s, reference, 1, by=trader())
        thread, came = _in_thread(submitted)
        time.sleep(0.5)
    thread.join()
    assert isinstance(came[0], WrongState), came
    assert "lane" not in str(came[0].facts) and "red" not in str(came[0].facts)


def test_a_permit_revoked_while_a_copy_is_asked_for_is_not_printed(own_database, app):
    cases.no_chance()
    keys = app.extensions["guzar_keys"]
    reference = cases.released().reference
    with db.transaction() as s:
        number = permit_flow.issue(s, reference, (), keys, by=supervisor()).permit.number

    def printed():
        with db.transaction() as s:
            return permit_flow.print_copy(s, number, (), "the driver lost it", keys, by=supervisor(login="supervisor2"))

    with db.transaction() as s:
        clearance.revoke(s, number, "issued for the wrong truck", by=supervisor())
        thread, came = _in_thread(printed)
        time.sleep(0.5)
    thread.join()
    assert isinstance(came[0], WrongState), came
    with db.reading() as s:
        assert s.scalars(select(Permit).where(Permit.number == number)).one().revoked_at is not None


def test_a_decision_and_an_approval_at_once_do_not_wait_for_each_other(own_database):
    """Both take the declaration first. Taken crosswise, the server would end one of them as a deadlock."""
    cases.no_chance()
    case = cases.yellow()
    reference = case.reference
    with db.transaction() as s:
        _declaration, proposal = deciding.change_lane(s, reference, "green", "known", None, by=officer())
    identifier: UUID = proposal.id

    def approved():
        with db.transaction() as s:
            return approving.approve(s, identifier, "agreed", by=supervisor())

    with db.transaction() as s:
        queries.locked(s, reference, by=officer())
        thread, came = _in_thread(approved)
        time.sleep(0.5)
        deciding.decide(s, Decide(reference, "refuse", "forged papers"), by=officer())
    thread.join()
    assert isinstance(came[0], WrongState), came
    assert cases.again(case).status == "refused"


def test_nothing_is_imported_for_a_post_that_is_none_of_ours(session):
    message = importing.Message("json", "a.json", "application/json", b"{}", {"post": "AFSKB"})
    for post in ("AFSKB", "XXYYY", "TJ PJ"):
        with db.transaction() as s, pytest.raises(Invalid) as refused:
            importing.keep(s, message, post, by=trader())
        assert [f.rule for f in refused.value.findings] == ["post.unknown"]
    with db.transaction() as s:
        assert importing.keep(s, message, "TJDUS", by=trader()).post == "TJDUS"


def test_a_permit_uploaded_as_a_form_is_judged_like_its_bytes(client):
    """What curl -F and web forms send: the file's own bytes count, not the envelope."""
    answer = client.post("/api/v1/verify", data={"file": (io.BytesIO(b"GZ1:NOT A CODE"), "code.txt")})
    assert (answer.status_code, answer.json["valid"], answer.json["reasons"]) == (200, False, ["malformed"])
    nothing = client.post("/api/v1/verify", data={"other": ""}, content_type="multipart/form-data")
    assert nothing.status_code == 400

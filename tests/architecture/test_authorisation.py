"""Every cell of the authorisation table, asked of the running application: tokens for the API, signed-in clients for pages."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.accounts.commands import IssueToken
from app.accounts.operations import issue_token
from app.accounts.queries import actor_of_login
from app.attachments import operations as attachments
from app.clearance.commands import TrustNeighbour
from app.clearance.keys import KeyStore
from app.clearance.operations import neighbours
from app.appeals.commands import Lodge
from app.core import db
from app.core.actors import SYSTEM
from app.declarations.commands import SaveDraft, SaveTemplate
from app.declarations.operations import save_draft, save_template
from app.duty import operations as duty
from app.duty.commands import DeclareConflict, PlanShift, Qualify
from app.edge.assets import asset
from app.exemptions import operations as exemptions
from app.exemptions.commands import RegisterCertificate
from app.fallback import operations as fallback
from app.fallback import queries as fallen
from app.fallback.commands import OpenFallback
from app.field import operations as devices
from app.field.commands import Register
from app.flows import (
    appealing,
    offending,
    approving,
    code_lists,
    deciding,
    granting,
    importing,
    inspecting,
    mandating,
    papers,
    permits,
)
from app.flows.movements import travelling
from app.inspections.commands import AddPhoto, TakeSample
from app.offences.commands import HandOver, Piece, Seize
from app.oversight.commands import Found, Wrong
from app.oversight.operations import reports as weekly
from app.oversight.operations import watching
from app.payments import operations as payments
from app.payments.commands import CloseDay, Counted
from app.web.field import files
from config.settings import Settings
from app.guarantees import operations as guarantees
from app.guarantees.commands import AddAccessCode, RevokeAccessCode
from app.seals import operations as seals
from app.seals.commands import ReceiveSeals, RegisterDevice
from app.transit import operations as transit
from app.transit.commands import ReportIncident
from app.transit.commands import SaveDraft as SaveMovement
from tests.architecture.authorisation import COLUMNS, TABLE, cells, route
from tests.architecture.authorisation_alone import ALONE_BODIES, ALONE_FORMS
from tests.architecture.authorisation_inspections import INSPECTION_BODIES
from tests.architecture.authorisation_offences import OFFENCE_BODIES
from tests.architecture.authorisation_oversight import OVERSIGHT_BODIES
from tests.architecture.authorisation_transit import TRANSIT_BODIES
from tests.conftest import POST, _create
from tests.factories import accounts, caches, cases, declarations, lives, mandates, movements, roads, scans
from tests.factories.actors import OTHER_PARTY, PARTY, administrator, inspector, officer, supervisor, trader
from tests.factories.seed import PASSWORD

OLD = '"999999"'
_CODES = b"code,valid_from,value\ndraft-days,2000-01-01,90\n"


@dataclass
class House:
    """The application with one of everything in it, and everybody ready to ask."""

    app: Flask
    things: dict[str, str]
    clients: dict[str, FlaskClient]
    tokens: dict[str, str]
    csrf: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def house(cluster, template, tmp_path_factory):
    made = _create(cluster, f"who_{uuid.uuid4().hex[:8]}", template.name)
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), database_url=made.url, owner_url=made.owner_url, post=POST,
        secret_key="t" * 40, purpose="test", cheap_passwords=True, log_level="ERROR",
    )  # fmt: skip
    with caches.apart():
        app = create_app(settings)
        app.testing = True
        people = _people()
        yield House(app, _things(app), *_signed_in(app, people))
        db.disconnect()
    with psycopg.connect(cluster.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


def _people() -> list[str]:
    """Those of the demonstration, and the same roles at another post."""
    with db.transaction() as session:
        for role in ("inspector", "liaison"):
            accounts.account(session, role, "TJDUS", login=f"{role}.TJDUS", password=PASSWORD)
        accounts.account(session, "system", "*", login="system.AF", password=PASSWORD)
    return [login for login in COLUMNS if login != "nobody"]


def _things(app: Flask) -> dict[str, str]:
    """What the routes name, all of one firm and one post; in states that no request of this table changes."""
    cases.no_chance()
    red, released = cases.red(), cases.released()
    with db.transaction() as session:
        draft = save_draft(session, SaveDraft(POST, declarations.words()), by=trader())
        message = importing.Message("asycuda", "sad.xml", "application/xml", b"<ASYCUDA/>", declarations.words())
        imported = importing.keep(session, message, POST, by=trader())
        permit = permits.issue(session, released.reference, (), app.extensions["guzar_keys"], by=supervisor()).permit
        ask = papers.Ask(red.reference, "assessment-notice")
        notice = papers.print_paper(session, ask, app.extensions["guzar_keys"], by=officer()).paper
    with db.transaction() as session:
        proposal = deciding.change_lane(session, red.reference, "green", "known", None, by=officer(login="third"))[1]
        assert proposal is not None
        codes = code_lists.propose(session, "parameter", _CODES, "Order 12", by=administrator(login="third"))
        session.execute(text("UPDATE code SET source = 'other' WHERE list = 'parameter' AND code = 'draft-days'"))
    with db.transaction() as session:  # the proposal is out of date now, so nobody's approval takes effect
        inspecting.add_finding(session, red.reference, cases.SEEN, None, by=inspector())
    return {
        **_shot(), **_offences(), **_on_duty(), **_living(), **_money(), **_transit(), **_moving(), **_field(app), **_watched(), **_alone(app),
        "": red.reference, "payment": red.reference, "draft": draft.reference, "imported": imported.reference, "released": released.reference,
        "number": permit.number, "number@paper": notice.number, "number@score": "1", "version@profile": "1", "deed@profile": "shadow", "deed@run": "stop", "deed@trusted": "suspend", "deed@entry": "removal", "identifier": str(proposal.id), "identifier@codes": str(codes.id),
        "digest": _digest(app), "mrn": "26TJPPJ000000001R0", "item": "1",
    }  # fmt: skip


def _alone(app: Flask) -> dict[str, str]:
    """A time of clearance on paper, and a key of a neighbour, by two persons each."""
    theirs = KeyStore(app.config["GUZAR"].home / "of-af", "AF")
    key = theirs.post_keys("AFSKB").key_id
    with db.transaction() as session:
        paper = fallback.propose_open(session, OpenFallback(POST, 9, "no power"), by=officer(login="third"))
        trust = neighbours.propose_trust(
            session, TrustNeighbour("AF", theirs.trust().to_json(), "by courier"), by=administrator(login="third")
        )
    with db.transaction() as session:
        for proposal in (paper, trust):
            approving.approve(session, proposal.id, "agreed", by=supervisor(login="fourth"))
        number = fallen.open_now(session, POST).number
    return {"number@fallback": number, "form": "1", "_any": "x", "key_id@neighbour": key}


def _watched() -> dict[str, str]:
    """A weekly report that waits for a signature, and a row nobody answers for."""
    with db.transaction() as session:
        found = [Found("reprinted", "permit", "s", "x", None, (), {"copy": 3, "reason": "x"})]
        report = weekly.make(
            session, POST, dt.date(2026, 3, 2), figures={"entries": 1}, limits={}, found=found, by=SYSTEM
        )
        (told,) = watching.tell(session, [Wrong("permit", POST, "s", "row")], by=SYSTEM)
    assert report is not None
    return {"identifier@week": str(report.id), "number@week": "1", "identifier@difference": str(told.id)}


def _field(app: Flask) -> dict[str, str]:
    """A telephone of somebody else's at the post."""
    with db.transaction() as session:
        device = devices.register(session, Register(POST, "Lost one", "phone"), by=inspector(login="third")).device
    with app.test_request_context():
        version = files.files().version
    return {
        "version@field-file": version, "name@field-file": "app.js", "device@field-device": str(device.id),
        "deed@field-device": "lock", "record@field-device": str(uuid.uuid4()),
    }  # fmt: skip


def _shot() -> dict[str, str]:
    """A red declaration with a photo and a sample of its inspection."""
    red = cases.red()
    with db.transaction() as session:
        picture = AddPhoto("seal.png", scans.picture("PNG"))
        photo = inspecting.add_photo(session, red.reference, picture, None, by=inspector())[1]
    with db.transaction() as session:
        taken = TakeSample("powder", "1", "KGM", "x", "x")
        sample = inspecting.take_sample(session, red.reference, taken, None, by=inspector())[1]
    return {
        "shot": red.reference, "identifier@shot": str(photo.id), "taken": red.reference,
        "identifier@taken": str(sample.id), "identifier@moving": str(sample.id), "deed@shot": "finding",
    }  # fmt: skip


def _offences() -> dict[str, str]:
    """Seizure records of a declaration and of a movement, each with a hand-over that waits; an appeal against a hold."""
    third, red, moving = officer(login="third"), cases.red(), roads.released()
    piece = Piece("goods", "x", Decimal(1), "KGM")
    told = {}
    for name, reference in (("seized", red.reference), ("taken-from", moving.reference)):
        with db.transaction() as session:
            record = offending.seize(session, reference, Seize("x", "x", (piece,)), None, by=third)[1]
            picture = scans.picture("PNG")
            photo = offending.add_photo(session, reference, record.id, "x.png", picture, by=third)[1]
            offending.hand_over(session, reference, record.id, HandOver("x", "x"), by=third)
        told |= {name: reference, f"identifier@{name}": str(record.id), f"photo@{name}": str(photo.id)}
    held = cases.decided(cases.yellow(), "hold", by=third)
    with db.transaction() as session:
        appeal = appealing.lodge(session, held.reference, Lodge("decision", "x"), by=trader())
    return {
        **told,
        "serial@seized": "1",
        "serial@taken-from": "1",
        "appeal": held.reference,
        "identifier@appeal": str(appeal.id),
    }


def _on_duty() -> dict[str, str]:
    """A shift, a qualification and an interest of people at the post, and a role that waits for a second person."""
    with db.transaction() as session:
        by, at = actor_of_login(session, "supervisor"), db.now(session)
        shift = duty.plan(session, PlanShift("officer2", POST, at, at + dt.timedelta(hours=8)), by=by)
        paper = duty.qualify(session, Qualify("officer2", POST, "type", "dog", at.date()), by=by)
        interest = duty.declare_conflict(session, DeclareConflict("officer2", POST, PARTY, "", "debt"), by=by)
        wanted = granting.ProposeGrant("officer.TJDUS", "officer", POST, "Order 3")
        proposal = granting.propose_grant(session, wanted, by=actor_of_login(session, "administrator2"))
    return {
        "identifier@shift": str(shift.id), "identifier@qualification": str(paper.id), "identifier@interest": str(interest.id),
        "identifier@granting": str(proposal.id), "deed@account": "closing", "deed@ledger": "conflicts",
    }  # fmt: skip


def _living() -> dict[str, str]:
    """A declaration with a scan and a request to amend it that waits; templates; a refused certificate."""
    with db.transaction() as session:
        scan = attachments.upload(
            session, post=POST, party=PARTY, name="cmr.png", content=scans.picture("PNG"), by=trader()
        )
        kept = [
            save_template(session, SaveTemplate(POST, name, declarations.words()), by=trader())
            for name in ("template", "doomed")
        ]
        paper = {
            "post": POST, "number": "EX-1", "issuer": "a", "source": "b", "holder": PARTY, "measure": "net_kg",
            "granted": Decimal(1), "valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2026, 12, 31),
        }  # fmt: skip
        certificate = exemptions.register(session, RegisterCertificate(**paper), by=officer())
        mandate = mandating.give(session, mandates.between(PARTY, OTHER_PARTY), by=trader())
    with db.transaction() as session:
        exemptions.settle(session, certificate.id, approved=False, reason="x", by=supervisor(login="third"))
    body = declarations.yellow()
    body["documents"][0]["attachment"] = str(scan.id)
    made = cases.lodged(body)
    asked = lives.asked_to_amend(made, lambda words: words.update(place_of_loading="Termez"))
    return {
        "key@draft": "terms", "number@draft": "1", "query": str(uuid.uuid4()),
        "file": made.reference, "file@file": str(scan.id), "amendment@request": str(asked.amendment.id),
        "template@template": str(kept[0].id), "identifier@file": str(scan.id), "identifier@request": str(asked.amendment.id),
        "request": made.reference, "number@file": "1", "identifier@exemption": str(certificate.id),
        "identifier@mandate": str(mandate.id),
        "identifier@template": str(kept[0].id), "identifier@doomed": str(kept[1].id),
    }  # fmt: skip


def _moving() -> dict[str, str]:
    """A movement on the road from this post to the other one, with its guarantee."""
    guarantee = roads.guarantee()
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    return {
        **_shown(), "movement": movement.reference, "moving": movement.reference, "deed@moving": "incident", "deed@movement": "weighings", "deed@stock": "reception", "serial": "NONE-1",
        "grn@pledge": guarantee.grn, "deed@pledge": "limit", "identifier@pledge": str(uuid.uuid4()),
    }  # fmt: skip


def _shown() -> dict[str, str]:
    """A movement with an incident that names a photo."""
    movement = roads.released()
    with db.transaction() as session:
        photo = attachments.upload(
            session, post=POST, party=PARTY, name="tyre.png", content=scans.picture("PNG"), by=trader()
        )
        told = ReportIncident(movement.reference, "5", "x", "x", db.now(session), evidence=(str(photo.id),))
        travelling.report_incident(session, told, by=trader())
    return {"evidence": movement.reference, "identifier@evidence": str(photo.id)}


def _transit() -> dict[str, str]:
    """A draft of a movement, a guarantee that waits and one in force with a revoked code, a seal, a revoked device."""
    guarantee = roads.guarantee()
    with db.transaction() as session:
        draft = transit.save_draft(session, SaveMovement(POST, movements.national(), party=PARTY), by=trader())
        waiting = guarantees.register(session, roads.wanted(), by=officer(login="third"))
        seals.receive(session, ReceiveSeals(POST, "Mega", "H", ("WHO1",)), by=supervisor())
        device, _key = seals.register_device(session, RegisterDevice(POST, "gps", "who"), by=supervisor())
        seals.revoke_device(session, device.id, by=supervisor())
        code = guarantees.add_access_code(session, AddAccessCode(guarantee.grn, "walnut", "x"), by=trader())
        guarantees.revoke_access_code(session, RevokeAccessCode(guarantee.grn, code.id, "x"), by=trader())
    return {
        "transit-draft": draft.reference, "key@transit-draft": "route", "house": "1", "number@transit-draft": "1",
        "grn": guarantee.grn, "grn@waiting": waiting.grn, "serial@stocked": "WHO1",
        "identifier@device": str(device.id), "identifier@code": str(code.id),
    }  # fmt: skip


def _money() -> dict[str, str]:
    """A payment that counts, and a closing."""
    with db.transaction() as session:
        counted = [Counted("receipt", "TJS", Decimal("180000000.00"))]
        closing = payments.close_day(session, CloseDay(POST, counted, "of the seed"), by=supervisor(login="third"))
        payment = session.execute(
            text("SELECT id FROM payment WHERE declaration_id IS NOT NULL AND party = :party"), {"party": PARTY}
        ).scalars().first()  # fmt: skip
    return {"identifier@payment": str(payment), "number@closing": closing.number}


def _digest(app: Flask) -> str:
    with app.test_request_context():
        return asset(NAMES["name"]).split("/")[-2]


def _signed_in(app: Flask, people: list[str]) -> tuple[dict[str, FlaskClient], dict[str, str], dict[str, str]]:
    clients, tokens, csrf = {"nobody": app.test_client()}, {}, {}
    for login in people:
        with db.transaction() as session:
            tokens[login] = issue_token(session, IssueToken(login, 1), by=SYSTEM)
        clients[login] = app.test_client()
        csrf[login] = _sign_in(clients[login], login)
    csrf["nobody"] = accounts.csrf(clients["nobody"])
    return clients, tokens, csrf


def _sign_in(client: FlaskClient, login: str) -> str:
    assert accounts.sign_in(client, login, PASSWORD).status_code == 302, login
    return accounts.csrf(client, "/account")


#: What a request holds, so that only the question who asks stands between it and its deed.
BODIES: dict[str, Any] = {
    **TRANSIT_BODIES,
    **ALONE_BODIES,
    **INSPECTION_BODIES,
    **OFFENCE_BODIES,
    **OVERSIGHT_BODIES,
    "POST /api/v1/declarations": declarations.words,
    "POST /api/v1/declarations?draft=true": {"post": POST},
    "PUT /api/v1/declarations/<reference>": {"post": POST},
    "POST /api/v1/declarations/<reference>/lane": {"lane": "red", "reason": "x"},
    "POST /api/v1/declarations/<reference>/decision": {"decision": "refuse", "reason": "x"},
    "POST /api/v1/templates": {"name": "x", "declaration": {"post": POST}},
    "POST /api/v1/declarations/<reference>/documents": {"type": "380", "number": "1"},
    "POST /api/v1/declarations/<reference>/queries": {"question": "x"},
    "POST /api/v1/declarations/<reference>/queries/<identifier>/answer": {"answer": "x"},
    "POST /api/v1/declarations/<reference>/queries/<identifier>/withdrawal": {"reason": "x"},
    "POST /api/v1/declarations/<reference>/amendments": {"reason": "x", "declaration": {}},
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/acceptance": {},
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/rejection": {"reason": "x"},
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/endorsement": {},
    "POST /api/v1/declarations/<reference>/invalidation": {"reason": "x"},
    "POST /api/v1/declarations/<reference>/partial-release": {"items": [1], "reason": "x"},
    "POST /api/v1/declarations/<reference>/exit": {"plate": "x"},
    "POST /api/v1/declarations/<reference>/rejection": {"reason": "x"},
    "POST /api/v1/declarations/<reference>/destruction": {
        "reason": "x",
        "note": "x",
        "commission": [{"name": "x"}, {"name": "y"}],
        "witness": "z",
    },
    "POST /api/v1/declarations/<reference>/audit": {"outcome": "conform", "summary": "x"},
    "POST /api/v1/declarations/<reference>/assessment": {},
    "POST /api/v1/declarations/<reference>/payments": {
        "method": "receipt",
        "amount": "1.00",
        "bank": "x",
        "receipt": "x",
    },
    "POST /api/v1/declarations/<reference>/securities": {"method": "account", "amount": "1.00"},
    "POST /api/v1/declarations/<reference>/securities/<identifier>/release": {"reason": "x"},
    "POST /api/v1/declarations/<reference>/refunds": {"amount": "1.00", "target": "account", "reason": "x"},
    "POST /api/v1/payments/<identifier>/refusal": {},
    "POST /api/v1/payments/<identifier>/cancellation": {},
    # In money that is not taken here, so that none moves.
    "POST /api/v1/accounts/<post>/<party>/deposits": {"method": "cash", "amount": "1.00", "currency": "USD"},
    "POST /api/v1/accounts/<post>/<party>/withdrawals": {
        "amount": "1.00",
        "currency": "USD",
        "bank": "x",
        "reference": "x",
        "reason": "x",
    },
    "POST /api/v1/accounts/<post>/<party>/standing-order": {"on": True},
    "POST /api/v1/posts/<post>/closings": {"counted": [{"method": "cash", "currency": "USD", "amount": "1.00"}]},
    "POST /api/v1/exemptions": {
        "post": POST,
        "number": "x",
        "issuer": "x",
        "source": "x",
        "holder": PARTY,
        "measure": "net_kg",
        "granted": "1",
        "valid_from": "2026-12-31",
        "valid_to": "2026-01-01",
    },
    "POST /api/v1/mandates": {
        "post": POST,
        "principal": PARTY,
        "declarant": PARTY,
        "scopes": ["stocks"],
        "valid_from": "2026-01-01",
        "valid_to": "2099-12-31",
        "paper": "x",
    },
    "POST /api/v1/mandates/<identifier>/revocation": {},
    "POST /api/v1/exemptions/<identifier>/approval": {},
    "POST /api/v1/exemptions/<identifier>/refusal": {},
    "POST /api/v1/exemptions/<identifier>/withdrawal": {},
    "POST /api/v1/proposals/<identifier>/approval": {"reason": "x"},
    "POST /api/v1/proposals/<identifier>/rejection": {},
    "POST /api/v1/permits/<number>/prints": {"languages": ["en", "en"], "reason": "x"},
    "POST /api/v1/verify": {"qr": "GZ1:X"},
    "POST /api/v1/declarations/<reference>/papers": {"kind": "exit-note"},
    "POST /api/v1/transit-movements/<reference>/papers": {"kind": "unloading-permission"},
    "POST /api/v1/payments/<identifier>/receipt": {"languages": ["en", "en"]},
}

FORMS: dict[str, dict[str, Any]] = {
    **ALONE_FORMS,
    "POST /officer/declarations/<reference>/findings":
        {"version": "0", "finding.control": "40", "finding.conform": "true", "finding.found": "x"},
    "POST /officer/declarations/<reference>/conclusion":
        {"version": "0", "conclude.conclusion": "conform", "conclude.summary": "x"},
    "POST /officer/declarations/<reference>/decision": {"version": "0", "decide.decision": "refuse", "decide.reason": "x"},
    "POST /officer/declarations/<reference>/lane": {"version": "0", "route.lane": "red", "route.reason": "x"},
    "POST /officer/claims/<reference>": {"verdict": "release"},
    "POST /supervisor/permits/<number>/prints": {"seen": "1", "reason": " "},
    "POST /supervisor/permits/<number>/revocation": {"reason": " "},
    "POST /supervisor/proposals/<uuid:identifier>": {"verdict": "reject", "reason": " "},
    "POST /administrator/proposals/<uuid:identifier>": {"verdict": "reject", "reason": " "},
    "POST /administrator/accounts/proposals/<uuid:identifier>": {"verdict": "reject", "reason": " "},
    "POST /trader/declarations/<reference>/lodging": {"version": "999999"},
    "POST /trader/declarations/<reference>/edit": {"version": "999999"},
    "POST /trader/declarations/<reference>/delete": {"version": "999999"},
    "POST /trader/declarations/<reference>/items": {"version": "999999", "copy": "1"},
    "POST /trader/transit/start/from": {"of": "copy", "reference": "NONE"},
    "POST /trader/transit/<reference>/goods": {"version": "999999", "copy": "1-1"},
    "POST /trader/transit/<reference>/lodging": {"version": "999999"},
    "POST /trader/transit/<reference>/delete": {"version": "999999"},
    "POST /account/tokens": {"days": "1", "scope": "read"},
    "POST /verify": {"qr": "GZ1:X"},
}  # fmt: skip

NAMES = {"login": "officer2", "list_name": "parameter", "filename": "js/webauthn.js", "topic": "worklist", "code": "080620", "name": "guzar.css",
         "post": POST, "party": PARTY, "one": "1", "other": "1", "day": "2026-11-20"}  # fmt: skip
QUERIES = {"POST /api/v1/attachments": f"?party={PARTY}", "GET /trader/commodities/<code>": "?box=items.0.commodity"}


def _path(key: str, house: House) -> str:
    thing = key.partition("@")[2]
    rule = route(key).split(" ", 1)[1]

    def filled(found: re.Match[str]) -> str:
        name = found[1].split(":")[-1]
        if name == "reference":
            return house.things[thing]
        if name == "part":
            return _PARTS[next(place for place in _PARTS if place in rule)]
        if name == "token":
            return _token(house) if "account" in rule else "nonsense"
        return house.things.get(f"{name}@{thing}") or house.things.get(name) or NAMES[name]

    query = "?draft=true" if "?" in key else QUERIES.get(key, "")
    return re.sub(r"<(any\([^)]*\):\w+|[^>]+)>", filled, rule) + query


#: One word of each choice; the last place fits everywhere.
_PARTS = {"<any(detain": "extend", "<any(person": "person", "<any(admit": "admit", "permits": "prints", "cashier": "payments", "exemptions": "withdrawal", "questions, part": "decision",
          "requests": "questions", "/": "decision"}  # fmt: skip


def _token(house: House) -> str:
    """A token of the trader's, to be revoked."""
    with db.transaction() as session:
        issue_token(session, IssueToken("trader", 1), by=SYSTEM)
        found = session.connection().exec_driver_sql(
            "SELECT t.id FROM api_token t JOIN app_user u ON u.id = t.account_id WHERE u.login = 'trader' "
            "AND t.revoked_at IS NULL ORDER BY t.id DESC LIMIT 1"
        )
        return str(found.scalar_one())


def _asked(house: House, key: str, login: str) -> tuple[int, str]:
    """Status and Location of the answer."""
    method = key.split(" ", maxsplit=1)[0]
    path = _path(key, house)
    options: dict[str, Any] = {"method": method}
    if "/api/" in path:
        client = house.app.test_client()
        options["headers"] = {"If-Match": OLD, "Idempotency-Key": uuid.uuid4().hex}
        if login != "nobody":
            options["headers"]["Authorization"] = f"Bearer {house.tokens[login]}"
        body = BODIES.get(key.split("@", maxsplit=1)[0])
        if path.startswith("/api/v1/attachments") or path.endswith("/photos"):
            options |= {"data": b"no scan", "content_type": "application/pdf"}
        elif method in ("POST", "PUT") and body is not None:
            options["json"] = body() if callable(body) else body
    else:
        client = house.clients[login]
        if method == "POST":
            options["data"] = {**FORMS.get(route(key), {}), "csrf_token": house.csrf[login]}
            if "print-queue" in path:
                options["data"]["reference"] = house.things[key.partition("@")[2]]
            if path.endswith("/upload"):
                options["data"]["files"] = (io.BytesIO(b"<x/>"), "x.xml")
    with client.open(path, buffered=False, **options) as answer:
        status, location = answer.status_code, answer.headers.get("Location", "")
    if LEADING_TO_SIGN_IN.match(path) and login != "nobody" and client.get("/account").status_code != 200:
        house.csrf[login] = _sign_in(client, login)
    return status, location


def _said(status: int, location: str, *, page: bool) -> str:
    """The answer in the words of the table; a form sent without a sign-in gets 401 and the sign-in, a page leads there."""
    if page and status == 401:
        return "in"
    if status in (301, 302, 303, 307, 308):
        return "in" if re.match(r"(https?://[^/]+)?/login\b", location) else "ok"
    if status in (401, 403, 404):
        return str(status)
    if status == 204:
        return "-"
    return "ok" if status < 300 or status in (304, 400, 409, 412, 422, 428) else f"status {status}"


#: Routes whose row says where nobody goes, but which lead there by themselves: an answer `in` is as good as `ok`.
LEADING_TO_SIGN_IN = re.compile(r"/(logout|tf-|mf-recovery|wan-|$)")


@pytest.mark.parametrize("key", TABLE)
def test_who_may(house, key):
    expected = cells(TABLE[key])
    answers = {login: _asked(house, key, login) for login in COLUMNS}
    path = route(key).split(" ", 1)[1]
    found = {login: _said(*answer, page="/api/" not in path) for login, answer in answers.items()}
    if LEADING_TO_SIGN_IN.match(path):
        found = {k: expected[k] if v in ("in", "-") and expected[k] == "ok" else v for k, v in found.items()}
    assert {k: (v, answers[k]) for k, v in found.items() if v != expected[k]} == {}


def _routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_its_row(house):
    assert _routes(house.app) - {route(key) for key in TABLE} == set(), "write down who may use it"


def test_every_row_has_its_route(house):
    assert {route(key) for key in TABLE} - _routes(house.app) == set(), "this route is gone"


@pytest.mark.parametrize("key", TABLE)
def test_every_row_has_its_cells(key):
    assert set(cells(TABLE[key]).values()) <= {"ok", "401", "403", "404", "in", "-"}


def test_nothing_was_changed_by_asking(house):
    """After a thousand questions by the wrong and the right people the things are as they were."""
    red, released = (house.things[name] for name in ("", "released"))
    with db.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT reference, status, lane FROM declaration WHERE reference = ANY(%s) ORDER BY status",
            ([red, released],),
        )
        assert [tuple(row) for row in rows] == [(released, "released", "yellow"), (red, "under_control", "red")]
        for table, state in {
            "declaration_amendment": "requested", "payment": "confirmed", "exemption_certificate": "refused",
        }.items():  # fmt: skip
            found = session.connection().exec_driver_sql(f"SELECT DISTINCT status FROM {table}").scalars().all()
            assert found == [state], table
        settled = session.connection().exec_driver_sql(
            "SELECT decided_login, count(*) FROM proposal WHERE status <> 'waiting' GROUP BY decided_login"
        )
        assert [tuple(row) for row in settled] == [("fourth", 2)], "those that were approved beforehand"
        for table in ("permit_print", "cash_closing"):
            assert session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1, table


@pytest.mark.parametrize("key", [k for k in TABLE if k.startswith("POST /") and "/api/" not in k])
def test_a_form_of_another_site_is_refused(house, key):
    """Every page's form needs its token, whoever sends it."""
    client = house.clients["supervisor"]
    answer = client.post(_path(key, house), data=FORMS.get(route(key), {}))
    assert answer.status_code in (400, 403), answer.status_code


@pytest.mark.parametrize("login", COLUMNS[:-1])
def test_a_cookie_opens_nothing_of_the_api(house, login):
    """Only a token does, so that no other site's page can act for somebody."""
    assert house.clients[login].get("/api/v1/declarations").status_code == 401


@pytest.mark.parametrize("login", ["trader", "trader2"])
def test_no_trader_is_told_a_lane(house, login):
    """Neither by the API nor on a page: not the word, not the reasons, not in history."""
    headers = {"Authorization": f"Bearer {house.tokens[login]}"}
    client = house.app.test_client()
    deeper = [
        f"/{house.things['file']}/{part}"
        for part in ("queries", "amendments", "versions", "documents", "payments", "exit")
    ]
    for path in ("", f"/{house.things['']}", f"/{house.things['']}/history", f"/{house.things['released']}", *deeper):
        text = client.get(f"/api/v1/declarations{path}", headers=headers).get_data(as_text=True)
        assert not re.search(r'"lane"|precursor|"by"|"reasons"', text), path
    for path in ("/trader/declarations", f"/trader/declarations/{house.things['']}"):
        text = house.clients[login].get(path).get_data(as_text=True)
        assert not re.search(r"lane-(red|yellow|green|blue)|precursor", text), path

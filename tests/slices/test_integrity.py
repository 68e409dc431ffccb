"""Tables against their journals: what agrees is silent, every kind of tampering is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance.keys import KeyStore
from app.accounts.demo import DEMO_PEOPLE
from app.core import db
from app.core.actors import SYSTEM
from app.declarations import operations
from app.declarations.commands import Decide, DeleteDraft, SaveDraft
from app.flows import deciding, importing, inspecting, lodging, permits
from app.flows.importing import Message
from app.flows.movements import arriving, searching, travelling
from app.flows.movements.beginning import copy_movement
from app.inspections.commands import AddFinding, Conclude
from app.registers import integrity
from app.risk.operations import set_random_share
from app.transit import operations as transit
from app.transit.commands import (
    DecideIncident,
    Discharge,
    Extend,
    OpenEnquiry,
    ReportIncident,
    SettleRecovery,
    StartRecovery,
)
from app.transit.commands import DeleteDraft as Discard
from tests.factories import declarations, movements, roads
from tests.factories.actors import inspector, officer, supervisor, trader


@pytest.fixture
def lived(own_database, home):
    """A database in which a little of everything has happened."""
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)
    _a_draft_and_its_end()
    with db.transaction() as s:
        importing.keep(
            s, Message("declaration", "a.json", "application/json", b"{}", {"items": []}), "TJPPJ", by=trader()
        )
    with db.transaction() as s:
        declarations.lodged(s)
        red = declarations.lodged(s, declarations.red()).declaration.reference
        yellow = declarations.lodged(s, declarations.yellow()).declaration.reference
    with db.transaction() as s:
        deciding.change_lane(s, yellow, "green", "known firm", None, by=officer())
    for control in ("40", "43"):
        with db.transaction() as s:
            inspecting.add_finding(s, red, AddFinding(control, True, "as declared"), None, by=inspector())
    with db.transaction() as s:
        inspecting.conclude(s, red, Conclude("conform", "fine"), None, by=inspector())
    with db.transaction() as s:
        deciding.decide(s, Decide(red, "release", "conform"), by=officer())
    _a_permit_in_all_its_states(red, KeyStore(home / "keys", "TJ"))
    return own_database


def _a_draft_and_its_end():
    with db.transaction() as s:
        kept = operations.save_draft(s, SaveDraft("TJPPJ", {"items": []}), by=trader())
    with db.transaction() as s:
        operations.save_draft(
            s, SaveDraft("TJPPJ", {"items": [], "post": "TJPPJ"}, reference=kept.reference), by=trader()
        )
    with db.transaction() as s:
        operations.delete_draft(s, DeleteDraft(kept.reference, None), by=trader())
    with db.transaction() as s:
        again = operations.save_draft(s, SaveDraft("TJPPJ", declarations.words()), by=trader())
    with db.transaction() as s:
        lodging.submit(s, again.reference, None, by=trader())


def _a_permit_in_all_its_states(reference, keys):
    with db.transaction() as s:
        number = permits.issue(s, reference, ("en", "fa_AF"), keys, by=supervisor()).permit.number
    with db.transaction() as s:
        permits.print_copy(s, number, (), "lost", keys, by=supervisor())
    with db.transaction() as s:
        clearance.revoke(s, number, "wrong plate", by=supervisor())
    with db.transaction() as s:
        permits.issue(s, reference, ("en", "fa_AF"), keys, by=supervisor())


def differences(post=None):
    with db.reading() as session:
        return integrity.compare(session, post)


def test_what_the_verbs_did_agrees_with_what_they_told(lived):
    compared, found = differences()
    assert found == []
    # A draft kept and one thrown away, four lodged; two inspections, a proposal, two permits, a file; four declarations
    # assessed, three of them paid from their firm's account, and what the seed paid into two accounts;
    # findings, assignments and steps of the inspections; the people with one role each.
    assert compared == (6 + 2 + 1 + 2 + 1) + (4 + 3) + (2 + 2) + (2 + 2 + 2) + 2 * len(DEMO_PEOPLE)
    assert differences("TJDUS") == (0, [])


TAMPERINGS = [
    ("UPDATE declaration SET status = 'seized' WHERE status = 'selected'", ("declaration", "status")),
    ("UPDATE declaration SET lane = 'green' WHERE lane = 'red'", ("declaration", "lane")),
    ("UPDATE declaration SET version = 1 WHERE lane = 'red'", ("declaration", "version")),
    ("UPDATE declaration SET version = version + 1 WHERE lane = 'red'", ("declaration", "version")),
    ("UPDATE declaration SET mrn = NULL, status = 'draft' WHERE lane = 'red'", ("declaration", "mrn")),
    ("UPDATE declaration SET reference = 'TJPPJ-0000' WHERE lane = 'red'", ("declaration", "reference")),
    ("UPDATE declaration SET content = 2 WHERE lane = 'red'", ("declaration", "content")),
    ("UPDATE declaration_content SET sha256 = repeat('0', 64)", ("declaration", "sha256")),
    ("DELETE FROM declaration WHERE lane = 'red'", ("declaration", "row")),
    ("DELETE FROM journal_entry WHERE kind = 'declaration'", ("declaration", "row")),
    ("UPDATE inspection SET status = 'cancelled' WHERE status = 'ordered'", ("inspection", "status")),
    ("UPDATE inspection SET conclusion = 'offence' WHERE status = 'concluded'", ("inspection", "conclusion")),
    ("UPDATE proposal SET status = 'overtaken'", ("proposal", "status")),
    ("UPDATE permit SET valid_until = '2190-01-01'", ("permit", "valid_until")),
    ("UPDATE permit SET revoked_at = revoked_at - interval '1 day'", ("permit", "revoked_at")),
    ("UPDATE permit_print SET sha256 = repeat('0', 64)", ("permit", "sha256")),
    ("DELETE FROM permit_print WHERE copy = 1", ("permit", "copy")),
    ("DELETE FROM permit", ("permit", "row")),
    ("UPDATE attachment SET content = '[]'", ("attachment", "sha256")),
]


def test_every_tampering_is_told(lived):
    engine = create_engine(lived.superuser_url)
    missed = [(tampering, told) for tampering, told in TAMPERINGS if told not in _told_after(engine, tampering)]
    engine.dispose()
    assert missed == []


def _told_after(engine, tampering):
    """What is told once somebody past every trigger and key has done this; then it is undone."""
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        assert session.execute(text(tampering)).rowcount, tampering
        return {(d.kind, d.key) for d in integrity.compare(session)[1]}


@pytest.fixture
def travelled(own_database):
    """Movements and a guarantee in whose life much has happened, and a draft that was thrown away."""
    body = movements.national(2)
    guarantee = roads.guarantee()
    ended = roads.released(roads.secured(body, guarantee.grn))
    (serial,) = roads.sealed(ended)
    with db.transaction() as s:
        told = ReportIncident(ended.reference, "5", "flat tyre", "Dusti", db.now(s))
        travelling.report_incident(s, told, by=trader())
    with db.transaction() as s:
        travelling.decide_incident(
            s, DecideIncident(ended.reference, roads.THERE, 1, "endorsed", "seen"), by=roads.at(roads.THERE)
        )
    with db.transaction() as s:
        later = db.now(s) + dt.timedelta(days=5)
        travelling.extend(s, Extend(ended.reference, "TJPPJ", later, "the road is closed"), by=officer())
    roads.arrived(ended)
    with db.transaction() as s:
        travelling.check_seal(
            s, ended.reference, roads.THERE, roads.in_order(serial), by=roads.at(roads.THERE, role="inspector")
        )
    with db.transaction() as s:
        arriving.discharge(s, Discharge(ended.reference, roads.THERE), by=roads.at(roads.THERE))
    roads.released()
    _paid_by_the_guarantor(roads.released())
    with db.transaction() as s:
        draft = copy_movement(s, ended.reference, by=trader())
    with db.transaction() as s:
        copy_movement(s, draft.reference, by=trader())
        transit.delete_draft(s, Discard(draft.reference, None), by=trader())
    return own_database


def _paid_by_the_guarantor(lost):
    """Goods that never arrived; less was asked for them than their guarantee holds."""
    with db.transaction() as s:
        searching.open_enquiry(s, OpenEnquiry(lost.reference, "TJPPJ", "nothing heard"), by=officer())
        started = StartRecovery(lost.reference, "TJPPJ", Decimal("1200.00"), "TJS", "lost")
        searching.start_recovery(s, started, by=officer())
    with db.transaction() as s:
        paid = SettleRecovery(lost.reference, "TJPPJ", "claim 14", by_guarantor=True)
        searching.settle_recovery(s, paid, by=supervisor())


ON_THE_ROAD = [
    ("UPDATE transit_movement SET status = 'arrived' WHERE status = 'released_for_transit'", ("transit", "status")),
    ("UPDATE transit_movement SET version = version + 1", ("transit", "version")),
    ("UPDATE transit_movement SET reference = 'TJPPJ-0000' WHERE status = 'draft'", ("transit", "reference")),
    (
        "UPDATE transit_movement SET limit_at = limit_at + interval '1 day' WHERE limit_at IS NOT NULL",
        ("transit", "limit_at"),
    ),
    ("UPDATE transit_content SET sha256 = repeat('0', 64)", ("transit", "sha256")),
    ("DELETE FROM journal_entry WHERE kind = 'transit'", ("transit", "row")),
    ("DELETE FROM transit_movement WHERE status = 'draft'", ("transit", "row")),
    ("UPDATE guarantee SET status = 'suspended'", ("guarantee", "status")),
    ("UPDATE guarantee_reservation SET status = 'held' WHERE status = 'reserved'", ("ledger", "taken")),
    ("UPDATE guarantee_reservation SET amount = amount + 1 WHERE status = 'reserved'", ("ledger", "taken")),
    ("UPDATE guarantee_reservation SET claimed = claimed - 1 WHERE claimed IS NOT NULL", ("ledger", "taken")),
    ("UPDATE guarantee_reservation SET amount = amount + 1 WHERE claimed IS NOT NULL", ("ledger", "taken")),
    ("UPDATE guarantee_reservation SET status = 'credited', claimed = NULL WHERE claimed > 0", ("ledger", "taken")),
    ("UPDATE transit_recovery SET by_guarantor = 1", ("ledger", "recovered")),
    ("DELETE FROM guarantee_reservation WHERE status = 'credited'", ("ledger", "entry")),
    ("UPDATE seal SET status = 'applied' WHERE status = 'removed'", ("seal", "status")),
]


def test_movements_agree_with_what_was_told_and_tampering_is_found(travelled):
    compared, found = differences()
    assert found == [] and compared >= 3 + 2
    engine = create_engine(travelled.superuser_url)
    missed = [(tampering, told) for tampering, told in ON_THE_ROAD if told not in _told_after(engine, tampering)]
    engine.dispose()
    assert missed == []

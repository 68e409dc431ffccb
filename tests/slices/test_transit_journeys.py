"""Whole journeys of goods in transit, verb by verb, on a real database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, WrongState
from app.flows.movements import arriving, departing, lodging, searching, securing, travelling
from app.guarantees import queries as pledged
from app.ledger import queries as ledger
from app.reference.queries import codebook
from app.seals import operations as devices
from app.seals import queries as sealed
from app.seals.commands import DeviceEvent, RegisterDevice
from app.transit import queries, rules
from app.transit.commands import (
    Amend,
    CloseEnquiry,
    Continue,
    DecideIncident,
    Discharge,
    Extend,
    Found,
    Invalidate,
    OpenEnquiry,
    Pass,
    PermitUnloading,
    Release,
    RefuseRelease,
    Reject,
    RemarkUnloading,
    ReportIncident,
    ResolveDiscrepancy,
    SettleRecovery,
    StartRecovery,
)
from tests.factories import actors, movements, roads
from tests.factories.roads import THERE, again, at

HERE = "TJPPJ"

pytestmark = pytest.mark.usefixtures("session")


def left(grn):
    with db.reading() as session:
        guarantee = pledged.find(session, grn, by=actors.trader())
        return pledged.left(session, guarantee)


def sound():
    """The ledger proves itself."""
    with db.reading() as session:
        assert ledger.verify(session) == []


def test_a_national_transit_from_lodging_to_discharge():
    guarantee = roads.guarantee("20000.00")
    movement = roads.lodged(roads.secured(movements.national(3), guarantee.grn))
    assert movement.status == "lodged" and movement.mrn[2:7] == HERE and movement.mrn[16] == "J"
    assert left(guarantee.grn) == Decimal("20000.00")
    (serial,) = roads.sealed(movement)
    with db.transaction() as session:
        released = departing.release(session, Release(movement.reference, HERE), by=actors.officer())
        assert released.status == "released_for_transit" and released.limit_at > released.released_at
    assert left(guarantee.grn) == Decimal("15000.00")
    arrived = roads.arrived(movement)
    assert arrived.status == "arrived"
    with db.transaction() as session:
        _m, permission = arriving.permit_unloading(session, PermitUnloading(movement.reference, THERE), by=at(THERE))
    with db.transaction() as session:
        arriving.remark_unloading(
            session,
            RemarkUnloading(movement.reference, THERE, permission.number, roads.today(), True, True, True),
            by=actors.trader(),
        )
    with pytest.raises(WrongState) as refused, db.transaction() as session:
        arriving.discharge(session, Discharge(movement.reference, THERE), by=at(THERE))
    assert refused.value.findings[0].rule == "discharge.seals-unchecked"
    with db.transaction() as session:
        travelling.check_seal(
            session, movement.reference, THERE, roads.in_order(serial), by=at(THERE, role="inspector")
        )
    with db.transaction() as session:
        arriving.discharge(session, Discharge(movement.reference, THERE), by=at(THERE))
    ended = again(movement)
    assert ended.status == "discharged" and ended.ended_at is not None
    assert left(guarantee.grn) == Decimal("20000.00")
    with db.reading() as session:
        assert queries.wheels(session, ended) == []
        assert [seal.status for seal in sealed.of_movement(session, ended.id)] == ["removed"]
        assert {row.stage for row in queries.offices(session, ended)} == {"done"}
    sound()


def test_a_tir_transport_with_incident_and_partial_unloading():
    body = movements.tir(2)
    movement = roads.released(body)
    assert movement.carnet == body["carnet"]["number"]
    with db.transaction() as session:
        travelling.report_incident(
            session,
            ReportIncident(
                movement.reference,
                "3",
                "engine burnt",
                "Dusti",
                db.now(session),
                means={"vehicle": {"plate": "7777 AB 01", "country": "TJ"}},
                seals=("TJK0000009",),
            ),
            by=actors.trader(),
        )
    assert again(movement).status == "incident"
    with db.transaction() as session:
        travelling.decide_incident(
            session, DecideIncident(movement.reference, THERE, 1, "endorsed", "seen by the police"), by=at(THERE)
        )
    with db.reading() as session:
        now_on = queries.wheels(session, again(movement))
        assert now_on == ["7777AB01"]
        states = {seal.serial: seal.status for seal in sealed.of_movement(session, movement.id)}
        assert states == {body["equipment"][0]["seals"][0]: "removed", "TJK0000009": "applied"}
    roads.arrived(movement)
    for number, complete in ((1, False), (2, True)):
        with db.transaction() as session:
            arriving.permit_unloading(session, PermitUnloading(movement.reference, THERE), by=at(THERE))
        found = () if not complete else (Found("packages", 2, "1 CT"),)
        with db.transaction() as session:
            command = RemarkUnloading(
                movement.reference, THERE, number, roads.today(), complete, not found, True, discrepancies=found
            )
            arriving.remark_unloading(session, command, by=actors.trader())
    assert again(movement).status == "discrepancies"
    with db.transaction() as session:
        arriving.resolve_discrepancy(
            session, ResolveDiscrepancy(movement.reference, THERE, 1, "accepted", "short shipped"), by=at(THERE)
        )
        travelling.check_seal(session, movement.reference, THERE, roads.in_order("TJK0000009"), by=at(THERE))
    with db.transaction() as session:
        arriving.discharge(session, Discharge(movement.reference, THERE, reservation="one carton short"), by=at(THERE))
    with db.reading() as session:
        assert [row.page for row in queries.volets(session, movement.carnet)] == [3, 4]
        assert left(f"TIR-{movement.carnet}") == Decimal("100000.00")
    sound()
    again_used = {**movements.tir(1), "carnet": body["carnet"]}
    with pytest.raises(Invalid) as refused:
        roads.lodged(again_used)
    assert "tir.volet-used" in {finding.rule for finding in refused.value.findings}


@pytest.mark.parametrize(
    ("code", "broken", "removed"),
    [("2", ("A",), ("A",)), ("2", (), ("A", "B", "C")), ("5", ("B", "C"), ("B", "C")), ("3", ("A",), ("A", "B", "C"))],
)
def test_new_seals_replace_what_was_opened_and_nothing_else(code, broken, removed):
    """Only goods that were moved bear none of their old seals; where nothing is known as broken, all may be."""
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    serial = dict(zip("ABC", roads.sealed(movement, 3), strict=True))
    roads.let_go(movement)
    for name in broken:
        cut = replace(roads.in_order(serial[name]), tug=False, remarks="cut")
        with db.transaction() as session:
            travelling.check_seal(session, movement.reference, THERE, cut, by=at(THERE))
    with db.transaction() as session:
        means = {"vehicle": {"plate": "7777 AB 01", "country": "TJ"}} if code == "3" else None
        told = ReportIncident(
            movement.reference, code, "cut at night", "Dusti", db.now(session), means=means, seals=("NEW-1",)
        )
        travelling.report_incident(session, told, by=actors.trader())
    with db.transaction() as session:
        decided = DecideIncident(movement.reference, THERE, 1, "endorsed", "seen by the police")
        travelling.decide_incident(session, decided, by=at(THERE))
    with db.reading() as session:
        states = {seal.serial: seal.status for seal in sealed.of_movement(session, movement.id)}
    assert states.pop("NEW1") == "applied"
    assert {name for name in serial if states[serial[name]] == "removed"} == set(removed)


def test_a_seal_that_another_person_found_broken_needs_no_second_look():
    """Who put it on and says himself that it is broken does not end alone what he began."""
    for finder, unseen in ((actors.inspector(), False), (actors.officer(), True)):
        movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
        (serial,) = roads.sealed(movement)
        roads.let_go(movement)
        cut = replace(roads.in_order(serial), tug=False, remarks="cut")
        with db.transaction() as session:
            travelling.check_seal(session, movement.reference, HERE, cut, by=finder)
        roads.arrived(movement)
        with db.reading() as session:
            since = again(movement).arrived_at
            assert bool(devices.checked_by_another(session, movement.id, since)) is unseen


def test_one_that_never_arrives_ends_in_recovery():
    guarantee = roads.guarantee("9000.00")
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    with db.transaction() as session:
        searching.open_enquiry(session, OpenEnquiry(movement.reference, HERE, "nothing heard"), by=actors.officer())
    with db.transaction() as session:
        searching.close_enquiry(
            session, CloseEnquiry(movement.reference, HERE, "recovery", "no proof"), by=actors.officer()
        )
        searching.start_recovery(
            session,
            StartRecovery(movement.reference, HERE, Decimal("5000.00"), "TJS", "goods lost to customs"),
            by=actors.officer(),
        )
    settle = SettleRecovery(movement.reference, HERE, "claim 14/2026", by_guarantor=True)
    with pytest.raises(Forbidden), db.transaction() as session:
        searching.settle_recovery(session, settle, by=actors.officer())
    with db.transaction() as session:
        searching.settle_recovery(session, settle, by=actors.supervisor())
        arriving.discharge(session, Discharge(movement.reference, HERE, reason="claim paid"), by=actors.supervisor())
    assert again(movement).status == "discharged" and left(guarantee.grn) == Decimal("4000.00")
    sound()


def test_what_a_holder_may_not_undo_after_release():
    movement = roads.released()
    changed = movements.declared(movements.national())
    for deed in (
        lambda s: lodging.amend(s, Amend(movement.reference, changed, "late"), by=actors.trader()),
        lambda s: lodging.invalidate(s, Invalidate(movement.reference, "late"), by=actors.trader()),
    ):
        with pytest.raises(WrongState) as refused, db.transaction() as session:
            deed(session)
        assert refused.value.findings[0].rule == "transit.out-of-sequence"


def test_a_plate_a_seal_and_a_guarantee_are_not_taken_twice():
    guarantee = roads.guarantee("6000.00")
    body = roads.secured(movements.national(), guarantee.grn)
    first = roads.released({**body, "equipment": [{"container": None, "seals": ["S-0001"], "goods": []}]})
    second = {**roads.secured(movements.national(), guarantee.grn), "transport": body["transport"]}
    with pytest.raises(Invalid) as refused:
        roads.lodged(second)
    assert {f.rule for f in refused.value.findings} >= {"plate.elsewhere"}
    third = {
        **roads.secured(movements.national(), guarantee.grn),
        "equipment": [{"container": None, "seals": ["s-0001"], "goods": []}],
    }
    with pytest.raises(Invalid) as refused:
        roads.lodged(third)
    assert [f.rule for f in refused.value.findings] == ["seal.elsewhere"]
    fourth = roads.lodged(roads.secured(movements.national(), guarantee.grn))
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        departing.release(session, Release(fourth.reference, HERE), by=actors.officer())
    assert [f.rule for f in refused.value.findings] == ["guarantee.G09"]
    assert again(fourth).status == "lodged" and left(guarantee.grn) == Decimal("1000.00")
    assert again(first).status == "released_for_transit"
    sound()


def test_an_office_passes_goods_on():
    guarantee = roads.guarantee()
    body = roads.secured(movements.national(), guarantee.grn)
    body["offices"] = {**body["offices"], "transit": ["TJTEM"]}
    movement = roads.released(body)
    command = Pass(movement.reference, "TJTEM", body["transport"]["vehicle"]["plate"], True)
    with pytest.raises(Forbidden), db.transaction() as session:
        travelling.pass_office(session, command, by=actors.officer())
    with db.transaction() as session:
        passed, _row = travelling.pass_office(session, command, by=at("TJTEM"))
    with db.reading() as session:
        assert {row.office: row.stage for row in queries.offices(session, passed)} == {
            HERE: "done",
            "TJTEM": "done",
            THERE: "expected",
        }
    assert passed.limit_at - passed.released_at <= dt.timedelta(days=11)


def test_a_passage_on_unknown_wheels_is_an_incident_first():
    body = roads.secured(movements.national(), roads.guarantee().grn)
    body["offices"] = {**body["offices"], "transit": ["TJTEM"]}
    movement = roads.released(body)
    with db.transaction() as session, pytest.raises(Invalid) as refused:
        travelling.pass_office(session, Pass(movement.reference, "TJTEM", "9999ZZ99", True), by=at("TJTEM"))
    (finding,) = refused.value.findings
    assert (finding.pointer, finding.rule) == ("/plate", "passage.plate-other")
    assert body["transport"]["vehicle"]["plate"] in str(finding.message)


def test_more_time_is_never_more_than_the_way_has():
    movement = roads.released()
    for days, done in ((400, False), (0, True)):
        with db.reading() as session:
            latest = rules.limit(codebook(session), queries.declared(session, movement), movement.limit_at)
        command = Extend(movement.reference, HERE, latest + dt.timedelta(days=days), "snow on the pass")
        if done:
            with db.transaction() as session:
                assert travelling.extend(session, command, by=at(HERE)).limit_at == latest
            continue
        with db.transaction() as session, pytest.raises(Invalid) as refused:
            travelling.extend(session, command, by=at(HERE))
        assert [(f.pointer, f.rule) for f in refused.value.findings] == [("/limit_at", "limit.late")]


def test_a_waiver_is_accepted_by_an_officer_who_says_why():
    movement = roads.lodged({**movements.national(), "guarantees": [{"type": "A"}]})
    for remarks in ("", "  "):
        with db.transaction() as session, pytest.raises(Invalid) as refused:
            departing.release(session, Release(movement.reference, HERE, remarks=remarks), by=at(HERE))
        assert [(f.pointer, f.rule) for f in refused.value.findings] == [("/remarks", "guarantee.waived")]
    with db.transaction() as session:
        departing.release(session, Release(movement.reference, HERE, remarks="agreement of 2025"), by=at(HERE))
    assert again(movement).status == "released_for_transit"


def test_a_carnet_is_one_firms_and_answers_for_the_sum_of_the_day(monkeypatch):
    """The same carnet, its next pages: of another firm it is refused at its number; of its holder it answers for what the
    list says on that day."""
    body = movements.tir(1)
    first = roads.released({**body, "offices": {**body["offices"], "destination": [THERE]}})
    roads.arrived(first)
    with db.transaction() as s:
        serial = body["equipment"][0]["seals"][0]
        travelling.check_seal(s, first.reference, THERE, roads.in_order(serial), by=at(THERE))
    with db.transaction() as s:
        arriving.discharge(s, Discharge(first.reference, THERE), by=at(THERE))
    grn = f"TIR-{first.carnet}"
    assert left(grn) == Decimal("100000.00")
    again_ = {**movements.tir(1), "carnet": {**body["carnet"], "page": 5}}
    other = {**again_, "holder": {**again_["holder"], "id": actors.OTHER_PARTY}}
    with pytest.raises(Invalid) as refused:
        roads.lodged(other, by=actors.other_trader())
    assert ("/carnet/number", "tir.carnet-of-another") in {(f.pointer, f.rule) for f in refused.value.findings}
    known = securing.ceiling
    monkeypatch.setattr(securing, "ceiling", lambda *words: (Decimal("60000.00"), known(*words)[1]))
    second = roads.released(again_)
    with db.reading() as reading:
        answering = pledged.find(reading, grn, by=actors.trader())
        assert answering.amount == Decimal("60000.00")
        taken = [row.amount for row, _g in pledged.of_movement(reading, second.id)]
        assert pledged.left(reading, answering) == Decimal("60000.00") - sum(taken)
    sound()


def test_goods_that_were_looked_for_arrive_go_on_and_are_looked_for_again():
    """The first search ends with the arrival; a second one on the way to the next destination is another."""
    body = movements.tir(1)
    body["offices"] = {**body["offices"], "destination": ["TJTEM", THERE]}
    movement = roads.released(body)
    looking = OpenEnquiry(movement.reference, HERE, "nothing heard")
    with db.transaction() as session:
        searching.open_enquiry(session, looking, by=actors.officer())
    roads.arrived(movement, "TJTEM")
    with db.reading() as session:
        assert [row.outcome for row in queries.enquiries(session, again(movement))] == ["arrived"]
        assert [row.status for row, _g in pledged.of_movement(session, movement.id)] == ["reserved"]
    with db.transaction() as session:
        arriving.continue_to_next(session, Continue(movement.reference, "TJTEM"), by=at("TJTEM"))
    with db.transaction() as session:
        searching.open_enquiry(session, looking, by=actors.officer())
    roads.arrived(movement)
    with db.reading() as session:
        assert [row.outcome for row in queries.enquiries(session, again(movement))] == ["arrived", "arrived"]
    sound()


def test_what_never_left_bears_no_seal_any_more():
    """Taken back, rejected or not released: the seals that an officer had put on are free of it."""
    for end in (
        lambda s, m: lodging.invalidate(s, Invalidate(m.reference, "no"), by=actors.trader()),
        lambda s, m: departing.reject(s, Reject(m.reference, HERE, "no"), by=actors.officer()),
        lambda s, m: departing.refuse_release(s, RefuseRelease(m.reference, HERE, "no"), by=actors.officer()),
    ):
        movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
        roads.sealed(movement)
        with db.transaction() as session:
            end(session, movement)
        with db.reading() as session:
            assert [seal.status for seal in sealed.of_movement(session, movement.id)] == ["removed"]


def test_nothing_is_decided_about_an_incident_of_goods_that_are_looked_for_or_have_ended():
    """New wheels and new seals would be on a movement that has ended."""
    movement = roads.released()
    with db.transaction() as session:
        told = ReportIncident(
            movement.reference, "3", "engine burnt", "Dusti", db.now(session),
            means={"vehicle": {"plate": "8888AB01", "country": "TJ"}}, seals=("LATE001",),
        )  # fmt: skip
        travelling.report_incident(session, told, by=actors.trader())
        searching.open_enquiry(session, OpenEnquiry(movement.reference, HERE, "nothing heard"), by=actors.officer())
    decided = DecideIncident(movement.reference, THERE, 1, "endorsed", "seen")
    for end in (
        None,
        CloseEnquiry(movement.reference, HERE, "proof-accepted", "signed receipt"),
    ):
        if end is not None:
            with db.transaction() as session:
                searching.close_enquiry(session, end, by=actors.officer())
                arriving.discharge(session, Discharge(movement.reference, HERE, reason="proof"), by=actors.officer())
        with pytest.raises(WrongState), db.transaction() as session:
            travelling.decide_incident(session, decided, by=at(THERE))
    with db.reading() as session:
        assert queries.wheels(session, again(movement)) == [] and sealed.of_movement(session, movement.id) == []


def test_the_search_ends_with_the_recovery():
    movement = roads.released()
    with db.transaction() as session:
        searching.open_enquiry(session, OpenEnquiry(movement.reference, HERE, "nothing heard"), by=actors.officer())
        asked = StartRecovery(movement.reference, HERE, Decimal("5000.00"), "TJS", "they are gone")
        searching.start_recovery(session, asked, by=actors.officer())
    with db.reading() as session:
        (enquiry,) = queries.enquiries(session, again(movement))
        assert (enquiry.outcome, enquiry.closing) == ("recovery", "they are gone")


def test_devices_leave_the_road_though_their_clock_is_ahead_and_join_nothing_that_has_ended():
    """A clock may be ten minutes ahead; what it tells of a route that was left is an incident all the same."""
    body = roads.secured(movements.national(), roads.guarantee().grn)
    way = {"route": "TJ-PPJ-DUS", "binding_itinerary": True, "itinerary": ["Dusti", "Bokhtar"]}
    movement = roads.released({**body, **way})
    with db.transaction() as session:
        wanted = RegisterDevice(HERE, "gps", "G-1")
        device, key = devices.register_device(session, wanted, by=actors.supervisor())
        travelling.bind_device(session, movement.reference, HERE, device.id, by=actors.officer())
    with db.transaction() as session:
        ahead = db.now(session) + dt.timedelta(minutes=8)
        far_off = DeviceEvent(1, "position", ahead, Decimal("40.5"), Decimal("69.05"), {})
        travelling.tell(session, device.id, key, [far_off], by=SYSTEM)
    with db.reading() as session:
        (incident,) = queries.incidents(session, again(movement))
        assert (incident.code, incident.source) == ("1", "device") and incident.happened_at <= incident.reported_at
    taken_back = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    with db.transaction() as session:
        lodging.invalidate(session, Invalidate(taken_back.reference, "no"), by=actors.trader())
    with pytest.raises(WrongState) as refused, db.transaction() as session:
        travelling.bind_device(session, taken_back.reference, HERE, device.id, by=actors.officer())
    assert refused.value.findings[0].rule == "seal.state"

"""What one dishonest or hasty person may try with goods in transit: alone where it takes two, on one's own goods, with a
seal, a vehicle or a page that is taken, with a weight or a day that is not true."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db
from app.core.actors import Grant
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.flows import approving
from app.flows.movements import arriving, departing, lodging, searching, travelling
from app.guarantees import operations as guarantees
from app.guarantees.commands import ChangeLimit, SettleGuarantee
from app.seals import operations as seals
from app.seals.commands import Applied, IssueSeals, ReceiveSeals
from app.transit import commands as c
from app.transit import queries, schemas
from tests.factories import actors, cases, movements, roads
from tests.factories.actors import PARTY, POST
from tests.factories.roads import THERE, at

officer, supervisor = actors.officer(), actors.supervisor()
#: An officer and supervisor of every office who trades with the holder's papers beside his office.
both_hands = replace(
    actors.supervisor(login="both.hands"),
    grants=(
        *(Grant(role, office) for role in ("officer", "supervisor") for office in (POST, THERE)),
        Grant("trader", "*", PARTY),
    ),
)


def tried(act, *words, **more):
    """The refusal, or what was made."""
    try:
        with db.transaction() as session:
            return act(session, *words, **more)
    except Refusal as refusal:
        return refusal


def rule(refusal):
    assert isinstance(refusal, Refusal), refusal
    return refusal.findings[0].rule if refusal.findings else type(refusal).__name__


# --- alone where it takes two -----------------------------------------------------------------------------------------


def test_nobody_ends_alone_what_takes_two(session):
    waiting = tried(guarantees.register, roads.wanted(), by=supervisor)
    assert rule(tried(guarantees.settle, SettleGuarantee(waiting.grn, True), by=supervisor)) == "Forbidden"
    grn = roads.guarantee("9000.00").grn
    movement = roads.released(roads.secured(movements.national(), grn))
    name = movement.reference
    higher = tried(guarantees.propose_limit, ChangeLimit(grn, Decimal("90000.00"), "more trade"), by=supervisor)
    assert rule(tried(approving.approve, higher.id, "yes", by=supervisor)) == "Forbidden"
    given = tried(guarantees.propose_release, grn, movement.id, "paid in cash", by=supervisor)
    assert rule(tried(approving.approve, given.id, "yes", by=supervisor)) == "Forbidden"
    tried(lodging.invalidate, c.Invalidate(name, "never left"), by=officer)
    assert rule(tried(lodging.decide_amendment, c.DecideAmendment(name, 1, True), by=officer)) == "Forbidden"
    with db.reading() as reading:
        now = db.now(reading)
    seen = c.ReportIncident(name, "5", "stood still", "Dusti", now, office=POST)
    assert tried(travelling.report_incident, seen, by=officer)[1].source == "office", "not the holder told it"
    decided = c.DecideIncident(name, POST, 1, "dismissed", "nothing")
    assert rule(tried(travelling.decide_incident, decided, by=officer)) == "Forbidden"
    roads.arrived(movement)
    tried(departing.order_control, c.OrderControl(name, THERE, ("40",)), by=at(THERE))
    waived = c.ConcludeControl(name, THERE, 1, "waived", "late")
    assert rule(tried(departing.conclude_control, waived, by=at(THERE))) == "control.waived-alone"
    found = c.FindDiscrepancies(name, THERE, (c.Found("missing", 1, "gone"),))
    tried(arriving.find_discrepancies, found, by=at(THERE))
    own = c.ResolveDiscrepancy(name, THERE, 1, "accepted", "fine")
    assert rule(tried(arriving.resolve_discrepancy, own, by=at(THERE))) == "discrepancy.alone"
    tried(searching.start_recovery, c.StartRecovery(name, POST, Decimal("5000.00"), "TJS", "gone"), by=officer)
    paid = c.SettleRecovery(name, POST, "receipt 1")
    assert rule(tried(searching.settle_recovery, paid, by=officer)) == "Forbidden"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE guarantee SET decided_by = registered_by",
        "UPDATE guarantee_reservation SET released_wish_by = reserved_by, released_by = reserved_by",
        "UPDATE transit_recovery SET settled_by = started_by, settled_at = guzar_now(), paid_as = 'x'",
        "UPDATE transit_amendment SET decided_by = requested_by, decided_at = guzar_now(), status = 'accepted'",
        "UPDATE transit_movement SET status = 'invalidated', ended_at = guzar_now() WHERE status = 'recovery'",
        "UPDATE ledger_account SET balance = -0.01 WHERE code LIKE 'pledge:%'",
        "UPDATE guarantee_reservation SET amount = 'NaN'",
        "UPDATE transit_weighing SET gross_kg = 'NaN'",
    ],
)
def test_nor_does_the_database(session, sql):
    movement = roads.released()
    with db.transaction() as changing:
        lodging.invalidate(changing, c.Invalidate(movement.reference, "never left"), by=officer)
        weighed = c.Weigh(movement.reference, POST, "control", Decimal(20000))
        travelling.weigh(changing, weighed, by=officer)
    tried(searching.open_enquiry, c.OpenEnquiry(movement.reference, POST, "nothing heard"), by=officer)
    recovery = c.StartRecovery(movement.reference, POST, Decimal("5.00"), "TJS", "gone")
    tried(searching.start_recovery, recovery, by=officer)
    with pytest.raises(DBAPIError), session.begin_nested():
        assert session.execute(text(sql)).rowcount > 0, "nothing was there to be changed"


def test_nobody_decides_about_the_goods_or_the_guarantee_of_his_own_firm(session):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    name = movement.reference
    for deed in (
        tried(departing.release, c.Release(name, POST), by=both_hands),
        tried(departing.order_control, c.OrderControl(name, POST, ("10",)), by=both_hands),
        tried(departing.refuse_release, c.RefuseRelease(name, POST, "no"), by=both_hands),
    ):
        assert isinstance(deed, Forbidden), deed
    roads.let_go(movement)
    roads.arrived(movement)
    assert isinstance(tried(arriving.discharge, c.Discharge(name, THERE), by=both_hands), Forbidden)
    waiting = tried(guarantees.register, roads.wanted(), by=officer)
    assert isinstance(tried(guarantees.settle, SettleGuarantee(waiting.grn, True), by=both_hands), Forbidden)
    wish = tried(guarantees.propose_limit, ChangeLimit(roads.guarantee().grn, Decimal(10**6), "more"), by=officer)
    assert isinstance(tried(approving.approve, wish.id, "yes", by=both_hands), Forbidden)
    for verb in (guarantees.suspend, guarantees.resume, guarantees.revoke):
        assert isinstance(tried(verb, wish.reference, "as I like", by=both_hands), Forbidden)


def test_nothing_more_is_taken_of_a_carnet_that_is_suspended(session):
    first = movements.tir(2)
    movement = roads.released(first)
    tried(guarantees.suspend, f"TIR-{movement.carnet}", "the association does not answer", by=supervisor)
    tried(lodging.invalidate, c.Invalidate(movement.reference, "never left"), by=officer)
    tried(lodging.decide_amendment, c.DecideAmendment(movement.reference, 1, True), by=supervisor)
    second = schemas.read({**movements.tir(2), "carnet": {**first["carnet"], "page": 5}})
    refused = tried(lodging.lodge, c.LodgeMovement(second), by=actors.trader())
    assert rule(refused) == "guarantee.G02" and refused.findings[0].pointer == "/carnet/number"
    tried(guarantees.resume, f"TIR-{movement.carnet}", "it answers again", by=supervisor)
    waiting = tried(lodging.lodge, c.LodgeMovement(second), by=actors.trader()).movement
    tried(guarantees.suspend, f"TIR-{movement.carnet}", "again not", by=supervisor)
    released = c.Release(waiting.reference, POST)
    assert rule(tried(departing.release, released, by=officer)) == "guarantee.G02"


def test_who_put_the_seal_on_does_not_say_that_it_is_whole(session):
    """The officer of the departure moves to the destination and ends what he began."""
    one = replace(officer, grants=(Grant("officer", POST), Grant("officer", THERE)))
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    (serial,) = roads.sealed(movement)
    roads.let_go(movement)
    tried(arriving.arrive, c.Arrive(movement.reference, THERE), by=one)
    tried(travelling.check_seal, movement.reference, THERE, roads.in_order(serial), by=one)
    ending = c.Discharge(movement.reference, THERE)
    assert rule(tried(arriving.discharge, ending, by=one)) == "discharge.seals-unchecked"
    off = tried(travelling.remove_seals, movement.reference, THERE, [serial], "to unload", by=one)
    assert rule(off) == "discharge.seals-unchecked", "nor by taking it off"
    tried(travelling.check_seal, movement.reference, THERE, roads.in_order(serial), by=at(THERE, role="inspector"))
    assert tried(arriving.discharge, ending, by=one).status == "discharged"


# --- days and weights that are not true -------------------------------------------------------------------------------


def test_nothing_is_dated_back_or_ahead(session):
    movement = roads.released()
    name = movement.reference
    before, ahead = movement.released_at - dt.timedelta(days=1), movement.released_at + dt.timedelta(days=1)
    for when, said in ((before, "moment.before-release"), (ahead, "moment.future")):
        assert rule(tried(arriving.arrive, c.Arrive(name, THERE, arrived_at=when), by=at(THERE))) == said
        told = c.ReportIncident(name, "5", "snow", "Dusti", when)
        assert rule(tried(travelling.report_incident, told, by=actors.trader())) == said
    weighings = {
        "moment.future": ("exit", ahead),
        "moment.before-release": ("exit", before),
        "moment.before-lodging": ("entry", movement.lodged_at - dt.timedelta(seconds=2)),
    }
    for said, (occasion, when) in weighings.items():
        weighed = c.Weigh(name, POST, occasion, Decimal(1), weighed_at=when)
        assert rule(tried(travelling.weigh, weighed, by=officer)) == said
    past = c.Extend(name, POST, movement.limit_at - dt.timedelta(seconds=1), "rain")
    assert rule(tried(travelling.extend, past, by=officer)) == "limit.past"
    roads.arrived(movement)
    tried(arriving.permit_unloading, c.PermitUnloading(name, THERE), by=at(THERE))
    for days, said in ((1, "moment.future"), (-1, "unloading.before-permission")):
        day = roads.today() + dt.timedelta(days=days)
        remarked = c.RemarkUnloading(name, THERE, 1, day, True, True, True)
        assert rule(tried(arriving.remark_unloading, remarked, by=actors.trader())) == said


@pytest.mark.parametrize(
    ("second", "alarm"),
    [("20400.000", False), ("20400.001", True), ("19600.000", False), ("19599.999", True), ("0.001", True), ("40000", True)],
)  # fmt: skip
def test_a_weight_beyond_the_tolerance_always_raises_the_alarm(session, second, alarm):
    """Twenty per mille of the first; whoever was told stays told, and what was weighed stays written."""
    movement = roads.released()
    tried(travelling.weigh, c.Weigh(movement.reference, POST, "exit", Decimal("20000.000")), by=officer)
    tried(travelling.weigh, c.Weigh(movement.reference, THERE, "arrival", Decimal(second)), by=at(THERE))
    with db.reading() as reading:
        found = queries.find(reading, movement.reference, by=officer)
        assert [row.kind for row in queries.alarms(reading, found)] == (["weight"] if alarm else [])
        assert [row.gross_kg for row in queries.weighings(reading, found)] == [Decimal(20000), Decimal(second)]


def test_no_weight_that_is_none(session):
    movement = roads.released()
    for nothing in ("0", "-1"):
        weighed = c.Weigh(movement.reference, POST, "exit", Decimal(nothing))
        assert rule(tried(travelling.weigh, weighed, by=officer)) == "range"


# --- what is taken, by eight at once ----------------------------------------------------------------------------------


def raced(acts):
    """All at the same moment; how often each outcome came."""
    start, told = threading.Barrier(len(acts)), Counter()

    def do(act):
        start.wait()
        try:
            with db.transaction() as session:
                act(session)
            told["done"] += 1
        except (Invalid, WrongState) as refused:
            told[refused.findings[0].rule] += 1
        except Exception as defect:  # noqa: BLE001 - whatever it is, it is counted
            told[type(defect).__name__] += 1

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def releasing(bodies):
    waiting = [roads.lodged(body) for body in bodies]
    return raced([lambda s, m=m: departing.release(s, c.Release(m.reference, POST), by=officer) for m in waiting])


def secured(**changes):
    return roads.secured({**movements.national(), **changes}, roads.guarantee().grn)


def test_a_vehicle_a_seal_and_a_page_go_with_one_of_eight(own_database):
    cases.asks_nothing("seal-fault")  # a seal that is named twice is looked at first; here the race is asked about
    wheels = movements.national()["transport"]
    assert releasing([secured(transport=wheels) for _n in range(8)]) == {"done": 1, "plate.elsewhere": 7}
    came_with = [{"container": None, "seals": ["RACE001"], "goods": []}]
    assert releasing([secured(equipment=came_with) for _n in range(8)]) == {"done": 1, "seal.elsewhere": 7}
    carnet = movements.tir()["carnet"]
    assert releasing([{**movements.tir(), "carnet": carnet} for _n in range(4)]) == {"done": 1, "tir.volet-used": 3}


def test_a_seal_in_hand_goes_on_one_of_eight(own_database):
    waiting = [roads.lodged(secured()) for _n in range(8)]
    with db.transaction() as session:
        seals.receive(session, ReceiveSeals(POST, "Mega", "H", ("HAND001",)), by=supervisor)
        seals.issue(session, IssueSeals(POST, ("HAND001",), officer.person, officer.name), by=supervisor)
    put_on = [Applied("HAND001")]
    told = raced([lambda s, m=m: departing.apply_seals(s, m.reference, POST, put_on, by=officer) for m in waiting])
    assert told["done"] == 1 and set(told) <= {"done", "seal.elsewhere", "seal.unknown"} and told.total() == 8

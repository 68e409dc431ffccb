"""Movements have lanes: what is looked at is not let go before somebody has looked at it, where it stands."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import approving
from app.flows.movements import arriving, departing, lodging, selecting
from app.registers import reasons
from app.registers.movements import worklist
from app.risk import queries as risk
from app.risk.models import RiskAssessment
from app.risk.operations import DefineProfile, define, recompute
from app.transit import schemas
from app.transit.commands import Amend, Arrive, ChangeLane, ConcludeControl, Continue, Discharge, OrderControl, Present, Release
from tests.factories import actors, cases, movements, roads
from tests.factories.actors import POST
from tests.factories.roads import THERE, at

pytestmark = pytest.mark.usefixtures("session")
WORDS = {"en": "A test", "fa_AF": "آزمایش"}


@pytest.fixture(autouse=True)
def fresh(session):
    risk.forget()
    cases.no_chance()
    yield
    risk.forget()


def profile(expression, lane="yellow", code="test"):
    with db.transaction() as session:
        command = DefineProfile(code, expression, lane, WORDS, {"en": "Look"}, "test", kinds=("movement",))
        define(session, command, by=SYSTEM)


def movement(**more):
    body = roads.secured(movements.national(), roads.guarantee().grn)
    return roads.lodged({**body, **more})


def released(one):
    with db.transaction() as session:
        return departing.release(session, Release(one.reference, POST), by=actors.officer())


def refused(act, *words):
    with pytest.raises(WrongState) as error:
        act(*words)
    return [f.rule for f in error.value.findings]


def controlled(one, *types, office=POST, result="conform", by=None):
    who = by or at(office)
    with db.transaction() as session:
        order = OrderControl(one.reference, office, types)
        _one, control = departing.order_control(session, order, by=who)
    with db.transaction() as session:
        told = ConcludeControl(one.reference, office, control.number, result, "looked")
        departing.conclude_control(session, told, by=at(office, "second") if result == "waived" else who)


def changed(one, lane, *, office=POST, by=None, reason="a word of the gate"):
    with db.transaction() as session:
        return selecting.change_lane(session, ChangeLane(one.reference, office, lane, reason), by=by or at(office))


def discharged(one):
    with db.transaction() as session:
        return arriving.discharge(session, Discharge(one.reference, THERE), by=at(THERE))


def stages(one):
    with db.reading() as session:
        rows = select(RiskAssessment).where(RiskAssessment.movement_id == one.id).order_by(RiskAssessment.at)
        return [(r.stage, r.post, r.lane) for r in session.scalars(rows)]


def test_a_movement_gets_its_lane_when_it_is_lodged():
    one = movement()
    assert (one.lane, stages(one)) == ("green", [("lodged", POST, "green")])
    assert released(one).status == "released_for_transit"


def test_a_prelodged_one_gets_it_when_it_is_there():
    body = {**roads.secured(movements.national(), roads.guarantee().grn), "additional_type": "D"}
    early = roads.lodged(body)
    assert (early.lane, stages(early)) == (None, [])
    with db.transaction() as session:
        one = lodging.present(session, Present(early.reference), by=actors.trader()).movement
    assert (one.lane, stages(one)) == ("green", [("presented", POST, "green")])


def test_yellow_waits_for_any_control_here():
    profile("true")
    one = movement()
    assert one.lane == "yellow"
    assert refused(released, one) == ["lane.not-controlled"]
    controlled(one, "10")
    assert released(one).status == "released_for_transit"


def test_the_list_of_the_office_shows_it():
    profile("true")
    movement()
    with db.reading() as session:
        assert [line.lane for line in worklist.page(session, "decide", by=actors.officer()).lines] == ["yellow"]


def test_the_list_is_narrowed_by_lane_over_its_index(session):
    green = movement()
    profile("true")
    yellow = movement()
    officer = actors.officer()
    with db.reading() as s:
        found = {
            lane: [line.reference for line in worklist.page(s, "decide", by=officer, lane=lane).lines]
            for lane in ("", *worklist.LANES)
        }
        assert worklist.lanes(s, "decide", by=officer) == {"green": 1, "yellow": 1}
        assert worklist.lanes(s, "present", by=officer) == {}
        with pytest.raises(Invalid) as wrong:
            worklist.page(s, "decide", by=officer, lane="purple")
    both = sorted((green.reference, yellow.reference))
    assert {lane: sorted(each) for lane, each in found.items()} == {
        "": both, "red": [], "yellow": [yellow.reference], "blue": [], "green": [green.reference],
    }  # fmt: skip
    assert [f.pointer for f in wrong.value.findings] == ["/lane"]
    asked = worklist.statement("decide", by=officer, lane="red")
    compiled = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    for kind in ("seqscan", "nestloop", "mergejoin"):
        session.execute(text(f"SET LOCAL enable_{kind} = off"))
    plan = "\n".join(row[0] for row in session.connection().exec_driver_sql(f"EXPLAIN {compiled}"))
    assert "ix_transit_movement_lane" in plan, plan


def test_red_waits_for_a_control_of_the_goods():
    profile("true", "red")
    one = movement()
    assert refused(released, one) == ["lane.not-controlled"]
    controlled(one, "10", "30")
    assert refused(released, one) == ["lane.not-controlled"]
    controlled(one, "42", result="waived")
    assert refused(released, one) == ["lane.not-controlled"], "waived is not looked at"
    controlled(one, "42")
    assert released(one).status == "released_for_transit"


def test_an_amendment_may_raise_it_and_never_lowers_it():
    profile('commodities.exists(c, c.startsWith("2710"))', "red")
    body = roads.secured(movements.national(), roads.guarantee().grn)
    one = roads.lodged(body)
    assert one.lane == "green"
    dearer = {**body, "local_reference": "CHANGED-1"}
    profile("true", "red")
    with db.transaction() as session:
        lodging.amend(
            session, Amend(one.reference, schemas.read(dearer), "a slip of the pen", one.version), by=actors.trader()
        )
    assert roads.again(one).lane == "red"
    profile("false", "red")
    with db.transaction() as session:
        back = {**dearer, "local_reference": "CHANGED-2"}
        lodging.amend(session, Amend(one.reference, schemas.read(back), "again", None), by=actors.trader())
    assert [lane for _stage, _post, lane in stages(one)] == ["green", "red", "green"] and roads.again(one).lane == "red"


def test_what_is_known_at_arrival_counts_there():
    profile('stage == "arrived"')
    one = released(movement())
    assert roads.again(one).lane == "green"
    roads.arrived(one)
    assert stages(one)[-1] == ("arrived", THERE, "yellow")
    assert refused(discharged, one) == ["lane.not-controlled"]
    controlled(one, "41", office=THERE)
    assert discharged(one).status == "discharged"


def test_goods_do_not_go_on_to_the_next_destination_before_somebody_has_looked():
    profile('stage == "arrived"')
    body = movements.tir(1)
    one = roads.released({**body, "offices": {**body["offices"], "destination": ["TJTEM", THERE]}})
    roads.arrived(one, "TJTEM")

    def go_on():
        with db.transaction() as session:
            return arriving.continue_to_next(session, Continue(one.reference, "TJTEM"), by=at("TJTEM"))

    assert refused(go_on) == ["lane.not-controlled"]
    controlled(one, "41", office="TJTEM")
    assert go_on().status == "released_for_transit"


def test_a_control_of_another_office_does_not_count():
    profile("true")
    one = movement()
    controlled(one, "10")
    released(one)
    roads.arrived(one)
    assert refused(discharged, one) == ["lane.not-controlled"]


def test_goods_that_are_looked_at_are_not_unloaded_before_an_officer_comes():
    profile('stage == "arrived"')
    one = released(roads.lodged(roads.consigned(actors.PARTY)))
    with db.transaction() as session:
        arriving.arrive(
            session, Arrive(one.reference, THERE, procedure="simplified", location="Warehouse 7"), by=actors.trader()
        )
    assert roads.again(one).status == "arrived"


def test_one_person_raises_and_two_lower():
    one = movement()
    raised, proposal = changed(one, "red")
    assert (raised.lane, proposal) == ("red", None)
    same, proposal = changed(one, "green")
    assert (same.lane, proposal.status) == ("red", "waiting")
    with pytest.raises(Forbidden), db.transaction() as session:
        approving.approve(session, proposal.id, "", by=at(POST))
    with db.transaction() as session:
        approving.approve(session, proposal.id, "", by=at(POST, "chief", "supervisor"))
    assert roads.again(one).lane == "green" and released(one).status == "released_for_transit"
    with db.reading() as session:
        told = [e for e in journal.history(session, POST, "transit", str(one.id)) if e.event == "transit.rerouted"]
    assert [(e.before["lane"], e.after["lane"]) for e in told] == [("green", "red"), ("red", "green")]


@pytest.mark.parametrize(("lane", "reason"), [("violet", "x"), ("green", "x"), ("red", " ")])
def test_what_is_no_change_of_lane(lane, reason):
    with pytest.raises(Invalid):
        changed(movement(), lane, reason=reason)


def test_who_may_not():
    one = movement()
    for who in (actors.trader(), actors.analyst(), actors.administrator(), at("TJDUS")):
        with pytest.raises((Forbidden, NotFound)):
            changed(one, "red", by=who)


def test_a_lane_that_changed_since_is_not_lowered():
    one = movement()
    changed(one, "yellow")
    _one, proposal = changed(one, "green")
    changed(one, "red")
    with pytest.raises(WrongState), db.transaction() as session:
        approving.approve(session, proposal.id, "", by=at(POST, "chief", "supervisor"))


def test_no_hand_lowers_it_in_the_table(session):
    one = movement()
    changed(one, "red")
    with pytest.raises(DBAPIError, match="lowered by two"), session.begin_nested():
        session.execute(text("UPDATE transit_movement SET lane = 'green' WHERE id = :id"), {"id": one.id})
    with pytest.raises(DBAPIError, match="lowered by two"), session.begin_nested():
        session.execute(text("UPDATE transit_movement SET lane = NULL WHERE id = :id"), {"id": one.id})


def test_the_officer_reads_which_fact_met_which_criterion_and_the_lane_is_the_same_again():
    profile("gross_kg > 1.0", "yellow")
    one = movement()
    with db.reading() as session:
        why = reasons.of_movement(session, one, "fa_AF", by=actors.officer())
        (line,) = why.reasons
        assert (line["code"], line["name"], line["instruction"]) == ("test", "آزمایش", "Look")
        assert [str(sentence) for sentence in line["met"]] and "kg" in str(line["met"][0])
        assert not why.seen and recompute(session, why.assessment) == "yellow"

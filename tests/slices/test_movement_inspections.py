"""Controls of movements are inspections: ordered with steps, concluded with them, whichever way they are told."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.flows import inspecting
from app.flows.movements import departing
from app.inspections import queries
from app.inspections.commands import AddFinding, AddPhoto, Conclude, NoteSeal, Order, Recorded
from app.seals import operations as seals
from app.seals import queries as sealed
from app.seals.commands import IssueSeals, ReceiveSeals
from app.transit import queries as moved
from app.transit.commands import ConcludeControl, OrderControl, RefuseRelease
from tests.factories import cases, movements, pictures, roads
from tests.factories.actors import inspector, officer, supervisor, trader

HERE = "TJPPJ"


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture
def lodged():
    return roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))


def ordered(movement, *types, by=None):
    with db.transaction() as session:
        command = OrderControl(movement.reference, HERE, types or ("40", "41"))
        return departing.order_control(session, command, by=by or officer())[1]


def do(verb, movement, command, *, by=None, version=None, **more):
    with db.transaction() as session:
        return verb(session, movement.reference, command, version, by=by or inspector(), **more)[1]


def looks(movement):
    with db.reading() as session:
        return queries.of_movement(session, movement.post, movement.id)


def controls(movement):
    with db.reading() as session:
        return [(c.types, c.result, c.concluded_name) for c in moved.controls(session, movement)]


def test_a_control_makes_an_inspection_with_its_steps_and_its_officer(lodged):
    control = ordered(lodged)
    (look,) = looks(lodged)
    assert (look.control, look.kind, look.reason, look.types) == (
        control.number, "goods", "control", ["seals", "quantity", "nature"],
    )  # fmt: skip
    assert look.assigned_name


def test_concluding_the_inspection_concludes_the_control(lodged):
    ordered(lodged)
    row = do(inspecting.add_finding, lodged, AddFinding("40", False, "two boxes less", item=1, kind="shortage"))
    assert row.declared_facts["gross_kg"] == movements.national()["house_consignments"][0]["items"][0]["gross_kg"]
    with pytest.raises(Invalid) as refused:
        do(inspecting.conclude, lodged, Conclude("discrepancy", "two boxes less", "hold"))
    assert refused.value.findings[0].rule == "conclusion.step-open", "nobody has looked at the seals"
    do(inspecting.add_finding, lodged, AddFinding("41", True, "seals as declared"))
    done = do(inspecting.conclude, lodged, Conclude("discrepancy", "two boxes less", "hold"))
    assert done.number.startswith("TJPPJ-IA-")
    assert controls(lodged) == [(["40", "41"], "not-conform", "Inspector")]


def test_the_result_of_a_control_concludes_the_inspection(lodged):
    control = ordered(lodged)
    with db.transaction() as session:
        command = ConcludeControl(lodged.reference, HERE, control.number, "not-conform", "two boxes less")
        departing.conclude_control(session, command, by=inspector())
    (look,) = looks(lodged)
    assert (look.status, look.conclusion, look.summary) == ("concluded", "discrepancy", "two boxes less")
    with db.reading() as session:
        told = queries.records(session, [look])[look.id]
    assert [(f.control, f.conform) for f in told.findings] == [("40", False), ("41", False)]
    assert {s.status for s in told.steps} == {"done"}


def test_a_waived_control_ends_without_a_result(lodged):
    control = ordered(lodged)
    with db.transaction() as session:
        command = ConcludeControl(lodged.reference, HERE, control.number, "waived", "the scanner is broken")
        departing.conclude_control(session, command, by=supervisor())
    assert [look.status for look in looks(lodged)] == ["cancelled"]


def test_a_look_ordered_by_steps_is_a_control_that_others_see(lodged):
    order = Order((("customs", "weighing"), ("veterinary", "sampling")), "intelligence", "a word at the gate")
    look = do(inspecting.order, lodged, order, by=officer())
    assert (look.reason, look.movement_id) == ("intelligence", lodged.id)
    assert controls(lodged) == [(["43", "45"], None, None)]


def test_records_of_a_movement_come_once_and_carry_photos(lodged):
    ordered(lodged)
    recorded = Recorded(uuid4())
    photo = AddPhoto("a.jpg", pictures.photo((60, 40)), "rear door")
    first = do(inspecting.add_photo, lodged, photo, recorded=recorded)
    assert do(inspecting.add_photo, lodged, photo, recorded=recorded).id == first.id
    with pytest.raises(ChangedMeanwhile):
        do(inspecting.add_finding, lodged, AddFinding("40", True, "x"), version=lodged.version)


def test_only_an_office_of_the_movement_looks(lodged):
    ordered(lodged)
    with pytest.raises(NotFound):
        do(inspecting.add_finding, lodged, AddFinding("40", True, "x"), by=inspector("TJKHJ"))
    with pytest.raises(Forbidden):
        do(inspecting.add_finding, lodged, AddFinding("40", True, "x"), by=trader())


def test_seals_are_put_on_and_taken_off_the_movement_itself(lodged, session):
    ordered(lodged, "41")
    with db.transaction() as inner:
        seals.receive(inner, ReceiveSeals(HERE, "Mega", "H", ("SET1",)), by=supervisor())
        seals.issue(inner, IssueSeals(HERE, ("SET1",), inspector().person, "Inspector"), by=supervisor())
    with pytest.raises(Invalid) as refused:
        do(inspecting.note_seal, lodged, NoteSeal("removed", "SET1"))
    assert refused.value.findings[0].rule == "seal.not-on"
    do(inspecting.note_seal, lodged, NoteSeal("set", "SET1", place="rear door"))
    on = sealed.active(session, ["SET1"])["SET1"]
    assert on.movement_id == lodged.id
    do(inspecting.note_seal, lodged, NoteSeal("seen", "SET1", "broken", remarks="cut"), by=officer())
    session.refresh(on)
    assert on.status == "broken"


def test_a_movement_that_is_over_is_not_looked_at(lodged):
    ordered(lodged)
    with db.transaction() as session:
        departing.refuse_release(session, RefuseRelease(lodged.reference, HERE, "no guarantee"), by=officer())
    assert [look.status for look in looks(lodged)] == ["cancelled"]
    with pytest.raises(WrongState):
        do(inspecting.add_finding, lodged, AddFinding("40", True, "x"))

"""Orders, appointments, who is drawn and who is named, and the clock of every step."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.core import db, journal
from app.core.errors import Forbidden, Invalid, WrongState
from app.duty.rules import chance
from app.flows import deciding, inspecting
from app.inspections import queries
from app.inspections.commands import (
    AddFinding,
    Appoint,
    Assign,
    Conclude,
    EndStep,
    Order,
    Reassign,
    StartStep,
)
from app.inspections.models import InspectionAssignment
from app.reference.queries import forget
from app.risk.queries import seeds
from tests.factories import cases
from tests.factories.actors import inspector, officer, supervisor

VETERINARY = Order((("veterinary", "sampling"), ("customs", "weighing")), "intelligence", "a word of the neighbour")


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def do(verb, case, command, *, by=None, version=None, **more):
    with db.transaction() as session:
        return verb(session, case.reference, command, version, by=by or inspector(), **more)[1]


def look(case):
    with db.reading() as session:
        (newest, *_older) = queries.of_declaration(session, case.post, case.id)
        return newest, queries.records(session, [newest])[newest.id]


def steps(case):
    return {(s.agency, s.type): s.status for s in look(case)[1].steps}


def test_a_lane_orders_its_set():
    assert steps(cases.red()) == {("customs", "quantity"): "ordered", ("customs", "nature"): "ordered"}
    assert steps(cases.yellow()) == {("customs", "documents"): "ordered"}
    ordered, _told = look(cases.red())
    assert (ordered.reason, ordered.kind) == ("profile", "goods")
    assert ordered.profiles and "en" in ordered.instruction


@pytest.fixture
def set_for_precursors(session):
    """What an administration sets for a profile is ordered from then on."""
    session.execute(
        text(
            "INSERT INTO code (list, code, valid_from, names, attributes, source, verified, local, words) VALUES "
            "('inspection_set', 'profile.precursors', '2020-01-01', '{\"en\": \"x\"}', "
            "'{\"steps\": \"drug_control:sampling\"}', 't', true, true, '')"
        )
    )
    session.execute(text("UPDATE reference_revision SET mark = gen_random_uuid()"))
    forget()
    yield
    forget()


@pytest.mark.usefixtures("set_for_precursors")
def test_a_profile_asks_for_more():
    assert ("drug_control", "sampling") in steps(cases.red())


def test_an_officer_is_drawn_by_the_sealed_number_of_the_day(session):
    case = cases.red()
    ordered, told = look(case)
    (row,) = told.assignments
    assert (row.how, row.person, row.name) == ("drawn", ordered.assigned_to, ordered.assigned_name)
    seed = seeds.known(session, case.post, row.seed_day)
    number = chance.number_of(seed, ordered.id, 0)
    assert row.drawn == number, "whoever has the seed draws the same"
    assert row.pool[number % len(row.pool)] == str(row.person)


def test_every_officer_comes_out_sometimes():
    drawn = {look(cases.red())[0].assigned_name for _time in range(12)}
    assert len(drawn) > 1


def test_who_was_drawn_is_not_drawn_again():
    case = cases.red()
    with pytest.raises(WrongState, match="drawn already"):
        do(inspecting.assign, case, Assign())


def test_a_supervisor_names_another_and_says_why():
    case = cases.red()
    first, told = look(case)
    other = next(p for p in told.assignments[0].pool if p != str(first.assigned_to))
    wish = Reassign(UUID(other), "", "called away")
    with pytest.raises(Forbidden):
        do(inspecting.reassign, case, wish)
    with pytest.raises(Invalid) as refused:
        do(inspecting.reassign, case, replace(wish, reason=" "), by=supervisor())
    assert refused.value.findings[0].pointer == "/reason"
    do(inspecting.reassign, case, wish, by=supervisor())
    now, told = look(case)
    assert str(now.assigned_to) == other
    assert [(a.how, a.reason) for a in told.assignments][1:] == [("named", "called away")], "the first stays to be read"


def test_nobody_is_named_who_does_not_inspect_here():
    with pytest.raises(Invalid) as refused:
        do(inspecting.reassign, cases.red(), Reassign(supervisor("TJDUS").person, "", "x"), by=supervisor())
    assert refused.value.findings[0].rule == "assignment.person"


def test_more_agencies_come_to_the_same_look():
    case = cases.red()
    before = look(case)[0].id
    do(inspecting.order, case, VETERINARY)
    ordered, told = look(case)
    assert ordered.id == before, "one appointment for all"
    assert steps(case)[("veterinary", "sampling")] == "ordered" and ordered.types[0] == "weighing"
    assert {a.agency for a in told.assignments} == {"customs", "veterinary"}
    assert [a.how for a in told.assignments if a.agency == "veterinary"] == ["nobody"], (
        "and why, where nobody can be drawn"
    )


def test_papers_become_goods_where_somebody_opens_them():
    case = cases.yellow()
    do(inspecting.order, case, replace(VETERINARY, steps=(("customs", "nature"),)))
    assert look(case)[0].kind == "goods"


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(VETERINARY, steps=()), "/steps"),
        (replace(VETERINARY, steps=(("customs", "glance"),)), "/steps/0/type"),
        (replace(VETERINARY, steps=(("police", "dog"),)), "/agency"),
        (replace(VETERINARY, reason="whim"), "/reason"),
        (replace(VETERINARY, reason_words=" "), "/reason_words"),
        (replace(VETERINARY, extent=101), "/extent"),
    ],
)
def test_orders_that_cannot_be_meant(command, pointer):
    with pytest.raises(Invalid) as refused:
        do(inspecting.order, cases.red(), command)
    assert refused.value.findings[0].pointer == pointer


# --- Time and place -------------------------------------------------------------------------------------------------------


def slot(place="TJPPJ-BAY", hour=1, hours=1):
    with db.reading() as session:
        begins = db.now(session) + dt.timedelta(hours=hour)
    return Appoint(place, begins, begins + dt.timedelta(hours=hours))


def test_a_place_takes_no_more_than_it_holds():
    wanted = slot()
    for _truck in range(2):
        do(inspecting.appoint, cases.red(), wanted)
    third = cases.red()
    with pytest.raises(WrongState) as refused:
        do(inspecting.appoint, third, wanted)
    assert refused.value.facts == {"place": "TJPPJ-BAY", "taken": 2, "capacity": 2}
    do(inspecting.appoint, third, slot(hour=3))
    do(inspecting.appoint, third, replace(wanted, place="inspection yard"))
    assert look(third)[0].place == "inspection yard"


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        (lambda: slot("the far end"), "/place"),
        (lambda: slot(hour=-3), "/slot_from"),
        (lambda: slot(hours=0), "/slot_to"),
        (lambda: slot(hours=13), "/slot_to"),
        (lambda: slot(hour=24 * 90), "/slot_from"),
    ],
)
def test_appointments_that_cannot_be(wanted, pointer):
    with pytest.raises(Invalid) as refused:
        do(inspecting.appoint, cases.red(), wanted())
    assert refused.value.findings[0].pointer == pointer


# --- Steps ----------------------------------------------------------------------------------------------------------------


def test_a_finding_starts_the_clock_and_the_conclusion_stops_it():
    case = cases.red()
    do(inspecting.add_finding, case, AddFinding("43", True, "50 bags", item=1))
    assert steps(case) == {("customs", "quantity"): "started", ("customs", "nature"): "ordered"}
    with pytest.raises(Invalid) as refused:
        do(inspecting.conclude, case, Conclude("conform", "seen"))
    assert refused.value.findings[0].rule == "conclusion.step-open"
    assert "nature" in str(refused.value.findings[0].message)
    do(inspecting.end_step, case, EndStep("nature", outcome="waived", reason="sealed by the laboratory"))
    do(inspecting.conclude, case, Conclude("conform", "seen", "release"))
    ended, told = look(case)
    assert (ended.status, ended.recommendation) == ("concluded", "release")
    assert ended.number.startswith("TJPPJ-IA-")
    assert {(s.type, s.status, s.ended_name, s.reason) for s in told.steps} == {
        ("quantity", "done", "Inspector", None),
        ("nature", "waived", "Inspector", "sealed by the laboratory"),
    }
    assert all(s.ordered_at <= s.started_at <= s.ended_at for s in told.steps if s.status == "done")


def test_goods_are_not_concluded_with_every_look_at_them_waived():
    case = cases.red()
    do(inspecting.add_finding, case, AddFinding("10", True, "papers agree"))
    for type in ("quantity", "nature"):
        do(inspecting.end_step, case, EndStep(type, outcome="waived", reason="in a hurry"))
    with pytest.raises(Invalid) as refused:
        do(inspecting.conclude, case, Conclude("conform", "papers"))
    assert refused.value.findings[0].rule == "conclusion.unseen"


def test_a_step_is_ended_once_and_says_by_whom():
    case = cases.red()
    do(inspecting.start_step, case, StartStep("nature"))
    do(inspecting.end_step, case, EndStep("nature", official="Dr. Rahimi"))
    again = do(inspecting.end_step, case, EndStep("nature"))
    assert again.official == "Dr. Rahimi", "told twice by the same person, it is answered as before"
    with pytest.raises(WrongState) as refused:
        do(inspecting.end_step, case, EndStep("nature", outcome="waived", reason="x"), by=officer())
    assert refused.value.facts["by"] == "Inspector"


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (EndStep("nature", outcome="waived", reason=" "), "/reason"),
        (EndStep("nature", outcome="forgotten"), "/outcome"),
        (EndStep("dog"), "/type"),
        (EndStep("nature", agency="veterinary"), "/type"),
    ],
)
def test_steps_that_cannot_be_ended_so(command, pointer):
    with pytest.raises(Invalid) as refused:
        do(inspecting.end_step, cases.red(), command)
    assert refused.value.findings[0].pointer == pointer


def test_acts_are_numbered_without_gaps():
    numbers = []
    for _each in range(3):
        case = cases.inspected(cases.red())
        numbers.append(int(look(case)[0].number.rsplit("-", 1)[1]))
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_a_lane_that_is_raised_says_who_wanted_it():
    case = cases.yellow()
    with db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "a word at the gate", None, by=officer())
    ordered, _told = look(case)
    assert (ordered.kind, ordered.reason, ordered.reason_words) == ("goods", "raised", "a word at the gate")


def test_every_deed_is_journaled():
    case = cases.red()
    do(inspecting.order, case, VETERINARY)
    do(inspecting.appoint, case, slot())
    do(inspecting.start_step, case, StartStep("weighing"))
    with db.reading() as session:
        entries = journal.history(session, case.post, "inspection", str(look(case)[0].id))
        rows = session.execute(select(InspectionAssignment.how)).scalars().all()
    assert [e.event for e in entries] == [
        "inspection.ordered", "inspection.assigned", "inspection.widened", "inspection.assigned", "inspection.appointed",
        "inspection.step-started",
    ]  # fmt: skip
    assert entries[2].reason == "a word of the neighbour" and len(rows) >= 2

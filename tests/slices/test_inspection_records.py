"""What is recorded at the truck: declared beside found, photos, measurements, samples, seals, persons; exactly once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts import queries as accounts
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.duty import operations as duty
from app.duty.commands import DeclareConflict
from app.flows import approving, deciding, inspecting
from app.inspections import operations, queries
from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    Conclude,
    CorrectFinding,
    MoveSample,
    NoteSeal,
    Recorded,
    ResultOfSample,
    TakeSample,
)
from app.registers import integrity
from app.seals import operations as seals
from app.seals.commands import IssueSeals, ReceiveSeals
from app.seals.models import Seal
from tests.factories import cases, declarations, pictures
from tests.factories.actors import auditor, inspector, officer, supervisor, trader

WRONG = AddFinding("40", False, "forty drums", item=1, kind="shortage", facts={"packages": "40", "net_kg": "900.5"})
DEVICE = UUID("6a0c6c0e-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def do(verb, case, command, *, by=None, version=None, recorded=None):
    with db.transaction() as session:
        return verb(session, case.reference, command, version, by=by or inspector(), recorded=recorded)[1]


def told(case):
    with db.reading() as session:
        (newest, *_older) = queries.of_declaration(session, case.post, case.id)
        return queries.records(session, [newest])[newest.id]


def refused(verb, case, command, **more):
    with pytest.raises(Invalid) as refusal:
        do(verb, case, command, **more)
    return [(f.pointer, f.rule) for f in refusal.value.findings]


# --- Findings -------------------------------------------------------------------------------------------------------------


def test_declared_stands_beside_found_and_comes_from_the_declaration():
    body = declarations.red()
    item = body["items"][0]
    row = do(inspecting.add_finding, cases.lodged(body), WRONG)
    assert (row.kind, row.found_facts) == ("shortage", {"packages": "40", "net_kg": "900.5"})
    assert row.declared_facts["commodity"] == item["commodity"]
    assert row.declared_facts["net_kg"] == item["net_kg"]
    assert row.declared_facts["packages"] == str(sum(p["count"] for p in item["packages"]))
    assert row.declared_facts["currency"] == body["invoice"]["currency"]


def test_a_wrong_finding_is_corrected_by_another_and_both_stay():
    case = cases.red()
    first = do(inspecting.add_finding, case, WRONG)
    assert refused(inspecting.conclude, case, Conclude("conform", "x"))[0][1] == "conclusion.contradicted"
    right = AddFinding("40", True, "fifty drums, counted again", item=1)
    do(inspecting.correct_finding, case, CorrectFinding(first.id, right), by=officer())
    rows = told(case).findings
    assert [(r.found, r.corrects) for r in rows] == [("forty drums", None), ("fifty drums, counted again", first.id)]
    assert [r.found for r in queries.standing(rows)] == ["fifty drums, counted again"]
    with pytest.raises(WrongState, match="corrected already"):
        do(inspecting.correct_finding, case, CorrectFinding(first.id, right))
    assert do(inspecting.conclude, case, Conclude("conform", "x")).conclusion == "conform"


def test_a_finding_of_another_inspection_is_not_corrected_here():
    strange = do(inspecting.add_finding, cases.red(), WRONG)
    assert refused(inspecting.correct_finding, cases.red(), CorrectFinding(strange.id, WRONG)) == [
        ("/corrects", "finding.corrects")
    ]


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (AddFinding("40", False, "x", item=9), "/item"),
        (AddFinding("40", False, " "), "/found"),
        (AddFinding("99", True, "x"), "/control"),
        (AddFinding("40", True, "x", kind="damage"), "/kind"),
        (AddFinding("40", False, "x", kind="match"), "/kind"),
        (AddFinding("40", False, "x", kind="odd"), "/kind"),
        (AddFinding("40", False, "x", type="glance"), "/type"),
        (AddFinding("40", False, "x", agency="police"), "/agency"),
        (AddFinding("40", False, "x", facts={"net_kg": "NaN"}), "/facts/net_kg"),
        (AddFinding("40", False, "x", facts={"origin": "QQ"}), "/facts/origin"),
        (AddFinding("40", False, "x", facts={"quantity": "1", "unit": "QQQ"}), "/facts/unit"),
        (AddFinding("40", False, "x", explains=uuid4()), "/explains"),
    ],
)
def test_findings_that_cannot_be_meant(command, pointer):
    assert refused(inspecting.add_finding, cases.red(), command)[0][0] == pointer


# --- Exactly once, and claimed times ----------------------------------------------------------------------------------------


def test_the_same_record_twice_is_the_same_row():
    case, recorded = cases.red(), Recorded(uuid4(), DEVICE, dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    first = do(inspecting.add_finding, case, WRONG, recorded=recorded)
    again = do(inspecting.add_finding, case, WRONG, recorded=recorded)
    assert first.id == again.id == recorded.id and len(told(case).findings) == 1
    assert (first.device, first.noted_at) == (DEVICE, recorded.noted_at)


def test_what_was_recorded_is_answered_as_before_after_the_decision():
    case, recorded = cases.red(), Recorded(uuid4())
    first = do(inspecting.add_finding, case, cases.SEEN, recorded=recorded)
    ended = Recorded(uuid4())
    do(inspecting.conclude, case, Conclude("conform", "x", "release"), recorded=ended)
    assert do(inspecting.conclude, case, Conclude("conform", "x", "release"), recorded=ended).conclusion == "conform"
    cases.decided(case)
    assert do(inspecting.add_finding, case, cases.SEEN, recorded=recorded).id == first.id
    with pytest.raises(WrongState) as refusal:
        do(inspecting.add_finding, case, cases.SEEN, recorded=Recorded(uuid4()))
    assert refusal.value.facts["decided_by"] == "Officer", "both sides are shown"


def test_what_comes_after_the_conclusion_is_told_who_concluded():
    case = cases.inspected(cases.red())
    with pytest.raises(WrongState) as refusal:
        do(inspecting.add_finding, case, cases.SEEN, by=officer())
    assert (refusal.value.facts["concluded_by"], refusal.value.facts["conclusion"]) == ("Inspector", "conform")


def test_an_id_of_somebody_else_is_refused():
    case, recorded = cases.red(), Recorded(uuid4())
    do(inspecting.add_finding, case, cases.SEEN, recorded=recorded)
    for other, by in ((case, officer()), (cases.red(), inspector())):
        assert refused(inspecting.add_finding, other, cases.SEEN, by=by, recorded=recorded)[0][1] == "recorded.id-used"


@pytest.mark.parametrize(("days", "off"), [(-365, True), (365, True), (-1, False), (0, False)])
def test_a_clock_that_is_off_is_taken_and_marked(days, off):
    with db.reading() as session:
        claimed = db.now(session) + dt.timedelta(days=days)
    row = do(inspecting.add_finding, cases.red(), cases.SEEN, recorded=Recorded(uuid4(), DEVICE, claimed))
    assert (row.noted_at, row.clock_off) == (claimed, off)
    assert abs(row.at - claimed) >= dt.timedelta(days=abs(days)) - dt.timedelta(hours=1), "the legal time is ours"


# --- Photos ---------------------------------------------------------------------------------------------------------------


def test_a_photo_is_kept_with_its_claims_apart_and_found_when_a_byte_is_flipped(session):
    case = cases.red()
    given = pictures.photo((400, 300), orientation=8, place=(37.196, 68.605), taken="2026:11:23 09:14:05")
    row = do(inspecting.add_photo, case, AddPhoto("IMG_1.jpg", given, "the rear door", item=1))
    assert (row.width, row.height, row.caption, row.taken) == (300, 400, "the rear door", "2026-11-23T09:14:05")
    assert (row.latitude, row.longitude) == (Decimal("37.19600"), Decimal("68.60500"))
    twin = do(inspecting.add_photo, case, AddPhoto("again.jpg", given))
    assert twin.id == row.id, "the same file is the same photo"
    file = inspecting.opened_photo(session, case.reference, row.id, by=auditor())
    assert file.sha256 == row.sha256 and file.headers["Content-Type"] == "image/jpeg"
    assert not [
        d for d in integrity.compare(session)[1] if str(row.attachment) in d.subject or str(row.id) in d.subject
    ]


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (AddPhoto("x.jpg", b"<svg onload='alert(1)'/>"), "/photo"),
        (AddPhoto("x.jpg", pictures.photo((20, 20)), item=9), "/item"),
        (AddPhoto("x.jpg", pictures.photo((20, 20)), type="glance"), "/type"),
        (AddPhoto("x.jpg", pictures.photo((20, 20)), finding=uuid4()), "/finding"),
    ],
    ids=["SVG", "item", "type", "finding"],
)
def test_photos_that_are_not_kept(command, pointer):
    assert refused(inspecting.add_photo, cases.red(), command)[0][0] == pointer


def test_who_may_not_record_is_told_so_before_his_photo_is_read():
    with pytest.raises(NotFound):
        do(inspecting.add_photo, cases.red(), AddPhoto("x.jpg", b"no photo"), by=inspector("TJDUS"))
    with pytest.raises(Forbidden):
        do(inspecting.add_photo, cases.red(), AddPhoto("x.jpg", b"no photo"), by=auditor())


# --- Weights and levels ---------------------------------------------------------------------------------------------------


def weight(kilograms, **more):
    more = {"tare_kg": Decimal(8000), **more}
    return AddMeasure("weighing", "scale 3", dt.date(2026, 9, 1), gross_kg=Decimal(kilograms), **more)


def test_a_weight_beyond_tolerance_wants_a_finding():
    case = cases.red()
    gross = Decimal(str(declarations.red()["items"][0]["gross_kg"]))
    row = do(inspecting.add_measure, case, weight(8000 + gross * 2))
    assert row.within is False and row.declared_kg is not None
    wish = operations.suggested(row)
    assert (wish.kind, wish.explains) == ("surplus", row.id)
    do(inspecting.add_finding, case, cases.SEEN)
    assert refused(inspecting.conclude, case, Conclude("conform", "x"))[0][1] == "conclusion.weight"
    explained = AddFinding("43", True, "two spare wheels on the trailer", explains=row.id)
    do(inspecting.add_finding, case, explained)
    assert do(inspecting.conclude, case, Conclude("conform", "x")).status == "concluded"


def test_an_alarm_wants_a_finding():
    case = cases.red()
    row = do(inspecting.add_measure, case, AddMeasure("radiation", "RID-1", level=Decimal("4.2"), unit="µSv/h", alarm=True))
    do(inspecting.add_finding, case, cases.SEEN)
    assert refused(inspecting.conclude, case, Conclude("conform", "x"))[0][1] == "conclusion.alarm"
    do(inspecting.add_finding, case, AddFinding("20", True, "potassium in the fertiliser", explains=row.id))
    assert do(inspecting.conclude, case, Conclude("conform", "x")).status == "concluded"


def test_who_has_an_interest_gives_no_result():
    case = cases.red()
    do(inspecting.add_finding, case, cases.SEEN)
    with db.transaction() as session:
        person = accounts.actor_of_login(session, "officer2")
        firm = DeclareConflict("officer2", case.post, case.party, "", "family")
        duty.declare_conflict(session, firm, by=person)
    with pytest.raises(Forbidden, match="interest"):
        do(inspecting.conclude, case, Conclude("conform", "x"), by=person)
    assert do(inspecting.conclude, case, Conclude("conform", "x")).status == "concluded"


def test_what_was_found_before_the_lane_was_lowered_still_stands():
    """Lowering ends the look; it does not make what was seen unseen."""
    case = cases.red()
    do(inspecting.add_finding, case, AddFinding("40", False, "drugs in the tyre", item=1, kind="prohibited"))
    with db.transaction() as session:
        _same, proposal = deciding.change_lane(session, case.reference, "green", "hurry", None, by=officer())
    with pytest.raises(WrongState, match="drugs in the tyre"), db.transaction() as session:
        approving.approve(session, proposal.id, "agreed", by=supervisor())


def test_a_slip_of_the_hand_is_corrected_once():
    case = cases.red()
    first = do(inspecting.add_measure, case, weight(90_000))
    do(inspecting.add_measure, case, weight(9000, corrects=first.id))
    with pytest.raises(WrongState, match="corrected already"):
        do(inspecting.add_measure, case, weight(9001, corrects=first.id))


def test_what_an_instrument_told_is_not_replaced_by_hand(session):
    case = cases.red()
    with db.transaction() as inner:
        inspection = queries.open_one(inner, case.post, case.id, lock=True)
        told = operations.add_measure(inner, inspection, weight(30_000), by=inspector(), source=uuid4())
    with pytest.raises(WrongState, match="instrument"):
        do(inspecting.add_measure, case, weight(9000))
    with pytest.raises(WrongState, match="instrument"):
        do(inspecting.add_measure, case, weight(9000, corrects=told.id))
    with pytest.raises(DBAPIError, match="not replaced by hand"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO inspection_measure (post, id, inspection_id, what, instrument, gross_kg, axles, alarm, remarks, "
                "person, name, at, clock_off) SELECT post, gen_random_uuid(), inspection_id, what, instrument, 1, axles, alarm, "
                "remarks, person, name, at, clock_off FROM inspection_measure WHERE id = :id"
            ),
            {"id": told.id},
        )


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (AddMeasure("weighing", "s"), "/gross_kg"),
        (AddMeasure("weighing", "s", gross_kg=Decimal("NaN")), "/gross_kg"),
        (AddMeasure("weighing", "s", gross_kg=Decimal("1e400")), "/gross_kg"),
        (AddMeasure("weighing", "s", gross_kg=Decimal(1), axles=(Decimal(-1),)), "/axles/0"),
        (AddMeasure("weighing", "s", dt.date(2199, 1, 1), Decimal(1)), "/calibrated_on"),
        (AddMeasure("weighing", " ", gross_kg=Decimal(1)), "/instrument"),
        (AddMeasure("radiation", "d", level=Decimal("0.1")), "/level"),
        (AddMeasure("scan", "d"), "/remarks"),
        (AddMeasure("smell", "d"), "/what"),
    ],
)
def test_measurements_that_cannot_be(command, pointer):
    assert refused(inspecting.add_measure, cases.red(), command)[0][0] == pointer


# --- Samples, persons, seals ------------------------------------------------------------------------------------------------


def test_a_sample_goes_from_hand_to_hand_to_its_result():
    case = cases.red()
    sample = do(
        inspecting.take_sample,
        case,
        TakeSample("liquid", "0.5", "LTR", "Central laboratory", "acetic anhydride?", 1, "LAB-01"),
    )
    assert sample.number == 1
    result = ResultOfSample(sample.id, False, "acetic anhydride, 98 %", "LAB 17", {"commodity": "291524"})
    with pytest.raises(WrongState, match="No laboratory"):
        do(inspecting.result_of_sample, case, result, by=officer())
    do(inspecting.move_sample, case, MoveSample(sample.id, "handed", "courier Karim", True))
    with pytest.raises(Invalid):
        do(inspecting.move_sample, case, MoveSample(sample.id, "received", "laboratory", False))
    do(inspecting.move_sample, case, MoveSample(sample.id, "received", "laboratory", True))
    with pytest.raises(WrongState, match="You took this sample"):
        do(inspecting.result_of_sample, case, result)
    cases.decided(case, "hold")
    do(inspecting.result_of_sample, case, result, by=officer())
    do(inspecting.move_sample, case, MoveSample(sample.id, "destroyed", "laboratory"))
    with pytest.raises(WrongState) as refusal:
        do(inspecting.move_sample, case, MoveSample(sample.id, "handed", "somebody"))
    assert refusal.value.facts == {"last": "destroyed", "possible": []}
    assert [m.event for m in told(case).moves] == ["taken", "handed", "received", "result", "destroyed"]


def test_who_refuses_to_sign_is_written_down_with_what_he_says():
    case = cases.red()
    assert refused(inspecting.add_person, case, AddPerson("Rahim", "driver", signs=False)) == [
        ("/remark", "person.remark")
    ]
    row = do(
        inspecting.add_person,
        case,
        AddPerson("Rahim", "driver", "A 123", signs=False, remark="says the count is wrong"),
    )
    assert (row.signs, row.remark) == (False, "says the count is wrong")
    assert refused(inspecting.add_person, case, AddPerson("Rahim", "king"))[0][0] == "/role"


def issued(*serials, to=None):
    holder = to or inspector()
    with db.transaction() as session:
        seals.receive(session, ReceiveSeals("TJPPJ", "Mega", "H", serials), by=supervisor())
        seals.issue(session, IssueSeals("TJPPJ", serials, holder.person, holder.name), by=supervisor())


def status(session, serial):
    return session.query(Seal.status).filter(Seal.serial == serial).scalar()


def test_a_new_seal_comes_out_of_the_hand_of_who_sets_it(session):
    case = cases.red()
    issued("NEW1")
    assert refused(inspecting.note_seal, case, NoteSeal("set", "NEW2", bearer="01AB123"))[0][1] == "seal.unknown"
    by_officer = refused(inspecting.note_seal, case, NoteSeal("set", "NEW1", bearer="01AB123"), by=officer())
    assert by_officer[0][1] == "seal.not-issued"
    assert refused(inspecting.note_seal, case, NoteSeal("set", "NEW1"))[0][0] == "/bearer"
    do(inspecting.note_seal, case, NoteSeal("set", "new 1", bearer="01AB123", place="rear door"))
    assert status(session, "NEW1") == "applied"
    other = cases.red()
    assert refused(inspecting.note_seal, other, NoteSeal("set", "NEW1", bearer="x1"))[0][1] == "seal.elsewhere"
    assert refused(inspecting.note_seal, other, NoteSeal("removed", "NEW1"))[0][1] == "seal.not-on"
    do(inspecting.note_seal, case, NoteSeal("removed", "NEW1", remarks="opened again"))
    assert status(session, "NEW1") == "removed"
    do(inspecting.note_seal, case, NoteSeal("removed", "FOREIGN9", "broken"))
    assert [(s.what, s.serial) for s in told(case).seals] == [
        ("set", "NEW1"), ("removed", "NEW1"), ("removed", "FOREIGN9"),
    ]  # fmt: skip


# --- What the database itself says -------------------------------------------------------------------------------------------


def test_nothing_is_written_into_what_is_over(session):
    case = cases.inspected(cases.red())
    with pytest.raises(DBAPIError, match="inspection that is over"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO inspection_finding (post, id, inspection_id, agency, control, conform, kind, declared, found, "
                "declared_facts, found_facts, person, name, at, clock_off) SELECT post, gen_random_uuid(), inspection_id, agency, "
                "control, conform, kind, declared, found, declared_facts, found_facts, person, name, at, clock_off "
                "FROM inspection_finding WHERE post = :post ORDER BY at DESC LIMIT 1"
            ),
            {"post": case.post},
        )
    with pytest.raises(DBAPIError, match="over stays as it is"), session.begin_nested():
        session.execute(
            text("UPDATE inspection SET conclusion = 'offence' WHERE declaration_id = :id"), {"id": case.id}
        )


def test_traders_do_not_read_inspections(session):
    case = cases.red()
    with pytest.raises(Forbidden):
        inspecting.seen(session, case.reference, by=trader())

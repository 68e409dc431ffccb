"""The act of inspection as an official paper: of a concluded look, for officials, and for the firm once it is decided."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.clearance.keys import KeyStore
from app.clearance.verification import verify
from app.core import db, journal
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.declarations.commands import SettleRequest
from app.flows import amending, inspecting
from app.flows import papers as flow
from app.flows.movements import departing
from app.flows.movements import papers as transit
from app.flows.papers import Ask
from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    Conclude,
    CorrectFinding,
    NoteSeal,
    TakeSample,
)
from app.registers import papers as register
from app.transit.commands import OrderControl
from tests.factories import cases, declarations, lives, movements, pictures, roads
from tests.factories.actors import inspector, officer, other_trader, supervisor, trader

HERE, ACT = "TJPPJ", "inspection-act"


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


def do(verb, record, command, *, by=None):
    with db.transaction() as session:
        return verb(session, record.reference, command, None, by=by or inspector())[1]


def printed(keys, record, of="", *, by=None, reason="", languages=("en", "ru"), verb=flow.print_paper):
    with db.transaction() as session:
        return verb(session, Ask(record.reference, ACT, of, languages, reason), keys, by=by or officer())


def offered(record, *, by):
    with db.reading() as session:
        found = cases.again(record)
        official = flow.queries.sees_lane(by, found.post)
        return [line.of for line in register.of_declaration(session, found, official=official) if line.kind == ACT]


def said(pdf):
    read = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(read.replace("\u202f", " ").split())


def looked_at(case):
    """Everything that can be recorded, and the conclusion."""
    do(inspecting.add_person, case, AddPerson("Ahmad Noori", "driver", document="P01234567"))
    refusal = AddPerson("Karimov Alisher", "declarant", signs=False, remark="nobody called me")
    do(inspecting.add_person, case, refusal)
    do(inspecting.note_seal, case, NoteSeal("removed", "TJ0482213", bearer="KBL00001", place="back door"))
    wrong = do(
        inspecting.add_finding,
        case,
        AddFinding("40", False, "forty drums", item=1, kind="shortage", facts={"packages": "40"}),
    )
    again = AddFinding("40", False, "forty-one drums, counted twice", item=1, kind="shortage", facts={"packages": "41"})
    do(inspecting.correct_finding, case, CorrectFinding(wrong.id, again))
    weighed = AddMeasure("weighing", "Scale 7", dt.date(2026, 3, 14), gross_kg=Decimal(20100), tare_kg=Decimal(17650))
    do(inspecting.add_measure, case, weighed)
    sample = TakeSample("liquid", "0.5", "LTR", "Central laboratory", "what is it?", item=1, seal="LAB118")
    do(inspecting.take_sample, case, sample)
    photo = do(inspecting.add_photo, case, AddPhoto("a.jpg", pictures.photo((200, 100)), caption="the drums"))
    concluded = do(inspecting.conclude, case, Conclude("discrepancy", "nine drums less", "release-with-correction"))
    return concluded, photo


def test_what_is_recorded_is_printed_and_verifies(keys):
    case = cases.red()
    look, photo = looked_at(case)
    done = printed(keys, case)
    assert (done.paper.number, done.paper.subject, done.paper.form) == (look.number, look.id, "inspection_act")
    told = said(done.pdf)
    for words in (
        look.number,
        case.mrn,
        "NOT AS DECLARED",
        "nine drums less",
        "Recommended: release after correction",
        "Ahmad Noori",
        "P01234567",
        "nobody called me",
        "refused to sign",
        "TJ0482213",
        "forty drums",
        "forty-one drums, counted twice",
        "Corrected by No. 2",
        "Scale 7",
        "14.03.2026",
        "20 100.000",
        "LAB118",
        "0.5 LTR",
        photo.sha256[:16],
        "CMR-1",
    ):
        assert words in told, words
    content = json.loads(pypdf.PdfReader(io.BytesIO(done.pdf)).attachments["document.json"][0])
    assert content == done.paper.content
    facts = [(f["declared"], f["found"]) for finding in content["findings"] for f in finding["facts"]]
    assert facts == [("120", "40"), ("120", "41")]
    assert content["packages"] == 120 and content["gross_kg"] == "2450.000"
    with db.reading() as session:
        found = verify(done.pdf, keys.trust(), now=db.now(session))
        assert register.standing(session, found.claims) == (False, False)
    assert found.valid and (found.kind, found.claims.permit) == (ACT, look.number)
    assert found.claims.gross_kg == "2450.000"


def test_nothing_of_why_the_goods_were_chosen_is_told(keys):
    case = cases.red()
    look, _photo = looked_at(case)
    assert look.profiles, "profiles chose it"
    paper = printed(keys, case).paper
    told = json.dumps(paper.content)
    assert not [p["code"] for p in look.profiles if p["code"] in told]
    assert not {"lane", "profiles", "reason", "reason_words", "instruction"} & set(paper.content)


def test_a_copy_is_frozen_and_has_its_reason(keys):
    case = cases.red()
    looked_at(case)
    first = printed(keys, case)
    with pytest.raises(Invalid) as refused:
        printed(keys, case)
    assert [finding.rule for finding in refused.value.findings] == ["print.reason"]
    again = printed(keys, case, reason="lost on the way")
    assert again.copy == 1 and again.paper.id == first.paper.id and "COPY 1" in said(again.pdf)


def test_the_firm_has_it_when_the_goods_are_decided_and_not_before(keys):
    case = cases.red()
    with pytest.raises(WrongState, match="No inspection is concluded"):
        printed(keys, case)
    with pytest.raises(Forbidden) as early:
        printed(keys, case, by=trader())
    look, _photo = looked_at(case)
    with pytest.raises(Forbidden) as later:
        printed(keys, case, by=trader())
    assert str(early.value) == str(later.value), "the answer does not tell that somebody has looked"
    issued = printed(keys, case)
    assert offered(case, by=officer()) == [look.number] and offered(case, by=trader()) == []
    with db.reading() as session:
        assert flow.original(session, look.number, by=inspector()).sha256 == issued.sha256
        with pytest.raises(NotFound):
            flow.original(session, look.number, by=trader())
    cases.decided(case, "hold")
    with pytest.raises(Forbidden):
        printed(keys, case, by=trader(), reason="for our records")
    cases.decided(case, "refuse")
    assert offered(case, by=trader()) == [look.number]
    with db.reading() as session:
        assert flow.original(session, look.number, by=trader()).sha256 == issued.sha256
        with pytest.raises(NotFound):
            flow.original(session, look.number, by=other_trader())
    assert printed(keys, case, by=trader(), reason="for our records").copy == 1


def test_what_was_declared_when_it_was_seen_is_printed(keys):
    """Whatever is amended afterwards."""
    case = cases.inspected(cases.lodged(declarations.yellow()))
    asked = lives.asked_to_amend(case, lambda body: body["consignor"].update(name="Another Star"))
    with db.transaction() as session:
        done = amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "a slip"), by=officer())
    assert done.declaration.content == 2
    with pytest.raises(NotFound, match="There is no paper"):
        printed(keys, case, "TJPPJ-IA-1999-000001")
    paper = printed(keys, case).paper
    assert paper.content["inspected"] == "documents"
    assert paper.content["consignor"]["name"] == "شرکت تجارتی کابل ستاره"


def test_the_database_keeps_other_kinds_out(session, keys):
    case = cases.red()
    looked_at(case)
    done = printed(keys, case)
    columns = (
        "post, id, number, mrn, reference, party, place, subject, form, form_version, content, languages, key_id, pdf"
    )
    columns += ", sha256, issued_at, issued_by, issued_name, kind, declaration_id, movement_id"
    values = columns.replace("post, id, number", "post, gen_random_uuid(), 'X'")
    values = values.replace("kind, declaration_id", "'inspection-act', NULL").replace("subject", "gen_random_uuid()")
    with pytest.raises(DBAPIError, match="ck_paper_about_a_declaration"), db.transaction() as inner:
        inner.execute(
            text(f"INSERT INTO paper ({columns}) SELECT {values} FROM paper WHERE id = :id"), {"id": done.paper.id}
        )


# --- Movements ------------------------------------------------------------------------------------------------------------


def inspected_movement():
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    with db.transaction() as session:
        departing.order_control(session, OrderControl(movement.reference, HERE, ("40", "41")), by=officer())
    do(inspecting.add_finding, movement, AddFinding("40", False, "two boxes less", item=1, kind="shortage"))
    do(inspecting.add_finding, movement, AddFinding("41", True, "seals as declared"))
    return movement, do(inspecting.conclude, movement, Conclude("discrepancy", "two boxes less", "hold"))


def test_of_goods_in_transit_it_is_for_officials_alone(keys):
    movement, look = inspected_movement()
    done = printed(keys, movement, verb=transit.print_paper, by=inspector())
    assert (done.paper.number, done.paper.subject) == (look.number, look.id)
    told = said(done.pdf)
    assert "two boxes less" in told and movement.mrn in told and "CMR-" in told
    assert done.paper.content["post"]["code"] == HERE
    with db.reading() as session:
        assert verify(done.pdf, keys.trust(), now=db.now(session)).valid
        assert [o.line.of for o in transit.offered(session, movement.reference, by=officer())[1]] == [look.number]
        assert transit.offered(session, movement.reference, by=trader())[1] == []
        with pytest.raises(NotFound):
            flow.original(session, look.number, by=trader())
        assert flow.original(session, look.number, by=supervisor()).id == done.paper.id
        told = journal.history(session, movement.post, "paper", str(movement.id))
    assert [entry.after["number"] for entry in told] == [look.number]
    for by in (trader(), other_trader()):
        with pytest.raises((Forbidden, NotFound)):
            printed(keys, movement, verb=transit.print_paper, by=by)
    assert printed(keys, movement, verb=transit.print_paper, reason="for the file").copy == 1


def test_of_a_movement_nobody_has_looked_at_there_is_none(keys):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    with pytest.raises(WrongState, match="No inspection is concluded"):
        printed(keys, movement, verb=transit.print_paper)

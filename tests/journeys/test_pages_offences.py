"""The pages of goods that are held and seized, of terms, and of appeals, for officials and for the firm."""

from __future__ import annotations

import io

import pytest

from app.appeals import queries as appealed
from app.core import db
from app.flows import appealing, offending
from app.offences import queries
from tests.factories import cases, roads, scans
from tests.factories.actors import officer, supervisor, trader
from tests.factories.desks import desk, file_of
from tests.slices.test_offences import OPIUM, RECORD


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture
def sits(app, session):
    """sits(login) is the browser of this person."""
    return lambda login: desk(app, login)


def page_of(record):
    return f"/officer/offences/{record.reference}"


def records(case):
    with db.reading() as session:
        return queries.seizures(session, offending.seen(session, case.reference, by=supervisor())[1])


def test_an_inspector_draws_a_record_up_and_others_add_to_it(sits):
    case, inspector, second = cases.red(), sits("inspector"), sits("officer")
    page = page_of(case)
    assert page in inspector.text(file_of(case)), "the file leads there"
    fields = {
        "circumstances": "behind the panel", "hidden": "rear panel",
        "pieces.0.kind": "narcotics", "pieces.0.description": "Opium, brown", "pieces.0.quantity": "4250.5",
        "pieces.0.unit": "GRM", "persons.0.full_name": "Karim Rahimov", "persons.0.role": "driver",
        "vehicle.plate": "KBL 4821",
    }  # fmt: skip
    wrong = inspector.deed(page, f"{page}/seize", **{**fields, "pieces.0.unit": "MTR"})
    assert wrong.status_code == 422 and "told in GRM" in wrong.text and "Opium, brown" in wrong.text
    assert inspector.deed(page, f"{page}/seize", **fields).status_code == 303
    [row] = records(case)
    shown = inspector.text(page)
    assert row.number in shown and "Opium, brown" in shown and "Karim Rahimov" in shown
    on = f"{page}/{row.id}"
    photo = {"photo": (io.BytesIO(scans.picture("JPEG")), "a.jpg"), "serial": "1", "caption": "bundles"}
    assert inspector.deed(page, f"{on}/photo", **photo).status_code == 303
    assert inspector.deed(page, f"{on}/hand", to_holder="Agency", receipt="A-1").status_code == 303
    assert "Confirm that it came" not in inspector.text(page)
    assert second.deed(page, f"{on}/confirm", serial="1").status_code == 303
    assert "received by" in second.text(page)
    listed = second.text("/officer/terms")
    assert row.number in listed


def test_goods_are_held_and_sent_back_from_the_page(sits):
    case, officer_ = cases.yellow(), sits("officer")
    page = page_of(case)
    assert officer_.deed(page, f"{page}/detain", reason="doubtful papers").status_code == 303
    assert cases.again(case).status == "detained" and "TJPPJ-DT-" in officer_.text(page)
    refused = officer_.deed(page, f"{page}/end", kind="destruction", reason="x", manner="burnt")
    assert refused.status_code in (403, 422)
    assert officer_.deed(page, f"{page}/end", kind="return", reason="no licence").status_code == 303
    assert cases.again(case).status == "returned" and "TJPPJ-RT-" in officer_.text(page)


def test_a_movement_has_the_page_too(sits):
    movement = roads.released()
    with db.transaction() as session:
        command = RECORD.__class__("found", "cab", (OPIUM,))
        offending.seize(session, movement.reference, command, None, by=officer())
    assert "TJPPJ-SZ-" in sits("officer").text(page_of(movement))


def test_a_firm_reads_why_and_appeals_and_another_answers(sits):
    case = cases.decided(cases.yellow(), "refuse", by=officer(login="third"))
    firm, answerer = sits("trader"), sits("supervisor")
    own = f"/trader/declarations/{case.reference}"
    shown = firm.text(own)
    assert "the papers agree" in shown and "Appeal until" in shown and f"{own}/appeals" in shown
    page = f"{own}/appeals"
    assert firm.deed(page, page, against="decision", grounds=" ").status_code == 422
    assert firm.deed(page, page, against="decision", grounds="The licence was there").status_code == 303
    with db.reading() as session:
        [row] = appealed.of(session, appealing.about(session, case.reference, by=trader()).subject)
    assert row.number in firm.text(page)
    verdict = f"/officer/appeals/{row.id}"
    assert row.number in answerer.text("/officer/terms") and "The licence was there" in answerer.text(verdict)
    assert answerer.deed(verdict, f"{verdict}/admit", accepted="true").status_code == 303
    said = {"outcome": "uphold", "answer": "It was there.", "reconsider": "true"}
    assert answerer.deed(verdict, f"{verdict}/answer", **said).status_code == 303
    told = firm.text(page)
    assert "It was there." in told and "Upheld" in told
    assert "waits for a second person" in answerer.text(verdict)

"""What no program and no hand may do: change what was recorded unseen, free red goods unseen, or alone."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.attachments.stores import Damaged
from app.core import db
from app.core.errors import Forbidden
from app.flows import inspecting
from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    Conclude,
    CorrectFinding,
    EndStep,
    MoveSample,
    NoteSeal,
    TakeSample,
)
from app.registers import integrity
from tests.factories import cases, pictures
from tests.factories.actors import auditor, inspector, officer

WRONG = AddFinding("40", False, "forty drums", item=1, kind="shortage", facts={"packages": "40", "net_kg": "900.5"})


def do(verb, case, command):
    with db.transaction() as session:
        return verb(session, case.reference, command, None, by=inspector())[1]


def test_a_flipped_byte_of_a_photo_is_found(own_database):
    cases.no_chance()
    case = cases.red()
    row = do(inspecting.add_photo, case, AddPhoto("IMG_1.jpg", pictures.photo((200, 100))))
    with psycopg.connect(own_database.superuser_url.replace("+psycopg", "")) as owner:
        owner.execute(
            "UPDATE attachment SET content = set_byte(content, 99, get_byte(content, 99) # 1) WHERE id = %s",
            [row.attachment],
        )
    with db.reading() as session:
        found = [d for d in integrity.compare(session)[1] if d.subject == str(row.attachment)]
        with pytest.raises(Damaged):
            inspecting.opened_photo(session, case.reference, row.id, by=auditor())
    assert [d.key for d in found] == ["sha256"]


def test_everything_recorded_agrees_with_the_journal_and_tampering_is_found(own_database):
    cases.no_chance()
    case = full()
    with db.reading() as session:
        before = [d for d in integrity.compare(session, case.post)[1] if d.kind.startswith("inspection")]
    assert before == []
    changes = {
        "inspection": "recommendation = 'release'",
        "inspection_finding": "found_facts = '{}'",
        "inspection_photo": "caption = 'another door'",
        "inspection_measure": "gross_kg = gross_kg + 1",
        "inspection_sample": "laboratory = 'mine'",
        "inspection_sample_move": "holder = 'me'",
        "inspection_presence": "signs = true",
        "inspection_seal": "serial = 'OTHER-1'",
        "inspection_assignment": "drawn = drawn + 1",
        "inspection_step": "ended_name = ended_name, reason = 'forgotten'",
    }
    with psycopg.connect(own_database.superuser_url.replace("+psycopg", "")) as owner:
        owner.execute("SET session_replication_role = replica")
        for table, change in changes.items():
            owner.execute(f"UPDATE {table} SET {change}")
    with db.reading() as session:
        found = {d.kind for d in integrity.compare(session, case.post)[1]}
    assert set(changes) <= found


def full():
    """An inspection with everything in it, concluded as an offence."""
    case = cases.red()
    wrong = do(inspecting.add_finding, case, WRONG)
    do(
        inspecting.correct_finding,
        case,
        CorrectFinding(wrong.id, AddFinding("40", False, "39", item=1, kind="shortage")),
    )
    do(inspecting.add_photo, case, AddPhoto("a.jpg", pictures.photo((120, 80)), finding=wrong.id))
    do(
        inspecting.add_measure,
        case,
        AddMeasure("weighing", "scale 3", gross_kg=Decimal("9000.5"), axles=(Decimal("4000.25"), Decimal("5000.25"))),
    )
    do(inspecting.add_measure, case, AddMeasure("radiation", "RID-1", level=Decimal("0.12"), unit="µSv/h"))
    sample = do(inspecting.take_sample, case, TakeSample("liquid", "0.5", "LTR", "Central laboratory", "what is it?"))
    do(inspecting.move_sample, case, MoveSample(sample.id, "handed", "courier"))
    do(inspecting.add_person, case, AddPerson("Rahim", "driver", signs=False, remark="says nothing"))
    do(inspecting.note_seal, case, NoteSeal("seen", "OLD1", "broken"))
    do(inspecting.end_step, case, EndStep("nature", official="Dr. Rahimi"))
    do(inspecting.conclude, case, Conclude("offence", "drums are missing", "seize"))
    return case


def test_red_is_not_released_by_who_inspected_it(own_database):
    """Looked at when the transaction ends, whatever program writes."""
    cases.no_chance()
    case = cases.inspected(cases.red(), by=officer())
    with pytest.raises(Forbidden):
        cases.decided(case, by=officer())
    assert cases.again(case).status == "under_control"
    with pytest.raises(DBAPIError, match="another person than who inspected"), db.transaction() as session:
        session.execute(text("UPDATE declaration SET status = 'released' WHERE id = :id"), {"id": case.id})
    assert cases.decided(case, by=officer(login="officer2")).status == "released"


def test_red_is_not_released_with_a_look_that_found_nothing(own_database):
    """A result that was written into the table by hand, without a finding, frees nothing."""
    cases.no_chance()
    case = cases.red()
    with psycopg.connect(own_database.superuser_url.replace("+psycopg", "")) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE inspection SET status = 'concluded', conclusion = 'conform', summary = 'x', concluded_at = now(), "
            "concluded_by = gen_random_uuid(), concluded_name = 'x' WHERE declaration_id = %s",
            [case.id],
        )
    with pytest.raises(DBAPIError, match="red goods are not released"):
        cases.decided(case)

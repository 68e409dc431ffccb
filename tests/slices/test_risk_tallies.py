"""What is remembered of parties, drivers, wheels and boxes: each entry of the journal counts once, whoever counts."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text

from app.cli.worker import tally
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden
from app.flows import amending, presenting, tallying
from app.flows.movements import arriving
from app.declarations.commands import SettleRequest
from app.registers.risk import occasions
from app.registers import integrity
from app.risk.models import RiskFinding, RiskSubjectCursor
from app.risk.operations import tallying as counting
from app.risk.queries import tallies
from app.transit.commands import Found, PermitUnloading, RemarkUnloading
from tests.factories import cases, declarations, lives, roads
from tests.factories.actors import PARTY, officer, trader

DRIVER = "AF:P01234567"
FIRM = PARTY.replace("-", "")
THERE = roads.THERE


def past(role, key):
    with db.reading() as session:
        return tallies.remembered(session, {role: [key]}, db.now(session)).pasts.get((role, key))


def counts(role, key):
    found = past(role, key)
    return (found.consignments, found.findings) if found else None


def rows():
    """Everything that is remembered, but for the moments."""
    with db.reading() as session:
        return [
            session.execute(text(statement)).all()
            for statement in (
                "SELECT * FROM risk_subject ORDER BY role, key",
                "SELECT * FROM risk_subject_month ORDER BY role, key, month",
                "SELECT * FROM risk_subject_chapter ORDER BY consignee, chapter",
                "SELECT * FROM risk_finding ORDER BY post, kind, consignment",
                "SELECT * FROM risk_subject_cursor ORDER BY post",
            )
        ]


@pytest.fixture(autouse=True)
def no_chance(request):
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "session")
    cases.no_chance()


def with_plate(plate, **changes):
    body = declarations.words(**changes)
    body["transport"]["vehicle"]["plate"] = plate
    return body


def test_who_came_is_counted_in_every_role():
    cases.lodged(with_plate("kbl 10-001"))
    assert tally() is False
    assert counts("vehicle", "KBL10001") == (1, 0)
    assert counts("declarant", FIRM) == (1, 0)
    assert counts("consignee", FIRM) == (1, 0)
    assert counts("consignor", "AF9001234567") == (1, 0)
    assert counts("driver", DRIVER) == (1, 0)
    assert counts("container", "MSKU1234565") == (1, 0)
    assert counts("trailer", "KBL10001") is None
    with db.reading() as session:
        known = tallies.remembered(session, {"consignee": [FIRM]}, db.now(session))
    assert known.chapters == {FIRM: frozenset({"62"})}


def test_a_draft_and_what_is_lodged_early_have_not_come_yet():
    early = cases.lodged(lives.early(with_plate("KBL20001")))
    assert tally() is False
    assert early.status == "prelodged" and counts("vehicle", "KBL20001") is None
    with db.transaction() as session:
        presenting.present(session, early.reference, None, by=trader())
    tally()
    assert counts("vehicle", "KBL20001") == (1, 0)


def test_what_was_found_counts_once_for_a_consignment():
    case = cases.red()
    cases.inspected(case, "discrepancy")
    cases.decided(case, "seize")
    cases.lodged(declarations.words())
    tally()
    assert counts("driver", DRIVER) == (2, 1)
    with db.reading() as session:
        found = session.scalars(select(RiskFinding)).one()
    assert (found.kind, found.consignment, found.event) == ("declaration", case.id, "inspection.concluded")
    assert past("driver", DRIVER).last_finding == found.at


def test_what_was_as_declared_is_no_finding():
    cases.inspected(cases.red(), "conform")
    tally()
    assert counts("driver", DRIVER) == (1, 0)


def test_an_amendment_counts_whom_it_brings_in_and_nobody_twice():
    case = cases.red()

    def other_truck(body):
        body["transport"]["vehicle"]["plate"] = "KBL30002"

    asked = lives.asked_to_amend(case, other_truck)
    with db.transaction() as session:
        amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "seen"), by=officer())
    tally()
    assert counts("vehicle", "KBL30002") == (1, 0)
    assert counts("driver", DRIVER) == (1, 0)


def test_movements_and_their_findings_count_in_their_own_roles():
    case = roads.arrived(roads.released())
    with db.transaction() as session:
        arriving.permit_unloading(session, PermitUnloading(case.reference, THERE), by=roads.at(THERE))
    found = (Found("packages", 1, "1 CT"),)
    with db.transaction() as session:
        command = RemarkUnloading(case.reference, THERE, 1, roads.today(), True, False, True, discrepancies=found)
        arriving.remark_unloading(session, command, by=trader())
    tally()
    assert counts("holder", FIRM) == (1, 1)
    assert counts("driver", DRIVER) == (1, 1)
    assert counts("declarant", FIRM) is None
    with db.reading() as session:
        assert [(f.kind, f.event) for f in session.scalars(select(RiskFinding))] == [
            ("movement", "transit.discrepancy-found")
        ]


def test_counting_again_changes_nothing_and_from_an_empty_cursor_everything_is_made_anew(own_database):
    cases.inspected(cases.red(), "offence")
    cases.lodged(declarations.words(2))
    tally()
    before = rows()
    tally()
    assert rows() == before
    with own_database.owner_connection() as owner:
        for table in ("subject", "subject_month", "subject_chapter", "subject_cursor", "finding"):
            owner.execute(f"DELETE FROM risk_{table}")
    assert rows() != before
    tally()
    assert rows() == before


def test_what_is_remembered_and_no_journal_tells_is_noticed(own_database):
    cases.inspected(cases.red(), "discrepancy")
    tally()

    def found():
        with db.reading() as session:
            return [(d.subject, d.key) for d in integrity.compare(session)[1] if d.kind == "tally"]

    assert found() == []
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE risk_finding SET event = 'declaration.seized'")
        owner.execute("DELETE FROM risk_subject WHERE role = 'driver'")
        owner.execute("UPDATE risk_subject SET last_finding = NULL WHERE role = 'vehicle'")
        owner.execute("UPDATE risk_subject_cursor SET number = number + 1")
        told = found()
    assert {key for _subject, key in told} == {"finding", "row", "last_finding", "number"}
    assert (f"driver {DRIVER}", "row") in told


def test_small_batches_give_the_same_as_one():
    for n in range(3):
        cases.inspected(cases.red(), "discrepancy" if n else "conform")
    with db.reading() as session:
        upto, whole = occasions.after(session, "TJPPJ", 0, most=10_000)
        number, parts = 0, []
        while number < upto:
            number, more = occasions.after(session, "TJPPJ", number, most=2)
            parts += more
    assert parts == whole and len(whole) == 5


def test_the_order_in_which_entries_are_counted_does_not_matter(own_database):
    for n in range(3):
        cases.inspected(cases.red(), "discrepancy" if n else "conform")
    cases.lodged(with_plate("KBL50001"))
    with db.reading() as session:
        upto, told = occasions.after(session, "TJPPJ", 0, most=10_000)
    tables = ("risk_subject", "risk_subject_month", "risk_subject_chapter")
    found = []
    for order in (told, told[::-1]):
        with own_database.owner_connection() as owner:
            for table in (*tables, "risk_finding", "risk_subject_cursor"):
                owner.execute(f"DELETE FROM {table}")
        for each in order:
            with db.transaction() as session:
                assert counting.take(session, "TJPPJ", by=SYSTEM) is not None
                counting.tally(session, "TJPPJ", [each], upto, by=SYSTEM)
        found.append(rows()[:3])
    assert found[0] == found[1] and found[0][0]


@pytest.mark.usefixtures("own_database")
def test_two_workers_at_once_count_everything_once():
    for _n in range(6):
        cases.lodged(declarations.words())
    with db.reading() as session:
        last = session.execute(text("SELECT number FROM chain_head WHERE post = 'TJPPJ'")).scalar_one()
    counted, begin = [], threading.Barrier(3)

    def work():
        begin.wait()
        for _round in range(200):
            with db.transaction() as session:
                counted.append(tallying.run(session, "TJPPJ", by=SYSTEM, most=3))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counted) == last
    assert counts("driver", DRIVER) == (6, 0)


@pytest.mark.usefixtures("own_database")
def test_a_second_worker_passes_over_what_another_one_counts():
    cases.lodged(declarations.words())
    tally()
    cases.lodged(declarations.words())
    with db.transaction() as session:
        assert counting.take(session, "TJPPJ", by=SYSTEM) is not None
        with db.transaction() as other:
            assert tallying.run(other, "TJPPJ", by=SYSTEM) == 0
    with db.transaction() as session:
        assert tallying.run(session, "TJPPJ", by=SYSTEM) > 0


def test_nothing_is_due_where_everything_is_counted():
    cases.lodged(declarations.words())
    with db.reading() as session:
        assert "TJPPJ" in tallying.due(session, by=SYSTEM)
    tally()
    with db.reading() as session:
        assert tallying.due(session, by=SYSTEM) == []
        assert {row.post for row in session.scalars(select(RiskSubjectCursor))} >= {"TJPPJ"}


def test_only_the_node_counts():
    with db.transaction() as session, pytest.raises(Forbidden):
        tallying.run(session, "TJPPJ", by=officer())

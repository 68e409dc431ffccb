"""Several persons at once at one truck: exactly one wins where only one can, and nothing of the others is lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.core import db
from app.core.errors import Refusal, WrongState
from app.flows import inspecting
from app.inspections import queries
from app.inspections.commands import AddFinding, Appoint, Conclude, Recorded
from app.registers import integrity
from tests.factories import cases
from tests.factories.actors import inspector, officer
from tests.faults import checking


@pytest.fixture(autouse=True)
def bound(own_database):
    cases.no_chance()
    yield
    with db.reading() as session:
        assert integrity.compare(session)[1] == []
        assert [*checking.gaps(session), *checking.chains(session)] == []


def at_once(*deeds: Callable[[Any], Any]) -> tuple[list[Any], list[Refusal]]:
    """Runs every deed in its own thread and transaction; what was done, and what the others were told."""
    gate, done, refused = threading.Barrier(len(deeds)), list[Any](), list[Refusal]()

    def act(deed: Callable[[Any], Any]) -> None:
        gate.wait()
        try:
            with db.transaction() as session:
                done.append(deed(session))
        except Refusal as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, refused


def told(case):
    with db.reading() as session:
        (newest, *_older) = queries.of_declaration(session, case.post, case.id)
        return newest, queries.records(session, [newest])[newest.id]


def test_the_last_place_goes_to_one():
    trucks = [cases.red() for _truck in range(4)]
    with db.reading() as session:
        begins = db.now(session) + dt.timedelta(hours=1)
    wanted = Appoint("TJPPJ-BAY", begins, begins + dt.timedelta(hours=1))
    done, refused = at_once(
        *(lambda s, t=t: inspecting.appoint(s, t.reference, wanted, None, by=officer()) for t in trucks)  # type: ignore[misc]
    )
    assert (len(done), {type(r) for r in refused}) == (2, {WrongState}), "two stand there at a time"
    assert sorted(told(truck)[0].place or "" for truck in trucks) == ["", "", "TJPPJ-BAY", "TJPPJ-BAY"]


def test_findings_of_several_do_not_get_in_each_others_way():
    case = cases.red()
    people = [inspector(login=f"inspector{n}") for n in range(4)]
    done, refused = at_once(
        *(lambda s, p=p: inspecting.add_finding(s, case.reference, cases.SEEN, None, by=p) for p in people)  # type: ignore[misc]
    )
    assert (len(done), refused) == (4, [])
    assert {f.person for f in told(case)[1].findings} == {p.person for p in people}


def test_the_same_record_sent_twice_at_once_is_one_row():
    case, recorded = cases.red(), Recorded(uuid4())
    done, refused = at_once(
        *[lambda s: inspecting.add_finding(s, case.reference, cases.SEEN, None, by=inspector(), recorded=recorded)] * 3
    )
    assert ({row.id for _record, row in done}, refused) == ({recorded.id}, [])
    assert len(told(case)[1].findings) == 1


def test_one_concludes_and_the_other_is_told_who_did():
    case = cases.red()
    with db.transaction() as session:
        inspecting.add_finding(session, case.reference, AddFinding("40", True, "as declared"), None, by=inspector())
    ends = [
        lambda s, p=p: inspecting.conclude(s, case.reference, Conclude("conform", p.name), None, by=p)  # type: ignore[misc]
        for p in (inspector(), officer())
    ]
    done, refused = at_once(*ends)
    assert (len(done), len(refused)) == (1, 1)
    ended, records = told(case)
    assert refused[0].facts["concluded_by"] == ended.concluded_name == ended.summary
    assert {step.status for step in records.steps} == {"done"}

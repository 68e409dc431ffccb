"""Several persons at once over one declaration: one is first, the others are told, nothing is done twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.clearance import operations as clearance
from app.clearance import queries as papers
from app.core import db
from app.core.errors import Refusal, WrongState
from app.declarations import queries
from app.declarations.commands import Answer, ConfirmExit, SettleRequest, WithdrawQuery
from app.flows import amending, asking, expiring, leaving
from app.core.actors import SYSTEM
from app.registers import integrity
from tests.factories import cases, lives
from tests.factories.actors import officer, supervisor, trader
from tests.factories.permitting import permitted, with_permit
from tests.faults import checking


@pytest.fixture(autouse=True)
def bound(own_database):
    lives.alone()
    yield
    with db.reading() as session:
        assert integrity.compare(session)[1] == []
        assert [*checking.gaps(session), *checking.unpublished(session), *checking.chains(session)] == []


def at_once(*deeds: Callable[[Any], Any]) -> tuple[int, list[Exception]]:
    """Runs every deed in its own thread and transaction; how many were done, and what the others were told."""
    gate, done, refused = threading.Barrier(len(deeds)), list[Any](), list[Exception]()

    def act(deed: Callable[[Any], Any]) -> None:
        gate.wait()
        try:
            with db.transaction() as session:
                done.append(deed(session))
        except Exception as error:  # noqa: BLE001 - told to the test
            refused.append(error)

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done), refused


def test_a_truck_leaves_once():
    declaration = with_permit(lives.lodged(lives.free(2)))
    plate = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    command = ConfirmExit(declaration.reference, plate)
    deeds = [
        lambda session, n=n: leaving.confirm_exit(session, command, by=officer(login=f"officer{n}")) for n in range(4)
    ]
    done, refused = at_once(*deeds)
    assert done == 1 and all(isinstance(e, WrongState) for e in refused) and len(refused) == 3
    with db.reading() as session:
        assert len(queries.exits(session, cases.again(declaration))) == 1


def test_items_leave_on_two_trucks_at_once():
    declaration = with_permit(lives.lodged(lives.free(2)))
    plate = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    done, refused = at_once(
        *[
            lambda session, n=n: leaving.confirm_exit(
                session, ConfirmExit(declaration.reference, plate, items=(n,)), by=officer()
            )
            for n in (1, 2)
        ]
    )
    assert (done, refused) == (2, []) and cases.again(declaration).status == "exited"


def test_a_truck_and_the_revocation_of_its_permit_come_one_after_the_other():
    """Who is first counts: it left under a permit that was in force, or it stays; and neither waits for the other."""
    for _turn in range(4):
        declaration = lives.lodged(lives.free())
        permit = permitted(declaration)
        command = ConfirmExit(declaration.reference, lives.body_of(declaration)["transport"]["vehicle"]["plate"])
        done, refused = at_once(
            lambda session, command=command: leaving.confirm_exit(session, command, by=officer()),
            lambda session, number=permit.number: clearance.revoke(session, number, "a wrong plate", by=supervisor()),
        )
        assert done + len(refused) == 2 and done >= 1
        with db.reading() as session:
            gone = queries.exits(session, cases.again(declaration))
            kept = papers.by_number(session, permit.number)
        if gone:
            assert kept.revoked_at >= gone[0][0].at and not refused
        else:
            assert [f.rule for f in refused[0].findings] == ["exit.no-permit"]


def test_a_request_is_settled_once():
    declaration = lives.lodged(lives.lane("yellow", lives.free()))
    asked = lives.asked_to_amend(declaration, lambda b: b["items"][0].update(net_kg="2200.000"))
    command = SettleRequest(declaration.reference, asked.amendment.id, "seen")
    done, refused = at_once(
        lambda session: amending.accept(session, command, by=officer(login="officer1")),
        lambda session: amending.accept(session, command, by=officer(login="officer2")),
        lambda session: amending.reject(session, command, by=officer(login="officer3")),
    )
    assert done == 1 and all(isinstance(e, WrongState) for e in refused)
    assert cases.again(declaration).content in (1, 2)


def test_a_question_ends_once():
    declaration = lives.lodged(lives.lane("yellow", lives.free()))
    query = lives.question(declaration)
    done, refused = at_once(
        lambda session: asking.answer(session, Answer(declaration.reference, query.id, "here"), by=trader()),
        lambda session: asking.withdraw(session, WithdrawQuery(declaration.reference, query.id, "found"), by=officer()),
    )
    assert done == 1 and [isinstance(e, Refusal) for e in refused] == [True]
    assert cases.again(declaration).status == "selected"


def test_two_workers_let_expire_together(monkeypatch):
    declarations = [lives.lodged(lives.early()) for _n in range(6)]
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    monkeypatch.setattr("app.flows.expiring.now", lambda _session: later)
    done, refused = at_once(*[lambda session: expiring.run(session, by=SYSTEM, most=3)] * 2)
    assert (done, refused) == (2, [])
    with db.transaction() as session:
        expiring.run(session, by=SYSTEM)
    assert {cases.again(d).status for d in declarations} == {"invalidated"}

"""A firm appeals; who had no hand in it answers; what was decided is taken back by two persons."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.appeals import queries
from app.appeals.commands import Admit, Answer, Lodge
from app.core import db, journal
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import appealing, approving, detaining, terms
from app.offences import queries as offences
from app.registers import integrity
from tests.factories import cases
from tests.factories.actors import inspector, officer, other_trader, supervisor, trader

GROUNDS = Lodge("decision", "The licence was handed in on the day.", "Give the goods back")
SECOND, THIRD = supervisor(login="second"), supervisor(login="supervisor2")


@pytest.fixture(autouse=True)
def no_chance(session):
    """No stops by chance; and at the end the rows say what the journal says."""
    cases.no_chance()
    yield
    session.rollback()
    assert integrity.compare(session)[1] == []


def lodged(case, command=GROUNDS, *, by=None):
    with db.transaction() as session:
        return appealing.lodge(session, case.reference, command, by=by or trader())


def admitted(appeal, *, accepted=True, reason="", by=SECOND):
    with db.transaction() as session:
        return appealing.admit(session, appeal.id, Admit(accepted, reason), by=by)


def answered(appeal, outcome="uphold", *, reconsider=False, by=SECOND):
    with db.transaction() as session:
        return appealing.answer(session, appeal.id, Answer(outcome, "The licence is genuine.", reconsider), by=by)


def seized():
    return cases.decided(cases.inspected(cases.red(), "offence"), "seize", by=supervisor())


def test_from_the_decision_to_the_answer():
    case = seized()
    appeal = lodged(case)
    assert (appeal.number[:9], appeal.status, appeal.late) == ("TJPPJ-AP-", "lodged", False)
    assert appeal.lodge_until - appeal.target_at == appeal.answer_due - appeal.lodged_at == dt.timedelta(days=30)
    with pytest.raises(WrongState, match="waits for its answer already"):
        lodged(case)
    with db.reading() as session:
        assert [a.id for a in terms.appeals(session, by=officer(), limit=9)] == [appeal.id]
    admitted(appeal)
    done = answered(appeal, "reject")
    assert (done.status, done.answered_name) == ("rejected", "Second")
    with db.reading() as session:
        told = [e.event for e in journal.history(session, case.post, "appeal", str(appeal.id))]
        assert terms.appeals(session, by=officer(), limit=9) == []
        assert [a.id for a in terms.appeals(session, by=trader(), limit=9)] == [appeal.id]
        topics = session.execute(
            text("SELECT topic FROM outbox WHERE subject = :id ORDER BY id"), {"id": str(appeal.id)}
        )
        assert list(topics.scalars()) == told == ["appeal.lodged", "appeal.accepted", "appeal.answered"]


@pytest.mark.parametrize("who", [supervisor(), inspector(), officer(), trader()], ids=lambda a: a.login)
def test_who_had_a_hand_in_it_or_no_office_does_not_answer(who):
    appeal = lodged(seized())
    for act in (admitted, answered):
        with pytest.raises(Forbidden):
            act(appeal, by=who)


def test_the_database_lets_nobody_answer_who_had_a_hand_in_it(session):
    appeal = lodged(seized())
    for column, who in (("admitted", supervisor()), ("admitted", inspector()), ("answered", supervisor())):
        statement = f"UPDATE appeal SET {column}_by = :who, {column}_at = now(), {column}_name = 'x', answer = 'x' WHERE id = :id"
        with pytest.raises(DBAPIError, match="no hand in it|answered_whole"):
            session.execute(text(statement), {"who": who.person, "id": appeal.id})
        session.rollback()


def test_only_the_firm_appeals_and_takes_back_and_others_do_not_see_it():
    case = seized()
    with pytest.raises(NotFound):
        lodged(case, by=other_trader())
    with pytest.raises(Forbidden):
        lodged(case, by=officer())
    appeal = lodged(case)
    with db.reading() as session, pytest.raises(NotFound):
        queries.find(session, appeal.id, by=other_trader())
    with db.transaction() as session:
        assert appealing.withdraw(session, appeal.id, by=trader()).status == "withdrawn"
    with pytest.raises(WrongState):
        admitted(appeal)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Lodge("decision", " "), "appeal.grounds"),
        (Lodge("detention", "x"), "appeal.target"),
        (Lodge("decision", "x", of="nonsense"), "appeal.target"),
        (Lodge("decision", "x", attachments=(trader().person,)), "appeal.attachment"),
    ],
    ids=["no grounds", "nothing held", "no such", "no file"],
)
def test_what_cannot_be_lodged(command, rule):
    with pytest.raises(Invalid) as refused:
        lodged(seized(), command)
    assert refused.value.findings[0].rule == rule


def test_a_late_appeal_is_taken_with_its_reason_and_decided_on(monkeypatch):
    case = seized()
    monkeypatch.setattr(appealing, "term", lambda *_said: dt.timedelta(microseconds=1))
    with pytest.raises(Invalid) as refused:
        lodged(case)
    assert refused.value.findings[0].rule == "appeal.late"
    appeal = lodged(case, Lodge("decision", "x", late_reason="in hospital"))
    assert appeal.late
    with pytest.raises(Invalid):
        admitted(appeal, accepted=False)
    assert admitted(appeal, accepted=False, reason="no proof of it").status == "inadmissible"
    with pytest.raises(WrongState):
        answered(appeal)


def test_a_seizure_is_lifted_by_two_who_had_no_hand_in_it(session):
    case = seized()
    appeal = admitted(lodged(case))
    done = answered(appeal, reconsider=True)
    assert done.status == "upheld" and cases.again(case).status == "seized", "one alone takes nothing back"
    for who in (SECOND, supervisor()):
        with pytest.raises(Forbidden), db.transaction() as tx:
            approving.approve(tx, done.proposal, "agreed", by=who)
    with pytest.raises(DBAPIError, match="two persons"):
        session.execute(
            text("UPDATE declaration SET status = 'detained', version = version + 1 WHERE id = :id"), {"id": case.id}
        )
    session.rollback()
    with db.transaction() as tx:
        approving.approve(tx, done.proposal, "agreed", by=THIRD)
    assert cases.again(case).status == "detained"
    with db.reading() as reading:
        term = offences.running(reading, detaining.subject_of(reading, cases.again(case)))
        assert term is not None, "what is held again has a term"
    released = cases.decided(case, "release-with-correction")
    assert released.status in ("released", "assessed")


def test_a_hold_that_is_taken_back_brings_the_goods_before_an_officer():
    case = cases.decided(cases.yellow(), "hold")
    done = answered(admitted(lodged(case, Lodge("detention", "no reason was given"))), "uphold-partly", reconsider=True)
    with db.transaction() as session:
        approving.approve(session, done.proposal, "agreed", by=THIRD)
    assert cases.again(case).status == "selected"
    with db.reading() as session:
        assert [d.ended_how for d in offences.detentions(session, detaining.subject_of(session, case))] == ["appeal"]


def test_findings_are_told_to_nobody_before_something_is_decided():
    case = cases.inspected(cases.red(), "discrepancy")

    def told():
        with db.reading() as session:
            of = appealing.about(session, case.reference, by=trader())
            return {target.against for target in appealing.targets(session, of)}

    assert "findings" not in told()
    cases.decided(case, "refuse")
    assert {"findings", "decision"} <= told()


def test_what_cannot_be_taken_back_is_said_before_it_is_answered():
    case = cases.decided(cases.yellow(), "return")
    appeal = admitted(lodged(case))
    for outcome in ("uphold", "reject"):
        with pytest.raises(Invalid) as refused:
            answered(appeal, outcome, reconsider=True)
        assert refused.value.findings[0].rule == "appeal.reconsider"

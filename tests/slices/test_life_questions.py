"""An officer asks, the trader answers: in time, late, or it is withdrawn."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import db
from app.core.actors import Actor, Grant
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import queries
from app.declarations.commands import Answer, Ask, WithdrawQuery
from app.flows import asking, inspecting
from app.inspections.commands import Conclude
from app.registers import integrity, worklist
from tests.factories import cases, lives
from tests.factories.actors import PARTY, POST, auditor, inspector, officer, other_trader, person, supervisor, trader


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []
    untrue = session.execute(
        text(
            "SELECT reference FROM declaration d WHERE (status = 'queried') <> EXISTS (SELECT FROM declaration_query q "
            "WHERE (q.post, q.declaration_id) = (d.post, d.id) AND answered_at IS NULL AND withdrawn_at IS NULL)"
        )
    ).all()
    assert untrue == [], "queried is what has an open question, and nothing else"


@pytest.fixture
def yellow():
    return lives.lodged(lives.lane("yellow", lives.free(2)))


def answered(declaration, query, words="It is attached.", *, by=None, version=None):
    with db.transaction() as session:
        return asking.answer(session, Answer(declaration.reference, query.id, words, version), by=by or trader())


def withdrawn(declaration, query, reason="found it", *, by=None):
    with db.transaction() as session:
        return asking.withdraw(session, WithdrawQuery(declaration.reference, query.id, reason), by=by or officer())


def test_asked_and_answered(yellow):
    query = lives.question(yellow, item=2)
    assert cases.again(yellow).status == "queried"
    assert query.deadline == query.asked_at + dt.timedelta(days=3), "the parameter query-days"
    now, query = answered(yellow, query)
    assert now.status == "selected"
    assert (query.answer, query.answered_login, query.is_late) == ("It is attached.", "trader", False)
    with pytest.raises(WrongState) as refused:
        answered(yellow, query)
    assert refused.value.facts == {"state": "answered"}


def test_a_late_answer_is_taken_and_marked(yellow, monkeypatch):
    query = lives.question(yellow)
    monkeypatch.setattr("app.flows.asking.now", lambda _session: query.deadline + dt.timedelta(seconds=1))
    _now, query = answered(yellow, query)
    assert query.is_late
    with db.reading() as session:
        told = session.execute(
            text("SELECT after FROM journal_entry WHERE event = 'declaration.answered'")
        ).scalar_one()
    assert told["late"] is True and told["query"] == str(query.id)


def test_several_questions_and_the_last_answer_counts(yellow):
    first, second = lives.question(yellow), lives.question(yellow, "And the invoice?")
    assert answered(yellow, second)[0].status == "queried"
    assert withdrawn(yellow, first)[0].status == "selected"


def test_a_question_is_withdrawn_with_a_reason(yellow):
    query = lives.question(yellow)
    with pytest.raises(Invalid):
        withdrawn(yellow, query, " ")
    now, query = withdrawn(yellow, query, by=supervisor())
    assert now.status == "selected" and query.withdrawn_login == "supervisor" and not query.is_open
    with pytest.raises(WrongState):
        answered(yellow, query)


@pytest.mark.parametrize("decision", ["hold", "refuse", "seize", "return"])
def test_a_decision_makes_open_questions_idle(yellow, decision):
    lives.question(yellow)
    lives.question(yellow, "And this?")
    cases.decided(yellow, decision)
    with db.reading() as session:
        left = queries.questions(session, cases.again(yellow))
        assert [q.withdrawn_reason for q in left] == ["the papers agree"] * 2


def test_what_is_queried_is_not_released(yellow):
    lives.question(yellow)
    with pytest.raises(WrongState):
        cases.decided(yellow, "release")


def test_asked_while_the_goods_are_looked_at():
    red = lives.lodged(lives.lane("red", lives.free()))
    with db.transaction() as session:
        inspecting.add_finding(session, red.reference, cases.SEEN, None, by=inspector())
    assert cases.again(red).status == "under_control"
    query = lives.question(red)
    assert answered(red, query)[0].status == "selected"
    with db.transaction() as session:
        inspecting.conclude(session, red.reference, Conclude("conform", "seen"), None, by=inspector())


BAD = {
    "no text": ({"question": "  "}, "/question"),
    "too long": ({"question": "x" * 4001}, "/question"),
    "no such item": ({"question": "what?", "item": 3}, "/item"),
    "past": ({"question": "what?", "deadline": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "/deadline"),
    "far": ({"question": "what?", "deadline": dt.datetime(2190, 1, 1, tzinfo=dt.UTC)}, "/deadline"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_questions(yellow, case):
    words, pointer = BAD[case]
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        asking.ask(session, Ask(yellow.reference, **words), by=officer())
    assert [f.pointer for f in refused.value.findings] == [pointer]
    assert cases.again(yellow).status == "selected"


@pytest.mark.parametrize("words", ["", " \n", "x" * 4001])
def test_bad_answers(yellow, words):
    query = lives.question(yellow)
    with pytest.raises(Invalid):
        answered(yellow, query, words)
    assert cases.again(yellow).status == "queried"


def test_who_asks_and_who_answers(yellow):
    for nobody in (trader(), auditor(), inspector()):
        with pytest.raises(Forbidden), db.transaction() as session:
            asking.ask(session, Ask(yellow.reference, "what?"), by=nobody)
    for stranger in (other_trader(), officer("TJDUS")):
        with pytest.raises(NotFound), db.transaction() as session:
            asking.ask(session, Ask(yellow.reference, "what?"), by=stranger)
    query = lives.question(yellow)
    with pytest.raises(NotFound):
        answered(yellow, query, by=other_trader())
    for official in (officer(), supervisor()):
        with pytest.raises(Forbidden):
            answered(yellow, query, by=official)
    with pytest.raises(Forbidden):
        withdrawn(yellow, query, by=trader())
    with pytest.raises(ChangedMeanwhile):
        answered(yellow, query, version=1)
    other = lives.lodged(lives.lane("yellow", lives.free()))
    with pytest.raises(NotFound):
        answered(other, query)
    query.id = uuid4()
    with pytest.raises(NotFound):
        answered(yellow, query)


def test_a_trader_is_not_told_who_changed_what(yellow):
    query = lives.question(yellow)
    with pytest.raises(ChangedMeanwhile) as refused:
        answered(yellow, query, version=1)
    assert refused.value.facts == {"version": cases.again(yellow).version}
    with pytest.raises(ChangedMeanwhile) as refused, db.transaction() as session:
        asking.withdraw(session, WithdrawQuery(yellow.reference, query.id, "x", 1), by=officer())
    assert refused.value.facts["changed"]["by"] == "officer"


def test_nobody_answers_himself(yellow, session):
    """A person who is officer and trader at once asks and answers nothing alone; the database agrees."""
    query = lives.question(yellow)
    both = Actor(person("officer"), "officer.too", "Officer", (Grant("trader", "*", PARTY), Grant("officer", POST)))
    with pytest.raises(Forbidden):
        answered(yellow, query, by=both)
    with pytest.raises(IntegrityError, match="two_persons"), session.begin_nested():
        session.execute(
            text("UPDATE declaration_query SET answer = 'yes', answered_at = asked_at, answered_by = asked_by")
        )


def test_the_worklist_shows_the_deadline(yellow):
    query = lives.question(yellow)
    with db.reading() as session:
        lines = worklist.page(session, worklist.Wanted(status="queried"), by=officer()).lines
        assert [(line.reference, line.deadline) for line in lines] == [(yellow.reference, query.deadline)]
        assert worklist.counts(session, worklist.Wanted(), by=officer()).statuses == {"queried": 1}
    answered(yellow, query)
    with db.reading() as session:
        assert [line.deadline for line in worklist.page(session, worklist.Wanted(), by=officer()).lines] == [None]

"""Clean goods that wait before the system lets them go, and yellow goods that go on blue because nobody touches them."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.cli import worker
from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import WrongState
from app.declarations import queries as declared
from app.flows import approving, code_lists, deciding, inspecting, unattended
from app.reference import queries as codes
from app.registers import file, worklist
from app.risk import queries as risk
from app.risk.models import RiskWaitingRelease
from app.risk.operations import DefineProfile, define, set_random_share
from app.watchlists import operations as watchlists
from app.watchlists.commands import Seen, Subject
from app.watchlists.lifecycle import Kind, SubjectKind
from app.web.trader import plain
from tests.factories import actors, cases, declarations, watching
from tests.factories.actors import POST

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def fresh(session, monkeypatch):
    monkeypatch.setattr(codes, "_held", None)  # a row put in by hand changes no mark, and must be read and forgotten
    risk.forget()
    cases.no_chance()
    yield
    codes.forget()
    risk.forget()


def agreed(name, value):
    """Two persons set a parameter for the post."""
    sheet = f"code,en,valid_from,value,source\n{name}.{POST},Of this post,2026-01-01,{value},Order 12\n".encode()
    with db.transaction() as session:
        wish = code_lists.propose(session, "parameter", sheet, "Order 12", by=actors.administrator())
    with db.transaction() as session:
        approving.approve(session, wish.id, "", by=actors.supervisor())
    codes.forget()


def profile(expression, lane="yellow"):
    with db.transaction() as session:
        command = DefineProfile("test", expression, lane, {"en": "A test"}, {"en": "Look"}, "test")
        define(session, command, by=SYSTEM)


def later(session, span):
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + CAST(:span AS interval))::text, true)"),
                    {"span": span})  # fmt: skip


def due():
    with db.reading() as session:
        return unattended.due(session)


def idle():
    with db.reading() as session:
        return unattended.idle(session)


def let_go(case):
    with db.transaction() as session:
        return unattended.let_go(session, (case.post, case.id), by=SYSTEM)


def to_blue(case):
    with db.transaction() as session:
        return unattended.to_blue(session, (case.post, case.id), by=SYSTEM)


def outcome(case):
    with db.reading() as session:
        row = select(RiskWaitingRelease.outcome).where(RiskWaitingRelease.declaration_id == case.id)
        return session.execute(row).scalar_one()


def events(case):
    with db.reading() as session:
        return journal.history(session, case.post, "declaration", str(case.id))


def test_clean_goods_go_at_once_where_nothing_is_set():
    assert cases.lodged().status == "released"


def test_clean_goods_wait_and_go_once(session):
    agreed("green-delay-minutes", 30)
    case = cases.lodged()
    assert (case.lane, case.status) == ("green", "selected")
    assert due() == [] and let_go(case) is False, "not yet"
    with db.reading() as inner:
        until = db.now(inner) + dt.timedelta(minutes=30)
        (line,) = worklist.page(inner, worklist.Wanted(), by=actors.officer()).lines
        opened = file.of(inner, case.reference, by=actors.officer(), locale="en")
    assert line.until == opened.until and abs(line.until - until) < dt.timedelta(minutes=1)
    later(session, "31 minutes")
    assert due() == [(case.post, case.id)]
    assert let_go(case) is True
    assert (cases.again(case).status, outcome(case)) == ("released", "released")
    assert due() == [] and let_go(case) is False, "once"
    assert [e.event for e in events(case)].count("declaration.released") == 1


def test_the_trader_reads_the_same_as_of_what_is_looked_at():
    agreed("green-delay-minutes", 30)
    waiting, looked_at = cases.lodged(), cases.yellow()
    assert plain.told(waiting.status) == plain.told(looked_at.status)
    told = [[line.what for line in plain.happenings(events(case), None)] for case in (waiting, looked_at)]
    assert told[0] == told[1]


def test_what_the_rules_refuse_hinders_no_other(session, monkeypatch):
    agreed("green-delay-minutes", 30)
    stays, goes = cases.lodged(), cases.lodged()
    later(session, "31 minutes")

    def refusing(session, declaration, lane, at, *, by, act=deciding.let_go):
        if declaration.id == stays.id:
            raise WrongState()
        act(session, declaration, lane, at, by=by)

    monkeypatch.setattr(deciding, "let_go", refusing)
    worker.let_go()
    assert (cases.again(stays).status, cases.again(goes).status) == ("selected", "released")
    assert due() == [(stays.post, stays.id)]


def test_somebody_raises_it_meanwhile(session):
    agreed("green-delay-minutes", 30)
    case = cases.lodged()
    with db.transaction() as inner:
        deciding.change_lane(inner, case.reference, "red", "a word of the gate", None, by=actors.officer())
    later(session, "1 hour")
    assert let_go(case) is True
    assert (cases.again(case).lane, cases.again(case).status, outcome(case)) == ("red", "selected", "stopped")


def test_a_question_about_a_watch_list_stops_what_waits(session):
    agreed("green-delay-minutes", 30)
    case = cases.lodged()
    assert (case.lane, case.status) == ("green", "selected")
    with db.transaction() as inner:
        watching.listed(inner)
        watching.looked_for(inner, name="Ahmad Noori")
        seen = (Seen((Kind.PERSON,), "driver", "Ahmad Noori"),)
        at = db.now(inner)
        about = Subject(SubjectKind.DECLARATION, case.post, case.id)
        watchlists.look(inner, about, seen, at, day=at.date(), by=SYSTEM)
    later(session, "31 minutes")
    assert let_go(case) is True
    assert (cases.again(case).status, cases.again(case).lane, outcome(case)) == ("selected", "yellow", "stopped")


def test_what_was_dismissed_and_then_confirmed_stops_what_waits(session):
    agreed("green-delay-minutes", 30)
    case = cases.lodged()
    with db.transaction() as inner:
        watching.listed(inner)
        watching.looked_for(inner, name="Ahmad Noori")
        seen = (Seen((Kind.PERSON,), "driver", "Ahmad Noori"),)
        at = db.now(inner)
        about = Subject(SubjectKind.DECLARATION, case.post, case.id)
        (asked,) = watchlists.look(inner, about, seen, at, day=at.date(), by=SYSTEM).matches
    with db.transaction() as inner:
        watchlists.dismiss(inner, asked, "another of the name", by=actors.analyst())
    with db.transaction() as inner:
        watchlists.confirm(inner, asked, "it is he after all", by=actors.analyst())
    later(session, "31 minutes")
    assert let_go(case) is True
    assert (cases.again(case).status, cases.again(case).lane, outcome(case)) == ("selected", "yellow", "stopped")


def test_an_officer_may_release_what_waits(session):
    agreed("green-delay-minutes", 30)
    case = cases.decided(cases.lodged())
    assert case.status == "released"
    later(session, "1 hour")
    assert let_go(case) and outcome(case) == "stopped" and cases.again(case).status == "released"


def test_yellow_goes_on_blue_when_nobody_touches_it(session):
    agreed("yellow-to-blue-days", 3)
    profile("true")
    case = cases.lodged()
    assert idle() == [] and to_blue(case) is False
    later(session, "73 hours")
    assert idle() == [(case.post, case.id)]
    assert to_blue(case) is True
    now = cases.again(case)
    assert (now.lane, now.status) == ("blue", "released")
    routed = next(e for e in events(case) if e.event == "declaration.rerouted")
    assert (routed.role, routed.reason) == ("system", f"yellow-to-blue-days.{POST} = 3 since 2026-01-01")


def test_nothing_of_it_without_the_parameter_of_two(session):
    profile("true")
    case = cases.lodged()
    later(session, "4000 days")
    assert idle() == [] and to_blue(case) is False


def looked_at(case):
    with db.transaction() as session:
        inspecting.add_finding(session, case.reference, cases.SEEN, None, by=actors.inspector())


def raised(case):
    with db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "a word of the gate", None, by=actors.officer())


@pytest.mark.parametrize("deed", [looked_at, raised], ids=lambda deed: deed.__name__)
def test_what_somebody_has_begun_stays(session, deed):
    agreed("yellow-to-blue-days", 3)
    profile("true")
    case = cases.lodged()
    deed(case)
    later(session, "30 days")
    assert to_blue(case) is False


def test_what_a_person_or_chance_chose_stays(session):
    agreed("yellow-to-blue-days", 3)
    agreed("green-delay-minutes", 99)
    by_hand = cases.lodged()
    with db.transaction() as inner:
        deciding.change_lane(inner, by_hand.reference, "yellow", "a word of the gate", None, by=actors.officer())
        set_random_share(inner, "*", "100", "yellow", by=SYSTEM)
    by_chance, red = cases.lodged(), cases.red()
    later(session, "30 days")
    assert not any(to_blue(case) for case in (by_hand, by_chance, red))


def test_what_lacks_a_paper_stays(session):
    agreed("yellow-to-blue-days", 3)
    case = cases.lodged(declarations.uncertified())
    with db.reading() as inner:
        assert deciding.blocks(inner, declared.find(inner, case.reference, by=actors.officer()))
    later(session, "30 days")
    assert to_blue(case) is False


@pytest.mark.parametrize(
    ("given", "span", "lane"),
    [(None, "30 days", "blue"), (3, "71 hours", "blue"), (3, "30 days", "green"), (0, "30 days", "blue")],
)
def test_no_hand_lowers_a_lane_in_the_table(session, given, span, lane):
    if given is not None:
        agreed("yellow-to-blue-days", given)
    profile("true")
    case = cases.lodged()
    later(session, span)
    with pytest.raises(DBAPIError, match="lowered by two"), session.begin_nested():
        session.execute(text("UPDATE declaration SET lane = :lane WHERE id = :id"), {"lane": lane, "id": case.id})


def test_a_parameter_of_one_hand_lowers_none(session):
    with db.transaction() as inner:
        inner.execute(
            text(
                "INSERT INTO code (list, code, valid_from, names, attributes, words, source, verified, local) VALUES "
                "('parameter', 'yellow-to-blue-days.TJPPJ', '2026-01-01', '{\"en\": \"x\"}', '{\"value\": \"3\"}', '', '', false, true)"
            )
        )
    codes.forget()
    profile("true")
    case = cases.lodged()
    later(session, "30 days")
    assert idle() == [] and to_blue(case) is False
    with pytest.raises(DBAPIError, match="lowered by two"), session.begin_nested():
        session.execute(text("UPDATE declaration SET lane = 'blue' WHERE id = :id"), {"id": case.id})


def test_those_that_stay_do_not_stand_in_the_way_of_the_others(session, monkeypatch):
    monkeypatch.setattr(unattended, "BATCH", 1)
    agreed("yellow-to-blue-days", 3)
    profile("true")
    stays, goes = cases.lodged(declarations.uncertified()), cases.lodged()
    later(session, "73 hours")
    worker.to_blue()
    assert (cases.again(stays).lane, cases.again(goes).lane) == ("yellow", "blue")

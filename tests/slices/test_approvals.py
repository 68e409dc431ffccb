"""Second persons: a person, not an account; the verb says so, the table says so, and a trigger says so."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.approvals import operations as approvals
from app.approvals import queries
from app.core import db, journal
from app.core.errors import Forbidden, FreshSignInNeeded, Invalid, NotFound, WrongState
from app.flows import approving, deciding
from tests.factories import cases
from tests.factories.actors import administrator, auditor, inspector, liaison, officer, other_trader, supervisor, trader


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def propose(case, lane="yellow", *, by=None):
    with db.transaction() as session:
        made = deciding.change_lane(session, case.reference, lane, "a known firm", None, by=by or supervisor())[1]
    assert made is not None
    return made


def approve(proposal, *, by):
    with db.transaction() as session:
        return approving.approve(session, proposal.id, "agreed", by=by)


def reject(proposal, *, by, reason="no"):
    with db.transaction() as session:
        return approving.reject(session, proposal.id, reason, by=by)


SECOND = supervisor(login="supervisor2")


def test_raising_a_lane_takes_one_person():
    case = cases.yellow()
    with db.transaction() as session:
        raised, proposal = deciding.change_lane(
            session, case.reference, "red", "the driver is nervous", None, by=officer()
        )
    assert proposal is None and raised.lane == "red"
    with pytest.raises(WrongState, match="inspected"):
        cases.decided(case)
    assert cases.decided(cases.inspected(case)).status == "released"


def test_lowering_a_lane_takes_two():
    case = cases.red()
    proposal = propose(case, by=officer())
    assert cases.again(case).lane == "red", "nothing is lower until the second has agreed"
    done, lowered = approve(proposal, by=supervisor())
    assert (done.status, lowered.lane, lowered.status) == ("approved", "yellow", "selected")
    assert cases.decided(case).status == "released"


@pytest.mark.parametrize("lane", ["green", "blue"])
def test_lowered_to_green_or_blue_it_is_released_by_the_system(lane):
    case = cases.red()
    _done, lowered = approve(propose(case, lane), by=SECOND)
    assert (lowered.lane, lowered.status) == (lane, "released")
    with db.reading() as session:
        entries = journal.history(session, case.post, "declaration", str(case.id))
        waiting = session.execute(
            text("SELECT count(*) FROM inspection WHERE declaration_id = :id AND status IN ('ordered', 'started')"),
            {"id": case.id},
        ).scalar_one()
    assert [(e.event, e.login) for e in entries[-2:]] == [
        ("declaration.rerouted", "supervisor2"),
        ("declaration.released", "system"),
    ]
    assert waiting == 0


def test_nobody_approves_his_own():
    proposal = propose(cases.red())
    with pytest.raises(Forbidden, match="Another person"):
        approve(proposal, by=supervisor())
    assert approve(proposal, by=SECOND)[0].status == "approved"


def test_two_accounts_of_one_person_are_one_person():
    proposal = propose(cases.red())
    second_account = replace(supervisor(), login="supervisor.private")
    with pytest.raises(Forbidden, match="Another person"):
        approve(proposal, by=second_account)
    with pytest.raises(Forbidden, match="Another person"):
        reject(proposal, by=second_account)


def test_two_accounts_of_one_person_are_one_person_to_the_table(session):
    proposal = propose(cases.red())
    with pytest.raises(DBAPIError, match="two_persons"), session.begin_nested():
        session.execute(
            text(
                "UPDATE proposal SET status = 'approved', decided_by = proposed_by, decided_login = 'another', "
                "decided_at = guzar_now() WHERE id = :id"
            ),
            {"id": proposal.id},
        )
    with pytest.raises(DBAPIError, match="decided_by_somebody"), session.begin_nested():
        session.execute(
            text("UPDATE proposal SET status = 'approved', decided_at = guzar_now() WHERE id = :id"),
            {"id": proposal.id},
        )
    with pytest.raises(DBAPIError, match="status_known"), session.begin_nested():
        session.execute(text("UPDATE proposal SET status = 'granted' WHERE id = :id"), {"id": proposal.id})


@pytest.mark.parametrize("lane", ["'yellow'", "'green'", "'blue'", "NULL"])
def test_a_lane_is_not_lowered_by_sql(session, lane):
    """As the application's own role, by hand: the trigger asks for the second person."""
    case = cases.red()
    with pytest.raises(DBAPIError, match="two persons"), session.begin_nested():
        session.execute(text(f"UPDATE declaration SET lane = {lane} WHERE id = :id"), {"id": case.id})


def test_an_approval_is_good_for_one_lowering(session):
    case = cases.red()
    approve(propose(case), by=SECOND)
    with db.transaction() as inner:
        deciding.change_lane(inner, case.reference, "red", "on second thoughts", None, by=officer())
    with pytest.raises(DBAPIError, match="two persons"), session.begin_nested():
        session.execute(text("UPDATE declaration SET lane = 'yellow' WHERE id = :id"), {"id": case.id})


def test_a_lane_is_raised_by_sql_without_ado(session):
    case = cases.yellow()
    with session.begin_nested():
        session.execute(text("UPDATE declaration SET lane = 'red' WHERE id = :id"), {"id": case.id})


@pytest.mark.parametrize(
    "who",
    [officer("TJDUS"), supervisor("TJDUS"), inspector(), liaison(), administrator(), trader(), other_trader()],
    ids=lambda a: f"{a.login}@{a.grants[0].post}",
)
def test_who_does_not_see_a_proposal(who):
    proposal = propose(cases.red())
    for act in (approve, reject):
        with pytest.raises(NotFound):
            act(proposal, by=who)
    with db.reading() as session:
        with pytest.raises(NotFound):
            approvals.visible(session, proposal.id, by=who, roles=queries.SEEING)
        assert proposal.id not in [p.id for p in queries.waiting(session, by=who, roles=queries.SEEING)]


@pytest.mark.parametrize("who", [officer(), auditor()], ids=lambda a: a.login)
def test_who_sees_a_proposal_and_may_not_settle_it(who):
    proposal = propose(cases.red())
    for act in (approve, reject):
        with pytest.raises(Forbidden):
            act(proposal, by=who)
    with db.reading() as session:
        assert proposal.id in [p.id for p in queries.waiting(session, by=who, roles=queries.SEEING)]


def test_what_is_asked_for_is_found_behind_any_number_of_others():
    others = [propose(cases.red()) for _ in range(2)]
    wanted = propose(cases.red())
    with db.reading() as session:
        assert wanted.id not in [p.id for p in approving.waiting(session, by=SECOND, limit=2)]
        assert [p.id for p in approving.waiting(session, by=SECOND, limit=2, subject=wanted.subject)] == [wanted.id]
        assert approving.waiting(session, by=SECOND, only=("risk.profile",)) == []
        assert others[0].id in [p.id for p in approving.waiting(session, by=SECOND, only=(wanted.kind,))]


def test_what_is_not_there_looks_the_same():
    for act in (approving.approve, approving.reject):
        with pytest.raises(NotFound), db.transaction() as session:
            act(session, uuid4(), "x", by=supervisor())


def test_one_proposal_waits_at_a_time():
    case = cases.red()
    propose(case, by=officer())
    with pytest.raises(WrongState, match="already waits"):
        propose(case)


def test_a_rejected_proposal_changes_nothing_and_makes_room():
    case = cases.red()
    proposal = propose(case)
    with pytest.raises(Invalid) as refused:
        reject(proposal, by=SECOND, reason="  ")
    assert refused.value.findings[0].pointer == "/reason"
    assert reject(proposal, by=SECOND).status == "rejected"
    assert cases.again(case).lane == "red"
    with pytest.raises(WrongState, match="already settled"):
        approve(proposal, by=SECOND)
    assert approve(propose(case), by=SECOND)[0].status == "approved"


def test_a_decision_overtakes_what_waits():
    case = cases.inspected(cases.red())
    proposal = propose(case)
    cases.decided(case, "seize")
    with pytest.raises(WrongState, match="overtaken"):
        approve(proposal, by=SECOND)
    with db.reading() as session:
        entries = journal.history(session, case.post, "proposal", str(proposal.id))
    assert [e.event for e in entries] == ["proposal.made", "proposal.overtaken"]


def test_holding_overtakes_nothing():
    case = cases.red()
    proposal = propose(case)
    cases.decided(case, "hold")
    with pytest.raises(WrongState, match="changed after the proposal"):
        approve(proposal, by=SECOND)
    assert reject(proposal, by=SECOND).status == "rejected"


def test_what_changed_after_the_proposal_must_be_proposed_again():
    case = cases.red()
    proposal = propose(case)
    cases.inspected(case)
    with pytest.raises(WrongState, match="changed after the proposal"):
        approve(proposal, by=SECOND)
    assert cases.again(case).lane == "red"


@pytest.mark.parametrize(
    ("lane", "reason", "rule"),
    [
        ("purple", "x", "lane.unknown"),
        ("", "x", "lane.unknown"),
        ("red", "x", "lane.same"),
        ("yellow", " ", "lane.reason"),
    ],
)
def test_what_a_lane_needs(lane, reason, rule):
    case = cases.red()
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        deciding.change_lane(session, case.reference, lane, reason, None, by=supervisor())
    assert [f.rule for f in refused.value.findings] == [rule]


def test_a_lane_is_not_changed_once_it_is_decided():
    case = cases.released()
    with pytest.raises(WrongState), db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "too late", None, by=supervisor())


def test_settling_needs_a_fresh_sign_in():
    proposal = propose(cases.red())
    with pytest.raises(FreshSignInNeeded):
        approve(proposal, by=replace(SECOND, fresh=False))

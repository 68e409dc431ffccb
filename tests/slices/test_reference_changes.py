"""Code lists changed by two persons: compared, proposed, approved by another one; in force only then, and kept for good."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.accounts.queries import actor_of_login
from app.approvals.models import Proposal
from app.core import canonical, db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, FreshSignInNeeded, Invalid, NotFound, TooLarge, WrongState
from app.core.journal import JournalEntry
from app.declarations.rules import RULES
from app.flows import approving, code_lists, deciding
from app.reference import difference, operations, queries
from tests.factories import accounts, cases
from tests.factories.actors import administrator, auditor, inspector, liaison, officer, supervisor, trader

FIRST, SECOND = administrator(), administrator(login="administrator2")
DAY = dt.date(2026, 11, 23)
CHANGED = b"code,valid_from,value,source,verified\ndraft-days,2000-01-01,90,Order 12,true\n"
NEXT = b"code,valid_from,value,source\ndraft-days,2199-01-01,30,Order 13\n"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def value(day=DAY, code="draft-days"):
    queries.forget()
    with db.reading() as session:
        return queries.codebook(session).find("parameter", code, day).attributes["value"]


def propose(data=CHANGED, *, list_name="parameter", by=FIRST, reason="Order 12"):
    with db.transaction() as session:
        return code_lists.propose(session, list_name, data, reason, by=by)


def approve(proposal, *, by=SECOND, reason=""):
    with db.transaction() as session:
        return approving.approve(session, proposal.id, reason, by=by)


def reject(proposal, *, by=SECOND, reason="no"):
    with db.transaction() as session:
        return approving.reject(session, proposal.id, reason, by=by)


def entries_of(session, event):
    return session.query(JournalEntry).filter_by(event=event).order_by(JournalEntry.number).all()


def test_nothing_changes_before_a_second_person_approves(session):
    before = value()
    proposal = propose()
    assert (proposal.kind, proposal.post, proposal.reference) == ("codes.update", "TJPPJ", "CODES-PARAMETER")
    assert value() == before == "60"
    done = approve(proposal)
    assert (done.proposal.status, done.declaration) == ("approved", None)
    assert value() == "90"


@pytest.mark.parametrize("by", [SECOND, supervisor()], ids=lambda a: a.login)
def test_who_may_be_the_second_person(session, by):
    assert approve(propose(), by=by).proposal.status == "approved"


@pytest.mark.parametrize("name", ["yellow-to-blue-days", "green-delay-minutes", "watch-name-score", "score-inspections"])
def test_two_administrators_do_not_change_what_weighs_who_is_stopped(session, name):
    rows = f"code,valid_from,value,source\n{name},2026-01-01,3,Order 12\n".encode()
    proposal = propose(rows)
    before = value(code=name)
    with pytest.raises(Forbidden):
        approve(proposal)
    assert value(code=name) == before != "3"
    assert approve(proposal, by=supervisor()).proposal.status == "approved"
    assert value(code=name) == "3"


def test_the_same_human_being_is_no_second_person_under_whatever_account(session):
    with db.transaction() as inner:
        accounts.account(inner, "administrator", "*", login="first.account")
        accounts.account(inner, "supervisor", login="other.account", same_person_as="first.account")
        first, other = actor_of_login(inner, "first.account"), actor_of_login(inner, "other.account")
    proposal = propose(by=first)
    for who in (first, other):
        with pytest.raises(Forbidden, match="You proposed this yourself"):
            approve(proposal, by=who)
        with pytest.raises(Forbidden):
            reject(proposal, by=who)
    assert value() == "60"


@pytest.mark.parametrize("who", [officer(), auditor()], ids=lambda a: a.login)
def test_who_sees_it_and_may_not_settle_it(session, who):
    proposal = propose()
    for act in (approve, reject):
        with pytest.raises(Forbidden):
            act(proposal, by=who)
    with db.reading() as inner:
        assert proposal.id in [p.id for p in approving.waiting(inner, by=who)]
        assert approving.visible(inner, proposal.id, by=who).id == proposal.id


@pytest.mark.parametrize(
    "who",
    [trader(), inspector(), liaison(), officer("TJDUS"), supervisor("TJDUS")],
    ids=lambda a: f"{a.login}@{a.grants[0].post}",
)
def test_who_is_told_nothing(session, who):
    proposal = propose()
    for act in (approve, reject):
        with pytest.raises(NotFound):
            act(proposal, by=who)
    with db.reading() as inner:
        assert approving.waiting(inner, by=who) == []
        with pytest.raises(NotFound):
            approving.visible(inner, proposal.id, by=who)


def test_an_administrator_sees_the_changes_of_lists_and_no_other_proposal(session):
    cases.no_chance()
    case = cases.red()
    with db.transaction() as inner:
        lane = deciding.change_lane(inner, case.reference, "yellow", "known", None, by=officer())[1]
    mine = propose()
    with db.reading() as inner:
        assert [p.id for p in approving.waiting(inner, by=SECOND)] == [mine.id]
        assert {p.id for p in approving.waiting(inner, by=supervisor())} == {mine.id, lane.id}
        with pytest.raises(NotFound):
            approving.visible(inner, lane.id, by=SECOND)
    for act in (approve, reject):
        with pytest.raises(NotFound):
            act(lane, by=SECOND)


@pytest.mark.parametrize("who", [supervisor(), officer(), auditor(), trader()], ids=lambda a: a.login)
def test_only_an_administrator_proposes(session, who):
    with pytest.raises(Forbidden):
        propose(by=who)
    with pytest.raises(Forbidden), db.reading() as inner:
        code_lists.compare(inner, "parameter", CHANGED, by=who)


def test_a_token_without_the_scope_and_a_stale_sign_in_do_not_settle(session):
    with pytest.raises(Forbidden):
        propose(by=replace(FIRST, scopes=frozenset({"read"})))
    proposal = propose()
    with pytest.raises(Forbidden):
        approve(proposal, by=replace(SECOND, scopes=frozenset({"read", "write"})))
    with pytest.raises(FreshSignInNeeded):
        approve(proposal, by=replace(SECOND, fresh=False))
    assert value() == "60"


def test_a_rejected_change_changes_nothing_and_makes_room(session):
    proposal = propose()
    with pytest.raises(WrongState, match="already waits"):
        propose()
    with pytest.raises(Invalid):
        reject(proposal, reason=" ")
    assert reject(proposal).status == "rejected"
    assert value() == "60"
    with pytest.raises(WrongState, match="already settled"):
        approve(proposal)
    assert propose().id != proposal.id


def test_a_change_of_the_future_waits_for_its_day(session):
    approve(propose(NEXT))
    assert (value(), value(dt.date(2199, 1, 1))) == ("60", "30")


def test_what_was_approved_outlives_releases(session):
    approve(propose())
    with db.transaction() as inner:
        inner.execute(text("UPDATE reference_revision SET digest = ''"))
        operations.load(inner, by=SYSTEM)
    assert value() == "90"


def test_a_list_that_was_changed_meanwhile_is_not_written_over(session):
    proposal = propose()
    with db.transaction() as inner:
        inner.execute(
            text("UPDATE code SET attributes = '{\"value\": \"45\"}' WHERE list = 'parameter' AND code = 'draft-days'")
        )
        inner.execute(text("UPDATE reference_revision SET mark = gen_random_uuid()"))
    with pytest.raises(WrongState, match="draft-days was changed"):
        approve(proposal)
    assert value() == "45"
    assert reject(proposal).status == "rejected"


def test_the_journal_keeps_reason_and_digest_and_the_proposal_the_rows(session):
    proposal = propose()
    approve(proposal, reason="seen")
    with db.reading() as inner:
        (made,), (settled,), (changed,) = (
            entries_of(inner, event) for event in ("proposal.made", "proposal.approved", "codes.updated")
        )
        kept = inner.get(Proposal, (proposal.post, proposal.id)).payload
    digest = canonical.digest(kept)
    assert made.after["digest"] == changed.after["digest"] == digest
    assert "rows" not in made.after and made.after["changed"] == 1
    assert (made.reason, changed.reason, settled.reason) == ("Order 12", "Order 12", "seen")
    assert (made.login, changed.login, changed.role) == ("administrator", "administrator2", "administrator")
    assert kept["rows"][0]["was"]["attributes"] == {"value": "60"}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001, "a\x00b"])
def test_a_reason_is_needed_and_kept_as_it_can_be(session, reason):
    with pytest.raises(Invalid) as refused:
        propose(reason=reason)
    assert refused.value.findings[0].pointer == "/reason"


def test_a_file_that_changes_nothing_is_not_proposed(session):
    with pytest.raises(Invalid) as refused:
        propose(b"code,valid_from,value\ndraft-days,2000-01-01,60\n")
    assert refused.value.findings[0].rule == "codes.nothing"


def test_an_unknown_list_is_not_there(session):
    with pytest.raises(NotFound, match="no list"):
        propose(list_name="planets")


def test_one_proposal_is_bounded(session, monkeypatch):
    monkeypatch.setattr(code_lists, "MOST_CHANGES", 1)
    two = CHANGED + b"query-days,2000-01-01,5,Order 12,true\n"
    with pytest.raises(TooLarge, match="changes 2 rows"):
        propose(two)
    monkeypatch.setattr(code_lists, "MOST_CHANGES", difference.MOST_CHANGES)
    monkeypatch.setattr(code_lists, "MOST_BYTES", 100)
    with pytest.raises(TooLarge):
        propose(CHANGED)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("mass.net-above-gross", []),
        ("tir.unsealed", []),
        ("no.such-rule", ["codes.rule"]),
        ("tir.carnet-missing", ["codes.rule"]),
    ],
)
def test_only_rules_there_are_can_be_switched(session, rule, found):
    data = f"code,en,valid_from,source,severity\n{rule},Switch,2027-01-01,Order 14,warning\n".encode()
    if not found:
        assert propose(data, list_name="rule_severity").status == "waiting"
        return
    with pytest.raises(Invalid) as refused:
        propose(data, list_name="rule_severity")
    assert [f.rule for f in refused.value.findings] == found


def test_a_rule_that_guards_storage_cannot_be_switched(session):
    fixed = next(rule.id for rule in RULES.values() if rule.fixed)
    data = f"code,en,valid_from,source,severity\n{fixed},Switch,2027-01-01,Order 14,off\n".encode()
    with pytest.raises(Invalid) as refused:
        propose(data, list_name="rule_severity")
    assert [f.rule for f in refused.value.findings] == ["codes.rule"]


def test_the_tariff_reads_its_rows_before_they_are_proposed(session):
    header = b"code,en,valid_from,source,administration,tax,kind,percent,amount,currency,unit\n"
    with pytest.raises(Invalid) as refused:
        propose(header + b"TJ.x,X,2027-01-01,Order 15,TJ,duty,specific,,2.5,EUR,\n", list_name="tax_rate")
    (finding,) = refused.value.findings
    assert (finding.pointer, finding.rule) == ("/lines/2/row", "tariff.row")
    good = propose(header + b"TJ.x,X,2027-01-01,Order 15,TJ,duty,specific,,2.5,EUR,LTR\n", list_name="tax_rate")
    assert approve(good, by=supervisor()).proposal.status == "approved"
    queries.forget()
    with db.reading() as inner:
        entry = queries.codebook(inner).find("tax_rate", "TJ.x", dt.date(2027, 1, 1))
    assert entry.attributes["amount"] == "2.5"


def test_of_two_who_propose_at_once_one_is_told_of_the_other(own_database):
    outcomes: list[str] = []

    def act(login):
        try:
            outcomes.append(propose(by=administrator(login=login)).status)
        except WrongState as refusal:
            outcomes.append(str(refusal))

    threads = [threading.Thread(target=act, args=(f"a{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("waiting") == 1
    assert sum("already waits" in said for said in outcomes) == 3


def test_of_two_who_approve_at_once_one_does(own_database):
    proposal = propose()
    outcomes: list[str] = []

    def act(login):
        try:
            outcomes.append(approve(proposal, by=supervisor(login=login)).proposal.status)
        except WrongState as refusal:
            outcomes.append(str(refusal))

    threads = [threading.Thread(target=act, args=(f"s{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("approved") == 1
    assert sum("already settled" in said for said in outcomes) == 3
    assert value() == "90"


def test_what_is_not_there_is_not_approved(session):
    for act in (approving.approve, approving.reject):
        with pytest.raises(NotFound), db.transaction() as inner:
            act(inner, uuid4(), "x", by=SECOND)

"""Two officers at once: exactly one decides, and the other is told who was before him and what he did."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.core import db, journal
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Forbidden, FreshSignInNeeded, Invalid, NotFound, Refusal, WrongState
from app.declarations import queries
from app.declarations.commands import Decide
from app.declarations.models import Declaration
from app.flows import approving, deciding
from tests.factories import cases
from tests.factories.actors import auditor, inspector, officer, other_trader, supervisor, trader

OFFICERS = [officer(login=f"officer{n}") for n in range(4)]
DECISIONS = ["release", "hold", "refuse", "seize"]


@pytest.mark.parametrize("rounds", [25, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.parametrize("seen", [True, False], ids=["with the version on the screen", "by command, without a version"])
def test_exactly_one_of_four_decides(own_database, rounds, seen):
    cases.no_chance()
    barrier = threading.Barrier(4)

    def decide(by: Actor, case: Declaration, decision: str) -> tuple[str, str, Refusal | None]:
        barrier.wait(30)
        try:
            with db.transaction() as session:
                command = Decide(
                    case.reference, decision, f"{by.login} says so", version=case.version if seen else None
                )
                deciding.decide(session, command, by=by)
        except (ChangedMeanwhile, WrongState) as refusal:
            return by.login, decision, refusal
        return by.login, decision, None

    winners: Counter[str] = Counter()
    with ThreadPoolExecutor(4) as pool:
        for n in range(rounds):
            case = cases.yellow()
            decisions = [DECISIONS[(n + k) % 4] for k in range(4)] if seen else ["release", "refuse", "seize", "release-with-correction"]
            told = list(pool.map(decide, OFFICERS, [case] * 4, decisions))
            won = [(login, decision) for login, decision, refusal in told if refusal is None]
            assert len(won) == 1, told
            winners[won[0][0]] += 1
            assert_recorded_once(case, *won[0])
            for _login, _decision, refusal in told:
                if refusal is None:
                    continue
                if seen:
                    assert isinstance(refusal, ChangedMeanwhile)
                    assert refusal.facts["changed"]["by"] == won[0][0] and won[0][0] in str(refusal)
                    assert refusal.facts["changed"]["after"]["decision"] == won[0][1]
                else:
                    assert isinstance(refusal, WrongState)
                    assert refusal.facts["state"] == cases.again(case).status
    with db.reading() as session:
        assert journal.verify(session, "TJPPJ")[1] == []
    assert len(winners) > 1, "they really were at it together"


def assert_recorded_once(case: Declaration, login: str, decision: str) -> None:
    with db.reading() as session:
        kept = queries.decisions(session, case)
        entries = journal.history(session, case.post, "declaration", str(case.id))
        told = session.execute(
            text("SELECT count(*) FROM outbox WHERE subject = :id"), {"id": str(case.id)}
        ).scalar_one()
    assert [(d.login, d.decision) for d in kept] == [(login, decision)]
    assert len(entries) == told == 3 and entries[-1].after["decision"] == decision
    assert entries[-1].before == {"status": "selected"}


def test_a_lane_and_a_decision_at_once(own_database):
    """One raises the lane while another releases: whoever is second is told, and red goods never go unseen."""
    cases.no_chance()
    barrier = threading.Barrier(2)

    def race(act: Callable[[Declaration], object], case: Declaration) -> str:
        barrier.wait(30)
        try:
            act(case)
        except Refusal as refusal:
            return refusal.code
        return "done"

    def release(case: Declaration) -> None:
        with db.transaction() as session:
            deciding.decide(session, Decide(case.reference, "release", "fine", version=case.version), by=OFFICERS[0])

    def stop(case: Declaration) -> None:
        with db.transaction() as session:
            deciding.change_lane(session, case.reference, "red", "a hint", case.version, by=OFFICERS[1])

    with ThreadPoolExecutor(2) as pool:
        for _round in range(20):
            case = cases.yellow()
            said = list(pool.map(race, [release, stop], [case, case]))
            assert sorted(said) == ["changed-meanwhile", "done"], said
            now = cases.again(case)
            assert (now.lane, now.status) in {("yellow", "released"), ("red", "selected")}


def test_two_second_persons_approve_once(own_database):
    cases.no_chance()
    barrier = threading.Barrier(2)
    seconds = [supervisor(login="supervisor2"), supervisor(login="supervisor3")]

    def approve(by: Actor, proposal: object) -> str:
        barrier.wait(30)
        try:
            with db.transaction() as session:
                approving.approve(session, proposal, "agreed", by=by)  # type: ignore[arg-type]
        except WrongState as refusal:
            return str(refusal)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        for _round in range(10):
            case = cases.red()
            with db.transaction() as session:
                proposal = deciding.change_lane(session, case.reference, "green", "known", None, by=supervisor())[1]
            assert proposal is not None
            said = sorted(pool.map(approve, seconds, [proposal.id] * 2))
            assert said == ["This proposal is already settled: approved.", "done"]
            with db.reading() as session:
                events = [e.event for e in journal.history(session, case.post, "declaration", str(case.id))]
            assert events.count("declaration.released") == 1


@pytest.fixture
def no_chance(session):
    cases.no_chance()


@pytest.mark.usefixtures("no_chance")
class TestOneOfficer:
    def decide(self, case, decision="release", reason="because", *, version=None, by=None):
        with db.transaction() as session:
            return deciding.decide(
                session, Decide(case.reference, decision, reason, version=version), by=by or officer()
            )

    def test_an_old_version_is_told_who_changed_what(self):
        case = cases.yellow()
        self.decide(case, "hold", version=case.version, by=officer(login="officer2"))
        with pytest.raises(ChangedMeanwhile) as refused:
            self.decide(case, version=case.version)
        changed = refused.value.facts["changed"]
        assert changed["by"] == "officer2" and changed["event"] == "declaration.detained"
        assert changed["after"]["status"] == "detained"
        assert "officer2" in str(refused.value) and "Look at it again" in str(refused.value)
        assert self.decide(case, version=refused.value.facts["version"]).status == "released"

    @pytest.mark.parametrize("version", [0, 99])
    def test_a_version_that_never_was(self, version):
        with pytest.raises(ChangedMeanwhile):
            self.decide(cases.yellow(), version=version)

    def test_hold_then_release(self):
        case = self.decide(cases.yellow(), "hold")
        assert case.status == "detained"
        with pytest.raises(WrongState):
            self.decide(case, "hold")
        assert self.decide(case, "release").status == "released"

    @pytest.mark.parametrize(
        ("decision", "status", "event"),
        [
            ("release", "released", "released"),
            ("release-with-correction", "released", "released"),
            ("hold", "detained", "detained"),
            ("refuse", "refused", "refused"),
            ("seize", "seized", "seized"),
            ("return", "returned", "returned"),
        ],
    )
    def test_every_decision(self, decision, status, event):
        case = self.decide(cases.yellow(), decision, "a reason")
        assert case.status == status
        with db.reading() as session:
            last = journal.history(session, case.post, "declaration", str(case.id))[-1]
            kept = queries.decisions(session, case)[-1]
        assert (last.event, last.reason, last.role) == (f"declaration.{event}", "a reason", "officer")
        assert (kept.decision, kept.reason, kept.person) == (decision, "a reason", officer().person)
        if decision == "hold":
            return
        for again in ("release", "hold", "seize"):
            with pytest.raises(WrongState):
                self.decide(case, again)

    @pytest.mark.parametrize("reason", ["", " ", "\n\t"])
    @pytest.mark.parametrize("decision", ["release", "hold", "refuse", "seize", "return"])
    def test_a_reason_is_required(self, decision, reason):
        with pytest.raises(Invalid) as refused:
            self.decide(cases.yellow(), decision, reason)
        assert [f.rule for f in refused.value.findings] == ["decision.reason"]

    @pytest.mark.parametrize("decision", ["lodge", "select", "start-control", "", "Release", "burn"])
    def test_only_decisions_are_decisions(self, decision):
        """Moves of the system are not open to officers by another name."""
        with pytest.raises(Invalid) as refused:
            self.decide(cases.yellow(), decision)
        assert [f.pointer for f in refused.value.findings] == ["/decision"]

    @pytest.mark.parametrize("by", [trader(), inspector(), auditor()], ids=lambda a: a.login)
    def test_who_sees_it_and_may_not_decide(self, by):
        with pytest.raises(Forbidden):
            self.decide(cases.yellow(), by=by)

    @pytest.mark.parametrize("by", [other_trader(), officer("TJDUS"), supervisor("TJTEM")], ids=lambda a: a.login)
    def test_who_does_not_see_it(self, by):
        with pytest.raises(NotFound):
            self.decide(cases.yellow(), by=by)

    def test_a_stale_sign_in_is_asked_to_confirm(self):
        with pytest.raises(FreshSignInNeeded):
            self.decide(cases.yellow(), by=officer(fresh=False))

    def test_green_goods_are_gone_already(self):
        with pytest.raises(WrongState):
            self.decide(cases.lodged())

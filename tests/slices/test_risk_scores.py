"""A learned score from outcomes to its end: two persons switch it on, it stays within what officers can do, and it stops by
itself when it was altered, is past its date, or does not know the present any more."""

from __future__ import annotations

import datetime as dt
import sys
from functools import cache

import pytest
from sqlalchemy import select, text

from app.approvals.models import Proposal
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import approving, learning, profiling
from app.registers import integrity, reasons
from app.registers.risk import outcomes
from app.risk import queries as risk
from app.risk.models import RiskAssessment, RiskTampering, ScoreModel, ScoreMonth
from app.risk.operations import reviewing, scoring, switching, training
from app.risk.operations import recompute
from app.risk.queries import scores as queries
from app.risk.rules import scores
from tests.factories import cases
from tests.factories import learning as made
from tests.factories.actors import POST, administrator, analyst, auditor, officer, supervisor, trader


@pytest.fixture(autouse=True)
def nothing_kept():
    scoring.forget()
    yield
    scoring.forget()


@cache
def learned():
    pytest.importorskip("lightgbm")
    return training.learn(made.outcomes(400, finds=160), made.crowd(300), scores.columns(), least=100)


def kept(days=180):
    with db.transaction() as session:
        return switching.keep(session, learned(), valid_days=days, by=analyst()).number


def proposed(number):
    with db.transaction() as session:
        return switching.propose(session, number, "better than history in March", by=analyst()).id


def switched_on(days=180):
    number = kept(days)
    with db.transaction() as session:
        approving.approve(session, proposed(number), "seen", by=supervisor())
    return number


def asked(**facts):
    with db.transaction() as session:
        return scoring.score(session, {**made.facts(3, cheap=True), **facts})


def told(number):
    with db.reading() as session:
        return [(e.event, e.reason) for e in journal.history(session, POST, queries.KIND, str(number))]


def alarms():
    with db.reading() as session:
        found = select(RiskTampering.code, RiskTampering.problem).where(RiskTampering.what == "model")
        return [tuple(row) for row in session.execute(found.order_by(RiskTampering.at, RiskTampering.code))]


def status(number):
    with db.reading() as session:
        return session.execute(select(ScoreModel.status, ScoreModel.ended_why).where(ScoreModel.number == number)).one()


def reviewed():
    with db.transaction() as session:
        reviewing.review(session, by=SYSTEM)


def test_two_persons_switch_a_model_on(session):
    number = kept()
    assert asked() is None, "what was learned is not used yet"
    proposal = proposed(number)
    for who, refusal in (
        (analyst(), Forbidden),
        (officer(), NotFound),
        (administrator(), NotFound),
        (auditor(), Forbidden),
    ):
        with pytest.raises(refusal), db.transaction() as inner:
            approving.approve(inner, proposal, "yes", by=who)
    with db.transaction() as inner:
        approving.approve(inner, proposal, "seen", by=supervisor())
    found = asked()
    assert found is not None and (found.model, found.capacity) == (number, 10)
    assert [event for event, _reason in told(number)] == ["risk.model-learned", "risk.model-in-force"]
    with db.reading() as inner:
        kept_digest = inner.get(ScoreModel, number).digest
        assert journal.history(inner, POST, queries.KIND, str(number))[-1].after["digest"] == kept_digest


def test_a_score_ranks_explains_and_stays_within_what_officers_can_do(session, monkeypatch):
    number = switched_on()
    cheap, dear = asked(), asked(**made.facts(3))
    assert cheap.value > 0.5 > dear.value and cheap.rank < dear.rank
    assert cheap.within and not dear.within and dear.factors == ()
    assert {f.fact for f in cheap.factors} & {"lowest_value_ratio", "origins"} and cheap.factors[0].weight > 0
    with db.reading() as inner:
        assert scoring.main_factors(inner, number, made.facts(3, cheap=True)) == cheap.factors
        assert scoring.main_factors(inner, number + 1, made.facts(3)) == ()
    monkeypatch.setattr(queries, "chosen_today", lambda *_: 10)
    assert not asked().within, "the officers of the day have enough"


def test_goods_go_yellow_by_the_score_while_officers_have_time(session, monkeypatch):
    cases.no_chance()
    number = switched_on()
    monkeypatch.setattr(queries, "capacity", lambda *_: 2)
    monkeypatch.setattr(scoring.Loaded, "ask", lambda *_: 1.0)
    lodged = [cases.lodged() for _ in range(3)]
    assert [d.lane for d in lodged] == ["yellow", "yellow", "green"]
    with db.reading() as inner:
        first, _second, third = [risk.assessment(inner, POST, d.id) for d in lodged]
        assert first.hits == [{"code": scores.CODE, "version": number, "lane": "yellow"}] and third.hits == []
        assert (float(first.score), float(third.score), str(first.model)) == (1.0, 1.0, str(number))
        assert recompute(inner, first) == "yellow" and recompute(inner, third) == "green"
        assert outcomes.chosen_by(first.hits, drawn=first.drawn) == {"score"}
        why = reasons.met(inner, first)[scores.CODE, number]
        assert 1 <= len(why) <= 5 and {reason.name for reason in why} & {"origins", "lowest_value_ratio"}
        told = reasons.of_lane(inner, lodged[0], "en")
        assert [(line["code"], str(line["name"])) for line in told] == [(scores.CODE, "Learned score")]


def test_the_day_is_counted_by_what_the_score_chose(session):
    declaration = cases.lodged()
    row = (
        session.execute(select(RiskAssessment.__table__).where(RiskAssessment.declaration_id == declaration.id))
        .mappings()
        .one()
    )
    again = {**row, "id": made.KEY, "hits": [{"code": scores.CODE, "version": 1, "lane": "yellow"}]}
    session.execute(RiskAssessment.__table__.insert().values(again))
    at = row["at"]
    assert queries.chosen_today(session, POST, at - dt.timedelta(hours=1)) == 1
    assert queries.chosen_today(session, POST, at + dt.timedelta(hours=1)) == 0
    assert queries.chosen_today(session, "TJDUS", at - dt.timedelta(hours=1)) == 0


def test_a_new_model_replaces_the_old_one_and_one_person_stops_it(session):
    first, second = switched_on(), switched_on()
    assert status(first) == ("ended", switching.REPLACED) and asked().model == second
    with pytest.raises(WrongState, match="never in force"):
        proposed(first)
    for who in (trader(), officer(), administrator(), auditor()):
        with pytest.raises(Forbidden), db.transaction() as inner:
            switching.switch_off(inner, second, "no", by=who)
    with pytest.raises(Invalid), db.transaction() as inner:
        switching.switch_off(inner, second, "  ", by=analyst())
    with db.transaction() as inner:
        switching.switch_off(inner, second, "too many of one firm", by=analyst())
    assert asked() is None
    assert told(second)[-1] == ("risk.model-ended", "too many of one firm")


def test_what_is_put_away_takes_its_proposal_along(session):
    number = kept()
    proposal = proposed(number)
    with db.transaction() as inner:
        switching.switch_off(inner, number, "learned from too little", by=analyst())
    with db.reading() as inner:
        assert inner.execute(select(Proposal.status).where(Proposal.id == proposal)).scalar_one() == "overtaken"


def test_past_its_date_it_is_not_asked_and_ends_by_itself(session):
    number = switched_on(days=5)
    clock.set_clock(session, db.now(session) + dt.timedelta(days=5))
    assert asked() is None
    reviewed()
    assert status(number) == ("ended", reviewing.PAST)
    assert told(number)[-1] == ("risk.model-ended", reviewing.PAST)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE risk_score_model SET trees = trees || 'x'::bytea",
        "UPDATE risk_score_model SET valid_to = valid_to + interval '1 year'",
        "UPDATE risk_score_model SET reference = jsonb_set(reference, '{a_day,TJPPJ}', '\"1\"')",
    ],
)
def test_a_model_altered_behind_the_application_is_not_used_and_ends(own_database, edit):
    number = switched_on()
    assert asked() is not None
    with own_database.owner_connection() as owner:
        owner.execute(edit)
    scoring.forget()
    assert asked() is None
    with db.reading() as session:
        assert ("risk model", str(number), "altered") in [(d.kind, d.subject, d.kept) for d in integrity.compare(session)[1]]
    reviewed()
    reviewed()
    assert status(number) == ("ended", reviewing.ALTERED)
    assert alarms() == [(str(number), "altered")], "told once"
    assert [event for event, _ in told(number)][2:] == ["risk.model-ended"]


def test_a_status_written_by_hand_switches_nothing_on_and_off_not_quietly(session):
    number = kept()
    session.execute(text("UPDATE risk_score_model SET status = 'in_force', switched_on_at = now()"))
    assert asked() is None
    reviewed()
    assert status(number) == ("ended", reviewing.ALTERED)
    second = switched_on()
    session.execute(
        text("UPDATE risk_score_model SET status = 'ended', ended_at = now(), ended_why = '' WHERE number = :n"),
        {"n": second},
    )
    reviewed()
    reviewed()
    assert alarms() == [(str(number), "inserted"), (str(second), "missing")]
    assert [event for event, _ in told(second)][2:] == ["risk.model-ended"]


def test_a_model_that_was_taken_out_is_told_once_and_by_verify(own_database):
    number = switched_on()
    with own_database.owner_connection() as owner:
        owner.execute("DELETE FROM risk_score_drift")
        owner.execute("DELETE FROM risk_score_model")
    with db.transaction() as session:
        profiling.keep_watch(session, by=SYSTEM)
        assert ("risk model", str(number), "missing") in [(d.kind, d.subject, d.kept) for d in integrity.compare(session)[1]]
    reviewed()
    reviewed()
    assert alarms() == [(str(number), "missing")]
    assert [event for event, _ in told(number)][2:] == ["risk.model-ended"]


def test_drift_is_measured_once_a_day_and_ends_the_model(session, monkeypatch):
    number = switched_on()
    came = [made.facts(n, cheap=True) for n in range(4)]
    monkeypatch.setattr(queries, "crowd", lambda *_: (came, {POST: len(came)}))
    reviewed()
    assert status(number).status == "in_force", "four consignments say nothing"
    with db.reading() as inner:
        (day,) = queries.drift(inner, number)
        assert (day.rows, len(day.facts)) == (4, 5) and day.psi > 1 and day.moved > 0.5
        assert {f["fact"] for f in day.facts} & {"origins", "lowest_value_ratio"}
    came.extend(made.facts(n, cheap=True) for n in range(300))
    reviewed()
    assert status(number).status == "in_force", "once a day"
    clock.set_clock(session, db.now(session) + dt.timedelta(days=1))
    reviewed()
    assert status(number) == ("ended", reviewing.DRIFTED) and asked() is None
    assert told(number)[-1] == ("risk.model-ended", reviewing.DRIFTED)


def test_the_crowd_is_everything_that_came(session):
    for _ in range(3):
        cases.lodged()
    at = db.now(session)
    begin, end = at - dt.timedelta(days=1), at + dt.timedelta(days=1)
    facts, posts = queries.crowd(session, begin, end, 3)
    assert (len(facts), posts) == (3, {POST: 3}) and {f["post"] for f in facts} == {POST}
    assert len(queries.crowd(session, begin, end, 1)[0]) <= 3, "about a third of them"
    assert queries.crowd(session, end, end + dt.timedelta(days=1), 3) == ([], {})


def test_a_present_like_what_was_learned_goes_on(session, monkeypatch):
    number = switched_on()
    monkeypatch.setattr(queries, "crowd", lambda *_: (list(made.crowd(300).facts), {"TJPPJ": 300}))
    reviewed()
    assert status(number).status == "in_force"
    with db.reading() as inner:
        (day,) = queries.drift(inner, number)
        assert (day.rows, float(day.psi)) == (300, pytest.approx(0, abs=0.01))


def inspected_cases():
    """Two that a profile stopped, one with a find; one by chance, as declared; one never looked at."""
    bad = cases.inspected(cases.red(), "discrepancy")
    good = cases.inspected(cases.red())
    cases.lodged()
    return bad, good


def test_outcomes_are_what_inspections_found_with_the_facts_known_before(session):
    bad, good = inspected_cases()
    at = db.now(session)
    with db.reading() as inner:
        found = outcomes.newest(inner, at - dt.timedelta(days=1), at + dt.timedelta(days=1))
        counted = outcomes.by_chooser(inner, at - dt.timedelta(days=1), at + dt.timedelta(days=1))
        keys = {str(row.id): row.declaration_id for row in inner.execute(select(RiskAssessment)).scalars()}
    assert {(keys[o.key], o.found) for o in found} == {(bad.id, True), (good.id, False)}
    assert all(o.chosen == {"profiles"} and o.post == POST and o.facts["gross_kg"] > 0 for o in found)
    assert counted == {"profiles": (2, 1), "score": (0, 0), "random": (0, 0)}


def test_who_chose_is_read_from_what_was_kept():
    hit = {"code": "precursors", "version": 1, "lane": "red"}
    assert outcomes.chosen_by([hit, {**hit, "code": scores.CODE}], drawn=True) == {"profiles", "score", "random"}
    assert outcomes.chosen_by([], drawn=False) == frozenset()


def test_a_month_that_is_over_is_compared_once(session):
    inspected_cases()
    at = db.now(session)
    clock.set_clock(session, at + dt.timedelta(days=31))
    for _ in range(2):
        with db.transaction() as inner:
            learning.run(inner, by=SYSTEM)
    month = at.date().replace(day=1)
    with db.reading() as inner:
        figures = queries.months(inner)[month]
        assert {name: (row.inspected, row.found) for name, row in figures.items()} == {
            "profiles": (2, 1), "score": (0, 0), "random": (0, 0),
        }  # fmt: skip
        assert len(journal.history(inner, POST, queries.KIND, month.isoformat())) == 1
    assert session.execute(select(ScoreMonth.month).distinct()).scalars().all() == [month]


@pytest.fixture
def flask(app, session, monkeypatch):
    from app.cli import database

    monkeypatch.setattr(database, "connect", lambda app: None)
    monkeypatch.delenv("GUZAR_LANG", raising=False)
    return lambda *words: app.test_cli_runner().invoke(args=["risk", *words])


def test_the_command_says_what_is_missing(flask):
    few = flask("train", "--as", "analyst")
    assert few.exit_code == 1, few.output
    assert "Only 0 inspected consignments" in few.output and "score-outcomes-least" in few.output
    assert flask("train", "--as", "officer").exit_code == 1
    ahead = flask("train", "--since", "2100-01-01", "--as", "analyst")
    assert ahead.exit_code == 1 and "2100-01-01 is not past yet" in ahead.output


def test_the_command_learns_and_tells_how_good_it_is(flask, monkeypatch):
    pytest.importorskip("lightgbm")
    monkeypatch.setattr(outcomes, "newest", lambda *_: made.outcomes(400, finds=160))
    monkeypatch.setattr(queries, "crowd", lambda *_: (list(made.crowd(50).facts), {"TJPPJ": 1000}))
    monkeypatch.setattr(queries, "LEAST", 100)
    monkeypatch.setattr(queries, "whole_parameter", lambda _codes, _name, _on, unset, post="": unset)
    run = flask("train", "--as", "analyst")
    assert run.exit_code == 0, run.output
    assert "outcomes: 400, finds 160" in run.output and "10 % inspected: score 1.0000" in run.output
    with db.reading() as session:
        (model,) = queries.models(session)
        assert (model.status, model.rows, model.trained_name != "") == ("learned", 400, True)


def test_without_the_extra_goods_go_on_and_the_command_refuses(flask, session, monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    monkeypatch.setattr(outcomes, "newest", lambda *_: made.outcomes(600, finds=200))
    assert asked() is None
    assert cases.lodged().lane == "green"
    refused = flask("train", "--as", "analyst")
    assert refused.exit_code == 1 and "LightGBM is not installed" in refused.output


def test_a_model_in_force_is_left_alone_while_the_extra_is_missing(session, monkeypatch):
    number = switched_on()
    scoring.forget()
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert asked() is None
    reviewed()
    assert status(number).status == "in_force"
    with db.reading() as inner:
        assert scoring.main_factors(inner, number, made.facts(3, cheap=True)) == ()

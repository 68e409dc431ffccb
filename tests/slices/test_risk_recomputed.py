"""A lane follows from what is kept, bit for bit: the facts, the rules of then, the seed of the day."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.cli import recomputing as command
from app.core import clock, db
from app.core.actors import SYSTEM
from app.registers.risk import recomputed as registered
from app.risk import operations, queries
from app.risk.models import RiskAssessment
from app.risk.operations import recomputing
from app.risk.operations.recomputing import recomputed
from app.risk.queries import seeds
from app.risk.rules import Hit, Lane, draw, lane_of
from app.risk.rules.scores import Score
from app.risk.rules.vocabulary import ITEM_FIELDS, Type, of_kind, restored
from tests.factories import cases
from tests.factories.accounts import send, sign_in
from tests.factories.actors import POST, auditor
from tests.factories.seed import PASSWORD

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)
VALUES = {
    Type.TEXT: st.sampled_from(["", "AF", "TJ", "KBL1", "ҶДММ Сомон", "شرکت"]) | st.text("aАب0 ", max_size=8),
    Type.NUMBER: NUMBERS,
    Type.WHOLE: st.integers(-1, 10**6),
    Type.FLAG: st.booleans(),
    Type.TEXTS: st.lists(st.sampled_from(["CN", "AF", "851", "precursors", "62"]), max_size=3),
}
ITEMS = st.lists(st.fixed_dictionaries({f.name: VALUES[f.type] for f in ITEM_FIELDS}), max_size=3)
FACTS = st.fixed_dictionaries(
    {f.name: ITEMS if f.type is Type.ITEMS else VALUES[f.type] for f in of_kind("declaration")}
)
RULES = {
    "heavy": ("gross_kg > 1000.0 && net_kg < gross_kg * 0.7", "yellow"),
    "cheap": ("value_per_kg < 0.1", "blue"),
    "papers": ("'precursors' in controlled || items.exists(i, i.gross_kg > 100000.0)", "red"),
    "many": ("item_count * 9223372036854775807 < 0", "yellow"),
    "known": ("trusted && packages > 10", "yellow"),
}


@pytest.fixture(autouse=True)
def as_new(session):
    queries.forget()
    seeds.forget()
    yield
    queries.forget()
    seeds.forget()


def define(session, code, expression, lane, **more):
    words = {"en": code}
    operations.define(
        session, operations.DefineProfile(code, expression, lane, words, words, "a test", **more), by=SYSTEM
    )


def kept(session, declaration: UUID) -> list[RiskAssessment]:
    return list(session.scalars(select(RiskAssessment).where(RiskAssessment.declaration_id == declaration)))


def test_two_hundred_consignments_get_their_lanes_again_when_every_rule_is_another(session):
    cases.no_chance()
    case = cases.lodged()
    with db.transaction() as s:
        for code, (expression, lane) in RULES.items():
            define(s, code, expression, lane, spare_trusted=code == "known")
        operations.set_random_share(s, "*", "50", "red", by=SYSTEM)

    @settings(max_examples=200, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(FACTS, st.booleans())
    def assess(facts, trusted):
        with db.transaction() as s:
            operations.assess(s, operations.Subject(POST, "amended", case.id), facts, db.now(s), trusted=trusted)

    assess()
    with db.transaction() as s:
        for code in (*RULES, "precursors"):
            define(s, code, "true", "red")
        operations.set_random_share(s, "*", "0", "yellow", by=SYSTEM)
    queries.forget()
    seeds.forget()
    with db.reading() as s:
        clock.set_clock(s, db.now(s) + dt.timedelta(days=366))
        rows = kept(s, case.id)
        assert len(rows) > 200
        for row in rows:
            assert recomputed(s, row).differences == []
            assert operations.recompute(s, row).value == row.lane
        lanes = {row.lane for row in rows}
        assert lanes == {"green", "blue", "yellow", "red"} and any(row.drawn for row in rows)
        assert any(h.get("broken") for row in rows for h in row.hits)
        assert any(h.get("spared") for row in rows for h in row.hits)


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"facts": {"gross_kg": "99999.0"}}, "hits"),
        ({"draw": 10_000}, "draw"),
        ({"lane": "green"}, "lane"),
        ({"hits": []}, "hits"),
        ({"trusted": True}, "hits"),
        ({"rules": "0" * 64}, "profiles"),
        ({"seed_day": dt.date(2020, 1, 1)}, "seed"),
    ],
)
def test_what_was_altered_afterwards_comes_out_otherwise(session, change, differs):
    with db.transaction() as s:
        define(s, "heavy", "gross_kg > 3000.0", "red")
        define(s, "light", "gross_kg < 3000.0", "yellow", spare_trusted=True)
        operations.set_random_share(s, "*", "0", "red", by=SYSTEM)
    row = kept(session, cases.lodged().id)[0]
    assert recomputed(session, row).differences == []
    session.expunge(row)
    for name, value in change.items():
        setattr(row, name, value)
    assert differs in recomputed(session, row).differences


def test_what_was_assessed_before_sets_of_rules_were_kept_follows_from_its_hits(session):
    case = cases.lodged()
    row = kept(session, case.id)[0]
    session.expunge(row)
    row.rules = row.seed_day = None
    row.draw = draw.number_of_key(row.id)
    row.hits = [Hit("old", 3, Lane.YELLOW).plain()]
    row.lane, row.drawn = "yellow", False
    assert recomputed(session, row).differences == []
    row.hits, row.lane, row.drawn = [], "red", True
    assert recomputed(session, row).differences == []
    assert lane_of([], row.draw, Decimal(100), Lane.RED) == (Lane.RED, True)


def test_profiles_in_the_shadow_are_asked_and_stop_nothing(session):
    cases.no_chance()
    with db.transaction() as s:
        define(s, "silent", "gross_kg > 0.0", "red", status="shadow")
    case = cases.lodged()
    row = kept(session, case.id)[0]
    assert (case.lane, row.lane, row.hits) == ("green", "green", [])
    assert {"code": "silent", "version": 1, "lane": "red"} in row.shadow
    assert recomputed(session, row).differences == []


def test_a_number_follows_from_the_seed_that_was_promised_in_the_journal(session):
    cases.no_chance()
    case = cases.lodged()
    row = kept(session, case.id)[0]
    promised = session.execute(
        text(
            "SELECT after ->> 'commitment' FROM journal_entry WHERE post = :post AND event = 'risk.seed-committed' "
            "AND subject = :day"
        ),
        {"post": POST, "day": row.seed_day.isoformat()},
    ).scalar_one()
    seed = seeds.stored(session, POST, row.seed_day)
    assert draw.commitment(seed) == promised and draw.number(seed, row.id) == row.draw
    told = session.execute(text("SELECT coalesce(string_agg(after::text, ' '), '') FROM journal_entry")).scalar_one()
    assert seed.hex() not in told, "nobody learns today's seed from the journal"


@pytest.mark.parametrize(("within", "lane"), [(True, "yellow"), (False, "green")])
def test_a_learned_score_within_the_officers_capacity_is_a_hit_like_others(session, within, lane):
    cases.no_chance()
    case = cases.lodged()
    known = restored(kept(session, case.id)[0].facts)
    with db.transaction() as s:
        score = Score(model=3, value=0.123456789, rank=2, capacity=5, within=within)
        done = operations.assess(s, operations.Subject(POST, "amended", case.id), known, db.now(s), score=score)
    row = session.get(RiskAssessment, (POST, done.id))
    assert (row.lane, row.score, row.model, row.facts["score"]) == (lane, Decimal("0.12345679"), 3, "0.123456789")
    assert recomputed(session, row).differences == []


def test_each_altered_assessment_of_one_declaration_is_told_with_its_reference(app, session, monkeypatch):
    cases.no_chance()
    case = cases.lodged()
    with db.transaction() as s:
        known = restored(kept(s, case.id)[0].facts)
        operations.assess(s, operations.Subject(POST, "amended", case.id), known, db.now(s))
    monkeypatch.setattr(recomputing, "lane_of", lambda *_found: (Lane.RED, False))

    def asked(*words):
        done = app.test_cli_runner().invoke(args=["risk", "recompute", *words, "--json", "--as", "auditor"])
        assert done.exit_code == 1, done.output
        return json.loads(done.output[: done.output.rindex("}") + 1])

    told = asked(case.reference)
    assert (told["differing"], [one["reference"] for one in told["differences"]]) == (2, [case.reference] * 2)
    monkeypatch.setattr(command, "MOST_TOLD", 1)
    told = asked("--since", "2026-01-01")
    assert (told["assessments"], told["differing"], len(told["differences"])) == (2, 2, 1)
    with db.reading() as s:
        lines = registered.of_reference(s, case.reference, by=auditor())
        assert [len(part) if isinstance(part, list) else part for part in command._counted(lines)] == [2, 2, 1]


def test_whoever_may_look_computes_lanes_again(app, session, monkeypatch):
    """By command and by page: the same, or exactly what differs."""
    with db.transaction() as s:
        define(s, "heavy", "gross_kg > 1.0", "red")
    case = cases.lodged()

    def asked(*words):
        return app.test_cli_runner().invoke(args=["risk", "recompute", *words, "--as", "auditor"])

    same = asked(case.reference)
    assert same.exit_code == 0 and "1 of 1: same lane, same hits, same draw" in same.output, same.output
    assert asked("--since", "2026-01-01").exit_code == 0
    refused = app.test_cli_runner().invoke(args=["risk", "recompute", case.reference, "--as", "officer"])
    assert refused.exit_code == 1
    assert asked("TJ-NOTHING").exit_code == 1 and asked().exit_code == 2
    browser = app.test_client()
    sign_in(browser, "auditor", PASSWORD)
    send(browser, "/analyst/purpose", reason="the review of the autumn")
    page = f"/analyst/recomputed/{case.reference}"
    assert "Same lane, same hits, same draw." in browser.get(page).text
    assert f'href="{page}"' in browser.get(f"/officer/declarations/{case.reference}").text
    monkeypatch.setattr(recomputing, "lane_of", lambda *_found: (Lane.GREEN, False))
    other = asked("--since", "2026-01-01")
    assert other.exit_code == 1 and "lane: kept red, now green" in other.output, other.output
    assert "otherwise than it was kept" in browser.get(page).text

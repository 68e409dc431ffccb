"""Lanes as they are given and kept: profiles are data with versions, chance can be computed again, reasons stay readable."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.declarations import schemas
from app.reference.queries import codebook
from app.registers import facts, reasons
from app.risk.rules.vocabulary import storable
from app.risk import operations, queries, rules
from app.risk.models import RiskAssessment
from app.risk.operations import looking
from app.risk.rules import Lane, contents
from tests.factories import cases, declarations
from tests.factories.actors import administrator, analyst, officer


@pytest.fixture(autouse=True)
def no_chance(session):
    queries.forget()
    cases.no_chance()
    yield
    queries.forget()


def define(expression, lane="yellow", code="test", posts=(), *, by=None):
    with db.transaction() as session:
        command = operations.DefineProfile(
            code, expression, lane, {"en": "A test", "fa_AF": "آزمایش"}, {"en": "Look"}, "test", posts
        )
        return operations.define(session, command, by=by or SYSTEM)


def share(value, lane="yellow", post="*"):
    with db.transaction() as session:
        operations.set_random_share(session, post, value, lane, by=SYSTEM)


def test_a_profile_is_in_force_at_once_and_a_change_is_a_new_version():
    assert cases.lodged().lane == "green"
    first = define('plate.startsWith("KBL")', "red")
    assert (first.version, cases.lodged().lane) == (1, "red")
    second = define("false", "red")
    assert (second.version, cases.lodged().lane) == (2, "green")
    with db.reading() as session:
        kept = session.execute(
            text("SELECT version, expression FROM risk_profile WHERE code = 'test' ORDER BY version")
        ).all()
    assert [tuple(row) for row in kept] == [(1, 'plate.startsWith("KBL")'), (2, "false")]


def test_a_profile_that_breaks_stops_goods_and_says_so():
    define("item_count * 9223372036854775807 + 1 > 0", "yellow", "broken")
    case = cases.lodged()
    assert (case.lane, case.status) == ("yellow", "selected")
    with db.reading() as session:
        why = reasons.of_lane(session, case, "en")
    assert [(r["code"], r.get("broken")) for r in why] == [("broken", True)]


def test_the_strongest_lane_wins_and_every_reason_is_told():
    define("true", "blue", "weak")
    define("true", "yellow", "middling")
    case = cases.red()
    assert case.lane == "red"
    with db.reading() as session:
        why = {r["code"]: r["lane"] for r in reasons.of_lane(session, case, "en")}
    assert {"weak": "blue", "middling": "yellow", "precursors": "red"}.items() <= why.items()


def test_blue_goes_and_is_kept_for_later():
    define("true", "blue", "weak")
    case = cases.lodged()
    assert (case.lane, case.status) == ("blue", "released")


def test_a_profile_of_another_post_does_not_count():
    define("true", "red", "elsewhere", ("TJDUS",))
    assert cases.lodged().lane == "green"


def test_reasons_stay_those_of_the_day_in_the_readers_language():
    define('plate.startsWith("KBL")', "yellow")
    case = cases.lodged()
    define("false", "yellow")
    with db.reading() as session:
        assert [(r["code"], r["version"], r["name"]) for r in reasons.of_lane(session, case, "fa_AF")] == [
            ("test", 1, "آزمایش")
        ]
        assert reasons.of_lane(session, case, "ps")[0]["name"] == "A test", "English where a language is missing"


@pytest.mark.parametrize(
    ("value", "lane", "expected"),
    [
        ("100", "yellow", ("yellow", "selected")),
        ("100", "red", ("red", "selected")),
        ("0", "yellow", ("green", "released")),
    ],
)
def test_chance_at_its_ends(value, lane, expected):
    share(value, lane)
    case = cases.lodged()
    assert (case.lane, case.status) == expected
    with db.reading() as session:
        drawn = [r for r in reasons.of_lane(session, case, "en") if r.get("drawn")]
    assert bool(drawn) is (value == "100")


def test_a_posts_own_share_comes_before_the_general_one():
    share("100")
    share("0", post="TJPPJ")
    assert cases.lodged().lane == "green"


def test_the_facts_hold_no_fraction():
    """JSON fractions may be read differently by another machine; they are kept as text."""
    case = cases.lodged()
    with db.reading() as session:
        kept = session.scalars(select(RiskAssessment).where(RiskAssessment.declaration_id == case.id)).one()
    assert not [name for name, value in kept.facts.items() if isinstance(value, float)]
    assert kept.facts["gross_kg"] == "2450.0"
    assert storable({"a": 0.1, "b": 1, "c": ["x"]}) == {"a": "0.1", "b": 1, "c": ["x"]}


@pytest.mark.parametrize("who", [officer(), analyst(), administrator()], ids=lambda a: a.login)
def test_who_may_not_change_the_rules(who):
    with pytest.raises(Forbidden):
        define("true", by=who)
    with pytest.raises(Forbidden), db.transaction() as session:
        operations.set_random_share(session, "*", "0", "yellow", by=who)


@pytest.mark.parametrize(
    ("expression", "lane", "rule"),
    [("a ==", "red", "profile.syntax"), ("true", "green", "profile.lane"), ("true", "black", "profile.lane")],
)
def test_a_profile_that_cannot_be(expression, lane, rule):
    with pytest.raises(Invalid) as refused:
        define(expression, lane)
    assert refused.value.findings[0].rule == rule


@pytest.mark.parametrize("value", ["-0.01", "100.01", "NaN"])
def test_a_share_is_a_share(value):
    with pytest.raises(DBAPIError, match="share_sane"):
        share(value)


def test_changes_of_the_rules_are_journaled_with_all_they_say():
    define("true")
    share("3")
    with db.reading() as session:
        defined = journal.history(session, "TJPPJ", "risk_profile", "test")[-1]
        shared = journal.history(session, "TJPPJ", "risk_random_share", "*")[-1]
    content = defined.after["content"]
    assert (defined.event, content["expression"], content["lane"]) == ("risk.profile-in-force", "true", "yellow")
    assert defined.after["digest"] == contents.digest(content)
    assert (shared.after["share"], shared.after["lane"]) == ("3", "yellow")


def test_an_assessment_is_never_changed(session):
    case = cases.lodged()
    for statement in ("UPDATE risk_assessment SET lane = 'green'", "DELETE FROM risk_assessment"):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(text(f"{statement} WHERE declaration_id = :id"), {"id": case.id})


def test_facts_cover_what_is_declared(session):
    body = declarations.red(2)
    known = facts.of_declaration(session, schemas.read(body), codebook(session), db.now(session), stage="lodged")
    assert known["controlled"][0].startswith("precursors") and known["item_count"] == 2
    assert (
        known["gross_kg"] == 4900.0 and known["packages"] == 240 and known["documents"] == ["380", "730", "861", "911"]
    )
    assert known["chapters"] == ["29", "62"] and known["plate_country"] == "AF"
    for profile in queries.in_force(session).profiles:
        assert not any(h.broken for h in rules.hits(known, [profile], "TJPPJ")), (
            f"{profile.code} asks for a fact there is not"
        )


def test_an_empty_table_of_profiles_lets_goods_go_only_by_the_share():
    assert queries.InForce((), {}).share("TJPPJ") == (Decimal(0), Lane.YELLOW)


def test_giving_a_lane_asks_the_database_nothing(session, statements):
    """Rules, codes and seed are at hand; what is kept rides along with the journal's one statement."""
    case = cases.lodged()
    with db.transaction() as s:
        at = db.now(s)
        operations.prepare(s, case.post, by=SYSTEM)
        statements.clear()
        operations.prepare(s, case.post, by=SYSTEM)
        operations.assess(s, operations.Subject(case.post, "amended", case.id), {"gross_kg": 1.0}, at)
        assert statements == []
    with db.transaction() as s:
        at = db.now(s)
        statements.clear()
        operations.prepare(s, case.post, by=SYSTEM)
        assert statements == [], "nor does the next transaction of the day"


def test_which_fact_met_which_criterion_is_told_in_the_version_that_hit():
    criteria = {"any": [{"all": [{"fact": "gross_kg", "op": "more-than", "value": "1000"}]}]}
    words = {"en": "Heavy"}
    with db.transaction() as s:
        operations.define(
            s,
            operations.DefineProfile("heavy", "gross_kg > 1000.0", "yellow", words, words, "a test", criteria=criteria),
            by=SYSTEM,
        )
    case = cases.lodged()
    with db.transaction() as s:
        operations.define(s, operations.DefineProfile("heavy", "false", "yellow", words, words, "a test"), by=SYSTEM)
    with db.reading() as s:
        kept = queries.assessment(s, case.post, case.id)
        met = reasons.met(s, kept)
    assert set(met) == {("heavy", 1)}
    (reason,) = met["heavy", 1]
    assert (reason.name, reason.wanted, reason.actual, reason.unit) == ("gross_kg", "1000", "2450", "kg")


def test_who_was_shown_the_reasons_is_journaled_once(session):
    case = cases.yellow()
    kept = queries.assessment(session, case.post, case.id)
    seen = []
    for who in (officer(), officer(), analyst()):
        with db.transaction() as s:
            seen.append(looking.reasons_seen(s, kept, "the file on my desk", by=who))
    told = [e for e in journal.history(session, case.post, "risk", str(case.id)) if e.event == "risk.reasons-seen"]
    assert seen == [True, False, True] and [(e.login, e.reason) for e in told] == [
        ("officer", "the file on my desk"),
        ("analyst", "the file on my desk"),
    ]

"""A profile's way by two persons: made, in the shadow, replayed, proposed, in force, switched off."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import approving, profiling
from app.risk import queries
from app.risk.commands import ProposeProfile, SetShare, Words
from app.risk.models import RiskAssessment, RiskProfile
from app.risk.operations import profiles, proposing, replaying
from app.risk.queries import replays, seeds
from tests.factories import cases, declarations
from tests.factories.actors import POST, actor, administrator, analyst, auditor, officer, supervisor, trader

WORDS = Words(
    lane="yellow",
    names={"en": "From Kabul", "fa_AF": "از کابل"},
    reason={"en": "A hint"},
    instruction={"en": "Look at the papers"},
    source="letter 5",
    criteria={"any": [{"all": [{"fact": "gross_kg", "op": "more-than", "value": "3000"}]}]},
)


@pytest.fixture(autouse=True)
def as_new(session):
    queries.forget()
    seeds.forget()
    cases.no_chance()
    yield
    queries.forget()
    seeds.forget()


def second():
    return actor("analyst", "*", login="analyst2")


def do(verb, *given, by=None, **more):
    with db.transaction() as s:
        return verb(s, *given, by=by or analyst(), **more)


def heavy(count=1):
    """Consignments that the profile would hit."""
    body = declarations.words(items=2)
    return [cases.lodged(body) for _ in range(count)]


def light(count=1):
    return [cases.lodged() for _ in range(count)]


def replayed(*keys, months=1):
    found = do(replaying.ask, list(keys), months)
    while profiling.replay(by=SYSTEM):
        pass
    with db.reading() as s:
        kept = replays.replay(s, found.id)
        assert kept.status == "finished"
        return kept, replays.results(s, kept)


def in_shadow(code="kabul", words=WORDS):
    made = do(profiles.make, code, words)
    return do(profiles.shadow, code, made.version)


def proposed(code="kabul", version=1, **more):
    return do(proposing.propose, ProposeProfile(code, version, "as the letter says", **more))


def settled(proposal, *, by, yes=True):
    with db.transaction() as s:
        return (approving.approve if yes else approving.reject)(s, proposal.id, "seen", by=by)


def state(code="kabul", version=1):
    with db.reading() as s:
        return s.get(RiskProfile, (code, version)).status


def test_the_way_of_a_profile(session):
    light(3)
    heavy()
    in_shadow()
    hit = heavy()[0]
    assert hit.lane == "green", "the shadow stops nothing"
    with db.reading() as s:
        kept = s.scalars(select(RiskAssessment).where(RiskAssessment.declaration_id == hit.id)).one()
    assert "kabul" in {h["code"] for h in kept.shadow} and kept.hits == []
    replay, results = replayed(("kabul", 1))
    result = results[0]
    assert (result.asked, result.hits, result.raised, result.share) == (5, 2, 2, Decimal("40.00"))
    assert replay.population[POST]["green"] == 5
    proposal = proposed()
    assert (state(), proposal.payload["stopped"], proposal.payload["third"]) == ("proposed", "40.00", False)
    assert heavy()[0].lane == "green"
    with pytest.raises(Forbidden):
        settled(proposal, by=analyst())
    settled(proposal, by=supervisor())
    assert state() == "in_force" and heavy()[0].lane == "yellow" and light()[0].lane == "green"
    with db.reading() as s:
        row = s.get(RiskProfile, ("kabul", 1))
        told = [e.event for e in journal.history(s, POST, "risk_profile", "kabul")]
    assert (row.made_name, row.approved_name) == ("Analyst", "Supervisor")
    assert told == [f"risk.profile-{what}" for what in ("made", "shadowed", "proposed", "in-force")]
    with pytest.raises(WrongState):
        do(profiles.change, "kabul", 1, WORDS)


def test_a_new_version_replaces_the_old_one_and_two_persons_switch_it_off(session):
    light(3)
    heavy()
    in_shadow()
    replayed(("kabul", 1))
    settled(proposed(), by=second())
    copied = do(profiles.copy, "kabul", 1, by=second())
    assert (copied.version, copied.status, copied.made_name) == (2, "draft", "Analyst2")
    do(profiles.change, "kabul", 2, replace(WORDS, lane="red"), by=second())
    do(profiles.shadow, "kabul", 2, by=second())
    replayed(("kabul", 2))
    proposal = proposed(version=2)
    assert proposal.payload["replaces"] == 1
    with pytest.raises(Forbidden, match="wrote this"):
        settled(proposal, by=second())
    settled(proposal, by=supervisor())
    assert (state(version=1), state(version=2), heavy()[0].lane) == ("ended", "in_force", "red")
    off = do(proposing.propose_end, "kabul", 2, "it finds nothing")
    assert heavy()[0].lane == "red", "one person weakens no filter"
    with pytest.raises(Forbidden):
        settled(off, by=analyst())
    settled(off, by=second())
    assert (state(version=2), heavy()[0].lane) == ("ended", "green")
    with db.reading() as s:
        assert s.get(RiskProfile, ("kabul", 2)).ended_reason == "it finds nothing"


def test_what_is_rejected_is_a_draft_again(session):
    light(3)
    in_shadow()
    replayed(("kabul", 1))
    settled(proposed(), by=supervisor(), yes=False)
    assert state() == "draft"
    do(profiles.change, "kabul", 1, replace(WORDS, lane="blue"))
    do(profiles.shadow, "kabul", 1)
    with pytest.raises(Invalid) as refused:
        proposed()
    assert refused.value.findings[0].rule == "profile.replay", "what was replayed was another profile"


def test_without_a_replay_of_what_it_is_now_nothing_is_proposed(session):
    light(3)
    in_shadow()
    with pytest.raises(Invalid) as refused:
        proposed()
    assert refused.value.findings[0].rule == "profile.replay"
    replayed(("kabul", 1))
    session.execute(text("SELECT set_config('guzar.clock', (now() + interval '8 days')::text, true)"))
    with pytest.raises(Invalid):
        proposed()


def test_what_stops_more_than_half_takes_three_persons_who_are_told_how_much(session):
    light(1)
    heavy(3)
    in_shadow()
    replayed(("kabul", 1))
    with pytest.raises(Invalid) as refused:
        proposed()
    finding = refused.value.findings[0]
    assert finding.rule == "profile.wide" and "75.00 %" in str(finding.message) and "3 of 4" in str(finding.message)
    assert state() == "shadow"
    proposal = proposed(knowing_wide=True)
    assert (proposal.kind, proposal.payload["stopped"]) == ("risk.profile", "75.00")
    settled(proposal, by=second())
    assert state() == "proposed" and light()[0].lane == "green"
    with db.reading() as s:
        events = [(e.event, e.login) for e in journal.history(s, POST, "risk_profile", "kabul")]
        assert ("risk.profile-approved-first", "analyst2") in events
        wide = next(p for p in approving.waiting(s, by=supervisor()) if p.kind == "risk.profile-wide")
        assert (wide.payload["stopped"], wide.proposed_name) == ("75.00", "Analyst2")
    for unfit in (analyst(), second()):
        with pytest.raises(Forbidden):
            settled(wide, by=unfit)
    settled(wide, by=supervisor())
    assert state() == "in_force" and heavy()[0].lane == "yellow"
    with db.reading() as s:
        assert s.get(RiskProfile, ("kabul", 1)).second_name == "Supervisor"


def test_who_proposed_it_for_another_is_no_third_person(session):
    heavy(2)
    in_shadow()
    replayed(("kabul", 1))
    proposal = do(proposing.propose, ProposeProfile("kabul", 1, "I know", knowing_wide=True), by=second())
    settled(proposal, by=actor("supervisor", "*", login="supervisor2"))
    with db.reading() as s:
        wide = next(p for p in approving.waiting(s, by=supervisor()) if p.kind == "risk.profile-wide")
    with pytest.raises(Forbidden, match="who proposed it"):
        settled(wide, by=second())
    settled(wide, by=supervisor())
    assert state() == "in_force"


def later(session, days):
    session.execute(
        text("SELECT set_config('guzar.clock', (guzar_now() + make_interval(days => :days))::text, true)"),
        {"days": days},
    )


def test_years_of_other_traffic_do_not_hide_what_it_would_stop_now(session):
    light(3)
    later(session, 60)
    heavy(1)
    later(session, 1)
    in_shadow()
    _replay, results = replayed(("kabul", 1), months=3)
    assert results[0].share == Decimal("25.00")
    with pytest.raises(Invalid) as refused:
        proposed()
    finding = refused.value.findings[0]
    assert finding.rule == "profile.wide" and "100.00 % of the consignments of the last month" in str(finding.message)
    assert proposed(knowing_wide=True).payload["third"] is True


def test_what_is_over_is_neither_proposed_nor_approved(session):
    with db.reading() as s:
        end = db.now(s) + dt.timedelta(days=1)
    light(3)
    in_shadow(words=replace(WORDS, valid_to=end))
    replayed(("kabul", 1))
    proposal = proposed()
    later(session, 2)
    with pytest.raises(WrongState, match="last day is over"):
        settled(proposal, by=supervisor())
    settled(proposal, by=supervisor(), yes=False)
    do(profiles.shadow, "kabul", 1)
    with pytest.raises(Invalid) as refused:
        proposed()
    assert [f.pointer for f in refused.value.findings] == ["/valid_to"]


def test_a_third_person_may_say_no(session):
    heavy(1)
    in_shadow()
    replayed(("kabul", 1))
    settled(proposed(knowing_wide=True), by=second())
    with db.reading() as s:
        wide = next(p for p in approving.waiting(s, by=supervisor()) if p.kind == "risk.profile-wide")
    settled(wide, by=supervisor(), yes=False)
    with db.reading() as s:
        row = s.get(RiskProfile, ("kabul", 1))
        assert (row.status, row.approved_by) == ("draft", None)


def test_a_blue_profile_stops_nothing_however_wide(session):
    heavy(2)
    in_shadow(words=replace(WORDS, lane="blue"))
    replayed(("kabul", 1))
    assert proposed().payload["third"] is False


def test_nobody_knows_what_it_would_stop(session):
    in_shadow(words=replace(WORDS, kinds=("movement",)))
    light(1)
    replayed(("kabul", 1))
    with pytest.raises(Invalid, match="breaks") as refused:
        proposed()
    assert refused.value.findings[0].rule == "profile.wide"


def test_what_changed_after_the_proposal_is_not_approved(session):
    light(3)
    in_shadow()
    replayed(("kabul", 1))
    proposal = proposed()
    session.execute(text("UPDATE risk_profile SET lane = 'blue' WHERE code = 'kabul'"))
    with pytest.raises(WrongState):
        settled(proposal, by=supervisor())


@pytest.mark.parametrize("who", [officer(), administrator(), auditor(), supervisor(), trader()], ids=lambda a: a.login)
def test_who_may_not_write_profiles(session, who):
    for verb, given in (
        (profiles.make, ("kabul", WORDS)),
        (profiles.copy, ("precursors", 1)),
        (proposing.propose_end, ("precursors", 1, "why")),
        (proposing.propose_share, (SetShare("*", Decimal(1), "yellow", "why"),)),
        (replaying.ask, ([], 1)),
    ):
        with pytest.raises(Forbidden):
            do(verb, *given, by=who)


@pytest.mark.parametrize("who", [officer(), administrator(), trader()], ids=lambda a: a.login)
def test_who_is_not_told_what_waits(session, who):
    proposal = do(proposing.propose_share, SetShare("*", Decimal(1), "yellow", "why"))
    with db.reading() as s:
        assert proposal.id not in {p.id for p in approving.waiting(s, by=who)}
    with pytest.raises(NotFound):
        settled(proposal, by=who)


def test_another_analyst_copies_and_does_not_change(session):
    do(profiles.make, "kabul", WORDS)
    with pytest.raises(Forbidden, match="Copy it"):
        do(profiles.change, "kabul", 1, WORDS, by=second())
    assert do(profiles.discard, "kabul", 1, "a slip").status == "ended"


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"lane": "green"}, "/lane", "profile.lane"),
        ({"names": {}}, "/names", "profile.text"),
        ({"names": {"en": "x" * 121}}, "/names/en", "profile.text"),
        ({"reason": {"xx": "y"}}, "/reason/xx", "profile.text"),
        ({"posts": ("XXXXX",)}, "/posts/0", "profile.post"),
        ({"kinds": ()}, "/kinds", "profile.kinds"),
        ({"kinds": ("declaration", "movement"), "criteria": None, "expression": "procedures.exists(p, p == '4000')"}, "/kinds", "profile.kinds"),
        ({"expected_rate": Decimal(101)}, "/expected_rate", "profile.rate"),
        ({"expected_rate": Decimal("NaN")}, "/expected_rate", "profile.rate"),
        ({"criteria": {"any": []}}, "/criteria/any", "criteria.shape"),
        ({"criteria": None, "expression": "gros_kg > 1.0"}, "/expression", "profile.fact"),
        ({"criteria": None, "expression": "gross_kg > 'a'"}, "/expression", "profile.type"),
        ({"criteria": None, "expression": ""}, "/expression", "profile.syntax"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(session, change, pointer, rule):
    with pytest.raises(Invalid) as refused:
        do(profiles.make, "kabul", replace(WORDS, **change))
    found = {(f.pointer, f.rule) for f in refused.value.findings}
    assert any(p == pointer and (rule in (r, "criteria.shape")) for p, r in found), found


@pytest.mark.parametrize("code", ["", "A", "a b", "a" * 31, "precursors", "-a", "learned-score", "random"])
def test_a_code_is_new_and_plain(session, code):
    with pytest.raises(Invalid) as refused:
        do(profiles.make, code, WORDS)
    assert [f.pointer for f in refused.value.findings] == ["/code"]


def test_two_persons_set_the_share_stopped_by_chance(session):
    proposal = do(proposing.propose_share, SetShare(POST, Decimal(50), "red", "a quiet month"))
    assert light()[0].lane == "green"
    with pytest.raises(Forbidden):
        settled(proposal, by=analyst())
    settled(proposal, by=supervisor())
    with db.reading() as s:
        assert queries.in_force(s).share(POST)[0] == Decimal("50.00")
        row = s.execute(
            text("SELECT made_name, approved_name FROM risk_random_share WHERE post = :p"), {"p": POST}
        ).one()
    assert tuple(row) == ("Analyst", "Supervisor")


@pytest.mark.parametrize(
    ("post", "share", "lane", "pointer"),
    [("*", "50.01", "yellow", "/share"), ("*", "-1", "yellow", "/share"), ("*", "NaN", "yellow", "/share"),
     ("*", "0.001", "yellow", "/share"), ("XXXXX", "1", "yellow", "/post"), ("*", "1", "blue", "/lane")],
)  # fmt: skip
def test_a_share_that_cannot_be(session, post, share, lane, pointer):
    with pytest.raises(Invalid) as refused:
        do(proposing.propose_share, SetShare(post, Decimal(share), lane, "why"))
    assert [f.pointer for f in refused.value.findings] == [pointer]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE risk_profile SET status = 'in_force', valid_from = now() WHERE code = 'kabul'",
        "UPDATE risk_profile SET approved_by = made_by, approved_at = now() WHERE code = 'kabul'",
        "UPDATE risk_profile SET status = 'ended' WHERE code = 'kabul'",
        (
            "INSERT INTO risk_random_share SELECT post, now() + interval '1 day', share, lane, gen_random_uuid(), 'x' "
            "FROM risk_random_share LIMIT 1"
        ),
    ],
)
def test_the_database_knows_that_it_takes_two(session, statement):
    do(profiles.make, "kabul", WORDS)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))


def test_one_version_of_a_code_is_in_force(session):
    with pytest.raises(IntegrityError, match="uq_risk_profile_in_force"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO risk_profile (code, version, status, expression, lane, names, reason, instruction, kinds, posts, "
                "spare_trusted, source, valid_from, made_by, made_name, made_at) SELECT code, version + 9, status, expression, "
                "lane, names, reason, instruction, kinds, posts, spare_trusted, source, valid_from, made_by, made_name, made_at "
                "FROM risk_profile WHERE status = 'in_force' LIMIT 1"
            )
        )


def test_a_ceiling_that_would_be_passed_takes_a_third_person(session):
    light(3)
    heavy(1)
    session.execute(
        text(
            "INSERT INTO code (list, code, valid_from, names, attributes, source, verified, local, words) "
            "VALUES ('risk_ceiling', 'TJPPJ.yellow', '2020-01-01', '{\"en\": \"A ceiling\"}', '{\"share\": \"10\"}', 'test', true, true, '')"
        )
    )
    session.execute(text("UPDATE reference_revision SET mark = gen_random_uuid()"))
    from app.reference.queries import forget

    forget()
    in_shadow()
    replayed(("kabul", 1))
    with pytest.raises(Invalid) as refused:
        proposed()
    finding = refused.value.findings[0]
    assert finding.rule == "profile.ceiling" and "25.00 %" in str(finding.message) and "10 %" in str(finding.message)
    assert "would be Yellow lane" in str(finding.message)
    assert proposed(knowing_wide=True).payload["ceilings"] == [
        {"post": POST, "lane": "yellow", "ceiling": "10", "expected": "25.00"}
    ]

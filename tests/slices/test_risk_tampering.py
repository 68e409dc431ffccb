"""Rules are changed in the tables by hand, as whoever runs the database can: it is noticed, told once, and changes no lane."""

from __future__ import annotations

from importlib import import_module

import pytest
from sqlalchemy import select, text

from app.core import db
from app.core.actors import SYSTEM
from app.core.journal import JournalEntry, entry_hash
from app.flows import profiling
from app.registers import integrity, reasons
from app.risk import operations, queries
from app.risk.operations import profiles
from app.risk.queries import tampering
from app.risk.operations.recomputing import recomputed
from app.risk.queries.assessments import assessment
from tests.factories import cases, declarations
from tests.factories.actors import POST, analyst

in_force = import_module("app.risk.queries.in_force")

STRICT = operations.DefineProfile(
    "strict", "gross_kg > 3000.0", "red", {"en": "Heavy"}, {"en": "Open it"}, "a test", reason={"en": "A hint"}
)


@pytest.fixture(autouse=True)
def strict(own_database):
    with db.transaction() as s:
        operations.define(s, STRICT, by=SYSTEM)
        operations.set_random_share(s, "*", "0", "yellow", by=SYSTEM)


@pytest.fixture
def dba(own_database):
    with own_database.owner_connection() as connection:
        yield connection.execute


@pytest.fixture
def at_once(monkeypatch):
    """Every lodging looks again, as they all do after some seconds."""
    monkeypatch.setattr(in_force, "FRESH", 0.0)


def lane(items=2):
    return cases.lodged(declarations.words(items=items)).lane


def alarms():
    with db.reading() as s:
        return s.execute(
            text(
                "SELECT subject, after ->> 'problem' FROM journal_entry WHERE event = 'risk.tampering-found' ORDER BY number"
            )
        ).all()


def told_by_verify():
    with db.reading() as s:
        return [(d.kind, d.subject, d.kept) for d in integrity.compare(s)[1]]


#: What a hand does, and what it would have changed: the lane of a heavy and of a light consignment.
HANDS = {
    "weakened": ("UPDATE risk_profile SET expression = 'false' WHERE code = 'strict'", "strict", "altered"),
    "lower lane": ("UPDATE risk_profile SET lane = 'blue' WHERE code = 'strict'", "strict", "altered"),
    "another post": ("UPDATE risk_profile SET posts = '{TJDUS}' WHERE code = 'strict'", "strict", "altered"),
    "sparing": ("UPDATE risk_profile SET spare_trusted = true WHERE code = 'strict'", "strict", "altered"),
    "over": ("UPDATE risk_profile SET valid_to = valid_from + interval '1 microsecond' WHERE code = 'strict'", "strict", "altered"),
    "words alone": ("UPDATE risk_profile SET instruction = '{\"en\": \"Let it go\"}' WHERE code = 'strict'", "strict", "altered"),
    "another author": (("UPDATE risk_profile SET made_by = gen_random_uuid(), approved_by = gen_random_uuid(), "
                       "approved_at = now() WHERE code = 'strict'"), "strict", "altered"),
    "switched off": ("UPDATE risk_profile SET status = 'ended', ended_at = now() WHERE code = 'strict'", "strict", "missing"),
    "taken out": ("DELETE FROM risk_profile WHERE code = 'strict'", "strict", "missing"),
    "another version": ("UPDATE risk_profile SET version = 7 WHERE code = 'strict'", "strict", "inserted"),
}  # fmt: skip


@pytest.mark.parametrize("hand", HANDS)
def test_a_hand_in_the_table_changes_no_lane_and_is_told_once(dba, at_once, hand):
    statement, code, problem = HANDS[hand]
    assert (lane(), lane(1)) == ("red", "green") and alarms() == []
    dba(statement)
    assert (lane(), lane(1)) == ("red", "green"), "what was approved holds, for what it stops and for what it does not"
    assert alarms() == [(code, problem)]
    lane()
    assert alarms() == [(code, problem)]
    assert ("risk profile", code, problem) in told_by_verify()
    with db.reading() as s:
        assert [(p.code, p.problem) for p in tampering.now(s)] == [(code, problem)]
        assert [(p.code, p.problem) for p in tampering.told(s)] == [(code, problem)]


def test_a_planted_profile_stops_nobody(dba, at_once):
    dba(
        "INSERT INTO risk_profile (code, version, status, expression, lane, names, reason, instruction, kinds, posts, "
        "spare_trusted, source, valid_from, made_by, made_name, made_at) SELECT 'planted', 1, status, 'true', 'red', names, "
        "reason, instruction, kinds, posts, spare_trusted, source, valid_from, made_by, made_name, made_at "
        "FROM risk_profile WHERE code = 'strict'"
    )
    assert (lane(1), lane()) == ("green", "red")
    assert alarms() == [("planted", "inserted")]
    assert ("risk profile", "planted", "inserted") in told_by_verify()


@pytest.mark.parametrize(
    ("statement", "problem", "post"),
    [
        ("UPDATE risk_random_share SET share = 100", "altered", "*"),
        ("UPDATE risk_random_share SET lane = 'red', share = 100", "altered", "*"),
        ("DELETE FROM risk_random_share", "missing", "*"),
        (
            (
                "INSERT INTO risk_random_share SELECT post, valid_from + interval '1 microsecond', 100, lane, made_by, made_name "
                "FROM risk_random_share ORDER BY valid_from DESC LIMIT 1"
            ),
            "altered",
            "*",
        ),
        (
            (
                "INSERT INTO risk_random_share SELECT 'TJPPJ', valid_from, 100, lane, made_by, made_name FROM risk_random_share "
                "ORDER BY valid_from DESC LIMIT 1"
            ),
            "inserted",
            POST,
        ),
    ],
)
def test_a_share_is_not_altered_by_hand_either(dba, at_once, statement, problem, post):
    dba(statement)
    assert lane(1) == "green"
    assert alarms() == [(post, problem)]
    assert ("risk share", post, problem) in told_by_verify()


def test_it_is_noticed_without_any_consignment(dba):
    dba(HANDS["weakened"][0])
    with db.transaction() as s:
        profiling.keep_watch(s, by=SYSTEM)
    assert alarms() == [("strict", "altered")]
    with db.transaction() as s:
        profiling.keep_watch(s, by=SYSTEM)
    assert alarms() == [("strict", "altered")]


def test_put_right_again_nothing_is_told_any_more(dba, at_once):
    dba(HANDS["weakened"][0])
    assert lane() == "red"
    dba("UPDATE risk_profile SET expression = 'gross_kg > 3000.0' WHERE code = 'strict'")
    assert lane() == "red" and len(alarms()) == 1
    with db.reading() as s:
        assert tampering.now(s) == []
    assert not [d for d in told_by_verify() if d[0].startswith("risk")]


def test_a_damaged_entry_of_approval_is_told_and_weakens_nothing(dba, at_once):
    dba("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
    dba(
        "UPDATE journal_entry SET after = jsonb_set(after, '{content,expression}', '\"false\"') "
        "WHERE event = 'risk.profile-in-force' AND subject = 'strict'"
    )
    queries.forget()
    assert (lane(), lane(1)) == ("red", "yellow"), "nobody can tell what was approved: the papers of all are looked at"
    assert alarms() == [("strict", "journal")]


def test_a_changed_rule_is_a_change_through_two_and_no_tampering(at_once):
    with db.transaction() as s:
        operations.define(s, STRICT, by=SYSTEM)
        operations.set_random_share(s, "*", "0", "red", by=SYSTEM)
    assert lane() == "red" and alarms() == []
    assert not [d for d in told_by_verify() if d[0].startswith("risk")]


def test_the_lane_of_then_is_found_again_whatever_the_table_says_now(dba, at_once):
    case = cases.lodged(declarations.words(items=2))
    dba("DELETE FROM risk_profile")
    queries.forget()
    with db.reading() as s:
        kept = assessment(s, POST, case.id)
        assert kept is not None and recomputed(s, kept).differences == [] and kept.lane == "red"


def test_a_row_from_before_profiles_had_a_life_is_believed_as_far_as_its_entry_goes(dba, at_once):
    """Older entries kept expression and lane alone."""
    dba("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
    dba(
        "UPDATE journal_entry SET event = 'risk.profile-defined', after = jsonb_build_object('version', after -> 'version', "
        "'expression', after -> 'content' -> 'expression', 'lane', after -> 'content' -> 'lane') "
        "WHERE event = 'risk.profile-in-force'"
    )
    with db.reading() as s:
        rows = [dict(row) for row in s.execute(select(JournalEntry.__table__)).mappings()]
    for row in rows:
        dba(
            "UPDATE journal_entry SET hash = %s WHERE post = %s AND number = %s",
            (entry_hash(row), row["post"], row["number"]),
        )
    queries.forget()
    assert (lane(), lane(1)) == ("red", "green") and alarms() == []
    case = cases.lodged(declarations.words(items=2))
    dba("UPDATE risk_profile SET expression = 'false' WHERE code = 'strict'")
    assert lane() == "red" and alarms() == [("strict", "altered")]
    with db.reading() as s:
        kept = assessment(s, POST, case.id)
        assert kept is not None and recomputed(s, kept).differences == []


def test_what_one_person_does_afterwards_hides_no_damaged_entry(dba, at_once):
    """A copy of the profile and the end of that copy say nothing of what was in force."""
    dba("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
    dba(
        "UPDATE journal_entry SET after = jsonb_set(after, '{content,expression}', '\"false\"') "
        "WHERE event = 'risk.profile-in-force' AND subject = 'strict'"
    )
    queries.forget()
    with db.transaction() as s:
        copied = profiles.copy(s, "strict", 1, by=analyst())
        profiles.discard(s, "strict", copied.version, "not needed", by=analyst())
    assert (lane(), lane(1)) == ("red", "yellow")
    with db.reading() as s:
        assert [(p.code, p.problem) for p in tampering.now(s)] == [("strict", "journal")]


@pytest.mark.parametrize("hand", ["taken out", "switched off", "weakened"])
def test_where_the_approval_cannot_be_read_every_consignment_is_looked_at(dba, at_once, hand):
    """The entry of approval is damaged and the row is gone or another one: what should stop goods is not known any more."""
    dba("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
    dba(
        "UPDATE journal_entry SET after = jsonb_set(after, '{content,expression}', '\"false\"') "
        "WHERE event = 'risk.profile-in-force' AND subject = 'strict'"
    )
    dba(HANDS[hand][0])
    queries.forget()
    case = cases.lodged(declarations.words(items=2))
    assert case.lane == "yellow" and alarms() == [("strict", "journal")]
    with db.reading() as s:
        kept = assessment(s, POST, case.id)
        assert kept is not None and recomputed(s, kept).differences == []
        (why,) = reasons.of_assessment(s, kept, "en")
        assert (why["code"], why["lane"]) == ("unreadable-rule", "yellow")
        assert str(why["name"]) == "A rule in force cannot be read" and "Examine the papers" in str(why["instruction"])
    with db.transaction() as s:
        operations.define(s, STRICT, by=SYSTEM)
    assert (lane(), lane(1)) == ("red", "green"), "approved anew, it is known again what stops"

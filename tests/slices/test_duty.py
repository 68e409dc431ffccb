"""Rosters, qualifications, conflicts of interest, and the officer that chance draws."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.duty import operations as duty
from app.duty import queries
from app.duty.commands import (
    CancelShift,
    ChangeShift,
    DeclareConflict,
    EndConflict,
    EndQualification,
    PlanShift,
    Qualify,
)
from app.duty.models import Shift
from app.duty.rules import chance
from tests.factories import actors
from tests.factories.accounts import account

POST = "TJTEM"
#: Before the people of the demonstration were there.
NOW = dt.datetime(2026, 1, 12, 6, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def people(session):
    """Four people of a post, its supervisor, and a clock that stands; nobody else works there."""
    clock.set_clock(session, NOW)
    session.execute(text("UPDATE app_user SET active = false"))
    for login in ("anvar", "bahor", "chori", "dilnoz"):
        account(session, "inspector" if login == "anvar" else "officer", POST, login=login)
    account(session, "supervisor", POST, login="chief")
    return {login: accounts.actor_of_login(session, login) for login in ("anvar", "bahor", "chori", "dilnoz", "chief")}


def shift(session, login, start=NOW, end=NOW + 8 * HOUR, by=None, **more):
    return duty.plan(session, PlanShift(login, POST, start, end, **more), by=by or actors.supervisor(POST))


def drawn(session, **more):
    wanted = {"type": "documents", "agency": "customs", "by": SYSTEM, **more}
    return duty.draw(session, POST, db.now(session), **wanted)


def names(session, pool):
    return sorted(h.login for h in accounts.holders(session, POST, ("officer", "inspector")) if h.person in pool)


def test_a_shift_stands_on_the_roster_and_in_the_journal(session, people):
    made = shift(session, "anvar", place="Gate 2", lane="1")
    [on] = queries.on_duty(session, POST, NOW + HOUR)
    assert (on.person, on.place, on.agency) == (people["anvar"].person, "Gate 2", "customs")
    assert queries.on_duty(session, POST, NOW + 8 * HOUR) == [], "the end of a shift is not in it"
    [entry] = [e for e in journal.queued(session) if e["subject"] == str(made.id)]
    assert entry["event"] == "duty.shift-planned" and entry["role"] == "supervisor"


@pytest.mark.parametrize(
    ("login", "start", "end", "more", "pointer"),
    [
        ("anvar", NOW + HOUR, NOW, {}, "/ends_at"),
        ("anvar", NOW, NOW + 25 * HOUR, {}, "/ends_at"),
        ("anvar", NOW - 9 * HOUR, NOW - HOUR, {}, "/ends_at"),
        ("anvar", NOW + 400 * DAY, NOW + 400 * DAY + HOUR, {}, "/starts_at"),
        ("anvar", NOW, NOW + HOUR, {"agency": "post office"}, "/agency"),
        ("anvar", NOW, NOW + HOUR, {"place": "x" * 61}, "/place"),
        ("nobody.here", NOW, NOW + HOUR, {}, "/login"),
        ("trader", NOW, NOW + HOUR, {}, "/login"),
    ],
)
def test_bad_shifts_are_refused_at_their_place(session, people, login, start, end, more, pointer):
    with pytest.raises(Invalid) as refused:
        shift(session, login, start, end, **more)
    assert pointer in [f.pointer for f in refused.value.findings]


def test_only_the_supervisor_of_the_post_writes_its_roster(session, people):
    for by in (people["anvar"], actors.supervisor("TJPPJ"), actors.administrator(), actors.auditor()):
        with pytest.raises(Forbidden):
            shift(session, "bahor", by=by)
    made = shift(session, "bahor", by=people["chief"])
    with pytest.raises(NotFound):
        duty.cancel(session, CancelShift(made.id, "x"), by=actors.supervisor("TJPPJ"))


def test_nobody_is_in_two_shifts_at_a_time(session, people):
    first = shift(session, "anvar")
    with pytest.raises(Invalid):
        shift(session, "anvar", NOW + 7 * HOUR, NOW + 9 * HOUR)
    shift(session, "anvar", NOW + 8 * HOUR, NOW + 9 * HOUR)
    row = {c.key: getattr(first, c.key) for c in Shift.__table__.columns}
    session.add(Shift(**{**row, "id": UUID(int=7), "starts_at": NOW + 2 * HOUR}))
    with pytest.raises(IntegrityError, match="ex_duty_shift_person_hours"):
        session.flush()


def test_a_changed_roster_does_not_cover_what_was_done_before(session, people):
    """Hours written down afterwards make no earlier act one within a shift, and struck ones still cover what was done in
    them."""
    me = people["anvar"].person
    made = shift(session, "anvar")
    clock.set_clock(session, NOW + 2 * HOUR)
    duty.change(session, ChangeShift(made.id, NOW + HOUR, NOW + 12 * HOUR, "overtime"), by=people["chief"])
    assert queries.was_on_duty(session, me, POST, NOW), "the roster of that moment had him"
    assert queries.was_on_duty(session, me, POST, NOW + 11 * HOUR)
    clock.set_clock(session, NOW + 13 * HOUR)
    shift(session, "bahor", NOW, NOW + 14 * HOUR)
    assert not queries.was_on_duty(session, people["bahor"].person, POST, NOW + HOUR), "written down afterwards"
    assert queries.was_on_duty(session, people["bahor"].person, POST, NOW + 13 * HOUR)
    assert not queries.was_on_duty(session, me, "TJPPJ", NOW)
    assert queries.keeps_roster(session, POST, NOW + 3 * DAY)
    assert not queries.keeps_roster(session, "TJDUS", NOW)


def test_a_cancelled_shift_leaves_the_roster_with_its_reason(session, people):
    made = shift(session, "anvar", NOW + DAY, NOW + DAY + HOUR)
    with pytest.raises(Invalid):
        duty.cancel(session, CancelShift(made.id, " "), by=people["chief"])
    duty.cancel(session, CancelShift(made.id, "ill"), by=people["chief"])
    assert queries.on_duty(session, POST, NOW + DAY) == []
    assert [s.ended_reason for s in queries.struck(session, POST, NOW, NOW + 2 * DAY)] == ["ill"]
    with pytest.raises(WrongState):
        duty.cancel(session, CancelShift(made.id, "again"), by=people["chief"])
    done = shift(session, "anvar", NOW, NOW + HOUR)
    clock.set_clock(session, NOW + 2 * HOUR)
    with pytest.raises(WrongState):
        duty.cancel(session, CancelShift(done.id, "never was"), by=people["chief"])


ROSTER = (
    "login,from,to,agency,place\r\n"
    "anvar,2026-01-13 08:00,2026-01-13 20:00,,Gate 1\r\n"
    "bahor,2026-01-13 08:00,2026-01-14 08:00,veterinary,\r\n"
)


def test_a_file_of_shifts_is_taken_whole(session, people):
    assert duty.take(session, POST, ROSTER.encode(), by=people["chief"]) == 2
    at = dt.datetime(2026, 1, 13, 4, tzinfo=dt.UTC)  # nine o'clock at the post
    assert [(d.name, d.agency) for d in queries.on_duty(session, POST, at)] == [
        ("Anvar", "customs"),
        ("Bahor", "veterinary"),
    ]
    with pytest.raises(Invalid) as refused:
        duty.take(session, POST, ROSTER.encode(), by=people["chief"])
    assert {f.pointer for f in refused.value.findings} == {"/lines/2/from", "/lines/3/from"}


def test_one_bad_row_and_nothing_is_stored(session, people):
    bad = ROSTER + (
        "nobody.here,2026-01-13 08:00,2026-01-13 20:00,,\r\n"
        "chori,13 January,2026-01-13 20:00,,\r\n"
        "dilnoz,2026-01-13 08:00,2026-01-13 20:00,post office,\r\n"
        "anvar,2026-01-13 19:00,2026-01-13 23:00,,\r\n"
    )
    with pytest.raises(Invalid) as refused:
        duty.take(session, POST, bad.encode(), by=people["chief"])
    assert {f.pointer for f in refused.value.findings} == {"/lines/5/from"}, "what cannot be read is told first"
    with pytest.raises(Invalid) as refused:
        duty.take(session, POST, bad.replace("13 January", "2026-01-13 08:00").encode(), by=people["chief"])
    assert {f.pointer for f in refused.value.findings} == {"/lines/4/login", "/lines/6/agency", "/lines/7/from"}
    assert queries.shifts(session, POST, NOW, NOW + 5 * DAY) == []


def test_chance_draws_among_those_on_duty_and_without_a_roster_among_all(session, people):
    assert names(session, drawn(session).pool) == ["anvar", "bahor", "chori", "dilnoz"]
    assert drawn(session).widened == ("roster",)
    shift(session, "anvar")
    shift(session, "bahor")
    shift(session, "chori", NOW + 9 * HOUR, NOW + 10 * HOUR)
    shift(session, "chief", by=actors.supervisor(POST))
    found = drawn(session)
    assert names(session, found.pool) == ["anvar", "bahor"] and found.widened == ()
    assert names(session, drawn(session, excluding={people["anvar"].person}).pool) == ["bahor"]


def test_who_is_qualified_is_drawn_where_a_paper_is_asked(session, people):
    for login in ("anvar", "bahor", "chori"):
        shift(session, login)
    assert drawn(session, type="scanner").widened == ("qualification",), "nobody has the paper: all on duty"
    held = duty.qualify(
        session, Qualify("chori", POST, "type", "scanner", NOW.date(), NOW.date() + DAY), by=people["chief"]
    )
    assert names(session, drawn(session, type="scanner").pool) == ["chori"]
    assert names(session, drawn(session, type="documents").pool) == ["anvar", "bahor", "chori"]
    clock.set_clock(session, NOW + 2 * DAY)
    assert queries.qualified(session, [people["chori"].person], db.now(session).date()) == {}
    clock.set_clock(session, NOW)
    duty.end_qualification(session, EndQualification(held.id, "licence withdrawn"), by=people["chief"])
    assert drawn(session, type="scanner").widened == ("qualification",)


def test_another_agency_is_drawn_from_its_own_people_only(session, people):
    shift(session, "anvar")
    with pytest.raises(WrongState):
        drawn(session, agency="veterinary")
    duty.qualify(session, Qualify("dilnoz", POST, "agency", "veterinary", NOW.date()), by=people["chief"])
    found = drawn(session, agency="veterinary")
    assert found.login == "dilnoz" and found.widened == ("roster",)
    shift(session, "bahor", agency="veterinary")
    assert drawn(session, agency="veterinary").login == "bahor"
    assert "bahor" not in names(session, drawn(session).pool), "today she serves another agency"


def test_who_has_an_interest_in_the_firm_is_never_drawn(session, people):
    for login in ("anvar", "bahor"):
        shift(session, login)
    held = duty.declare_conflict(
        session, DeclareConflict("anvar", POST, "TJ-510012345", "ҶДММ «Сомон»", "family"), by=people["anvar"]
    )
    for firm in ("TJ-510012345", "tj 510012345", " ҷдмм «сомон» "):
        assert drawn(session, conflicted=[firm, "TJ-510067890"]).login == "bahor", firm
    assert len(drawn(session, conflicted=["TJ-510067890"]).pool) == 2
    with pytest.raises(WrongState):
        drawn(
            session,
            conflicted=["TJ-510012345"],
            excluding=[h.person for h in accounts.holders(session, POST, duty.ON_ROSTER) if h.login != "anvar"],
        )
    with pytest.raises(Forbidden):
        duty.end_conflict(session, EndConflict(held.id, "sold"), by=people["anvar"])
    with pytest.raises(WrongState):
        duty.declare_conflict(
            session, DeclareConflict("anvar", POST, "TJ-510012345", "ҶДММ «Сомон»", "family"), by=people["chief"]
        )
    duty.end_conflict(session, EndConflict(held.id, "the share is sold"), by=people["chief"])
    assert len(drawn(session, conflicted=["TJ-510012345"]).pool) == 2


def test_conflicts_are_told_by_oneself_or_the_supervisor_and_seen_by_few(session, people):
    with pytest.raises(Forbidden):
        duty.declare_conflict(session, DeclareConflict("anvar", POST, "TJ-1", "", "debt"), by=people["bahor"])
    duty.declare_conflict(session, DeclareConflict("anvar", POST, "TJ-1", "", "debt"), by=people["chief"])
    assert (
        len(queries.conflicts(session, by=people["anvar"])) == len(queries.conflicts(session, by=people["chief"])) == 1
    )
    assert (
        queries.conflicts(session, by=people["bahor"])
        == queries.conflicts(session, by=actors.supervisor("TJPPJ"))
        == []
    )
    for bad in ({"party": "", "party_name": " "}, {"relation": "neighbour"}, {"note": "x" * 501}):
        wanted = {"party": "TJ-2", "party_name": "", "relation": "debt", "note": "", **bad}
        with pytest.raises(Invalid):
            duty.declare_conflict(session, DeclareConflict("anvar", POST, **wanted), by=people["chief"])


def test_nobody_qualifies_himself_or_twice(session, people):
    paper = Qualify("chief", POST, "type", "dog", NOW.date())
    with pytest.raises(Forbidden):
        duty.qualify(session, paper, by=people["chief"])
    duty.qualify(session, paper, by=actors.supervisor(POST, login="supervisor9"))
    with pytest.raises(WrongState):
        duty.qualify(session, paper, by=actors.supervisor(POST, login="supervisor9"))
    for bad in ({"kind": "type", "code": "customs"}, {"kind": "rank"}, {"valid_to": NOW.date() - DAY}):
        with pytest.raises(Invalid):
            duty.qualify(
                session, Qualify(**{"login": "anvar", "post": POST, "kind": "type", "code": "dog", "valid_from": NOW.date(), **bad}),
                by=people["chief"],
            )  # fmt: skip


def test_every_draw_is_journaled_and_can_be_computed_again(session, people):
    seed, inspection = b"s" * 32, UUID(int=99)
    for login in ("anvar", "bahor", "chori"):
        shift(session, login)
    for nth in range(5):
        found = drawn(session, number=chance.number_of(seed, inspection, nth), subject=inspection)
        entry = [e for e in journal.queued(session) if e["event"] == "duty.officer-drawn"][-1]
        pool = chance.ordered(UUID(p) for p in entry["after"]["pool"])
        assert entry["subject"] == str(inspection) and entry["after"]["sealed"] is True
        assert (
            chance.chosen(pool, chance.number_of(seed, inspection, nth))
            == found.person
            == UUID(entry["after"]["person"])
        )
    assert drawn(session).sealed is False


@pytest.mark.parametrize("size", [2, 3, 7])
def test_chance_favours_nobody(size):
    """χ² over 6000 sealed draws; by luck alone this fails once in a thousand, and the seed is fixed."""
    pool = chance.ordered(actors.person(f"p{n}") for n in range(size))
    seed = bytes(range(32))
    count = Counter(
        chance.chosen(pool, chance.number_of(seed, actors.person(f"inspection {n}"), n % 3)) for n in range(6000)
    )
    expected = 6000 / size
    square = sum((count[person] - expected) ** 2 / expected for person in pool)
    assert square < {2: 10.83, 3: 13.82, 7: 22.46}[size]
    runs = [chance.chosen(pool, chance.number_of(seed, actors.person(f"inspection {n}"), 0)) for n in range(3000)]
    same = sum(a == b for a, b in zip(runs, runs[1:], strict=False))
    assert abs(same - 2999 / size) < 4 * (2999 / size * (1 - 1 / size)) ** 0.5, (
        "who came last says nothing of who comes next"
    )

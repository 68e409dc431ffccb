"""Watch lists: who sees them, what stands on them, what looking raises, and what is remembered of the answers."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.declarations import schemas
from app.declarations.commands import SettleRequest
from app.flows import amending, answering, approving, offering, watching
from app.flows.movements import departing
from app.inspections import queries as inspected
from app.reference.queries import codebook
from app.api import presenters
from app.registers import reasons, watched
from app.risk import operations as risk
from app.risk.queries.assessments import assessment
from app.transit.commands import Release
from app.watchlists import operations, queries
from app.watchlists.commands import MakeList, Reader, Seen, Subject
from app.watchlists.lifecycle import Kind, SubjectKind
from app.watchlists.models import WatchMatch
from app.watchlists.queries import found
from tests.factories import cases, declarations, lives, movements, roads
from tests.factories.actors import (
    POST,
    actor,
    administrator,
    analyst,
    auditor,
    officer,
    person,
    supervisor,
    trader,
)
from tests.factories.watching import FIRDAVS, listed, looked_for

NAMES = (Kind.PERSON, Kind.COMPANY)
NOTHING_WATCHED = {"watch_lists": [], "watch_confirmed": 0, "watch_more": False}


@pytest.fixture(autouse=True)
def asked_anew(session):
    queries.forget()
    yield
    queries.forget()


def second() -> object:
    return actor("analyst", "*", login="analyst2")


@contextmanager
def refused(words: str):
    with pytest.raises(Invalid) as found:
        yield
    assert any(words in str(f.message) for f in found.value.findings), found.value.findings


def look(session, *seen: Seen, subject: UUID | None = None):
    about = Subject(SubjectKind.DECLARATION, POST, subject or uuid4())
    at = db.now(session)
    return operations.look(session, about, seen, at, day=codebook(session).day_at(POST, at), by=SYSTEM)


def consignee(words: str) -> Seen:
    return Seen(NAMES, "consignee", words)


def journaled(session, event: str) -> list[dict]:
    journal.seal(session)
    rows = session.execute(text("SELECT after, reason, login FROM journal_entry WHERE event = :event"), {"event": event})
    return [dict(row._mapping) for row in rows]


# Lists and who sees them ----------------------------------------------------------------------------------------------


def test_a_list_is_not_there_for_who_is_not_let_in(session):
    listed(session, roles=())
    for outside in (second(), auditor(), supervisor(), officer(), administrator(), trader()):
        with pytest.raises(NotFound):
            queries.list_by_code(session, "WANTED", by=outside)
        assert queries.lists(session, by=outside) == []
    assert [(w.code, n) for w, n in queries.lists(session, by=analyst())] == [("WANTED", 0)]
    operations.let_in(session, "WANTED", Reader(person("analyst2"), "analyst2", "Second"), "works on it", by=analyst())
    assert queries.list_by_code(session, "WANTED", by=second()).owner == person("analyst")
    operations.let_out(session, "WANTED", "analyst2", "case is over", by=analyst())
    with pytest.raises(NotFound):
        queries.list_by_code(session, "WANTED", by=second())
    with pytest.raises(WrongState, match="Nobody would see"):
        operations.let_out(session, "WANTED", "analyst", "x", by=analyst())
    operations.open_to(session, "WANTED", ("auditor",), "yearly review", by=analyst())
    assert [w.code for w, _n in queries.lists(session, by=auditor())] == ["WANTED"]
    assert queries.lists(session, by=second()) == []


@pytest.mark.parametrize("who", [officer(), supervisor(), auditor(), administrator(), trader()], ids=lambda a: a.login)
def test_only_analysts_make_lists(session, who):
    with pytest.raises(Forbidden):
        listed(session, by=who)


def test_a_list_says_all_that_is_wrong_with_it(session):
    bad = MakeList("x y", {"ru": "Розыск", "de": "Suche"}, "", " ", roles=("officer",), valid_to=dt.date(2001, 1, 1))
    with pytest.raises(Invalid) as found:
        operations.make(session, bad, by=analyst())
    assert {f.pointer for f in found.value.findings} == {
        "/code", "/names/en", "/names/de", "/source", "/reason", "/roles", "/valid_to",
    }  # fmt: skip
    listed(session)
    with refused("already"):
        listed(session)


# Entries --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "more", "field"),
    [
        (Kind.PERSON, " ", {}, "name"),
        (Kind.PERSON, "Ali\u202e", {}, "name"),
        (Kind.PLATE, "A1", {}, "name"),
        (Kind.PHONE, "12", {}, "name"),
        (Kind.COMPANY, "ООО", {"source": ""}, "source"),
        (Kind.PERSON, "Али Раҳимов", {"reason": ""}, "reason"),
        (Kind.PERSON, "Али Раҳимов", {"valid_to": dt.date(2001, 1, 1)}, "valid_to"),
        (Kind.PERSON, "Али Раҳимов", {"valid_from": dt.date(1900, 1, 1)}, "valid_from"),
        (Kind.PLATE, "KBL 12345", {"aliases": ("KBL 99999",)}, "aliases"),
        (Kind.PERSON, "Али Раҳимов", {"aliases": ("",)}, "aliases"),
    ],
)
def test_what_is_wrong_with_an_entry_stands_at_its_field(session, kind, name, more, field):
    listed(session)
    with pytest.raises(Invalid) as found:
        looked_for(session, kind, name, **more)
    assert f"/{field}" in [f.pointer for f in found.value.findings]


def test_an_entry_stands_once_on_a_list_until_it_is_removed_by_two(session):
    listed(session)
    entry = looked_for(session)
    with refused("on this list already"):
        looked_for(session)
    proposal = operations.propose_removal(session, entry.id, "was another", by=analyst())
    with pytest.raises(Forbidden, match="yourself"), session.begin_nested():
        approving.approve(session, proposal.id, "", by=analyst())
    with pytest.raises(Forbidden, match="let in"), session.begin_nested():
        approving.approve(session, proposal.id, "", by=supervisor())
    operations.let_in(session, "WANTED", Reader(person("analyst2"), "analyst2", "Second"), "second person", by=analyst())
    approving.approve(session, proposal.id, "seen the file", by=second())
    session.refresh(entry)
    assert entry.status_on(db.now(session).date()) == "removed" and entry.removed_reason == "was another"
    assert look(session, consignee(FIRDAVS)).matches == ()
    again = looked_for(session)
    assert again.id != entry.id and len(queries.entries(session, listed_now(session), gone=True)) == 1
    told = str(journaled(session, "watchlist.entry-removed"))
    assert "was another" in told and "analyst2" in told


def closed(session, last_day):
    """The list ends on a day by two persons who are let in."""
    proposal = operations.propose_close(session, "WANTED", last_day, "the order ended", by=analyst())
    operations.let_in(session, "WANTED", Reader(person("analyst2"), "analyst2", "Second"), "second person", by=analyst())
    approving.approve(session, proposal.id, "read the order", by=second())


def test_a_list_is_closed_by_two_who_are_let_in(session):
    found = listed(session)
    looked_for(session)
    today = db.now(session).date()
    with refused("is over"):
        operations.propose_close(session, "WANTED", today - dt.timedelta(days=1), "the order ended", by=analyst())
    with pytest.raises(NotFound):
        operations.propose_close(session, "WANTED", today, "the order ended", by=second())
    proposal = operations.propose_close(session, "WANTED", today, "the order ended", by=analyst())
    assert found.valid_to is None and "WANTED" not in proposal.reference
    with pytest.raises(Forbidden, match="yourself"), session.begin_nested():
        approving.approve(session, proposal.id, "", by=analyst())
    for settle in (approving.approve, approving.reject):
        with pytest.raises(Forbidden, match="let in"), session.begin_nested():
            settle(session, proposal.id, "no", by=supervisor())
    operations.open_to(session, "WANTED", ("supervisor",), "to judge it", by=analyst())
    approving.approve(session, proposal.id, "read the order", by=supervisor())
    session.refresh(found)
    assert found.valid_to == today
    (told,) = journaled(session, "watchlist.ends")
    assert told["after"]["valid_to"] == today.isoformat() and told["login"] == "supervisor"


def test_who_is_not_let_in_learns_of_a_proposal_only_that_there_is_one(session):
    listed(session)
    entry = looked_for(session)
    today = db.now(session).date()
    made = {
        operations.propose_removal(session, entry.id, "Firdavs was another", by=analyst()).id,
        operations.propose_close(session, "WANTED", today, "Firdavs was the last", by=analyst()).id,
    }
    for outside in (second(), auditor(), supervisor()):
        seen = [p for p in approving.waiting(session, by=outside) if p.id in made]
        assert len(seen) == 2
        for proposal in (*seen, *(approving.visible(session, id, by=outside) for id in made)):
            assert proposal.is_sealed and (proposal.proposed_login, proposal.payload) == ("analyst", {})
            assert not approving.may_settle(proposal, by=outside)
            assert "Firdavs" not in str(presenters.proposal(proposal)) and "WANTED" not in str(presenters.proposal(proposal))
    assert not session.new and not session.dirty, "what is shown is a copy"
    operations.let_in(session, "WANTED", Reader(person("analyst2"), "analyst2", "Second"), "works on it", by=analyst())
    inside = [p for p in approving.waiting(session, by=second()) if p.id in made]
    assert {p.reason for p in inside} == {"Firdavs was another", "Firdavs was the last"}
    assert all(approving.may_settle(p, by=second()) for p in inside)


def listed_now(session):
    return queries.list_by_code(session, "WANTED", by=analyst())


def test_the_database_removes_nothing_and_lets_nobody_remove_alone(session):
    listed(session)
    entry = looked_for(session)
    for change in ("removed_at = now()", "removed_at = now(), removed_by = added_by, removed_with = added_by, removed_reason = 'x'"):
        with pytest.raises(Exception, match=r"ck_watch_entry_removed"), session.begin_nested():
            session.execute(text(f"UPDATE watch_entry SET {change} WHERE id = :id"), {"id": entry.id})
    with pytest.raises(Exception, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE watch_entry SET name = 'x' WHERE id = :id"), {"id": entry.id})


# Looking --------------------------------------------------------------------------------------------------------------


def test_looking_finds_names_in_other_scripts_and_numbers_as_they_are_typed(session):
    listed(session)
    looked_for(session)
    looked_for(session, Kind.COMPANY, "Kabul Milli Transport Ltd")
    looked_for(session, Kind.PLATE, "01 АВ 123 Х")
    looked_for(session, Kind.CONTAINER, "MSKU 123456-5")
    looked_for(session, Kind.PHONE, "+992 (93) 500-12-34")
    looked_for(session, Kind.DOCUMENT, "P-0123 4567")
    found = look(
        session,
        consignee("RAKHIMOV FIRDAVS"),
        Seen(NAMES, "consignor", "شرکت ترانسپورتی کابل ملی لمیتد"),
        Seen((Kind.PLATE,), "vehicle", "01AB123X"),
        Seen((Kind.CONTAINER,), "container", "MSKU1234565"),
        Seen((Kind.PHONE,), "consignee", "00992 93 5001234"),
        Seen((Kind.DOCUMENT,), "driver", "p01234567"),
        Seen(NAMES, "driver", "Фаррух Раҳимов"),
        Seen((Kind.DOCUMENT,), "invoice", "MSKU1234565"),
    )
    assert found.lists == ("WANTED",) and len(found.matches) == 6 and found.confirmed == 0
    kept = {m.kind: m for m, _entry, _list in queries.matches(session, by=analyst())}
    assert kept["person"].seen == "RAKHIMOV FIRDAVS" and kept["person"].role == "consignee"
    assert 0.86 <= kept["person"].score < 1 and kept["plate"].score == 1 and kept["company"].role == "consignor"


def test_what_is_over_removed_or_on_a_list_that_ended_is_not_looked_for(session):
    listed(session)
    today = db.now(session).date()
    looked_for(session, name="Али Каримов", valid_to=today)
    assert look(session, consignee("Али Каримов")).lists == ("WANTED",)
    clock.set_clock(session, db.now(session) + dt.timedelta(days=1))
    queries.forget()
    assert look(session, consignee("Али Каримов")).lists == ()
    looked_for(session)
    assert look(session, consignee(FIRDAVS)).lists == ("WANTED",)
    closed(session, db.now(session).date())
    clock.set_clock(session, db.now(session) + dt.timedelta(days=1))
    assert look(session, consignee(FIRDAVS)).lists == ()
    with pytest.raises(WrongState, match="over"):
        looked_for(session, name="Назар Сафаров")


def test_a_question_is_asked_once_and_its_answer_is_remembered(session):
    listed(session)
    looked_for(session)
    one, other = uuid4(), uuid4()
    asked = look(session, consignee("Рахимов Фирдавс"), Seen(NAMES, "declarant", "РАХИМОВ  ФИРДАВС"), subject=one)
    assert len(asked.matches) == 1, "the same words are one question, wherever they stand"
    assert look(session, consignee("Рахимов Фирдавс"), subject=one).matches == ()
    assert queries.asking(session, one) == {"open": 1, "confirmed": 0}
    operations.dismiss(session, asked.matches[0], "born 1999, ours 1962", by=analyst())
    assert look(session, consignee("Рахимов Фирдавс"), subject=one).lists == ()
    later = look(session, consignee("рахимов фирдавс"), subject=other)
    assert later.lists == () and len(later.matches) == 1
    kept, _entry, _list = queries.match(session, later.matches[0], by=analyst())
    assert (kept.status, kept.remembered, kept.reason) == ("dismissed", asked.matches[0], "born 1999, ours 1962")
    assert look(session, consignee("Firdavs Rahimov"), subject=uuid4()).lists == ("WANTED",), "other words are another question"


def test_what_was_confirmed_is_remembered_as_confirmed(session):
    listed(session)
    looked_for(session)
    asked = look(session, consignee(FIRDAVS))
    operations.confirm(session, asked.matches[0], "same passport", by=analyst())
    later = look(session, consignee(FIRDAVS))
    assert (later.confirmed, later.lists, len(later.matches)) == (1, ("WANTED",), 1)
    kept = queries.match(session, later.matches[0], by=analyst())[0]
    assert (kept.status, kept.remembered, kept.reason) == ("confirmed", asked.matches[0], "same passport")
    other = look(session, Seen(NAMES, "consignee", FIRDAVS, "P777"))
    assert other.confirmed == 1, "a new paper frees nobody"
    assert queries.match(session, other.matches[0], by=analyst())[0].status == "open", "but he is asked about"
    operations.dismiss(session, asked.matches[0], "the passport was forged", by=analyst())
    assert queries.match(session, asked.matches[0], by=analyst())[0].status == "retracted"
    with pytest.raises(WrongState):
        operations.confirm(session, asked.matches[0], "again", by=analyst())
    assert look(session, consignee(FIRDAVS)).lists == ()


def test_a_namesake_with_another_paper_is_asked_about(session):
    listed(session)
    looked_for(session, name="Muhammad Rahimov")

    def driven(number: str, declarant: str = "020012345") -> list[str]:
        body = declarations.words()
        body["declarant"]["id"] = declarant
        body["transport"]["driver"] = {"name": "Muhammad Rahimov", "document": {"type": "P", "number": number}}
        if not number:
            del body["transport"]["driver"]["document"]
        seen = watched.in_declaration(schemas.read(body))
        return [queries.match(session, m, by=analyst())[0] for m in look(session, *seen).matches]

    (first,) = driven("P9999992")
    operations.dismiss(session, first.id, "born 1999, ours 1962", by=analyst())
    assert [m.status for m in driven("p 9999992")] == ["dismissed"]
    assert [m.status for m in driven("P777")] == ["open"]
    (nameless,) = driven("")
    assert nameless.status == "open", "without a paper nobody knows that it is the same namesake"
    operations.dismiss(session, nameless.id, "the driver of that firm", by=analyst())
    assert [m.status for m in driven("")] == ["dismissed"]
    assert [m.status for m in driven("", "510099999")] == ["open"], "he came with another firm"


def test_an_officer_reads_what_the_list_has_him_do_and_no_contradiction(session):
    listed(session, instruction="Keep him in the waiting room")
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    first = declarations.lodged(session).declaration
    journal.seal(session)
    told = reasons.of_declaration(session, first, "en", by=officer())
    assert first.lane == "yellow" and [r["code"] for r in told.reasons] == ["watch-question"] and not told.to_do
    assert reasons.ASK_THE_ANALYST in told.reasons[0]["met"]
    (asked,) = queries.of_subject(session, first.id)
    operations.confirm(session, asked.id, "same passport", by=analyst())
    again = declarations.lodged(session).declaration
    journal.seal(session)
    told = reasons.of_declaration(session, again, "en", by=officer())
    assert again.lane == "red" and [r["met"] for r in told.reasons] == [[reasons.CONFIRMED]]
    assert (told.open, told.confirmed, told.to_do) == (0, 1, ["Keep him in the waiting room"])


def test_goods_do_not_go_while_a_question_waits(session, monkeypatch):
    """Also where the profile that says so was switched off."""
    assess = risk.assess
    blind = lambda s, about, facts, at, **more: assess(s, about, {**facts, "watch_lists": []}, at, **more)  # noqa: E731
    monkeypatch.setattr(risk, "assess", blind)
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    lodged = declarations.lodged(session).declaration
    assert (lodged.lane, lodged.status) == ("yellow", "selected")


def test_nobody_lets_goods_go_while_a_question_waits(session):
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    case = cases.lodged()
    for decision in ("release", "release-with-correction"):
        with pytest.raises(WrongState, match="Ask the analyst") as refused:
            cases.decided(case, decision)
        assert [f.rule for f in refused.value.findings] == ["release.watch-question"]
    offer = offering.offered(session, case, by=officer()).choice("release")
    assert [f.rule for f in offer.stands_against] == ["release.watch-question"]
    (asked,) = queries.of_subject(session, case.id)
    answering.dismiss(session, asked.id, "born 1999, ours 1962", by=analyst())
    assert cases.decided(case).status in ("released", "assessed")


def test_what_an_analyst_confirms_raises_the_consignment_at_hand(session):
    cases.no_chance()
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    yellow, gone = cases.lodged(), cases.lodged()
    cases.decided(gone, "refuse")
    for case in (yellow, gone):
        (asked,) = queries.of_subject(session, case.id)
        with pytest.raises(Forbidden):
            answering.confirm(session, asked.id, "same passport", by=officer())
        with db.transaction() as inner:
            answering.confirm(inner, asked.id, "same passport, case 12", by=analyst())
    yellow, gone = cases.again(yellow), cases.again(gone)
    assert (yellow.lane, yellow.status) == ("red", "selected")
    assert (gone.lane, gone.status) == ("yellow", "refused"), "it is decided"
    looks = inspected.of_declaration(session, POST, yellow.id)
    (waiting,) = [look for look in looks if look.is_open]
    assert (waiting.kind, waiting.reason, waiting.profiles[0]["code"]) == ("goods", "profile", "watch-confirmed")
    (raised,) = [e for e in journal.history(session, POST, "declaration", str(yellow.id)) if e.event == "declaration.rerouted"]
    assert (raised.role, raised.reason) == ("system", "watch-confirmed/1"), "the analyst's own words stay with the match"
    with pytest.raises(WrongState, match="inspected"):
        cases.decided(yellow)


def test_what_is_cleared_comes_back_when_it_is_confirmed_or_names_somebody_listed(session):
    lives.alone()
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    looked_for(session, Kind.COMPANY, "Kabul Milli Transport")

    def cleared():
        case = cases.inspected(lives.lodged(lives.lane("red", lives.due())))
        for asked in queries.of_subject(session, case.id):
            if asked.status == "open":
                answering.dismiss(session, asked.id, "another of the name", by=analyst())
        return cases.decided(case)

    def renamed(body):
        body["consignee"]["name"] = "Kabul Milli Transport"

    first, second_ = cleared(), cleared()
    assert (first.status, first.lane, second_.status) == ("assessed", "red", "assessed")
    done = lives.asked_to_amend(first, renamed)
    amending.accept(session, SettleRequest(first.reference, done.amendment.id, "agreed"), by=officer())
    assert (cases.again(first).status, cases.again(first).lane) == ("selected", "red")
    asked = queries.of_subject(session, second_.id)[0]
    answering.confirm(session, asked.id, "it is he after all", by=analyst())
    assert (cases.again(second_).status, cases.again(second_).lane) == ("selected", "red")


def test_a_movement_waits_for_the_answer_and_is_raised_by_a_yes(session):
    cases.no_chance()
    listed(session)
    body = roads.secured(movements.national(), roads.guarantee().grn)
    looked_for(session, Kind.PLATE, body["transport"]["vehicle"]["plate"])
    moved = roads.lodged(body)
    with pytest.raises(WrongState, match="Ask the analyst"):
        departing.release(session, Release(moved.reference, POST), by=officer())
    (asked,) = queries.of_subject(session, moved.id)
    answering.confirm(session, asked.id, "the same truck", by=analyst())
    assert roads.again(moved).lane == "red"
    with pytest.raises(WrongState, match="is red"):
        departing.release(session, Release(moved.reference, POST), by=officer())


def test_only_the_newest_answers_are_read(session):
    listed(session)
    entry = looked_for(session)
    first = look(session, consignee(FIRDAVS)).matches[0]
    operations.dismiss(session, first, "another of the name", by=analyst())
    for days in (1, 2, 3):
        clock.set_clock(session, db.now(session) + dt.timedelta(days=days))
        look(session, consignee(FIRDAVS))
    clock.set_clock(session, db.now(session) + dt.timedelta(days=1))
    operations.confirm(session, first, "it is he after all", by=analyst())
    session.expunge_all()
    read = []
    (words,) = {m.seen_value for m in queries.of_entry(session, entry)}
    session.expunge_all()

    def told(one, _context):
        read.append(one.status)

    event.listen(WatchMatch, "load", told)
    try:
        (answers,) = queries.remembered(session, [(entry.id, words)]).values()
    finally:
        event.remove(WatchMatch, "load", told)
    assert [one.id for one in answers.values()] == [first] and read == ["confirmed"]


def test_lists_hold_for_the_day_of_the_post(session):
    listed(session)
    at = db.now(session).replace(hour=21, minute=0) + dt.timedelta(days=1)  # 02:00 of the next day in Dushanbe
    clock.set_clock(session, at)
    tomorrow = at.date() + dt.timedelta(days=1)
    looked_for(session, Kind.PERSON, "Ahmad Noori", valid_from=tomorrow)
    looked_for(session, Kind.PLATE, "KBL48213", valid_to=at.date())
    found = watching.in_declaration(session, schemas.read(declarations.words()), codebook(session), at, uuid4(), by=SYSTEM)
    seen = session.execute(text("SELECT array_agg(kind) FROM watch_match")).scalar_one()
    assert found["watch_lists"] == ["WANTED"] and seen == ["person"]


def test_only_an_analyst_who_is_let_in_answers_and_gives_his_reason(session):
    listed(session, roles=("auditor",))
    looked_for(session)
    (match,) = look(session, consignee(FIRDAVS)).matches
    with pytest.raises(NotFound):
        operations.dismiss(session, match, "x", by=second())
    for who in (auditor(), officer(), supervisor(), administrator(), trader()):
        with pytest.raises(Forbidden):
            operations.confirm(session, match, "x", by=who)
    with refused("reason"):
        operations.confirm(session, match, " ", by=analyst())
    operations.confirm(session, match, "same passport", by=analyst())
    (told,) = journaled(session, "watchlist.confirmed")
    assert told["reason"] == "same passport" and told["login"] == "analyst"
    (raised,) = journaled(session, "watchlist.matched")
    assert FIRDAVS not in str(raised) and "WANTED" not in str(raised), "the journal does not tell who is looked for"


# A consignment --------------------------------------------------------------------------------------------------------


def test_everything_that_a_declaration_names_is_looked_at(session):
    words = declarations.words()
    words["consignee"]["address"] = "Душанбе, тел. +992 93 500 12 34"
    words["transport"]["trailer"] = {"plate": "0101TT", "country": "TJ"}
    words["items"][0]["documents"].append({"type": "911", "number": "LIC-7777"})
    seen = watched.in_declaration(schemas.read(words))
    found = {(one.role, one.text) for one in seen}
    for wanted in (
        ("consignor", "شرکت تجارتی کابل ستاره"), ("consignor", "AF-9001234567"), ("consignor", "سرک ۴، کابل"),
        ("consignee", "ҶДММ «Сомон»"), ("consignee", "+992 93 500 12 34"), ("declarant", "ҶДММ «Сомон»"), ("driver", "احمد نوری"),
        ("driver", "P01234567"), ("trailer", "0101TT"), ("container", "MSKU1234565"), ("document", "CMR-1"), ("document", "LIC-7777"),
    ):  # fmt: skip
        assert wanted in found, wanted


def test_everything_that_a_movement_names_is_looked_at(session):
    from app.transit import schemas as transit

    body = movements.national()
    seen = watched.in_movement(transit.read(body))
    roles = {one.role for one in seen}
    assert {"holder", "vehicle", "consignee", "consignor"} <= roles
    assert (Kind.PLATE,) in {one.kinds for one in seen if one.role == "vehicle"}


def test_a_lodged_declaration_knows_its_matches(session):
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    lodged = declarations.lodged(session)
    kept = session.execute(
        text("SELECT m.role, m.seen, m.status FROM watch_match m WHERE subject_id = :id"), {"id": lodged.declaration.id}
    ).one()
    assert tuple(kept) == ("driver", "احمد نوری", "open")
    journal.seal(session)
    facts = session.execute(
        text("SELECT facts FROM risk_assessment WHERE declaration_id = :id"), {"id": lodged.declaration.id}
    ).scalar_one()
    assert facts["watch_lists"] == ["WANTED"] and facts["watch_confirmed"] == 0
    assert watched.references(session, [lodged.declaration.id])[lodged.declaration.id] == lodged.declaration.mrn


def test_a_lodged_movement_is_looked_at(session):
    listed(session)
    body = roads.secured(movements.national(), roads.guarantee().grn)
    looked_for(session, Kind.PLATE, body["transport"]["vehicle"]["plate"])
    moved = roads.lodged(body)
    kept = session.execute(
        text("SELECT role, status, subject_kind FROM watch_match WHERE subject_id = :id"), {"id": moved.id}
    ).all()
    assert [tuple(k) for k in kept] == [("vehicle", "open", "movement")]


def test_without_a_list_nothing_is_asked_and_with_one_a_single_statement(session, statements):
    codes, at, body = codebook(session), db.now(session), schemas.read(declarations.words())
    watching.in_declaration(session, body, codes, at, uuid4(), by=SYSTEM)
    statements.clear()
    assert watching.in_declaration(session, body, codes, at, uuid4(), by=SYSTEM) == NOTHING_WATCHED
    assert statements == []
    listed(session)
    looked_for(session, Kind.PERSON, "Nobody Whatsoever")
    queries.forget()
    queries.any_in_force(session, at.date())
    statements.clear()
    watching.in_declaration(session, body, codes, at, uuid4(), by=SYSTEM)
    assert len(statements) == 1
    queries.forget()


def test_more_names_than_are_looked_at_are_told_and_looked_at_by_hand(session, monkeypatch):
    listed(session)
    looked_for(session, Kind.PERSON, "Ahmad Noori")
    looked_for(session, Kind.PERSON, "Ahmad Noorzai")
    assert not look(session, Seen(NAMES, "driver", "Ahmad Noori")).more
    monkeypatch.setattr(found, "MOST_CANDIDATES", 1)
    cut = look(session, Seen(NAMES, "driver", "Ahmad Noori"))
    assert cut.more and len(cut.matches) <= 1
    lodged = declarations.lodged(session)
    assert lodged.declaration.lane == "yellow"
    session.flush()
    journal.seal(session)
    kept = assessment(session, POST, lodged.declaration.id)
    assert kept.facts["watch_more"] is True
    (why,) = [one for one in reasons.of_assessment(session, kept, "en") if one["code"] == "too-many-names"]
    assert str(why["name"]) == "More names resemble than were looked at" and "by hand" in str(why["instruction"])


# Searching ------------------------------------------------------------------------------------------------------------


def test_a_name_typed_in_any_script_finds_who_is_near(session):
    listed(session)
    looked_for(session, aliases=("Абдулло Фирдавсов",))
    looked_for(session, name="Рахимов Фирдус")
    today = db.now(session).date()
    (best, why), *_rest = queries.nearest(session, "فردوس رحیموف", NAMES, today, by=analyst())
    assert best.entry.name == FIRDAVS and best.score > 0.9 and why is not None
    assert {pair[1] for pair in why.pairs} == {"раҳимов", "фирдавс"}
    assert queries.nearest(session, "فردوس رحیموف", NAMES, today, by=second()) == []

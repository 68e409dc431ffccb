"""Who works on what: claimed, given back, taken over, ended; and the filters that people keep for themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.claims import operations as claims
from app.claims import queries
from app.claims.commands import KeepFilter
from app.claims.models import SavedFilter, WorkClaim
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.journal import JournalEntry
from app.flows import claimed
from app.registers import board, worklist
from app.registers.movements import worklist as movements
from app.registers.narrowing import Narrowed
from app.registers.worklist import Wanted
from tests.factories import cases, roads
from tests.factories import movements as movements_of


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture
def people(session):
    """people("officer"): the person of the contract, as he signs in."""
    return lambda login: accounts.actor_of_login(session, login)


def do(verb, *given, by):
    with db.transaction() as session:
        return verb(session, *given, by=by)


def holder(case):
    with db.reading() as session:
        held = queries.holding(session, case.post, case.id, db.now(session))
        return held.name if held else None


def told(case):
    """What the journal says of it: (event, reason)."""
    with db.reading() as session:
        rows = select(JournalEntry).where(JournalEntry.kind == "claim", JournalEntry.subject == str(case.id))
        return [(e.event, e.reason) for e in session.execute(rows.order_by(JournalEntry.number)).scalars()]


def test_others_see_who_works_on_it_until_he_gives_it_back(people):
    case, first, second = cases.yellow(), people("officer"), people("officer2")
    made = do(claimed.claim, case.reference, by=first)
    again = do(claimed.claim, case.reference, by=first)  # one's own goes on
    assert again.id == made.id and holder(case) == first.name
    with pytest.raises(WrongState) as refused:
        do(claimed.claim, case.reference, by=second)
    assert refused.value.facts == {"claimed_by": first.name}
    with pytest.raises(WrongState):
        do(claimed.release, case.reference, by=second)
    do(claimed.release, case.reference, by=first)
    do(claimed.release, case.reference, by=first)  # gone already
    assert holder(case) is None
    assert told(case) == [("claim.claimed", ""), ("claim.released", "")]


def test_it_is_taken_over_with_a_reason_that_is_kept(people):
    case, first, second = cases.yellow(), people("officer"), people("officer2")
    with pytest.raises(WrongState):
        do(claimed.take_over, case.reference, "nobody is there", by=second)
    do(claimed.claim, case.reference, by=first)
    for reason in ("", "   ", "x" * 2001):
        with pytest.raises(Invalid) as refused:
            do(claimed.take_over, case.reference, reason, by=second)
        assert [f.pointer for f in refused.value.findings] == ["/reason"]
    with pytest.raises(WrongState):
        do(claimed.take_over, case.reference, "mine anyway", by=first)
    do(claimed.take_over, case.reference, "his shift is over", by=second)
    assert holder(case) == second.name
    assert told(case)[1:] == [("claim.taken", "his shift is over"), ("claim.claimed", "")]


def test_it_goes_by_itself_when_nothing_is_done(session, people):
    case, first, second = cases.yellow(), people("officer"), people("officer2")
    do(claimed.claim, case.reference, by=first)
    clock.set_clock(session, db.now(session) + dt.timedelta(minutes=30))
    do(claimed.renew, case.reference, by=first)  # a deed of his
    do(claimed.renew, case.reference, by=second)  # another's deed does nothing to it
    clock.set_clock(session, db.now(session) + dt.timedelta(minutes=30))
    assert holder(case) == first.name
    clock.set_clock(session, db.now(session) + dt.timedelta(minutes=16))
    assert holder(case) is None
    do(claimed.claim, case.reference, by=second)
    assert holder(case) == second.name
    assert [event for event, _reason in told(case)] == ["claim.claimed", "claim.idle", "claim.claimed"]


def test_a_claim_stops_no_verb_and_ends_with_the_decision(people):
    held, freed = cases.yellow(), cases.yellow()
    for case in (held, freed):
        do(claimed.claim, case.reference, by=people("officer"))
    cases.decided(held, "hold", by=people("officer2"))
    cases.decided(freed, "release", by=people("officer2"))
    assert holder(held) == people("officer").name  # it still waits for an officer
    assert holder(freed) is None
    assert told(freed)[-1] == ("claim.decided", "")
    with pytest.raises(WrongState):
        do(claimed.claim, freed.reference, by=people("officer"))


def test_who_works_nowhere_near_claims_nothing(people):
    case = cases.yellow()
    for login, refusal in (("auditor", Forbidden), ("analyst", Forbidden), ("officer.TJDUS", NotFound)):
        with pytest.raises(refusal):
            do(claimed.claim, case.reference, by=people(login))
    with pytest.raises(Forbidden):
        do(claimed.claim, case.reference, by=people("trader"))


def test_the_database_lets_one_hold_it(session, people):
    case = cases.yellow()
    do(claimed.claim, case.reference, by=people("officer"))
    copy = text(
        "INSERT INTO work_claim (post, id, about, subject, reference, person, name, claimed_at, idle_at) "
        "SELECT post, gen_random_uuid(), about, subject, reference, person, name, claimed_at, idle_at FROM work_claim "
        "WHERE subject = :subject"
    )
    with pytest.raises(IntegrityError, match="uq_work_claim_open"), session.begin_nested():
        session.execute(copy, {"subject": case.id})
    taken_by_himself = text(
        "UPDATE work_claim SET ended_at = claimed_at, ended_how = 'taken', ended_by = person, reason = 'x' "
        "WHERE subject = :subject"
    )
    with pytest.raises(IntegrityError, match="taken_by_another"), session.begin_nested():
        session.execute(taken_by_himself, {"subject": case.id})
    assert session.execute(select(WorkClaim.person).where(WorkClaim.subject == case.id)).scalars().all() == [
        people("officer").person
    ]


def test_a_movement_is_claimed_at_each_office_by_itself(people):
    movement = roads.lodged(roads.secured(movements_of.national(), roads.guarantee().grn))
    do(claimed.claim, movement.reference, by=people("officer"))
    with pytest.raises(WrongState):
        do(claimed.claim, movement.reference, by=people("officer2"))
    with db.reading() as session:
        page = movements.page(session, "decide", by=people("officer"), narrowed=Narrowed(whose="mine"))
        others = movements.page(session, "decide", by=people("officer2"), narrowed=Narrowed(whose="unclaimed"))
    assert [(line.reference, line.claimed_name) for line in page.lines] == [
        (movement.reference, people("officer").name)
    ]
    assert movement.reference not in [line.reference for line in others.lines]


# --- Filters --------------------------------------------------------------------------------------------------------------


def names(person):
    with db.reading() as session:
        return [(row.name, row.is_default) for row in queries.filters(session, person.person, "declarations")]


def test_filters_are_ones_own_and_one_opens_the_list(people):
    mine, other = people("officer"), people("officer2")
    red = do(claims.keep_filter, KeepFilter("declarations", "  Red   today ", {"lane": "red"}, True), by=mine)
    old = do(claims.keep_filter, KeepFilter("declarations", "Old", {"age": "24"}, True), by=mine)
    assert names(mine) == [("Old", True), ("Red today", False)] and names(other) == []
    do(claims.keep_filter, KeepFilter("declarations", "Red today", {"lane": "red", "whose": "mine"}), by=mine)
    with db.reading() as session:
        kept = {row.name: row.asked for row in queries.filters(session, mine.person, "declarations")}
    assert kept == {"Old": {"age": "24"}, "Red today": {"lane": "red", "whose": "mine"}}  # the same name replaces it
    do(claims.make_default, red.id, by=mine)
    assert names(mine) == [("Old", False), ("Red today", True)]
    for verb in (claims.make_default, claims.drop_filter):
        with pytest.raises(NotFound):
            do(verb, old.id, by=other)
    do(claims.drop_filter, old.id, by=mine)
    assert names(mine) == [("Red today", True)]
    with pytest.raises(Invalid):
        do(claims.keep_filter, KeepFilter("declarations", " ", {}), by=mine)


def test_nobody_keeps_more_than_twenty(session, people):
    mine = people("officer")
    for number in range(20):
        do(claims.keep_filter, KeepFilter("declarations", f"filter {number}", {}), by=mine)
    with pytest.raises(WrongState):
        do(claims.keep_filter, KeepFilter("movements", "one more", {}), by=mine)
    more = text(
        "INSERT INTO saved_filter SELECT post, gen_random_uuid(), person, of_list, 'more', asked, false, 21, changed_at "
        "FROM saved_filter LIMIT 1"
    )
    with pytest.raises(IntegrityError, match="slot_bounded"), session.begin_nested():
        session.execute(more)
    assert session.execute(select(SavedFilter.slot).where(SavedFilter.person == mine.person)).scalars().all()


# --- Worklist and board ---------------------------------------------------------------------------------------------------


def found(by, order="oldest", lane="", **asked):
    wanted = Wanted(order=order, lane=lane, by=Narrowed(**asked))
    with db.reading() as session:
        return [line.reference for line in worklist.page(session, wanted, by=by, limit=500).lines]


def test_the_worklist_is_narrowed(session, people):
    by = people("officer")
    red, yellow = cases.red(), cases.yellow()
    do(claimed.claim, yellow.reference, by=by)
    assert yellow.reference in found(by, whose="mine")
    assert yellow.reference not in found(by, whose="unclaimed") and red.reference in found(by, whose="unclaimed")
    with db.reading() as reading:
        drawn = next(
            line for line in worklist.page(reading, Wanted(), by=by).lines if line.reference == yellow.reference
        )
    for login in ("officer2", "inspector", "supervisor"):  # his own is also what he was drawn to look at
        other = people(login)
        assert (yellow.reference in found(other, whose="mine")) == (drawn.assigned_name == other.name)
    assert red.reference in found(by, type="nature") and yellow.reference not in found(by, type="nature")
    assert red.reference in found(by, agency="customs") and red.reference not in found(by, agency="veterinary")
    assert red.reference not in found(by, age="1")
    assert found(by, text=str(red.mrn)[-9:].lower()) == [red.reference]
    assert found(by, text="%") == [] and found(by, text="\\") == []
    clock.set_clock(session, db.now(session) + dt.timedelta(hours=2))
    assert red.reference in found(by, age="1") and red.reference not in found(by, age="4")
    with db.reading() as reading:
        narrowed = Wanted(lane="red", by=Narrowed(text=str(red.mrn)))
        assert worklist.counts(reading, narrowed, by=by).total == 1
    for wrong in ({"age": "2"}, {"whose": "yours"}, {"agency": "x"}, {"type": "x"}, {"text": "x" * 61}):
        with pytest.raises(Invalid) as refused:
            found(by, **wrong)
        assert refused.value.findings[0].pointer == f"/{next(iter(wrong))}"


def test_what_is_due_first_stands_first_page_by_page(session, people, statements):
    by = people("officer")
    quiet, held = cases.yellow(), cases.yellow()
    cases.decided(held, "hold", by=by)  # its term runs
    seen, after = [], ""
    while True:
        with db.reading() as reading:
            statements.clear()
            page = worklist.page(reading, Wanted(order="due", after=after), by=by, limit=1)
            assert len(statements) == 1
        seen += page.lines
        if page.next is None:
            break
        after = page.next
    order = [line.reference for line in seen]
    assert len(order) == len(set(order)) == len(found(by))
    assert order.index(held.reference) < order.index(quiet.reference)
    line = next(line for line in seen if line.reference == held.reference)
    assert (
        line.due_at is not None
        and not line.is_overdue(db.now(session))
        and line.is_overdue(line.due_at + dt.timedelta(1))
    )


def test_the_board_asks_the_same_however_much_there_is(session, people, statements):
    def asked():
        with db.reading() as reading:
            statements.clear()
            told = board.of(reading, ["TJPPJ"])
            return told, len(statements)

    cases.red()
    before, few = asked()
    mine = [cases.red() for _ in range(4)]
    do(claimed.claim, mine[0].reference, by=people("officer"))
    after, many = asked()
    assert few == many <= 9
    assert after.waiting == before.waiting + 4 and after.lanes["red"] == before.lanes["red"] + 4
    assert (
        after.looks == before.looks + 4 and sum(one.looks for one in after.officers) + after.unassigned == after.looks
    )
    assert {one.name: one.claims for one in after.officers}[people("officer").name] == 1
    assert len(after.oldest) <= board.OLDEST and after.oldest == sorted(after.oldest, key=lambda t: t.lodged_at)


def test_the_board_counts_what_is_late(session, people):
    held = cases.yellow()
    cases.decided(held, "hold", by=people("officer"))
    with db.reading() as reading:
        term = next(t for t in board.of(reading, ["TJPPJ"]).terms if t.reference == held.reference)
        assert term.kind == "detention"
        before = board.of(reading, ["TJPPJ"]).late
    clock.set_clock(session, term.at + dt.timedelta(minutes=1))
    with db.reading() as reading:
        assert board.of(reading, ["TJPPJ"]).late >= before + 1
        assert board.of(reading, ["TJDUS"]).waiting == 0

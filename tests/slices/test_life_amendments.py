"""What is declared changes or counts no more: by how many persons, what stays, what follows."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import canonical, db
from app.core.actors import Actor, Grant
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import queries, schemas
from app.declarations.commands import Invalidate, RequestAmendment, SettleRequest
from app.declarations.lifecycle import Status
from app.declarations.models import Amendment
from app.declarations.operations import writable
from app.declarations.operations.amending import AMENDABLE
from app.flows import amending, approving, settling
from app.registers import integrity, requests, versions
from tests.factories import cases, lives
from tests.factories.actors import PARTY, POST, auditor, inspector, officer, other_trader, person, supervisor, trader


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def lighter(body):
    body["items"][0]["net_kg"] = "2200.000"


def dearer(body):
    body["items"][0]["invoice_value"] = body["invoice"]["total"] = "18400.00"


def settled(verb, done, reason="seen", *, by=None, version=None):
    with db.transaction() as session:
        command = SettleRequest(done.declaration.reference, done.amendment.id, reason, version)
        return verb(session, command, by=by or officer())


def decided(done, yes=True, reason="agreed", *, by=None):
    with db.transaction() as session:
        verb = approving.approve if yes else approving.reject
        return verb(session, done.proposal.id, reason, by=by or supervisor())


def invalidated(declaration, reason="lodged twice", *, by):
    with db.transaction() as session:
        return amending.invalidate(session, Invalidate(declaration.reference, reason), by=by)


def again(done) -> Amendment:
    with db.reading() as session:
        declaration = queries.find(session, done.declaration.reference, by=officer())
        found = queries.request(session, declaration, done.amendment.id, by=officer())
        assert found is not None
        return found


@pytest.fixture
def yellow():
    return lives.lodged(lives.lane("yellow", lives.free(2)))


@pytest.fixture
def released():
    return lives.lodged(lives.free(2))


def test_while_held_an_officer_accepts(yellow):
    done = lives.asked_to_amend(yellow, lighter)
    assert (done.changed, done.proposal, done.amendment.status) == (False, None, "requested")
    assert cases.again(yellow).content == 1, "nothing is changed by asking"
    done = settled(amending.accept, done, by=officer())
    assert done.changed and (done.declaration.status, done.declaration.content) == ("selected", 2)
    kept = again(done)
    assert (kept.status, kept.stage, kept.from_content, kept.to_content) == ("accepted", "held", 1, 2)
    assert (kept.requested_login, kept.decided_login) == ("trader", "officer")
    assert kept.sha256 == canonical.digest(canonical.plain(kept.body))
    with db.reading() as session:
        assert queries.declared(session, done.declaration).items[0]["net_kg"] == "2200.000"
        assert queries.declared(session, done.declaration, 1).items[0]["net_kg"] == "2300.000"


def test_while_held_an_officer_rejects_with_a_reason(yellow):
    done = lives.asked_to_amend(yellow, lighter)
    with pytest.raises(Invalid):
        settled(amending.reject, done, " ")
    settled(amending.reject, done, "the scales say otherwise")
    assert again(done).status == "rejected" and cases.again(yellow).content == 1
    with pytest.raises(WrongState):
        settled(amending.accept, done)


def test_the_trader_takes_a_request_back_by_asking_again(yellow):
    first = lives.asked_to_amend(yellow, lighter)
    second = lives.asked_to_amend(yellow, dearer)
    assert (again(first).status, again(second).status) == ("overtaken", "requested")
    with pytest.raises(WrongState):
        lives.asked_to_amend(yellow, lighter, by=officer())


def test_another_officials_wish_is_settled_before_a_new_one(yellow):
    """Asking again takes back one's own request only."""
    first = lives.asked_to_amend(yellow, lambda b: b["items"][0].update(net_kg="2200.000"), by=officer())
    with pytest.raises(WrongState) as refused:
        lives.asked_to_amend(
            yellow, lambda b: b["items"][0].update(net_kg="2100.000"), by=officer(login="officer2")
        )
    assert refused.value.facts["amendment"] == str(first.amendment.id) and "Officer" in str(refused.value.message)
    with pytest.raises(WrongState):
        lives.asked_to_amend(yellow, lambda b: b["items"][0].update(net_kg="2100.000"), by=trader())
    with db.reading() as session:
        [waiting] = queries.waiting_requests(session, cases.again(yellow))
        assert (waiting.id, waiting.status) == (first.amendment.id, "requested")
    own = lives.asked_to_amend(yellow, lambda b: b["items"][0].update(net_kg="2150.000"), by=officer())
    with db.reading() as session:
        assert [w.id for w in queries.waiting_requests(session, cases.again(yellow))] == [own.amendment.id]


def test_an_official_does_not_accept_his_own_wish(yellow, session):
    done = lives.asked_to_amend(yellow, lighter, by=officer())
    assert done.amendment.status == "requested"
    with pytest.raises(Forbidden):
        settled(amending.accept, done, by=officer(login="officer"))
    with pytest.raises(IntegrityError, match="not_ones_own"), session.begin_nested():
        session.execute(
            text("UPDATE declaration_amendment SET status = 'accepted', to_content = 2, decided_by = requested_by")
        )
    assert settled(amending.accept, done, by=officer(login="officer2")).changed


def test_after_release_two_officials(released):
    done = lives.asked_to_amend(released, lighter)
    assert done.amendment.stage == "let_go" and not done.changed
    with pytest.raises(WrongState):
        settled(amending.accept, done, by=supervisor())
    done = settled(amending.endorse, done, by=officer())
    assert done.proposal is not None and done.proposal.kind == "declaration.amend"
    for alone in (amending.accept, amending.reject):
        with pytest.raises(WrongState):
            settled(alone, done, by=supervisor())
    with pytest.raises(Forbidden):
        decided(done, by=officer(login="officer2"))
    decided(done)
    now = cases.again(released)
    assert (now.status, now.content) == ("released", 2)
    kept = again(done)
    assert (kept.requested_login, kept.endorsed_login, kept.decided_login) == ("trader", "officer", "supervisor")


def test_after_release_an_officer_proposes(released):
    done = lives.asked_to_amend(released, lighter, by=officer())
    assert done.amendment.status == "endorsed" and done.proposal is not None
    decided(done, False, "leave it")
    assert again(done).status == "rejected" and cases.again(released).content == 1


def test_one_person_in_two_roles_is_one_person(released):
    """The supervisor's account of the officer who endorsed does not count as a second person."""
    done = lives.asked_to_amend(released, lighter, by=officer())
    twin = Actor(person("officer"), "officer.s", "Officer", (Grant("supervisor", POST),))
    with pytest.raises(Forbidden):
        decided(done, by=twin)
    assert cases.again(released).content == 1


def test_the_database_wants_two_officials(released, session):
    done = lives.asked_to_amend(released, lighter)
    forged = text(
        "UPDATE declaration_amendment SET status = 'accepted', to_content = 2, endorsed_by = :a, decided_by = :b"
    )
    one, other, asks = person("officer"), person("supervisor"), done.amendment.requested_by
    for a, b in ((one, one), (None, one), (one, asks), (one, other)):
        with pytest.raises(IntegrityError, match="two officials, the second one senior"), session.begin_nested():
            session.execute(forged, {"a": a, "b": b})
    for change in ("content = 2", "status = 'invalidated'"):
        with pytest.raises(IntegrityError, match="two officials"), session.begin_nested():
            session.execute(text(f"UPDATE declaration SET {change} WHERE id = :id"), {"id": released.id})
    done = settled(amending.endorse, done, by=officer())
    decided(done)
    assert again(done).status == "accepted", "with a proposal that two persons settled it does"


def test_goods_let_go_meanwhile_take_two_officials(yellow):
    done = lives.asked_to_amend(yellow, lighter)
    assert cases.decided(yellow).status == "released"
    with pytest.raises(WrongState):
        settled(amending.accept, done, by=officer(login="officer2"))
    done = settled(amending.endorse, done, by=officer())
    decided(done)
    assert again(done).stage == "let_go"


def test_a_decision_overtakes_what_it_leaves_no_room_for(yellow):
    done = lives.asked_to_amend(yellow, lighter)
    cases.decided(yellow, "refuse")
    assert again(done).status == "overtaken"


def test_money_follows_the_new_content():
    """More is due after an amendment of cleared goods; less leaves a balance that can be refunded."""
    declaration = lives.lodged(lives.due())
    assert declaration.status == "assessed"
    with db.reading() as session:
        before = settling.standing(session, declaration)
    done = settled(amending.accept, lives.asked_to_amend(declaration, dearer))
    with db.reading() as session:
        after = settling.standing(session, declaration)
    assert done.declaration.status == "assessed" and after.assessed > before.assessed
    assert lives.paid(declaration).status == "released"

    def cheaper(body):
        body["items"][0]["invoice_value"] = body["invoice"]["total"] = "9200.00"

    done = lives.asked_to_amend(declaration, cheaper, by=officer())
    decided(done)
    with db.reading() as session:
        last = settling.standing(session, declaration)
    assert cases.again(declaration).status == "released"
    assert last.overpaid == after.assessed - last.assessed > Decimal(0)


def test_an_amendment_raises_the_lane_but_never_lowers_it():
    cleared = lives.lodged(lives.due())
    assert (cleared.status, cleared.lane) == ("assessed", "green")

    def to(colour):
        return lambda body: body["transport"].update(trailer={"plate": colour.upper(), "country": "AF"})

    done = settled(amending.accept, lives.asked_to_amend(cleared, to("yellow")))
    assert (done.declaration.status, done.declaration.lane) == ("selected", "yellow")
    done = settled(amending.accept, lives.asked_to_amend(cleared, to("red")))
    assert (done.declaration.status, done.declaration.lane) == ("selected", "red")
    done = settled(amending.accept, lives.asked_to_amend(cleared, to("none")))
    assert (done.declaration.status, done.declaration.lane) == ("selected", "red")


def test_what_is_refused_as_an_amendment(yellow, released):
    def refused(declaration, bend, by=None):
        with pytest.raises(Invalid) as error:
            lives.asked_to_amend(declaration, bend, by=by)
        return {(f.pointer, f.rule) for f in error.value.findings}

    assert refused(yellow, lambda b: None) == {("", "amendment.nothing")}
    assert refused(yellow, lambda b: b.update(post="TJDUS")) == {("/post", "amendment.fixed")}
    assert refused(yellow, lambda b: b["declarant"].update(name="Else")) == {("/declarant/name", "amendment.fixed")}
    assert refused(released, lambda b: b.update(local_reference="MINE"), by=officer()) == {
        ("/local_reference", "amendment.fixed")
    }
    assert ("/items/0/net_kg", "mass.net-above-gross") in refused(
        yellow, lambda b: b["items"][0].update(net_kg="9999.000")
    )
    assert {p for p, _rule in refused(yellow, lambda b: b["items"][0].update(net_kg="heavy"))} == {"/items/0/net_kg"}
    assert {p for p, _rule in refused(yellow, lambda b: b.update(strange=1))} == {"/strange"}
    with pytest.raises(Invalid), db.transaction() as session:
        body = lives.body_of(yellow)
        lighter(body)
        amending.request(session, RequestAmendment(yellow.reference, body, "  "), by=trader())
    assert cases.again(yellow).content == 1


def test_the_fields_that_may_be_amended_are_written_down():
    """Every field of the schema is either amendable or fixed for good; a new one is neither until somebody decides."""
    known = set(schemas.declaration_schema().fields)
    assert known - AMENDABLE == {"post", "declaration_type", "declarant", "additional_type"}
    assert known > AMENDABLE


@pytest.mark.parametrize(
    ("status", "side", "fixed"),
    [
        (Status.PRELODGED, "trader", set()),
        (Status.PRELODGED, "official", set(AMENDABLE)),
        (Status.SELECTED, "trader", set()),
        (Status.SELECTED, "official", {"local_reference", "representative", "place_and_date"}),
        (Status.RELEASED, "official", {"local_reference", "representative", "place_and_date"}),
        (Status.EXITED, "trader", {"transport", "seals"}),
        (Status.DRAFT, "trader", set(AMENDABLE)),
        (Status.SEIZED, "trader", set(AMENDABLE)),
        (Status.INVALIDATED, "official", set(AMENDABLE)),
    ],
)
def test_who_may_write_what_where(status, side, fixed):
    assert AMENDABLE - writable(status, side) == fixed


def test_what_was_seen_at_the_gate_stands(released):
    lives.gone(released)
    with pytest.raises(Invalid) as refused:
        lives.asked_to_amend(released, lambda b: b["transport"]["vehicle"].update(plate="OTHER 1"))
    assert {f.rule for f in refused.value.findings} == {"amendment.fixed"}
    decided(lives.asked_to_amend(released, lighter, by=officer()))
    assert (cases.again(released).status, cases.again(released).content) == ("exited", 2)


def test_who_may_ask_and_settle(yellow, released):
    for nobody in (inspector(), auditor()):
        with pytest.raises(Forbidden):
            lives.asked_to_amend(yellow, lighter, by=nobody)
    for stranger in (other_trader(), officer("TJDUS")):
        with pytest.raises(NotFound):
            lives.asked_to_amend(yellow, lighter, by=stranger)
    done = lives.asked_to_amend(yellow, lighter)
    for verb in (amending.accept, amending.reject):
        with pytest.raises(Forbidden):
            settled(verb, done, by=trader())
        with pytest.raises(ChangedMeanwhile):
            settled(verb, done, version=1)
    with pytest.raises(WrongState):
        settled(amending.endorse, done)
    with pytest.raises(Forbidden):
        settled(amending.endorse, lives.asked_to_amend(released, lighter), by=trader())


def test_an_officer_with_a_firm_acts_for_it_as_its_trader(yellow):
    both = Actor(person("both"), "both", "Both", (Grant("officer", POST), Grant("trader", "*", PARTY)))
    done = lives.asked_to_amend(yellow, lighter, by=both)
    assert done.amendment.requested_role == "trader"
    with pytest.raises(Forbidden):
        settled(amending.accept, done, by=both)


def test_invalidated_by_an_officer_while_held(yellow):
    lives.question(yellow)
    done = invalidated(yellow, by=officer())
    assert not done.invalidated and done.proposal is not None, "nobody cancels alone what was lodged"
    with pytest.raises(WrongState):
        settled(amending.accept, done, by=officer(login="officer2"))
    decided(done)
    assert cases.again(yellow).status == "invalidated"
    with db.reading() as session:
        assert not queries.open_questions(session, done.declaration)


def test_a_trader_asks_for_invalidation_and_an_officer_grants_it():
    declaration = lives.lodged(lives.due())
    done = invalidated(declaration, by=trader())
    assert not done.invalidated and cases.again(declaration).status == "assessed"
    assert settled(amending.accept, done).invalidated
    with db.reading() as session:
        standing = settling.standing(session, declaration)
        assert (standing.due, standing.assessed) == (Decimal(0), Decimal(0))
    again = lives.lodged(lives.lane("yellow", lives.free()))
    done = settled(amending.reject, invalidated(again, by=trader()), "the goods are here")
    assert cases.again(again).status == "selected" and done.amendment.status == "rejected"


def test_invalidated_by_two_after_release_and_never_after_exit(released):
    waiting = lives.asked_to_amend(released, lighter)
    done = invalidated(released, by=officer())
    assert not done.invalidated and done.proposal.kind == "declaration.invalidate"
    decided(done)
    assert cases.again(released).status == "invalidated"
    assert again(waiting).status == "overtaken"
    gone = lives.lodged(lives.free())
    lives.gone(gone)
    for who in (trader(), officer()):
        with pytest.raises(WrongState):
            invalidated(gone, by=who)


def test_leaving_overtakes_a_waiting_invalidation(released):
    done = invalidated(released, by=officer())
    lives.gone(released)
    assert again(done).status == "overtaken"
    with pytest.raises(WrongState):
        decided(done)


def test_requests_are_listed_for_those_who_settle_them(yellow, released):
    first, second = lives.asked_to_amend(yellow, lighter), invalidated(released, by=trader())
    with db.reading() as session:
        page = requests.page(session, by=officer(), limit=1)
        assert [(r.reference, r.kind, r.status) for r in page.lines] == [(yellow.reference, "amend", "requested")]
        rest = requests.page(session, by=officer(), limit=1, after=page.next)
        assert [(r.id, r.kind) for r in rest.lines] == [(second.amendment.id, "invalidate")] and rest.next is None
        assert requests.page(session, by=officer("TJDUS")).lines == []
        with pytest.raises(Forbidden):
            requests.page(session, by=trader())
    settled(amending.accept, first)
    with db.reading() as session:
        assert [r.id for r in requests.page(session, by=supervisor()).lines] == [second.amendment.id]


def test_versions_and_their_differences(yellow):
    def bend(body):
        lighter(body)
        body["items"].append({**copy.deepcopy(body["items"][0]), "number": 3, "description": "Shirts"})
        body["invoice"]["total"] = "27600.00"

    settled(amending.accept, lives.asked_to_amend(yellow, bend))
    with db.reading() as session:
        known = versions.of(session, yellow.reference, by=trader())
        assert [(v.content, v.reason, v.made_by) for v in known] == [
            (1, "", "trader"),
            (2, "a slip of the pen", "trader"),
        ]
        found = versions.between(session, yellow.reference, 1, 2, by=trader())
        assert [(d.pointer, d.box, d.before, d.after) for d in found[:2]] == [
            ("/invoice/total", "22", "18400.00", "27600.00"),
            ("/items/0/net_kg", "38", "2300.000", "2200.000"),
        ]
        assert (found[2].pointer, found[2].box, found[2].before) == ("/items/2", "32", None)
        assert found[2].after["description"] == "Shirts"
        for one, other in ((0, 1), (1, 3)):
            with pytest.raises(NotFound):
                versions.between(session, yellow.reference, one, other, by=trader())
        with pytest.raises(NotFound):
            versions.of(session, yellow.reference, by=other_trader())


def test_what_a_request_would_change_is_shown_before(yellow):
    done = lives.asked_to_amend(yellow, lighter)
    with db.reading() as session:
        found = versions.wanted(session, yellow.reference, done.amendment.id, by=officer())
        assert [(d.pointer, d.box, d.before, d.after) for d in found] == [
            ("/items/0/net_kg", "38", "2300.000", "2200.000")
        ]

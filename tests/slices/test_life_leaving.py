"""Goods go in part, leave through the gate, are destroyed, and are looked at after they went."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import db
from app.core.actors import Actor, Grant
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import queries
from app.declarations.commands import PartlyRelease, RecordAudit
from app.flows import approving, deciding, leaving, offending, settling
from app.offences.commands import EndGoods, Member
from app.registers import audits, integrity
from tests.factories import cases, lives
from tests.factories.actors import POST, auditor, inspector, officer, other_trader, person, supervisor, trader


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def partly(declaration, *items, by=None, reason="the rest is counted", version=None):
    with db.transaction() as session:
        command = PartlyRelease(declaration.reference, items, reason, "", version)
        return leaving.partly_release(session, command, by=by or officer())[0]


BURNT = EndGoods(
    "destruction", "spoilt", manner="burnt", commission=(Member("A. Karimov"), Member("B. Saidov")), witness="C. Nazarov"
)


def destroyed(declaration, *, by=None):
    with db.transaction() as session:
        return offending.end_goods(session, declaration.reference, BURNT, None, by=by or supervisor())[0]


def audited(declaration, outcome="conform", summary="books agree", *, by=None):
    with db.transaction() as session:
        return leaving.record_audit(session, RecordAudit(declaration.reference, outcome, summary), by=by or auditor())


def pointers(refused):
    return [(f.pointer, f.rule) for f in refused.value.findings]


@pytest.fixture
def released():
    return lives.lodged(lives.free(3))


@pytest.fixture
def yellow():
    return lives.lodged(lives.lane("yellow", lives.free(3)))


# The gate ------------------------------------------------------------------------------------------------------------


def test_the_truck_leaves_with_everything(released):
    gone = lives.gone(released, by=inspector())
    assert gone.number.startswith("TJPPJ-X-") and gone.number.endswith("-000001") and gone.whole
    assert cases.again(released).status == "exited"
    with db.reading() as session:
        [(row, items)] = queries.exits(session, cases.again(released))
        assert (row.id, items) == (gone.id, [1, 2, 3])
    with pytest.raises(WrongState):
        lives.gone(released)


def test_plates_are_compared_without_spaces_and_case(released):
    plate = lives.body_of(released)["transport"]["vehicle"]["plate"]
    lives.gone(released, plate=f" {plate[:3].lower()} - {plate[3:]} ", items=(1,))
    with pytest.raises(Invalid) as refused:
        lives.gone(released, plate="KBL 99999 X", items=(2,))
    assert pointers(refused) == [("/plate", "exit.other-plate")]
    assert plate in str(refused.value.findings[0].message)
    with pytest.raises(Invalid):
        lives.gone(released, plate="", items=(2,))
    assert cases.again(released).status == "released"


def test_the_trailers_plate_will_do():
    body = lives.lane("blue", lives.free())
    declaration = lives.lodged(body)
    assert lives.gone(declaration, plate="blue").whole


def test_seals_are_those_declared_or_explained():
    sealed = lives.lodged({**lives.free(), "seals": ["AB 123", "AB 124"]})
    with pytest.raises(Invalid) as refused:
        lives.gone(sealed, seals=("AB123",))
    assert pointers(refused) == [("/seals", "exit.other-seals")]
    gone = lives.gone(sealed, seals=("AB-124", "ab123"))
    assert gone.seals_agree and gone.remark == ""
    broken = lives.lodged({**lives.free(), "seals": ["AB 125"]})
    gone = lives.gone(broken, seals=("ZZ 9",), remark="sealed anew after the inspection")
    assert not gone.seals_agree and gone.seals == ["ZZ 9"]


def test_items_leave_one_after_the_other(released):
    first = lives.gone(released, items=(2,))
    assert not first.whole and cases.again(released).status == "released"
    for items, rule in (((2,), "left"), ((7,), "no items"), ((), "Nothing")):
        with pytest.raises(Invalid) as refused:
            lives.gone(released, items=items)
        assert pointers(refused) == [("/items", "exit.items")] and rule in str(refused.value.findings[0].message)
    lives.gone(released, items=(1, 3))
    assert cases.again(released).status == "exited"
    with db.reading() as session:
        assert [items for _exit, items in queries.exits(session, cases.again(released))] == [[2], [1, 3]]
        assert queries.exited_items(session, cases.again(released)) == {1, 2, 3}


def test_the_rest_leaves_without_being_named(released):
    lives.gone(released, items=(2,))
    lives.gone(released)
    assert cases.again(released).status == "exited"


def test_nothing_leaves_twice(released, session):
    gone = lives.gone(released, items=(2,))
    with pytest.raises(IntegrityError, match="pk_declaration_exit_item"), session.begin_nested():
        session.execute(
            text("INSERT INTO declaration_exit_item VALUES (:p, :d, 2, :e)"),
            {"p": POST, "d": released.id, "e": gone.id},
        )


def test_nothing_leaves_before_it_is_let_go(yellow):
    with pytest.raises(WrongState):
        lives.gone(yellow)


def test_numbers_of_exits_have_no_gaps(released):
    with pytest.raises(Invalid):
        lives.gone(released, plate="OTHER")
    numbers = [lives.gone(released, items=(n,)).number[-6:] for n in (1, 2, 3)]
    assert numbers == ["000001", "000002", "000003"]


def test_who_confirms_an_exit(released):
    for nobody in (trader(), auditor()):
        with pytest.raises(Forbidden):
            lives.gone(released, by=nobody)
    for stranger in (other_trader(), officer("TJDUS")):
        with pytest.raises(NotFound):
            lives.gone(released, by=stranger)
    with pytest.raises(ChangedMeanwhile):
        lives.gone(released, version=77)
    assert lives.gone(released, by=supervisor()).login == "supervisor"


@pytest.mark.parametrize(
    "more",
    [{"seals": ("x" * 41,)}, {"seals": ("x",) * 100}, {"remark": "x" * 2001}, {"plate": "x" * 61}],
    ids=["long seal", "many seals", "long remark", "long plate"],
)
def test_too_much_is_refused(released, more):
    with pytest.raises(Invalid):
        lives.gone(released, **more)


# In part -------------------------------------------------------------------------------------------------------------


def test_some_items_go_before_the_others(yellow):
    now = partly(yellow, 1)
    assert now.status == "partly_released"
    with pytest.raises(Invalid) as refused:
        lives.gone(yellow, items=(1, 2))
    assert "not released" in str(refused.value.findings[0].message)
    lives.gone(yellow)
    assert cases.again(yellow).status == "partly_released"
    with pytest.raises(Invalid):
        lives.gone(yellow)
    assert partly(yellow, 2).status == "partly_released"
    assert partly(yellow, 3).status == "released", "with the last item the whole is released"
    lives.gone(yellow)
    assert cases.again(yellow).status == "exited"
    with db.reading() as session:
        assert [d.decision for d in queries.decisions(session, cases.again(yellow))] == ["partly-release"] * 3


def test_the_rest_is_released_at_once(yellow):
    partly(yellow, 1)
    assert cases.decided(yellow).status == "released"
    assert lives.gone(yellow).whole


def test_the_rest_is_held_and_refused(yellow):
    partly(yellow, 1)
    assert cases.decided(yellow, "hold").status == "detained"
    assert cases.decided(yellow, "refuse").status == "refused"


def test_bad_parts(yellow):
    for items in ((), (4,), (1, 0)):
        with pytest.raises(Invalid) as refused:
            partly(yellow, *items)
        assert pointers(refused) == [("/items", "release.items")]
    partly(yellow, 1)
    with pytest.raises(Invalid):
        partly(yellow, 1, 2)
    with pytest.raises(Invalid):
        partly(yellow, 2, reason=" ")
    assert cases.again(yellow).status == "partly_released"


def test_no_part_goes_before_the_money(yellow):
    owing = lives.lodged(lives.lane("yellow", lives.due(2)))
    with pytest.raises(WrongState) as refused:
        partly(owing, 1)
    assert pointers(refused) == [("", "release.unpaid")]
    lives.paid(owing)
    assert partly(owing, 1).status == "partly_released"


def test_no_part_of_red_goods_goes_unseen(session):
    red = lives.lodged(lives.lane("red", lives.free(2)))
    with pytest.raises(WrongState) as refused:
        partly(red, 1)
    assert pointers(refused) == [("/decision", "release.red-needs-inspection")]
    with pytest.raises(IntegrityError, match="red goods"), session.begin_nested():
        session.execute(text("UPDATE declaration SET status = 'partly_released' WHERE id = :i"), {"i": red.id})
    cases.inspected(red)
    assert partly(red, 1).status == "partly_released"


def test_who_lets_a_part_go(yellow):
    for nobody in (trader(), inspector(), auditor()):
        with pytest.raises(Forbidden):
            partly(yellow, 1, by=nobody)


def test_what_was_released_or_left_stays_in_the_declaration(yellow):
    partly(yellow, 3)
    with pytest.raises(Invalid) as refused:
        lives.asked_to_amend(yellow, lambda b: (b["items"].pop(), b["invoice"].update(total="18400.00")), by=officer())
    assert pointers(refused) == [("/items", "amendment.items")]


# Other ends ----------------------------------------------------------------------------------------------------------


def test_an_officer_clears_and_money_releases():
    """The decision is kept as the officer made it; what he sees is a declaration that waits for its money."""
    declaration = lives.lodged(lives.lane("yellow", lives.due()))
    now = cases.decided(declaration)
    assert now.status == "assessed"
    with db.reading() as session:
        assert [d.decision for d in queries.decisions(session, now)] == ["release"]
    assert lives.paid(declaration).status == "released"


@pytest.mark.parametrize("way", ["hold", "seize", "refuse"])
def test_destroyed_under_customs_eyes(way):
    declaration = lives.lodged(lives.lane("yellow", lives.due()))
    cases.decided(declaration, way)
    for nobody in (officer(), trader(), inspector()):
        with pytest.raises(Forbidden):
            destroyed(declaration, by=nobody)
    assert destroyed(declaration).status == "destroyed"
    with db.reading() as session:
        assert settling.standing(session, declaration).due == Decimal(0)
        last = queries.decisions(session, cases.again(declaration))[-1]
        assert (last.decision, last.note) == ("destroy", "burnt")
    with pytest.raises(WrongState):
        destroyed(declaration)


def test_rejected_by_an_officer():
    declaration = lives.lodged(lives.lane("yellow", lives.due()))
    with db.transaction() as session:
        assert leaving.reject(session, declaration.reference, "not his goods", None, by=officer()).status == "rejected"
    with db.reading() as session:
        assert settling.standing(session, declaration).assessed == Decimal(0)


# Afterwards ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def blue():
    return lives.lodged(lives.lane("blue", lives.free()))


def test_blue_waits_for_its_audit(blue, released):
    assert (blue.status, blue.lane) == ("released", "blue")
    other = lives.lodged(lives.lane("blue", lives.free()))
    with db.reading() as session:
        page = audits.page(session, by=auditor(), limit=1)
        assert [(line.reference, line.further) for line in page.lines] == [(blue.reference, False)]
        rest = audits.page(session, by=auditor(), limit=1, after=page.next)
        assert [line.reference for line in rest.lines] == [other.reference] and rest.next is None
        assert audits.count(session, by=officer()) == 2 and audits.count(session, by=officer("TJDUS")) == 0
        with pytest.raises(Forbidden):
            audits.page(session, by=trader())
    audited(blue, "further", "the books are in another town")
    lives.gone(blue)
    with db.reading() as session:
        assert [(line.reference, line.status, line.further) for line in audits.page(session, by=auditor()).lines] == [
            (blue.reference, "exited", True),
            (other.reference, "released", False),
        ]
    audited(blue, "differences", "two cartons more", by=officer())
    with db.reading() as session:
        assert audits.count(session, by=auditor()) == 1
        assert [a.outcome for a in queries.audits(session, cases.again(blue))] == ["further", "differences"]
    with pytest.raises(WrongState):
        audited(blue)


def test_only_blue_is_audited(released, yellow):
    for declaration in (released, yellow):
        with pytest.raises(WrongState):
            audited(declaration)


@pytest.mark.parametrize(("words", "pointer"), [(("fine", "x"), "/outcome"), (("conform", " "), "/summary")])
def test_bad_audits(blue, words, pointer):
    with pytest.raises(Invalid) as refused:
        audited(blue, *words)
    assert [p for p, _rule in pointers(refused)] == [pointer]
    with pytest.raises(Invalid):
        audited(blue, summary="x" * 4001)


def test_who_let_it_go_does_not_audit_it(yellow):
    with db.transaction() as session:
        _declaration, proposal = deciding.change_lane(
            session, yellow.reference, "blue", "known firm", None, by=officer(login="officer")
        )
    with db.transaction() as session:
        approving.approve(session, proposal.id, "yes", by=supervisor())
    assert (cases.again(yellow).status, cases.again(yellow).lane) == ("released", "blue")
    twin = Actor(person("supervisor"), "auditor.too", "Twin", (Grant("auditor", "*"),))
    for hand in (supervisor(), twin):
        with pytest.raises(Forbidden):
            audited(yellow, by=hand)
    assert audited(yellow)[1].login == "auditor"


def test_who_audits(blue):
    for nobody in (trader(), inspector()):
        with pytest.raises(Forbidden):
            audited(blue, by=nobody)
    with pytest.raises(NotFound):
        audited(blue, by=other_trader())

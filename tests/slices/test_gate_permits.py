"""Nothing leaves without a permit that is good for it, and no permit is good while money is owed."""

from __future__ import annotations


import pytest
from sqlalchemy import text

from app.clearance import operations as clearance
from app.clearance import queries as papers
from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, WrongState
from app.declarations import queries
from app.declarations.commands import ConfirmExit, PartlyRelease
from app.flows import approving, leaving, papers as official, paying, permits
from app.payments import queries as owed
from app.registers import integrity, print_queue
from tests.factories import cases, lives
from tests.factories.actors import inspector, officer, supervisor
from tests.factories.permitting import keys, permitted


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def gone(declaration, *, by=None, without="", **more):
    """The truck at the gate, whatever paper it has."""
    seen = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    with db.transaction() as session:
        command = ConfirmExit(declaration.reference, seen, without_permit=without, **more)
        return leaving.confirm_exit(session, command, by=by or inspector())[1]


def refused(declaration, **more):
    with pytest.raises(WrongState) as refusal:
        gone(declaration, **more)
    assert [f.rule for f in refusal.value.findings] == ["exit.no-permit"]
    return str(refusal.value.findings[0].message)


def revoked(permit, reason="a wrong plate"):
    with db.transaction() as session:
        clearance.revoke(session, permit.number, reason, by=supervisor())


def partly(declaration, *items):
    with db.transaction() as session:
        leaving.partly_release(session, PartlyRelease(declaration.reference, items, "seen"), by=officer())


def in_force(declaration):
    with db.reading() as session:
        return papers.in_force(session, declaration.post, declaration.id)


def waiting():
    with db.reading() as session:
        return {line.reference for line in print_queue.page(session, by=supervisor()).lines}


@pytest.fixture
def released():
    return lives.lodged(lives.free(3))


# --- the gate --------------------------------------------------------------------------------------------------------


def test_no_truck_leaves_before_its_permit_is_issued(released):
    assert "No permit has been issued" in refused(released)
    assert cases.again(released).status == "released"
    permit = permitted(released)
    left = gone(released)
    assert (left.permit, left.without_permit) == (permit.number, "")
    assert cases.again(released).status == "exited"


def test_a_revoked_permit_lets_nothing_through(released):
    permit = permitted(released)
    revoked(permit)
    assert permit.number in (told := refused(released)) and "revoked" in told
    again = permitted(released)
    assert gone(released).permit == again.number


def test_an_amendment_after_release_takes_the_permit_away_from_the_gate():
    declaration = lives.paid(lives.lodged(lives.due()))
    permit = permitted(declaration)
    asked = lives.asked_to_amend(declaration, lambda b: b["items"][0].update(net_kg="2200.000"), by=officer())
    with db.transaction() as session:
        approving.approve(session, asked.proposal.id, "agreed", by=supervisor())
    lives.paid(declaration)
    assert permit.number in refused(declaration)


def test_a_permit_lasts_until_its_last_day_at_the_post(released, session):
    permit = permitted(released)
    session.execute(text("SELECT set_config('guzar.clock', :at, true)"), {"at": f"{permit.valid_until}T18:59:59Z"})
    session.info.pop("now", None)
    day = permit.valid_until
    with db.reading() as reader:
        assert permits.pass_of(reader, released, in_force(released)).refusal is None
    session.execute(text("SELECT set_config('guzar.clock', :at, true)"), {"at": f"{day}T19:00:01Z"})  # midnight there
    session.info.pop("now", None)
    assert day.isoformat() in refused(released)
    assert released.reference in waiting()
    replaced = permitted(released)
    assert replaced.supersedes == permit.number and replaced.valid_until > day
    assert gone(released).permit == replaced.number


def test_a_permit_of_a_part_lets_that_part_through():
    declaration = lives.lodged(lives.lane("yellow", lives.free(3)))
    partly(declaration, 1)
    assert declaration.reference in waiting()
    first = permitted(declaration)
    assert first.only_items == [1] and first.content["totals"]["items"] == 1
    assert first.content["invoice_total"] == lives.body_of(declaration)["items"][0]["invoice_value"]
    assert declaration.reference not in waiting()
    partly(declaration, 2)
    assert declaration.reference in waiting(), "more was let go than the permit covers"
    assert "2" in refused(declaration)
    assert gone(declaration, items=(1,)).permit == first.number
    second = permitted(declaration)
    assert (second.only_items, second.supersedes) == ([2], first.number)
    partly(declaration, 3)
    with pytest.raises(WrongState):
        gone(declaration)
    last = permitted(declaration)
    assert last.only_items == [2, 3]
    assert gone(declaration).permit == last.number
    assert cases.again(declaration).status == "exited"


def test_the_queue_asks_of_each_declaration_by_itself():
    """What others have left with, or have a permit for, says nothing of this one."""
    other = lives.lodged(lives.lane("yellow", lives.free(3)))
    partly(other, 1, 2)
    permitted(other)
    gone(other, items=(1,))
    waits, part = lives.lodged(lives.free(2)), lives.lodged(lives.lane("yellow", lives.free(3)))
    partly(part, 2)
    assert waiting() == {waits.reference, part.reference}
    permitted(waits)
    permitted(part)
    assert waiting() == set()


def test_held_again_nothing_leaves_under_the_permit_of_a_part():
    declaration = lives.lodged(lives.lane("yellow", lives.free(2)))
    partly(declaration, 1)
    permit = permitted(declaration)
    cases.decided(declaration, "hold")
    assert in_force(declaration) is None
    with db.reading() as session:
        kept = papers.by_number(session, permit.number)
        assert kept.revoked_reason == "the papers agree" and kept.revoked_by == officer().person


def test_a_supervisor_writes_down_a_truck_that_left_without(released):
    for nobody in (inspector(), officer()):
        with pytest.raises(Forbidden):
            gone(released, by=nobody, without="found in the evening count")
    for nothing in ("", "   "):
        refused(released, by=supervisor(), without=nothing)
    with pytest.raises(Invalid):
        gone(released, by=supervisor(), without="x" * 2001)
    left = gone(released, by=supervisor(), without="found in the evening count")
    assert (left.permit, left.without_permit) == (None, "found in the evening count")
    assert cases.again(released).status == "exited"


def test_a_reason_is_not_kept_where_there_is_a_permit(released):
    permit = permitted(released)
    left = gone(released, by=supervisor(), without="found in the evening count")
    assert (left.permit, left.without_permit) == (permit.number, "")


def test_the_state_is_told_before_the_permit():
    with pytest.raises(WrongState) as refusal:
        gone(lives.lodged(lives.lane("yellow", lives.free())))
    assert not refusal.value.findings and "state" in refusal.value.facts


def test_the_note_names_the_permit_of_the_exit_not_a_later_one(released):
    first = permitted(released)
    left = gone(released, items=(1,))
    revoked(first)
    second = permitted(released)
    assert second.only_items == [2, 3]
    with db.transaction() as session:
        ask = official.Ask(released.reference, "exit-note", left.number)
        made = official.print_paper(session, ask, keys(), by=officer())
    assert made.paper.content["permit"] == first.number


def test_a_plate_with_persian_digits_is_the_same_plate(released):
    permitted(released)
    plate = lives.body_of(released)["transport"]["vehicle"]["plate"]
    persian = plate.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert persian != plate
    with db.transaction() as session:
        left = leaving.confirm_exit(session, ConfirmExit(released.reference, persian), by=inspector())[1]
    assert left.plate == plate


def test_a_plate_declared_with_persian_digits_is_found_by_ascii_ones(session):
    body = lives.free()
    body["transport"]["vehicle"]["plate"] = "۰۷۷۷ AB ۰۱"
    declaration = lives.lodged(body)
    assert queries.content(session, declaration).plate == "0777AB01"
    assert permitted(declaration).plate == "0777AB01"
    with db.transaction() as opened:
        assert leaving.confirm_exit(opened, ConfirmExit(declaration.reference, "0777ab01"), by=inspector())[1].whole


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def taken_back():
    """Released for cash that a supervisor then takes back."""
    declaration = lives.paid(lives.lodged(lives.due()))
    permit = permitted(declaration)
    with db.reading() as session:
        [payment] = owed.payments(session, declaration.post, declaration.id)
    with db.transaction() as session:
        paying.cancel(session, payment.id, "the note was false", by=supervisor())
    return declaration, permit


def test_taking_back_a_payment_revokes_the_permit(taken_back):
    declaration, permit = taken_back
    assert cases.again(declaration).status == "released" and in_force(declaration) is None
    with db.reading() as session:
        assert papers.by_number(session, permit.number).revoked_reason == "the note was false"


def test_no_permit_is_issued_while_money_is_owed(taken_back):
    declaration, _permit = taken_back
    with pytest.raises(WrongState) as refusal:
        permitted(declaration)
    assert [f.rule for f in refusal.value.findings] == ["release.unpaid"]
    lives.paid(declaration)
    assert gone_under(permitted(declaration), declaration)


def gone_under(permit, declaration):
    return gone(declaration).permit == permit.number


def test_a_payment_taken_back_that_nothing_hangs_on_leaves_the_permit():
    declaration = lives.paid(lives.lodged(lives.due()))
    permit = permitted(declaration)
    with db.transaction() as session:
        owing = owed.standing(session, declaration.post, declaration.id)
        command = lives.Pay(owing.assessed, owing.currency, lives.Receipt("AMONATBONK", "R-AGAIN"))
        again = paying.record_receipt(session, declaration.reference, command, by=officer(login="cashier2"))[1]
    with db.transaction() as session:
        paying.cancel(session, again.id, "paid twice", by=supervisor())
    assert in_force(declaration).number == permit.number


def test_no_copy_is_printed_of_a_permit_while_money_is_owed(monkeypatch):
    """Money may be owed beside a permit in force: what was suspended may have to be secured anew, say."""
    declaration = lives.paid(lives.lodged(lives.due()))
    permit = permitted(declaration)
    with db.reading() as session:
        [payment] = owed.payments(session, declaration.post, declaration.id)
    monkeypatch.setattr(permits, "withdraw", lambda *_, **__: None)
    with db.transaction() as session:
        paying.cancel(session, payment.id, "the note was false", by=supervisor())
    with pytest.raises(WrongState) as refusal, db.transaction() as session:
        permits.print_copy(session, permit.number, (), "lost", keys(), by=supervisor())
    assert [f.rule for f in refusal.value.findings] == ["release.unpaid"]


def test_a_second_click_prints_no_second_copy(released):
    permit = permitted(released)
    with db.transaction() as session:
        permits.print_copy(session, permit.number, (), "lost", keys(), 1, by=supervisor())
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        permits.print_copy(session, permit.number, (), "lost", keys(), 1, by=supervisor())

"""Exceptions that two persons make: what each does once it is approved, and what it takes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.approvals import operations as approvals
from app.approvals.acts import ACTS
from app.approvals.models import ProposalAct
from app.clearance import queries as clearance
from app.clearance.commands import RevokeNeighbour, TrustNeighbour
from app.clearance.keys import KeyStore
from app.clearance.operations import neighbours
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.declarations.models import Amendment
from app.exemptions import operations as exemptions
from app.fallback import operations as fallback
from app.fallback import queries as falling
from app.fallback.commands import OpenFallback, RegisterForm
from app.flows import amending, approving, keying, settling, waiving
from app.flows.movements import resealing, travelling
from app.flows.waiving import Because
from app.inspections.commands import AddMeasure
from app.payments import queries as owed
from app.payments.commands import Pay, Receipt
from app.registers import integrity, paperwork, sums
from app.seals import queries as sealed
from app.seals.commands import ChangeSeals
from tests.factories import actors, cases, lives, movements, roads
from tests.factories.actors import POST, officer, supervisor, trader
from tests.faults import furnishing

WHY = Because("relief", "blankets for the flooded valley")
SECOND = supervisor()


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == [] and sums.faults(session) == []


def done(verb, *args, by=None, **more):
    with db.transaction() as session:
        return verb(session, *args, by=by or officer(), **more)


def approved(proposal, *, by=SECOND):
    return done(approving.approve, proposal.id, "agreed", by=by)


def rules(error) -> list[str]:
    return [finding.rule for finding in error.value.findings]


# --- red goods without an examination --------------------------------------------------------------------------------


def test_red_goods_go_unseen_when_two_persons_agree_and_no_longer_than_that():
    red = lives.lodged(lives.lane("red", lives.free()))
    with pytest.raises(Invalid) as error:
        done(waiving.propose_inspection, red.reference, Because("small-sum", " "))
    assert rules(error) == ["waiver.code", "waiver.reason"]
    _same, proposal = done(waiving.propose_inspection, red.reference, WHY)
    with pytest.raises(WrongState):
        cases.decided(red)
    approved(proposal)
    assert cases.again(red).status == "selected", "a waiver decides nothing"
    assert cases.decided(red).status == "released"


def test_a_waiver_is_of_the_examination_that_was_ordered_then(session):
    red = lives.lodged(lives.lane("red", lives.free()))
    approved(done(waiving.propose_inspection, red.reference, WHY)[1])
    from app.inspections import operations as inspections

    done(inspections.order, POST, red.id, "goods", db.now(session))
    with pytest.raises(WrongState):
        cases.decided(red)
    with pytest.raises(DBAPIError, match="inspection is concluded"), session.begin_nested():
        session.execute(text("UPDATE declaration SET status = 'released' WHERE id = :id"), {"id": red.id})


def test_what_somebody_has_seen_is_not_waived():
    red = lives.lodged(lives.lane("red", lives.free()))
    _same, proposal = done(waiving.propose_inspection, red.reference, WHY)
    from app.flows import inspecting

    done(inspecting.add_finding, red.reference, cases.SEEN, None, by=actors.inspector())
    with pytest.raises(WrongState):
        approved(proposal)
    weighed = lives.lodged(lives.lane("red", lives.free()))
    scale = AddMeasure("weighing", "scale 3", gross_kg=Decimal(9000))
    done(inspecting.add_measure, weighed.reference, scale, None, by=actors.inspector())
    with pytest.raises(WrongState):
        done(waiving.propose_inspection, weighed.reference, WHY)
    yellow = lives.lodged(lives.lane("yellow", lives.free()))
    with pytest.raises(WrongState):
        done(waiving.propose_inspection, yellow.reference, WHY)


# --- money -----------------------------------------------------------------------------------------------------------


def test_a_fee_is_not_taken_now_nor_when_it_is_assessed_again():
    declaration = lives.lodged(lives.lane("yellow", lives.due()))
    with db.reading() as session:
        before = owed.position(session, POST, declaration.id)
    fee = next(name for name in sorted(before.by_tax) if name.startswith("fee:"))
    with pytest.raises(Invalid):
        done(waiving.propose_fee, declaration.reference, "no-such-fee", WHY)
    approved(done(waiving.propose_fee, declaration.reference, fee[4:], WHY)[1])
    with db.reading() as session:
        after = owed.position(session, POST, declaration.id)
        last = owed.assessment(session, POST, declaration.id)
    assert after.assessed == before.assessed - before.by_tax[fee] and fee not in after.by_tax
    (told,) = [each for each in last.result["fees"] if each["fee"] == fee[4:]]
    assert (Decimal(told["amount"]), Decimal(told["waived"])) == (0, before.by_tax[fee])
    with db.transaction() as session:
        locked = settling.queries.locked(session, declaration.reference, by=officer())
        settling.reassess(session, locked, db.now(session), by=SYSTEM)
    with db.reading() as session:
        assert fee not in owed.position(session, POST, declaration.id).by_tax


def in_debt():
    declaration = lives.paid(lives.lodged(lives.due()))

    def dearer(body):
        body["invoice"]["total"] = body["items"][0]["invoice_value"] = "99000.00"

    asked = lives.asked_to_amend(declaration, dearer)
    command = amending.SettleRequest(declaration.reference, asked.amendment.id, "dearer")
    approved(done(amending.endorse, command).proposal)
    return declaration


def test_a_debt_is_written_off_and_nothing_of_it_is_ever_given_back():
    declaration = in_debt()
    with db.reading() as session:
        before = owed.standing(session, POST, declaration.id)
    assert before.due > 0
    _same, proposal = done(waiving.propose_debt, declaration.reference, Because("insolvent", "wound up on 2026-03-01"))
    approved(proposal)
    with db.reading() as session:
        after = owed.standing(session, POST, declaration.id)
    assert (after.due, after.paid, after.overpaid) == (0, before.paid, 0), "nobody paid it"

    def cheap(body):
        body["invoice"]["total"] = body["items"][0]["invoice_value"] = "9000.00"

    asked = lives.asked_to_amend(declaration, cheap)
    command = amending.SettleRequest(declaration.reference, asked.amendment.id, "cheaper")
    approved(done(amending.endorse, command).proposal)
    with db.reading() as session:
        last = owed.standing(session, POST, declaration.id)
    assert last.overpaid == last.paid - last.assessed, "only what came in is refundable"
    with pytest.raises(WrongState):
        done(waiving.propose_debt, declaration.reference, Because("insolvent", "again"))


def test_a_debt_that_was_paid_meanwhile_is_not_written_off():
    declaration = in_debt()
    _same, proposal = done(waiving.propose_debt, declaration.reference, Because("court", "judgment 7"))
    with db.transaction() as session:
        from app.flows import paying

        receipt = Receipt("AMONATBONK", "DEBT-1")
        paying.record_receipt(
            session, declaration.reference, Pay(Decimal(1), "TJS", receipt), by=officer(login="cashier")
        )
    with pytest.raises(WrongState):
        approved(proposal)


def test_a_certificate_is_put_right_by_hand_within_what_was_granted():
    made = done(exemptions.register, furnishing.paper("EX-HAND", Decimal(100)))
    done(exemptions.settle, made.id, approved=True, reason="", by=SECOND)
    why = Because("used-elsewhere", "stamped at Nizhniy Pyanj")
    for wrong in (Decimal(0), Decimal(101), Decimal(-1), Decimal("0.0001"), Decimal("NaN")):
        with pytest.raises(Invalid):
            done(waiving.propose_correction, made.id, wrong, why)
    first = done(waiving.propose_correction, made.id, Decimal("40.5"), why)
    approved(first)
    with db.reading() as session:
        assert exemptions.queries.find(session, made.id, by=officer()).used == Decimal("40.500")
    approved(done(waiving.propose_correction, made.id, Decimal("-40.5"), why))
    with db.reading() as session:
        assert exemptions.queries.find(session, made.id, by=officer()).used == 0


# --- what is declared ------------------------------------------------------------------------------------------------


def test_an_officer_corrects_a_value_with_a_second_senior_one_and_a_slip_of_the_pen_without():
    declaration = lives.lodged(lives.lane("yellow", lives.due()))

    def worth(body):
        body["invoice"]["total"] = body["items"][0]["invoice_value"] = "77000.00"

    asked = lives.asked_to_amend(declaration, worth, by=officer())
    assert asked.proposal is not None and asked.proposal.kind == amending.VALUE
    command = amending.SettleRequest(declaration.reference, asked.amendment.id, "seen")
    with pytest.raises(WrongState):
        done(amending.accept, command, by=officer(login="officer2"))
    approved(asked.proposal)
    assert lives.body_of(declaration)["invoice"]["total"] == "77000.00"

    def slip(body):
        body["place_of_loading"] = "Termez"

    asked = lives.asked_to_amend(declaration, slip, by=officer())
    assert asked.proposal is None, "another officer accepts what has nothing to do with the value"


# --- seals -----------------------------------------------------------------------------------------------------------


def sealed_and_on_the_way():
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    (old,) = roads.sealed(movement)
    return roads.let_go(movement), old


def in_hand(who, serial="TJ9900001"):
    from app.seals import operations as seals
    from app.seals.commands import IssueSeals, ReceiveSeals

    done(seals.receive, ReceiveSeals(POST, "Mega", "H", (serial,)), by=supervisor())
    done(seals.issue, IssueSeals(POST, (serial,), who.person, who.name), by=supervisor())
    return serial


def test_on_the_way_a_seal_is_changed_by_two_officers(session):
    movement, old = sealed_and_on_the_way()
    with pytest.raises(WrongState) as error:
        done(travelling.remove_seals, movement.reference, POST, [old], "to look inside")
    assert rules(error) == ["seal.change-by-two"]
    with pytest.raises(Invalid):
        done(resealing.propose, ChangeSeals(movement.reference, POST, (old,), ("TJ9900001",), "to look inside"))
    new = in_hand(officer())
    _same, proposal = done(resealing.propose, ChangeSeals(movement.reference, POST, (old,), (new,), "to look inside"))
    with pytest.raises(DBAPIError, match="changed by two persons"), session.begin_nested():
        session.execute(text("UPDATE seal SET status = 'removed' WHERE serial = :s"), {"s": old})
    with pytest.raises(Forbidden):
        approved(proposal, by=officer())
    approved(proposal, by=officer(login="officer2"))
    with db.reading() as reading:
        active = {s.serial for s in sealed.of_movement(reading, movement.id) if s.status == "applied"}
    assert active == {new}


# --- clearance on paper ----------------------------------------------------------------------------------------------


def opened(forms: int = 5):
    return approved(done(fallback.propose_open, OpenFallback(POST, forms, "no power since six")))


def period():
    with db.reading() as session:
        return falling.open_now(session, POST)


def entered(of, number, plate="A1234TJ", **more):
    with db.reading() as session:
        at = db.now(session)
    return done(fallback.register, RegisterForm(of.number, number, at, plate, "", "flour", **more))


def test_paper_counts_only_while_two_persons_have_opened_it():
    with pytest.raises(NotFound):
        done(fallback.register, RegisterForm("TJPPJ-FB-2026-000001", 1, dt.datetime.now(dt.UTC), "A1", "", "x"))
    opened()
    of = period()
    with pytest.raises(WrongState):
        done(fallback.propose_open, OpenFallback(POST, 5, "once more"))
    yesterday = of.opened_at - dt.timedelta(days=1)
    for wrong, rule in (
        (RegisterForm(of.number, 6, of.opened_at, "A1234TJ", "", "x"), "fallback.number"),
        (RegisterForm(of.number, 1, yesterday, "A1234TJ", "", "x"), "fallback.not-open"),
        (RegisterForm(of.number, 1, of.opened_at, "", "", "x"), "fallback.plate"),
        (RegisterForm(of.number, 1, of.opened_at, "A1234TJ", "", " "), "fallback.goods"),
    ):
        with pytest.raises(Invalid) as error:
            done(fallback.register, wrong)
        assert rules(error) == [rule]
    entered(of, 1)
    with pytest.raises(Invalid):
        entered(of, 1)


def test_every_form_is_keyed_or_accounted_for_and_the_share_is_told(session):
    opened(3)
    of = period()
    declaration = lives.lodged(lives.free())
    plate = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    entered(of, 1, plate)
    entered(of, 2, spoiled=True)
    done(fallback.close, of.number)
    with db.reading() as reading:
        missing = falling.unmatched(reading, db.now(reading), by=SECOND)
        assert [(each.number, each.form is None) for each in missing] == [(1, False), (3, True)]
        share = paperwork.share(reading, POST, db.now(reading) + dt.timedelta(minutes=1), by=SECOND)
    assert share.forms == 1 and share.alarm
    with pytest.raises(WrongState):
        done(keying.key, of.number, 2, declaration.reference)
    assert done(keying.key, of.number, 1, declaration.reference).reference == declaration.reference
    with pytest.raises(WrongState):
        done(keying.key, of.number, 1, declaration.reference)
    with db.reading() as reading:
        assert [each.number for each in falling.unmatched(reading, db.now(reading), by=SECOND)] == [3]


# --- keys of neighbours ----------------------------------------------------------------------------------------------


def test_a_neighbours_key_is_trusted_and_revoked_by_two(tmp_path, session):
    theirs = KeyStore(tmp_path / "af", "AF")
    key_id = theirs.post_keys("AFSKB").key_id
    bundle, one = theirs.trust().to_json(), actors.administrator()
    for wrong in ("", "{}", bundle.replace('"AF"', '"IR"'), bundle.replace('"qr_public": "', '"qr_public": "AAAA')):
        with pytest.raises(Invalid):
            done(neighbours.propose_trust, TrustNeighbour("AF", wrong, "by courier"), by=one)
    with pytest.raises(Forbidden):
        done(neighbours.propose_trust, TrustNeighbour("AF", bundle, "by courier"), by=officer())
    proposal = done(neighbours.propose_trust, TrustNeighbour("AF", bundle, "by courier"), by=one)
    with db.reading() as reading:
        assert clearance.neighbours(reading).keys == ()
    with pytest.raises(Forbidden):
        approved(proposal, by=one)
    approved(proposal)
    with db.reading() as reading:
        (record,) = clearance.neighbours(reading).keys
    assert (record.key_id, record.revoked_at) == (key_id, None)
    with pytest.raises(DBAPIError, match="by two persons"), session.begin_nested():
        session.execute(text("UPDATE neighbour_key SET compromised = true, revoked_at = guzar_now(), "
                             "revoked_by = trusted_by, revoked_post = trusted_post"))  # fmt: skip
    wish = done(neighbours.propose_revoke, RevokeNeighbour(key_id, True, "stolen"), by=one)
    approved(wish)
    with db.reading() as reading:
        (record,) = clearance.neighbours(reading).keys
    assert record.revoked_at is not None and record.compromised


# --- the mechanism itself --------------------------------------------------------------------------------------------


def test_the_database_knows_the_same_table_of_acts(session):
    kept = {row.kind: row for row in session.query(ProposalAct)}
    assert {k: (tuple(r.proposes), tuple(r.settles), r.hours, r.other_device) for k, r in kept.items()} == {
        a.kind: (a.proposes, a.settles, a.hours, a.other_device) for a in ACTS.values()
    }
    assert set(approving.KINDS) == set(ACTS), "each act has its proposal, and each proposal its act"


def test_every_guard_of_the_table_is_there(session):
    names = text("SELECT tgname FROM pg_trigger UNION SELECT conname FROM pg_constraint")
    there = set(session.execute(names).scalars())
    assert {act.guard for act in ACTS.values() if act.guard} <= there


def test_what_nobody_settles_in_time_is_over_and_may_be_proposed_again(session):
    red = lives.lodged(lives.lane("red", lives.free()))
    _same, proposal = done(waiving.propose_inspection, red.reference, WHY)
    assert proposal.expires_at - proposal.proposed_at == dt.timedelta(hours=12)
    with pytest.raises(DBAPIError, match="or because it is overtaken"), session.begin_nested():
        session.execute(text("UPDATE proposal SET status = 'expired' WHERE id = :id"), {"id": proposal.id})
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + interval '12 hours 1 minute')::text, true)"))
    with pytest.raises(WrongState) as error:
        approved(proposal)
    assert error.value.facts == {"state": "expired"}
    assert done(approving.expire, by=SYSTEM) == 1 and done(approving.expire, by=SYSTEM) == 0
    done(waiving.propose_inspection, red.reference, WHY)


def test_an_expired_proposal_takes_its_request_with_it(session):
    declaration = lives.lodged(lives.free())
    asked = done(amending.invalidate, amending.Invalidate(declaration.reference, "lodged twice"))
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + interval '15 days')::text, true)"))
    assert done(approving.expire, by=SYSTEM) == 1
    with db.reading() as reading:
        request = reading.get_one(Amendment, (POST, asked.amendment.id))
    assert request.status == "rejected"


def test_two_persons_do_not_settle_at_one_device(session):
    desk, other = UUID(int=7), UUID(int=8)
    red = lives.lodged(lives.lane("red", lives.free()))
    here = dataclasses.replace(officer(), device=desk)
    _same, proposal = done(waiving.propose_inspection, red.reference, WHY, by=here)
    with pytest.raises(Forbidden):
        approved(proposal, by=dataclasses.replace(SECOND, device=desk))
    forged = text("UPDATE proposal SET status = 'approved', decided_by = :who, decided_login = 's', decided_at = guzar_now(), "
                  "decided_device = :desk, decided_reason = '' WHERE id = :id")  # fmt: skip
    with pytest.raises(DBAPIError, match="two_devices"), session.begin_nested():
        session.execute(forged, {"who": SECOND.person, "desk": desk, "id": proposal.id})
    settled = approved(proposal, by=dataclasses.replace(SECOND, device=other)).proposal
    assert settled.device_checked and (settled.proposed_device, settled.decided_device) == (desk, other)


def test_only_who_the_table_names_proposes():
    wish = approvals.Propose(POST, "lane.lower", UUID(int=1), "X", {}, "because")
    for who in (trader(), actors.inspector(), actors.analyst(), actors.auditor(), actors.liaison(), SYSTEM):
        with pytest.raises(Forbidden):
            done(approvals.propose, wish, by=who, role="officer")

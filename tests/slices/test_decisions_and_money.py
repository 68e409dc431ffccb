"""A decision and the money beside it: what each leaves to the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.approvals.models import Proposal
from app.core import db
from app.declarations.commands import PartlyRelease
from app.flows import approving, leaving, paying, settling
from app.payments.commands import Pay, ProposeRefund, Receipt
from app.registers import integrity
from tests.factories import cases, lives, money
from tests.factories.actors import PARTY, POST, officer, supervisor


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def standing(case):
    with db.reading() as session:
        return settling.standing(session, case)


def test_a_decision_leaves_a_proposed_refund_waiting():
    """It is about money, not about the goods: it stays for the second person, whatever becomes of them."""
    case = lives.lodged(lives.lane("yellow", lives.due()))
    due = standing(case).due
    with db.transaction() as session:
        paying.record_receipt(
            session, case.reference, Pay(due + 100, "TJS", Receipt("AMONATBONK", "R-9001")), by=officer(login="cashier")
        )
    with db.transaction() as session:
        command = ProposeRefund(Decimal("100.00"), "TJS", "bank", "paid too much", "AMONATBONK", "20206972")
        _record, proposal = paying.propose_refund(session, case.reference, command, by=officer(login="cashier"))
    assert cases.decided(case).status == "released"
    with db.reading() as session:
        assert session.get(Proposal, (proposal.post, proposal.id)).status == "waiting"
    with db.transaction() as session:
        approving.approve(session, proposal.id, "agreed", by=supervisor())
    assert standing(case).overpaid == 0


def test_a_release_in_part_lets_the_standing_order_pay_first():
    case = lives.lodged(lives.lane("yellow", lives.due(2)))
    assert standing(case).due > 0
    with db.transaction() as session:
        lives.payments.set_standing_order(session, lives.SetStandingOrder(POST, PARTY, True), by=lives.trader())
    before = money.balance(PARTY, POST)
    with db.transaction() as session:
        command = PartlyRelease(case.reference, (1,), "the rest is counted")
        assert leaving.partly_release(session, command, by=officer())[0].status == "partly_released"
    now = standing(case)
    assert now.due == 0 and money.balance(PARTY, POST) == before - now.paid

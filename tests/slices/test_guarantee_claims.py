"""A recovery paid by the guarantors: they pay what is asked and no more, and the rest of what was taken is given back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core import db
from app.core.errors import WrongState
from app.flows import approving
from app.flows.movements import arriving, searching, securing
from app.guarantees import operations as guarantees
from app.guarantees import queries as pledged
from app.reference.queries import codebook
from app.registers import sums
from app.transit import queries
from app.transit.commands import Discharge, OpenEnquiry, SettleRecovery, StartRecovery
from tests.factories import actors, movements, roads
from tests.factories.actors import POST

pytestmark = pytest.mark.usefixtures("session")


def recovered(movement, asked, currency="TJS", *, by_guarantor=True):
    """Looked for, not found, and paid."""
    with db.transaction() as session:
        searching.open_enquiry(session, OpenEnquiry(movement.reference, POST, "nothing heard"), by=actors.officer())
        started = StartRecovery(movement.reference, POST, Decimal(asked), currency, "lost")
        searching.start_recovery(session, started, by=actors.officer())
    settle = SettleRecovery(movement.reference, POST, "claim 14/2026", by_guarantor)
    with db.transaction() as session:
        return searching.settle_recovery(session, settle, by=actors.supervisor())[1]


def discharged(movement):
    with db.transaction() as session:
        arriving.discharge(session, Discharge(movement.reference, POST, reason="paid"), by=actors.supervisor())


def stands(*held):
    """(status, claimed, given back, what is left) of each guarantee."""
    with db.reading() as session:
        found = []
        for grn in held:
            guarantee = pledged.find(session, grn, by=actors.officer())
            (row,) = pledged.reservations(session, guarantee)
            found.append((row.status, row.claimed, row.given_back, pledged.left(session, guarantee)))
        return found


def sound():
    with db.reading() as session:
        assert sums.faults(session) == []


def told_of(movement, event):
    rows = text("SELECT after FROM journal_entry WHERE event = :e AND subject = :s")
    with db.reading() as session:
        subject = movement.id if event.startswith("transit.") else None
        if subject is None:
            rows = text("SELECT after FROM journal_entry WHERE event = :e AND after->>'mrn' = :s")
            subject = movement.mrn
        return session.execute(rows, {"e": event, "s": str(subject)}).scalars().all()


@pytest.mark.parametrize(
    ("asked", "claimed", "back", "owed"),
    [
        ("1234.56", "1234.56", "3765.44", "0.00"),
        ("5000.00", "5000.00", "0.00", "0.00"),
        ("7000.00", "5000.00", "0.00", "2000.00"),
    ],
)
def test_the_guarantor_pays_what_is_asked_and_the_rest_comes_back_once(asked, claimed, back, owed):
    guarantee = roads.guarantee("9000.00")
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    recovery = recovered(movement, asked)
    left = Decimal("9000.00") - Decimal(claimed)
    assert stands(guarantee.grn) == [("claimed", Decimal(claimed), Decimal(back), left)]
    assert (recovery.by_guarantor, recovery.still_owed) == (Decimal(claimed), Decimal(owed))
    sound()
    (settled,) = told_of(movement, "transit.recovery-settled")
    assert (settled["by_guarantor"], settled["still_owed"], settled["currency"]) == (claimed, owed, "TJS")
    (entry,) = told_of(movement, "guarantee.claimed")
    assert (entry["claimed"], entry["given_back"]) == (claimed, back)
    discharged(movement)
    assert stands(guarantee.grn) == [("claimed", Decimal(claimed), Decimal(back), left)], "given back twice"
    sound()


def test_two_guarantees_in_two_currencies_pay_in_the_order_in_which_they_are_named():
    """The one named first pays all that it has, whatever its number; the second only what lacks, in its own currency."""
    second = roads.guarantee("900.00", currency="EUR")
    first = roads.guarantee("3000.00")
    assert second.grn < first.grn
    body = roads.secured(movements.national(), first.grn, "1000.00")
    named = {**body["guarantees"][0], "grn": second.grn, "amount": "800.00", "currency": "EUR"}
    movement = roads.released({**body, "guarantees": [*body["guarantees"], named]})
    recovery = recovered(movement, "3000.00")
    with db.reading() as session:
        declared = queries.declared(session, movement)
        lacking = securing.in_currency(codebook(session), declared, Decimal("2000.00"), "EUR", db.now(session))
    assert Decimal("1.00") < lacking < Decimal("800.00")
    assert stands(first.grn, second.grn) == [
        ("claimed", Decimal("1000.00"), Decimal("0.00"), Decimal("2000.00")),
        ("claimed", lacking, Decimal("800.00") - lacking, Decimal("900.00") - lacking),
    ]
    assert (recovery.by_guarantor, recovery.still_owed) == (Decimal("3000.00"), Decimal("0.00"))
    sound()


def test_a_guarantee_of_which_nothing_is_needed_is_given_back():
    first, second = roads.guarantee("3000.00"), roads.guarantee("3000.00")
    body = roads.secured(movements.national(), first.grn, "2500.00")
    named = {**body["guarantees"][0], "grn": second.grn, "amount": "2500.00"}
    movement = roads.released({**body, "guarantees": [*body["guarantees"], named]})
    recovered(movement, "2000.00")
    assert stands(first.grn, second.grn) == [
        ("claimed", Decimal("2000.00"), Decimal("500.00"), Decimal("1000.00")),
        ("credited", None, Decimal("2500.00"), Decimal("3000.00")),
    ]
    sound()


def test_what_the_holder_paid_claims_nothing_and_comes_back_with_the_discharge():
    guarantee = roads.guarantee("9000.00")
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    recovery = recovered(movement, "1000.00", by_guarantor=False)
    assert (recovery.by_guarantor, recovery.still_owed) == (None, Decimal("0.00"))
    assert stands(guarantee.grn) == [("held", None, Decimal("0.00"), Decimal("4000.00"))]
    discharged(movement)
    assert stands(guarantee.grn) == [("credited", None, Decimal("5000.00"), Decimal("9000.00"))]
    sound()


def test_no_guarantor_pays_where_nothing_is_taken_of_him_any_more():
    guarantee = roads.guarantee("9000.00")
    movement = roads.released(roads.secured(movements.national(), guarantee.grn))
    with db.transaction() as session:
        wish = guarantees.propose_release(session, guarantee.grn, movement.id, "told so", by=actors.supervisor())
    with db.transaction() as session:
        approving.approve(session, wish.id, "", by=actors.supervisor(login="supervisor2"))
    with pytest.raises(WrongState) as refused:
        recovered(movement, "1000.00")
    assert [finding.rule for finding in refused.value.findings] == ["recovery.nothing-held"]

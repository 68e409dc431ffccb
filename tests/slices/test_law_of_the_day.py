"""Whenever a declaration is calculated again, it is by the rates of the day it was lodged, or presented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.core import clock, db
from app.declarations import schemas
from app.declarations.commands import LodgeDeclaration, RequestAmendment
from app.flows import amending, approving, code_lists, dues, lodging, presenting
from app.payments import queries as owed
from app.reference.queries import forget
from tests.factories import cases, lives, warehouses
from tests.factories.actors import administrator, officer, supervisor, trader

#: On the last day of the year VAT is 14 %, on the next one 13 %; the dollar is entered as 10 and 20 somoni.
LODGED = dt.datetime(2026, 12, 31, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2027, 1, 1, 9, tzinfo=dt.UTC)
LAST = dt.datetime(2027, 1, 2, 9, tzinfo=dt.UTC)
RATES = (
    "code,en,valid_from,valid_to,source,verified,administration,currency,rate,units,period\n"
    "TJ.USD.old,US dollar,2026-12-30,2026-12-31,the bank,true,TJ,USD,10,1,day\n"
    "TJ.USD.new,US dollar,2027-01-01,2027-01-01,the bank,true,TJ,USD,20,1,day\n"
    "TJ.USD.last,US dollar,2027-01-02,2027-01-09,the bank,true,TJ,USD,40,1,day\n"
)


@pytest.fixture(autouse=True)
def rates(session):
    warehouses.alone()
    with db.transaction() as s:
        proposal = code_lists.propose(s, "exchange_rate", RATES.encode(), "order 9", by=administrator())
    with db.transaction() as s:
        approving.approve(s, proposal.id, "read", by=supervisor())
    forget()
    yield
    forget()


def at(moment, deed):
    with db.transaction() as session:
        clock.set_clock(session, moment)
        return deed(session)


def lodged(body, moment=LODGED):
    return at(moment, lambda s: lodging.lodge(s, LodgeDeclaration(schemas.read(body)), by=trader()).declaration)


def amended(declaration, moment):
    """Two hundred kilograms lighter, so that nothing but the calculation's day could change the amounts."""
    body = warehouses.written(declaration)
    body["items"][0]["net_kg"] = "2200.000"
    command = RequestAmendment(declaration.reference, body, "weighed again")
    if declaration.status == "prelodged":
        return at(moment, lambda s: amending.request(s, command, by=trader()))
    asked = at(moment, lambda s: amending.request(s, command, by=officer()))
    return at(moment, lambda s: approving.approve(s, asked.proposal.id, "agreed", by=supervisor()))


def assessed(declaration):
    """VAT, the rate of the dollar and the day of the assessment that holds; and its number."""
    with db.reading() as session:
        row = owed.assessment(session, declaration.post, declaration.id)
    vat = next(line for line in row.result["items"][0]["lines"] if line["tax"] == "vat")
    (used,) = row.result["rates"]
    return vat["rate"], Decimal(used["rate"]), row.result["day"], row.number


OLD, NEW, OF_LAST = (
    ("14.00", Decimal(10), "2026-12-31"),
    ("13.00", Decimal(20), "2027-01-01"),
    ("13.00", Decimal(40), "2027-01-02"),
)


def test_an_amendment_after_release_is_by_the_law_of_the_day_it_was_lodged():
    declaration = lodged(lives.due())
    assert declaration.status == "released" and assessed(declaration) == (*OLD, 1)
    before = warehouses.standing(declaration)
    amended(declaration, LATER)
    assert assessed(declaration) == (*OLD, 2)
    after = warehouses.standing(declaration)
    assert (after.assessed, after.due, after.overpaid) == (before.assessed, 0, 0)
    assert assessed(lodged(lives.due(), LATER)) == (*NEW, 1), "the codes do differ"


def test_what_is_calculated_again_while_it_is_held_too():
    declaration = lodged(lives.lane("yellow", lives.due()))
    at(LATER, lambda s: dues.anew(s, declaration.reference, "a rate was entered", None, by=officer()))
    assert assessed(declaration) == (*OLD, 2)


def test_what_is_lodged_in_advance_is_by_the_law_of_the_day_it_is_presented():
    body = lives.early(lives.lane("blue", lives.due()))
    body["transport"]["expected_arrival"] = "2027-01-01T10:00:00Z"
    declaration = lodged(body)
    assert assessed(declaration) == (*OLD, 1)
    amended(declaration, LATER)
    assert assessed(declaration) == (*NEW, 2), "until it is presented, it is an outlook of the day"
    at(LATER, lambda s: presenting.present(s, declaration.reference, None, by=trader()))
    assert assessed(declaration) == (*NEW, 3)
    assert cases.again(declaration).status == "released"
    body = warehouses.written(declaration)
    body["items"][0]["net_kg"] = "2100.000"
    command = RequestAmendment(declaration.reference, body, "weighed again")
    asked = at(LAST, lambda s: amending.request(s, command, by=officer()))
    at(LAST, lambda s: approving.approve(s, asked.proposal.id, "agreed", by=supervisor()))
    assert assessed(declaration) == (*NEW, 4)
    assert assessed(lodged(lives.due(), LAST)) == (*OF_LAST, 1)


def test_what_could_not_be_calculated_is_shown_by_that_law_as_well():
    body = lives.lane("yellow", lives.due())
    body["invoice"]["currency"] = "JPY"
    declaration = lodged(body)

    def of(session):
        return dues.of(session, cases.again(declaration), by=officer()).result["day"]

    assert at(LATER, of) == "2026-12-31"

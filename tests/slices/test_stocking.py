"""Goods under suspense follow the life of their declarations: what is in stock, what is written off, what is secured."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core import db
from app.core.errors import Invalid
from app.declarations.commands import PartlyRelease
from app.flows import deciding, leaving
from app.flows.amending import invalidate
from app.declarations.commands import Decide, Invalidate
from app.flows import approving
from app.registers import integrity
from tests.factories import cases, lives, warehouses
from tests.factories.actors import officer, supervisor
from tests.faults import adding

NOTHING = (Decimal("0.000"), Decimal(0))
ALL = (Decimal("2300.000"), Decimal(120))


@pytest.fixture(autouse=True)
def bound(session):
    """After every test tables, journal and ledger say the same, and goods and money add up."""
    warehouses.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == []
    assert adding.up(session) == []


def out(source, net, packages, *, colour="green", item=1):
    body = warehouses.leaving(source.mrn, net, packages, item=item)
    return lives.lodged(body if colour == "green" else lives.lane(colour, body))


def is_secured(declaration):
    """Suspended, and secured to the last; or neither."""
    known = warehouses.standing(declaration)
    assert known.suspended == known.secured and known.unsecured == 0
    return known.suspended > 0


def partly(declaration, *items):
    with db.transaction() as session:
        command = PartlyRelease(declaration.reference, tuple(items), "the rest is counted")
        leaving.partly_release(session, command, by=officer())
    return cases.again(declaration)


# Amendments of what is taken out -------------------------------------------------------------------------------------


def test_an_amendment_that_takes_the_last_frees_the_security():
    source = warehouses.placed()
    case = out(source, "2000.000", 100)
    assert case.status == "released" and is_secured(source)
    warehouses.amended(case, warehouses.taken_now("2300.000", 120))
    assert warehouses.left(source) == {1: NOTHING}
    assert not is_secured(source)
    assert all(given.released_at is not None for given in warehouses.securities(source))


def test_an_amendment_that_takes_less_asks_for_the_security_again():
    source = warehouses.placed()
    before = warehouses.standing(source).suspended
    case = out(source, "2300.000", 120)
    assert not is_secured(source)
    warehouses.amended(case, warehouses.taken_now("2000.000", 100))
    assert warehouses.left(source) == {1: (Decimal("300.000"), Decimal(20))}
    known = warehouses.standing(source)
    assert (known.suspended, known.secured, known.unsecured) == (before, 0, before)
    warehouses.secured(source)
    assert is_secured(source)
    warehouses.amended(case, warehouses.taken_now("2300.000", 120))
    assert not is_secured(source)


def test_an_amendment_that_names_another_stock_moves_both():
    one, other = warehouses.placed(), warehouses.placed()
    case = out(one, "2300.000", 120)
    assert not is_secured(one) and is_secured(other)
    warehouses.amended(case, lambda body: body["items"][0].update(warehouses.taking(other.mrn, "2300.000", 120)))
    assert (warehouses.left(one), warehouses.left(other)) == ({1: ALL}, {1: NOTHING})
    assert warehouses.standing(one).unsecured > 0 and not is_secured(other)
    warehouses.secured(one)


def test_an_invalidation_asks_for_the_security_again():
    source = warehouses.placed()
    case = out(source, "2300.000", 120)
    with db.transaction() as session:
        asked = invalidate(session, Invalidate(case.reference, "lodged twice"), by=officer())
    with db.transaction() as session:
        approving.approve(session, asked.proposal.id, "agreed", by=supervisor())
    assert warehouses.left(source) == {1: ALL}
    assert warehouses.standing(source).unsecured > 0


def test_nothing_discharges_itself():
    source = warehouses.placed()
    with pytest.raises(Invalid) as refused:
        warehouses.amended(source, lambda body: body["items"][0].update(warehouses.taking(source.mrn, "2300.000", 120)))
    assert [f.rule for f in refused.value.findings] == ["previous.unknown"]
    assert warehouses.left(source) == {1: ALL} and is_secured(source)


# Amendments of what entered ------------------------------------------------------------------------------------------


def weighs(net, packages=120):
    def bend(body):
        body["items"][0].update(net_kg=net, packages=[{"kind": "CT", "count": packages, "marks": "KOH"}])

    return bend


def test_the_stock_follows_what_is_declared():
    source = warehouses.placed()
    out(source, "800.000", 40)
    warehouses.amended(source, weighs("2100.000", 100))
    assert warehouses.left(source) == {1: (Decimal("1300.000"), Decimal(60))}
    assert is_secured(source)
    with pytest.raises(Invalid) as refused:
        out(source, "1300.001", 60)
    assert [f.rule for f in refused.value.findings] == ["previous.too-much"]


@pytest.mark.parametrize(
    ("bend", "pointer"),
    [
        (weighs("799.999"), "/items/0/net_kg"),
        (weighs("800.000", 39), "/items/0/packages"),
        (lambda body: body["items"][0].update(procedure="4000"), "/items/0/procedure"),
    ],
)
def test_what_is_taken_out_already_cannot_be_amended_away(bend, pointer):
    source = warehouses.placed()
    out(source, "800.000", 40)
    with pytest.raises(Invalid) as refused:
        warehouses.amended(source, bend)
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [(pointer, "previous.taken")]
    assert warehouses.left(source) == {1: (Decimal("1500.000"), Decimal(80))}


def test_an_item_that_something_was_taken_of_cannot_be_left_out():
    source = warehouses.placed(2)
    out(source, "800.000", 40, item=2)

    def shorter(body):
        del body["items"][1]
        body["invoice"]["total"] = "9200.00"

    with pytest.raises(Invalid) as refused:
        warehouses.amended(source, shorter)
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [("/items", "previous.taken")]


def test_amended_to_what_was_taken_out_it_is_used_up():
    source = warehouses.placed()
    out(source, "800.000", 40)
    warehouses.amended(source, weighs("800.000", 40))
    assert warehouses.left(source) == {1: NOTHING} and not is_secured(source)


def test_what_is_used_up_stays_so_when_it_is_amended():
    source = warehouses.placed()
    out(source, "2300.000", 120)
    warehouses.amended(source, lambda body: body["items"][0].update(description="Trousers of cotton, blue"))
    assert not is_secured(source) and warehouses.left(source) == {1: NOTHING}


def test_amended_to_stay_in_the_country_it_is_in_stock_no_more():
    source = warehouses.placed()
    warehouses.amended(source, lambda body: body["items"][0].update(procedure="4000"))
    assert warehouses.left(source) == {1: NOTHING} and not is_secured(source)
    assert warehouses.standing(source).due > 0


def test_invalidated_it_is_in_stock_no_more():
    source = warehouses.placed()
    with db.transaction() as session:
        asked = invalidate(session, Invalidate(source.reference, "lodged twice"), by=officer())
    with db.transaction() as session:
        approving.approve(session, asked.proposal.id, "agreed", by=supervisor())
    assert warehouses.left(source) == {1: NOTHING} and not is_secured(source)
    with pytest.raises(Invalid):
        out(source, "1.000", 1)


# Released in part ----------------------------------------------------------------------------------------------------


def held(items=2):
    """Before an officer, everything paid and secured."""
    case = lives.lodged(lives.lane("yellow", warehouses.entering(items)))
    return lives.paid(warehouses.secured(case))


def test_only_what_is_let_go_is_in_stock():
    source = partly(held(), 1)
    assert source.status == "partly_released" and warehouses.left(source) == {1: ALL}
    with pytest.raises(Invalid) as refused:
        out(source, "1.000", 1, item=2)
    assert [f.rule for f in refused.value.findings] == ["previous.unknown"]
    assert out(source, "2300.000", 120).status == "released"
    assert warehouses.left(source) == {1: NOTHING}
    assert is_secured(source), "the rest is still there and answers for everything"
    source = partly(source, 2)
    assert source.status == "released" and warehouses.left(source) == {1: NOTHING, 2: ALL}
    assert is_secured(source)
    assert out(source, "2300.000", 120, item=2).status == "released"
    assert not is_secured(source)


def test_the_rest_is_opened_by_an_ordinary_release_too():
    source = partly(held(3), 2)
    with db.transaction() as session:
        deciding.decide(session, Decide(source.reference, "release", "agrees"), by=officer())
    assert warehouses.left(source) == {1: ALL, 2: ALL, 3: ALL}
    assert is_secured(source)


def test_an_amendment_between_two_releases_changes_what_is_let_go_alone():
    source = partly(held(), 1)

    def lighter(body):
        for item in body["items"]:
            item["net_kg"] = "2200.000"

    warehouses.amended(source, lighter)
    assert warehouses.left(source) == {1: (Decimal("2200.000"), Decimal(120))}
    warehouses_rest = partly(source, 2)
    assert warehouses.left(warehouses_rest) == {n: (Decimal("2200.000"), Decimal(120)) for n in (1, 2)}


def test_when_the_rest_is_held_and_refused_what_is_let_go_stays_in_stock():
    source = partly(held(), 1)
    whole = warehouses.standing(source).suspended
    for decision in ("hold", "refuse"):
        with db.transaction() as session:
            deciding.decide(session, Decide(source.reference, decision, "counterfeit"), by=officer())
    assert warehouses.left(source) == {1: ALL}
    assert 0 < warehouses.standing(source).suspended < whole
    assert out(source, "2300.000", 120).status == "released"
    known = warehouses.standing(source)
    assert (known.suspended, known.secured) == (0, 0)


def test_used_up_before_the_rest_is_refused_it_is_freed_then():
    source = partly(held(), 1)
    out(source, "2300.000", 120)
    assert is_secured(source)
    for decision in ("hold", "refuse"):
        with db.transaction() as session:
            deciding.decide(session, Decide(source.reference, decision, "counterfeit"), by=officer())
    assert not is_secured(source)


# Whoever took of it --------------------------------------------------------------------------------------------------


def test_the_security_waits_for_everybody_who_took_of_it():
    source = warehouses.placed()
    waiting = out(source, "1000.000", 60, colour="yellow")
    last = out(source, "1300.000", 60)
    assert (waiting.status, last.status) == ("selected", "released")
    assert warehouses.left(source) == {1: NOTHING}
    assert is_secured(source), "a part of the goods is still in the warehouse"
    assert cases.decided(waiting).status == "released"
    assert not is_secured(source)


def test_what_is_taken_while_it_is_held_frees_nothing_before_its_release():
    source = warehouses.placed()
    case = out(source, "2300.000", 120, colour="yellow")
    assert is_secured(source)
    assert cases.decided(case).status == "released"
    assert not is_secured(source)


def test_refused_it_goes_back_into_stock():
    source = warehouses.placed()
    case = out(source, "2300.000", 120, colour="yellow")
    cases.decided(case, "refuse")
    assert warehouses.left(source) == {1: ALL} and is_secured(source)


# What is shown of it -------------------------------------------------------------------------------------------------


def versions(*declarations):
    return [cases.again(declaration).version for declaration in declarations]


def test_what_is_written_off_makes_another_version_of_the_declaration_before():
    source, stranger = warehouses.placed(), warehouses.placed()
    seen = versions(source, stranger)
    case = out(source, "800.000", 40, colour="yellow")
    taken = versions(source, stranger)
    assert taken[0] > seen[0] and taken[1] == seen[1]
    cases.decided(case, "refuse")
    assert versions(source)[0] > taken[0]
    last = versions(source)
    assert out(source, "2300.000", 120).status == "released"
    with db.reading() as session:
        told = [row.event for row in adding._rows(session, _EVENTS.format(id=source.id))]
    assert versions(source)[0] >= last[0] + 2, "written off, and discharged"
    assert told[-2:] == ["declaration.stock-moved", "declaration.discharged"]


_EVENTS = "SELECT event FROM journal_entry WHERE subject = '{id}' AND kind = 'declaration' ORDER BY number"

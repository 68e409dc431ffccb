"""Lodging: lane, release by the system, what is stored, what is journaled."""

from __future__ import annotations

import pytest

from app.core import db, journal
from app.core.errors import Forbidden, Invalid
from app.core.numbering import is_mrn
from app.declarations import queries
from app.declarations.commands import LodgeDeclaration
from app.declarations import schemas
from app.flows.lodging import lodge
from tests.factories import declarations
from tests.factories.actors import officer, other_trader, trader


@pytest.fixture(autouse=True)
def no_chance(session):
    """No stops by chance: lanes come from the profiles alone."""
    from app.risk.operations import set_random_share
    from app.core.actors import SYSTEM

    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)


def test_clean_goods_are_released_at_once(session):
    with db.transaction() as s:
        lodged = declarations.lodged(s)
    assert lodged.declaration.status == "released"
    assert lodged.declaration.lane == "green"
    assert is_mrn(lodged.declaration.mrn)


@pytest.mark.parametrize(("body", "lane", "kind"), [(declarations.red(), "red", "goods"), (declarations.yellow(), "yellow", "documents")])
def test_profiles_choose_the_lane_and_order_a_look(session, body, lane, kind):
    from app.inspections import queries as inspected

    with db.transaction() as s:
        lodged = declarations.lodged(s, body)
    with db.reading() as s:
        declaration = queries.find(s, lodged.declaration.mrn, by=officer())
        assert (declaration.status, declaration.lane) == ("selected", lane)
        assert [i.kind for i in inspected.of_declaration(s, declaration.post, declaration.id)] == [kind]


def test_everything_declared_comes_back(session):
    body = declarations.red(items=7)
    with db.transaction() as s:
        lodged = declarations.lodged(s, body)
    with db.reading() as s:
        again = queries.declared(s, queries.find(s, lodged.declaration.reference, by=trader()))
    expected = schemas.read(body)
    assert again.header == expected.header
    assert again.documents == expected.documents
    assert again.items == expected.items


def test_the_chain_holds_and_numbers_have_no_gaps(session):
    with db.transaction() as s:
        first = declarations.lodged(s).declaration.mrn
    with pytest.raises(Invalid), db.transaction() as s:
        declarations.lodged(s, declarations.words(post="TJZZZ"))
    with db.transaction() as s:
        second = declarations.lodged(s).declaration.mrn
    assert int(second[7:16]) == int(first[7:16]) + 1
    with db.reading() as s:
        entries, breaks = journal.verify(s, "TJPPJ")
    assert entries > 2 and breaks == []


def test_nobody_declares_for_another_firm(session):
    with pytest.raises(Forbidden), db.transaction() as s:
        declarations.lodged(s, declarations.words(), by=other_trader())
    with pytest.raises(Forbidden), db.transaction() as s:
        lodge(s, LodgeDeclaration(schemas.read(declarations.words())), by=officer())

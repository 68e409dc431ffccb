"""Many take of one guarantee at once: it is never overdrawn, and who comes too late is told so in words."""

from __future__ import annotations

import threading
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core import db
from app.core.errors import Invalid
from app.flows import approving
from app.flows.movements import departing, searching
from app.guarantees import operations, queries
from app.guarantees.commands import Subject
from app.guarantees.models import Guarantee
from app.ledger import queries as ledger
from app.transit.commands import OpenEnquiry, Release
from tests.factories import actors, movements, roads

WRITERS = 8
EACH = Decimal("1000.00")
FITS = 3


def raced(subjects: list[Subject], grn: str) -> Counter[str]:
    """All take at the same moment; how often each outcome came."""
    start, told = threading.Barrier(len(subjects)), Counter[str]()

    def take(subject: Subject) -> None:
        start.wait()
        try:
            with db.transaction() as session:
                operations.reserve(session, subject, {grn: EACH}, {grn: 0}, by=actors.officer())
            told["taken"] += 1
        except Invalid as refused:
            told[refused.findings[0].rule] += 1
        except Exception as defect:  # noqa: BLE001 - whatever it is, it is counted
            told[type(defect).__name__] += 1

    threads = [threading.Thread(target=take, args=(subject,)) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def lodged() -> list[Subject]:
    """So many movements before the office of departure."""
    covering = roads.guarantee("900000.00")
    made = [roads.lodged(roads.secured(movements.national(), covering.grn)) for _ in range(WRITERS)]
    return [Subject(m.post, m.id, m.mrn) for m in made]


def races(count: int) -> Counter[str]:
    subjects, told = lodged(), Counter[str]()
    for _race in range(count):
        grn = roads.guarantee(f"{EACH * FITS:f}", code=None).grn
        told += raced(subjects, grn)
        with db.reading() as session:
            assert queries.left(session, queries.find(session, grn, by=actors.officer())) == 0
    with db.reading() as session:
        assert ledger.verify(session) == []
    return told


def test_a_guarantee_is_never_overdrawn(own_database):
    assert races(25) == {"taken": 25 * FITS, "guarantee.G09": 25 * (WRITERS - FITS)}


@pytest.mark.long
def test_a_guarantee_is_never_overdrawn_in_five_hundred_races(own_database):
    assert races(500) == {"taken": 500 * FITS, "guarantee.G09": 500 * (WRITERS - FITS)}


def unlocked(session, ids):
    rows = select(Guarantee).where(Guarantee.id.in_(sorted(ids))).order_by(Guarantee.grn)
    return list(session.execute(rows).scalars())


def test_without_the_lock_it_would_show(own_database, monkeypatch):
    """The sabotage: nobody waits for the guarantee. Only the ledger's own constraint then stands in the way, and late
    comers meet a defect instead of a sentence."""
    kept = queries.left
    monkeypatch.setattr(queries, "locked_by_id", unlocked)
    monkeypatch.setattr(queries, "left", lambda session, guarantee, *, lock=False: kept(session, guarantee))
    told = races(10)
    assert told["taken"] <= 10 * FITS
    assert set(told) - {"taken", "guarantee.G09"}, "nobody met the constraint: the races were none"


def test_fifty_releases_at_once_are_exact_to_the_cent(own_database):
    grn = roads.guarantee("30000.07").grn
    made = [roads.lodged(roads.secured(movements.national(), grn, "1000.01")) for _ in range(50)]
    told, start = Counter[str](), threading.Barrier(len(made))

    def let_go(reference: str) -> None:
        start.wait()
        try:
            with db.transaction() as session:
                departing.release(session, Release(reference, "TJPPJ"), by=actors.officer())
            told["released"] += 1
        except Invalid as refused:
            told[refused.findings[0].rule] += 1

    threads = [threading.Thread(target=let_go, args=(m.reference,)) for m in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {"released": 29, "guarantee.G09": 21}
    with db.reading() as session:
        guarantee = queries.find(session, grn, by=actors.officer())
        assert queries.left(session, guarantee) == Decimal("30000.07") - 29 * Decimal("1000.01")
        assert ledger.verify(session) == []


def test_what_is_given_back_by_hand_is_not_held_at_the_same_moment(own_database, monkeypatch):
    """A release by hand does not lock the movement. Who waited for the guarantee reads again what was taken of it, or
    what is free already would be held, and given back twice."""
    grn = roads.guarantee("20000.00").grn
    movement = roads.released(roads.secured(movements.national(), grn))
    with db.transaction() as session:
        wish = operations.propose_release(session, grn, movement.id, "paid in cash", by=actors.supervisor()).id
    kept, waits = queries.locked_by_id, threading.Event()

    def telling(session, ids):
        waits.set()
        return kept(session, ids)

    def search() -> None:
        opening = OpenEnquiry(movement.reference, "TJPPJ", "nothing heard")
        with db.transaction() as session:
            searching.open_enquiry(session, opening, by=actors.officer())

    searcher = threading.Thread(target=search)
    with db.transaction() as session:
        approving.approve(session, wish, "yes", by=actors.supervisor(login="second"))
        monkeypatch.setattr(queries, "locked_by_id", telling)
        searcher.start()
        assert waits.wait(30), "the searcher has read what was taken and waits for the guarantee"
    searcher.join()
    with db.reading() as session:
        guarantee = queries.find(session, grn, by=actors.officer())
        assert queries.left(session, guarantee) == Decimal("20000.00")
        assert [row.status for row, _guarantee in queries.of_movement(session, movement.id)] == ["credited"]

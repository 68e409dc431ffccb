"""Certificates and goods under suspense are written off under lock, and never below zero."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.exemptions.commands import RegisterCertificate, claims
from app.suspense import operations as suspense
from app.suspense import queries as stocks
from app.suspense.commands import Firms, discharges
from app.registers import integrity
from tests.factories import cases
from tests.factories.actors import PARTY, POST, auditor, officer, other_trader, supervisor, trader
from tests.factories.declarations import words

DAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def registered(granted="1000", *, by=None, **changes):
    command = {
        "post": POST, "number": "EX-7", "issuer": "Ministry of Health", "source": "decree 1", "holder": PARTY,
        "measure": "net_kg", "granted": Decimal(granted), "valid_from": dt.date(2020, 1, 1),
        "valid_to": dt.date(2099, 12, 31), **changes,
    }  # fmt: skip
    with db.transaction() as session:
        return exemptions.register(session, RegisterCertificate(**command), by=by or officer()).id


def approved(granted="1000", **changes):
    id = registered(granted, **changes)
    with db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=supervisor())
    return id


def item(net="400.000", **more):
    body = words()["items"][0]
    return {**body, "net_kg": net, "documents": [{"type": "911", "number": "EX-7"}], **more}


def used(id):
    with db.reading() as session:
        return certificates.find(session, id, by=auditor()).used


def take(case, items):
    with db.transaction() as session:
        granted = exemptions.cover(session, claims(items, []), [PARTY], DAY, lock=True, by=trader()).grants
        exemptions.write_off(session, case.post, case.id, granted, db.now(session), by=trader())
        return list(granted)


def test_a_certificate_counts_only_after_a_second_person():
    id, case = registered(), cases.lodged()
    assert take(case, [item()]) == []
    with pytest.raises(Forbidden), db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=officer())
    same_person = supervisor(login="officer")
    with pytest.raises(Forbidden), db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=same_person)
    with db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=supervisor())
    assert [g.quantity for g in take(case, [item()])] == [Decimal("400.000")]
    assert used(id) == Decimal("400.000")
    with pytest.raises(WrongState), db.transaction() as session:
        exemptions.settle(session, id, approved=False, reason="too late", by=supervisor())


def test_who_may_register_and_see():
    id = registered()
    for stranger in (trader(), auditor()):
        with pytest.raises(Forbidden):
            registered(number="EX-8", by=stranger)
    with pytest.raises(NotFound), db.reading() as session:
        certificates.find(session, id, by=other_trader())
    with db.reading() as session:
        assert certificates.find(session, id, by=trader()).number == "EX-7"
        assert [c.id for c in certificates.visible(session, by=trader())] == [id]
        assert certificates.visible(session, by=other_trader()) == []
    with pytest.raises(Invalid) as refused:
        registered()
    assert refused.value.findings[0].rule == "exemption.number-known"


def test_what_is_given_back_can_be_taken_again():
    id, case = approved("500"), cases.lodged()
    take(case, [item("450.000")])
    assert [g.quantity for g in take(cases.lodged(), [item("450.000")])] == [Decimal("50.000")]
    with db.transaction() as session:
        assert exemptions.give_back(session, case.post, case.id, db.now(session), by=trader())
    with db.transaction() as session:
        assert not exemptions.give_back(session, case.post, case.id, db.now(session), by=trader())
    assert used(id) == Decimal("50.000")
    with db.reading() as session:
        events = [e.event for e in journal.history(session, POST, "exemption", str(id))]
    assert events == [
        "exemption.registered", "exemption.approved", "exemption.written-off", "exemption.written-off", "exemption.given-back",
    ]  # fmt: skip


def test_a_withdrawn_certificate_covers_nothing():
    id = approved()
    with db.transaction() as session:
        exemptions.withdraw(session, id, "issued in error", by=supervisor())
    assert take(cases.lodged(), [item()]) == []


def test_the_database_never_overdraws_a_certificate(session):
    id = approved("500")
    with pytest.raises(DBAPIError, match="never_overdrawn"), session.begin_nested():
        session.execute(text("UPDATE exemption_certificate SET used = 501 WHERE id = :id"), {"id": id})


def opened(case, *items):
    with db.transaction() as session:
        placed = suspense.Placed(case.post, case.id, case.mrn, PARTY)
        entering = list(items) or [item("500.000")]
        numbers = {each["number"] for each in entering}
        return suspense.place(session, placed, entering, numbers, db.now(session), by=officer())


def discharging(case, net, **more):
    return discharges([item(net, previous_documents=[{"number": case.mrn, "item": 1, "packages": 10, **more}])])


def discharge(source, case, net, *, by=None, holders=(PARTY,), **more):
    with db.transaction() as session:
        at = db.now(session)
        return suspense.take(
            session, case.post, case.id, discharging(source, net, **more), Firms(holders), at, by=by or trader()
        )


def left(case):
    with db.reading() as session:
        return [(s.left_net_kg, s.left_packages) for s in stocks.of_declaration(session, case.post, case.id)]


def test_goods_leave_suspense_piece_by_piece():
    source = cases.lodged()
    opened(source)
    assert left(source) == [(Decimal("500.000"), 120)]
    first, second = cases.lodged(), cases.lodged()
    assert discharge(source, first, "200.000") == []
    assert left(source) == [(Decimal("300.000"), 110)]
    with pytest.raises(Invalid) as refused:
        discharge(source, second, "300.001")
    assert [f.rule for f in refused.value.findings] == ["previous.too-much"]
    assert left(source) == [(Decimal("300.000"), 110)]
    done = discharge(source, second, "300.000", packages=110)
    assert [s.mrn for s in done] == [source.mrn]
    with db.transaction() as session:
        assert suspense.give_back(session, second.post, second.id, db.now(session), by=officer())
    assert left(source) == [(Decimal("300.000"), 110)]


def test_another_firm_cannot_take_from_it():
    source = cases.lodged()
    opened(source)
    with pytest.raises(Invalid) as refused:
        discharge(source, cases.lodged(), "1.000", holders=("TJ-510067890",))
    assert [f.rule for f in refused.value.findings] == ["previous.unknown"]
    with db.reading() as session:
        assert stocks.visible(session, by=other_trader()) == []
        assert len(stocks.visible(session, by=trader())) == len(stocks.visible(session, by=officer())) == 1


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE exemption_certificate SET used = 1", {("exemption", "used"), ("ledger", "used")}),
        ("UPDATE suspense_stock SET left_net_kg = 1", {("suspense", "net_kg"), ("ledger", "left")}),
        ("UPDATE suspense_stock SET left_packages = 1", {("suspense", "packages"), ("ledger", "left")}),
    ],
)
def test_quantities_changed_past_the_verbs_are_told(session, tampering, told):
    approved()
    case = cases.lodged()
    take(case, [item("400.000")])
    opened(case)
    discharge(case, cases.lodged(), "120.000", packages=1)

    def found():
        return {(d.kind, d.key) for d in integrity.compare(session)[1]}

    assert found() == set()
    session.execute(text(tampering))
    assert found() == told


def racing(tasks):
    start, failed = threading.Barrier(len(tasks)), []

    def run(task):
        start.wait()
        try:
            task()
        except Invalid as refusal:
            failed.append([f.rule for f in refusal.findings])

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


class TestRaces:
    """Several at once, on a database of their own that really commits."""

    @pytest.fixture(autouse=True)
    def no_chance(self, own_database):
        cases.no_chance()

    def test_eight_take_from_one_certificate(self):
        id = approved("1000")
        lodged = [cases.lodged() for _ in range(8)]
        racing([lambda case=case: take(case, [item("300.000")]) for case in lodged])
        assert used(id) == Decimal(1000)
        with db.reading() as session:
            given = session.execute(text("SELECT sum(quantity), count(*) FROM exemption_write_off")).one()
        assert given == (Decimal(1000), 4)

    def test_eight_take_from_one_stock(self):
        source = cases.lodged()
        opened(source)
        lodged = [cases.lodged() for _ in range(8)]
        refused = racing([lambda case=case: discharge(source, case, "120.000", packages=1) for case in lodged])
        assert refused == [["previous.too-much"]] * 4
        assert left(source) == [(Decimal("20.000"), 116)]

    def test_without_the_lock_it_is_overdrawn_or_stopped_by_the_database(self, monkeypatch):
        """Sabotage: the races above would see it."""
        approved("1000")
        lodged = [cases.lodged() for _ in range(8)]
        plain = certificates.named
        monkeypatch.setattr(certificates, "named", lambda s, h, n, *, lock, **more: plain(s, h, n, lock=False, **more))
        lost = []

        def careless(case):
            try:
                take(case, [item("300.000")])
            except DBAPIError as error:
                lost.append(str(error.orig))

        racing([lambda case=case: careless(case) for case in lodged])
        with db.reading() as session:
            used, given = session.execute(
                text(
                    "SELECT (SELECT sum(used) FROM exemption_certificate), (SELECT sum(quantity) FROM exemption_write_off)"
                )
            ).one()
        assert lost or used != given

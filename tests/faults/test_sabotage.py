"""A zero means something only if the same run finds what it looks for: with one guard taken away it must go red."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.chaos import Chaos
from tests.faults.checking import Violation, kinds, violations
from tests.faults.nodes import Server, served
from tests.faults import racing
from tests.faults.asking import Ledger
from tests.faults.racing import race
from tests.faults.traffic import Traffic

APPLICATION = "tests.faults.sabotage:application"


def _run(server: Server, sabotage: str, operations: int, plan: dict[str, int]) -> tuple[list[Violation], Ledger]:
    name = server.copy()
    with served(server, name, application=APPLICATION, sabotage=sabotage) as web:
        traffic = Traffic(web.port, server.tokens, operations, seed=7)
        chaos = Chaos(server, web, traffic.ledger, plan, operations, seed=7)
        chaos.start()
        ledger = traffic.run(until=chaos.has_finished)
        web.ready()
    assert chaos.errors == [] and chaos.kills == plan
    return violations(server.cluster.url(database=name), ledger), ledger


def test_without_idempotency_doubles_and_without_outbox_untold_facts_are_found(durable: Server, capsys):
    found, _ledger = _run(durable, "idempotency,outbox", 120, {"backend": 1})
    _tell(capsys, "idempotency and outbox", found)
    doubled = [v.what for v in found if v.kind == "doubled"]
    assert any(what.startswith("declaration ") for what in doubled)
    assert "outbox" in kinds(found)


def test_without_row_lock_more_than_one_wins(durable: Server, capsys):
    name = durable.copy()
    with served(durable, name, application=APPLICATION, sabotage="row lock") as web:
        ledger = race(web.port, durable.tokens, races=6)
    found = violations(durable.cluster.url(database=name), ledger)
    _tell(capsys, "row lock", found)
    assert any(v.kind == "winners" and v.what.startswith("decision of") for v in found), "the clients did not see it"
    assert any(v.kind == "winners" and not v.what.startswith("decision of") for v in found), (
        "the database does not show it"
    )


@pytest.mark.parametrize("kill", ["postmaster", pytest.param("immediate stop", marks=pytest.mark.long)])
def test_without_synchronous_commit_acknowledged_deeds_are_lost(durable: Server, capsys, kill):
    with _slow_wal_writer(durable):
        found, ledger = _run(durable, "synchronous commit", 60, {kill: 1})
    _tell(capsys, f"synchronous commit, {kill}", found)
    assert "lost" in kinds(found), f"{len(ledger.acknowledged)} acknowledged, none lost"


@contextmanager
def _slow_wal_writer(server: Server) -> Iterator[None]:
    server.as_superuser("ALTER SYSTEM SET wal_writer_delay = '10s'")
    server.as_superuser("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
    server.as_superuser("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.as_superuser("ALTER SYSTEM RESET wal_writer_delay")
        server.as_superuser("ALTER SYSTEM RESET wal_writer_flush_after")
        server.as_superuser("SELECT pg_reload_conf()")


def test_with_a_journal_of_its_own_transaction_the_replay_differs(durable: Server, capsys):
    found, _ledger = _run(durable, "separate journal", 80, {"worker": 1, "postmaster": 1})
    _tell(capsys, "separate journal", found)
    assert "replay" in kinds(found) and "idempotency" in kinds(found)


#: Guards of the database itself. With only those of the program gone, they would still stop what is looked for here.
_NEVER_BELOW_ZERO = tuple(
    f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_never_below_zero"
    for table in ("ledger_account", "ledger_transfer")
)
_NEVER_OVERDRAWN = ("ALTER TABLE exemption_certificate DROP CONSTRAINT ck_exemption_certificate_never_overdrawn",)
_STOCK_NEVER_OVERDRAWN = tuple(
    f"ALTER TABLE suspense_stock DROP CONSTRAINT ck_suspense_stock_{name}_never_overdrawn"
    for name in ("net_kg", "packages", "units")
)


@pytest.mark.parametrize(
    ("sabotage", "guards", "run", "kind", "what"),
    [
        pytest.param("account lock", _NEVER_BELOW_ZERO, racing.spend, "overdrawn", "prepaid:", id="account"),
        pytest.param("", ("DROP INDEX uq_payment_receipt",), racing.one_receipt, "doubled", "receipt ", id="receipt"),
        pytest.param(
            "certificate lock", _NEVER_OVERDRAWN, racing.one_certificate, "sums", "certificate ", id="certificate"
        ),
        pytest.param("stock lock", _STOCK_NEVER_OVERDRAWN, racing.one_stock, "sums", "stock ", id="stock"),
    ],
)
def test_without_its_guard_the_same_is_spent_twice(durable: Server, capsys, sabotage, guards, run, kind, what):
    name = durable.copy()
    for statement in guards:
        durable.as_superuser(statement, name)
    options = {"application": APPLICATION, "sabotage": sabotage} if sabotage else {}
    with served(durable, name, **options) as web:
        ledger, statuses = run(web.port, durable.tokens)
    found = violations(durable.cluster.url(database=name), ledger)
    _tell(capsys, sabotage or "unique receipts", found)
    assert any(v.kind == kind and what in v.what for v in found), (statuses, found)


def _tell(capsys, sabotage: str, found: list[Violation]) -> None:
    with capsys.disabled():
        print(f"\nwithout {sabotage}: {kinds(found) or 'nothing found'}")

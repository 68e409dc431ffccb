"""Sixteen programs work while workers, master, backends and postmaster are killed: nothing acknowledged is lost, nothing is
done twice, and the node comes back by itself."""

from __future__ import annotations

import os
import time

import pytest

from tests.faults.chaos import Chaos
from tests.faults.checking import kinds, violations
from tests.faults.nodes import Server, served
from tests.faults.traffic import Traffic

SHORT = (600, {"worker": 3, "master": 2, "backend": 2, "postmaster": 1, "immediate stop": 1})
LONG = (4000, {"worker": 11, "master": 6, "backend": 8, "postmaster": 6, "immediate stop": 5})
#: Every kind of deed there is. A run in which one of them never happened says nothing of it.
KINDS = {
    "draft", "lodging", "finding", "conclusion", "amendment", "acceptance", "decision", "permit", "copy", "exit", "claim", "confirmation",
    "cash", "account", "part", "deposit", "receipt", "security", "refund", "approval", "closing",
}  # fmt: skip
#: Seconds until /readyz says yes after a kill, on a machine that has nothing else to do.
BACK = 10.0


@pytest.mark.parametrize(
    ("operations", "plan"), [pytest.param(*SHORT, id="short"), pytest.param(*LONG, id="long", marks=pytest.mark.long)]
)
def test_nothing_is_lost_or_doubled_while_everything_is_killed(durable: Server, operations, plan, capsys):
    name, began = durable.copy(), time.monotonic()
    with served(durable, name) as web:
        traffic = Traffic(web.port, durable.tokens, operations)
        chaos = Chaos(durable, web, traffic.ledger, plan, operations)
        chaos.start()
        ledger = traffic.run(until=chaos.has_finished)
        web.ready()
    found = violations(durable.cluster.url(database=name), ledger)
    slowest = max(chaos.recoveries, key=lambda r: r[1])
    with capsys.disabled():
        print(
            f"\n{ledger.operations} operations {dict(ledger.counts)}, {ledger.retries} retries, {len(ledger.races)} races, "
            f"{chaos.kills.total()} kills {dict(chaos.kills)}, slowest back {slowest[1]:.1f} s after {slowest[0]}, "
            f"{time.monotonic() - began:.0f} s in all; {kinds(found) or 'nothing lost, nothing doubled'}"
        )
    assert chaos.errors == []
    assert chaos.kills == plan and ledger.operations >= operations
    assert found == [], web.log_tail()
    assert slowest[1] <= _patience(), chaos.recoveries
    assert {deed.kind for deed in ledger.acknowledged} == KINDS, "some kind of deed never happened"
    assert ledger.retries > 0, "no client noticed anything: the kills hit nobody"


def _patience() -> float:
    """A machine that others keep busy is given as many times longer as it has more to do than it can."""
    return BACK * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))

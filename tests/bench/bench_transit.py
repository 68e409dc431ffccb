"""Lists, lookups and the scan box over a million movements; and what is stored and released through HTTP.

    python -m tests.bench.bench_transit [--rows 1000000] [--probes 300] [--rounds 1] [--home FOLDER] [--only WORD] [--plans]

The lists are measured as in `bench_worklist`: whole `db.reading()` blocks, in ratio to a `SELECT 1` and a lookup by key, and
a probe fails if it reads a large table from end to end. The poor cases are an office that sees one movement in ten
thousand, pages far behind the first, and only what is late. Then a served node (two workers, fsync on) is sent a movement
of 999 items and, at once, the releases of fifty movements on one guarantee that suffices for twenty-nine of them.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import db, embedded
from app.core.actors import Actor, Grant
from app.guarantees import queries as guarantees
from app.ledger import queries as ledger
from app.registers.listing import moment_key
from app.registers.movements import file, listing, matching, scanning, underway, worklist
from app.seals import queries as seals
from app.transit.models import Movement
from config.settings import Settings
from tests.bench.bench_lodging import serve
from tests.bench.bench_worklist import Pick, Probe, best, measure, plans, printed
from tests.bench.fill_million import POSTS, firm
from tests.bench.fill_transit import BRINGER, FIRMS, QUIET, fill
from tests.bench.stage import machine, middle, node
from tests.factories import movements, roads
from tests.factories.accounts import token
from tests.factories.actors import PARTY, auditor, officer, trader
from tests.load import Caller

#: Milliseconds for half of the answers: lists, and the scan box.
LIST, SCAN = 10.0, 25.0
#: Seconds for a movement of 999 items, from request to answer.
STORED = 2.0
RELEASES, SUFFICES = 50, 29
AMOUNT = Decimal("1000.01")

THREE = replace(officer(), grants=tuple(Grant("officer", post) for post in (POSTS[0], POSTS[3], POSTS[12])))
BOTH = replace(officer(), grants=(Grant("officer", POSTS[0]), Grant("trader", "*", firm(2_000))))
BROKER = replace(trader(), grants=tuple(Grant("trader", "*", firm(n)) for n in (0, 7, FIRMS - 7)))
SMALL = trader(firm(FIRMS - 40))

Act = Callable[[Session, Pick], object]


def worked(by: Actor, stage: str, key: str = "") -> Act:
    """A page and the counts beside it, as the page of the worklist asks."""

    def act(session: Session, pick: Pick) -> object:
        after = moment_key(pick(key), UUID(int=0)) if key else ""
        return worklist.page(session, stage, by=by, after=after), worklist.counts(session, by=by), worklist.lanes(session, stage, by=by)

    return act


def road(by: Actor, *, late: bool = False, key: str = "") -> Act:
    def act(session: Session, pick: Pick) -> object:
        after = moment_key(pick(key), UUID(int=0)) if key else ""
        return underway.page(session, by=by, late_at=db.now(session) if late else None, after=after)

    return act


def listed(by: Actor, key: str = "", **fixed: str) -> Act:
    def act(session: Session, pick: Pick) -> object:
        after = UUID(str(pick(key))).hex if key else ""
        return listing.page(session, listing.Filters(**fixed, after=after), by=by)

    return act


def scanned(by: Actor, name: str) -> Act:
    return lambda session, pick: scanning.scan(session, pick(name), by=by)


def account(by: Actor, deep: bool = False) -> Act:
    """The longest account: its holder, what is left, what is taken of it now, and a page of the ledger."""

    def act(session: Session, pick: Pick) -> object:
        found = guarantees.find(session, pick("grn"), by=by)
        before = random.Random(pick("mrn")).randrange(100, 20_000) if deep else None
        return (
            guarantees.left(session, found),
            guarantees.reservations(session, found, only_open=True),
            guarantees.statement(session, found, before=before),
        )

    return act


def owned(by: Actor) -> Act:
    def act(session: Session, _pick: Pick) -> object:
        return guarantees.left_of(session, guarantees.page(session, by=by))

    return act


def stocked(by: Actor, status: str = "", key: str = "") -> Act:
    def act(session: Session, pick: Pick) -> object:
        return seals.stock(session, by=by, post=by.grants[0].post, status=status, after=pick(key) if key else "")

    return act


def custody(session: Session, pick: Pick) -> object:
    return seals.events(session, seals.by_serial(session, pick("seal"), by=officer()))


#: What pages and API read with a plan for each question.
SEARCHES = ("list", "scan", "under way", "late", "mismatches")


def probes() -> list[Probe]:
    """All that is measured, in the order it is printed."""
    return [replace(probe, search=probe.name.startswith(SEARCHES)) for probe in _probes()]


def _probes() -> tuple[Probe, ...]:
    here, quiet, everywhere = officer(), officer(QUIET), auditor()
    return (
        Probe("SELECT 1", lambda s, _: s.execute(text("SELECT 1")).scalar(), None),
        Probe("primary key", lambda s, pick: s.execute(select(Movement.status).where(Movement.post == POSTS[0], Movement.id == pick("id"))).scalar(), None),
        *(Probe(f"worklist: {stage.value}, busy office", worked(here, stage.value), LIST) for stage in worklist.STAGES),
        *(Probe(f"worklist: {stage.value}, quiet office", worked(quiet, stage.value), LIST) for stage in worklist.STAGES),
        Probe("worklist: expected, later page", worked(here, "expected", "due_at"), LIST),
        Probe("worklist: expected, three offices", worked(THREE, "expected"), LIST),
        Probe("worklist: expected, three, later page", worked(THREE, "expected", "due_at"), LIST),
        Probe("worklist: expected, every office", worked(everywhere, "expected"), LIST),
        Probe("under way, busy office", road(here), LIST),
        Probe("under way, busy office, later page", road(here, key="due_at"), LIST),
        Probe("under way, quiet office", road(quiet), LIST),
        Probe("under way, middling office", road(officer(POSTS[15])), LIST),
        Probe("under way, three offices", road(THREE), LIST),
        Probe("under way, every office", road(everywhere), LIST),
        Probe("under way, office and firm", road(BOTH), LIST),
        Probe("under way, large firm", road(trader()), LIST),
        Probe("under way, small firm", road(SMALL), LIST),
        Probe("under way, firm that brings", road(trader(BRINGER)), LIST),
        Probe("late, busy office", road(here, late=True), LIST),
        Probe("late, quiet office", road(quiet, late=True), LIST),
        Probe("late, every office", road(everywhere, late=True), LIST),
        Probe("late, small firm", road(SMALL, late=True), LIST),
        Probe("legs of the map, busy office", lambda s, _: underway.legs(s, db.now(s), by=here), LIST),
        Probe("legs of the map, quiet office", lambda s, _: underway.legs(s, db.now(s), by=quiet), LIST),
        Probe("legs of the map, every office", lambda s, _: underway.legs(s, db.now(s), by=everywhere), LIST),
        Probe("alarms, busy office", lambda s, _: underway.alarms(s, by=here), LIST),
        Probe("alarms, quiet office", lambda s, _: underway.alarms(s, by=quiet), LIST),
        Probe("mismatches, busy office", lambda s, _: matching.found(s, db.now(s), by=here, per_mille=20), None),
        Probe("mismatches, every office", lambda s, _: matching.found(s, db.now(s), by=everywhere, per_mille=20), None),
        Probe("list, busy office", listed(here), LIST),
        Probe("list, busy office, later page", listed(here, "id"), LIST),
        Probe("list, quiet office", listed(quiet), LIST),
        Probe("list, quiet office, later page", listed(quiet, "id"), LIST),
        Probe("list, busy office, incidents", listed(here, status="incident"), LIST),
        Probe("list, quiet office, incidents", listed(quiet, status="incident"), LIST),
        Probe("list, every office", listed(everywhere), LIST),
        Probe("list, large firm", listed(trader()), LIST),
        Probe("list, small firm", listed(SMALL), LIST),
        Probe("list, firm that brings", listed(trader(BRINGER)), LIST),
        Probe("list, three firms", listed(BROKER), LIST),
        Probe("list, office and firm", listed(BOTH), LIST),
        Probe("statement of the longest account", account(trader()), LIST),
        Probe("statement, later page", account(trader(), deep=True), LIST),
        Probe("statement, office of guarantee", account(here), LIST),
        Probe("guarantees of the office, with balances", owned(here), LIST),
        Probe("guarantees of a firm", owned(trader()), LIST),
        Probe("seals, busy office", stocked(here), LIST),
        Probe("seals, busy office, later page", stocked(here, key="seal"), LIST),
        Probe("seals, quiet office", stocked(quiet), LIST),
        Probe("seals, quiet office, later page", stocked(quiet, key="seal"), LIST),
        Probe("seals in stock", stocked(here, "stock"), LIST),
        Probe("seals on goods", stocked(here, "applied"), LIST),
        Probe("custody of a seal", custody, LIST),
        Probe("whole file of a movement", lambda s, pick: file.of(s, pick("mrn"), by=here), None),
        *(Probe(f"scan: {name}", scanned(here, name), SCAN) for name in ("mrn", "reference", "plate", "old_plate", "seal", "carnet", "container")),
        Probe("scan: nothing there", lambda s, _: scanning.scan(s, "NOTHING-LIKE-IT", by=here), SCAN),
        Probe("scan: MRN of others, quiet office", scanned(quiet, "mrn"), SCAN),
        Probe("scan: plate, quiet office", scanned(quiet, "old_plate"), SCAN),
        Probe("scan: seal, every office", scanned(everywhere, "seal"), SCAN),
        Probe("scan: carnet, large firm", scanned(trader(), "carnet"), SCAN),
        Probe("scan: container, small firm", scanned(SMALL, "container"), SCAN),
    )  # fmt: skip


def samples(count: int) -> Callable[[random.Random], Pick]:
    """Values from the register to ask for, each kind on its own."""
    of = "SELECT {} FROM transit_movement m JOIN transit_content c ON (c.post, c.movement_id) = (m.post, m.id) WHERE m.post = :post AND {} ORDER BY md5(m.id::text) LIMIT :n"
    asked = {
        "id": of.format("m.id", "true"),
        "mrn": of.format("m.mrn", "true"),
        "reference": of.format("m.reference", "true"),
        "plate": of.format("c.plates[1]", "m.status = 'released_for_transit'"),
        "old_plate": of.format("c.plates[1]", "m.status = 'discharged'"),
        "container": of.format("c.containers[1]", "cardinality(c.containers) > 0"),
        "seal": of.format("c.seals[1]", "m.released_at IS NOT NULL"),
        "carnet": of.format("m.carnet", "m.carnet IS NOT NULL"),
        "due_at": of.format("m.limit_at", "m.status = 'released_for_transit'"),
        "grn": "SELECT grn FROM guarantee WHERE holder = :party LIMIT :n",
    }
    with db.reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        values = {
            name: session.execute(text(sql), {"post": POSTS[0], "party": PARTY, "n": count}).scalars().all()
            for name, sql in asked.items()
        }
    return lambda chance: lambda name: chance.choice(values[name])


def stored(port: int, secret: str, items: int = 999, times: int = 5) -> float:
    """Seconds from the request to the answer for a movement of so many items; the middle of some."""
    grn = roads.guarantee("9000000.00").grn
    taken = []
    with contextlib.closing(Caller(port, timeout=60)) as caller:
        for turn in range(times):
            body = roads.secured(movements.national(items, houses=3), grn, "200000.00")
            began = time.perf_counter()
            answer = caller.send("POST", "/api/v1/transit-movements", secret, body, Idempotency_Key=f"stored-{turn}")
            taken.append(time.perf_counter() - began)
            if answer.status != 201:
                raise RuntimeError(answer.body.decode()[:600])
    return middle(taken)


def released(port: int, secret: str) -> tuple[float, Counter[int], Decimal]:
    """All release at once, on a guarantee that is too small for all: how long that took, the answers, and what is left
    of the guarantee beyond what must be."""
    pledged = AMOUNT * SUFFICES + Decimal("7.77")
    covering = roads.guarantee(f"{pledged:f}")
    waiting = [roads.lodged(roads.secured(movements.national(), covering.grn, f"{AMOUNT:f}")) for _ in range(RELEASES)]
    told, start = Counter[int](), threading.Barrier(RELEASES + 1)

    def let_go(movement: Movement) -> None:
        with contextlib.closing(Caller(port, timeout=60)) as caller:
            start.wait()
            path = f"/api/v1/transit-movements/{movement.reference}/release"
            answer = caller.until_answered(
                "POST", path, secret, {"office": movement.post}, If_Match=movement.etag, Idempotency_Key=movement.id.hex
            )
            told[answer.status] += 1

    threads = [threading.Thread(target=let_go, args=(movement,)) for movement in waiting]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    with db.reading() as session:
        if ledger.verify(session, covering.post):
            raise RuntimeError("the ledger does not add up")
        left = guarantees.left(session, covering)
    return took, told, left - (pledged - AMOUNT * told[200])


def through_http(settings: Settings, port: int) -> list[str]:
    """What fails of the two."""
    with db.transaction() as session:
        holder, official = token(session, "trader"), token(session, "officer")
    server = serve(settings, port, settings.home / "server.log")
    try:
        seconds = stored(port, holder)
        took, told, wrong = released(port, official)
    finally:
        server.terminate()
        server.wait()
    print(f"999 items stored through HTTP: {seconds:.2f} s (goal {STORED})")
    print(
        f"{RELEASES} releases at once on one guarantee: {dict(told)} in {took:.2f} s, {wrong} beside what must be left"
    )
    exact = wrong == 0 and told == {200: SUFFICES, 422: RELEASES - SUFFICES}
    return [*(["999 items"] if seconds > STORED else []), *([] if exact else ["releases at once"])]


def _fill_if_empty(cluster: embedded.Cluster, rows: int) -> None:
    with db.reading() as session:
        if session.execute(select(Movement.id).limit(1)).first() is not None:
            return
    began = time.monotonic()
    fill(cluster, rows, lambda what: print(f"filling: {what} ({time.monotonic() - began:.0f} s)", flush=True))
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--probes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--port", type=int, default=8479)
    parser.add_argument("--only", default="", help="only probes with this word in their name")
    parser.add_argument("--plans", action="store_true", help="print the plans of probes that fail")
    chosen = parser.parse_args()
    with node(chosen.home) as (settings, cluster):
        _fill_if_empty(cluster, chosen.rows)
        failed = _lists(chosen)
        if not chosen.only:
            failed += through_http(settings, chosen.port)
    if failed:
        sys.exit("missed: " + "; ".join(failed))


def _lists(chosen: Any) -> list[str]:
    picking = samples(1_000)
    wanted = [probe for nth, probe in enumerate(probes()) if nth < 2 or chosen.only in probe.name]
    print(machine(), flush=True)
    rounds = [
        [measure(probe, picking(random.Random(turn)), chosen.probes) for probe in wanted]
        for turn in range(chosen.rounds)
    ]
    done = [best(runs) for runs in zip(*rounds, strict=True)]
    printed(done)
    for probe, measured in zip(wanted, done, strict=True):
        if measured.fails and chosen.plans:
            print(f"\n=== {probe.name}\n{plans(probe, picking(random.Random(0)))}")
    return [measured.name for measured in done if measured.fails]


if __name__ == "__main__":
    main()

"""Worklist, lookups and search over a million declarations, through the registers that the pages and the API use.

    python -m tests.bench.bench_worklist [--rows 1000000] [--probes 300] [--rounds 1] [--home FOLDER] [--only WORD]

One node, fsync on, one reader. Every probe is a whole `db.reading()` block with values drawn from the register itself, and is
printed in ratio to a `SELECT 1` and a lookup by primary key of the same run. Exits with 1 if a goal is missed or if any probe
made PostgreSQL read a large table from end to end (its own counters are asked after each, so plans of prepared statements
count as well). `--home` keeps the filled server for the next run. On a machine that has other work, `--rounds 3` goes through
everything three times and keeps, for each probe, the round with the lowest median.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import db, embedded
from app.core.actors import Actor, Grant
from app.declarations import queries, schemas
from app.declarations.models import Declaration
from app.exemptions import queries as certificates
from app.payments import queries as money
from app.reference.queries import codebook
from app.registers import declarations as register
from app.registers import (
    audits,
    board,
    exits,
    file,
    history,
    papers,
    permits,
    print_queue,
    requests,
    takings,
    unpaid,
    versions,
    worklist,
)
from app.registers.declarations import Filters
from app.registers.narrowing import Narrowed
from app.suspense import queries as stocks
from tests.bench.fill_million import FIRMS, POSTS, fill, firm
from tests.bench.stage import machine, node
from tests.factories import declarations
from tests.factories.actors import PARTY, auditor, inspector, officer, supervisor, trader
from tests.factories.counting import statements

LOOKUP, SEARCH = 5.0, 20.0
LARGE = 100_000
WARM = 12  # a prepared statement may turn to a generic plan after ten runs

Pick = Callable[[str], Any]
Act = Callable[[Session, Pick], object]


@dataclass(frozen=True)
class Probe:
    """What is asked, with which kind of session, and in how many milliseconds half of the answers must be there."""

    name: str
    act: Act
    goal: float | None = LOOKUP
    search: bool = False


@dataclass(frozen=True)
class Measured:
    name: str
    times: list[float]
    goal: float | None
    scanned: list[str]

    def at(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def fails(self) -> bool:
        return bool(self.scanned) or (self.goal is not None and self.at(0.5) > self.goal)


QUIET = POSTS[-1]
THREE = replace(officer(), grants=tuple(Grant("officer", p) for p in (POSTS[0], POSTS[3], POSTS[12])))
SMALL = trader(firm(FIRMS - 40))
BROKER = replace(trader(), grants=tuple(Grant("trader", "*", firm(n)) for n in (7, 900, FIRMS - 7)))
BOTH = replace(officer(), grants=(Grant("officer", POSTS[0]), Grant("trader", "*", firm(2_000))))


def listed(by: Actor, **fixed: Any) -> Act:
    """A first page; a value that is a function takes the probe's chance."""

    def act(session: Session, pick: Pick) -> object:
        given = {name: value(pick) if callable(value) else value for name, value in fixed.items()}
        return register.page(session, Filters(**given), by=by)

    return act


def deep(by: Actor, after: Callable[[Pick], str], **fixed: Any) -> Act:
    return lambda session, pick: register.page(session, Filters(**fixed), by=by, after=after(pick))


def found(by: Actor, column: str) -> Act:
    return lambda session, pick: queries.find(session, pick(column), by=by)


def piece(length: int) -> Callable[[Pick], str]:
    """A piece from inside a plate."""

    def cut(pick: Pick) -> str:
        plate = pick("plate")
        start = random.Random(plate).randrange(len(plate) - length + 1)
        return str(plate[start : start + length])

    return cut


def worked(reader: Actor, after: bool = False, **wanted: Any) -> Act:
    def act(session: Session, pick: Pick) -> object:
        key = worklist.moment_key(pick("open_at"), UUID(int=0)) if after else ""
        return worklist.page(session, worklist.Wanted(after=key, **wanted), by=reader)

    return act


def resembling(session: Session, pick: Pick) -> object:
    """What lodging asks of earlier declarations, about a truck that is known here."""
    body = declarations.words(items=5)
    body["transport"]["vehicle"]["plate"] = pick("plate")
    body["transport"]["containers"] = [pick("container")]
    return history.of(session, schemas.read(body), codebook(session))


def about(act: Callable[[Session, Declaration], object], by: Actor) -> Act:
    """Something asked of one declaration; finding it is part of the time."""
    return lambda session, pick: act(session, queries.find(session, pick("mrn"), by=by))


def lately(session: Session) -> dt.datetime:
    return db.now(session) - dt.timedelta(days=1)


def id_of(pick: Pick) -> str:
    return UUID(str(pick("id"))).hex


def probes() -> Sequence[Probe]:
    """All that is measured, in the order it is printed."""
    here, quiet, everywhere = officer(), officer(QUIET), auditor()
    return (
        Probe("SELECT 1", lambda s, _: s.execute(text("SELECT 1")).scalar(), None),
        Probe("primary key", lambda s, pick: s.execute(select(Declaration.status).where(Declaration.post == POSTS[0], Declaration.id == pick("id"))).scalar(), None),
        Probe("find by MRN, officer", found(here, "mrn")),
        Probe("find by reference, officer", found(here, "reference")),
        Probe("find by MRN, trader of the firm", found(trader(), "own_mrn")),
        Probe("worklist, busy post", worked(here)),
        Probe("worklist, quiet post", worked(quiet)),
        Probe("worklist, red only", worked(here, lane="red")),
        Probe("worklist, one state, newest first", worked(here, status="detained", order="newest")),
        Probe("worklist, later page", worked(here, after=True)),
        Probe("worklist, three posts", worked(THREE)),
        Probe("worklist, every post", worked(everywhere), SEARCH),
        Probe("worklist, due first", worked(here, order="due"), SEARCH),
        Probe("worklist, nobody works on it, over a day", worked(here, by=Narrowed(age="24", whose="unclaimed"))),
        Probe("worklist, one's own", worked(here, by=Narrowed(whose="mine")), SEARCH),
        Probe("worklist, some letters", worked(here, by=Narrowed(text="AB")), SEARCH),
        Probe("board of a busy post", lambda s, _: board.of(s, [POSTS[0]]), SEARCH),
        Probe("counts per lane and state, busy post", lambda s, _: worklist.counts(s, worklist.Wanted(), by=here)),
        Probe("counts per lane and state, every post", lambda s, _: worklist.counts(s, worklist.Wanted(), by=everywhere), SEARCH),
        Probe("the whole file of a declaration", lambda s, pick: file.of(s, pick("mrn"), by=here, locale="en"), SEARCH),
        Probe("versions of a declaration", lambda s, pick: versions.of(s, pick("mrn"), by=here)),
        Probe("papers of a declaration", about(papers.of_declaration, here)),
        Probe("what lodging asks of earlier ones", resembling),
        Probe("cleared and unpaid, busy post", lambda s, _: unpaid.page(s, by=here)),
        Probe("cleared and unpaid, every post", lambda s, _: unpaid.page(s, by=everywhere), SEARCH),
        Probe("counts beside the worklist", lambda s, _: unpaid.counts(s, db.now(s), by=here)),
        Probe("requests to amend, busy post", lambda s, _: requests.page(s, by=here)),
        Probe("requests to amend, every post", lambda s, _: requests.page(s, by=everywhere)),
        Probe("audits, busy post", lambda s, _: audits.page(s, by=here), SEARCH),
        Probe("audits counted, busy post", lambda s, _: audits.count(s, by=here), SEARCH),
        Probe("gone today, busy post", lambda s, _: exits.page(s, lately(s), by=inspector())),
        Probe("gone today, every post", lambda s, _: exits.page(s, lately(s), by=everywhere), SEARCH),
        Probe("receipts that wait for the cashier", lambda s, _: money.claimed(s, by=here)),
        Probe("what was taken today", lambda s, _: takings.open_payments(s, POSTS[0], by=here)),
        Probe("sums of today", lambda s, _: money.till(s, POSTS[0], by=here)),
        Probe("closings", lambda s, _: money.closings(s, POSTS[0], by=here)),
        Probe("money of a declaration", about(lambda s, d: (money.standing(s, d.post, d.id), money.payments(s, d.post, d.id)), here)),
        Probe("prepayment accounts", lambda s, _: money.accounts(s, by=here)),
        Probe("an account's statement", lambda s, _: money.statement(s, POSTS[0], PARTY, by=trader())),
        Probe("certificates, officer", lambda s, _: certificates.visible(s, by=here)),
        Probe("certificates, trader", lambda s, _: certificates.visible(s, by=trader())),
        Probe("goods under suspense, officer", lambda s, _: stocks.visible(s, by=here)),
        Probe("goods under suspense, trader", lambda s, _: stocks.visible(s, by=trader())),
        Probe("print queue", lambda s, _: print_queue.page(s, by=supervisor())),
        Probe("print queue, one plate", lambda s, pick: print_queue.page(s, pick("plate"), by=supervisor())),
        Probe("permits, newest", lambda s, _: permits.page(s, by=supervisor())),
        Probe("permits, every post", lambda s, _: permits.page(s, by=everywhere)),
        Probe("permits by MRN", lambda s, pick: permits.page(s, pick("mrn"), by=supervisor())),
        Probe("permits by plate", lambda s, pick: permits.page(s, pick("plate"), by=supervisor())),
        Probe("permit by number", lambda s, pick: permits.find(s, pick("permit"), by=supervisor())),
        Probe("permit that replaced another", lambda s, pick: permits.replaced_by(s, pick("permit"))),
        Probe("list, officer", listed(here), LOOKUP, True),
        Probe("list, officer, deep page", deep(here, id_of), LOOKUP, True),
        Probe("list, officer of three posts", listed(THREE), LOOKUP, True),
        Probe("list, every post", listed(everywhere), LOOKUP, True),
        Probe("list, every post, deep page", deep(everywhere, id_of), LOOKUP, True),
        Probe("list, one state", listed(here, status="seized"), LOOKUP, True),
        Probe("list, one lane", listed(here, lane="red"), LOOKUP, True),
        Probe("list, open only", listed(here, open_only=True), LOOKUP, True),
        Probe("list, one firm", listed(here, declarant=lambda pick: pick("party")), LOOKUP, True),
        Probe("list, since a moment", listed(here, since=lambda pick: pick("lodged_at")), LOOKUP, True),
        Probe("list, since an hour ago", listed(quiet, since=lambda pick: pick("late")), LOOKUP, True),
        Probe("trader's list, large firm", listed(trader(PARTY)), LOOKUP, True),
        Probe("trader's list, deep page", deep(trader(PARTY), id_of), LOOKUP, True),
        Probe("trader's list, small firm", listed(SMALL), LOOKUP, True),
        Probe("trader's list, broker for three", listed(BROKER), LOOKUP, True),
        Probe("list of an officer who also trades", listed(BOTH), LOOKUP, True),
        Probe("trader's drafts", listed(trader(PARTY), status="draft"), LOOKUP, True),
        Probe("trader's, with customs", listed(trader(PARTY), open_only=True), LOOKUP, True),
        Probe("trader's, since an hour ago", listed(trader(PARTY), since=lambda pick: pick("late")), LOOKUP, True),
        Probe("plate", listed(here, plate=lambda pick: pick("plate")), SEARCH, True),
        Probe("plate, every post", listed(everywhere, plate=lambda pick: pick("plate")), SEARCH, True),
        Probe("plate, 5 characters inside", listed(here, plate=piece(5)), SEARCH, True),
        Probe("plate, 4 characters inside", listed(here, plate=piece(4)), SEARCH, True),
        Probe("plate, 4 inside, every post", listed(everywhere, plate=piece(4)), SEARCH, True),
        Probe("plate, 4 inside, later page", lambda s, pick: register.page(s, Filters(plate=piece(4)(pick)), by=here, after=id_of(pick)), SEARCH, True),
        Probe("plate, 4 inside, trader's own", listed(trader(PARTY), plate=piece(4)), SEARCH, True),
        Probe("plate nobody has", listed(here, plate="ZZZQ9"), SEARCH, True),
        Probe("container", listed(here, container=lambda pick: pick("container")), SEARCH, True),
        Probe("commodity, 6 digits", listed(here, commodity=lambda pick: pick("commodity")), SEARCH, True),
        Probe("commodity, 4 digits", listed(here, commodity=lambda pick: pick("commodity")[:4]), SEARCH, True),
        Probe("commodity, 2 digits", listed(here, commodity=lambda pick: pick("commodity")[:2]), SEARCH, True),
        Probe("commodity, 6 digits, every post", listed(everywhere, commodity=lambda pick: pick("commodity")), SEARCH, True),
        Probe("commodity, 6 digits, small firm", listed(SMALL, commodity=lambda pick: pick("commodity")), SEARCH, True),
        Probe("box: MRN", listed(here, q=lambda pick: pick("mrn")), SEARCH, True),
        Probe("box: reference", listed(here, q=lambda pick: pick("reference")), SEARCH, True),
        Probe("box: trader's reference", listed(here, q=lambda pick: pick("local_reference")), SEARCH, True),
        Probe("box: container", listed(here, q=lambda pick: pick("container")), SEARCH, True),
        Probe("box: plate", listed(here, q=lambda pick: pick("plate")), SEARCH, True),
        Probe("box: 4 characters of a plate", listed(here, q=piece(4)), SEARCH, True),
        Probe("box: nothing there", listed(here, q="NOTHING-LIKE-IT"), SEARCH, True),
        Probe("box: every post, plate", listed(everywhere, q=lambda pick: pick("plate")), SEARCH, True),
        Probe("box: trader, own reference", listed(trader(PARTY), q=lambda pick: pick("local_reference")), SEARCH, True),
    )  # fmt: skip


def samples(count: int) -> Callable[[random.Random], Pick]:
    """Values from the register to ask for, each kind on its own."""
    content = "SELECT c.{} FROM declaration d JOIN declaration_content c ON (c.post, c.declaration_id) = (d.post, d.id) WHERE d.post = :post {} ORDER BY md5(d.id::text) LIMIT :n"
    declared = "SELECT {} FROM declaration WHERE {} ORDER BY md5(id::text) LIMIT :n"
    asked = {
        "plate": content.format("plate", ""),
        "container": content.format("containers[1]", "AND cardinality(containers) > 0"),
        "local_reference": content.format("local_reference", ""),
        "commodity": "SELECT commodity FROM declaration_item WHERE post = :post ORDER BY md5(declaration_id::text) LIMIT :n",
        "permit": "SELECT number FROM permit WHERE post = :post ORDER BY md5(id::text) LIMIT :n",
        "open_at": declared.format(
            "lodged_at", "post = :post AND status IN ('selected', 'under_control', 'queried', 'detained')"
        ),
        "own_mrn": declared.format("mrn", f"party = '{PARTY}' AND mrn IS NOT NULL"),
        "late": "SELECT max(lodged_at) - interval '1 hour' FROM declaration",
        **{
            name: declared.format(name, "post = :post AND mrn IS NOT NULL")
            for name in ("id", "mrn", "reference", "party", "lodged_at")
        },
    }
    with db.reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        values = {name: session.execute(text(sql), {"post": POSTS[0], "n": count}).scalars().all() if ":post" in sql or ":n" in sql
                  else session.execute(text(sql)).scalars().all() for name, sql in asked.items()}  # fmt: skip
    return lambda chance: lambda name: chance.choice(values[name])


def whole_reads() -> dict[str, int]:
    """How often each large table has been read from end to end, as PostgreSQL counts it."""
    with db.reading() as session:
        session.execute(text("SELECT pg_stat_force_next_flush()"))
    with db.reading() as session:
        rows = session.execute(
            text("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > :large"), {"large": LARGE}
        )
        return {row.relname: row.seq_scan for row in rows}


def measure(probe: Probe, pick: Pick, count: int) -> Measured:
    """Times `count` runs, in milliseconds, after some to warm up."""
    before, times = whole_reads(), []
    for turn in range(WARM + count):
        begun = time.perf_counter()
        with db.reading(search=probe.search) as session:
            probe.act(session, pick)
        if turn >= WARM:
            times.append((time.perf_counter() - begun) * 1000)
    after = whole_reads()
    return Measured(probe.name, times, probe.goal, [name for name in after if after[name] > before.get(name, 0)])


def plans(probe: Probe, pick: Pick) -> str:
    """What PostgreSQL does for one run of a probe, for those that failed."""
    with statements(db.engine()) as sent, db.reading(search=probe.search) as session:
        probe.act(session, pick)
    out: list[str] = []
    with db.engine().connect() as connection:
        for statement in sent:
            if statement.startswith("SELECT"):
                rows = connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + statement, statement.parameters)
                out += ["", " ".join(statement.split())[:400], str(statement.parameters), *(row[0] for row in rows)]
    return "\n".join(out)


def best(rounds: Sequence[Measured]) -> Measured:
    """The round least disturbed by other work; whatever was read from end to end in any of them counts."""
    quietest = min(rounds, key=lambda one: one.at(0.5))
    return replace(quietest, scanned=sorted({name for one in rounds for name in one.scanned}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--probes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default="", help="only probes with this word in their name")
    parser.add_argument("--plans", action="store_true", help="print the plans of probes that fail")
    chosen = parser.parse_args()
    with node(chosen.home) as (_settings, cluster):
        _fill_if_empty(cluster, chosen.rows)
        picking = samples(1_000)
        wanted = [p for p in probes() if p.goal is None or chosen.only in p.name]
        print(machine(), flush=True)
        rounds = [
            [measure(probe, picking(random.Random(turn)), chosen.probes) for probe in wanted]
            for turn in range(chosen.rounds)
        ]
        done = [best(runs) for runs in zip(*rounds, strict=True)]
        printed(done)
        if chosen.plans:
            for probe, measured in zip(wanted, done, strict=True):
                if measured.fails:
                    print(plans(probe, picking(random.Random(0))))
    failed = [m.name for m in done if m.fails]
    if failed:
        sys.exit(f"{len(failed)} of {len(done)} fail: " + "; ".join(failed))


def _fill_if_empty(cluster: embedded.Cluster, rows: int) -> None:
    with db.reading() as session:
        if session.execute(select(Declaration.id).limit(1)).first() is not None:
            return
    began = time.monotonic()
    fill(cluster, rows, lambda what: print(f"filling: {what} ({time.monotonic() - began:.0f} s)", flush=True))
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


def printed(done: Sequence[Measured]) -> None:
    """A line for each probe; the first two are what the others are held against."""
    one, key = done[0].at(0.5), done[1].at(0.5)
    print(f"{'':42}{'p50':>8}{'p95':>8}{'p99':>8}   ×SELECT 1   ×key   goal")
    for each in done:
        half = each.at(0.5)
        verdict = f"READS ALL OF {', '.join(each.scanned)}" if each.scanned else "too slow" if each.fails else "ok"
        goal = f"{each.goal:5.0f}" if each.goal else "    -"
        times = f"{half:8.2f}{each.at(0.95):8.2f}{each.at(0.99):8.2f}"
        print(f"{each.name:42}{times}{half / one:12.1f}{half / key:7.1f}  {goal}  {verdict}")


if __name__ == "__main__":
    main()

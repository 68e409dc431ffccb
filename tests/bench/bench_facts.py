"""Gathering the facts of a 20-item consignment at a million declarations, and asking a thousand profiles, in milliseconds.

    python -m tests.bench.bench_facts [--rows 1000000] [--items 20] [--profiles 1000] [--rounds 200] [--home FOLDER]

One node, fsync on. The register is that of `fill_million`; what is remembered of parties and vehicles is counted from its
journal by the worker's own task, which is timed, too. Each round is another consignment made of firms, trucks, containers and
commodities that are in the register. Exits with 1 if half of the rounds take longer than the goal or PostgreSQL read a large
table from end to end. `--home` keeps the filled server for the next run.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.worker import tally
from app.core import db, embedded
from app.core.journal import GENESIS
from app.core.numbering import is_mrn
from app.declarations import schemas
from app.declarations.commands import Declared
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import facts
from app.registers.facts import declared as words_of
from app.registers.facts import goods, looks, road
from app.registers.facts.goods import Surroundings
from app.registers.facts.moments import Moment
from app.risk import queries
from app.risk.queries import tallies
from app.risk.rules import hits, subjects
from tests.bench.bench_lanes import profiles
from tests.bench.bench_worklist import _fill_if_empty, whole_reads
from tests.bench.fill_million import POSTS, container, firm, superuser, truck
from tests.bench.stage import machine, node
from tests.factories import counting, declarations

GOAL = 80.0
#: What is asked for of the register to make consignments of.
CHOICES = 500
WARM = 12


def consignments(count: int, items: int) -> Iterator[Declared]:
    """Consignments of known firms and trucks, with commodities that have usual prices."""
    with db.reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        codes = session.execute(
            text("SELECT DISTINCT commodity FROM commodity_price WHERE post = :post LIMIT :n"), {"post": POSTS[0], "n": CHOICES}
        ).scalars().all()  # fmt: skip
    for n in range(count):
        chance = random.Random(n)
        body = declarations.words(items, party=firm(int(chance.random() ** 3 * 5_000)))
        body["transport"]["vehicle"]["plate"] = truck(int(chance.random() ** 1.5 * 60_000))
        body["transport"]["trailer"] = {"plate": truck(chance.randrange(60_000)), "country": "AF"}
        body["transport"]["containers"] = [container(chance.randrange(80_000))]
        body["seals"] = [f"BENCH{chance.randrange(10**6):06d}" for _ in range(3)]
        for item in body["items"]:
            item["commodity"] = chance.choice(codes)
            item["documents"] = [{"type": "861", "number": f"CO-{chance.randrange(10**7)}", "date": "2026-11-09"}]
        yield schemas.read(body)


def count_all(cluster: embedded.Cluster) -> None:
    """The journal was written past the application: its heads follow, and the worker counts what it tells."""
    with superuser(cluster) as connection:
        connection.execute(
            "INSERT INTO chain_head (post, number, hash) SELECT post, max(number), %s FROM journal_entry GROUP BY post "
            "ON CONFLICT (post) DO UPDATE SET number = excluded.number",
            [GENESIS],
        )
    with db.reading() as session:
        before = session.execute(text("SELECT coalesce(sum(number), 0) FROM risk_subject_cursor")).scalar_one()
    begun, behind = time.perf_counter(), True
    while behind:
        behind = tally(60.0)
    took = time.perf_counter() - begun
    with db.reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        entries = session.execute(text("SELECT count(*) FROM journal_entry")).scalar_one() if not before else 0
        kept = {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("risk_subject", "risk_subject_month", "risk_subject_chapter")
        }
    print(f"counted {entries} entries in {took:.0f} s; {kept}", flush=True)
    with superuser(cluster) as connection:
        connection.execute("VACUUM (ANALYZE) risk_subject, risk_subject_month, risk_subject_chapter")


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    into.append((time.perf_counter() - begun) * 1000)


def parts(session: Session, declared: Declared, codes: Codebook) -> dict[str, Callable[[], Any]]:
    """What gathering is made of, each by itself."""
    moment = Moment(declared.post, codes, db.now(session))
    who = subjects.of_declaration(declared.header)
    mrns = [number for number in words_of.earlier(declared.items) if is_mrn(number)]
    plate = declared.header["transport"]["vehicle"]["plate"]
    items = partial(goods.of_declaration, declared.items, "USD", moment, Surroundings())
    return {
        "the words alone": lambda: words_of.of_declaration(declared, items(), moment, ()),
        "parties, vehicles, containers": lambda: tallies.remembered(session, who, moment.at),
        "others, prices, papers, seals": lambda: looks.of_declaration(session, declared, None, moment),
        "movements before": lambda: road.of_earlier(session, mrns),
        "weights of the truck": lambda: road.truck_kg(session, plate, moment.at),
    }


def measure(asked: list[Declared], made: Any) -> dict[str, list[float]]:
    """Milliseconds of each part, of the whole, and of the profiles, for every consignment; the first ones warm up."""
    times: dict[str, list[float]] = {}
    for declared in asked:
        with db.reading() as session:
            codes = codebook(session)
            for name, part in parts(session, declared, codes).items():
                with timed(times.setdefault(name, [])):
                    part()
        with db.reading() as session, timed(times.setdefault("gathering and profiles", [])):
            with timed(times.setdefault("gathering everything", [])):
                known = facts.of_declaration(session, declared, codes, db.now(session), stage="lodged")
            with timed(times.setdefault(f"{len(made)} profiles", [])):
                hits(known, made, declared.post)
    return {name: found[WARM:] for name, found in times.items()}


def statements_asked(declared: Declared) -> int:
    with counting.statements(db.engine()) as sent, db.reading() as session:
        codes = codebook(session)
        at = db.now(session)
        sent.clear()
        facts.of_declaration(session, declared, codes, at, stage="lodged")
        return len(sent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--profiles", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    with node(chosen.home) as (_settings, cluster):
        _fill_if_empty(cluster, chosen.rows)
        count_all(cluster)
        print(machine(), flush=True)
        with db.reading() as session:
            made = profiles(queries.in_force(session).profiles, chosen.profiles)
        asked = list(consignments(WARM + chosen.rounds, chosen.items))
        print(f"{statements_asked(asked[0])} statements for {chosen.items} items")
        before = whole_reads()
        times = measure(asked, made)
        scanned = [name for name, count in whole_reads().items() if count > before.get(name, 0)]
    failed = printed(times) or bool(scanned)
    if scanned:
        print(f"READS ALL OF {', '.join(scanned)}")
    if failed:
        sys.exit(1)


def printed(times: dict[str, list[float]]) -> bool:
    """A line for each part; True where the whole takes too long."""
    print(f"{'':34}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
    for name, found in times.items():
        ordered = sorted(found)
        half, late, last = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99))
        print(f"{name:34}{half:10.2f}{late:10.2f}{last:10.2f}")
    whole = sorted(times["gathering and profiles"])
    print(f"goal {GOAL:.0f} ms")
    return whole[len(whole) // 2] > GOAL


if __name__ == "__main__":
    main()

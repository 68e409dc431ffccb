"""Profiles over past declarations, in a job: how long on one core, and what it takes up again after a stop.

    python -m tests.bench.bench_replay [--profiles 1000] [--past 2000] [--items 5] [--goal-past 100000]

A real node (fsync on). One declaration is lodged through the application, with its facts; the others are copies of it written
past the application, each with its own mass, plate, firm and hour, a fifth of them inspected. The profiles are the shipped ones
and variations of them (see `bench_lanes`), put into the shadow. The job runs as `flask work` runs it: batch by batch, each in a
transaction that moves the cursor; half of the way it is stopped and taken up again. With fewer declarations than the goal names
the time is extrapolated, and the line says so. The exit is 1 above the goal.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from uuid import UUID

import psycopg

from app.core import db, embedded
from app.core.actors import SYSTEM
from app.flows import profiling
from app.risk import operations
from app.risk.operations import replaying
from app.risk.queries import replays
from tests.bench.bench_lanes import KINDS
from tests.bench.stage import machine, node
from tests.factories import cases, declarations

GOAL_MINUTES = 30.0

_COPIES = (
    "CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, %(count)s) n",
    (
        "INSERT INTO declaration SELECT d.post, m.id, 'COPY-' || m.n, lpad(m.n::text, 18, '0'), d.party, d.status, d.lane, d.content, "
        "d.version, d.lodged_at, d.changed_at FROM declaration d, made m WHERE d.id = %(id)s"
    ),
    (
        "INSERT INTO risk_assessment (post, id, declaration_id, stage, lane, hits, shadow, draw, drawn, seed_day, rules, trusted, facts, at) "
        "SELECT a.post, gen_random_uuid(), m.id, 'lodged', (ARRAY['green','green','green','yellow','red'])[1 + m.n %% 5], '[]', '[]', a.draw, "
        "false, a.seed_day, a.rules, false, a.facts || jsonb_build_object('gross_kg', (m.n * 37 %% 44000)::text || '.0', 'net_kg', "
        "(m.n * 31 %% 40000)::text || '.5', 'plate', 'KBL' || lpad((m.n::bigint * 7919 %% 100000)::text, 5, '0'), 'consignee', 'TJ-51' || "
        "lpad((m.n * 131 %% 10000000)::text, 7, '0'), 'hour', m.n %% 24, 'driver_findings', m.n %% 4), "
        "now() - make_interval(mins => (5 + m.n::bigint * 40000 / %(count)s)::int) FROM risk_assessment a, made m WHERE a.declaration_id = %(id)s"
    ),
    (
        "INSERT INTO inspection (post, id, declaration_id, kind, status, version, ordered_at, started_at, concluded_at, conclusion, summary, "
        "concluded_by, concluded_name) SELECT d.post, gen_random_uuid(), m.id, 'documents', 'concluded', 3, now(), now(), now(), "
        "CASE WHEN m.n %% 50 = 0 THEN 'discrepancy' ELSE 'conform' END, '', gen_random_uuid(), 'x' FROM declaration d, made m "
        "WHERE d.id = %(id)s AND m.n %% 5 = 0"
    ),
    "ANALYZE declaration, risk_assessment, inspection",
)


def fill(cluster: embedded.Cluster, id: UUID, count: int) -> None:
    """So many declarations like one, assessed in the last four weeks."""
    with psycopg.connect(cluster.url(role="postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in _COPIES:
            connection.execute(statement, {"id": id, "count": count} if "%(" in statement else None)


def define(count: int) -> list[tuple[str, int]]:
    """Profiles in the shadow, next to the shipped ones; a hundredth of them hits half of what they are asked about."""
    chance = random.Random(7)
    keys: list[tuple[str, int]] = []
    with db.transaction() as session:
        for n in range(count):
            words = f"gross_kg > {20_000 + n}.0" if n % 100 == 0 else chance.choice(KINDS)(chance)
            said = {"en": f"made {n}"}
            command = operations.DefineProfile(f"made-{n}", words, "yellow", said, said, "bench", status="shadow")
            made = operations.define(session, command, by=SYSTEM)
            keys.append((made.code, made.version))
    return keys


def run(id: UUID, until: float = float("inf")) -> None:
    """Slices of the job, until it is done or so many are done."""
    more = True
    while more:
        more = profiling.replay(2.0, id, by=SYSTEM)
        with db.reading() as session:
            now = replays.replay(session, id)
        if now.done >= until:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=1_000)
    parser.add_argument("--past", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=5)
    parser.add_argument("--goal-past", type=int, default=100_000)
    chosen = parser.parse_args()
    with node() as (_settings, cluster):
        cases.no_chance()
        case = cases.lodged(declarations.words(items=chosen.items))
        keys = define(chosen.profiles)
        fill(cluster, case.id, chosen.past)
        with db.transaction() as session:
            id = replaying.ask(session, keys, 2, by=SYSTEM).id
        begun, busy = time.monotonic(), time.process_time()
        run(id, chosen.past / 2)
        with db.transaction() as session:
            done = replays.replay(session, id).done
            if done <= chosen.past:
                replaying.stop(session, id, by=SYSTEM)
                replaying.resume(session, id, by=SYSTEM)
        run(id)
        took, busy = time.monotonic() - begun, time.process_time() - busy
        with db.reading() as session:
            replay = replays.replay(session, id)
            results = replays.results(session, replay)
    told = chosen.past + 1
    if replay.done != told or {r.asked for r in results} != {told}:
        sys.exit(f"{replay.done} of {told} were asked")
    minutes = took / 60 * max(1.0, chosen.goal_past / told)
    print(machine())
    print(
        f"{chosen.profiles} profiles, {told} declarations of {chosen.items} items, stopped and taken up at {done}: {took:.1f} s "
        f"({busy:.1f} s of this process), {took / told * 1000:.2f} ms a declaration, {sum(r.hits for r in results)} hits"
    )
    how = "measured" if told >= chosen.goal_past else "extrapolated"
    print(f"{chosen.goal_past} declarations: {minutes:.1f} minutes ({how}; goal {GOAL_MINUTES:.0f})")
    if minutes > GOAL_MINUTES:
        sys.exit("too slow")


if __name__ == "__main__":
    main()

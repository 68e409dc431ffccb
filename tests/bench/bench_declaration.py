"""A whole declaration: schema, all rules and duties on one core, and 999 items lodged through HTTP.

    python -m tests.bench.bench_declaration [--rounds 200] [--posted 5]

Reference data of the release, held in memory as in a server; the words are parsed from JSON each time. What is calculated is
what lodging asks: the schema, every rule, the duties. Lodging through HTTP is one client at the server people run (gunicorn
with two workers, fsync on), whose answer holds the whole declaration. The exit is 1 above the goals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import time
import uuid
from typing import Any

import orjson

from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Finding
from app.declarations import rules, schemas
from app.declarations.commands import Declared
from app.reference import loading
from app.reference.codebook import Codebook
from app.risk.operations import set_random_share
from app.tariff import Assessment, Tariff, assess, tariff
from tests.bench.bench_assessment import milliseconds
from tests.bench.bench_lodging import serve
from tests.bench.lodgings import Written, firm, funded
from tests.bench.stage import machine, node
from tests.factories import declarations
from tests.load import Caller

#: Milliseconds for so many items on one core; seconds for 999 items through HTTP.
GOALS = {5: 1.5, 999: 150.0}
LODGED, MANY = 2.0, 999
AT = dt.datetime(2026, 12, 1, 6, 30, tzinfo=dt.UTC)
KINDS = (
    ("080620", "Raisins", "AF", ("851", "FC-1"), None),
    ("620342", "Trousers of cotton, men's", "CN", ("861", "CO-1"), None),
    ("570110", "Carpets of wool", "AF", ("861", "CO-2"), ("MTK", "310.000")),
    ("220300", "Beer made from malt", "UZ", ("861", "CT-1"), ("LTR", "12000.000")),
    ("392410", "Tableware of plastics", "IR", ("861", "CO-3"), None),
)


def written(items: int) -> bytes:
    """A declaration of five kinds of goods with costs to share out, as JSON."""
    body = declarations.words(items=items)
    for place, item in enumerate(body["items"]):
        commodity, description, origin, (kind, number), unit = KINDS[place % len(KINDS)]
        item.update(
            commodity=commodity,
            description=description,
            origin=origin,
            documents=[{"type": kind, "number": number, "date": "2026-11-09"}],
        )
        if unit:
            item["supplementary"] = {"unit": unit[0], "quantity": unit[1]}
    body["delivery_terms"] = {"code": "FCA", "place": "Termez"}
    body["costs"] = [
        {"kind": "freight", "amount": "1800.01", "currency": "USD", "included": False},
        {"kind": "insurance", "amount": "120.07", "currency": "USD", "included": False},
    ]
    return orjson.dumps(body)


class Lodging:
    """What a server has in memory when a declaration comes in."""

    def __init__(self) -> None:
        shipped = loading.bundle()
        self.codes = Codebook.of(shipped.entries, shipped.posts)
        self.law: Tariff = tariff(self.codes)
        self.posts = frozenset(post.code for post in self.codes.posts() if post.country == "TJ")

    def parts(self, raw: bytes) -> dict[str, Any]:
        """Each step as something to time; the last one is all of them."""
        declared = schemas.read(orjson.loads(raw))
        return {
            "schema": lambda: schemas.read(orjson.loads(raw)),
            "rules": lambda: self.check(declared),
            "duties": lambda: self.duties(declared),
            "all": lambda: self.all(raw),
        }

    def check(self, declared: Declared) -> list[Finding]:
        return rules.check(rules.Setting(declared, self.codes, AT.date(), self.posts))

    def duties(self, declared: Declared) -> Assessment:
        return assess(declared.header, declared.items, self.law, administration="TJ", at=AT, day=AT.date())

    def all(self, raw: bytes) -> None:
        declared = schemas.read(orjson.loads(raw))
        if rules.errors(self.check(declared)):
            sys.exit("the declaration of the benchmark is refused")
        if self.duties(declared).incomplete:
            sys.exit("the goods of the benchmark have no total")


def calculated(rounds: int) -> list[str]:
    """Prints the times on one core, and gives the goals that were missed."""
    lodging, missed = Lodging(), []
    print(f"{'':24}{'schema':>10}{'rules':>10}{'duties':>10}{'all p50':>10}{'all p99':>10}{'goal':>10}   ms")
    for count, goal in GOALS.items():
        turns = rounds if count < 100 else max(8, rounds // 10)
        parts = lodging.parts(written(count))
        parts["all"]()  # the tables of the day are made with the first question
        half = {name: milliseconds(act, turns) for name, act in parts.items()}
        shown = "".join(f"{half[name][0]:10.3f}" for name in parts)
        print(f"{f'{count} items':24}{shown}{half['all'][1]:10.3f}{goal:10.1f}")
        if half["all"][0] > goal:
            missed.append(f"{count} items calculated in {half['all'][0]:.2f} ms")
    return missed


def posted(port: int, times: int) -> list[str]:
    """Prints the seconds for lodging 999 items through HTTP, each answered 201."""
    with node() as (settings, _cluster):
        with db.transaction() as session:
            set_random_share(session, "*", "0", "yellow", by=SYSTEM)
        (secret,) = funded(1, ["TJPPJ"])
        server = serve(settings, port, settings.home / "server.log")
        try:
            taken = [_once(port, secret) for _ in range(times + 2)][2:]  # both workers have loaded their codes by then
        finally:
            server.terminate()
            server.wait()
    half = statistics.median(taken)
    print(f"{MANY} items lodged through HTTP: p50 {half:.3f} s, slowest {max(taken):.3f} s (goal {LODGED} s)")
    return [f"{MANY} items lodged in {half:.2f} s"] if half > LODGED else []


def _once(port: int, secret: str) -> float:
    raw = Written("TJPPJ", firm(0), MANY).next()
    caller = Caller(port, timeout=60)
    try:
        begun = time.perf_counter()
        answer = caller.send("POST", "/api/v1/declarations", secret, raw, Idempotency_Key=uuid.uuid4().hex)
        took = time.perf_counter() - begun
    finally:
        caller.close()
    if answer.status != 201 or answer.json["status"] != "released":
        sys.exit(f"{answer.status}: {answer.body[:600]!r}")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--posted", type=int, default=5, help="how often 999 items are lodged; 0 leaves it out")
    parser.add_argument("--port", type=int, default=8078)
    chosen = parser.parse_args()
    print(machine())
    missed = calculated(chosen.rounds)
    if chosen.posted:
        missed += posted(chosen.port, chosen.posted)
    if missed:
        sys.exit("too slow: " + "; ".join(missed))


if __name__ == "__main__":
    main()

"""What benchmarks lodge: declarations that differ in everything a second lodging is suspected by, of firms whose accounts pay."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

import psycopg
from stdnum import iso6346

from app.core import db, embedded
from tests.factories import caches, declarations
from tests.factories.accounts import account, token
from tests.factories.money import deposited

#: More than any run lodges.
BALANCE = "900000000000.00"
#: Items of the usual mass, 2,450 kg, that a truck carries.
LOADED = 17
_numbers = itertools.count(1)


def posts(cluster: embedded.Cluster, count: int) -> list[str]:
    """That many posts of the administration, TJPPJ among them; benches add made-up ones."""
    with psycopg.connect(cluster.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        names = ["TJPPJ"] + [f"TJX{n:02d}" for n in range(1, count)]
        for name in names[1:]:
            connection.execute(
                "INSERT INTO post SELECT (jsonb_populate_record(p, jsonb_build_object('code', %s::text))).* FROM post p "
                "WHERE p.code = 'TJPPJ' ON CONFLICT DO NOTHING", (name,),
            )  # fmt: skip
        connection.execute(
            "INSERT INTO chain_head SELECT unnest(%s::text[]), 0, decode(repeat('00', 32), 'hex') ON CONFLICT DO NOTHING", (names,)
        )  # fmt: skip
        connection.execute("UPDATE reference_revision SET mark = gen_random_uuid()")
    caches.forget()
    return names


def firm(number: int) -> str:
    """The firms of a benchmark, from 0."""
    return f"TJ-5101{number:05d}"


def funded(count: int, names: list[str]) -> list[str]:
    """Makes so many firms with a trader each and an account at every post that pays by standing order; gives their tokens."""
    tokens = []
    for number in range(count):
        with db.transaction() as session:
            login = f"bench.{number}"
            account(session, "trader", "*", login=login, party=firm(number))
            tokens.append(token(session, login))
        for post in names:
            deposited(BALANCE, firm(number), post=post, standing_order=True)
    return tokens


@dataclass(frozen=True)
class Fresh:
    """What no other lodging of this run has; all of the same length, so that they can be put into written JSON."""

    reference: str
    plate: str
    invoice: str
    container: str

    @classmethod
    def next(cls) -> Fresh:
        n = next(_numbers)
        owner = f"MSKU{n % 1_000_000:06d}"
        return cls(f"B-{n:08d}", f"KBL{n % 1_000_000:06d}", f"BI-{n:08d}", owner + iso6346.calc_check_digit(owner))

    def values(self) -> tuple[str, ...]:
        return (self.reference, self.plate, self.invoice, self.container)


def body(post: str, party: str, fresh: Fresh, items: int = 5) -> dict[str, Any]:
    """A green import with so many items and three documents; all of it fits on a truck."""
    words = declarations.words(items=items, party=party, post=post, local_reference=fresh.reference)
    words["transport"]["vehicle"]["plate"] = fresh.plate
    words["transport"]["containers"] = [fresh.container]
    words["invoice"]["number"] = fresh.invoice
    words["documents"] = [{"type": "380", "number": fresh.invoice, "date": "2026-11-10"}, words["documents"][1]]
    for item in words["items"][1:]:
        item["documents"] = []
    if items > LOADED:
        for item in words["items"]:
            item.update(gross_kg="24.500", net_kg="23.000", invoice_value="92.00")
            item["packages"][0]["count"] = 2
        words["invoice"]["total"] = f"{92 * items}.00"
    return words


class Written:
    """A declaration as JSON bytes, written once; each `next` differs from all others."""

    def __init__(self, post: str, party: str, items: int = 5) -> None:
        self._held = Fresh.next()
        self._raw = json.dumps(body(post, party, self._held, items)).encode()
        self.length = len(self._raw)

    def next(self) -> bytes:
        raw = self._raw
        for held, wanted in zip(self._held.values(), Fresh.next().values(), strict=True):
            raw = raw.replace(held.encode(), wanted.encode())
        return raw

"""Rows held against the journal a chunk at a time, so that a change behind the application's back is found soon.

A chunk is the rows of a table that belong to things made within some hours (keys begin with their time). One pass over a
table gives, for each chunk, how many rows it has and a digest over their places and the transactions that wrote them.
Whatever touched a row since the last pass shows in it, a deletion too. Chunks that have changed are then compared in
full, by two questions:

- Do the entries of these things add up to the rows (as `integrity.compare` asks it of everything)?
- Was every row that is new or changed written by a transaction that also wrote to the journal? This holds for all
  columns, also for those that no entry repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.db import node_post
from app.registers import integrity
from app.registers.integrity import Difference, Kind

#: Digits of a key's time: a chunk spans 4 hours and 40 minutes.
DIGITS = 6
#: Entries numbered so far before the last pass may belong to transactions that ended after it.
_IN_FLIGHT = 2000
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is watched. `home` is the column whose thing's entries tell of its rows, `kinds` those things.

    `alone`: nothing but verbs that journal writes it, so that each row's writer must be in the journal. Rows of a table
    without kinds are never deleted.
    """

    name: str
    home: str = "id"
    kinds: tuple[str, ...] = ()
    post: str = "post"
    alone: bool = True


#: Not asked for its writers (`alone`): what is written within a savepoint, which is a transaction of its own to the
#: database.
TABLES = (
    Table("declaration", kinds=("declaration",)),
    Table("declaration_content", "declaration_id", ("declaration",)),
    Table("declaration_item", "declaration_id"),
    Table("declaration_document", "declaration_id"),
    Table("declaration_decision", "declaration_id"),
    Table("declaration_released_item", "declaration_id"),
    Table("declaration_query", "declaration_id", ("query",)),
    Table("declaration_amendment", "declaration_id", ("amendment",)),
    Table("declaration_exit", "declaration_id", ("exit",)),
    Table("declaration_exit_item", "declaration_id", ("exit",)),
    Table("declaration_presented_document", "declaration_id", ("document",)),
    Table("declaration_audit", "declaration_id", ("audit",)),
    Table("inspection", kinds=("inspection",)),
    Table("inspection_finding", "inspection_id", ("inspection_finding",)),
    Table("inspection_photo", "inspection_id", ("inspection_photo",)),
    Table("inspection_measure", "inspection_id", ("inspection_measure",)),
    Table("inspection_sample", "inspection_id", ("inspection_sample",)),
    Table("inspection_presence", "inspection_id", ("inspection_presence",)),
    Table("inspection_seal", "inspection_id", ("inspection_seal",)),
    Table("inspection_assignment", "inspection_id", ("inspection_assignment",)),
    Table("inspection_step", "inspection_id", ("inspection_step",)),
    Table("proposal", kinds=("proposal",)),
    Table("permit", kinds=("permit",)),
    Table("permit_print", "permit_id", ("permit",)),
    Table("attachment", kinds=("attachment",)),
    Table("assessment", kinds=("assessment",)),
    Table("payment", kinds=("payment",)),
    Table("duty_security", kinds=("security",)),
    Table("refund", kinds=("refund",)),
    Table("cash_closing", kinds=("closing",)),
    Table("ledger_transfer"),
    Table("exemption_certificate", kinds=("exemption",), alone=False),
    Table("mandate", kinds=("mandate",)),
    Table("suspense_stock", kinds=("suspense",), alone=False),
    Table("transit_movement", kinds=("transit",)),
    Table("transit_content", "movement_id", ("transit",)),
    Table("guarantee", kinds=("guarantee",), alone=False),
    Table("access_grant", "account_id", ("grant",), post="CAST(:node AS text)"),
    Table("duty_shift", kinds=("duty_shift",)),
    Table("duty_qualification", kinds=("duty_qualification",)),
    Table("duty_conflict", kinds=("duty_conflict",)),
)
BY_NAME = {table.name: table for table in TABLES}
_KINDS = {kind.name: kind for kind in integrity.KINDS}

_DIGESTS = """
SELECT {post} AS post, left({home}::text, {digits}) AS chunk, count(*) AS rows,
       bit_xor(hashtextextended(t.ctid::text || ' ' || t.xmin::text, 0)) AS digest
FROM {table} t GROUP BY 1, 2
"""

Chunks = dict[tuple[str, str], tuple[int, int]]


def digests(session: Session, table: Table) -> Chunks:
    """Number of rows and digest of each chunk of a table, by post and chunk."""
    asked = _DIGESTS.format(post=table.post, home=f"t.{table.home}", digits=DIGITS, table=table.name)
    rows = session.execute(text(asked), {"node": node_post()} if ":node" in table.post else {})
    return {(row.post, row.chunk): (row.rows, row.digest) for row in rows}


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the database stands: its server, its migration, and the oldest transaction that may still be writing."""

    where: str
    horizon: int
    next: int
    heads: Mapping[str, int]


_STANDS = text(
    "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database())::text || '/' || "
    "coalesce((SELECT max(version_num) FROM alembic_version), '') AS place, "
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon, "
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next"
)


def ground(session: Session) -> Ground:
    """Asked in the transaction that reads the digests."""
    row = session.execute(_STANDS).one()
    return Ground(row.place, row.horizon, row.next, journal.heads(session))


_COMPARE = """
WITH told AS (
    SELECT {subject} AS subject, jsonb_object_agg(e.key, e.value ORDER BY j.number) AS state
    FROM journal_entry j CROSS JOIN LATERAL jsonb_each(j.after) e
    WHERE j.post = :post AND j.kind = :kind AND j.subject >= :chunk AND j.subject <= :chunk || 'zzzz'
      AND left(j.subject, {digits}) = :chunk AND {subject} IS NOT NULL AND e.key = ANY(:keys)
    GROUP BY 1
), kept AS (
    {rows} {also} {post} = :post AND {home}
)
SELECT coalesce(kept.subject, told.subject) AS subject, kept.state AS kept, told.state AS told
FROM kept FULL JOIN told ON told.subject = kept.subject
"""
_OF_KEY = "{home} BETWEEN CAST(:low AS uuid) AND CAST(:high AS uuid)"
_OF_WORD = "left({home}, {digits}) = :chunk"


def compare(session: Session, kind: str, post: str, chunk: str) -> list[Difference]:
    """Where the rows of a chunk are not what the entries of its things add up to."""
    asked = _KINDS[kind]
    sql = _COMPARE.format(
        subject=asked.subject, rows=asked.rows, also=_also(asked.rows), post=asked.post, digits=DIGITS,
        home=_within(asked, chunk),
    )  # fmt: skip
    given = {"kind": asked.journaled, "keys": list(asked.keys), "node": node_post(), **_bounds(post, chunk)}
    rows = session.execute(text(sql), {name: value for name, value in given.items() if f":{name}" in sql})
    return [d for row in rows for d in integrity.differences(asked, post, row.subject, row.kept, row.told)]


def _also(rows: str) -> str:
    """The word that puts one more condition to a question: what stands in brackets is not its own."""
    while (bare := re.sub(r"\([^()]*\)", "", rows)) != rows:
        rows = bare
    return "AND" if "WHERE" in rows else "WHERE"


def _within(kind: Kind, chunk: str) -> str:
    shape = _OF_KEY if _is_of_keys(chunk) else _OF_WORD
    return shape.format(home=kind.home, digits=DIGITS)


def _is_of_keys(chunk: str) -> bool:
    return len(chunk) == DIGITS and not set(chunk) - set("0123456789abcdef")


def _bounds(post: str, chunk: str) -> dict[str, Any]:
    if not _is_of_keys(chunk):
        return {"post": post, "chunk": chunk}
    low, high = chunk.ljust(32, "0"), chunk.ljust(32, "f")
    return {"post": post, "chunk": chunk, "low": low, "high": high}


_WRITERS = """
SELECT DISTINCT j.xmin::text AS writer FROM journal_entry j
JOIN unnest(CAST(:posts AS text[]), CAST(:numbers AS bigint[])) AS seen (post, number)
  ON j.post = seen.post AND j.number > seen.number
"""
_WRITTEN = """
SELECT {home}::text AS subject, t.xmin::text AS writer FROM {table} t
WHERE {post} = :post AND {within} AND age(t.xmin) BETWEEN 0 AND :span
ORDER BY 1 LIMIT :most
"""


def writers(session: Session, since: Mapping[str, int]) -> frozenset[str]:
    """The transactions that wrote to the journal since the chains had these numbers, and some time before."""
    heads = sorted(journal.heads(session))
    asked = {"posts": heads, "numbers": [max(0, since.get(post, 0) - _IN_FLIGHT) for post in heads]}
    return frozenset(session.execute(text(_WRITERS), asked).scalars())


def unanswered(
    session: Session, table: Table, post: str, chunk: str, span: int, known: frozenset[str]
) -> Iterator[Difference]:
    """Rows of a chunk written within the last `span` transactions by one that told the journal nothing."""
    home = f"t.{table.home}"
    within = (_OF_KEY if _is_of_keys(chunk) else _OF_WORD).format(home=home, digits=DIGITS)
    sql = _WRITTEN.format(home=home, table=table.name, post=_post_of(table), within=within)
    given = {**_bounds(post, chunk), "span": span, "most": 100_000, "node": node_post()}
    rows = session.execute(text(sql), {name: value for name, value in given.items() if f":{name}" in sql}).all()
    found = {row.subject: row.writer for row in rows if row.writer not in known}
    for subject, writer in list(found.items())[:_MOST_TOLD]:
        yield Difference(table.name, post, subject, "writer", f"transaction {writer}", "no entry of the journal")


def _post_of(table: Table) -> str:
    return table.post if ":" in table.post else f"t.{table.post}"

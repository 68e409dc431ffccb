"""Do the tables say what the journal says? Each thing's entries are folded into a last state and compared with its row.

Everything is done in SQL, one statement a kind: a key that an entry does not name keeps its value, so the last value
named is the state. A row without entries, entries without a row and every value that differs are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

#: More differences than this are counted but not listed.
MOST_LISTED = 200


@dataclass(frozen=True)
class _Kind:
    """A kind of thing: its rows as (post, subject, JSON of what is compared), and what the journal calls that."""

    name: str
    rows: str
    keys: tuple[str, ...]


_DECLARATIONS = """
SELECT d.post, d.id::text AS subject, jsonb_build_object(
    'status', d.status, 'version', d.version, 'reference', d.reference, 'lane', d.lane, 'mrn', d.mrn,
    'content', nullif(d.content, 0), 'sha256', c.sha256) AS state
FROM declaration d
LEFT JOIN declaration_content c ON (c.post, c.declaration_id, c.content) = (d.post, d.id, d.content)
"""
_INSPECTIONS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'version', version, 'conclusion', conclusion, 'summary', summary) AS state
FROM inspection
"""
_PROPOSALS = """
SELECT post, id::text AS subject, jsonb_build_object('status', status, 'reference', reference) AS state FROM proposal
"""
_PERMITS = """
SELECT p.post, p.id::text AS subject, jsonb_build_object(
    'number', p.number, 'valid_until', p.valid_until, 'copy', nullif(r.copy, 0), 'sha256', r.sha256,
    'revoked_at', to_char(p.revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM permit p
CROSS JOIN LATERAL (
    SELECT copy, sha256 FROM permit_print r WHERE (r.post, r.permit_id) = (p.post, p.id) ORDER BY copy DESC LIMIT 1) r
"""
_ATTACHMENTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'sha256', encode(sha256(content), 'hex'), 'size', size) AS state
FROM attachment
"""

_KINDS = (
    _Kind("declaration", _DECLARATIONS, ("status", "reference", "lane", "mrn", "content", "sha256", "version")),
    _Kind("inspection", _INSPECTIONS, ("status", "version", "conclusion", "summary")),
    _Kind("proposal", _PROPOSALS, ("status", "reference")),
    _Kind("permit", _PERMITS, ("number", "valid_until", "revoked_at", "copy", "sha256")),
    _Kind("attachment", _ATTACHMENTS, ("sha256", "size")),
)

#: A draft's own words stand in another table; the digest compared is that of what was lodged.
_DRAFT_DIGEST = "sha256"

_COMPARE = """
WITH told AS (
    SELECT j.post, j.subject, jsonb_object_agg(e.key, e.value ORDER BY j.number) AS state
    FROM journal_entry j CROSS JOIN LATERAL jsonb_each(j.after) e
    WHERE j.kind = :kind AND e.key = ANY(:keys) AND (CAST(:post AS text) IS NULL OR j.post = :post)
    GROUP BY j.post, j.subject
), kept AS (
    SELECT * FROM ({rows}) r WHERE CAST(:post AS text) IS NULL OR r.post = :post
)
SELECT coalesce(kept.post, told.post) AS post, coalesce(kept.subject, told.subject) AS subject,
       kept.state AS kept, told.state AS told
FROM kept FULL JOIN told ON (told.post, told.subject) = (kept.post, kept.subject)
"""


@dataclass(frozen=True)
class Difference:
    """What the table (`kept`) and the journal (`told`) say differently; `key` is "row" where one of them is silent."""

    kind: str
    post: str
    subject: str
    key: str
    kept: Any
    told: Any


def compare(session: Session, post: str | None = None) -> tuple[int, list[Difference]]:
    """How many things were compared, and where tables and journal differ; of one post, or of all.

    For a true answer while others write, the session's transaction must see one moment (REPEATABLE READ).
    """
    compared, found = 0, list[Difference]()
    for kind in _KINDS:
        asked = {"kind": kind.name, "keys": list(kind.keys), "post": post}
        rows = session.execute(text(_COMPARE.format(rows=kind.rows)), asked)
        for row in rows.yield_per(5000).mappings():
            compared += 1
            found += _differences(kind, row["post"], row["subject"], row["kept"], row["told"])
    return compared, found


def _differences(
    kind: _Kind, post: str, subject: str, kept: dict[str, Any] | None, told: dict[str, Any] | None
) -> Iterator[Difference]:
    if kept is None:
        if told is not None and told.get("status", "") is not None:  # a draft thrown away says so: its status is null
            yield Difference(kind.name, post, subject, "row", None, told)
        return
    if told is None:
        yield Difference(kind.name, post, subject, "row", kept, None)
        return
    for key in kind.keys:
        if kept.get("status") == "draft" and key == _DRAFT_DIGEST:
            continue
        one, other = kept.get(key), told.get(key)
        if one != other:
            yield Difference(kind.name, post, subject, key, one, other)

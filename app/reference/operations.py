"""The verbs that change reference data: a release is loaded, two persons change rows of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import Actor
from app.core.errors import Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.reference import loading, queries, rules
from app.reference.codebook import Entry
from app.reference.commands import EnterCode, Revise
from app.reference.difference import row_of
from app.reference.models import CodeRow, ReferenceRevision

#: Who may be the second person of a change of reference data, at the node's own post.
REVISING = ("administrator", "supervisor")

_CODE_COLUMNS: Mapping[str, str] = {
    "list": "text",
    "code": "text",
    "valid_from": "date",
    "valid_to": "date",
    "names": "jsonb",
    "attributes": "jsonb",
    "words": "text",
    "source": "text",
    "verified": "boolean",
    "local": "boolean",
}
_POST_COLUMNS: Mapping[str, str] = {
    "code": "text",
    "country": "text",
    "neighbour": "text",
    "kind": "text",
    "time_zone": "text",
    "crossing": "text",
    "names": "jsonb",
    "latitude": "numeric",
    "longitude": "numeric",
    "position_quality": "text",
    "unlocode": "text",
    "hours_note": "text",
    "attributes": "jsonb",
    "valid_from": "date",
    "valid_to": "date",
    "source": "text",
    "verified": "boolean",
}


def _upsert(table: str, columns: Mapping[str, str], key: tuple[str, ...], unless: str = "") -> TextClause:
    """Writes the rows that are new or differ, and no other, so that a second run leaves no trace."""
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    rest = [name for name in columns if name not in key]
    return text(
        f"INSERT INTO {table} AS held ({names}) "
        f"SELECT {names} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({typed}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)} "
        f"WHERE {unless}({', '.join(f'held.{name}' for name in rest)}) "
        f"IS DISTINCT FROM ({', '.join(f'excluded.{name}' for name in rest)})"
    )


_WRITE_CODES = _upsert("code", _CODE_COLUMNS, ("list", "code", "valid_from"), "NOT held.local AND ")
_WRITE_LOCAL = _upsert("code", _CODE_COLUMNS, ("list", "code", "valid_from"))
_WRITE_POSTS = _upsert("post", _POST_COLUMNS, ("code",))

#: What a release no longer has ends the day before, and stays readable for older declarations.
_CLOSE = """
UPDATE {table} AS held SET valid_to = greatest(held.valid_from, CAST(:today AS date) - 1)
WHERE {mine} (held.valid_to IS NULL OR held.valid_to >= CAST(:today AS date))
AND NOT EXISTS (SELECT FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({typed}) WHERE {same})
"""
_CLOSE_CODES = text(
    _CLOSE.format(
        table="code",
        mine="NOT held.local AND",
        typed="list text, code text, valid_from date",
        same="given.list = held.list AND given.code = held.code AND given.valid_from = held.valid_from",
    )
)
_CLOSE_POSTS = text(_CLOSE.format(table="post", mine="", typed="code text", same="given.code = held.code"))


@dataclass(frozen=True, slots=True)
class LoadResult:
    """`written` rows were new or differed, `closed` ones are gone from the release; zero when nothing had changed."""

    number: int
    digest: str
    written: int
    closed: int

    @property
    def changed(self) -> bool:
        return bool(self.written or self.closed)


def load(session: Session, *, by: Actor) -> LoadResult:
    """Brings the tables to the reference data of this release; doing it again changes nothing."""
    if not by.is_node:
        by.need(("administrator",), db.node_post())
    read = loading.bundle()
    digest = read.digest()
    revision = _locked_revision(session)
    if revision.digest == digest:
        return LoadResult(revision.number, digest, 0, 0)
    codes = _json([_code_columns(entry) for entry in read.entries])
    posts = _json([loading.post_row(post) for post in read.posts])
    today = db.now(session).date()
    closed = _run(session, _CLOSE_CODES, rows=codes, today=today) + _run(session, _CLOSE_POSTS, rows=posts, today=today)
    written = _run(session, _WRITE_CODES, rows=codes) + _run(session, _WRITE_POSTS, rows=posts)
    before = {"number": revision.number, "digest": revision.digest}
    _turn(session, revision, digest)
    after = {"number": revision.number, "digest": digest, "written": written, "closed": closed}
    journal.record(
        session,
        by=by,
        event="reference.loaded",
        kind="reference",
        subject="release",
        post=db.node_post(),
        before=before,
        after={**after, "codes": loading.by_list(read.entries), "posts": len(read.posts)},
    )
    return LoadResult(revision.number, digest, written, closed)


def revise(session: Session, command: Revise, *, by: Actor) -> int:
    """Writes what two persons have agreed on; `by` is the second of them. Gives the number of rows.

    Raises `WrongState` if a row is not any more what it was when the change was proposed. Later releases leave the rows
    as they were entered.
    """
    grant = by.need(REVISING, db.node_post())
    by.need_scope("decide")
    found = [f for _was, entry in command.rows for f in rules.findings(EnterCode.of(entry, command.reason))]
    if found:
        raise Invalid(findings=found)
    revision = _locked_revision(session)
    _expect(session, command)
    columns = [{**_code_columns(entry), "local": True} for _was, entry in command.rows]
    written = _run(session, _WRITE_LOCAL, rows=_json(columns))
    _turn(session, revision, revision.digest)
    journal.record(
        session,
        by=by,
        event="codes.updated",
        kind="code",
        subject=command.list,
        post=db.node_post(),
        after={
            "list": command.list,
            "rows": written,
            "digest": command.digest,
            "proposal": str(command.proposal),
            "number": revision.number,
        },
        reason=command.reason,
        role=grant.role,
    )
    return written


def hold(session: Session) -> None:
    """Has changes of reference data come one after the other from here on, and looks at the codes anew."""
    _locked_revision(session)
    queries.forget()


def _expect(session: Session, command: Revise) -> None:
    """Nobody else has changed the rows since they were compared; the revision's lock keeps it so."""
    codes = {entry.code for _was, entry in command.rows}
    asked = select(CodeRow).where(CodeRow.list == command.list, CodeRow.code.in_(codes))
    rows = session.execute(asked, execution_options={"populate_existing": True}).scalars()
    held = {(row.code, row.valid_from): queries.entry_of(row) for row in rows}
    for was, entry in command.rows:
        if row_of(held.get((entry.code, entry.valid_from))) != row_of(was):
            raise WrongState(
                _(
                    "The code {code} was changed after this was proposed. Reject it, and let it be proposed again.",
                    code=entry.code,
                )
            )


def _locked_revision(session: Session) -> ReferenceRevision:
    """The one row, locked: two changes of reference data come one after the other."""
    asked = select(ReferenceRevision).with_for_update().execution_options(populate_existing=True)
    return session.execute(asked).scalar_one()


def _turn(session: Session, revision: ReferenceRevision, digest: str) -> None:
    revision.number += 1
    revision.at = db.now(session)
    revision.digest = digest
    revision.mark = uuid7()
    session.flush()
    queries.forget()
    db.after_commit(session, queries.forget)


def _code_columns(entry: Entry) -> dict[str, Any]:
    return {**loading.entry_row(entry), "words": rules.searchable(entry.code, entry.names.values()), "local": False}


def _json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _run(session: Session, statement: TextClause, **values: Any) -> int:
    count: int = getattr(session.execute(statement, values), "rowcount")  # noqa: B009 - Result hides CursorResult's count
    return count

"""The verbs that change reference data: a release is loaded, an administrator enters a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import Actor
from app.core.canonical import plain
from app.core.errors import Invalid
from app.core.ids import uuid7
from app.core.text import normal
from app.reference import loading, queries, rules
from app.reference.codebook import Entry
from app.reference.commands import EnterCode
from app.reference.models import CodeRow, ReferenceRevision

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


def enter(session: Session, command: EnterCode, *, by: Actor) -> Entry:
    """Enters or corrects one dated code. Later releases leave it as it was entered."""
    by.need(("administrator",), db.node_post())
    by.need_scope("write")
    found = rules.findings(command)
    if found:
        raise Invalid(findings=found)
    revision = _locked_revision(session)
    entry = _entry(command)
    row = session.get(CodeRow, (entry.list, entry.code, entry.valid_from), with_for_update=True)
    before = loading.entry_row(queries.entry_of(row)) if row else None
    if row is None:
        session.add(CodeRow(**_python_columns(entry)))
    else:
        for name, value in _python_columns(entry).items():
            setattr(row, name, value)
    _turn(session, revision, revision.digest)
    journal.record(
        session,
        by=by,
        event="code.entered",
        kind="code",
        subject=f"{entry.list}/{entry.code}",
        post=db.node_post(),
        before=before,
        after=plain(loading.entry_row(entry)),
        reason=normal(command.reason),
        role="administrator",
    )
    return entry


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


def _entry(command: EnterCode) -> Entry:
    names = {locale: normal(name) for locale, name in command.names.items() if normal(name)}
    return Entry(
        command.list,
        command.code,
        command.valid_from,
        command.valid_to,
        names,
        dict(command.attributes),
        normal(command.source),
        command.verified,
    )


def _code_columns(entry: Entry) -> dict[str, Any]:
    return {**loading.entry_row(entry), "words": rules.searchable(entry.code, entry.names.values()), "local": False}


def _python_columns(entry: Entry) -> dict[str, Any]:
    days = {"valid_from": entry.valid_from, "valid_to": entry.valid_to}
    return {**_code_columns(entry), **days, "local": True}


def _json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _run(session: Session, statement: TextClause, **values: Any) -> int:
    count: int = getattr(session.execute(statement, values), "rowcount")  # noqa: B009 - Result hides CursorResult's count
    return count

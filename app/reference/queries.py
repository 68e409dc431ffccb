"""Reads: the codebook of this process, and the search behind pickers."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, not_, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import Finding, Invalid
from app.core.text import _, excerpt
from app.reference.codebook import COMMODITY, HS_DIGITS, Codebook, Entry, Post
from app.reference.models import CodeRow, PostRow, ReferenceRevision
from app.reference.rules import bare, folded

#: A change of reference data is seen by every process after this many seconds at most.
CHECK_EVERY = 5.0
LONGEST_SEARCH = 100
MOST_WORDS = 6
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class _Held:
    mark: UUID
    book: Codebook
    checked: float


_held: _Held | None = None
_refreshing = threading.Lock()


def codebook(session: Session) -> Codebook:
    """The codes in force, shared by the threads of the process; costs no SQL when it was looked at just now."""
    held = _held
    if held is not None and time.monotonic() - held.checked < CHECK_EVERY:
        return held.book
    # While one thread makes a new snapshot, the others go on with the old one; only the very first is waited for.
    if held is not None and _refreshing.locked():
        return held.book
    with _refreshing:
        return _refreshed(session)


def forget() -> None:
    """Makes the next `codebook` look at the revision at once."""
    global _held
    held = _held
    if held is not None:
        _held = _Held(held.mark, held.book, float("-inf"))


def _refreshed(session: Session) -> Codebook:
    global _held
    held = _held
    if held is not None and time.monotonic() - held.checked < CHECK_EVERY:
        return held.book
    with session.no_autoflush:
        mark = session.execute(select(ReferenceRevision.mark)).scalar_one()
        book = held.book if held is not None and held.mark == mark else read_codebook(session)
    _held = _Held(mark, book, time.monotonic())
    return book


def read_codebook(session: Session) -> Codebook:
    """A new snapshot of the tables, past the cache."""
    entries = [Entry(*row) for row in session.execute(_ENTRIES)]
    posts = [Post(*row) for row in session.execute(_POSTS)]
    return Codebook.of(entries, posts)


_ENTRIES = select(
    CodeRow.list,
    CodeRow.code,
    CodeRow.valid_from,
    CodeRow.valid_to,
    CodeRow.names,
    CodeRow.attributes,
    CodeRow.source,
    CodeRow.verified,
)
_POSTS = select(
    PostRow.code,
    PostRow.country,
    PostRow.neighbour,
    PostRow.kind,
    PostRow.time_zone,
    PostRow.crossing,
    PostRow.names,
    PostRow.latitude,
    PostRow.longitude,
    PostRow.position_quality,
    PostRow.unlocode,
    PostRow.hours_note,
    PostRow.attributes,
    PostRow.valid_from,
    PostRow.valid_to,
    PostRow.source,
    PostRow.verified,
)


def entry_of(row: CodeRow) -> Entry:
    """The row as an entry of the codebook."""
    return Entry(row.list, row.code, row.valid_from, row.valid_to, row.names, row.attributes, row.source, row.verified)


@dataclass(frozen=True, slots=True)
class Overview:
    """A list in figures. `held` are the rows in force on the day, `unverified` those of them nobody has checked."""

    list: str
    held: int = 0
    coming: int = 0
    unverified: int = 0
    entered_here: int = 0
    sources: int = 0
    source: str = ""


def overview(session: Session, on: dt.date) -> dict[str, Overview]:
    """Every list that has a row, in figures."""
    held = and_(CodeRow.valid_from <= on, or_(CodeRow.valid_to.is_(None), CodeRow.valid_to >= on))
    asked = select(
        CodeRow.list,
        func.count().filter(held),
        func.count().filter(CodeRow.valid_from > on),
        func.count().filter(held, CodeRow.verified.is_(False)),
        func.count().filter(CodeRow.local),
        func.count(CodeRow.source.distinct()),
        func.min(CodeRow.source),
    ).group_by(CodeRow.list)
    return {row[0]: Overview(*row) for row in session.execute(asked)}


#: Which rows of a list a page shows.
SHOWN = ("held", "coming", "unverified", "all")


def page(
    session: Session,
    list_name: str,
    *,
    text: str = "",
    show: str = "held",
    on: dt.date,
    after: tuple[str, dt.date] | None = None,
    limit: int = 50,
    without: Iterable[str] = (),
) -> list[CodeRow]:
    """Rows of a list by code and first day; `after` is those of the last one seen, `text` as in `search`, `without` what the
    codes begin with that are left out."""
    asked = select(CodeRow).where(CodeRow.list == list_name, _shown(show, on))
    asked = asked.where(*[not_(CodeRow.code.startswith(beginning, autoescape=True)) for beginning in without])
    words = folded(text[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    if words:
        named = and_(*[CodeRow.words.like(f"% {word}%") for word in words])
        asked = asked.where(
            or_(CodeRow.words.like(f" {bare(text[:LONGEST_SEARCH])}%") if bare(text) else false(), named)
        )
    if after is not None:
        asked = asked.where(tuple_(CodeRow.code, CodeRow.valid_from) > tuple_(*after))
    return list(session.execute(asked.order_by(CodeRow.code, CodeRow.valid_from).limit(limit)).scalars())


def _shown(show: str, on: dt.date) -> ColumnElement[bool]:
    lasting = or_(CodeRow.valid_to.is_(None), CodeRow.valid_to >= on)
    return {
        "coming": CodeRow.valid_from > on,
        "unverified": and_(lasting, CodeRow.verified.is_(False)),
        "all": true(),
    }.get(show, and_(CodeRow.valid_from <= on, lasting))


def search(
    session: Session, list_name: str, text: str, locale: str, limit: int = 20, *, on: dt.date | None = None
) -> list[tuple[str, str]]:
    """(code, name) of what a person may mean by a few typed letters: codes that begin so, then names with all words.

    A word counts from its beginning, in any of the five languages. Digits may be Persian or dotted (0806.20). `on` is
    today when left out. Use it in `db.reading(search=True)`, which keeps the index in the plan.
    """
    words = folded(text[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    if not words:
        return []
    day = on or db.now(session).date()
    code = bare(text[:LONGEST_SEARCH])
    asked = _search(list_name, code, words, locale, day).limit(max(1, min(limit, MOST_FOUND)))
    found: dict[str, str] = {}
    for known, name in session.execute(asked):
        found.setdefault(known, name)
    return list(found.items())


def _search(list_name: str, code: str, words: list[str], locale: str, on: dt.date) -> Select[str, str]:
    """Both conditions look at `words` alone, so that its trigram index serves them."""
    name = func.coalesce(CodeRow.names[locale].astext, CodeRow.names["en"].astext)
    begins = _begins(list_name, code)
    named = and_(*[CodeRow.words.like(f"% {word}%") for word in words])
    rank = case((CodeRow.words.like(f" {code} %"), 0), (begins, 1), (func.lower(name).like(f"{words[0]}%"), 2), else_=3)
    asked = (
        select(CodeRow.code, name)
        .where(CodeRow.list == list_name, or_(begins, named))
        .where(CodeRow.valid_from <= on, or_(CodeRow.valid_to.is_(None), CodeRow.valid_to >= on))
        .order_by(rank, func.char_length(CodeRow.code), CodeRow.code, CodeRow.valid_from.desc())
    )
    return asked.where(func.char_length(CodeRow.code) >= HS_DIGITS) if list_name == COMMODITY else asked


def _begins(list_name: str, code: str) -> ColumnElement[bool]:
    if not code:
        return false()
    return CodeRow.words.like(f" {code[:HS_DIGITS] if list_name == COMMODITY else code}%")


def must_be_own(session: Session, post: str, pointer: str = "/post") -> None:
    """Raises `Invalid` for a post that this administration does not have: nobody would ever look at what lies there."""
    if post == db.node_post():
        return
    known = codebook(session).post(post)
    if known is None or known.country != db.node_post()[:2]:
        message = _(
            "{post} is not a crossing point of this administration. Choose one of the list.", post=excerpt(post)
        )
        raise Invalid(findings=[Finding(pointer, "post.unknown", message)])

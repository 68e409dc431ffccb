"""The journal as auditors read it: who did or looked at what, newest first, a page by number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person, User
from app.clearance.models import Permit
from app.core import journal
from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.journal import JournalEntry
from app.core.text import _, ascii_digits, normal
from app.declarations.models import Declaration
from app.guarantees.models import Guarantee
from app.transit.models import Movement

READING = ("auditor",)
MOST = 100
#: Days that are looked through where nobody says since when, and no thing is named.
USUAL = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """`who` is a login or part of a name, `what` the beginning of an event (`declaration.` or `looked.`), `thing` a
    reference, an MRN, a number or the words looked for; `since` and `until` are moments."""

    post: str
    who: str = ""
    what: str = ""
    thing: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry; `name` is the person's, `reference` what the thing is called."""

    entry: JournalEntry
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: int | None
    posts: Sequence[str] = field(default_factory=tuple)


def page(session: Session, asked: Asked, *, by: Actor, limit: int = 50, after: int | None = None) -> Page:
    """Entries of one post's chain. Raises `Forbidden` for who is no auditor."""
    if by.grant(READING, asked.post) is None:
        raise Forbidden(_("The journal is read by auditors."))
    wanted = select(JournalEntry).where(JournalEntry.post == asked.post, *_conditions(session, asked))
    if after is not None:
        wanted = wanted.where(JournalEntry.number < after)
    rows = list(session.execute(wanted.order_by(JournalEntry.number.desc()).limit(limit + 1)).scalars())
    names, references = _names(session, rows), _references(session, asked.post, rows)
    lines = [
        Line(row, names.get(row.person, row.login), references.get(row.subject, row.subject)) for row in rows[:limit]
    ]
    return Page(lines, lines[-1].entry.number if len(rows) > limit else None, sorted(journal.heads(session)))


def _conditions(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(JournalEntry.at >= asked.since)
    if asked.until is not None:
        found.append(JournalEntry.at < asked.until)
    if asked.who:
        found.append(JournalEntry.person.in_(_persons(session, asked.who)))
    if asked.what:
        found.append(JournalEntry.event.startswith(asked.what, autoescape=True))
    if asked.thing:
        found.append(_about(session, asked.post, asked.thing))
    return found


def _persons(session: Session, who: str) -> list[UUID]:
    """Persons by login or by a part of their name."""
    words = normal(who)
    named = select(Person.id).outerjoin(User, User.person_id == Person.id)
    like = func.lower(Person.name).contains(words.lower(), autoescape=True)
    known = list(session.execute(named.where(or_(func.lower(User.login) == words.lower(), like)).limit(200)).scalars())
    told = select(JournalEntry.person).where(JournalEntry.login == words).limit(1)
    return known or list(session.execute(told).scalars())


def _about(session: Session, post: str, thing: str) -> ColumnElement[bool]:
    """Entries about a thing by whatever it is called; look-ups name it by its reference."""
    word = ascii_digits(normal(thing))
    keys = [str(key) for key in session.execute(_keys(post, word.upper())).scalars()]
    return JournalEntry.subject.in_([*keys, word, word.upper()])


def _keys(post: str, word: str) -> Select[UUID]:
    declared = select(Declaration.id).where(
        Declaration.post == post, or_(Declaration.reference == word, Declaration.mrn == word)
    )
    moved = select(Movement.id).where(Movement.post == post, or_(Movement.reference == word, Movement.mrn == word))
    permitted = select(Permit.id).where(Permit.post == post, Permit.number == word)
    pledged = select(Guarantee.id).where(Guarantee.post == post, Guarantee.grn == word)
    every = declared.union_all(moved, permitted, pledged).subquery()
    return select(every.c.id)


def _names(session: Session, rows: Sequence[JournalEntry]) -> Mapping[UUID, str]:
    wanted = {row.person for row in rows}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in found}


def _references(session: Session, post: str, rows: Sequence[JournalEntry]) -> Mapping[str, str]:
    """What declarations and movements are called."""
    found: dict[str, str] = {}
    for kind, model in (("declaration", Declaration), ("transit", Movement)):
        keys = {UUID(row.subject) for row in rows if row.kind == kind and len(row.subject) == 36}
        if keys:
            named = select(model.id, model.reference).where(model.post == post, model.id.in_(keys))
            found |= {str(row.id): row.reference for row in session.execute(named)}
    return found

"""What every verb of offences does beside its own deed: who may, the legal basis, journal and outbox, numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal, numbering, outbox
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.tables import Base
from app.core.text import Text, _
from app.offences.commands import Subject
from app.offences.rules import BASES
from app.reference.codebook import Codebook

#: What the journal calls things of this room.
DETENTION, SEIZURE, END = "detention", "seizure", "goods-end"
#: Who holds and seizes, and who is the second, senior person.
HOLDING = ("officer", "inspector", "supervisor")
SENIOR = ("supervisor",)
_LEFT_OUT = frozenset({"post", "declaration_id", "movement_post", "movement_id", "person", "name", "at", "version"})


def refuse(pointer: str, rule: str, message: Text) -> Invalid:
    """A refusal at one field."""
    return Invalid(findings=[Finding(pointer, rule, message)])


def said(text: str, pointer: str, rule: str, message: Text, most: int = 2000) -> str:
    """The text without blanks around it; raises `Invalid` where nothing is said, or too much."""
    words = text.strip()
    if not words:
        raise refuse(pointer, rule, message)
    if len(words) > most:
        raise refuse(pointer, "length", _("Too long: at most {most} characters.", most=most))
    return words


def basis_of(codes: Codebook, code: str, act: str, post: str, on: dt.date) -> str:
    """The legal basis of an act at a post: the one named, or the first that its administration has for it.

    Raises `Invalid` for one that is none of this act's here today.
    """
    known = [
        entry.code
        for entry in codes.entries(BASES, on)
        if act in str(entry.attributes.get("act") or "").split()
        and entry.attributes.get("administration") in (None, "", post[:2])
    ]
    if code and code not in known:
        choices = ", ".join(known) or "–"
        raise refuse("/basis", "offence.basis", _("Choose a legal basis of the list: {choices}.", choices=choices))
    if not known:
        raise refuse("/basis", "offence.basis", _("The list of legal bases has none for this. Have one entered."))
    return code or known[0]


def numbered(session: Session, post: str, series: str, *, by: Actor) -> str:
    """The next number of a series of the post, for who holds and seizes there; its own row is the last lock of a
    transaction."""
    by.need(HOLDING, post)
    session.flush()
    drawn = numbering.draw(session, post, series)
    return numbering.official_number(post, drawn.year, drawn.number, series)


def must_be_items(items: tuple[int, ...], declared: int) -> list[int] | None:
    """The items in order, or None for all; raises `Invalid` for those that are not declared, and for one named twice."""
    unknown = sorted({item for item in items if not 1 <= item <= declared})
    if unknown:
        told = ", ".join(map(str, unknown[:20]))
        raise refuse(
            "/items", "offence.items", _("There are no items {items}. Choose among those declared.", items=told)
        )
    twice = sorted(item for item, count in Counter(items).items() if count > 1)
    if twice:
        told = ", ".join(map(str, twice[:20]))
        raise refuse("/items", "offence.items-twice", _("Items {items} are named twice. Name each once.", items=told))
    return sorted(items) or None


def about(subject: Subject, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """The columns that say what a row is about, who made it and when."""
    return {
        "post": subject.post,
        "declaration_id": subject.declaration_id,
        "movement_post": subject.movement_post,
        "movement_id": subject.movement_id,
        "reference": subject.reference,
        "mrn": subject.mrn,
        "party": subject.party,
        "person": by.person,
        "name": by.name,
        "at": at,
    }


def told(row: Base) -> dict[str, Any]:
    """A row as the journal keeps it."""
    return {c.key: getattr(row, c.key) for c in row.__mapper__.columns if c.key not in _LEFT_OUT | {"id"}}


def note(
    session: Session,
    kind: str,
    post: str,
    subject: UUID,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    tells: Any = None,
    at: dt.datetime | None = None,
) -> None:
    """Journals an act; `tells` is the row of which the outbox tells, too, that it happened, without reasons."""
    journal.record(
        session,
        by=by,
        event=f"{kind}.{event}",
        kind=kind,
        subject=subject,
        post=post,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )
    if tells is not None and at is not None:
        payload = {"reference": tells.reference, "mrn": tells.mrn, "number": tells.number, "party": tells.party}
        outbox.put(session, post=post, topic=f"{kind}.{event}", subject=subject, payload=payload, at=at)

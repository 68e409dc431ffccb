"""The verbs of a detention: hold, hold longer once, end."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.offences import queries
from app.offences.commands import Detain, Extend, Subject
from app.offences.lifecycle import Action, How, Status
from app.offences.models import Detention
from app.offences.operations.noting import (
    DETENTION,
    HOLDING,
    SENIOR,
    about,
    basis_of,
    must_be_items,
    note,
    numbered,
    refuse,
    said,
    told,
)
from app.reference.codebook import Codebook

SERIES = "DT"
#: Where the parameters are not set.
TERM_DAYS = 10
LONGER_DAYS = 20


def detain(
    session: Session, subject: Subject, command: Detain, codes: Codebook, at: dt.datetime, days: int, *, by: Actor
) -> Detention:
    """Holds goods until a moment; `days` is the longest term. What is held already stays as it is: it has its term.

    Raises `Invalid` for a term that is past or longer than the law gives.
    """
    role = by.need(HOLDING, subject.post).role
    running = queries.running(session, subject)
    if running is not None:
        raise WrongState(
            _("These goods are held already, under number {number}.", number=running.number),
            facts={"number": running.number, "until": running.term.isoformat()},
        )
    latest = at + dt.timedelta(days=days)
    until = command.until or latest
    if not at < until <= latest:
        raise refuse(
            "/until", "detention.term", _("Goods are held for {days} days at most, and not into the past.", days=days)
        )
    row = Detention(
        **about(subject, by, at),
        id=uuid7(),
        basis=basis_of(codes, command.basis, "hold", subject.post, codes.day_at(subject.post, at)),
        reason=said(command.reason, "/reason", "detention.reason", _("Say why the goods are held.")),
        until=until,
        place=command.place.strip(),
        items=must_be_items(command.items, subject.items),
        status=Status.RUNNING.value,
        number=numbered(session, subject.post, SERIES, by=by),
    )
    session.add(row)
    session.flush()
    note(
        session,
        DETENTION,
        row.post,
        row.id,
        "begun",
        by=by,
        role=role,
        after=_state(row),
        reason=row.reason,
        tells=row,
        at=at,
    )
    return row


def _state(row: Detention) -> dict[str, object]:
    return {"declaration": row.declaration_id, "movement": row.movement_id, "version": row.version, **told(row)}


def extend(session: Session, row: Detention, command: Extend, at: dt.datetime, days: int, *, by: Actor) -> Detention:
    """Makes the term longer, once; the deed of a senior person who is not the one that began it."""
    role = by.need(SENIOR, row.post).role
    if row.person == by.person:
        raise Forbidden(_("You began this detention. Another person must make it longer."))
    if row.status == Status.EXTENDED:
        raise WrongState(_("This term was made longer already. Decide about the goods."), facts={"state": row.status})
    latest = row.until + dt.timedelta(days=days)
    if not row.until < command.until <= latest or command.until <= at:
        raise refuse(
            "/until",
            "detention.longer",
            _("Choose a time after the present term, at most {days} days later.", days=days),
        )
    before = {"status": row.status}
    row.move(Action.EXTEND)
    row.extended_until, row.extended_by, row.extended_name, row.extended_at = command.until, by.person, by.name, at
    row.extended_reason = said(command.reason, "/reason", "detention.reason", _("Say why it takes longer."))
    session.flush()
    after = {"status": row.status, "version": row.version, "extended_until": row.extended_until}
    note(
        session,
        DETENTION,
        row.post,
        row.id,
        "extended",
        by=by,
        role=role,
        before=before,
        after=after,
        reason=row.extended_reason,
        tells=row,
        at=at,
    )
    return row


def end(session: Session, subject: Subject, how: How, at: dt.datetime, *, by: Actor, role: str) -> Detention | None:
    """Ends what runs, because something was decided; None where nothing runs."""
    row = queries.running(session, subject, lock=True)
    if row is None:
        return None
    before = {"status": row.status}
    row.move(Action.END)
    row.ended_at, row.ended_how, row.ended_by, row.ended_name = at, how.value, by.person, by.name
    session.flush()
    after = {"status": row.status, "version": row.version, "ended_how": row.ended_how}
    note(session, DETENTION, row.post, row.id, "ended", by=by, role=role, before=before, after=after, tells=row, at=at)
    return row

"""Claiming, giving back, taking over; keeping filters."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.claims.commands import KeepFilter, Work
from app.claims.lifecycle import Ending, Of
from app.claims.models import SavedFilter, WorkClaim
from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _

KIND = "claim"
#: Who works on things.
WORKING = ("officer", "inspector", "supervisor")
MOST_FILTERS = 20
LONGEST_NAME = 60


def claim(session: Session, work: Work, minutes: int, *, by: Actor) -> WorkClaim:
    """“I work on this.” One's own claim goes on for so many minutes more.

    Raises `WrongState` naming who works on it already: he gives it back, or it is taken over with a reason.
    """
    role = by.need(WORKING, work.post).role
    at = now(session)
    held = _open(session, work.post, work.subject)
    if held is not None and held.idle_at <= at:
        _end(session, held, Ending.IDLE, at, by=by, role=role)
        held = None
    if held is None:
        made = _make(session, work, at, minutes, by=by, role=role)
        if made is not None:
            return made
        held = _open(session, work.post, work.subject)
    if held is None or held.person != by.person:
        raise WrongState(
            _("{name} works on this already. Take it over, and say why, if you must.", name=_name(held)),
            facts={"claimed_by": _name(held)},
        )
    held.idle_at = max(held.idle_at, at + dt.timedelta(minutes=minutes))
    session.flush()
    return held


def release(session: Session, post: str, subject: UUID, *, by: Actor) -> None:
    """One's own claim is given back. Where none holds any more, nothing is said of it."""
    role = by.need(WORKING, post).role
    held = _open(session, post, subject)
    if held is None:
        return
    if held.person != by.person:
        raise WrongState(_("{name} works on this. Only he gives it back.", name=held.name))
    _end(session, held, Ending.RELEASED, now(session), by=by, role=role)


def take_over(session: Session, work: Work, reason: str, minutes: int, *, by: Actor) -> WorkClaim:
    """Another one works on it from now on, and says why. Both names and the reason are kept.

    Raises `Invalid` without a reason, `WrongState` for one's own claim or where nobody works on it any more.
    """
    role = by.need(WORKING, work.post).role
    said = reason.strip()
    if not said or len(said) > 2000:
        message = _("Say why you take it over, in at most {most} characters.", most=2000)
        raise Invalid(findings=[Finding("/reason", "claim.reason", message)])
    held = _open(session, work.post, work.subject)
    at = now(session)
    if held is None or held.idle_at <= at:
        raise WrongState(_("Nobody works on this any more. Claim it."))
    if held.person == by.person:
        raise WrongState(_("You work on this yourself already."))
    _end(session, held, Ending.TAKEN, at, by=by, role=role, reason=said)
    made = _make(session, work, at, minutes, by=by, role=role)
    if made is None:
        raise WrongState(_("Somebody else has just taken it over. Look again."))
    return made


def renew(session: Session, post: str, subject: UUID, minutes: int, *, by: Actor) -> None:
    """A deed of his shows that he still works on it."""
    by.need(WORKING, post)
    at = now(session)
    session.execute(
        update(WorkClaim)
        .where(
            WorkClaim.post == post,
            WorkClaim.subject == subject,
            WorkClaim.person == by.person,
            WorkClaim.ended_at.is_(None),
            WorkClaim.idle_at > at,
        )
        .values(idle_at=at + dt.timedelta(minutes=minutes))
    )


def decided(session: Session, subject: UUID, *, by: Actor, post: str | None = None) -> None:
    """It is decided, by whomever: nobody works on it any more, at this post or at all."""
    rows = select(WorkClaim).where(WorkClaim.subject == subject, WorkClaim.ended_at.is_(None))
    if post is not None:
        rows = rows.where(WorkClaim.post == post)
    for held in session.execute(rows.order_by(WorkClaim.post).with_for_update()).scalars():
        _end(session, held, Ending.DECIDED, now(session), by=by, role="")


def _open(session: Session, post: str, subject: UUID) -> WorkClaim | None:
    rows = select(WorkClaim).where(WorkClaim.post == post, WorkClaim.subject == subject, WorkClaim.ended_at.is_(None))
    found = session.execute(rows.with_for_update(), execution_options={"populate_existing": True})
    return found.scalar_one_or_none()


def _make(session: Session, work: Work, at: dt.datetime, minutes: int, *, by: Actor, role: str) -> WorkClaim | None:
    """None where somebody was quicker."""
    id = uuid7()
    row = {
        "post": work.post,
        "id": id,
        "about": work.about,
        "subject": work.subject,
        "reference": work.reference,
        "person": by.person,
        "name": by.name,
        "claimed_at": at,
        "idle_at": at + dt.timedelta(minutes=minutes),
    }
    made = session.execute(insert(WorkClaim).values(**row).on_conflict_do_nothing().returning(WorkClaim.id))
    if made.scalar_one_or_none() is None:
        return None
    told = {"claim": id, "reference": work.reference, "name": by.name}
    _note(session, "claimed", work.post, work.subject, by=by, role=role, after=told)
    return session.get_one(WorkClaim, (work.post, id))


def _end(
    session: Session, held: WorkClaim, how: Ending, at: dt.datetime, *, by: Actor, role: str, reason: str = ""
) -> None:
    held.ended_at, held.ended_how = max(at, held.claimed_at), how.value
    held.ended_by, held.ended_name, held.reason = by.person, by.name, reason or None
    session.flush()
    before = {"claim": held.id, "reference": held.reference, "name": held.name}
    _note(session, how.value, held.post, held.subject, by=by, role=role, before=before, reason=reason)


def _note(
    session: Session,
    event: str,
    post: str,
    subject: UUID,
    *,
    by: Actor,
    role: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        session,
        by=by,
        event=f"{KIND}.{event}",
        kind=KIND,
        subject=subject,
        post=post,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )


def _name(held: WorkClaim | None) -> str:
    return held.name if held is not None else "?"


# --- Filters --------------------------------------------------------------------------------------------------------------


def keep_filter(session: Session, command: KeepFilter, *, by: Actor) -> SavedFilter:
    """Keeps a filter for oneself; the same name again replaces it. At most twenty, the database counts as well.

    Raises `Invalid` for a name that is blank or too long, `WrongState` when all places are taken.
    """
    name = " ".join(command.name.split())
    if not name or len(name) > LONGEST_NAME:
        message = _("Give it a name of at most {most} characters.", most=LONGEST_NAME)
        raise Invalid(findings=[Finding("/name", "filter.name", message)])
    if command.of not in {each.value for each in Of}:
        raise NotFound()
    mine = _mine(session, by.person)
    if command.is_default:
        _none_is_default(session, command.of, by=by)
    kept = next((row for row in mine if (row.of_list, row.name) == (command.of, name)), None)
    if kept is None:
        kept = _new_filter(session, command.of, name, {row.slot for row in mine}, by=by)
    kept.asked, kept.is_default, kept.changed_at = dict(command.asked), command.is_default, now(session)
    session.flush()
    return kept


def make_default(session: Session, id: UUID, *, by: Actor) -> SavedFilter:
    """The list opens with this filter from now on; with none, if it was the default before."""
    kept = _own(session, id, by=by)
    was = kept.is_default
    _none_is_default(session, kept.of_list, by=by)
    kept.is_default = not was
    session.flush()
    return kept


def drop_filter(session: Session, id: UUID, *, by: Actor) -> None:
    kept = _own(session, id, by=by)
    session.execute(delete(SavedFilter).where(SavedFilter.post == kept.post, SavedFilter.id == kept.id))


def _new_filter(session: Session, of: str, name: str, taken: set[int], *, by: Actor) -> SavedFilter:
    free = next((slot for slot in range(1, MOST_FILTERS + 1) if slot not in taken), None)
    if free is None:
        raise WrongState(_("You keep {most} filters already. Remove one first.", most=MOST_FILTERS))
    made = SavedFilter(
        post=node_post(), id=uuid7(), person=by.person, of_list=of, name=name, asked={}, is_default=False, slot=free,
        changed_at=now(session),
    )  # fmt: skip
    session.add(made)
    return made


def _mine(session: Session, person: UUID) -> list[SavedFilter]:
    return list(session.execute(select(SavedFilter).where(SavedFilter.person == person).with_for_update()).scalars())


def _own(session: Session, id: UUID, *, by: Actor) -> SavedFilter:
    rows = select(SavedFilter).where(SavedFilter.id == id, SavedFilter.person == by.person).with_for_update()
    kept = session.execute(rows).scalar_one_or_none()
    if kept is None:
        raise NotFound()
    return kept


def _none_is_default(session: Session, of: str, *, by: Actor) -> None:
    rows = update(SavedFilter).where(SavedFilter.person == by.person, SavedFilter.of_list == of, SavedFilter.is_default)
    session.execute(rows.values(is_default=False), execution_options={"synchronize_session": "fetch"})

"""Rosters: who is on duty at a post, written by its supervisors before the duty.

Nothing written is altered: a changed shift ends on the roster and another one takes its place, so that the roster of every
past moment can be told, and hours written down afterwards cover no earlier act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import User
from app.core import journal
from app.core.actors import Actor
from app.core.canonical import instant
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState, pointer
from app.core.ids import uuid7
from app.core.text import _, excerpt, normal
from app.duty import queries
from app.duty.commands import CancelShift, ChangeShift, PlanShift
from app.duty.models import Shift
from app.duty.rules import planning
from app.duty.rules.codes import Ending

#: Who writes rosters, qualifications and others' conflicts.
KEEPING = ("supervisor",)
#: Who can be on a roster.
ON_ROSTER = ("inspector", "officer", "supervisor", "liaison")
KIND = "duty_shift"


def plan(session: Session, command: PlanShift, *, by: Actor) -> Shift:
    """Writes a shift. Raises `Forbidden`, or `Invalid` for a person without a role at the post, hours that are over, too
    long, or in which he is on duty already."""
    grant = _may_keep(by, command.post)
    _refuse(_faults(session, command))
    user = accounts.find(session, command.login)
    assert user is not None  # of_person has found it
    return _write(session, command, user, None, by=by, role=grant)


def change(session: Session, command: ChangeShift, *, by: Actor) -> Shift:
    """Puts another shift of the same person in the place of one. Raises `NotFound`, `Forbidden`, `Invalid`, or `WrongState`
    for a shift that is over or has left the roster."""
    old = queries.shift(session, command.shift, by=by, lock=True)
    role = _may_keep(by, old.post)
    _must_stand(session, old)
    user = accounts.of_person(session, old.person)
    planned = PlanShift(
        user.login, old.post, command.starts_at, command.ends_at, command.agency, command.place, command.lane
    )
    _refuse([*planning.of_reason(command.reason), *_faults(session, planned, instead_of=old)])
    _end(session, old, Ending.CHANGED, command.reason, by=by, role=role)
    session.flush()
    return _write(session, planned, user, old, by=by, role=role)


def cancel(session: Session, command: CancelShift, *, by: Actor) -> Shift:
    """Takes a shift off the roster from now on. Raises `NotFound`, `Forbidden`, `Invalid` or `WrongState`."""
    old = queries.shift(session, command.shift, by=by, lock=True)
    role = _may_keep(by, old.post)
    _must_stand(session, old)
    _refuse(list(planning.of_reason(command.reason)))
    _end(session, old, Ending.CANCELLED, command.reason, by=by, role=role)
    session.flush()
    return old


def faults_of(session: Session, commands: Sequence[tuple[int, PlanShift]], *, by: Actor) -> list[tuple[int, Finding]]:
    """Everything wrong with many new shifts, each with its line; those that overlap each other too. Asked by who keeps the
    roster of their post."""
    for post in sorted({command.post for _line, command in commands}):
        _may_keep(by, post)
    found: list[tuple[int, Finding]] = []
    sound: list[tuple[int, PlanShift]] = []
    for line, command in commands:
        wrong = _faults(session, command)
        found += [(line, fault) for fault in wrong]
        if not wrong:
            sound.append((line, command))
    taken: dict[str, list[tuple[int, PlanShift]]] = {}
    for line, command in sound:
        others = taken.setdefault(command.login.lower(), [])
        for before, other in others:
            if command.starts_at < other.ends_at and other.starts_at < command.ends_at:
                told = _("Line {line} has this person on duty at the same time.", line=before)
                found.append((line, Finding(pointer("starts_at"), "shift-overlap", told)))
                break
        others.append((line, command))
    return found


def _may_keep(by: Actor, post: str) -> str:
    by.need_scope("write")
    return by.need(KEEPING, post).role


def _faults(session: Session, command: PlanShift, instead_of: Shift | None = None) -> list[Finding]:
    found = [
        *planning.of_hours(command.starts_at, command.ends_at, now(session)),
        *planning.of_where(command.agency, command.place, command.lane),
    ]
    user = accounts.find(session, command.login)
    if user is None:
        told = _("There is no login “{login}”.", login=excerpt(command.login))
        return [*found, Finding(pointer("login"), "shift-person", told)]
    if not accounts.holds_at(session, user.id, command.post, ON_ROSTER, max(command.starts_at, now(session))):
        told = _(
            "{name} holds no role at {post} then. Propose the grant first, or correct the person.",
            name=user.person.name, post=command.post,
        )  # fmt: skip
        found.append(Finding(pointer("login"), "shift-role", told))
    accounts.hold_person(session, user.person_id)
    other = _overlapping(session, user, command, instead_of)
    if other is not None:
        told = _(
            "{name} is on duty already at {post} from {start} to {end}. Change or cancel that shift first.",
            name=user.person.name, post=other.post, start=instant(other.starts_at), end=instant(other.ends_at),
        )  # fmt: skip
        found.append(Finding(pointer("starts_at"), "shift-overlap", told))
    return found


def _overlapping(session: Session, user: User, command: PlanShift, instead_of: Shift | None) -> Shift | None:
    query = select(Shift).where(
        Shift.person == user.person_id,
        Shift.ended_at.is_(None),
        Shift.starts_at < command.ends_at,
        Shift.ends_at > command.starts_at,
    )
    if instead_of is not None:
        query = query.where(Shift.id != instead_of.id)
    return session.execute(query.order_by(Shift.starts_at).limit(1)).scalar_one_or_none()


def _must_stand(session: Session, old: Shift) -> None:
    if old.ended_at is not None:
        raise WrongState(_("This shift has left the roster already."))
    if old.ends_at <= now(session):
        raise WrongState(_("This shift is over, and the roster of the past is not rewritten."))


def _write(session: Session, command: PlanShift, user: User, old: Shift | None, *, by: Actor, role: str) -> Shift:
    made = Shift(
        post=command.post,
        id=uuid7(),
        person=user.person_id,
        name=user.person.name,
        agency=command.agency,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        place=normal(command.place),
        lane=normal(command.lane),
        set_by=by.person,
        set_name=by.name,
        set_at=now(session),
        replaces=old.id if old else None,
    )
    session.add(made)
    session.flush()
    journal.record(
        session,
        by=by,
        event="duty.shift-planned",
        kind=KIND,
        subject=made.id,
        post=made.post,
        after=_facts(made),
        role=role,
    )
    return made


def _end(session: Session, old: Shift, how: Ending, reason: str, *, by: Actor, role: str) -> None:
    old.ended_at, old.ended_by, old.ended_name = now(session), by.person, by.name
    old.ended_reason, old.ended_how = normal(reason), how.value
    journal.record(
        session, by=by, event=f"duty.shift-{how.value}", kind=KIND, subject=old.id, post=old.post,
        before=_facts(old), after={"ended_how": how.value, "ended_at": old.ended_at}, reason=normal(reason), role=role,
    )  # fmt: skip


def _facts(shift: Shift) -> dict[str, Any]:
    names = ("person", "name", "agency", "starts_at", "ends_at", "place", "lane", "replaces")
    return {name: _stored(getattr(shift, name)) for name in names if getattr(shift, name) is not None}


def _stored(value: Any) -> Any:
    return instant(value) if isinstance(value, dt.datetime) else value


def _refuse(found: list[Finding]) -> None:
    if found:
        raise Invalid(findings=found)

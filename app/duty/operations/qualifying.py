"""What people may do, and in whose matters they have an interest; written by supervisors, interests also by who has them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import User
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState, pointer
from app.core.ids import uuid7
from app.core.text import _, excerpt, normal
from app.duty import queries
from app.duty.commands import DeclareConflict, EndConflict, EndQualification, Qualify
from app.duty.models import Conflict, Qualification
from app.duty.operations.rosters import KEEPING, ON_ROSTER
from app.duty.rules import planning

QUALIFICATION, CONFLICT = "duty_qualification", "duty_conflict"


def qualify(session: Session, command: Qualify, *, by: Actor) -> Qualification:
    """Records that somebody may do inspections of a type, or acts for an agency. Raises `Forbidden` (nobody qualifies
    himself) or `Invalid`."""
    by.need_scope("write")
    role = by.need(KEEPING, command.post).role
    user, found = _colleague(session, command.login, command.post)
    found = [*found, *planning.of_qualification(command)]
    if found or user is None:
        raise Invalid(findings=found)
    if user.person_id == by.person:
        raise Forbidden(_("Nobody qualifies himself. Ask another supervisor."))
    accounts.hold_person(session, user.person_id)
    _must_be_new(session, user, command)
    made = Qualification(
        post=command.post,
        id=uuid7(),
        person=user.person_id,
        name=user.person.name,
        kind=command.kind,
        code=command.code,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        certificate=normal(command.certificate),
        given_by=by.person,
        given_name=by.name,
        given_at=now(session),
    )
    session.add(made)
    session.flush()
    after = _facts(made, ("person", "name", "kind", "code", "valid_from", "valid_to", "certificate"))
    journal.record(
        session,
        by=by,
        event="duty.qualified",
        kind=QUALIFICATION,
        subject=made.id,
        post=made.post,
        after=after,
        role=role,
    )
    return made


def end_qualification(session: Session, command: EndQualification, *, by: Actor) -> Qualification:
    """Takes a qualification away from now on. Raises `NotFound`, `Forbidden`, `Invalid` or `WrongState`."""
    by.need_scope("write")
    held = queries.qualification(session, command.qualification, by=by, lock=True)
    role = by.need(KEEPING, held.post).role
    _end(session, held, command.reason, by=by)
    _tell_end(session, held, "duty.qualification-ended", QUALIFICATION, by=by, role=role)
    return held


def declare_conflict(session: Session, command: DeclareConflict, *, by: Actor) -> Conflict:
    """Records that somebody has an interest in a firm, so that chance never sends him to its goods. The person tells it
    himself, or a supervisor of the post. Raises `Forbidden`, `Invalid`, or `WrongState` if it stands there already."""
    by.need_scope("write")
    if command.login.lower() != by.login.lower():
        by.need(KEEPING, command.post)
    user, found = _colleague(session, command.login, command.post)
    found = [*found, *planning.of_conflict(command)]
    if found or user is None:
        raise Invalid(findings=found)
    accounts.hold_person(session, user.person_id)
    made = Conflict(
        post=command.post,
        id=uuid7(),
        person=user.person_id,
        name=user.person.name,
        party=normal(command.party),
        party_name=normal(command.party_name),
        party_key=planning.party_key(command.party),
        name_key=planning.name_key(command.party_name),
        relation=command.relation,
        note=normal(command.note),
        declared_by=by.person,
        declared_name=by.name,
        declared_at=now(session),
    )
    _must_be_unknown(session, made)
    session.add(made)
    session.flush()
    after = _facts(made, ("person", "name", "party", "party_name", "relation", "note"))
    journal.record(
        session, by=by, event="duty.conflict-declared", kind=CONFLICT, subject=made.id, post=made.post, after=after
    )
    return made


def end_conflict(session: Session, command: EndConflict, *, by: Actor) -> Conflict:
    """Ends a conflict of interest, with the reason; never by the one who has it. Raises `NotFound`, `Forbidden`, `Invalid`
    or `WrongState`."""
    by.need_scope("write")
    held = queries.conflict(session, command.conflict, by=by, lock=True)
    role = by.need(KEEPING, held.post).role
    if held.person == by.person:
        raise Forbidden(_("Nobody ends his own conflict of interest. Ask another supervisor."))
    _end(session, held, command.reason, by=by)
    _tell_end(session, held, "duty.conflict-ended", CONFLICT, by=by, role=role)
    return held


def _colleague(session: Session, login: str, post: str) -> tuple[User | None, list[Finding]]:
    """The account of somebody who works at the post, or what is wrong with the login."""
    user = accounts.find(session, login)
    if user is None:
        told = _("There is no login “{login}”.", login=excerpt(login))
        return None, [Finding(pointer("login"), "duty-person", told)]
    if not accounts.holds_at(session, user.id, post, ON_ROSTER, now(session)):
        told = _(
            "{name} does not work at {post}. Correct the person or the post.", name=user.person.name, post=excerpt(post)
        )
        return user, [Finding(pointer("login"), "duty-role", told)]
    return user, []


def _must_be_new(session: Session, user: User, command: Qualify) -> None:
    held = select(Qualification).where(
        Qualification.person == user.person_id,
        Qualification.kind == command.kind,
        Qualification.code == command.code,
        Qualification.ended_at.is_(None),
    )
    for other in session.execute(held).scalars():
        begins_after = command.valid_to is not None and other.valid_from > command.valid_to
        ends_before = other.valid_to is not None and other.valid_to < command.valid_from
        if not (begins_after or ends_before):
            raise WrongState(_("{name} has this qualification for these days already.", name=user.person.name))


def _must_be_unknown(session: Session, made: Conflict) -> None:
    same = select(Conflict.id).where(
        Conflict.person == made.person,
        Conflict.party_key == made.party_key,
        Conflict.name_key == made.name_key,
        Conflict.ended_at.is_(None),
    )
    if session.execute(same.limit(1)).first() is not None:
        raise WrongState(_("This conflict of interest is on record already."))


def _end(session: Session, held: Qualification | Conflict, reason: str, *, by: Actor) -> None:
    found = list(planning.of_reason(reason))
    if found:
        raise Invalid(findings=found)
    if held.ended_at is not None:
        raise WrongState(_("This has ended already."))
    held.ended_at, held.ended_by, held.ended_name = now(session), by.person, by.name
    held.ended_reason = normal(reason)
    session.flush()


def _tell_end(session: Session, held: Qualification | Conflict, event: str, kind: str, *, by: Actor, role: str) -> None:
    journal.record(
        session, by=by, event=event, kind=kind, subject=held.id, post=held.post,
        after={"ended_at": held.ended_at}, reason=held.ended_reason or "", role=role,
    )  # fmt: skip


def _facts(made: Qualification | Conflict, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(made, name) for name in names}

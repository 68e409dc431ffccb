"""What every verb of a movement does around its own deed: who may, journal, outbox, the offices' stages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal, outbox, versions
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.text import Text, _
from app.transit import queries
from app.transit.lifecycle import LIFE, OPEN, Action, Office, Status
from app.transit.models import Movement

KIND = "transit"
#: Who acts for an office.
DECIDING = ("officer", "supervisor")
SENIOR = ("supervisor",)
WATCHING = ("officer", "inspector", "supervisor")
ANYWHERE = tuple(Office)


def note(
    session: Session,
    movement: Movement,
    event: str,
    *,
    by: Actor,
    office: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> None:
    """Journals an act on a movement and puts the fact into the outbox. `after` always carries status and version, and
    the office that acted."""
    state = {"status": movement.status, "version": movement.version, **({"office": office} if office else {})}
    journal.record(
        session,
        by=by,
        event=f"transit.{event}",
        kind=KIND,
        subject=movement.id,
        post=movement.post,
        before=before,
        after={**state, **(after or {})},
        reason=reason,
        role=role,
    )
    payload = {"reference": movement.reference, "mrn": movement.mrn, "status": movement.status}
    if office:
        payload["office"] = office
    outbox.put(
        session,
        post=movement.post,
        topic=f"transit.{event}",
        subject=movement.id,
        payload=payload,
        at=movement.changed_at,
    )


def must_allow(movement: Movement, action: Action) -> None:
    """Raises `WrongState` if the action is not possible now, before anything else is looked at."""
    LIFE.move(Status(movement.status), action)


def must_bear_seals(movement: Movement) -> None:
    """Raises `WrongState` for goods that are not before an office or on the road: nobody puts seals or devices on
    those."""
    if Status(movement.status) not in (Status.LODGED, Status.UNDER_CONTROL, *OPEN):
        raise barred("seal.state", _("Seals are put on goods that are presented or under way."), state=movement.status)


def at_office(
    session: Session,
    reference: str,
    office: str,
    version: int | None,
    *,
    by: Actor,
    roles: tuple[str, ...] = DECIDING,
    parts: tuple[Office, ...] = ANYWHERE,
) -> tuple[Movement, str]:
    """The movement, locked, and the role in which this person acts for an office that has such a part in it.

    Raises `NotFound` for what one may not see, `Forbidden` for an office that is not his or has no such part,
    `ChangedMeanwhile` on an old screen.
    """
    by.need_scope("decide")
    movement = queries.locked(session, reference, by=by)
    role = "system" if by.is_node else by.need(roles, office).role
    if movement.party in by.parties(movement.post):
        raise Forbidden(_("You act for {party} yourself. Another person must do this.", party=movement.party))
    if not by.is_node and not _has_part(session, movement, office, parts):
        raise Forbidden(_("{office} does not have this part in the movement.", office=office))
    versions.expect_version(session, KIND, movement, version)
    return movement, role


def _has_part(session: Session, movement: Movement, office: str, parts: tuple[Office, ...]) -> bool:
    return any(row.office == office and Office(row.role) in parts for row in queries.offices(session, movement))


def for_holder(session: Session, reference: str, version: int | None, *, by: Actor) -> Movement:
    """The movement, locked, for a trader whose grant names its holder."""
    by.need_scope("write")
    movement = queries.locked(session, reference, by=by)
    must_act_for(movement, by=by)
    versions.expect_seen(movement, version)
    return movement


def must_act_for(movement: Movement, *, by: Actor) -> None:
    """Only a trader whose grant names the holder's firm acts for it."""
    by.need(("trader",), movement.post)
    if movement.party not in by.parties(movement.post):
        raise Forbidden(_("You do not act for {party}.", party=movement.party))


def refuse(pointer: str, rule: str, message: Text) -> Invalid:
    """A refusal at one field."""
    return Invalid(findings=[Finding(pointer, rule, message)])


def barred(rule: str, message: Text, **facts: Any) -> WrongState:
    """A refusal because of how things stand."""
    return WrongState(message, facts=facts or None, findings=[Finding("", rule, message)])


def must_be_said(text: str, pointer: str, rule: str, message: Text) -> str:
    """The text without blanks around it; raises `Invalid` where nothing is said."""
    if not text.strip():
        raise refuse(pointer, rule, message)
    return text.strip()


def not_after(moment: dt.datetime | None, at: dt.datetime, pointer: str) -> dt.datetime:
    """The moment told, or now; what has not happened yet cannot be told."""
    if moment is None:
        return at
    if moment > at + dt.timedelta(minutes=5):
        raise refuse(pointer, "moment.future", _("This moment has not come yet. Give the time at which it happened."))
    return min(moment, at)


def within_life(movement: Movement, moment: dt.datetime, pointer: str) -> dt.datetime:
    """The moment, not before the release; raises `Invalid` for one in a second before that of the release: what happened
    then is not of this movement."""
    message = _("This is before the goods were released for transit. Give the time at which it happened.")
    return _not_before(movement.released_at, moment, pointer, "moment.before-release", message)


def after_lodging(movement: Movement, moment: dt.datetime, pointer: str) -> dt.datetime:
    """The same with the moment at which the movement was lodged: for what offices do before they release it."""
    message = _("This is before the movement was lodged. Give the time at which it happened.")
    return _not_before(movement.lodged_at, moment, pointer, "moment.before-lodging", message)


def _not_before(first: dt.datetime | None, moment: dt.datetime, pointer: str, rule: str, message: Text) -> dt.datetime:
    if first is None:
        return moment
    if moment < first.replace(microsecond=0):
        raise refuse(pointer, rule, message)
    return max(moment, first)

"""Changes of what is declared before release, and requests to invalidate.

What the holder asks for before a control is ordered happens at once. Under control an official decides. After release
the holder can ask for nothing (NCTS answers with code 92, out of sequence); an office cancels, and two persons agree.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound
from app.core.text import _
from app.reference.tables import Codes
from app.transit import queries
from app.transit.commands import Amend, DecideAmendment, Declared
from app.transit.course import advance
from app.transit.lifecycle import OPEN, Action, RequestAction, Status
from app.transit.models import Movement, TransitAmendment
from app.transit.operations.contents import adopt, digest, write_content
from app.transit.operations.lodging import checked, may_declare
from app.transit.operations.noting import barred, must_allow, must_be_said, note, refuse

AMEND, INVALIDATE = "amendment", "invalidation"
_WHY = _("Say why.")


def in_sequence(movement: Movement) -> None:
    """Raises `WrongState` for what a holder may not undo any more."""
    if Status(movement.status) in OPEN:
        raise barred(
            "transit.out-of-sequence",
            _(
                "The goods are released for transit: the holder can neither amend nor invalidate any more (code 92). Ask the office of departure."
            ),
            state=movement.status,
        )


def amend(
    session: Session,
    movement: Movement,
    command: Amend,
    codes: Codes,
    posts: frozenset[str],
    at: dt.datetime,
    *,
    by: Actor,
) -> TransitAmendment:
    """The holder of a locked movement declares something else. Before control it holds at once, under control it is
    asked for; the rules are asked first in both cases."""
    in_sequence(movement)
    must_allow(movement, Action.AMEND)
    reason = must_be_said(command.reason, "/reason", "amendment.reason", _WHY)
    declared = command.declared
    may_declare(declared, by=by)
    if declared.post != movement.post:
        raise refuse(
            "/post", "amendment.post", _("The office of departure cannot be amended. Invalidate and lodge anew.")
        )
    if digest(declared) == queries.content(session, movement).sha256:
        raise refuse("", "amendment.nothing", _("Nothing is changed. Change what is wrong first."))
    early = movement.status == Status.PRELODGED.value
    checked(session, declared, codes, posts, at=at, movement=movement, early=early)
    asked = _asked(session, movement, AMEND, reason, at, by, body=declared.body())
    if movement.status == Status.UNDER_CONTROL.value:
        note(
            session,
            movement,
            "amendment-requested",
            by=by,
            after={"number": asked.number},
            reason=reason,
            role="trader",
        )
        return asked
    _enact(session, movement, asked, declared, at, by=by, role="trader")
    return asked


def invalidate(session: Session, movement: Movement, reason: str, at: dt.datetime, *, by: Actor) -> TransitAmendment:
    """The holder takes a locked movement back: at once before control, decided by an official under control."""
    in_sequence(movement)
    must_allow(movement, Action.INVALIDATE)
    reason = must_be_said(reason, "/reason", "invalidation.reason", _WHY)
    asked = _asked(session, movement, INVALIDATE, reason, at, by)
    if movement.status == Status.UNDER_CONTROL.value:
        note(
            session,
            movement,
            "invalidation-requested",
            by=by,
            after={"number": asked.number},
            reason=reason,
            role="trader",
        )
        return asked
    _cancel(session, movement, asked, at, by=by, role="trader", office="")
    return asked


def propose_cancellation(
    session: Session, movement: Movement, reason: str, office: str, at: dt.datetime, *, by: Actor, role: str
) -> TransitAmendment:
    """An official of the office of departure wants a locked movement to count no more; before release it happens at
    once, afterwards another person decides."""
    must_allow(movement, Action.INVALIDATE)
    reason = must_be_said(reason, "/reason", "invalidation.reason", _WHY)
    after_release = Status(movement.status) in OPEN
    asked = _asked(session, movement, INVALIDATE, reason, at, by, after_release=after_release)
    if after_release:
        note(
            session, movement, "cancellation-proposed", by=by, office=office, after={"number": asked.number},
            reason=reason, role=role,
        )  # fmt: skip
        return asked
    _cancel(session, movement, asked, at, by=by, role=role, office=office)
    return asked


def decide(
    session: Session,
    movement: Movement,
    command: DecideAmendment,
    codes: Codes,
    posts: frozenset[str],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> TransitAmendment:
    """An official settles a request about a locked movement; one after release is never decided by who asked."""
    asked = next((row for row in queries.amendments(session, movement) if row.number == command.number), None)
    if asked is None:
        raise NotFound()
    if asked.status != "requested":
        raise barred("amendment.settled", _("This request is already settled: {status}.", status=asked.status))
    if asked.requested_by == by.person:
        raise Forbidden(_("You asked for this yourself. Another person must decide it."))
    office = command.office or movement.post
    if not command.accept:
        answer = must_be_said(command.answer, "/answer", "amendment.answer", _("Say why you reject it."))
        _settle(asked, RequestAction.REJECT, answer, at, by)
        session.flush()
        event = "amendment-rejected" if asked.kind == AMEND else "invalidation-rejected"
        note(session, movement, event, by=by, office=office, after={"number": asked.number}, reason=answer, role=role)
        return asked
    if asked.kind == INVALIDATE:
        must_allow(movement, Action.INVALIDATE)
        _cancel(session, movement, asked, at, by=by, role=role, office=office, answer=command.answer)
        return asked
    must_allow(movement, Action.AMEND)
    declared = Declared.of(asked.body or {})
    checked(session, declared, codes, posts, at=at, movement=movement, early=False)
    _enact(session, movement, asked, declared, at, by=by, role=role, answer=command.answer, office=office)
    return asked


def overtake(session: Session, movement: Movement, at: dt.datetime, *, by: Actor) -> None:
    """Requests that still wait become idle when the movement moves on."""
    for row in queries.amendments(session, movement):
        if row.status == "requested":
            _settle(row, RequestAction.OVERTAKE, "", at, by)
    session.flush()


def _asked(
    session: Session,
    movement: Movement,
    kind: str,
    reason: str,
    at: dt.datetime,
    by: Actor,
    *,
    body: dict[str, Any] | None = None,
    after_release: bool = False,
) -> TransitAmendment:
    rows = queries.amendments(session, movement)
    waiting = next((row for row in rows if row.status == "requested"), None)
    if waiting is not None:
        raise barred(
            "amendment.waiting",
            _("A request by {name} already waits. It must be settled first.", name=waiting.requested_name),
            number=waiting.number,
        )
    asked = TransitAmendment(
        post=movement.post,
        movement_id=movement.id,
        number=len(rows) + 1,
        kind=kind,
        status="requested",
        after_release=after_release,
        body=body,
        reason=reason,
        requested_by=by.person,
        requested_name=by.name,
        requested_at=at,
    )
    session.add(asked)
    session.flush()
    return asked


def _settle(asked: TransitAmendment, action: RequestAction, answer: str, at: dt.datetime, by: Actor) -> None:
    asked.move(action)
    asked.answer = answer or None
    asked.decided_by, asked.decided_name, asked.decided_at = by.person, by.name, at


def _enact(
    session: Session,
    movement: Movement,
    asked: TransitAmendment,
    declared: Any,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    answer: str = "",
    office: str = "",
) -> None:
    before = {"content": movement.content, "sha256": queries.content(session, movement).sha256}
    movement.content += 1
    movement.amend_by = None
    adopt(movement, declared)
    movement.move(Action.AMEND, at)
    asked.content = movement.content
    _settle(asked, RequestAction.ACCEPT, answer, at, by)
    session.flush()
    sha256 = write_content(session, movement, declared, at, by=by)
    after = {"content": movement.content, "sha256": sha256, "number": asked.number}
    note(session, movement, "amended", by=by, office=office, before=before, after=after, reason=asked.reason, role=role)


def _cancel(
    session: Session,
    movement: Movement,
    asked: TransitAmendment,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    office: str,
    answer: str = "",
) -> None:
    _settle(asked, RequestAction.ACCEPT, answer, at, by)
    session.flush()  # before the movement changes: the database asks who has agreed to that
    before = advance(session, movement, Action.INVALIDATE, at)
    after = {"number": asked.number}
    note(
        session,
        movement,
        "invalidated",
        by=by,
        office=office,
        before=before,
        after=after,
        reason=asked.reason,
        role=role,
    )

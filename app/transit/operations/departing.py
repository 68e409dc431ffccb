"""At the office of departure: control, guarantee, release or its refusal."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.text import _
from app.transit import queries
from app.transit.commands import (
    ConcludeControl,
    Declared,
    OrderControl,
    RefuseGuarantee,
    RefuseRelease,
    Reject,
    Release,
)
from app.transit.course import advance, take_plates, take_volet
from app.transit.lifecycle import Action, Status
from app.transit.models import Movement, TransitControl
from app.transit.operations.changing import overtake
from app.transit.operations.noting import barred, must_allow, must_be_said, note, refuse

#: How long the holder has to name another guarantee, where the officer says nothing.
AMEND_WITHIN = dt.timedelta(days=3)
RESULTS = ("conform", "not-conform", "waived")


def reject(session: Session, movement: Movement, command: Reject, at: dt.datetime, *, by: Actor, role: str) -> None:
    """Refused as a declaration, before anything was looked at."""
    reason = must_be_said(command.reason, "/reason", "rejection.reason", _("Say why."))
    before = advance(session, movement, Action.REJECT, at)
    overtake(session, movement, at, by=by)
    note(session, movement, "rejected", by=by, office=command.office, before=before, reason=reason, role=role)


def order_control(
    session: Session, movement: Movement, command: OrderControl, at: dt.datetime, *, by: Actor, role: str
) -> TransitControl:
    """A decision to control the goods of a locked movement at an office, with the documents asked for."""
    must_allow(movement, Action.CONTROL)
    if not command.types:
        raise refuse("/types", "control.types", _("Choose at least one kind of control."))
    rows = queries.controls(session, movement)
    control = TransitControl(
        post=movement.post,
        movement_id=movement.id,
        number=len(rows) + 1,
        office=command.office,
        types=list(dict.fromkeys(command.types)),
        requested=list(command.requested),
        ordered_by=by.person,
        ordered_name=by.name,
        ordered_at=at,
    )
    session.add(control)
    before = advance(session, movement, Action.CONTROL, at)
    after = {"number": control.number, "types": control.types, "requested": control.requested}
    note(session, movement, "control-ordered", by=by, office=command.office, before=before, after=after, role=role)
    return control


def conclude_control(
    session: Session, movement: Movement, command: ConcludeControl, at: dt.datetime, *, by: Actor, role: str
) -> TransitControl:
    """What a control of a locked movement found. Waiving it needs another person than who ordered it."""
    control = next((row for row in queries.controls(session, movement) if row.number == command.number), None)
    if control is None or control.office != command.office:
        raise NotFound()
    if control.result is not None:
        raise barred("control.concluded", _("This control is concluded already."), number=control.number)
    if command.result not in RESULTS:
        raise refuse("/result", "control.result", _("Say whether it is conform, not conform or waived."))
    remarks = command.remarks.strip()
    if command.result != "conform":
        remarks = must_be_said(remarks, "/remarks", "control.remarks", _("Say what was found, or why it is waived."))
    if command.result == "waived" and control.ordered_by == by.person:
        raise barred("control.waived-alone", _("You ordered this control. Another person must waive it."))
    control.result, control.remarks = command.result, remarks or None
    control.evidence = [str(each) for each in command.evidence]
    control.concluded_by, control.concluded_name, control.concluded_at = by.person, by.name, at
    movement.changed_at = at
    session.flush()
    after = {"number": control.number, "result": control.result}
    note(session, movement, "control-concluded", by=by, office=command.office, after=after, reason=remarks, role=role)
    return control


def refuse_guarantee(
    session: Session, movement: Movement, command: RefuseGuarantee, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """The guarantee does not do; the holder may amend until the moment given, then the goods are not released."""
    if not command.reasons:
        raise refuse(
            "/reasons", "guarantee.reasons", _("Give at least one reason for which the guarantee does not do.")
        )
    amend_by = command.amend_by or at + AMEND_WITHIN
    if amend_by <= at:
        raise refuse("/amend_by", "limit.past", _("This moment is past. Give the holder time to amend."))
    movement.amend_by = amend_by
    before = advance(session, movement, Action.REFUSE_GUARANTEE, at)
    after = {"reasons": list(command.reasons), "amend_by": amend_by}
    note(session, movement, "guarantee-refused", by=by, office=command.office, before=before, after=after, role=role)


def refuse_release(
    session: Session, movement: Movement, command: RefuseRelease, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """The goods do not go; the movement ends."""
    reason = must_be_said(command.reason, "/reason", "refusal.reason", _("Say why."))
    before = advance(session, movement, Action.REFUSE_RELEASE, at)
    overtake(session, movement, at, by=by)
    note(session, movement, "release-refused", by=by, office=command.office, before=before, reason=reason, role=role)


def may_go(session: Session, movement: Movement) -> None:
    """Raises `WrongState` while a control is open or not conform, a guarantee is refused, or a request waits."""
    must_allow(movement, Action.RELEASE)
    controls = queries.controls(session, movement)
    if any(row.result is None for row in controls):
        raise barred("release.control-open", _("A control is not concluded yet. Conclude it first."))
    if controls and controls[-1].result == "not-conform":
        raise barred(
            "release.not-conform",
            _("The last control found the goods not as declared. Order another one, or refuse the release."),
        )
    if movement.amend_by is not None:
        raise barred(
            "release.guarantee-refused",
            _("The guarantee was refused and no other is named yet. The holder must amend."),
        )
    if any(row.status == "requested" for row in queries.amendments(session, movement)):
        raise barred("release.request-waiting", _("A request of the holder waits. Settle it first."))


def release(
    session: Session,
    movement: Movement,
    declared: Declared,
    command: Release,
    limit_at: dt.datetime,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    guarantees: list[dict[str, str]] | None = None,
) -> None:
    """Lets the goods of a locked movement go until `limit_at`: takes its plates and the volet of its carnet.

    The guarantees are debited and the seals taken before, in the same transaction (see `flows.movements`). Raises
    `Invalid` for a limit that is past, a plate on another open movement, and a volet that was taken out.
    """
    may_go(session, movement)
    if limit_at <= at:
        raise refuse("/limit_at", "limit.past", _("This limit is past. Give one that can be kept."))
    take_plates(session, movement, declared.plates, "/transport/vehicle/plate")
    _take_volet(session, movement, declared, command.office, at, by)
    movement.released_at, movement.limit_at = at, limit_at
    before = advance(session, movement, Action.RELEASE, at)
    after = {"limit_at": limit_at, "content": movement.content, "guarantees": guarantees or []}
    note(
        session, movement, "released", by=by, office=command.office, before=before, after=after,
        reason=command.remarks.strip(), role=role,
    )  # fmt: skip


def _take_volet(
    session: Session, movement: Movement, declared: Declared, office: str, at: dt.datetime, by: Actor
) -> None:
    """The page for departure or entry is taken out at release; its pair at the end of the operation."""
    carnet = declared.header.get("carnet")
    if carnet and movement.carnet:
        take_volet(session, movement, carnet["page"], office, at, by)


def end_without_release(session: Session, movement: Movement, reason: str, at: dt.datetime, *, by: Actor) -> None:
    """The holder did not name another guarantee in time."""
    if Status(movement.status) not in (Status.LODGED, Status.UNDER_CONTROL) or movement.amend_by is None:
        return
    before = advance(session, movement, Action.REFUSE_RELEASE, at)
    overtake(session, movement, at, by=by)
    note(session, movement, "release-refused", by=by, before=before, reason=reason, role="system")

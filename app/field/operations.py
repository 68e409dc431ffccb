"""The verbs of devices: register, lock out, release, keep what came, settle conflicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.text import _, fault_in, normal
from app.field import keys, queries, rules
from app.field.commands import Incoming, Receipt, Register, Settle, Verdict
from app.field.models import FieldDevice, FieldRecord, FieldSettlement
from app.field.queries import KEEPING

#: Who takes orders along to the truck.
TAKING = ("inspector", "officer", "supervisor")
SETTLING = ("supervisor",)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new device; `key` and `recovery` are told to it once and never again."""

    device: FieldDevice
    key: str = field(repr=False)
    recovery: bytes = field(repr=False)


def register(session: Session, command: Register, *, by: Actor) -> Registered:
    """Makes a telephone or tablet the person's own. Raises `Invalid`; `WrongState` where he has enough of them."""
    grant = by.need(TAKING, command.post)
    found = rules.of_device(command)
    if found:
        raise Invalid(findings=found)
    if queries.usable(session, by.person) >= rules.MOST_DEVICES:
        message = _("You have {most} devices already. Lock out one that you do not use.", most=rules.MOST_DEVICES)
        raise WrongState(message)
    at, fresh = now(session), keys.fresh()
    device = FieldDevice(
        post=command.post, id=fresh.id, label=normal(command.label), kind=command.kind, person=by.person, name=by.name,
        digest=fresh.digest, recovery=fresh.recovery, sequence=0, registered_at=at, seen_at=at,
    )  # fmt: skip
    session.add(device)
    session.flush()
    told = {"label": device.label, "kind": device.kind}
    journal.record(
        session, by=by, event="field-device.registered", kind="field_device", subject=device.id, post=device.post,
        after=told, role=grant.role,
    )  # fmt: skip
    return Registered(device, fresh.text, fresh.recovery)


def own(session: Session, key: str, *, by: Actor) -> FieldDevice:
    """The device that has this key, if it is the person's and not locked out; its row is locked.

    Raises `DeviceUnknown` or `DeviceLocked`.
    """
    known = queries.by_key(session, key)
    if known is None or known.person != by.person:
        raise rules.DeviceUnknown()
    device = queries.locked(session, known.id)
    must_be_open(device)
    return device


def must_be_open(device: FieldDevice) -> None:
    """Raises `DeviceLocked`."""
    if device.is_locked:
        raise rules.DeviceLocked(facts={"locked_at": canonical.plain(device.locked_at)})


def recovery(session: Session, device: FieldDevice, *, by: Actor) -> bytes:
    """What opens the store in the device again after its code was forgotten; each time it is told is journaled.

    The sign-in must be fresh, so that a telephone found lying about with its page open does not suffice.
    """
    by.need_scope("decide")
    if device.person != by.person:
        raise rules.DeviceUnknown()
    must_be_open(device)
    journal.record(
        session, by=by, event="field-device.recovered", kind="field_device", subject=device.id, post=device.post
    )
    return device.recovery


def lock(session: Session, id: UUID, reason: str, *, by: Actor) -> FieldDevice:
    """Locks a device out: its person does so, or who keeps the post's devices. To lock out is always allowed again."""
    device = queries.find(session, id, by=by, lock=True)
    if device.person != by.person:
        by.need(KEEPING, device.post)
    why = _reason(reason)
    if device.is_locked:
        raise WrongState(_("It is locked out already."))
    device.locked_at, device.locked_by, device.locked_name, device.locked_reason = now(session), by.person, by.name, why
    device.released_at = device.released_by = device.released_reason = None
    session.flush()
    journal.record(
        session, by=by, event=queries.LOCKED, kind="field_device", subject=device.id, post=device.post,
        after={"label": device.label, "person": device.person}, reason=why,
    )  # fmt: skip
    return device


def release(session: Session, id: UUID, reason: str, *, by: Actor) -> FieldDevice:
    """A device that was found again works again. Another person than its own decides that, with a fresh sign-in."""
    by.need_scope("decide")
    device = queries.find(session, id, by=by, lock=True)
    grant = by.need(KEEPING, device.post)
    if device.person == by.person:
        raise Forbidden(_("Another person releases your device."))
    why = _reason(reason)
    if not device.is_locked:
        raise WrongState(_("It is not locked out."))
    device.released_at, device.released_by, device.released_reason = now(session), by.person, why
    session.flush()
    journal.record(
        session, by=by, event="field-device.released", kind="field_device", subject=device.id, post=device.post,
        after={"label": device.label, "person": device.person}, reason=why, role=grant.role,
    )  # fmt: skip
    return device


def keep(
    session: Session,
    device: FieldDevice,
    record: Incoming,
    outcome: str,
    answer: dict[str, Any],
    *,
    clock_off: bool,
    photo: UUID | None = None,
    by: Actor,
) -> Receipt:
    """Keeps what came with what became of it; the device may then send its next record."""
    at = now(session)
    row = FieldRecord(
        post=device.post, id=record.id, device_id=device.id, person=by.person, name=by.name, sequence=record.sequence,
        kind=record.kind, reference=record.reference, body=record.body, fingerprint=rules.fingerprint(record),
        claimed=record.claimed, noted_at=rules.claimed_at(record.claimed), clock_off=clock_off, received_at=at,
        outcome=outcome, answer=canonical.plain(answer), photo_id=photo,
    )  # fmt: skip
    session.add(row)
    device.sequence, device.seen_at = record.sequence, at
    session.flush()
    if outcome != "applied":
        told = {"record": row.id, "device": device.id, "kind": row.kind, "body": row.body, "answer": row.answer}
        journal.record(
            session, by=by, event=f"field-record.{outcome}", kind="field_record", subject=row.reference,
            post=device.post, after=told,
        )  # fmt: skip
    return Receipt(row.id, row.sequence, outcome, row.answer, at)


def settle(session: Session, id: UUID, command: Settle, *, by: Actor) -> queries.Conflict:
    """Ends a conflict: what was found is added late, or set aside with a reason. Nothing that was recorded is changed."""
    by.need_scope("decide")
    found = queries.conflict(session, id)
    if found is None or by.grant((*SETTLING, *TAKING), found.record.post) is None:
        raise NotFound()
    record = found.record
    grant = by.need(SETTLING, record.post)
    queries.locked(session, record.device_id)
    if record.person == by.person:
        raise Forbidden(_("You recorded this yourself. Another person must settle it."))
    if queries.settled(session, record):
        raise WrongState(_("It is settled already."))
    if command.verdict not in set(Verdict):
        message = _("Choose one of: {choices}.", choices=", ".join(Verdict))
        raise Invalid(findings=[Finding("/verdict", "settlement.verdict", message)])
    settlement = FieldSettlement(
        post=record.post, record_id=record.id, recorded_by=record.person, outcome=record.outcome,
        verdict=command.verdict, reason=_reason(command.reason), person=by.person, name=by.name, at=now(session),
    )  # fmt: skip
    session.add(settlement)
    session.flush()
    event = "field-record.added-late" if command.verdict == "late" else "field-record.set-aside"
    journal.record(
        session, by=by, event=event, kind="field_record", subject=record.reference, post=record.post,
        after={"record": record.id, "kind": record.kind, "body": record.body, "recorded_by": record.person},
        reason=settlement.reason, role=grant.role,
    )  # fmt: skip
    return queries.Conflict(record, found.device, settlement)


def _reason(reason: str) -> str:
    fault = fault_in(reason)
    if fault is None and not 1 <= len(reason.strip()) <= rules.LONGEST_REASON:
        fault = _("Give the reason, in {most} characters at most.", most=rules.LONGEST_REASON)
    if fault is not None:
        raise Invalid(findings=[Finding("/reason", "reason.given", fault)])
    return normal(reason)

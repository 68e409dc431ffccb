"""Devices that travel with goods, or measure them at a post: registered with a key, told in order, each event once."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, NotSignedIn, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.seals import queries, rules
from app.seals.commands import Bearer, DeviceEvent, RegisterDevice
from app.seals.lifecycle import INSTRUMENTS, DeviceKind, Told
from app.seals.models import Device, DeviceEntry

KIND = "device"
SENIOR = ("supervisor", "administrator")
BINDING = ("officer", "supervisor")
#: Clocks of devices may be a little ahead of ours.
AHEAD = dt.timedelta(minutes=10)
MOST = 200


def register_device(session: Session, command: RegisterDevice, *, by: Actor) -> tuple[Device, str]:
    """A new device with its key, which is told this once."""
    by.need_scope("decide")
    role = by.need(SENIOR, command.post).role
    if command.kind not in tuple(DeviceKind):
        raise Invalid(findings=[Finding("/kind", "device.kind", _("Choose what kind of device it is."))])
    if not command.name.strip():
        raise Invalid(findings=[Finding("/name", "device.name", _("Give the device a name."))])
    key = secrets.token_urlsafe(32)
    device = Device(
        post=command.post,
        id=uuid7(),
        kind=command.kind,
        name=command.name.strip(),
        key_sha256=_hash(key),
        last_sequence=0,
        registered_by=by.person,
        registered_name=by.name,
        registered_at=now(session),
    )
    session.add(device)
    session.flush()
    _note(session, device, "registered", by=by, role=role)
    return device, key


def revoke_device(session: Session, id: UUID, *, by: Actor) -> Device:
    """What it tells counts no more."""
    by.need_scope("decide")
    device = _official(session, id)
    role = by.need(SENIOR, device.post).role
    if device.revoked_at is not None:
        raise WrongState(_("This device is revoked already."))
    device.revoked_at = now(session)
    session.flush()
    _note(session, device, "revoked", by=by, role=role)
    return device


def bind_device(session: Session, id: UUID, bearer: Bearer | None, office: str, *, by: Actor) -> Device:
    """Lets a device travel with a movement whose row the caller has locked; None takes it off."""
    by.need_scope("decide")
    role = by.need(BINDING, office).role
    device = _official(session, id)
    if device.kind in INSTRUMENTS and bearer is not None:
        raise Invalid(
            findings=[Finding("/device", "device.kind", _("This instrument stands at its post and does not travel."))]
        )
    if bearer is not None and device.movement_id not in (None, bearer.id):
        raise WrongState(_("This device travels with another movement."))
    device.movement_post, device.movement_id = (bearer.post, bearer.id) if bearer else (None, None)
    session.flush()
    _note(session, device, "bound" if bearer else "unbound", by=by, role=role, movement=bearer)
    return device


def _official(session: Session, id: UUID) -> Device:
    device = queries.device(session, id, lock=True)
    if device is None:
        raise NotFound()
    return device


def unbind_devices(session: Session, movement_id: UUID, *, by: Actor) -> list[Device]:
    """A movement whose row the caller has locked has ended: what travelled with it is free for others."""
    devices = queries.with_movement(session, movement_id)
    for device in devices:
        device.movement_post, device.movement_id = None, None
    session.flush()
    for device in devices:
        _note(session, device, "unbound", by=by, role="")
    return devices


def authenticated(session: Session, id: UUID, key: str, *, lock: bool = True) -> Device:
    """The device if the key is its own; else `NotSignedIn`, whatever is wrong."""
    device = queries.device(session, id, lock=lock)
    kept = device.key_sha256 if device is not None else "0" * 64
    if not hmac.compare_digest(kept, _hash(key)) or device is None or device.revoked_at is not None:
        raise NotSignedIn()
    return device


def tell(
    session: Session, device: Device, events: Sequence[DeviceEvent], route: Sequence[rules.Place] = (), *, by: Actor
) -> list[DeviceEntry]:
    """Keeps what a locked, authenticated device tells, in the order of its own count; gives what is new.

    An event sent again as it was is passed over; the same number with other words, and a number below the last one that
    was never told, are refused, and then nothing is kept; `by` is the node, the device has shown its key. `route` is the binding route, for the distance from it.
    """
    if len(events) > MOST:
        raise Invalid(findings=[Finding("/events", "device.many", _("At most {most} events at a time.", most=MOST))])
    at = now(session)
    kept = []
    for nth, event in enumerate(events):
        entry = _entry(device, event, route, at, nth)
        before = queries.entry(session, device, event.sequence)
        if before is not None:
            _must_be_same(before, entry, nth)
            continue
        if event.sequence <= device.last_sequence:
            message = _("Event {number} comes after event {last}. Events are told in order.",
                        number=event.sequence, last=device.last_sequence)  # fmt: skip
            raise WrongState(message, findings=[Finding(f"/events/{nth}/sequence", "device.order", message)])
        session.add(entry)
        device.last_sequence, device.last_at = event.sequence, at
        session.flush()
        kept.append(entry)
    return kept


def last_off(session: Session, device: Device) -> int | None:
    """How far from its route the device was when it last told where it is, in metres."""
    return queries.last_off(session, device)


def _must_be_same(before: DeviceEntry, entry: DeviceEntry, nth: int) -> None:
    if before.sha256 != entry.sha256:
        message = _("Event {number} was told before with other words.", number=entry.sequence)
        raise WrongState(message, findings=[Finding(f"/events/{nth}/sequence", "device.changed", message)])


def _entry(device: Device, event: DeviceEvent, route: Sequence[rules.Place], at: dt.datetime, nth: int) -> DeviceEntry:
    if event.told not in tuple(Told):
        raise Invalid(
            findings=[Finding(f"/events/{nth}/told", "device.told", _("This is not something a device tells."))]
        )
    if device.kind in INSTRUMENTS and event.told != INSTRUMENTS[DeviceKind(device.kind)]:
        message = _("This instrument tells “{told}” only.", told=INSTRUMENTS[DeviceKind(device.kind)])
        raise Invalid(findings=[Finding(f"/events/{nth}/told", "device.told", message)])
    if event.at > at + AHEAD:
        message = _("The device's clock is ahead: {moment}.", moment=canonical.instant(event.at))
        raise Invalid(findings=[Finding(f"/events/{nth}/at", "moment.future", message)])
    words = {
        "sequence": event.sequence,
        "told": event.told,
        "at": event.at,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "facts": event.facts or {},
    }
    somewhere = event.latitude is not None and event.longitude is not None
    off = (
        rules.metres_off((float(event.latitude or 0), float(event.longitude or 0)), route)
        if somewhere and route
        else None
    )
    return DeviceEntry(
        post=device.post,
        device_id=device.id,
        sequence=event.sequence,
        told=event.told,
        told_at=event.at,
        received_at=at,
        latitude=event.latitude,
        longitude=event.longitude,
        facts=event.facts or {},
        sha256=canonical.digest(canonical.plain(words)),
        movement_post=device.movement_post,
        movement_id=device.movement_id,
        off_route_m=off,
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def must_be_bound(device: Device) -> None:
    """Raises `Forbidden` for a device that travels with nothing."""
    if device.movement_id is None and device.kind not in INSTRUMENTS:
        raise Forbidden(_("This device travels with no movement."))


def _note(
    session: Session, device: Device, event: str, *, by: Actor, role: str, movement: Bearer | None = None
) -> None:
    journal.record(
        session,
        by=by,
        event=f"device.{event}",
        kind=KIND,
        subject=device.id,
        post=device.post,
        after={"name": device.name, "kind": device.kind, **({"mrn": movement.mrn} if movement else {})},
        role=role,
    )

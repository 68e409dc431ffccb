"""Devices and the sign-ins on them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.core.actors import Actor
from app.field import operations as devices
from app.field.commands import Register
from app.field.models import FieldDevice
from app.field.operations import Registered


def register(session: Session, command: Register, account: UUID, sign_in: UUID, *, by: Actor) -> Registered:
    """Makes the device the person's; what is signed in there is a sign-in of the field from now on."""
    made = devices.register(session, command, by=by)
    sign_ins.moved_to_field(session, account, sign_in, by=by)
    return made


def lock_out(session: Session, id: UUID, reason: str, *, by: Actor) -> FieldDevice:
    """Locks a device out and ends what is signed in on the person's devices of the field."""
    device = devices.lock(session, id, reason, by=by)
    sign_ins.end_in_field(session, device.person)
    return device

"""Reads of seals and devices."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.seals.lifecycle import Status
from app.seals.models import Device, DeviceEntry, Seal, SealEvent

OFFICIAL = ("officer", "inspector", "supervisor", "auditor")
ACTIVE = (Status.APPLIED.value, Status.BROKEN.value)


def active(session: Session, serials: Collection[str], *, lock: bool = False) -> dict[str, Seal]:
    """The seals of these serials that are on goods now."""
    if not serials:
        return {}
    rows = select(Seal).where(Seal.serial.in_(sorted(serials)), Seal.status.in_(ACTIVE)).order_by(Seal.serial)
    if lock:
        rows = rows.with_for_update()
    found = session.execute(rows, execution_options={"populate_existing": lock}).scalars()
    return {seal.serial: seal for seal in found}


def of_movement(session: Session, movement_id: UUID, *, lock: bool = False) -> list[Seal]:
    """Every seal that a movement bears or bore, in the order of their serials."""
    rows = select(Seal).where(Seal.movement_id == movement_id).order_by(Seal.serial, Seal.id)
    if lock:
        rows = rows.with_for_update()
    return list(session.execute(rows, execution_options={"populate_existing": lock}).scalars())


def at_post(session: Session, post: str, serials: Collection[str]) -> dict[str, Seal]:
    """Seals of the stock of a post, or handed to its officers, locked in the order of their serials."""
    rows = (
        select(Seal)
        .where(Seal.post == post, Seal.serial.in_(sorted(serials)), Seal.status.in_(("stock", "issued")))
        .order_by(Seal.serial)
        .with_for_update()
    )
    found = session.execute(rows, execution_options={"populate_existing": True}).scalars()
    return {seal.serial: seal for seal in found}


def by_serial(session: Session, serial: str, *, by: Actor) -> list[Seal]:
    """Every seal with this serial, the newest first, for officials of any office of the node."""
    if not (by.is_node or by.roles() & set(OFFICIAL)):
        raise NotFound()
    rows = select(Seal).where(Seal.serial == serial).order_by(Seal.changed_at.desc())
    return list(session.execute(rows).scalars())


def last_links(session: Session, seals: Collection[Seal]) -> dict[UUID, int]:
    """How long the custody of each of these seals is; a seal without any is left out."""
    if not seals:
        return {}
    rows = select(SealEvent.seal_id, func.max(SealEvent.number)).where(
        SealEvent.post.in_({seal.post for seal in seals}), SealEvent.seal_id.in_([seal.id for seal in seals])
    )
    return {row[0]: row[1] for row in session.execute(rows.group_by(SealEvent.seal_id))}


def events(session: Session, seals: Collection[Seal]) -> list[SealEvent]:
    """The custody of these seals, oldest first."""
    if not seals:
        return []
    rows = select(SealEvent).where(
        SealEvent.post.in_({seal.post for seal in seals}), SealEvent.seal_id.in_([seal.id for seal in seals])
    )
    return list(session.execute(rows.order_by(SealEvent.at, SealEvent.seal_id, SealEvent.number)).scalars())


def stock(session: Session, *, by: Actor, post: str, status: str = "", after: str = "", limit: int = 50) -> list[Seal]:
    """Seals of a post in the order of their serials, after the one named."""
    if not by.grant(OFFICIAL, post):
        raise NotFound()
    rows = select(Seal).where(Seal.post == post, Seal.serial > after)
    if status:
        rows = rows.where(Seal.status == status)
    return list(session.execute(rows.order_by(Seal.serial, Seal.id).limit(limit)).scalars())


def device(session: Session, id: UUID, *, lock: bool = False) -> Device | None:
    """A device by its id, whoever asks; for those who then show its key."""
    rows = select(Device).where(Device.id == id)
    if lock:
        rows = rows.with_for_update()
    return session.execute(rows, execution_options={"populate_existing": lock}).scalar_one_or_none()


def with_movement(session: Session, movement_id: UUID) -> list[Device]:
    """The devices that travel with a movement, locked in the order of their ids."""
    rows = select(Device).where(Device.movement_id == movement_id).order_by(Device.id).with_for_update()
    return list(session.execute(rows, execution_options={"populate_existing": True}).scalars())


def devices(session: Session, *, by: Actor) -> list[Device]:
    """The devices of the offices that this person works at."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    rows = select(Device).order_by(Device.post, Device.name, Device.id)
    if ANY_POST not in posts:
        rows = rows.where(Device.post.in_(sorted(posts)))
    return list(session.execute(rows).scalars())


def told(session: Session, movement_id: UUID, *, limit: int = 500) -> list[DeviceEntry]:
    """What devices told while they travelled with a movement, oldest first, the last so many."""
    rows = select(DeviceEntry).where(DeviceEntry.movement_id == movement_id)
    newest = list(session.execute(rows.order_by(DeviceEntry.told_at.desc()).limit(limit)).scalars())
    return newest[::-1]


def entry(session: Session, device: Device, sequence: int) -> DeviceEntry | None:
    return session.get(DeviceEntry, (device.post, device.id, sequence))


def last_off(session: Session, device: Device) -> int | None:
    """How far from the route of the movement it travels with a device was last, in metres."""
    rows = (
        select(DeviceEntry.off_route_m)
        .where(
            DeviceEntry.post == device.post,
            DeviceEntry.device_id == device.id,
            DeviceEntry.movement_id == device.movement_id,
            DeviceEntry.off_route_m.is_not(None),
        )
        .order_by(DeviceEntry.sequence.desc())
        .limit(1)
    )
    return session.execute(rows).scalar_one_or_none()

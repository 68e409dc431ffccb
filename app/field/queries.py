"""Reads of devices and of what came back from them."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.core.journal import JournalEntry
from app.field import keys, rules
from app.field.commands import Incoming, Receipt
from app.field.models import FieldDevice, FieldRecord, FieldSettlement

#: Who sees all devices of a post, and locks them out.
KEEPING = ("supervisor", "administrator")
#: In the journal: the orders that a device took along are other than before; it was locked out, which empties it.
TAKEN = "field-device.orders-taken"
LOCKED = "field-device.locked"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record that could not be applied, the device it came from, and how it ended (None: it waits)."""

    record: FieldRecord
    device: FieldDevice
    settlement: FieldSettlement | None


def of_id(id: UUID) -> Select[FieldDevice]:
    return select(FieldDevice).where(FieldDevice.id == id)


def by_key(session: Session, key: str) -> FieldDevice | None:
    """The device that has this key; None for any other text."""
    id = keys.id_of(key)
    if id is None:
        return None
    found = session.execute(of_id(id)).scalar_one_or_none()
    if found is None or not hmac.compare_digest(found.digest, keys.digest(key)):
        return None
    return found


def by_mark(session: Session, mark: str) -> FieldDevice | None:
    """The device that has this mark; None for any other text, a key too."""
    id = keys.id_of_mark(mark)
    if id is None:
        return None
    found = session.execute(of_id(id)).scalar_one_or_none()
    if found is None or not hmac.compare_digest(keys.mark(found.id, found.digest), mark):
        return None
    return found


def locked(session: Session, device: UUID) -> FieldDevice:
    """The device with its row locked, so that its records come one after the other. Raises `NotFound`."""
    rows = select(FieldDevice).where(FieldDevice.id == device).with_for_update()
    found = session.execute(rows.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def kept_posts(by: Actor) -> frozenset[str]:
    """The posts whose devices somebody keeps; "*" for all."""
    return frozenset(g.post for g in by.grants if g.role in KEEPING)


def settled_posts(by: Actor) -> frozenset[str]:
    """The posts whose conflicts somebody settles."""
    return frozenset(g.post for g in by.grants if g.role == "supervisor")


def _seen(by: Actor) -> ColumnElement[bool]:
    posts = kept_posts(by)
    if ANY_POST in posts:
        return FieldDevice.id.is_not(None)
    return or_(FieldDevice.person == by.person, FieldDevice.post.in_(posts))


def devices(session: Session, *, by: Actor) -> list[FieldDevice]:
    """One's own devices, and those of the posts one keeps; the last seen first."""
    rows = select(FieldDevice).where(_seen(by)).order_by(FieldDevice.seen_at.desc()).limit(500)
    return list(session.execute(rows).scalars())


def find(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> FieldDevice:
    """One of them. Raises `NotFound`, also for what is not one's own to see."""
    rows = select(FieldDevice).where(FieldDevice.id == id, _seen(by))
    found = session.execute(rows.with_for_update() if lock else rows).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def usable(session: Session, person: UUID) -> int:
    """How many devices a person has that are not locked out."""
    rows = select(func.count()).where(
        FieldDevice.person == person, or_(FieldDevice.locked_at.is_(None), FieldDevice.released_at.is_not(None))
    )
    return session.execute(rows).scalar_one()


def carried(session: Session, device: FieldDevice) -> set[str] | None:
    """References of the orders that are in the device, as the journal tells; None where it took none along since it was
    registered or locked out."""
    rows = select(JournalEntry.event, JournalEntry.after).where(
        JournalEntry.post == device.post, JournalEntry.kind == "field_device", JournalEntry.subject == str(device.id),
        JournalEntry.event.in_((TAKEN, LOCKED)),
    )  # fmt: skip
    last = session.execute(rows.order_by(JournalEntry.number.desc()).limit(1)).one_or_none()
    if last is None or last.event == LOCKED or last.after is None:
        return None
    return set(last.after["orders"])


def record_of(session: Session, id: UUID) -> FieldRecord | None:
    return session.execute(select(FieldRecord).where(FieldRecord.id == id)).scalar_one_or_none()


def before(session: Session, device: FieldDevice, incoming: Incoming) -> Receipt | None:
    """What was answered when this record came before; None for a new one, which is the next in its device's order.

    Raises `RecordReused` for another body under the same id, `RecordOrder` for one that is not next. The caller holds
    the device's row.
    """
    known = record_of(session, incoming.id)
    if known is not None:
        if known.device_id != device.id or known.fingerprint != rules.fingerprint(incoming):
            raise rules.RecordReused()
        return Receipt(known.id, known.sequence, known.outcome, known.answer, known.received_at, again=True)
    if incoming.sequence != device.sequence + 1:
        raise rules.RecordOrder(facts={"expected": device.sequence + 1})
    return None


def conflicts(session: Session, posts: Collection[str], *, waiting: bool = True) -> list[Conflict]:
    """Conflicts at the posts, oldest first where they wait; else the last two hundred that ended."""
    rows = _conflicts().where(FieldRecord.outcome == "conflict")
    if ANY_POST not in posts:
        rows = rows.where(FieldRecord.post.in_(posts))
    if waiting:
        rows = rows.where(FieldSettlement.record_id.is_(None)).order_by(FieldRecord.received_at, FieldRecord.sequence)
    else:
        rows = rows.where(FieldSettlement.record_id.is_not(None)).order_by(FieldSettlement.at.desc())
    return _read(session, rows.limit(200))


def conflict(session: Session, id: UUID) -> Conflict | None:
    """One of them, whether it waits or not."""
    return next(iter(_read(session, _conflicts().where(FieldRecord.id == id, FieldRecord.outcome == "conflict"))), None)


def settled(session: Session, record: FieldRecord) -> bool:
    """Whether a conflict has ended."""
    return session.get(FieldSettlement, (record.post, record.id)) is not None


def late_of(session: Session, post: str, reference: str) -> list[Conflict]:
    """What was added late to a declaration or movement, in the order it came."""
    rows = _conflicts().where(
        FieldRecord.post == post, FieldRecord.reference == reference, FieldSettlement.verdict == "late"
    )
    return _read(session, rows.order_by(FieldSettlement.at))


def _read(session: Session, rows: Select[FieldRecord, FieldDevice, FieldSettlement]) -> list[Conflict]:
    return [Conflict(record, device, settlement) for record, device, settlement in session.execute(rows)]


def _conflicts() -> Select[FieldRecord, FieldDevice, FieldSettlement]:
    same = and_(FieldSettlement.post == FieldRecord.post, FieldSettlement.record_id == FieldRecord.id)
    return (
        select(FieldRecord, FieldDevice, FieldSettlement)
        .join(FieldDevice, and_(FieldDevice.post == FieldRecord.post, FieldDevice.id == FieldRecord.device_id))
        .outerjoin(FieldSettlement, same)
    )

"""The verbs of a seal on goods: applied, checked, found broken, replaced, removed. A serial is active once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import NotFound
from app.core.ids import uuid7
from app.core.text import _, compact
from app.seals import queries, rules
from app.seals.commands import Applied, Bearer, CheckSeal
from app.seals.lifecycle import Action, Status
from app.seals.models import Seal
from app.seals.operations.custody import APPLYING, FOREIGN, chain, note, refuse


def apply(
    session: Session, bearer: Bearer, applied: Sequence[Applied], office: str, *, hand: UUID | None = None, by: Actor
) -> list[Seal]:
    """Puts seals on a movement whose row the caller has locked. They must have been handed to this person, or to the one
    whose `hand` puts them on before his eyes; a serial that is on goods already, here or anywhere in the node, is
    refused."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    wanted = _placed(bearer, applied)
    active = _not_elsewhere(session, list(wanted), bearer)
    held = queries.at_post(session, office, list(wanted))
    at = now(session)
    for nth, serial in enumerate(wanted):
        seal = held.get(serial)
        if serial in active:
            message = _("{serial} is given twice. Each seal has its own.", serial=serial)
            raise refuse(f"/seals/{nth}/serial", "seal.twice", message)
        if seal is None:
            message = _(
                "{serial} is not among the seals of {office}. Read the number again.", serial=serial, office=office
            )
            raise refuse(f"/seals/{nth}/serial", "seal.unknown", message)
        if seal.status != Status.ISSUED.value or seal.officer != (hand or by.person):
            message = _("{serial} was not handed to you. Have it issued first.", serial=serial)
            raise refuse(f"/seals/{nth}/serial", "seal.not-issued", message)
        _bind(seal, bearer, wanted[serial])
        seal.move(Action.APPLY, at)
    _flush(session, bearer)
    put_on = [held[serial] for serial in sorted(wanted)]
    photos = {seal.id: wanted[seal.serial].photo for seal in put_on}
    chain(session, put_on, "applied", office, at, by=by, movement=bearer.id, photos=photos)
    facts = {"mrn": bearer.mrn}
    note(session, office, "applied", sorted(wanted), facts, by=by, role=role, subject=bearer.id)
    return put_on


def adopt(session: Session, bearer: Bearer, applied: Sequence[Applied], office: str, *, by: Actor) -> list[Seal]:
    """Seals that are on the goods already, put there by the trader or by another administration, become seals of the
    movement at its release."""
    wanted = _placed(bearer, applied)
    known = _not_elsewhere(session, list(wanted), bearer)
    at = now(session)
    made = [seal for _serial, seal in sorted(known.items()) if seal.movement_id is None]
    for seal in made:  # put on when the goods were declared before they went on
        _bind(seal, bearer, wanted[seal.serial])
    for serial in sorted(set(wanted) - set(known)):
        seal = Seal(
            post=bearer.post,
            id=uuid7(),
            serial=serial,
            maker=FOREIGN,
            status=Status.APPLIED.value,
            changed_at=at,
        )
        _bind(seal, bearer, wanted[serial])
        session.add(seal)
        made.append(seal)
    _flush(session, bearer)
    chain(session, made, "adopted", office, at, by=by, movement=bearer.id)
    if made:
        facts = {"mrn": bearer.mrn}
        note(session, office, "adopted", [s.serial for s in made], facts, by=by, role="", subject=bearer.id)
    return made


def elsewhere(session: Session, serials: Sequence[str], movement_id: UUID | None) -> list[str]:
    """Those of the serials that are on another movement now."""
    active = queries.active(session, {rules.serial_of(serial) for serial in serials})
    return sorted(serial for serial, seal in active.items() if seal.movement_id != movement_id)


def _placed(bearer: Bearer, applied: Sequence[Applied]) -> dict[str, Applied]:
    wanted = {rules.serial_of(each.serial): each for each in applied}
    found = [(nth, each) for nth, each in enumerate(applied) if not rules.is_serial(rules.serial_of(each.serial))]
    if found:
        raise refuse(f"/seals/{found[0][0]}/serial", "seal.serial", _("A serial has 3 to 30 letters and digits."))
    if len(wanted) < len(applied):
        raise refuse("/seals", "seal.twice", _("A serial is given twice. Each seal has its own."))
    for nth, each in enumerate(applied):
        plate, container = each.plate and compact(each.plate), each.container and compact(each.container)
        if (plate and plate not in bearer.plates) or (container and container not in bearer.containers):
            message = _("{serial} is to be on something that this movement does not name.", serial=each.serial)
            raise refuse(f"/seals/{nth}/plate", "seal.bearer", message)
    return wanted


def _not_elsewhere(session: Session, serials: list[str], bearer: Bearer) -> dict[str, Seal]:
    active = queries.active(session, serials, lock=True)
    for nth, serial in enumerate(serials):
        seal = active.get(serial)
        if seal is not None and seal.movement_id not in (None, bearer.id):
            message = _("{serial} is on another movement. Read the number again, or use another seal.", serial=serial)
            raise refuse(f"/seals/{nth}/serial", "seal.elsewhere", message)
    return active


def _bind(seal: Seal, bearer: Bearer, words: Applied) -> None:
    seal.movement_post, seal.movement_id = bearer.post, bearer.id
    seal.plate = compact(words.plate) if words.plate else None
    seal.container = compact(words.container) if words.container else None
    if seal.plate is None and seal.container is None:
        seal.plate = min(bearer.wheels or bearer.plates, default=None)
        seal.container = None if seal.plate else min(bearer.containers, default=None)
    if seal.plate is None and seal.container is None:
        raise refuse("/transport/vehicle", "seal.nothing", _("Name the vehicle or the container that is sealed."))
    seal.place = words.place.strip() or None
    seal.officer, seal.officer_name = None, None


def _flush(session: Session, bearer: Bearer) -> None:
    """The unique index on active serials is the last word where two put on the same serial at once."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        message = _("One of the seals of {mrn} was put on another movement at this moment.", mrn=bearer.mrn)
        raise refuse("/seals", "seal.elsewhere", message) from error


def check(session: Session, bearer: Bearer, command: CheckSeal, office: str, *, by: Actor) -> Seal:
    """View, verify, tug, twist. What is not in order is broken from then on."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    (seal,) = _on(session, bearer, [command.serial])
    if not command.in_order and not command.remarks.strip():
        raise refuse("/remarks", "seal.remarks", _("Say what is wrong with the seal."))
    at = now(session)
    before = seal.status
    seal.move(Action.CHECK, at)
    if not command.in_order and seal.status == Status.APPLIED.value:
        seal.move(Action.BREAK, at)
    session.flush()
    chain(
        session, [seal], "checked", office, at, by=by, movement=bearer.id, remarks=command.remarks.strip() or None,
        photos={seal.id: command.photo}, checked=command,
    )  # fmt: skip
    if seal.status != before:
        chain(session, [seal], "broken", office, at, by=by, movement=bearer.id)
    facts = {"mrn": bearer.mrn, "in_order": command.in_order}
    note(session, office, "checked", [seal.serial], facts, by=by, role=role, subject=bearer.id, reason=command.remarks)
    return seal


def remove(
    session: Session, bearer: Bearer, serials: Sequence[str], reason: str, office: str, *, by: Actor
) -> list[Seal]:
    """Takes seals off: at the end, for a control, or because others take their place."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    if not reason.strip():
        raise refuse("/reason", "seal.reason", _("Say why."))
    at = now(session)
    gone = _on(session, bearer, serials)
    for seal in gone:
        seal.move(Action.REMOVE, at)
    session.flush()
    chain(session, gone, "removed", office, at, by=by, movement=bearer.id, remarks=reason.strip())
    facts = {"mrn": bearer.mrn}
    names = [seal.serial for seal in gone]
    note(session, office, "removed", names, facts, by=by, role=role, subject=bearer.id, reason=reason.strip())
    return gone


def _on(session: Session, bearer: Bearer, serials: Sequence[str]) -> list[Seal]:
    wanted = sorted({rules.serial_of(serial) for serial in serials})
    active = queries.active(session, wanted, lock=True)
    if any(serial not in active or active[serial].movement_id != bearer.id for serial in wanted):
        raise NotFound()
    return [active[serial] for serial in wanted]


def replace(
    session: Session, bearer: Bearer, serials: Sequence[str], reason: str, office: str, *, reloaded: bool, by: Actor
) -> list[Seal]:
    """Seals that an authority put on on the road take the place of old ones: of all of them where the goods were moved
    to other wheels (`reloaded`), else of those found broken. Where none is known to be broken nobody can tell which of
    the others were opened: all are taken off, but for those that are named again."""
    on = _active_on(session, bearer.id)
    again = {rules.serial_of(serial) for serial in serials}
    gone = on if reloaded else [seal for seal in on if seal.status == Status.BROKEN.value]
    gone = gone or [seal for seal in on if seal.serial not in again]
    _take_off(session, gone, bearer.id, reason, office, by)
    return adopt(session, bearer, [Applied(serial) for serial in serials], office, by=by)


def let_go(session: Session, movement_id: UUID, reason: str, office: str, *, by: Actor) -> list[Seal]:
    """The movement ended: what is still on its goods is active no more."""
    gone = _active_on(session, movement_id)
    _take_off(session, gone, movement_id, reason, office, by)
    return gone


def _active_on(session: Session, movement_id: UUID) -> list[Seal]:
    """What is on the goods now, locked."""
    return [seal for seal in queries.of_movement(session, movement_id, lock=True) if seal.status in queries.ACTIVE]


def _take_off(session: Session, gone: list[Seal], movement_id: UUID, reason: str, office: str, by: Actor) -> None:
    at = now(session)
    for seal in gone:
        seal.move(Action.REMOVE, at)
    session.flush()
    chain(session, gone, "removed", office, at, by=by, movement=movement_id, remarks=reason)
    if gone:
        names = [seal.serial for seal in gone]
        note(session, office, "removed", names, {}, by=by, role="", subject=movement_id, reason=reason)


def checked_by_another(session: Session, movement_id: UUID, since: dt.datetime | None) -> list[str]:
    """The serials on a movement that nobody else than who put them on has looked at since a moment: they must be
    checked before the movement ends. One that another person found broken stays so: nobody looks at it again."""
    seals = [seal for seal in queries.of_movement(session, movement_id) if seal.status in queries.ACTIVE]
    broken = {seal.id for seal in seals if seal.status == Status.BROKEN.value}
    hands: dict[UUID, set[UUID]] = {}
    looked: set[UUID] = set()
    for event in queries.events(session, seals):
        if event.event == "applied":
            hands.setdefault(event.seal_id, set()).add(event.person)
        counts = since is None or event.at >= since or event.seal_id in broken
        if event.event == "checked" and counts and event.person not in hands.get(event.seal_id, set()):
            looked.add(event.seal_id)
    return [seal.serial for seal in seals if seal.id not in looked]

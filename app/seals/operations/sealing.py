"""The verbs of a seal: received, issued, applied, checked, found broken, removed, voided. A serial is active once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound
from app.core.ids import uuid7
from app.core.text import Text, _, compact
from app.seals import queries, rules
from app.seals.commands import Applied, Bearer, CheckSeal, IssueSeals, ReceiveSeals
from app.seals.lifecycle import Action, Grade, Status
from app.seals.models import Seal, SealEvent

KIND = "seal"
KEEPING = ("supervisor", "officer")
APPLYING = ("officer", "inspector", "supervisor")
SENIOR = ("supervisor",)
#: Stands for the maker of a seal that came on the goods.
FOREIGN = "?"
MOST = 500


def receive(session: Session, command: ReceiveSeals, *, by: Actor) -> list[Seal]:
    """Takes seals into the stock of a post."""
    by.need_scope("decide")
    role = by.need(SENIOR, command.post).role
    serials = _serials(command.serials)
    maker = command.maker.strip()
    if not maker or maker == FOREIGN:
        raise _refuse("/maker", "seal.maker", _("Name the maker of the seals."))
    if command.grade not in tuple(Grade):
        raise _refuse("/grade", "seal.grade", _("Choose the class: I, S or H (ISO 17712)."))
    at = now(session)
    made = [
        Seal(
            post=command.post,
            id=uuid7(),
            serial=serial,
            maker=maker,
            grade=command.grade,
            status=Status.STOCK.value,
            changed_at=at,
        )
        for serial in serials
    ]
    try:
        with session.begin_nested():
            session.add_all(made)
    except IntegrityError as error:
        message = _("One of these serials of {maker} was taken in before. Serials are never used again.", maker=maker)
        raise _refuse("/serials", "seal.known", message) from error
    _chain(session, made, "received", command.post, at, by)
    _note(session, command.post, "received", [seal.serial for seal in made], {"maker": maker}, by=by, role=role)
    return made


def issue(session: Session, command: IssueSeals, *, by: Actor) -> list[Seal]:
    """Hands seals of a post to the officer who will apply them."""
    by.need_scope("decide")
    role = by.need(SENIOR, command.post).role
    serials = _serials(command.serials)
    at = now(session)
    held = _held(session, command.post, serials)
    for seal in held:
        seal.move(Action.ISSUE, at)
        seal.officer, seal.officer_name = command.officer, command.officer_name
    session.flush()
    _chain(session, held, "issued", command.post, at, by)
    facts = {"officer": command.officer, "officer_name": command.officer_name}
    _note(session, command.post, "issued", serials, facts, by=by, role=role)
    return held


def give_back(session: Session, post: str, serials: Sequence[str], *, by: Actor) -> list[Seal]:
    """An officer gives back what he did not apply."""
    by.need_scope("decide")
    role = by.need(APPLYING, post).role
    at = now(session)
    held = _held(session, post, _serials(serials))
    for seal in held:
        if seal.officer != by.person and by.grant(SENIOR, post) is None:
            raise Forbidden(_("{serial} was handed to somebody else.", serial=seal.serial))
        seal.move(Action.GIVE_BACK, at)
        seal.officer, seal.officer_name = None, None
    session.flush()
    _chain(session, held, "given-back", post, at, by)
    _note(session, post, "given-back", [seal.serial for seal in held], {}, by=by, role=role)
    return held


def void(session: Session, post: str, serials: Sequence[str], reason: str, *, by: Actor) -> list[Seal]:
    """Spoilt or lost before it was on anything."""
    by.need_scope("decide")
    role = by.need(SENIOR, post).role
    if not reason.strip():
        raise _refuse("/reason", "seal.reason", _("Say why."))
    at = now(session)
    held = _held(session, post, _serials(serials))
    for seal in held:
        seal.move(Action.VOID, at)
    session.flush()
    _chain(session, held, "voided", post, at, by, remarks=reason.strip())
    _note(session, post, "voided", [seal.serial for seal in held], {}, by=by, role=role, reason=reason.strip())
    return held


def apply(session: Session, bearer: Bearer, applied: Sequence[Applied], office: str, *, by: Actor) -> list[Seal]:
    """Puts seals on a movement whose row the caller has locked. They must have been handed to this person; a serial that
    is on goods already, here or anywhere in the node, is refused."""
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
            raise _refuse(f"/seals/{nth}/serial", "seal.twice", message)
        if seal is None:
            message = _(
                "{serial} is not among the seals of {office}. Read the number again.", serial=serial, office=office
            )
            raise _refuse(f"/seals/{nth}/serial", "seal.unknown", message)
        if seal.status != Status.ISSUED.value or seal.officer != by.person:
            message = _("{serial} was not handed to you. Have it issued first.", serial=serial)
            raise _refuse(f"/seals/{nth}/serial", "seal.not-issued", message)
        _bind(seal, bearer, wanted[serial])
        seal.move(Action.APPLY, at)
    _flush(session, bearer)
    put_on = [held[serial] for serial in sorted(wanted)]
    photos = {seal.id: wanted[seal.serial].photo for seal in put_on}
    _chain(session, put_on, "applied", office, at, by, movement=bearer.id, photos=photos)
    facts = {"mrn": bearer.mrn}
    _note(session, office, "applied", sorted(wanted), facts, by=by, role=role, subject=bearer.id)
    return put_on


def adopt(session: Session, bearer: Bearer, applied: Sequence[Applied], office: str, *, by: Actor) -> list[Seal]:
    """Seals that are on the goods already, put there by the trader or by another administration, become seals of the
    movement at its release."""
    wanted = _placed(bearer, applied)
    known = _not_elsewhere(session, list(wanted), bearer)
    at = now(session)
    made = []
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
    _chain(session, made, "adopted", office, at, by, movement=bearer.id)
    if made:
        facts = {"mrn": bearer.mrn}
        _note(session, office, "adopted", [s.serial for s in made], facts, by=by, role="", subject=bearer.id)
    return made


def elsewhere(session: Session, serials: Sequence[str], movement_id: UUID | None) -> list[str]:
    """Those of the serials that are on another movement now."""
    active = queries.active(session, {rules.serial_of(serial) for serial in serials})
    return sorted(serial for serial, seal in active.items() if seal.movement_id != movement_id)


def _placed(bearer: Bearer, applied: Sequence[Applied]) -> dict[str, Applied]:
    wanted = {rules.serial_of(each.serial): each for each in applied}
    found = [(nth, each) for nth, each in enumerate(applied) if not rules.is_serial(rules.serial_of(each.serial))]
    if found:
        raise _refuse(f"/seals/{found[0][0]}/serial", "seal.serial", _("A serial has 3 to 30 letters and digits."))
    if len(wanted) < len(applied):
        raise _refuse("/seals", "seal.twice", _("A serial is given twice. Each seal has its own."))
    for nth, each in enumerate(applied):
        plate, container = each.plate and compact(each.plate), each.container and compact(each.container)
        if (plate and plate not in bearer.plates) or (container and container not in bearer.containers):
            message = _("{serial} is to be on something that this movement does not name.", serial=each.serial)
            raise _refuse(f"/seals/{nth}/plate", "seal.bearer", message)
    return wanted


def _not_elsewhere(session: Session, serials: list[str], bearer: Bearer) -> dict[str, Seal]:
    active = queries.active(session, serials, lock=True)
    for nth, serial in enumerate(serials):
        seal = active.get(serial)
        if seal is not None and seal.movement_id != bearer.id:
            message = _("{serial} is on another movement. Read the number again, or use another seal.", serial=serial)
            raise _refuse(f"/seals/{nth}/serial", "seal.elsewhere", message)
    return active


def _bind(seal: Seal, bearer: Bearer, words: Applied) -> None:
    seal.movement_post, seal.movement_id = bearer.post, bearer.id
    seal.plate = compact(words.plate) if words.plate else None
    seal.container = compact(words.container) if words.container else None
    if seal.plate is None and seal.container is None:
        seal.plate = min(bearer.wheels or bearer.plates, default=None)
        seal.container = None if seal.plate else min(bearer.containers, default=None)
    if seal.plate is None and seal.container is None:
        raise _refuse("/transport/vehicle", "seal.nothing", _("Name the vehicle or the container that is sealed."))
    seal.place = words.place.strip() or None
    seal.officer, seal.officer_name = None, None


def _flush(session: Session, bearer: Bearer) -> None:
    """The unique index on active serials is the last word where two put on the same serial at once."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        message = _("One of the seals of {mrn} was put on another movement at this moment.", mrn=bearer.mrn)
        raise _refuse("/seals", "seal.elsewhere", message) from error


def check(session: Session, bearer: Bearer, command: CheckSeal, office: str, *, by: Actor) -> Seal:
    """View, verify, tug, twist. What is not in order is broken from then on."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    (seal,) = _on(session, bearer, [command.serial])
    if not command.in_order and not command.remarks.strip():
        raise _refuse("/remarks", "seal.remarks", _("Say what is wrong with the seal."))
    at = now(session)
    before = seal.status
    seal.move(Action.CHECK, at)
    if not command.in_order and seal.status == Status.APPLIED.value:
        seal.move(Action.BREAK, at)
    session.flush()
    _chain(
        session, [seal], "checked", office, at, by, movement=bearer.id, remarks=command.remarks.strip() or None,
        photos={seal.id: command.photo}, checked=command,
    )  # fmt: skip
    if seal.status != before:
        _chain(session, [seal], "broken", office, at, by, movement=bearer.id)
    facts = {"mrn": bearer.mrn, "in_order": command.in_order}
    _note(session, office, "checked", [seal.serial], facts, by=by, role=role, subject=bearer.id, reason=command.remarks)
    return seal


def remove(
    session: Session, bearer: Bearer, serials: Sequence[str], reason: str, office: str, *, by: Actor
) -> list[Seal]:
    """Takes seals off: at the end, for a control, or because others take their place."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    if not reason.strip():
        raise _refuse("/reason", "seal.reason", _("Say why."))
    at = now(session)
    gone = _on(session, bearer, serials)
    for seal in gone:
        seal.move(Action.REMOVE, at)
    session.flush()
    _chain(session, gone, "removed", office, at, by, movement=bearer.id, remarks=reason.strip())
    facts = {"mrn": bearer.mrn}
    names = [seal.serial for seal in gone]
    _note(session, office, "removed", names, facts, by=by, role=role, subject=bearer.id, reason=reason.strip())
    return gone


def _on(session: Session, bearer: Bearer, serials: Sequence[str]) -> list[Seal]:
    wanted = sorted({rules.serial_of(serial) for serial in serials})
    active = queries.active(session, wanted, lock=True)
    if any(serial not in active or active[serial].movement_id != bearer.id for serial in wanted):
        raise NotFound()
    return [active[serial] for serial in wanted]


def replace(
    session: Session, bearer: Bearer, serials: Sequence[str], reason: str, office: str, *, by: Actor
) -> list[Seal]:
    """Seals put on by an authority on the road take the place of those that were broken or taken off there."""
    let_go(session, bearer.id, reason, office, by=by)
    return adopt(session, bearer, [Applied(serial) for serial in serials], office, by=by)


def let_go(session: Session, movement_id: UUID, reason: str, office: str, *, by: Actor) -> list[Seal]:
    """The movement ended: what is still on its goods is active no more."""
    at = now(session)
    gone = [seal for seal in queries.of_movement(session, movement_id, lock=True) if seal.status in queries.ACTIVE]
    for seal in gone:
        seal.move(Action.REMOVE, at)
    session.flush()
    _chain(session, gone, "removed", office, at, by, movement=movement_id, remarks=reason)
    if gone:
        names = [seal.serial for seal in gone]
        _note(session, office, "removed", names, {}, by=by, role="", subject=movement_id, reason=reason)
    return gone


def checked_by_another(session: Session, movement_id: UUID, since: dt.datetime | None) -> list[str]:
    """The serials on a movement that nobody else than who put them on has looked at since a moment: they must be
    checked before the movement ends."""
    seals = [seal for seal in queries.of_movement(session, movement_id) if seal.status in queries.ACTIVE]
    hands: dict[UUID, set[UUID]] = {}
    looked: set[UUID] = set()
    for event in queries.events(session, seals):
        if event.event == "applied":
            hands.setdefault(event.seal_id, set()).add(event.person)
        late_enough = since is None or event.at >= since
        if event.event == "checked" and late_enough and event.person not in hands.get(event.seal_id, set()):
            looked.add(event.seal_id)
    return [seal.serial for seal in seals if seal.id not in looked]


def _serials(given: Sequence[str]) -> list[str]:
    serials = [rules.serial_of(each) for each in given]
    for nth, serial in enumerate(serials):
        if not rules.is_serial(serial):
            raise _refuse(f"/serials/{nth}", "seal.serial", _("A serial has 3 to 30 letters and digits."))
    again = rules.repeated(serials)
    if again:
        raise _refuse("/serials", "seal.twice", _("{serial} is given twice. Each seal has its own.", serial=again[0]))
    if not 0 < len(serials) <= MOST:
        raise _refuse("/serials", "seal.many", _("Give 1 to {most} serials at a time.", most=MOST))
    return serials


def _held(session: Session, post: str, serials: Sequence[str]) -> list[Seal]:
    held = queries.at_post(session, post, serials)
    for nth, serial in enumerate(serials):
        if serial not in held:
            message = _(
                "{serial} is not among the seals of {office}. Read the number again.", serial=serial, office=post
            )
            raise _refuse(f"/serials/{nth}", "seal.unknown", message)
    return [held[serial] for serial in serials]


def _refuse(pointer: str, rule: str, message: Text) -> Invalid:
    return Invalid(findings=[Finding(pointer, rule, message)])


def _chain(
    session: Session,
    seals: Sequence[Seal],
    event: str,
    office: str,
    at: dt.datetime,
    by: Actor,
    *,
    movement: UUID | None = None,
    remarks: str | None = None,
    photos: Mapping[UUID, UUID | None] = MappingProxyType({}),
    checked: CheckSeal | None = None,
) -> None:
    """Adds a link to the custody of each of these seals, whose rows are locked or new."""
    last = queries.last_links(session, seals)
    for seal in seals:
        photo = photos.get(seal.id)
        session.add(
            SealEvent(
                post=seal.post,
                seal_id=seal.id,
                number=last.get(seal.id, 0) + 1,
                event=event,
                at=at,
                office=office,
                person=by.person,
                person_name=by.name,
                movement_id=movement,
                viewed=checked and checked.view,
                verified=checked and checked.verify,
                tugged=checked and checked.tug,
                twisted=checked and checked.twist,
                remarks=remarks,
                photo_post=office if photo else None,
                photo=photo,
            )
        )
    session.flush()


def _note(
    session: Session,
    post: str,
    event: str,
    serials: Sequence[str],
    facts: dict[str, Any],
    *,
    by: Actor,
    role: str,
    subject: UUID | None = None,
    reason: str = "",
) -> None:
    journal.record(
        session,
        by=by,
        event=f"seal.{event}",
        kind=KIND,
        subject=subject or serials[0],
        post=post,
        after={"serials": list(serials), **facts},
        reason=reason.strip(),
        role=role,
    )

"""Seals on the goods of a declaration that are looked at: put on out of an officer's hand, taken off again. A movement that the
goods go on with takes them over (see `sealing.adopt`)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.text import _, compact
from app.seals import queries, rules
from app.seals.lifecycle import Action, Status
from app.seals.models import Seal
from app.seals.operations.custody import APPLYING, chain, note, refuse


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a declaration at its post, with the number by which they are known."""

    post: str
    id: UUID
    mrn: str


def put_on(session: Session, goods: Goods, serial: str, bearer: str, place: str, office: str, *, by: Actor) -> Seal:
    """Puts a seal on goods whose declaration the caller has locked. It must have been handed to this person; `bearer` is the
    plate or container that is sealed."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    wanted = rules.serial_of(serial)
    if wanted in queries.active(session, [wanted], lock=True):
        message = _("{serial} is on goods already. Read the number again, or use another seal.", serial=wanted)
        raise refuse("/serial", "seal.elsewhere", message)
    seal = queries.at_post(session, office, [wanted]).get(wanted)
    if seal is None:
        message = _("{serial} is not among the seals of {office}. Read the number again.", serial=wanted, office=office)
        raise refuse("/serial", "seal.unknown", message)
    if seal.status != Status.ISSUED.value or seal.officer != by.person:
        message = _("{serial} was not handed to you. Have it issued first.", serial=wanted)
        raise refuse("/serial", "seal.not-issued", message)
    on = compact(bearer)
    if not on:
        raise refuse("/bearer", "seal.nothing", _("Name the vehicle or the container that is sealed."))
    seal.declaration_post, seal.declaration_id = goods.post, goods.id
    seal.plate, seal.container = (None, on) if _is_container(on) else (on[:20], None)
    seal.place, seal.officer, seal.officer_name = place.strip() or None, None, None
    at = now(session)
    seal.move(Action.APPLY, at)
    session.flush()
    chain(session, [seal], "applied", office, at, by=by)
    note(session, office, "applied", [wanted], {"mrn": goods.mrn}, by=by, role=role, subject=goods.id)
    return seal


def take_off(session: Session, goods: Goods, serial: str, reason: str, office: str, *, by: Actor) -> Seal | None:
    """Takes a seal off the goods. One of ours must be on these goods; one that nobody here has put on came with them, and there
    is nothing to take back of it (None)."""
    by.need_scope("decide")
    role = by.need(APPLYING, office).role
    wanted = rules.serial_of(serial)
    seal = queries.active(session, [wanted], lock=True).get(wanted)
    if seal is None:
        return None
    if (seal.declaration_post, seal.declaration_id) != (goods.post, goods.id):
        message = _("{serial} is on other goods. Read the number again.", serial=wanted)
        raise refuse("/serial", "seal.not-on", message)
    at = now(session)
    seal.move(Action.REMOVE, at)
    session.flush()
    chain(session, [seal], "removed", office, at, by=by, remarks=reason.strip())
    note(session, office, "removed", [wanted], {"mrn": goods.mrn}, by=by, role=role, subject=goods.id, reason=reason)
    return seal


def _is_container(text: str) -> bool:
    return len(text) == 11 and text[:4].isalpha() and text[4:].isdigit()

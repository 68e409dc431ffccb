"""Movements on their way through the verbs: guarantees in force, seals in hand, offices that act."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from app.core import db
from app.core.actors import Actor
from app.flows.movements import arriving, departing, lodging
from app.guarantees import operations as guarantees
from app.guarantees.commands import AddAccessCode, RegisterGuarantee, SettleGuarantee
from app.guarantees.models import Guarantee
from app.reference.queries import codebook
from app.seals import operations as seals
from app.seals.commands import Applied, CheckSeal, IssueSeals, ReceiveSeals
from app.transit import queries, schemas
from app.transit.commands import Arrive, LodgeMovement, Release
from app.transit.models import Movement
from tests.factories import actors, movements
from tests.factories.actors import PARTY, POST

THERE = "TJDUS"
_serials = itertools.count(1)


def at(office: str, login: str | None = None, role: str = "officer") -> Actor:
    """An official of an office; each office has other people."""
    return actors.actor(role, office, login=login or f"{role}.{office}")


def guarantee(
    amount: str = "100000.00", *, holder: str = PARTY, code: str | None = movements.ACCESS_CODE, **more: Any
) -> Guarantee:
    """A comprehensive guarantee in force, with an access code."""
    with db.transaction() as session:
        made = guarantees.register(session, wanted(amount, holder=holder, **more), by=actors.officer())
    with db.transaction() as session:
        made = guarantees.settle(session, SettleGuarantee(made.grn, True), by=actors.supervisor())
    if code:
        with db.transaction() as session:
            guarantees.add_access_code(session, AddAccessCode(made.grn, code, "desk"), by=actors.trader(holder))
    return made


def wanted(amount: str = "100000.00", *, holder: str = PARTY, **more: Any) -> RegisterGuarantee:
    """A comprehensive guarantee as an office enters it."""
    words: dict[str, Any] = {
        "post": POST,
        "type": "1",
        "holder": holder,
        "guarantor": "TJ-INS-1",
        "amount": Decimal(amount),
        "currency": "TJS",
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": dt.date(2199, 12, 31),
        **more,
    }
    return RegisterGuarantee(**words)


def secured(body: dict[str, Any], grn: str, amount: str | None = "5000.00") -> dict[str, Any]:
    """The same movement, covered by this guarantee."""
    named = {"type": "1", "grn": grn, "access_code": movements.ACCESS_CODE, "amount": amount, "currency": "TJS"}
    return {**body, "guarantees": [named]}


def lodged(body: dict[str, Any], *, by: Actor | None = None) -> Movement:
    """Lodged by its holder."""
    with db.transaction() as session:
        command = LodgeMovement(schemas.read(body))
        return lodging.lodge(session, command, by=by or actors.trader(body["holder"]["id"])).movement


def released(body: dict[str, Any] | None = None, **more: Any) -> Movement:
    """Under way, with a guarantee of its own where none is named."""
    if body is None:
        body = secured(movements.national(**more), guarantee().grn)
    return let_go(lodged(body))


def let_go(movement: Movement) -> Movement:
    """Released by the office of departure."""
    with db.transaction() as session:
        return departing.release(session, Release(movement.reference, movement.post), by=actors.officer())


def consigned(party: str) -> dict[str, Any]:
    """A national movement whose consignee is a firm that is known, with a guarantee of its own."""
    body = secured(movements.national(), guarantee().grn)
    house = body["house_consignments"][0]
    house["consignee"] = {**house["consignee"], "id": party}
    return body


def today(office: str = THERE) -> dt.date:
    """The day at an office, not that in UTC: its rules about days go by it."""
    with db.reading() as session:
        return codebook(session).day_at(office, db.now(session))


def again(movement: Movement) -> Movement:
    with db.reading() as session:
        return queries.find(session, movement.reference, by=actors.officer(movement.post))


def arrived(movement: Movement, office: str = THERE, **more: Any) -> Movement:
    with db.transaction() as session:
        return arriving.arrive(session, Arrive(movement.reference, office, **more), by=at(office))[0]


def sealed(movement: Movement, count: int = 1, *, by: Actor | None = None) -> list[str]:
    """Seals of the post on the vehicle, put there by an officer."""
    hand = by or actors.officer()
    serials = [f"TJ{next(_serials):07d}" for _ in range(count)]
    with db.transaction() as session:
        seals.receive(session, ReceiveSeals(POST, "Mega", "H", tuple(serials)), by=actors.supervisor())
        seals.issue(session, IssueSeals(POST, tuple(serials), hand.person, hand.name), by=actors.supervisor())
    with db.transaction() as session:
        applied = [Applied(serial) for serial in serials]
        departing.apply_seals(session, movement.reference, POST, applied, by=hand)
    return serials


def in_order(serial: str) -> CheckSeal:
    return CheckSeal(serial, view=True, verify=True, tug=True, twist=True)

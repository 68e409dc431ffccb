"""At the office of departure: control, guarantee, seals, release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.claims import operations as claims
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.flows.movements import evidence, lodging, looking, securing, selecting
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.seals import operations as seals
from app.seals.commands import Applied, Bearer
from app.seals.models import Seal
from app.transit import operations as transit
from app.transit import queries, rules
from app.transit.commands import (
    ConcludeControl,
    Declared,
    OrderControl,
    RefuseGuarantee,
    RefuseRelease,
    Reject,
    Release,
)
from app.transit.lifecycle import Action, Kind, Office
from app.transit.models import Movement, TransitControl

_DEPARTURE = (Office.DEPARTURE,)


def reject(session: Session, command: Reject, *, by: Actor) -> Movement:
    movement, role = _opened(session, command, by=by)
    at = now(session)
    transit.reject(session, movement, command, at, by=by, role=role)
    lodging.free(session, movement, "rejected", at, by=by)
    return movement


def order_control(session: Session, command: OrderControl, *, by: Actor) -> tuple[Movement, TransitControl]:
    """At the office of departure before release, at one of destination after arrival."""
    codes = codebook(session)
    movement, role = transit.at_office(
        session, command.reference, command.office, command.version, by=by, parts=(Office.DEPARTURE, Office.DESTINATION)
    )
    at = now(session)
    today = codes.day_at(movement.post, at)
    unknown = [each for each in command.types if not codes.has("control_type", each, today)]
    if unknown:
        message = _("{code} is not a kind of control.", code=unknown[0])
        raise Invalid(findings=[Finding("/types", "code.control_type", message)])
    control = transit.order_control(session, movement, command, at, by=by, role=role)
    looking.for_control(session, movement, control, at, by=by)
    return movement, control


def conclude_control(session: Session, command: ConcludeControl, *, by: Actor) -> tuple[Movement, TransitControl]:
    movement, role = transit.at_office(
        session, command.reference, command.office, command.version, by=by, roles=transit.WATCHING
    )
    evidence.must_be_there(session, movement, command.office, command.evidence)
    control = transit.conclude_control(session, movement, command, now(session), by=by, role=role)
    looking.concluded_by_control(session, movement, control, by=by)
    return movement, control


def refuse_guarantee(session: Session, command: RefuseGuarantee, *, by: Actor) -> Movement:
    movement, role = _opened(session, command, by=by)
    transit.refuse_guarantee(session, movement, command, now(session), by=by, role=role)
    return movement


def refuse_release(session: Session, command: RefuseRelease, *, by: Actor) -> Movement:
    movement, role = _opened(session, command, by=by)
    at = now(session)
    transit.refuse_release(session, movement, command, at, by=by, role=role)
    lodging.free(session, movement, "not released", at, by=by)
    claims.decided(session, movement.id, post=command.office, by=by)
    return movement


def apply_seals(
    session: Session, reference: str, office: str, applied: Sequence[Applied], version: int | None = None, *, by: Actor
) -> tuple[Movement, list[Seal]]:
    """An officer puts seals on the goods of a movement, at whatever office they are."""
    movement, _role = transit.at_office(session, reference, office, version, by=by, roles=transit.WATCHING)
    transit.must_bear_seals(movement)
    evidence.photos_must_be_there(session, movement, office, applied)
    movement.changed_at = now(session)  # what was seen of it before is of an older version
    return movement, seals.apply(session, bearer(session, movement), applied, office, by=by)


def release(session: Session, command: Release, *, by: Actor) -> Movement:
    """Lets the goods go: seals that came with them become the movement's, the guarantees are debited, plates and volet
    are taken, the limit begins to run. All or nothing."""
    codes, at = codebook(session), now(session)
    movement, role = _opened(session, command, by=by)
    transit.may_go(session, movement)
    selecting.must_be_looked_at(session, movement, command.office, codes, at)
    declared = queries.declared(session, movement)
    _may_be_waived(declared, command)
    limit_at = _limit(codes, declared, command, at)
    seals.adopt(session, bearer_of(movement, declared), _declared_seals(declared), command.office, by=by)
    taken = securing.reserve(session, movement, declared, codes, at, by=by)
    told = [{"reservation": str(row.id), "amount": f"{row.amount:f}", "currency": row.currency} for row in taken]
    transit.release(session, movement, declared, command, limit_at, at, by=by, role=role, guarantees=told)
    claims.decided(session, movement.id, post=command.office, by=by)
    return movement


def _may_be_waived(declared: Declared, command: Release) -> None:
    """The holder may claim that no guarantee is needed; an officer has to agree, and to say why."""
    kinds = {each["type"] for each in declared.header.get("guarantees") or ()}
    if declared.kind == Kind.TIR or not kinds or not kinds.issubset(rules.WAIVERS) or command.remarks.strip():
        return
    message = _(
        "The holder claims that no guarantee is needed ({kinds}). Write by which right, or refuse the release.",
        kinds=", ".join(sorted(kinds)),
    )
    raise Invalid(findings=[Finding("/remarks", "guarantee.waived", message)])


def _limit(codes: Codebook, declared: Declared, command: Release, at: dt.datetime) -> dt.datetime:
    """The officer's limit, never later than the list allows; else what the holder wishes, or the latest."""
    post = codes.post(declared.post)
    zone = ZoneInfo(post.time_zone) if post else dt.UTC
    if command.limit_at is None:
        return rules.wished(codes, declared, at, zone)
    latest = rules.limit(codes, declared, at)
    if command.limit_at > latest:
        clock = latest.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        message = _("For this way the limit is {latest} at the latest.", latest=clock)
        raise Invalid(findings=[Finding("/limit_at", "limit.late", message)])
    return command.limit_at


def bearer(session: Session, movement: Movement) -> Bearer:
    """The movement as its seals see it, with the wheels it is on now."""
    return bearer_of(movement, queries.declared(session, movement), queries.wheels(session, movement))


def bearer_of(movement: Movement, declared: Declared, wheels: Sequence[str] = ()) -> Bearer:
    return Bearer(
        movement.post,
        movement.id,
        movement.mrn or "",
        frozenset(wheels) | frozenset(declared.plates),
        frozenset(declared.containers),
        frozenset(wheels),
    )


def _declared_seals(declared: Declared) -> list[Applied]:
    rows: list[dict[str, Any]] = declared.header.get("equipment") or []
    plate = next(iter(declared.plates), None)
    return [
        Applied(serial, plate=None if part.get("container") else plate, container=part.get("container"))
        for part in rows
        for serial in part.get("seals") or ()
    ]


def _opened(session: Session, command: Any, *, by: Actor) -> tuple[Movement, str]:
    return transit.at_office(session, command.reference, command.office, command.version, by=by, parts=_DEPARTURE)


def needed(session: Session, reference: str, *, by: Actor) -> securing.Needed:
    """What the goods would cost, for those who look at the guarantee of a movement."""
    movement = queries.find(session, reference, by=by)
    return securing.needed(codebook(session), queries.declared(session, movement), now(session))


#: What an officer may decide at the office of departure.
DECISIONS = (Action.RELEASE, Action.REFUSE_RELEASE, Action.CONTROL, Action.REFUSE_GUARANTEE, Action.REJECT)

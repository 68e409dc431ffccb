"""At the office of destination: arrival, unloading, differences, discharge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.core import versions
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, NotFound, WrongState
from app.core.text import _
from app.flows.movements import lodging, securing, selecting
from app.flows.selecting import LOOKED_AT
from app.guarantees import operations as guarantees
from app.reference.queries import codebook
from app.risk.rules import Lane
from app.seals import operations as seals
from app.transit import operations as transit
from app.transit import queries
from app.transit.commands import (
    Arrive,
    Continue,
    Discharge,
    FindDiscrepancies,
    PermitUnloading,
    RemarkUnloading,
    ResolveDiscrepancy,
)
from app.transit.lifecycle import LOOKED_FOR, Action, Office, Resolution, Status
from app.transit.models import Movement, TransitArrival, TransitDiscrepancy, TransitUnloading

#: A movement that goes on abroad ends where it leaves.
_DESTINATION = (Office.DESTINATION, Office.EXIT)


def arrive(session: Session, command: Arrive, *, by: Actor) -> tuple[Movement, TransitArrival]:
    """The goods are at an office of destination: an officer writes it down, or whoever brings them tells it with the
    MRN. In the simplified procedure the holder and the consignees that the movement names may unload at once; others
    wait for an officer, and so does what he looks at."""
    at = now(session)
    if by.grant(transit.WATCHING, command.office) is not None:
        movement, role = transit.at_office(
            session,
            command.reference,
            command.office,
            command.version,
            by=by,
            roles=transit.WATCHING,
            parts=_DESTINATION,
        )
        return movement, _arrived(session, movement, command, at, by=by, role=role)
    movement, party = _brought(session, command, by=by)
    arrival = _arrived(session, movement, command, at, by=by, role="trader", party=party)
    looked_at = movement.lane is not None and Lane(movement.lane) in LOOKED_AT
    if command.procedure == "simplified" and party in _entrusted(session, movement) and not looked_at:
        permission = PermitUnloading(movement.reference, command.office)
        transit.permit_unloading(session, movement, permission, at, by=SYSTEM, role="system")
    return movement, arrival


def _arrived(
    session: Session,
    movement: Movement,
    command: Arrive,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    party: str | None = None,
) -> TransitArrival:
    """Goods that were looked for are found: what was held of their guarantees is only reserved again."""
    was_looked_for = Status(movement.status) in LOOKED_FOR
    arrival = transit.arrive(session, movement, command, at, by=by, role=role, party=party)
    if was_looked_for:
        guarantees.unhold(session, securing.subject(movement), by=by)
    selecting.look_again(session, movement, codebook(session), at, stage="arrived", office=command.office, by=SYSTEM)
    return arrival


def _entrusted(session: Session, movement: Movement) -> set[str]:
    """Who may unload without an officer: knowing the MRN is not enough."""
    houses = queries.content(session, movement).header["house_consignments"]
    named = {str((house.get("consignee") or {}).get("id") or "") for house in houses}
    return {movement.party, *named} - {""}


def _brought(session: Session, command: Arrive, *, by: Actor) -> tuple[Movement, str]:
    """The movement for a trader who acts for a firm at the office of destination."""
    by.need_scope("write")
    by.need(("trader",), command.office)
    mine = by.parties(command.office)
    if not mine:
        raise Forbidden(_("You act for no firm at {office}.", office=command.office))
    try:
        movement = queries.locked(session, command.reference, by=by)
    except NotFound:
        movement = queries.locked_to_arrive(session, command.reference)
    versions.expect_seen(movement, command.version)
    if movement.party in mine:
        return movement, movement.party
    return movement, min(mine & _entrusted(session, movement) or mine)


def permit_unloading(session: Session, command: PermitUnloading, *, by: Actor) -> tuple[Movement, TransitUnloading]:
    movement, role = _opened(session, command, by=by)
    return movement, transit.permit_unloading(session, movement, command, now(session), by=by, role=role)


def remark_unloading(session: Session, command: RemarkUnloading, *, by: Actor) -> tuple[Movement, TransitUnloading]:
    """Who notified the arrival, or the holder, says what was unloaded; or an officer who was there."""
    at = now(session)
    if by.grant(transit.WATCHING, command.office) is not None:
        movement, role = _opened(session, command, by=by, roles=transit.WATCHING)
    else:
        movement, role = _unloaded(session, command, by=by), "trader"
    declared, day = queries.declared(session, movement), partial(codebook(session).day_at, command.office)
    return movement, transit.remark_unloading(session, movement, declared, command, at, by=by, role=role, day=day)


def _unloaded(session: Session, command: RemarkUnloading, *, by: Actor) -> Movement:
    by.need_scope("write")
    by.need(("trader",), command.office)
    movement = queries.locked(session, command.reference, by=by)
    mine = by.parties(command.office)
    told = {row.party for row in queries.arrivals(session, movement)}
    if movement.party not in mine and not told & mine:
        raise Forbidden(_("You do not act for {party}.", party=movement.party))
    versions.expect_seen(movement, command.version)
    return movement


def find_discrepancies(
    session: Session, command: FindDiscrepancies, *, by: Actor
) -> tuple[Movement, list[TransitDiscrepancy]]:
    movement, role = _opened(session, command, by=by, roles=transit.WATCHING)
    declared = queries.declared(session, movement)
    return movement, transit.find_discrepancies(session, movement, declared, command, now(session), by=by, role=role)


def resolve_discrepancy(
    session: Session, command: ResolveDiscrepancy, *, by: Actor
) -> tuple[Movement, TransitDiscrepancy]:
    """At the office of destination, or of departure, which asks the holder."""
    movement, role = transit.at_office(
        session,
        command.reference,
        command.office,
        command.version,
        by=by,
        parts=(Office.DEPARTURE, Office.DESTINATION),
    )
    return movement, transit.resolve_discrepancy(session, movement, command, now(session), by=by, role=role)


def continue_to_next(session: Session, command: Continue, *, by: Actor) -> Movement:
    """What was not unloaded here goes on, once it was looked at here where its lane asks for that."""
    at = now(session)
    movement, role = _opened(session, command, by=by)
    transit.must_allow(movement, Action.CONTINUE)
    selecting.must_be_looked_at(session, movement, command.office, codebook(session), at)
    transit.continue_to_next(session, movement, command, at, by=by, role=role)
    return movement


def discharge(session: Session, command: Discharge, *, by: Actor) -> Movement:
    """The end as it should be. Seals that were put on are looked at before by somebody else; what was found and is to
    be recovered is not discharged; guarantees, plates and seals are free again."""
    at = now(session)
    movement = queries.find(session, command.reference, by=by)
    parts = (Office.DEPARTURE,) if Status(movement.status) in LOOKED_FOR else _DESTINATION
    movement, role = transit.at_office(session, command.reference, command.office, command.version, by=by, parts=parts)
    transit.must_allow(movement, Action.DISCHARGE)
    if Status(movement.status) not in LOOKED_FOR:
        selecting.must_be_looked_at(session, movement, command.office, codebook(session), at)
        _seen_whole(session, movement)
    transit.discharge(session, movement, command, at, by=by, role=role)
    lodging.free(session, movement, "discharged", at, by=by, office=command.office)
    return movement


def must_be_checked(session: Session, movement: Movement, serials: Collection[str] | None = None) -> None:
    """Raises `WrongState` for seals on a movement that arrived (None: for any of them) at which nobody else than who put
    them on has looked since."""
    unseen = seals.checked_by_another(session, movement.id, movement.arrived_at)
    if serials is not None:
        unseen = [serial for serial in unseen if serial in serials]
    if unseen:
        message = _(
            "The seals {serials} were not checked here by another person than who put them on. Check them first.",
            serials=", ".join(unseen[:5]),
        )
        raise WrongState(message, findings=[Finding("", "discharge.seals-unchecked", message)])


def _seen_whole(session: Session, movement: Movement) -> None:
    must_be_checked(session, movement)
    if any(row.resolution == Resolution.RECOVERY for row in queries.discrepancies(session, movement)):
        message = _("A difference is to be recovered. Start the recovery; the movement is discharged when it is paid.")
        raise WrongState(message, findings=[Finding("", "discharge.recovery-due", message)])


def _opened(
    session: Session, command: Any, *, by: Actor, roles: tuple[str, ...] = transit.DECIDING
) -> tuple[Movement, str]:
    return transit.at_office(
        session, command.reference, command.office, command.version, by=by, roles=roles, parts=_DESTINATION
    )

"""What the papers of an office of destination say: the arrival receipt, and the permission to unload."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from app.registers.contents import on_the_way
from app.registers.contents.naming import firm, party
from app.seals import queries as sealed
from app.seals.models import Seal as KeptSeal
from app.seals.models import SealEvent
from app.transit.commands import Declared
from app.transit.models import Movement, TransitArrival, TransitUnloading
from forms.arrival_receipt.v1_content import ArrivalReceipt
from forms.clearance_permit.v1_content import Post
from forms.exit_note.v1_content import Seal as SeenSeal
from forms.unloading_permission.v1_content import Item, Seal, UnloadingPermission


@dataclass(frozen=True, slots=True)
class Issue:
    """The act of issuing: when, who, for which office, with which key."""

    at: dt.datetime
    name: str
    post: Post
    key_id: str


def receipt_number(mrn: str, arrival: int) -> str:
    return f"{mrn}-A{arrival}"


def permission_number(mrn: str, permission: int) -> str:
    return f"{mrn}-U{permission}"


def receipt(
    session: Session, issue: Issue, movement: Movement, declared: Declared, arrival: TransitArrival
) -> ArrivalReceipt:
    """The frozen content of the receipt of one arrival: how the goods travelled when it was written down, however late it
    is printed."""
    then = on_the_way.moving(session, movement, declared.header, arrival.notified_at)
    if then.limit_at is None:
        raise ValueError("A movement that was not released does not arrive")
    return ArrivalReceipt(
        number=receipt_number(movement.mrn or "", arrival.number),
        mrn=movement.mrn or "",
        reference=movement.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        arrived_at=arrival.arrived_at,
        notified_at=arrival.notified_at,
        limit_at=then.limit_at,
        holder=party(declared.header["holder"]),
        notifier=_notifier(session, arrival),
        procedure=arrival.procedure,
        late=arrival.late,
        place=arrival.location or "",
        vehicle=then.vehicle,
        trailer=then.trailer,
        containers=_containers(then, declared),
        totals=on_the_way.totals(declared),
        seals=_seen(session, movement, arrival),
    )


def permission(
    session: Session,
    issue: Issue,
    movement: Movement,
    declared: Declared,
    arrival: TransitArrival,
    unloading: TransitUnloading,
) -> UnloadingPermission:
    """The frozen content of one permission to unload: the goods as they stood when it was given."""
    then = on_the_way.moving(session, movement, declared.header, unloading.permitted_at)
    on = on_the_way.borne(session, movement, unloading.permitted_at)
    return UnloadingPermission(
        number=permission_number(movement.mrn or "", unloading.number),
        mrn=movement.mrn or "",
        reference=movement.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        nth=unloading.number,
        permitted_at=unloading.permitted_at,
        arrived_at=arrival.arrived_at,
        holder=party(declared.header["holder"]),
        notifier=_notifier(session, arrival),
        place=arrival.location or "",
        vehicle=then.vehicle,
        trailer=then.trailer,
        containers=_containers(then, declared),
        seals=tuple(Seal(seal.serial, seal.container or seal.plate or "") for seal in on),
        items=tuple(
            Item(
                number=item.words["number"],
                commodity=item.words["commodity"],
                description=item.words["description"],
                packages=on_the_way.packages(item.words),
                gross_kg=Decimal(item.words["gross_kg"]),
            )
            for item in declared.items
        ),
        totals=on_the_way.totals(declared),
    )


def _notifier(session: Session, arrival: TransitArrival) -> str:
    """The firm that told it; "" where an officer wrote it down."""
    if arrival.party is None:
        return ""
    known = firm(session, arrival.party)
    return " · ".join(filter(None, (known.name, known.id)))


def _containers(then: on_the_way.Moving, declared: Declared) -> tuple[str, ...]:
    if not declared.containers:
        return ()
    return tuple(row.container for row in then.equipment if row.container not in ("", then.vehicle.plate))


def _seen(session: Session, movement: Movement, arrival: TransitArrival) -> tuple[SeenSeal, ...]:
    """Each seal that the goods arrived with, as its last check at the office found it before they went on."""
    borne = on_the_way.borne(session, movement, arrival.notified_at)
    checks: dict[object, SealEvent] = {}
    broken: set[object] = set()
    for link in sealed.events(session, borne):
        if arrival.left_at is not None and link.at > arrival.left_at:
            break
        if link.event == "broken":
            broken.add(link.seal_id)
        if link.event == "checked" and link.office == arrival.office and link.at >= arrival.arrived_at:
            checks[link.seal_id] = link
    return tuple(_state(seal, checks.get(seal.id), broken=seal.id in broken) for seal in borne)


def _state(seal: KeptSeal, check: SealEvent | None, *, broken: bool) -> SeenSeal:
    if check is None:
        return SeenSeal(seal.serial, "broken" if broken else "unchecked")
    sound = check.viewed and check.verified and check.tugged and check.twisted
    return SeenSeal(seal.serial, "intact" if sound else "broken", check.remarks or "")

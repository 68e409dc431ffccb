"""What is taken along to the truck: everything that must be known there, because nothing can be asked there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.declarations import queries as declarations
from app.field import queries as devices
from app.field.models import FieldDevice
from app.field.operations import TAKING
from app.inspections import queries as inspected
from app.inspections.models import Inspection
from app.inspections.queries import Records
from app.registers import standing
from app.transit import queries as transit
from app.transit.models import Movement

#: More orders than one person can look at in a shift, and than a telephone should carry away.
MOST_ORDERS = 40
#: Parties whose names help to find the people at the truck.
_PARTIES = ("consignor", "consignee", "declarant", "carrier", "holder")


def take_along(session: Session, device: FieldDevice, *, by: Actor) -> list[dict[str, Any]]:
    """The person's open inspections, and those at his posts that nobody was drawn for, oldest first, JSON-ready.

    What was taken along is journaled where it is other than before: whoever loses the device tells what was in it.
    """
    posts = {grant.post for grant in by.grants if grant.role in TAKING}
    mine = inspected.waiting(session, _all_posts(posts, device.post), person=by.person, limit=MOST_ORDERS)
    recorded = inspected.records(session, mine)
    taken = [order for look in mine if (order := _order(session, look, recorded[look.id], by=by)) is not None]
    device.seen_at = now(session)
    session.flush()
    references = [order["reference"] for order in taken]
    if devices.carried(session, device) != set(references):
        journal.record(
            session, by=by, event=devices.TAKEN, kind="field_device", subject=device.id, post=device.post,
            after={"orders": references},
        )  # fmt: skip
    return taken


def _all_posts(posts: Collection[str], own: str) -> Collection[str]:
    """Whoever works at every post takes along what waits at the post of his device."""
    return {own} if "*" in posts else posts


def _order(session: Session, look: Inspection, recorded: Records, *, by: Actor) -> dict[str, Any] | None:
    about = _of_movement(session, look, by=by) if look.movement_id else _of_declaration(session, look, by=by)
    if about is None:
        return None
    told = {
        "id": look.id, "post": look.post, "kind": look.kind, "status": look.status, "types": look.types,
        "reason": look.reason, "reason_words": look.reason_words, "profiles": look.profiles,
        "instruction": look.instruction, "extent": look.extent, "place": look.place, "slot_from": look.slot_from,
        "slot_to": look.slot_to, "due_at": look.due_at, "ordered_at": look.ordered_at, "assigned": look.assigned_name,
        "steps": [{"agency": s.agency, "type": s.type, "status": s.status} for s in recorded.steps],
        "found": [standing.found(finding) for finding in recorded.findings],
        "photos": len(recorded.photos),
        "persons": [{"full_name": p.full_name, "role": p.role} for p in recorded.presences],
        "samples": [{"number": s.number, "description": s.description} for s in recorded.samples],
        "sealed": [{"serial": s.serial, "what": s.what, "condition": s.condition} for s in recorded.seals],
        **about,
    }  # fmt: skip
    plain: dict[str, Any] = canonical.plain(told)
    return plain


def _of_declaration(session: Session, look: Inspection, *, by: Actor) -> dict[str, Any] | None:
    ids = [] if look.declaration_id is None else [look.declaration_id]
    known = declarations.references(session, look.post, ids, by=by)
    if not known:
        return None
    declaration = declarations.find(session, next(iter(known.values()))[0], by=by)
    said = declarations.declared(session, declaration)
    currency = (said.header.get("invoice") or {}).get("currency")
    return {
        "subject": "declaration", "reference": declaration.reference, "mrn": declaration.mrn, "lane": declaration.lane,
        "state": declaration.status, "parties": _parties(said.header), **_means(said.header.get("transport") or {}),
        "items": [_item(item, item.get("number"), currency) for item in said.items],
        "documents": _papers([*said.documents, *(paper for item in said.items for paper in item.get("documents") or ())]),
        "seals": [],
    }  # fmt: skip


def _of_movement(session: Session, look: Inspection, *, by: Actor) -> dict[str, Any] | None:
    movement = session.get(Movement, (look.movement_post, look.movement_id))
    if movement is None or movement.mrn is None:
        return None
    said = transit.declared(session, movement)
    header = said.header
    papers = [
        *(header.get("documents") or ()),
        *(p for h in header["house_consignments"] for p in h.get("documents") or ()),
    ]
    return {
        "subject": "movement", "reference": movement.reference, "mrn": movement.mrn, "lane": movement.lane,
        "state": movement.status, "parties": _parties(header), **_means(header.get("transport") or header),
        "items": [_item(item.words, item.words.get("number"), None) for item in said.items],
        "documents": _papers(papers), "seals": _serials(header),
    }  # fmt: skip


def _parties(header: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [(role, header.get(role)) for role in _PARTIES]
    return [{"role": role, "name": p.get("name"), "id": p.get("id")} for role, p in found if isinstance(p, Mapping)]


def _means(transport: Mapping[str, Any]) -> dict[str, Any]:
    """What drives, what it carries, and who sits in it."""
    drives = [transport.get(name) for name in ("vehicle", "departure_means", "means", "trailer")]
    driver = transport.get("driver") or {}
    containers = [c if isinstance(c, str) else c.get("number") for c in transport.get("containers") or ()]
    return {
        "plates": [d["plate"] for d in drives if isinstance(d, Mapping) and d.get("plate")],
        "containers": [number for number in containers if number],
        "driver": driver.get("name") if isinstance(driver, Mapping) else None,
    }


def _item(item: Mapping[str, Any], number: Any, currency: str | None) -> dict[str, Any]:
    """What was declared of an item, in the words that findings use."""
    units = item.get("supplementary") or {}
    return {
        "number": number, "commodity": item.get("commodity"), "description": item.get("description") or "",
        "packages": [{k: p.get(k) for k in ("kind", "count", "marks")} for p in item.get("packages") or ()],
        "gross_kg": item.get("gross_kg"), "net_kg": item.get("net_kg"), "origin": item.get("origin"),
        "quantity": units.get("quantity") if isinstance(units, Mapping) else None,
        "unit": units.get("unit") if isinstance(units, Mapping) else None,
        "value": item.get("invoice_value") or item.get("value"), "currency": item.get("currency") or currency,
    }  # fmt: skip


def _papers(papers: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": p.get("type"), "number": p.get("number"), "date": p.get("date")} for p in papers]


def _serials(header: Mapping[str, Any]) -> list[str]:
    """The seals that should be on it, wherever the words name them."""
    found = [*(header.get("seals") or ())]
    for equipment in header.get("equipment") or header.get("containers") or ():
        found += (equipment.get("seals") or ()) if isinstance(equipment, Mapping) else ()
    return [s if isinstance(s, str) else str(s.get("serial") or s.get("number") or "") for s in found]

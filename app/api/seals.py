"""Seals: stock of a post, what is on goods, the custody of each; and devices that tell of goods on the road."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import movement_facts as facts
from app.api.body import seen_version, words
from app.api.control import identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.movement_deeds import acting_office
from app.api.movements import told
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import NotFound, NotSignedIn
from app.core.text import compact
from app.edge.tokens import current_actor, wrong_key
from app.flows import instruments
from app.flows.movements import departing, handing, travelling
from app.registers.movements import file
from app.seals import operations, queries, schemas
from app.seals.commands import Applied, CheckSeal, DeviceEvent, ReceiveSeals, RegisterDevice

blueprint = Blueprint("seals", __name__, url_prefix="/api/v1", description="Seals and devices")


@blueprint.get("/seals")
@described(
    blueprint,
    gives="Seals of a post in the order of their numbers.",
    refusals=(422,),
    query=(
        ("office", "the post"),
        ("status", "stock, issued, applied, broken, removed or void"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def listed() -> Response:
    """The seals of a post."""
    actor, limit = current_actor(), asked_limit()
    office, status, after = (request.args.get(name, "")[:40] for name in ("office", "status", "after"))
    office = acting_office(office, actor, "must") or ""
    with db.reading() as session:
        rows = queries.stock(
            session,
            by=actor,
            post=compact(office),
            status=compact(status).lower(),
            after=compact(after),
            limit=limit + 1,
        )
    items = [facts.seal(row) for row in rows[:limit]]
    return reply({"items": items, "next": rows[limit - 1].serial if len(rows) > limit else None})


@blueprint.get("/seals/<serial>")
@described(blueprint, gives="Every seal with this number, each with its custody.")
def custody(serial: str) -> Response:
    """Where a seal was, and in whose hands."""
    actor = current_actor()
    with db.reading() as session:
        found = queries.by_serial(session, compact(serial), by=actor)
        if not found:
            raise NotFound()
        links = queries.events(session, found)
    items = [
        {**facts.seal(row), "custody": [facts.link(each, row.serial) for each in links if each.seal_id == row.id]}
        for row in found
    ]
    return reply({"items": items})


def _stocked(schema: type[ma.Schema], verb: Callable[[Session, dict[str, Any]], Any], status: int = 200) -> Response:
    given = words(schema)
    return deed(lambda session: Reply({"items": [facts.seal(row) for row in verb(session, given)]}, status))


@blueprint.post("/seals")
@described(blueprint, body=schemas.SealReceptionSchema, answers=201, gives="The seals.", key=True, refusals=(403, 422))
def received() -> Response:
    """Take seals into the stock of a post."""
    actor = current_actor()
    return _stocked(
        schemas.SealReceptionSchema,
        lambda s, g: operations.receive(
            s, ReceiveSeals(g["office"], g["maker"], g["grade"], tuple(g["serials"])), by=actor
        ),
        201,
    )


@blueprint.post("/seals/issues")
@described(blueprint, body=schemas.SealIssueSchema, gives="The seals.", key=True, refusals=(403, 422))
def issued() -> Response:
    """Hand seals to an officer."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Any:
        return handing.issue(session, given["office"], given["officer"], given["serials"], by=actor)

    return _stocked(schemas.SealIssueSchema, act)


@blueprint.post("/seals/returns")
@described(blueprint, body=schemas.SealReturnSchema, gives="The seals.", key=True, refusals=(403, 422))
def returned() -> Response:
    """Give back seals that were not applied."""
    actor = current_actor()
    return _stocked(schemas.SealReturnSchema, lambda s, g: operations.give_back(s, g["office"], g["serials"], by=actor))


@blueprint.post("/seals/voidings")
@described(blueprint, body=schemas.SealVoidingSchema, gives="The seals.", key=True, refusals=(403, 422))
def voided() -> Response:
    """Void seals that were spoilt or lost."""
    actor = current_actor()
    return _stocked(
        schemas.SealVoidingSchema, lambda s, g: operations.void(s, g["office"], g["serials"], g["reason"], by=actor)
    )


@blueprint.post("/transit-movements/<reference>/seals")
@described(
    blueprint, body=schemas.SealApplicationSchema, gives="The movement.", key=True, match=True, refusals=(403, 422)
)
def applied(reference: str) -> Response:
    """Put seals on the goods."""
    given, actor, version = words(schemas.SealApplicationSchema), current_actor(), seen_version()
    wanted = [
        Applied(
            row["serial"],
            row.get("plate"),
            row.get("container"),
            row.get("place") or "",
            UUID(row["photo"]) if row.get("photo") else None,
        )
        for row in given["seals"]
    ]

    def act(session: Session) -> Reply:
        movement, _made = departing.apply_seals(session, reference, given["office"], wanted, version, by=actor)
        return told(session, movement, actor)

    return deed(act)


@blueprint.post("/transit-movements/<reference>/seals/checks")
@described(blueprint, body=schemas.SealCheckSchema, gives="The movement.", key=True, match=True, refusals=(403, 422))
def checked(reference: str) -> Response:
    """View, verify, tug, twist."""
    given, actor, version = words(schemas.SealCheckSchema), current_actor(), seen_version()
    command = CheckSeal(
        given["serial"],
        given["view"],
        given["verify"],
        given["tug"],
        given["twist"],
        given.get("remarks") or "",
        UUID(given["photo"]) if given.get("photo") else None,
    )

    def act(session: Session) -> Reply:
        movement, _seal = travelling.check_seal(session, reference, given["office"], command, version, by=actor)
        return told(session, movement, actor)

    return deed(act)


@blueprint.post("/transit-movements/<reference>/seals/removals")
@described(blueprint, body=schemas.SealRemovalSchema, gives="The movement.", key=True, match=True, refusals=(403, 422))
def removed(reference: str) -> Response:
    """Take seals off."""
    given, actor, version = words(schemas.SealRemovalSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        movement, _gone = travelling.remove_seals(
            session, reference, given["office"], given["serials"], given["reason"], version, by=actor
        )
        return told(session, movement, actor)

    return deed(act)


@blueprint.get("/transit-movements/<reference>/custody")
@described(
    blueprint, gives="The custody of every seal of the movement, oldest first, and what devices told.", refusals=(403,)
)
def chain(reference: str) -> Response:
    """In whose hands the goods were."""
    actor = current_actor()
    with db.reading() as session:
        found = file.of(session, reference, by=actor)
    if not found.official:
        raise NotFound()
    names = {row.id: row.serial for row in found.seals}
    body = {
        "seals": [facts.link(row, names[row.seal_id]) for row in found.custody],
        "devices": [facts.told(row) for row in found.told],
    }
    return reply(body, {"ETag": found.movement.etag})


@blueprint.post("/transit-movements/<reference>/devices")
@described(blueprint, body=schemas.BindingSchema, gives="The device.", key=True, match=True, refusals=(403, 422))
def bound(reference: str) -> Response:
    """Let a device travel with the goods."""
    given, actor, version = words(schemas.BindingSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        _movement, device = travelling.bind_device(
            session, reference, given["office"], UUID(given["device"]), version, by=actor
        )
        return Reply(facts.device(device))

    return deed(act)


@blueprint.get("/devices")
@described(blueprint, gives="The devices of your offices.")
def devices() -> Response:
    """List devices."""
    actor = current_actor()
    with db.reading() as session:
        return reply({"items": [facts.device(row) for row in queries.devices(session, by=actor)]})


@blueprint.post("/devices")
@described(
    blueprint,
    body=schemas.DeviceSchema,
    answers=201,
    gives="The device with its key, told once.",
    key=True,
    refusals=(403, 422),
)
def registered() -> Response:
    """Register a device."""
    given, actor = words(schemas.DeviceSchema), current_actor()
    command = RegisterDevice(given["office"], given["kind"], given["name"])

    def act(session: Session) -> Reply:
        device, key = operations.register_device(session, command, by=actor)
        return Reply({**facts.device(device), "key": key}, 201)

    return deed(act)


@blueprint.post("/devices/<identifier>/revocation")
@described(blueprint, gives="The device.", key=True, refusals=(403,))
def revoked(identifier: str) -> Response:
    """What it tells counts no more."""
    actor, id = current_actor(), identified(identifier)
    return deed(lambda session: Reply(facts.device(operations.revoke_device(session, id, by=actor))))


@blueprint.post("/devices/<identifier>/events")
@described(
    blueprint,
    body=schemas.DeviceEventsSchema,
    gives="The number of the last event that is kept. No Idempotency-Key: the numbers of events are theirs.",
    refusals=(403, 409, 422),
)
def events(identifier: str) -> Response:
    """What a device tells, signed in with its own key: Authorization: Device KEY."""
    given, id, key = words(schemas.DeviceEventsSchema), identified(identifier), _key()
    told_by_it = [_event(row) for row in given["events"]]
    try:
        with db.transaction() as session:
            device, kept = instruments.tell(session, id, key, told_by_it, by=SYSTEM)
    except NotSignedIn:
        wrong_key()
        raise
    return reply({"kept": len(kept), "last": device.last_sequence})


@blueprint.get("/devices/readings")
@described(
    blueprint,
    gives="What instruments measured in the last hours and belongs to no inspection yet, newest first.",
    refusals=(403, 422),
    query=(("office", "the post"),),
)
def readings() -> Response:
    """Readings that wait to be linked."""
    actor = current_actor()
    office = acting_office(request.args.get("office", "")[:40], actor, "must") or ""
    with db.reading() as session:
        rows = instruments.unlinked(session, office, by=actor)
    return reply({"items": [facts.reading(row) for row in rows]})


@blueprint.post("/devices/<identifier>/images")
@described(
    blueprint,
    files=("image/jpeg", "image/png", "image/tiff", "image/webp"),
    answers=201,
    gives="The image's id, to be named in an event. The body is the file: JPEG, PNG, TIFF or WebP. The same file sent "
    "again has the id of before.",
    refusals=(413, 422),
)
def image(identifier: str) -> Response:
    """An image that a scanner made, signed in with its own key: Authorization: Device KEY."""
    id, key = identified(identifier), _key()
    try:
        with db.transaction() as session:
            kept = instruments.keep_image(session, id, key, request.get_data(cache=False), by=SYSTEM)
            body = {"image": str(kept.id), "sha256": kept.sha256, "size": kept.size}
    except NotSignedIn:
        wrong_key()
        raise
    return reply(body, status=201)


#: What an event may tell beside when and where.
_MEASURED = (
    *("battery", "speed", "gross_kg", "tare_kg", "axles", "calibrated_on", "level", "unit", "alarm"),
    *("image", "remarks", "reference", "plate", "container"),
)


def _key() -> str:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Device" or not key or len(key) > 200:
        raise NotSignedIn()
    return key


def _event(row: dict[str, Any]) -> DeviceEvent:
    facts_told = {name: row[name] for name in _MEASURED if row.get(name) is not None}
    return DeviceEvent(
        row["sequence"],
        row["told"],
        dt.datetime.fromisoformat(row["at"]),
        _degrees(row.get("latitude")),
        _degrees(row.get("longitude")),
        facts_told,
    )


def _degrees(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)

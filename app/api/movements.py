"""/transit-movements: lodge, list, read, draft, submit; what waits at offices and what is on the road."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lanes
from app.api import movement_facts as facts
from app.api.body import json_object, seen_version
from app.api.control import identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, change, deed, reply
from app.api.documentation import described
from app.api.presenters import finding, instant
from app.core import db, journal
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid
from app.core.text import _, fault_in, normal
from app.edge import limits
from app.edge.locale import current as locale
from app.edge.tokens import current_actor
from app.flows.lodging import own_posts
from app.flows.movements import evidence, lodging, travelling
from app.reference.queries import codebook
from app.registers import reasons
from app.registers.movements import file, listing, matching, scanning, underway, worklist
from app.transit import operations, queries, schemas
from app.transit.commands import DeleteDraft, LodgeMovement, SaveDraft
from app.transit.models import Movement
from app.transit.operations import KIND, Lodged

blueprint = Blueprint("movements", __name__, url_prefix="/api/v1", description="Transit movements")


def headers(record: Movement) -> dict[str, str]:
    return {"ETag": record.etag}


def located(record: Movement) -> dict[str, str]:
    return {"Location": f"/api/v1/transit-movements/{record.reference}", **headers(record)}


def is_draft() -> bool:
    value = request.args.get("draft", "false")
    if value not in ("true", "false"):
        raise Invalid(findings=[Finding("/draft", "draft.flag", _("Write draft=true or draft=false."))])
    return value == "true"


@blueprint.post("/transit-movements")
@described(
    blueprint,
    body=schemas.MovementSchema,
    answers=201,
    gives="Lodged (or, with draft=true, kept as a draft).",
    key=True,
    refusals=(403, 413, 415, 422),
    query=(("draft", "true: keep it as a draft instead of lodging it"),),
)
def lodge() -> Response:
    """Lodge a transit movement, or keep a draft."""
    body, actor = json_object(), current_actor()
    if is_draft():
        words = schemas.draft_words(body)
        return deed(lambda session: _saved(session, _draft(words, None, None), by=actor))
    command = LodgeMovement(schemas.read(body))
    with limits.access_codes(actor.person):
        return deed(lambda session: _lodged(session, lodging.lodge(session, command, by=actor)))


def _draft(words: dict[str, Any], reference: str | None, version: int | None) -> SaveDraft:
    post = words.get("post")
    return SaveDraft(post if isinstance(post, str) else db.node_post(), words, reference=reference, version=version)


def _lodged(session: Session, lodged: Lodged) -> Reply:
    body = {**lodged.declared.body(), **facts.state(lodged.movement)}
    body["warnings"] = [finding(w) for w in lodged.warnings]
    return Reply(body, 201, located(lodged.movement))


def _saved(session: Session, command: SaveDraft, *, by: Actor) -> Reply:
    if command.post not in own_posts(codebook(session)):  # its writer is told so; meanwhile it lies with us
        command = replace(command, post=db.node_post())
    record = operations.save_draft(session, command, by=by)
    return Reply(draft_body(session, record, by), 201 if command.reference is None else 200, located(record))


def draft_body(session: Session, record: Movement, actor: Actor) -> dict[str, Any]:
    """A draft with everything that stands between it and lodging."""
    kept = queries.draft(session, record)
    return facts.draft(record, kept, lodging.check(session, kept.body, by=actor))


@blueprint.get("/transit-movements")
@described(
    blueprint,
    gives="A page of the movements you may see, newest first.",
    refusals=(403, 422),
    query=(
        ("post", "office of departure or entry"),
        ("status", "state"),
        ("kind", "national, international or tir"),
        ("holder", "firm"),
        ("plate", "registration number"),
        ("container", "container number"),
        ("carnet", "TIR carnet"),
        ("previous", "MRN of the declaration or movement the goods came under before"),
        ("q", "reference, MRN or your own reference"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def listed() -> Response:
    """List transit movements."""
    actor, limit = current_actor(), asked_limit()
    given = {
        name: _query_text(name)
        for name in ("post", "status", "kind", "holder", "plate", "container", "carnet", "previous", "q", "after")
    }
    with db.reading(search=True) as session:
        page = listing.page(session, listing.Filters(**given), by=actor, limit=limit)
    return reply({"items": [facts.line(row) for row in page.lines], "next": page.next})


def _query_text(name: str) -> str:
    value = request.args.get(name, "")
    fault = fault_in(value)
    if fault is not None or len(value) > 100:
        message = fault or _("Too long: at most {most} characters.", most=100)
        raise Invalid(findings=[Finding(f"/{name}", "filter.text", message)])
    return normal(value) if value else ""


@blueprint.get("/transit-movements/<reference>")
@described(blueprint, gives="The movement with all that happened to it.")
def shown(reference: str) -> Response:
    """Read a movement by its reference or MRN."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if record.status == "draft":
            if request.if_none_match.contains(str(record.version)):
                return Response(status=304, headers=headers(record))
            return reply(draft_body(session, record, actor), headers(record))
        # Cover and the movements that goods came from or went on under belong to other records and change without a new
        # version of this one: a lodged movement is always answered whole, never with "not modified".
        return reply(facts.movement(file.of(session, reference, by=actor), actor), headers(record))


def told(session: Session, record: Movement, actor: Actor, status: int = 200) -> Reply:
    """The answer of a deed: the movement as it is now."""
    session.flush()
    return Reply(facts.movement(file.of(session, record.reference, by=actor), actor), status, headers(record))


@blueprint.put("/transit-movements/<reference>")
@described(
    blueprint,
    body=schemas.MovementSchema,
    gives="The draft as kept.",
    match=True,
    refusals=(403, 409, 413, 415, 422),
)
def rewritten(reference: str) -> Response:
    """Write a draft anew."""
    words, actor, version = schemas.draft_words(json_object()), current_actor(), seen_version()
    return change(lambda session: _saved(session, _draft(words, reference, version), by=actor))


@blueprint.delete("/transit-movements/<reference>")
@described(blueprint, answers=204, gives="Thrown away.", match=True, refusals=(403, 409))
def discarded(reference: str) -> Response:
    """Throw a draft away."""
    actor, version = current_actor(), seen_version()

    def act(session: Session) -> Reply:
        operations.delete_draft(session, DeleteDraft(reference, version), by=actor)
        return Reply(None, 204)

    return change(act)


@blueprint.post("/transit-movements/<reference>/submission")
@described(
    blueprint,
    answers=201,
    gives="Lodged. The body may hold access_codes: {place of the guarantee: code}.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def submitted(reference: str) -> Response:
    """Lodge a draft; access codes of guarantees are not kept in drafts and given here."""
    actor, version, codes = current_actor(), seen_version(), _access_codes()
    with limits.access_codes(actor.person):
        return deed(
            lambda session: _lodged(session, lodging.submit(session, reference, version, by=actor, access_codes=codes))
        )


def _access_codes() -> dict[int, str]:
    """{"access_codes": {"0": "…"}} of the body, if there is one."""
    if not request.get_data(cache=True):
        return {}
    body = json_object()
    codes = body.pop("access_codes", {})
    known = isinstance(codes, dict) and all(
        k.isascii() and k.isdigit() and len(k) < 3 and isinstance(v, str) for k, v in codes.items()
    )
    if body or not known:
        message = _('Give nothing here but "access_codes": the code of each guarantee by its place, from 0.')
        raise Invalid(findings=[Finding("/access_codes", "submission.codes", message)])
    return {int(place): code for place, code in codes.items()}


@blueprint.get("/transit-movements/<reference>/history")
@described(blueprint, gives="What happened, oldest first; for traders without names and reasons.")
def history(reference: str) -> Response:
    """What happened to a movement."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.is_official(actor, record, {row.office for row in queries.offices(session, record)})
        entries = journal.history(session, record.post, KIND, str(record.id))
    holder = record.party in actor.parties(record.post)
    lines = [each for each in entries if official or file.is_for_traders(each, holder=holder)]
    return reply({"items": [facts.entry(each, official) for each in lines]}, headers(record))


@blueprint.get("/transit-movements/<reference>/lane")
@described(blueprint, gives="The lane and why; who chose it, if it was not the system.", refusals=(403,))
def lane(reference: str) -> Response:
    """The lane and the reasons for it, for its offices only."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if not queries.is_official(actor, record, {row.office for row in queries.offices(session, record)}):
            raise Forbidden()
        why = reasons.of_movement(session, record, locale(), by=actor)
        hand = reasons.by_hand(journal.history(session, record.post, KIND, str(record.id)))
    told = lanes.told(record.lane, why, hand)
    lanes.note_seen(why, by=actor)
    return reply(told, headers(record))


@blueprint.get("/transit-movements/<reference>/files/<identifier>")
@described(
    blueprint,
    gives="The file, to be saved and never to be shown inside a page.",
    media="application/octet-stream",
    refusals=(409,),
)
def photo(reference: str, identifier: str) -> Response:
    """A photo or paper that an incident, an answer, a control or a seal names."""
    actor, id = current_actor(), identified(identifier)
    with db.reading() as session:
        opened = evidence.opened(session, reference, id, by=actor)
    response = Response(opened.content)
    response.headers.update(opened.headers)
    return response


@blueprint.get("/transit-worklist")
@described(
    blueprint,
    gives="What movements your offices have before them at a stage, what is due first on top.",
    refusals=(403, 422),
    query=(
        ("stage", "decide, present, expected or search"),
        ("office", "one of your offices"),
        ("lane", "red, yellow, blue or green"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def waiting() -> Response:
    """The worklist of offices."""
    actor, limit = _official(), asked_limit()
    stage = _query_text("stage") or worklist.STAGES[0].value
    office, lane, after = _query_text("office"), _query_text("lane"), request.args.get("after", "")
    with db.reading() as session:
        page = worklist.page(session, stage, by=actor, office=office, lane=lane, after=after, limit=limit)
        counts = worklist.counts(session, by=actor, office=office)
    return reply({"items": [facts.work_line(row) for row in page.lines], "next": page.next, "counts": counts})


@blueprint.get("/transit-under-way")
@described(
    blueprint,
    gives="Movements on the road that you may see, the earliest limit first.",
    refusals=(403, 422),
    query=(
        ("late", "true: only those whose limit is past"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def on_the_road() -> Response:
    """What is on the road, with the time that remains, and alarms nobody has seen."""
    actor, limit = current_actor(), asked_limit()
    late = request.args.get("late", "false")
    if late not in ("true", "false"):
        raise Invalid(findings=[Finding("/late", "filter.late", _("Write late=true or late=false."))])
    with db.reading(search=True) as session:
        at = db.now(session)
        page = underway.page(
            session,
            by=actor,
            late_at=at if late == "true" else None,
            after=request.args.get("after", ""),
            limit=limit,
        )
    rows = [{**facts.road_line(row), "seconds_left": int(row.left(at) / dt.timedelta(seconds=1))} for row in page.lines]
    return reply({"items": rows, "next": page.next})


@blueprint.get("/transit-mismatches")
@described(blueprint, gives="Goods that came in and not out, out and not in, and weights that differ.", refusals=(403,))
def mismatched() -> Response:
    """What does not match."""
    actor = _official()
    with db.reading(search=True) as session:
        at = db.now(session)
        rows = matching.found(
            session, at, by=actor, per_mille=travelling.tolerance(codebook(session), db.node_post(), at)
        )
    items = [
        {
            "kind": row.kind,
            "reference": row.reference,
            "mrn": row.mrn,
            "post": row.post,
            "destination": row.destination,
            "since": instant(row.since),
            "facts": row.facts,
        }
        for row in rows
    ]
    return reply({"items": items})


@blueprint.get("/transit-scan")
@described(
    blueprint,
    gives="The movements that a scanned text names: MRN, reference, plate, seal, carnet or container.",
    refusals=(422,),
    query=(("q", "what was read"),),
)
def scanned() -> Response:
    """One box for whatever is read from paper, plate or seal."""
    actor, said = current_actor(), _query_text("q")
    with db.reading(search=True) as session:
        hits = scanning.scan(session, said, by=actor)
    items = [
        {"reference": hit.reference, "mrn": hit.mrn, "status": hit.status, "post": hit.post,
         "destination": hit.destination, "by": hit.by}
        for hit in hits
    ]  # fmt: skip
    return reply({"items": items})


def _official() -> Actor:
    actor = current_actor()
    if not queries.official_posts(actor):
        raise Forbidden()
    return actor

"""Goods arrive, go in part, leave through the gate or come to another end; and what is looked at afterwards."""

from __future__ import annotations

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lives
from app.api.body import nothing, seen_version, words
from app.api.declarations import asked_limit, headers, lodged_body
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import state
from app.core import db
from app.declarations import queries, schemas
from app.declarations.commands import ConfirmExit, PartlyRelease, RecordAudit
from app.edge.tokens import current_actor
from app.flows import leaving, offending, presenting
from app.offences.commands import EndGoods, Member
from app.offences.lifecycle import End
from app.registers import audits

blueprint = Blueprint(
    "leaving", __name__, url_prefix="/api/v1", description="Presentation, release in part, exit, audit"
)


@blueprint.post("/declarations/<reference>/presentation")
@described(
    blueprint,
    gives="Lodged: it has its lane, and what follows from it.",
    answer="LodgedDeclaration",
    key=True,
    match=True,
    refusals=(403, 422),
)
def presented(reference: str) -> Response:
    """Say that the goods of a pre-lodged declaration are there."""
    nothing()
    actor, version = current_actor(), seen_version()

    def act(session: Session) -> Reply:
        record = presenting.present(session, reference, version, by=actor).declaration
        session.flush()
        return Reply(lodged_body(session, record, actor), 200, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/partial-release")
@described(
    blueprint,
    body=schemas.PartialReleaseSchema,
    gives="The decision and the declaration; with its last item all of it is released.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def partly_released(reference: str) -> Response:
    """Let some items go before the others."""
    given, actor, version = words(schemas.PartialReleaseSchema), current_actor(), seen_version()
    items = tuple(given["items"])
    command = PartlyRelease(reference, items, given["reason"], given.get("note") or "", version)

    def act(session: Session) -> Reply:
        record, made = leaving.partly_release(session, command, by=actor)
        left = queries.item_numbers(session, record) - queries.released_items(session, record)
        body = {
            "decision": lives.decision(made, sorted(items)),
            "items_left": sorted(left),
            "declaration": state(record, with_lane=True),
        }
        return Reply(body, 200, headers(record))

    return deed(act)


@blueprint.get("/declarations/<reference>/exit")
@described(blueprint, gives="Every truck that left, oldest first, and the items that are still here.", answer="Exits")
def left(reference: str) -> Response:
    """What has left, and what has not."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        found = [lives.leaving(gone, items, official=official) for gone, items in queries.exits(session, record)]
        here = queries.item_numbers(session, record) - queries.exited_items(session, record)
    return reply({"items": found, "items_here": sorted(here)}, headers(record))


@blueprint.post("/declarations/<reference>/exit")
@described(
    blueprint,
    body=schemas.ExitSchema,
    answers=201,
    gives="What was seen at the gate, and the declaration.",
    answer="ExitMade",
    key=True,
    match=True,
    refusals=(403, 422),
)
def exited(reference: str) -> Response:
    """Confirm that a truck has left under its permit; a supervisor may write down one that left without."""
    given, actor, version = words(schemas.ExitSchema), current_actor(), seen_version()
    items = tuple(given["items"]) if given.get("items") else None
    command = ConfirmExit(
        reference,
        given.get("plate") or "",
        tuple(given["seals"]),
        items,
        given.get("remark") or "",
        version,
        given.get("without_permit") or "",
    )

    def act(session: Session) -> Reply:
        record, gone = leaving.confirm_exit(session, command, by=actor)
        taken = next(items for found, items in queries.exits(session, record) if found.id == gone.id)
        body = {"exit": lives.leaving(gone, taken, official=True), "declaration": state(record, with_lane=True)}
        return Reply(body, 201, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/rejection")
@described(
    blueprint,
    body=schemas.GroundsSchema,
    gives="Rejected; nothing is owed.",
    answer="LodgedDeclaration",
    key=True,
    match=True,
    refusals=(403, 422),
)
def rejected(reference: str) -> Response:
    """Not take what was lodged."""
    given, actor, version = words(schemas.GroundsSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        record = leaving.reject(session, reference, given["reason"], version, by=actor)
        return Reply(lodged_body(session, record, actor), 200, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/destruction")
@described(
    blueprint,
    body=schemas.DestructionSchema,
    gives="The declaration.",
    answer="LodgedDeclaration",
    key=True,
    match=True,
    refusals=(403, 422),
)
def destroyed(reference: str) -> Response:
    """Record that the goods were destroyed under customs' eyes."""
    given, actor, version = words(schemas.DestructionSchema), current_actor(), seen_version()
    commission = tuple(Member(each["name"], each.get("post") or "") for each in given["commission"])
    command = EndGoods(
        End.DESTRUCTION.value,
        given["reason"],
        manner=given["note"],
        place=given.get("place") or "",
        commission=commission,
        witness=given["witness"],
    )

    def act(session: Session) -> Reply:
        offending.end_goods(session, reference, command, version, by=actor)
        record = queries.find(session, reference, by=actor)
        return Reply(lodged_body(session, record, actor), 200, headers(record))

    return deed(act)


@blueprint.get("/audits")
@described(
    blueprint,
    gives="A page of what was let go on the blue lane and waits to be audited, longest waiting first.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(403, 422),
)
def waiting() -> Response:
    """Declarations that wait for their audit."""
    actor, limit = current_actor(), asked_limit()
    with db.reading() as session:
        page = audits.page(session, by=actor, limit=limit, after=request.args.get("after"))
    return reply({"items": [lives.audit_line(row) for row in page.lines], "next": page.next})


@blueprint.post("/declarations/<reference>/audit")
@described(
    blueprint,
    body=schemas.AuditSchema,
    answers=201,
    gives="The audit.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def audited(reference: str) -> Response:
    """Write down what came out of an audit."""
    given, actor, version = words(schemas.AuditSchema), current_actor(), seen_version()
    command = RecordAudit(reference, given["outcome"], given["summary"], version)

    def act(session: Session) -> Reply:
        record, made = leaving.record_audit(session, command, by=actor)
        return Reply({"audit": lives.audit(made), "declaration": state(record, with_lane=True)}, 201, headers(record))

    return deed(act)

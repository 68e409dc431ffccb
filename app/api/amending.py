"""Requests to change what is declared or to invalidate it, and the versions that came of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lives
from app.api.body import seen_version, words
from app.api.control import identified
from app.api.declarations import asked_limit, headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import proposal, state
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, NotFound
from app.declarations import queries, schemas
from app.declarations.commands import Invalidate, RequestAmendment, SettleRequest
from app.edge.tokens import current_actor
from app.flows import amending
from app.flows.amending import Settled
from app.registers import requests, versions

blueprint = Blueprint("amendments", __name__, url_prefix="/api/v1", description="Amendments, versions, invalidation")


class _AmendmentWords(schemas.AmendmentSchema):
    """The same without a look at the declaration itself: the flow reads it, and keeps it to the word."""

    declaration = ma.fields.Dict(required=True)


@blueprint.get("/amendments")
@described(
    blueprint,
    gives="A page of the requests that wait for officials at your posts, longest waiting first.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(403, 422),
)
def waiting() -> Response:
    """Requests to amend or invalidate that wait."""
    actor, limit = current_actor(), asked_limit()
    with db.reading() as session:
        page = requests.page(session, by=actor, limit=limit, after=request.args.get("after"))
    return reply({"items": [lives.request_line(row) for row in page.lines], "next": page.next})


@blueprint.get("/declarations/<reference>/amendments")
@described(blueprint, gives="Requests to amend or invalidate the declaration, oldest first.")
def listed(reference: str) -> Response:
    """List the requests about a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        found = queries.requests(session, record, by=actor)
    return reply({"items": [lives.request(r, official=official) for r in found]}, headers(record))


@blueprint.post("/declarations/<reference>/amendments")
@described(
    blueprint,
    body=schemas.AmendmentSchema,
    answers=201,
    gives="Changed (what is pre-lodged, at once); or 202 with a request, or a proposal, that waits for somebody else.",
    key=True,
    match=True,
    refusals=(403, 413, 422),
)
def wanted(reference: str) -> Response:
    """Ask that something else be declared."""
    given, actor, version = words(_AmendmentWords), current_actor(), seen_version()
    command = RequestAmendment(reference, given["declaration"], given["reason"], version)

    def act(session: Session) -> Reply:
        try:
            done = amending.request(session, command, by=actor)
        except Invalid as refusal:
            raise Invalid(refusal.message, findings=[_within(f) for f in refusal.findings]) from None
        return _told(done, actor, 201 if done.changed else 202)

    return deed(act)


def _within(finding: Finding) -> Finding:
    """A finding about the wanted declaration, with a pointer into the body that holds it."""
    if finding.pointer == "/reason":
        return finding
    return Finding(f"/declaration{finding.pointer}", finding.rule, finding.message, finding.severity)


@blueprint.get("/declarations/<reference>/amendments/<identifier>")
@described(blueprint, gives="The request, with what it would change or has changed, field by field.")
def shown(reference: str, identifier: str) -> Response:
    """One request about a declaration."""
    actor, id = current_actor(), identified(identifier)
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        found = queries.request(session, record, id, by=actor)
        if found is None:
            raise NotFound()
        changed = versions.wanted(session, reference, id, by=actor)
        body = {**lives.request(found, official=official), "differences": [lives.difference(d) for d in changed]}
    return reply(body, headers(record))


_SETTLING: dict[str, Any] = {
    "body": schemas.SettlementSchema, "key": True, "match": True, "refusals": (403, 422),
}  # fmt: skip


@blueprint.post("/declarations/<reference>/amendments/<identifier>/acceptance")
@described(blueprint, gives="Accepted; what is declared, and what is due, has changed.", **_SETTLING)
def accepted(reference: str, identifier: str) -> Response:
    """Grant a request while the goods are held."""
    return _settled(amending.accept, reference, identifier)


@blueprint.post("/declarations/<reference>/amendments/<identifier>/rejection")
@described(blueprint, gives="Rejected; nothing changes.", **_SETTLING)
def rejected(reference: str, identifier: str) -> Response:
    """Refuse a request."""
    return _settled(amending.reject, reference, identifier)


@blueprint.post("/declarations/<reference>/amendments/<identifier>/endorsement")
@described(blueprint, answers=202, gives="Endorsed; a proposal waits for a second official.", **_SETTLING)
def endorsed(reference: str, identifier: str) -> Response:
    """Support a request after release."""
    return _settled(amending.endorse, reference, identifier, 202)


def _settled(flow: Callable[..., Settled], reference: str, identifier: str, status: int = 200) -> Response:
    given, actor, version = words(schemas.SettlementSchema), current_actor(), seen_version()
    command = SettleRequest(reference, identified(identifier), given.get("reason") or "", version)
    return deed(lambda session: _told(flow(session, command, by=actor), actor, status))


@blueprint.post("/declarations/<reference>/invalidation")
@described(
    blueprint,
    body=schemas.GroundsSchema,
    gives="Invalidated; or 202 with a request, or a proposal, that waits for somebody else.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def invalidated(reference: str) -> Response:
    """Have a declaration count no more."""
    given, actor, version = words(schemas.GroundsSchema), current_actor(), seen_version()
    command = Invalidate(reference, given["reason"], version)

    def act(session: Session) -> Reply:
        done = amending.invalidate(session, command, by=actor)
        return _told(done, actor, 200 if done.invalidated else 202)

    return deed(act)


def _told(done: Settled, by: Actor, status: int) -> Reply:
    record = done.declaration
    official = queries.sees_lane(by, record.post)
    body: dict[str, Any] = {
        "amendment": lives.request(done.amendment, official=official),
        "declaration": state(record, with_lane=official),
    }
    if done.differences:
        body["differences"] = [lives.difference(d) for d in done.differences]
    if done.proposal is not None:
        body["proposal"] = proposal(done.proposal)
    return Reply(body, status, headers(record))


@blueprint.get("/declarations/<reference>/versions")
@described(blueprint, gives="Every version of what is declared, oldest first: when, by whom, why.")
def told(reference: str) -> Response:
    """List the versions of a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        items = [lives.version(v, official=official) for v in versions.of(session, reference, by=actor)]
    return reply({"items": items}, headers(record))


@blueprint.get("/declarations/<reference>/versions/<number>")
@described(blueprint, gives="What was declared then, with when, by whom and why.")
def version(reference: str, number: str) -> Response:
    """One version of a declaration, as it was declared."""
    actor, wanted = current_actor(), _number(number)
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        known = next((v for v in versions.of(session, reference, by=actor) if v.content == wanted), None)
        if known is None:
            raise NotFound()
        said = queries.declared(session, record, wanted)
    words = {**said.header, "items": said.items, "documents": said.documents}
    return reply({"version": lives.version(known, official=official), "declaration": words}, headers(record))


@blueprint.get("/declarations/<reference>/versions/<number>/differences")
@described(blueprint, gives="What differs from the version before, field by field with its box; nothing for the first.")
def differences(reference: str, number: str) -> Response:
    """What changed with a version."""
    actor, wanted = current_actor(), _number(number)
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if not 1 <= wanted <= record.content:
            raise NotFound()
        found = versions.between(session, reference, wanted - 1, wanted, by=actor) if wanted > 1 else []
    return reply({"items": [lives.difference(d) for d in found]}, headers(record))


def _number(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,4}", text, re.ASCII):
        raise NotFound()
    return int(text)

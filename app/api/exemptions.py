"""Certificates and quotas with what is left of them, and goods under a suspensive procedure."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from app.api import lives
from app.api.body import words
from app.api.control import ReasonSchema, identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.figures import asked_id, page
from app.core import db
from app.edge.tokens import current_actor
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.exemptions import schemas
from app.suspense import queries as stocks

blueprint = Blueprint("exemptions", __name__, url_prefix="/api/v1", description="Exemption certificates and suspense")

_PAGE = (("limit", "1 to 200"), ("after", "next of the page before"))


@blueprint.get("/exemptions")
@described(
    blueprint,
    gives="A page of the certificates and quotas open to you, newest first, with what is left of each.",
    query=_PAGE,
    refusals=(422,),
)
def listed() -> Response:
    """List certificates and quotas."""
    actor, limit, after = current_actor(), asked_limit(), asked_id()
    with db.reading() as session:
        found = certificates.visible(session, by=actor, limit=limit + 1, after=after)
    return reply(page(found, limit, lives.certificate, lambda c: c.id.hex))


@blueprint.post("/exemptions")
@described(
    blueprint,
    body=schemas.CertificateSchema,
    answers=201,
    gives="The certificate; it counts once a second person has approved it.",
    key=True,
    refusals=(403, 422),
)
def registered() -> Response:
    """Enter a certificate as its paper says, or open a quota."""
    command, actor = schemas.certificate(words(schemas.CertificateSchema)), current_actor()
    return deed(lambda session: Reply(lives.certificate(exemptions.register(session, command, by=actor)), 201))


@blueprint.get("/exemptions/<identifier>")
@described(blueprint, gives="The certificate.")
def shown(identifier: str) -> Response:
    """One certificate."""
    with db.reading() as session:
        return reply(lives.certificate(certificates.find(session, identified(identifier), by=current_actor())))


@blueprint.post("/exemptions/<identifier>/approval")
@described(blueprint, body=ReasonSchema, gives="In force from now on.", key=True, refusals=(403, 422))
def approved(identifier: str) -> Response:
    """Put a certificate in force, as a second person."""
    return _settled(identifier, approved=True)


@blueprint.post("/exemptions/<identifier>/refusal")
@described(blueprint, body=ReasonSchema, gives="Refused.", key=True, refusals=(403, 422))
def refused(identifier: str) -> Response:
    """Refuse a certificate, as a second person."""
    return _settled(identifier, approved=False)


def _settled(identifier: str, *, approved: bool) -> Response:
    given, actor, id = words(ReasonSchema), current_actor(), identified(identifier)
    reason = given.get("reason") or ""
    return deed(
        lambda session: Reply(
            lives.certificate(exemptions.settle(session, id, approved=approved, reason=reason, by=actor))
        )
    )


@blueprint.post("/exemptions/<identifier>/withdrawal")
@described(blueprint, body=ReasonSchema, gives="Withdrawn; what it freed stays free.", key=True, refusals=(403, 422))
def withdrawn(identifier: str) -> Response:
    """End a certificate."""
    given, actor, id = words(ReasonSchema), current_actor(), identified(identifier)
    return deed(
        lambda session: Reply(lives.certificate(exemptions.withdraw(session, id, given.get("reason") or "", by=actor)))
    )


@blueprint.get("/suspense")
@described(
    blueprint,
    gives="A page of the goods under a suspensive procedure of which something is left, newest first.",
    query=_PAGE,
    refusals=(422,),
)
def stocked() -> Response:
    """List goods under suspense."""
    actor, limit, after = current_actor(), asked_limit(), asked_id()
    with db.reading() as session:
        found = stocks.visible(session, by=actor, limit=limit + 1, after=after)
    return reply(page(found, limit, lives.stock, lambda s: s.id.hex))

"""Clearance on paper, and the keys of neighbours: what is opened and trusted by two persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from app.api import presenters
from app.api.body import words
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.clearance import queries as clearance
from app.clearance.commands import RevokeNeighbour, TrustNeighbour
from app.clearance.models import NeighbourKey
from app.clearance.operations import neighbours
from app.clearance.schemas import NeighbourSchema, RevocationSchema
from app.core import db
from app.core.errors import NotFound
from app.edge.tokens import current_actor
from app.fallback import operations as fallback
from app.fallback import queries
from app.fallback.commands import OpenFallback, RegisterForm
from app.fallback.models import FallbackForm, FallbackPeriod
from app.fallback.schemas import FormSchema, KeyingSchema, OpeningSchema
from app.flows import keying
from app.flows.approving import OVER_KEYS
from app.registers import paperwork

blueprint = Blueprint("fallback", __name__, url_prefix="/api/v1", description="Clearance on paper; keys of neighbours")


@blueprint.get("/fallback")
@described(
    blueprint,
    gives="Periods of clearance on paper at your posts, forms still to be keyed, and the share of a post.",
    refusals=(403,),
    query=(("post", "the post whose share is wanted"),),
)
def shown() -> Response:
    """What was cleared on paper."""
    actor, post = current_actor(), request.args.get("post")
    with db.reading() as session:
        at = db.now(session)
        periods = queries.periods(session, by=actor)
        unmatched = queries.unmatched(session, at, by=actor)
        share = paperwork.share(session, post, at, by=actor) if post else None
    body: dict[str, Any] = {
        "items": [_period(each) for each in periods],
        "unmatched": [
            {
                "period": each.period.number,
                "number": each.number,
                "form": None if each.form is None else _form(each.form),
                "late": each.late,
            }
            for each in unmatched
        ],
    }
    if share is not None:
        body["share"] = {
            "post": share.post,
            "days": paperwork.DAYS,
            "forms": share.forms,
            "lodged": share.lodged,
            "percent": format(share.percent, "f"),
            "alarm": share.alarm,
        }
    return reply(body)


@blueprint.post("/fallback")
@described(
    blueprint,
    body=OpeningSchema,
    answers=202,
    gives="A proposal that waits for a second, senior person.",
    key=True,
    refusals=(403, 422),
)
def opened() -> Response:
    """Propose that a post clear on paper."""
    given, actor = words(OpeningSchema), current_actor()
    command = OpenFallback(given["post"], given["forms"], given["reason"])
    return deed(
        lambda session: Reply({"proposal": presenters.proposal(fallback.propose_open(session, command, by=actor))}, 202)
    )


@blueprint.post("/fallback/<number>/closing")
@described(blueprint, gives="The period, closed.", key=True, refusals=(403,))
def closed(number: str) -> Response:
    """End clearance on paper."""
    actor = current_actor()
    return deed(lambda session: Reply(_period(fallback.close(session, number, by=actor))))


@blueprint.post("/fallback/<number>/forms")
@described(blueprint, body=FormSchema, answers=201, gives="The form.", key=True, refusals=(403, 422))
def entered(number: str) -> Response:
    """Enter a numbered form that was filled in or spoiled."""
    given, actor = words(FormSchema), current_actor()

    moment = dt.datetime.fromisoformat(given["cleared_at"])

    command = RegisterForm(
        number,
        given["number"],
        moment,
        given["plate"] or "",
        given["party"] or "",
        given["goods"] or "",
        given["spoiled"],
    )
    return deed(lambda session: Reply(_form(fallback.register(session, command, by=actor)), 201))


@blueprint.post("/fallback/<number>/forms/<form>/declaration")
@described(blueprint, body=KeyingSchema, gives="The form, tied to its declaration.", key=True, refusals=(403, 422))
def keyed(number: str, form: str) -> Response:
    """Tie a form to the declaration that was lodged for it."""
    given, actor = words(KeyingSchema), current_actor()
    if not form.isascii() or not form.isdigit() or len(form) > 3:
        raise NotFound()
    return deed(lambda session: Reply(_form(keying.key(session, number, int(form), given["reference"], by=actor))))


@blueprint.get("/neighbour-keys")
@described(blueprint, gives="The keys of other administrations that are believed here.", refusals=(403,))
def keys() -> Response:
    """Whose signatures count."""
    current_actor().need(OVER_KEYS, db.node_post())
    with db.reading() as session:
        found = clearance.neighbour_keys(session)
    return reply({"items": [_key(each) for each in found]})


@blueprint.post("/neighbour-keys")
@described(
    blueprint,
    body=NeighbourSchema,
    answers=202,
    gives="A proposal that waits for a second person.",
    key=True,
    refusals=(403, 422),
)
def trusted() -> Response:
    """Propose to trust the keys of a neighbour."""
    given, actor = words(NeighbourSchema), current_actor()
    command = TrustNeighbour(given["administration"], given["bundle"], given["reason"])
    return deed(
        lambda session: Reply(
            {"proposal": presenters.proposal(neighbours.propose_trust(session, command, by=actor))}, 202
        )
    )


@blueprint.post("/neighbour-keys/<key_id>/revocation")
@described(
    blueprint,
    body=RevocationSchema,
    answers=202,
    gives="A proposal that waits for a second person.",
    key=True,
    refusals=(403, 422),
)
def revoked(key_id: str) -> Response:
    """Propose to trust a key of a neighbour no more."""
    given, actor = words(RevocationSchema), current_actor()
    command = RevokeNeighbour(key_id, given["compromised"], given["reason"])
    return deed(
        lambda session: Reply(
            {"proposal": presenters.proposal(neighbours.propose_revoke(session, command, by=actor))}, 202
        )
    )


def _period(period: FallbackPeriod) -> dict[str, Any]:
    return {
        "number": period.number,
        "post": period.post,
        "forms": period.forms,
        "reason": period.reason,
        "opened_at": presenters.instant(period.opened_at),
        "opened_by": [period.opened_name, period.approved_name],
        "closed_at": presenters.instant(period.closed_at),
        "closed_by": period.closed_name,
    }


def _form(form: FallbackForm) -> dict[str, Any]:
    return {
        "number": form.number,
        "cleared_at": presenters.instant(form.cleared_at),
        "due_at": presenters.instant(form.due_at),
        "plate": form.plate,
        "party": form.party,
        "goods": form.goods,
        "spoiled": form.spoiled,
        "declaration": form.reference or None,
        "keyed_at": presenters.instant(form.keyed_at),
        "by": form.registered_name,
    }


def _key(key: NeighbourKey) -> dict[str, Any]:
    return {
        "administration": key.administration,
        "key_id": key.key_id,
        "post": key.record["post"],
        "sha256": key.sha256,
        "trusted_at": presenters.instant(key.trusted_at),
        "revoked_at": presenters.instant(key.revoked_at),
        "compromised": key.compromised,
    }

"""Keys of other administrations: what is trusted here, and what an administrator proposes to a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.clearance import queries
from app.clearance.commands import RevokeNeighbour, TrustNeighbour
from app.clearance.operations import neighbours as operations
from app.clearance.schemas import NeighbourSchema, RevocationSchema
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows.approving import OVER_KEYS
from app.web.administrator.pages import blueprint
from app.web.form import Form

Answer = Response | tuple[str, int]


@blueprint.get("/neighbours")
@signed_in(*OVER_KEYS)
def neighbours() -> str:
    return _page({})


@blueprint.get("/neighbours/<path:_any>")
@signed_in(*OVER_KEYS)
def neighbours_again(_any: str) -> Response:
    """A refused form's page reloaded, or seen in another language."""
    return redirect(url_for("administrator.neighbours", lang=request.args.get("lang")))


@blueprint.post("/neighbours/trust")
@signed_in(*operations.PROPOSING)
def neighbour_trusted() -> Answer:
    """Asks a second person to believe the keys of a neighbour."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> None:
        command = TrustNeighbour(given["administration"], given["bundle"], given["reason"])
        operations.propose_trust(session, command, by=actor)

    return _deed("trust", NeighbourSchema, act)


@blueprint.post("/neighbours/<key_id>/revocation")
@signed_in(*operations.PROPOSING)
def neighbour_revoked(key_id: str) -> Answer:
    """Asks a second person to believe a key no more."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> None:
        operations.propose_revoke(session, RevokeNeighbour(key_id, given["compromised"], given["reason"]), by=actor)

    return _deed(key_id, RevocationSchema, act)


def _deed(name: str, schema: type[ma.Schema], act: Callable[[Session, dict[str, Any]], None]) -> Answer:
    form = Form.submitted(schema, request.form)
    if not form.validate():
        return _page({name: form}), 422
    try:
        with db.transaction() as session:
            act(session, form.data)
    except (Invalid, WrongState, Forbidden, NotFound) as refusal:
        form.refuse(refusal)
        return _page({name: form}), refusal.status
    flash(translate(_("The proposal waits for a second person.")), "success")
    return redirect(url_for("administrator.neighbours"), 303)


def _page(sent: dict[str, Form]) -> str:
    actor = current_actor()
    with db.reading() as session:
        keys = queries.neighbour_keys(session)
    revoking = {key.key_id: sent.get(key.key_id) or Form(RevocationSchema) for key in keys if key.revoked_at is None}
    return render_template(
        "administrator/neighbours.html",
        keys=keys,
        trusting=sent.get("trust") or Form(NeighbourSchema),
        revoking=revoking,
        sent=next(iter(sent.values()), None),
        proposes=not actor.roles().isdisjoint(operations.PROPOSING),
    )

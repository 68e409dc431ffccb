"""Exceptions that two persons make: goods that go unseen, fees not taken, debts given up, quantities put right, seals changed;
and the table of all acts that take two."""

from __future__ import annotations

from decimal import Decimal

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import presenters
from app.api.body import seen_version, words
from app.api.control import identified
from app.api.declarations import headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.approvals.acts import ACTS, READING, Act
from app.approvals.models import Proposal
from app.core.errors import Forbidden
from app.core.fields import Exact, Words
from app.core.messages import T
from app.declarations.models import Declaration
from app.edge.locale import translate
from app.edge.tokens import current_actor
from app.flows import waiving
from app.flows.movements import resealing
from app.flows.waiving import Because
from app.seals.commands import ChangeSeals

blueprint = Blueprint("exceptions", __name__, url_prefix="/api/v1", description="What nobody does alone")

_WAITS = "202 with a proposal that waits for a second, senior person."


class BecauseSchema(ma.Schema):
    """A reason of the list exception_reason, and one's own words."""

    class Meta:
        unknown = ma.RAISE

    code = Words(40, required=True, metadata={"label": T("Reason of the list"), "codes": waiving.LIST})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea"})


class FeeWaiverSchema(BecauseSchema):
    fee = Words(40, required=True, metadata={"label": T("Fee")})


class CorrectionSchema(BecauseSchema):
    quantity = Exact(12, 3, required=True, positive=True, metadata={"label": T("Quantity")})
    less = ma.fields.Boolean(load_default=False, metadata={"label": T("Less is used than was entered")})


class SealChangeSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    office = Words(8, required=True, metadata={"label": T("Office")})
    off = ma.fields.List(Words(30), required=True, metadata={"label": T("Seals that come off")})
    on = ma.fields.List(Words(30), required=True, metadata={"label": T("New seals")})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea"})


@blueprint.get("/acts")
@described(blueprint, gives="The table of acts that take two persons, for officials.", refusals=(403,))
def acts() -> Response:
    """What nobody does alone: who proposes, who is the second person, how long it waits."""
    actor = current_actor()
    actor.need_scope("read")
    if actor.roles().isdisjoint(READING):
        raise Forbidden
    return reply({"items": [_act(act) for act in ACTS.values()]})


def _act(act: Act) -> dict[str, object]:
    return {
        "kind": act.kind,
        "act": translate(act.words),
        "proposes": list(act.proposes),
        "settles": list(act.settles),
        "hours": act.hours,
        "other_device": act.other_device,
        "guard": act.guard,
    }


@blueprint.post("/declarations/<reference>/inspection/waiver")
@described(blueprint, body=BecauseSchema, answers=202, gives=_WAITS, key=True, match=True, refusals=(403, 422))
def waiver(reference: str) -> Response:
    """Propose that red goods go without an examination."""
    given, actor, version = words(BecauseSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        return _waits(*waiving.propose_inspection(session, reference, _because(given), version, by=actor))

    return deed(act)


@blueprint.post("/declarations/<reference>/fees/waiver")
@described(blueprint, body=FeeWaiverSchema, answers=202, gives=_WAITS, key=True, match=True, refusals=(403, 422))
def fee(reference: str) -> Response:
    """Propose not to take a fee."""
    given, actor, version = words(FeeWaiverSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        return _waits(*waiving.propose_fee(session, reference, given["fee"], _because(given), version, by=actor))

    return deed(act)


@blueprint.post("/declarations/<reference>/debt/write-off")
@described(blueprint, body=BecauseSchema, answers=202, gives=_WAITS, key=True, match=True, refusals=(403, 422))
def debt(reference: str) -> Response:
    """Propose to give up what is owed for goods that were let go."""
    given, actor, version = words(BecauseSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        return _waits(*waiving.propose_debt(session, reference, _because(given), version, by=actor))

    return deed(act)


@blueprint.post("/exemptions/<identifier>/correction")
@described(blueprint, body=CorrectionSchema, answers=202, gives=_WAITS, key=True, refusals=(403, 422))
def correction(identifier: str) -> Response:
    """Propose to put right by hand how much of a certificate is used."""
    given, actor, id = words(CorrectionSchema), current_actor(), identified(identifier)
    quantity = Decimal(given["quantity"]).copy_negate() if given["less"] else Decimal(given["quantity"])

    def act(session: Session) -> Reply:
        made = waiving.propose_correction(session, id, quantity, _because(given), by=actor)
        return Reply({"proposal": presenters.proposal(made)}, 202)

    return deed(act)


@blueprint.post("/transit-movements/<reference>/seals/changes")
@described(blueprint, body=SealChangeSchema, answers=202, gives=_WAITS, key=True, match=True, refusals=(403, 422))
def seals_changed(reference: str) -> Response:
    """Propose to change seals on the way."""
    given, actor, version = words(SealChangeSchema), current_actor(), seen_version()
    command = ChangeSeals(reference, given["office"], tuple(given["off"]), tuple(given["on"]), given["reason"])

    def act(session: Session) -> Reply:
        movement, made = resealing.propose(session, command, version, by=actor)
        body = {"reference": movement.reference, "mrn": movement.mrn, "status": movement.status}
        return Reply({**body, "proposal": presenters.proposal(made)}, 202, {"ETag": movement.etag})

    return deed(act)


def _because(given: dict[str, str]) -> Because:
    return Because(given["code"], given["reason"])


def _waits(record: Declaration, made: Proposal) -> Reply:
    body = {**presenters.state(record, with_lane=True), "proposal": presenters.proposal(made)}
    return Reply(body, 202, headers(record))

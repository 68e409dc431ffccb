"""What is done with a lodged movement: one row for each deed, from its words to its flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api.body import seen_version, words
from app.api.deeds import Reply, deed
from app.api.documentation import described
from app.api.movements import told
from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.edge import limits
from app.edge.tokens import current_actor
from app.flows.movements import arriving, departing, lodging, searching, selecting, travelling
from app.transit import commands, schemas
from app.transit.models import Movement

blueprint = Blueprint("movement-deeds", __name__, url_prefix="/api/v1", description="Deeds on transit movements")

#: Who acts for an office.
_ACTING = ("officer", "inspector", "supervisor")


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed at `/transit-movements/<reference>/<path>`: its words, the command they make and the flow that does it.

    `office`: "must" where only an office does it, "may" where the holder does it too, "" where the words name none.
    """

    path: str
    schema: type[ma.Schema]
    command: Callable[..., Any]
    flow: Callable[..., Any]
    says: str
    office: str = "must"


DEEDS = (
    Deed("presentation", schemas.PresentationSchema, commands.Present, lodging.present, "The goods are there.", ""),
    Deed("invalidation", schemas.MovementInvalidationSchema, commands.Invalidate, lodging.invalidate, "Take it back, or have it cancelled.", "may"),
    Deed("amendments/decision", schemas.AmendmentDecisionSchema, commands.DecideAmendment, lodging.decide_amendment, "Settle a request to amend or invalidate.", "may"),
    Deed("rejection", schemas.WhySchema, commands.Reject, departing.reject, "Refuse it as a declaration."),
    Deed("controls", schemas.ControlOrderSchema, commands.OrderControl, departing.order_control, "Order a control."),
    Deed("controls/result", schemas.ControlResultSchema, commands.ConcludeControl, departing.conclude_control, "Conclude a control."),
    Deed("lane", schemas.LaneChangeSchema, commands.ChangeLane, selecting.change_lane, "Raise the lane, or propose to lower it."),
    Deed("guarantee-refusal", schemas.GuaranteeRefusalSchema, commands.RefuseGuarantee, departing.refuse_guarantee, "Refuse the guarantee."),
    Deed("release", schemas.MovementReleaseSchema, commands.Release, departing.release, "Release for transit."),
    Deed("release-refusal", schemas.WhySchema, commands.RefuseRelease, departing.refuse_release, "Do not release."),
    Deed("passages", schemas.PassageSchema, commands.Pass, travelling.pass_office, "Seen at an office of transit or exit."),
    Deed("extension", schemas.ExtensionSchema, commands.Extend, travelling.extend, "Give more time."),
    Deed("incidents", schemas.IncidentSchema, commands.ReportIncident, travelling.report_incident, "Report an incident.", "may"),
    Deed("incidents/decision", schemas.IncidentDecisionSchema, commands.DecideIncident, travelling.decide_incident, "Decide an incident."),
    Deed("weighings", schemas.WeighingSchema, commands.Weigh, travelling.weigh, "Write down a weight."),
    Deed("arrival", schemas.ArrivalSchema, commands.Arrive, arriving.arrive, "The goods have arrived.", ""),
    Deed("unloading-permission", schemas.OfOfficeSchema, commands.PermitUnloading, arriving.permit_unloading, "Permit unloading."),
    Deed("unloading-remarks", schemas.UnloadingRemarksSchema, commands.RemarkUnloading, arriving.remark_unloading, "Say what was unloaded.", ""),
    Deed("discrepancies", schemas.DiscrepanciesSchema, commands.FindDiscrepancies, arriving.find_discrepancies, "What is not as declared."),
    Deed("discrepancies/resolution", schemas.ResolutionSchema, commands.ResolveDiscrepancy, arriving.resolve_discrepancy, "Resolve a difference."),
    Deed("continuation", schemas.ContinuationSchema, commands.Continue, arriving.continue_to_next, "Let the rest go on."),
    Deed("discharge", schemas.DischargeSchema, commands.Discharge, arriving.discharge, "Discharge the movement."),
    Deed("enquiry", schemas.EnquirySchema, commands.OpenEnquiry, searching.open_enquiry, "Begin to search for the goods."),
    Deed("enquiry/answers", schemas.EnquiryAnswerSchema, commands.AnswerEnquiry, searching.answer_enquiry, "Answer an enquiry.", "may"),
    Deed("enquiry/closing", schemas.EnquiryClosingSchema, commands.CloseEnquiry, searching.close_enquiry, "Close an enquiry."),
    Deed("recovery", schemas.RecoverySchema, commands.StartRecovery, searching.start_recovery, "Start the recovery."),
    Deed("recovery/settlement", schemas.RecoverySettlementSchema, commands.SettleRecovery, searching.settle_recovery, "Settle the recovery."),
)  # fmt: skip


def acting_office(given: str | None, actor: Actor, needed: str) -> str | None:
    """The office somebody acts for: the one he names, or the only one that is his. Raises `Invalid` where it must be
    named."""
    if given or not needed:
        return given
    mine = {g.post for g in actor.grants if g.role in _ACTING}
    if len(mine) == 1 and ANY_POST not in mine:
        return next(iter(mine))
    if not mine:  # nobody's office: the verb refuses, or knows the holder
        return None if needed == "may" else ""
    raise Invalid(findings=[Finding("/office", "office.missing", _("Say for which office you act."))])


def _act(row: Deed, reference: str) -> Response:
    given, actor, version = words(row.schema), current_actor(), seen_version()
    more: dict[str, Any] = {"reference": reference, "version": version}
    if row.office:
        more["office"] = acting_office(given.get("office"), actor, row.office)
    command = schemas.command(row.command, given, **more)

    def act(session: Session) -> Reply:
        done = row.flow(session, command, by=actor)
        return told(session, _movement(done), actor)

    return deed(act)


def _movement(done: Any) -> Movement:
    """A flow gives the movement, or the movement and what was made, or a lodged movement."""
    first = done[0] if isinstance(done, tuple) else done
    movement: Movement = first if isinstance(first, Movement) else first.movement
    return movement


def _enter(row: Deed) -> None:
    name = row.path.replace("/", "_").replace("-", "_")

    def view(reference: str) -> Response:
        return _act(row, reference)

    view.__name__, view.__doc__ = name, row.says
    document = described(
        blueprint, body=row.schema, gives="The movement as it is now.", key=True, match=True, refusals=(403, 422)
    )
    blueprint.post(f"/transit-movements/<reference>/{row.path}", endpoint=name)(document(view))


for _row in DEEDS:
    _enter(_row)


@blueprint.post("/transit-movements/<reference>/amendments")
@described(
    blueprint,
    body=schemas.MovementAmendmentSchema,
    gives="The movement as it is now; under control the request waits for an official.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def amendments(reference: str) -> Response:
    """Declare something else before the release."""
    given, actor, version = words(schemas.MovementAmendmentSchema), current_actor(), seen_version()
    command = commands.Amend(reference, schemas.split(given["movement"]), given["reason"], version)

    def act(session: Session) -> Reply:
        movement, _asked = lodging.amend(session, command, by=actor)
        return told(session, movement, actor)

    with limits.access_codes(actor.person):
        return deed(act)

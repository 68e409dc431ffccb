"""What officials do with a movement: one row for each deed, from its words to its flow.

A row says what the deed is called, which words it asks for, the move it makes, and which part an office must have in the
movement to do it. Whether it is offered at this moment is asked in `panel`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.fields import Coded, Identifier, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.flows.movements import arriving, departing, lodging, searching, selecting, travelling
from app.reference.words import label
from app.seals import schemas as sealed
from app.seals.commands import Applied, CheckSeal
from app.transit import commands, schemas
from app.transit.lifecycle import Action, Office
from app.transit.operations import DECIDING, WATCHING

Act = Callable[[Session, str, dict[str, Any], int, Actor], object]

ANYWHERE = tuple(Office)
DEPARTURE = (Office.DEPARTURE,)
ON_THE_WAY = (Office.TRANSIT, Office.EXIT)
#: A movement that goes on abroad ends where it leaves.
ENDING = (Office.DESTINATION, Office.EXIT)
BOTH_ENDS = (Office.DEPARTURE, Office.DESTINATION)


class ControlFormSchema(schemas.ControlOrderSchema):
    """On a page the kinds of control are ticked."""

    types = listed(
        Coded(r"[0-9]{2}", "10"), 1, 20, required=True, metadata=label(T("Kinds of control"), widget="checkboxes")
    )


class SealsFormSchema(sealed.SealApplicationSchema):
    """On a page one photo shows all seals that are put on together."""

    photo = Identifier(allow_none=True, metadata=label(T("Photo")))


class AlarmSeenSchema(schemas.OfOfficeSchema):
    """That an official has taken note of an alarm."""

    kind = Words(12, required=True, metadata=label(T("Alarm"), widget="hidden"))
    cause = Words(60, required=True, metadata=label(T("Cause"), widget="hidden"))


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed at `/officer/transit/<reference>/<name>`.

    `action` None is a deed that makes no move; `parts` are the parts an office may have that does it, `roles` those of
    its person; `tone` is the tone of its button, `asks` the question before a deed that cannot be undone.
    """

    name: str
    title: Text
    done: Text
    schema: type[ma.Schema]
    act: Act
    action: Action | None = None
    parts: tuple[Office, ...] = ANYWHERE
    roles: tuple[str, ...] = DECIDING
    icon: str = "edit"
    tone: str = "primary"
    asks: Text | None = None
    hint: Text | None = None
    #: Names of plain fields in the order they are drawn; None is all of them.
    fields: tuple[str, ...] | None = None
    #: The list whose rows are added one by one.
    rows: str = ""
    #: The word that holds the photos that may come with the form: `evidence` for several, `photo` for one.
    photos: str = ""


def _by(command: Callable[..., Any], flow: Callable[..., Any], *, office: bool = True) -> Act:
    """The deed that a command of `transit` says."""

    def act(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
        words = given if office else {name: value for name, value in given.items() if name != "office"}
        return flow(session, schemas.command(command, words, reference=reference, version=version), by=by)

    return act


def _apply(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
    photo = UUID(given["photo"]) if given.get("photo") else None
    wanted = [
        Applied(row["serial"], row.get("plate"), row.get("container"), row.get("place") or "", photo)
        for row in given["seals"]
    ]
    return departing.apply_seals(session, reference, given["office"], wanted, version, by=by)


def _check(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
    seen = {name: given[name] for name in ("serial", "view", "verify", "tug", "twist")}
    photo = UUID(given["photo"]) if given.get("photo") else None
    command = CheckSeal(**seen, remarks=given.get("remarks") or "", photo=photo)
    return travelling.check_seal(session, reference, given["office"], command, version, by=by)


def _remove(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
    serials, reason = given["serials"], given["reason"]
    return travelling.remove_seals(session, reference, given["office"], serials, reason, version, by=by)


def _see(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
    return travelling.see_alarm(session, schemas.command(commands.SeeAlarm, given, reference=reference), by=by)


A = Action
_CANNOT_BE_UNDONE = _("That cannot be undone. Go on?")

#: In the order in which they are offered.
DEEDS: tuple[Deed, ...] = (
    Deed("presentation", _("The goods are here"), _("The goods are there. Their lodging is complete."),
         schemas.PresentationSchema, _by(commands.Present, lodging.present, office=False), A.PRESENT, DEPARTURE,
         icon="truck"),
    Deed("amendment-decision", _("Settle a request"), _("The request is settled."),
         schemas.AmendmentDecisionSchema, _by(commands.DecideAmendment, lodging.decide_amendment), None, DEPARTURE,
         icon="edit", fields=("accept", "answer")),
    Deed("control-result", _("Conclude the control"), _("The control is concluded."),
         schemas.ControlResultSchema, _by(commands.ConcludeControl, departing.conclude_control), None, BOTH_ENDS,
         WATCHING, icon="examine", fields=("result", "remarks"), photos="evidence"),
    Deed("release", _("Release for transit"),
         _("Released for transit. The limit runs, the guarantee is reserved. Give the driver the accompanying document."),
         schemas.MovementReleaseSchema, _by(commands.Release, departing.release), A.RELEASE, DEPARTURE, icon="check",
         asks=_("Release these goods for transit? The guarantee is reserved at once.")),
    Deed("passage", _("Note the passage"), _("The passage is written down."),
         schemas.PassageSchema, _by(commands.Pass, travelling.pass_office), A.PASS, ON_THE_WAY, WATCHING, icon="gate"),
    Deed("arrival", _("Note the arrival"), _("The arrival is written down."),
         schemas.ArrivalSchema, _by(commands.Arrive, arriving.arrive), A.ARRIVE, ENDING, WATCHING, icon="truck"),
    Deed("incident-decision", _("Decide the incident"), _("The incident is decided."),
         schemas.IncidentDecisionSchema, _by(commands.DecideIncident, travelling.decide_incident), A.CLOSE_INCIDENT,
         icon="warning"),
    Deed("seal-check", _("Check the seal"), _("The check of the seal is recorded."),
         sealed.SealCheckSchema, _check, None, ANYWHERE, WATCHING, icon="shield",
         hint=_("Tick what is in order. A seal with a box unticked counts as broken, and the offices are alarmed."),
         fields=("view", "verify", "tug", "twist", "remarks"), photos="photo"),
    Deed("unloading-remarks", _("Say what was unloaded"), _("The unloading remarks are recorded."),
         schemas.UnloadingRemarksSchema, _by(commands.RemarkUnloading, arriving.remark_unloading), A.REMARK, ENDING,
         WATCHING, icon="list", rows="discrepancies"),
    Deed("resolution", _("Resolve the difference"), _("The difference is resolved."),
         schemas.ResolutionSchema, _by(commands.ResolveDiscrepancy, arriving.resolve_discrepancy), A.RESOLVE, BOTH_ENDS,
         icon="check"),
    Deed("unloading-permission", _("Permit unloading"), _("Unloading is permitted."),
         schemas.OfOfficeSchema, _by(commands.PermitUnloading, arriving.permit_unloading), A.PERMIT_UNLOADING, ENDING,
         icon="download"),
    Deed("discharge", _("Discharge the movement"), _("The movement is discharged."),
         schemas.DischargeSchema, _by(commands.Discharge, arriving.discharge), A.DISCHARGE, (*BOTH_ENDS, Office.EXIT),
         icon="check", asks=_("Discharge this movement? That cannot be undone.")),
    Deed("continuation", _("Let the rest go on"), _("The rest goes on to the next office."),
         schemas.ContinuationSchema, _by(commands.Continue, arriving.continue_to_next), A.CONTINUE, ENDING,
         icon="truck"),
    Deed("enquiry-answer", _("Answer the enquiry"), _("The answer is recorded."),
         schemas.EnquiryAnswerSchema, _by(commands.AnswerEnquiry, searching.answer_enquiry), A.ANSWER_ENQUIRY, ANYWHERE,
         WATCHING, icon="info", fields=("says", "text"), photos="evidence"),
    Deed("enquiry-closing", _("Close the enquiry"), _("The enquiry is closed."),
         schemas.EnquiryClosingSchema, _by(commands.CloseEnquiry, searching.close_enquiry), A.CLOSE_ENQUIRY, DEPARTURE,
         icon="search", fields=("outcome", "reason", "limit_at")),
    Deed("recovery-settlement", _("Settle the recovery"), _("The recovery is settled."),
         schemas.RecoverySettlementSchema, _by(commands.SettleRecovery, searching.settle_recovery), None, DEPARTURE,
         icon="check"),
    Deed("seals", _("Put seals on"), _("The seals are on the goods."),
         SealsFormSchema, _apply, None, ANYWHERE, WATCHING, icon="shield", rows="seals", fields=(), photos="photo",
         hint=_("Only seals that were handed to you.")),
    Deed("controls", _("Order a control"), _("The control is ordered."),
         ControlFormSchema, _by(commands.OrderControl, departing.order_control), A.CONTROL, BOTH_ENDS,
         icon="examine", rows="requested", fields=("types",)),
    Deed("lane", _("Change the lane"), _("The lane is changed, or the proposal to lower it waits for a second person."),
         schemas.LaneChangeSchema, _by(commands.ChangeLane, selecting.change_lane), None, ANYWHERE, icon="examine",
         tone="outline-primary", hint=_("One person raises it. To lower it, a supervisor must agree.")),
    Deed("guarantee-refusal", _("Refuse the guarantee"), _("The guarantee is refused. The holder may name another."),
         schemas.GuaranteeRefusalSchema, _by(commands.RefuseGuarantee, departing.refuse_guarantee), A.REFUSE_GUARANTEE,
         DEPARTURE, icon="shield", tone="outline-primary", rows="reasons", fields=("amend_by",)),
    Deed("discrepancies", _("Record differences"), _("The differences are recorded."),
         schemas.DiscrepanciesSchema, _by(commands.FindDiscrepancies, arriving.find_discrepancies),
         A.FIND_DISCREPANCIES, ENDING, WATCHING, icon="warning", tone="outline-primary", rows="discrepancies"),
    Deed("weighings", _("Write down a weight"), _("The weight is written down."),
         schemas.WeighingSchema, _by(commands.Weigh, travelling.weigh), None, ANYWHERE, WATCHING, icon="chart",
         tone="outline-primary"),
    Deed("incidents", _("Report an incident"), _("The incident is reported."),
         schemas.IncidentSchema, _by(commands.ReportIncident, travelling.report_incident), A.REPORT_INCIDENT, ANYWHERE,
         WATCHING, icon="warning", tone="outline-primary",
         fields=("code", "text", "place", "country", "happened_at", "endorsement", "means.vehicle.plate",
                 "means.vehicle.country", "means.trailer.plate", "means.container", "seals"), photos="evidence"),
    Deed("extension", _("Give more time"), _("The new limit holds."),
         schemas.ExtensionSchema, _by(commands.Extend, travelling.extend), A.EXTEND, BOTH_ENDS, icon="history",
         tone="outline-primary"),
    Deed("seal-removal", _("Take seals off"), _("The seals are taken off."),
         sealed.SealRemovalSchema, _remove, None, ANYWHERE, WATCHING, icon="remove", tone="outline-primary",
         asks=_CANNOT_BE_UNDONE, fields=("serials", "reason")),
    Deed("enquiry", _("Begin an enquiry"), _("The search has begun. The guarantee is held."),
         schemas.EnquirySchema, _by(commands.OpenEnquiry, searching.open_enquiry), A.OPEN_ENQUIRY, DEPARTURE,
         icon="search", tone="outline-primary", fields=("reason", "answer_by")),
    Deed("recovery", _("Start the recovery"), _("The recovery has begun."),
         schemas.RecoverySchema, _by(commands.StartRecovery, searching.start_recovery), A.START_RECOVERY, BOTH_ENDS,
         icon="stop", tone="danger", asks=_("Ask holder and guarantor for the duties?"),
         fields=("amount", "currency", "reason")),
    Deed("release-refusal", _("Refuse the release"), _("The goods are not released for transit."),
         schemas.WhySchema, _by(commands.RefuseRelease, departing.refuse_release), A.REFUSE_RELEASE, DEPARTURE,
         icon="stop", tone="danger", asks=_CANNOT_BE_UNDONE),
    Deed("rejection", _("Reject the declaration"), _("The declaration is rejected."),
         schemas.WhySchema, _by(commands.Reject, departing.reject), A.REJECT, DEPARTURE, icon="stop", tone="danger",
         asks=_CANNOT_BE_UNDONE, hint=_("For what should never have been taken as it is. The holder lodges it anew.")),
    Deed("invalidation", _("Cancel the movement"), _("The cancellation is recorded."),
         schemas.MovementInvalidationSchema, _by(commands.Invalidate, lodging.invalidate), A.INVALIDATE, DEPARTURE,
         icon="remove", tone="danger", asks=_CANNOT_BE_UNDONE,
         hint=_("It counts no more. After the release a second person must agree.")),
    Deed("alarm-seen", _("Alarm seen"), _("The alarm is marked as seen."),
         AlarmSeenSchema, _see, None, ANYWHERE, icon="check"),
)  # fmt: skip

BY_NAME: dict[str, Deed] = {deed.name: deed for deed in DEEDS}

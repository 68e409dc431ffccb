"""The words of what is done with a movement at departure and on the road.

`office` is the office that somebody acts for; where he acts for one only it may be left out and is that one. Names are
those of the commands, so that `making.command` makes one of the other.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from app.core.fields import Coded, Container, Exact, Moment, Plate, Whole, Words, listed
from app.core.messages import T
from app.reference.words import Part, country_field, label
from app.transit.lifecycle import Incident, IncidentOutcome
from app.transit.schemas.making import (
    OfOfficeSchema,
    WhySchema,
    choice_field,
    evidence_field,
    reason_field,
    remarks_field,
)
from app.transit.schemas.movement import MovementSchema
from app.transit.schemas.parts import (
    MovingBorderTransportSchema,
    MovingTrailerSchema,
    MovingVehicleSchema,
    seals_field,
    yes_or_no,
)


class PresentationSchema(Part):
    """That the goods of a prelodged movement are there."""

    location = Words(200, allow_none=True, metadata=label(T("Location of goods"), "16 15"))


class MovementAmendmentSchema(Part):
    """What shall be declared instead, whole, and why."""

    reason = reason_field()
    movement: ma.fields.Field[Any] = ma.fields.Nested(
        MovementSchema, required=True, metadata=label(T("Transit movement"))
    )


class MovementInvalidationSchema(WhySchema):
    """Why a movement shall count no more."""


class AmendmentDecisionSchema(OfOfficeSchema):
    number = Whole(1, 999, required=True, metadata=label(T("Request")))
    accept = yes_or_no(T("Accept"), widget="radio", required=True)
    answer = reason_field(T("Answer"), needed=False)


class RequestedDocumentSchema(Part):
    type = Coded(
        r"[0-9A-Z]{1,4}",
        "N380",
        required=True,
        metadata=label(T("Type of document"), codes="requested_document_type"),
    )
    text = Words(500, allow_none=True, metadata=label(T("What is needed")))


class ControlOrderSchema(OfOfficeSchema):
    types = listed(
        Coded(r"[0-9]{2}", "10", metadata=label(T("Kind of control"), codes="control_type")),
        1,
        20,
        required=True,
        metadata=label(T("Kinds of control"), row=T("Kind of control")),
    )
    requested = listed(
        ma.fields.Nested(RequestedDocumentSchema),
        0,
        20,
        load_default=list,
        metadata=label(T("Documents asked for"), row=T("Document")),
    )


class ControlResultSchema(OfOfficeSchema):
    number = Whole(1, 999, required=True, metadata=label(T("Control")))
    result = choice_field(
        T("Result"),
        {
            "conform": T("As declared"),
            "not-conform": T("Not as declared"),
            "waived": T("Not carried out"),
        },
        required=True,
    )
    remarks = remarks_field()
    evidence = evidence_field()


class LaneChangeSchema(OfOfficeSchema):
    """Another lane, and why: raised at once, lowered by two persons."""

    lane = choice_field(
        T("New lane"),
        {"green": T("Green lane"), "blue": T("Blue lane"), "yellow": T("Yellow lane"), "red": T("Red lane")},
        required=True,
    )
    reason = reason_field()


class GuaranteeReasonSchema(Part):
    grn = Words(40, allow_none=True, metadata=label(T("Reference of the guarantee (GRN)"), "99 03"))
    code = Coded(r"[A-Z][0-9]{2}", "G09", required=True, metadata=label(T("Reason"), codes="invalid_guarantee_reason"))
    text = Words(500, allow_none=True, metadata=label(T("Remark")))


class GuaranteeRefusalSchema(OfOfficeSchema):
    """Why the guarantee does not do, and until when the holder may name another."""

    reasons = listed(
        ma.fields.Nested(GuaranteeReasonSchema),
        1,
        20,
        required=True,
        metadata=label(T("Reasons"), row=T("Reason")),
    )
    amend_by = Moment(allow_none=True, metadata=label(T("Another guarantee until")))


class MovementReleaseSchema(OfOfficeSchema):
    """Without a limit the latest one the rules allow."""

    limit_at = Moment(allow_none=True, metadata=label(T("To be at the destination until"), "15 11"))
    remarks = remarks_field()


class PassageSchema(OfOfficeSchema):
    """What is seen at an office of transit or of exit."""

    plate = Plate(20, required=True, metadata=label(T("Registration number"), "19 05"))
    seals_ok = yes_or_no(T("The seals are in order"), "19 10", required=True)
    remarks = remarks_field()
    passed_at = Moment(allow_none=True, metadata=label(T("Seen at")))


class ExtensionSchema(OfOfficeSchema):
    limit_at = Moment(required=True, metadata=label(T("New limit"), "15 11"))
    reason = reason_field()


class NewMeansSchema(Part):
    """What the goods go on with: another vehicle, trailer, container."""

    vehicle = ma.fields.Nested(MovingVehicleSchema, allow_none=True, metadata=label(T("Vehicle"), "19 05"))
    trailer = ma.fields.Nested(MovingTrailerSchema, allow_none=True, metadata=label(T("Trailer"), "19 05"))
    border_transport = ma.fields.Nested(
        MovingBorderTransportSchema,
        allow_none=True,
        metadata=label(T("Means of transport crossing the border"), "19 08"),
    )
    container = Container(allow_none=True, metadata=label(T("Container number"), "19 07"))


class IncidentSchema(OfOfficeSchema):
    """Something happened on the way. An office writes down what it is told; the holder leaves the office empty."""

    code = choice_field(
        T("What happened"),
        {
            Incident.DEVIATION.value: T("The route was left"),
            Incident.SEAL_BROKEN.value: T("A seal is broken or was tampered with"),
            Incident.TRANSHIPMENT.value: T("The goods were moved to other means of transport"),
            Incident.DANGER.value: T("Danger made it necessary to unload at once"),
            Incident.OTHER.value: T("Something else that matters to the transit"),
            Incident.NEW_MEANS.value: T("Another tractor or vehicle without moving the goods"),
        },
        required=True,
    )
    text = reason_field(T("What happened, in words"))
    place = Words(200, required=True, metadata=label(T("Place")))
    country = country_field(T("Country"), allow_none=True)
    happened_at = Moment(required=True, metadata=label(T("When")))
    endorsement = Words(300, allow_none=True, metadata=label(T("Authority that saw it, place and day")))
    means = ma.fields.Nested(NewMeansSchema, allow_none=True, metadata=label(T("New means of transport")))
    seals = seals_field(T("New seals"), "19 10", load_default=list)
    evidence = evidence_field()


class IncidentDecisionSchema(OfOfficeSchema):
    number = Whole(1, 999, required=True, metadata=label(T("Incident")))
    outcome = choice_field(
        T("Decision"),
        {
            IncidentOutcome.ENDORSED.value: T("The journey goes on"),
            IncidentOutcome.CONTROL.value: T("Control the goods"),
            IncidentOutcome.DISMISSED.value: T("Nothing happened"),
            IncidentOutcome.RECOVERY.value: T("Ask for the duties"),
        },
        required=True,
    )
    reason = reason_field()


class WeighingSchema(OfOfficeSchema):
    moment = choice_field(
        T("Occasion"),
        {"entry": T("Entry"), "control": T("Control"), "exit": T("Exit"), "arrival": T("Arrival")},
        required=True,
    )
    gross_kg = Exact(9, 3, positive=True, required=True, metadata=label(T("Gross mass (kg)"), "18 04"))
    ticket = Words(40, allow_none=True, metadata=label(T("Weighbridge ticket")))
    weighed_at = Moment(allow_none=True, metadata=label(T("Weighed at")))

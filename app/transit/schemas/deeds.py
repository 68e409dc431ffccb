"""The words of what is done with a movement after it was written.

`office` is the office that somebody acts for; where he acts for one only it may be left out and is that one. Names are
those of the commands, so that `command` makes one of the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Exact, Identifier, Moment, Whole, Words, listed
from app.core.messages import T
from app.reference.words import CONTAINER, Part, amount_field, country_field, currency_field, label
from app.transit.commands import DISCREPANCIES, Found
from app.transit.lifecycle import EnquiryOutcome, Incident, IncidentOutcome, Resolution
from app.transit.schemas.movement import MovementSchema
from app.transit.schemas.parts import (
    MOST_ITEMS,
    MovingBorderTransportSchema,
    MovingTrailerSchema,
    MovingVehicleSchema,
    office_field,
    seals_field,
    yes_or_no,
)

C = TypeVar("C")


def _moment(words: str) -> dt.datetime:
    return dt.datetime.fromisoformat(words)


def _found(rows: list[dict[str, Any]]) -> tuple[Found, ...]:
    return tuple(Found(**row) for row in rows)


#: How the words of a schema become what a command holds; others stay as they are.
_HOLDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "amend_by": _moment,
    "amount": Decimal,
    "answer_by": _moment,
    "arrived_at": _moment,
    "discrepancies": _found,
    "evidence": tuple,
    "gross_kg": Decimal,
    "happened_at": _moment,
    "limit_at": _moment,
    "passed_at": _moment,
    "reasons": tuple,
    "requested": tuple,
    "seals": tuple,
    "types": tuple,
    "unloaded_on": dt.date.fromisoformat,
    "weighed_at": _moment,
}


def command(kind: Callable[..., C], words: Mapping[str, Any], **more: Any) -> C:
    """The command that the loaded words mean; `more` are those of its fields that no form asks: reference, version …

    command(Pass, PassageSchema().load(body), reference=…, version=…). Nothing given in `more` is taken from the words.
    """
    given = {name: value for name, value in words.items() if value is not None}
    held = {name: _HOLDS[name](value) if name in _HOLDS else value for name, value in given.items()}
    return kind(**{**held, **more})


def _reason(said: str = T("Reason"), *, needed: bool = True) -> Words:
    options: dict[str, Any] = {"required": True} if needed else {"allow_none": True}
    return Words(2000, metadata=label(said, widget="textarea"), **options)


def _remarks() -> Words:
    return _reason(T("Remarks"), needed=False)


def _evidence() -> ma.fields.Field[Any]:
    return listed(
        Identifier(metadata=label(T("Photo or paper"))),
        0,
        20,
        load_default=list,
        metadata=label(T("Photos and papers"), row=T("Photo or paper")),
    )


def _choice(said: str, choices: Mapping[str, str], **options: Any) -> ma.fields.String:
    return ma.fields.String(
        validate=validate.OneOf(list(choices), labels=list(choices.values())), metadata=label(said), **options
    )


class OfOfficeSchema(Part):
    """A deed of an office that needs no words of its own."""

    office = office_field(T("Acting for the office"), allow_none=True)


class WhySchema(OfOfficeSchema):
    """A deed of an office that needs its reason and nothing else: rejection, refusal of release, enquiry …"""

    reason = _reason()


class PresentationSchema(Part):
    """That the goods of a prelodged movement are there."""

    location = Words(200, allow_none=True, metadata=label(T("Location of goods"), "16 15"))


class MovementAmendmentSchema(Part):
    """What shall be declared instead, whole, and why."""

    reason = _reason()
    movement: ma.fields.Field[Any] = ma.fields.Nested(
        MovementSchema, required=True, metadata=label(T("Transit movement"))
    )


class MovementInvalidationSchema(WhySchema):
    """Why a movement shall count no more."""


class AmendmentDecisionSchema(OfOfficeSchema):
    number = Whole(1, 999, required=True, metadata=label(T("Request")))
    accept = yes_or_no(T("Accept"), required=True)
    answer = _reason(T("Answer"), needed=False)


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
    result = _choice(
        T("Result"),
        {
            "conform": T("As declared"),
            "not-conform": T("Not as declared"),
            "waived": T("Not carried out"),
        },
        required=True,
    )
    remarks = _remarks()


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
    remarks = _remarks()


class PassageSchema(OfOfficeSchema):
    """What is seen at an office of transit or of exit."""

    plate = Words(20, required=True, metadata=label(T("Registration number"), "19 05"))
    seals_ok = yes_or_no(T("The seals are in order"), "19 10", required=True)
    remarks = _remarks()
    passed_at = Moment(allow_none=True, metadata=label(T("Seen at")))


class ExtensionSchema(OfOfficeSchema):
    limit_at = Moment(required=True, metadata=label(T("New limit"), "15 11"))
    reason = _reason()


class NewMeansSchema(Part):
    """What the goods go on with: another vehicle, trailer, container."""

    vehicle = ma.fields.Nested(MovingVehicleSchema, allow_none=True, metadata=label(T("Vehicle"), "19 05"))
    trailer = ma.fields.Nested(MovingTrailerSchema, allow_none=True, metadata=label(T("Trailer"), "19 05"))
    border_transport = ma.fields.Nested(
        MovingBorderTransportSchema,
        allow_none=True,
        metadata=label(T("Means of transport crossing the border"), "19 08"),
    )
    container = Coded(CONTAINER, "MSKU1234565", allow_none=True, metadata=label(T("Container number"), "19 07"))


class IncidentSchema(OfOfficeSchema):
    """Something happened on the way. An office writes down what it is told; the holder leaves the office empty."""

    code = _choice(
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
    text = _reason(T("What happened, in words"))
    place = Words(200, required=True, metadata=label(T("Place")))
    country = country_field(T("Country"), allow_none=True)
    happened_at = Moment(required=True, metadata=label(T("When")))
    endorsement = Words(300, allow_none=True, metadata=label(T("Authority that saw it, place and day")))
    means = ma.fields.Nested(NewMeansSchema, allow_none=True, metadata=label(T("New means of transport")))
    seals = seals_field(T("New seals"), "19 10", load_default=list)
    evidence = _evidence()


class IncidentDecisionSchema(OfOfficeSchema):
    number = Whole(1, 999, required=True, metadata=label(T("Incident")))
    outcome = _choice(
        T("Decision"),
        {
            IncidentOutcome.ENDORSED.value: T("The journey goes on"),
            IncidentOutcome.CONTROL.value: T("Control the goods"),
            IncidentOutcome.DISMISSED.value: T("Nothing happened"),
            IncidentOutcome.RECOVERY.value: T("Ask for the duties"),
        },
        required=True,
    )
    reason = _reason()


class ArrivalSchema(OfOfficeSchema):
    """That the goods are at an office of destination; the firm names the office."""

    procedure = _choice(
        T("Procedure of arrival"),
        {"normal": T("At the office"), "simplified": T("At an approved place")},
        load_default="normal",
    )
    location = Words(200, allow_none=True, metadata=label(T("Location of goods"), "16 15"))
    arrived_at = Moment(allow_none=True, metadata=label(T("Arrived at")))


class DiscrepancySchema(Part):
    """What is not as declared. What was declared is known; `found` is what is there instead."""

    item = Whole(1, MOST_ITEMS, allow_none=True, metadata=label(T("Item number"), "11 03"))
    field = _choice(
        T("What differs"),
        dict(
            zip(
                DISCREPANCIES,
                (
                    T("Goods are missing"),
                    T("Goods are there that were not declared"),
                    T("Number or kind of packages"),
                    T("Gross mass (kg)"),
                    T("Net mass (kg)"),
                    T("Commodity code"),
                    T("Description of goods"),
                    T("Seal"),
                    T("Vehicle"),
                    T("Document"),
                ),
                strict=True,
            )
        ),
        required=True,
    )
    found = Words(500, allow_none=True, metadata=label(T("What was found")))
    remarks = Words(2000, allow_none=True, metadata=label(T("Remarks"), widget="textarea"))


def _discrepancies(least: int, **options: Any) -> ma.fields.Field[Any]:
    return listed(
        ma.fields.Nested(DiscrepancySchema),
        least,
        200,
        metadata=label(T("What differs"), row=T("Difference")),
        **options,
    )


class UnloadingRemarksSchema(OfOfficeSchema):
    """What was unloaded under a permission; unloading over several days has several of them."""

    number = Whole(1, 999, required=True, metadata=label(T("Unloading permission")))
    unloaded_on = Day(required=True, metadata=label(T("Unloaded on")))
    complete = yes_or_no(T("Everything is unloaded"), required=True)
    conform = yes_or_no(T("All is as declared"), required=True)
    seals_ok = yes_or_no(T("The seals were in order"), "19 10", allow_none=True)
    remarks = _remarks()
    discrepancies = _discrepancies(0, load_default=list)


class DiscrepanciesSchema(OfOfficeSchema):
    """What an officer found to differ from what is declared."""

    discrepancies = _discrepancies(1, required=True)


class ResolutionSchema(OfOfficeSchema):
    number = Whole(1, 9999, required=True, metadata=label(T("Difference")))
    resolution = _choice(
        T("How it ends"),
        {
            Resolution.ACCEPTED.value: T("Accepted as explained"),
            Resolution.CORRECTED.value: T("The data are corrected"),
            Resolution.DUTY_PAID.value: T("The duties were paid"),
            Resolution.RECOVERY.value: T("The duties are recovered"),
        },
        required=True,
    )
    reason = _reason()


class ContinuationSchema(OfOfficeSchema):
    remarks = _remarks()


class DischargeSchema(OfOfficeSchema):
    """The reason is needed where the goods did not arrive: proof, or recovery."""

    reason = _reason(needed=False)
    reservation = _reason(T("Reservation"), needed=False)


class EnquirySchema(WhySchema):
    answer_by = Moment(allow_none=True, metadata=label(T("Answer until")))


class EnquiryAnswerSchema(OfOfficeSchema):
    says = _choice(
        T("Where the goods are"),
        {
            "under-way": T("Still under way"),
            "arrived": T("Arrived"),
            "returned": T("Returned"),
            "lost": T("Lost"),
            "unknown": T("Not known"),
        },
        required=True,
    )
    text = _reason(T("Answer"))
    evidence = _evidence()


class EnquiryClosingSchema(WhySchema):
    outcome = _choice(
        T("What came out"),
        {
            EnquiryOutcome.UNDER_WAY.value: T("Still under way"),
            EnquiryOutcome.ARRIVED.value: T("Arrived"),
            EnquiryOutcome.PROOF_ACCEPTED.value: T("Proof of the end of the transit was accepted"),
            EnquiryOutcome.RECOVERY.value: T("Ask for the duties"),
        },
        required=True,
    )


class RecoverySchema(WhySchema):
    amount = amount_field(T("Amount"), "99 05", required=True)
    currency = currency_field(T("Currency"), "99 06", required=True)


class RecoverySettlementSchema(OfOfficeSchema):
    paid_as = Words(200, required=True, metadata=label(T("Receipt or claim on the guarantor")))


class WeighingSchema(OfOfficeSchema):
    moment = _choice(
        T("Occasion"),
        {"entry": T("Entry"), "control": T("Control"), "exit": T("Exit"), "arrival": T("Arrival")},
        required=True,
    )
    gross_kg = Exact(9, 3, positive=True, required=True, metadata=label(T("Gross mass (kg)"), "18 04"))
    ticket = Words(40, allow_none=True, metadata=label(T("Weighbridge ticket")))
    weighed_at = Moment(allow_none=True, metadata=label(T("Weighed at")))

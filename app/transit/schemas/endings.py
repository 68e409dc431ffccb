"""The words of what is done with a movement at its destination, and where it does not arrive."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from app.core.fields import Day, Moment, Whole, Words, listed
from app.core.messages import T
from app.reference.words import Part, amount_field, currency_field, label
from app.transit.commands import DISCREPANCIES
from app.transit.lifecycle import EnquiryOutcome, Resolution
from app.transit.schemas.making import (
    OfOfficeSchema,
    WhySchema,
    choice_field,
    evidence_field,
    reason_field,
    remarks_field,
)
from app.transit.schemas.parts import MOST_ITEMS, yes_or_no


class ArrivalSchema(OfOfficeSchema):
    """That the goods are at an office of destination; the firm names the office."""

    procedure = choice_field(
        T("Procedure of arrival"),
        {"normal": T("At the office"), "simplified": T("At an approved place")},
        load_default="normal",
    )
    location = Words(200, allow_none=True, metadata=label(T("Location of goods"), "16 15"))
    arrived_at = Moment(allow_none=True, metadata=label(T("Arrived at")))


class DiscrepancySchema(Part):
    """What is not as declared. What was declared is known; `found` is what is there instead."""

    item = Whole(1, MOST_ITEMS, allow_none=True, metadata=label(T("Item number"), "11 03"))
    field = choice_field(
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
    remarks = remarks_field()
    discrepancies = _discrepancies(0, load_default=list)


class DiscrepanciesSchema(OfOfficeSchema):
    """What an officer found to differ from what is declared."""

    discrepancies = _discrepancies(1, required=True)


class ResolutionSchema(OfOfficeSchema):
    number = Whole(1, 9999, required=True, metadata=label(T("Difference")))
    resolution = choice_field(
        T("How it ends"),
        {
            Resolution.ACCEPTED.value: T("Accepted as explained"),
            Resolution.CORRECTED.value: T("The data are corrected"),
            Resolution.DUTY_PAID.value: T("The duties were paid"),
            Resolution.RECOVERY.value: T("The duties are recovered"),
        },
        required=True,
    )
    reason = reason_field()


class ContinuationSchema(OfOfficeSchema):
    remarks = remarks_field()


class DischargeSchema(OfOfficeSchema):
    """The reason is needed where the goods did not arrive: proof, or recovery."""

    reason = reason_field(needed=False)
    reservation = reason_field(T("Reservation"), needed=False)


class EnquirySchema(WhySchema):
    answer_by = Moment(allow_none=True, metadata=label(T("Answer until")))


class EnquiryAnswerSchema(OfOfficeSchema):
    says = choice_field(
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
    text = reason_field(T("Answer"))
    evidence = evidence_field()


class EnquiryClosingSchema(WhySchema):
    outcome = choice_field(
        T("What came out"),
        {
            EnquiryOutcome.UNDER_WAY.value: T("Still under way"),
            EnquiryOutcome.ARRIVED.value: T("Arrived"),
            EnquiryOutcome.PROOF_ACCEPTED.value: T("Proof of the end of the transit was accepted"),
            EnquiryOutcome.RECOVERY.value: T("Ask for the duties"),
        },
        required=True,
    )
    limit_at = Moment(allow_none=True, metadata=label(T("New limit, where the goods are still under way"), "15 11"))


class RecoverySchema(WhySchema):
    amount = amount_field(T("Amount"), "99 05", required=True)
    currency = currency_field(T("Currency"), "99 06", required=True)


class RecoverySettlementSchema(OfOfficeSchema):
    paid_as = Words(200, required=True, metadata=label(T("Receipt or claim on the guarantor")))
    by_guarantor = yes_or_no(T("The guarantor paid"), "99 02", load_default=False)

"""The words of orders, appointments, assignments and steps."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Identifier, Moment, Whole, Words, listed
from app.core.messages import T
from app.inspections.lifecycle import Reason
from app.inspections.schemas.fields import RecordSchema, agency_field, chosen, type_field


class OrderedStepSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    agency = agency_field()
    type = type_field(required=True)


class OrderSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    steps = listed(
        ma.fields.Nested(OrderedStepSchema),
        1,
        60,
        required=True,
        metadata={"label": T("What is looked at"), "row": T("Step")},
    )
    reason = chosen(Reason, T("Why"), load_default=Reason.RAISED.value)
    reason_words = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    instruction = Words(
        2000, allow_none=True, metadata={"label": T("What to look for"), "widget": "textarea", "rows": 2}
    )
    extent = Whole(0, 100, allow_none=True, metadata={"label": T("Per cent of the packages")})
    due_at = Moment(allow_none=True, metadata={"label": T("To be done by")})


class AppointmentSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    place = Words(60, required=True, metadata={"label": T("Place"), "codes": "inspection_place"})
    slot_from = Moment(required=True, metadata={"label": T("From")})
    slot_to = Moment(required=True, metadata={"label": T("Until")})


class AssignmentSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    agency = agency_field()


class ReassignmentSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    person = Identifier(required=True, metadata={"label": T("Person")})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    agency = agency_field()


class StepSchema(RecordSchema):
    type = type_field(required=True)
    agency = agency_field()


class StepEndSchema(StepSchema):
    outcome = ma.fields.String(
        load_default="done", validate=validate.OneOf(["done", "waived"]), metadata={"label": T("Outcome")}
    )
    reason = Words(2000, allow_none=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    official = Words(120, allow_none=True, metadata={"label": T("Official of the other agency")})

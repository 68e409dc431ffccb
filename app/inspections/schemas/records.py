"""The words of findings, photos, measurements, samples, seals, persons present, and conclusions."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Exact, Identifier, Whole, Words, listed
from app.core.messages import T
from app.inspections.lifecycle import FindingKind, Measured, Recommendation, SealCondition, SealDeed
from app.inspections.schemas.fields import RecordedSchema, RecordSchema, agency_field, chosen, type_field

_TEXT = {"widget": "textarea", "rows": 2}


def _item_field() -> Whole:
    return Whole(1, 1999, allow_none=True, metadata={"label": T("Item number")})


def _conform_field() -> ma.fields.Boolean:
    return ma.fields.Boolean(
        required=True,
        truthy={True, "true", "1"},
        falsy={False, "false", "0"},
        metadata={"label": T("As declared")},
    )


class FindingSchema(ma.Schema):
    """A finding in words, as a page asks for it."""

    class Meta:
        unknown = ma.RAISE

    control = Coded(r"[0-9]{2}", "40", required=True, metadata={"label": T("Kind of control"), "codes": "control_type"})
    item = _item_field()
    conform = _conform_field()
    declared = Words(1000, allow_none=True, metadata={"label": T("Declared")})
    found = Words(2000, required=True, metadata={"label": T("Found"), "widget": "textarea"})


class FactsSchema(ma.Schema):
    """What was found, in columns. Every value is text; numbers are plain digits with a point."""

    class Meta:
        unknown = ma.RAISE

    commodity = Words(40, allow_none=True, metadata={"label": T("Commodity code")})
    quantity = Words(40, allow_none=True, metadata={"label": T("Quantity")})
    unit = Words(40, allow_none=True, metadata={"label": T("Unit"), "codes": "unit"})
    net_kg = Words(40, allow_none=True, metadata={"label": T("Net mass (kg)")})
    gross_kg = Words(40, allow_none=True, metadata={"label": T("Gross mass (kg)")})
    packages = Words(40, allow_none=True, metadata={"label": T("Packages")})
    origin = Words(40, allow_none=True, metadata={"label": T("Country of origin"), "codes": "country"})
    value = Words(40, allow_none=True, metadata={"label": T("Value")})
    currency = Words(40, allow_none=True, metadata={"label": T("Currency"), "codes": "currency"})
    description = Words(500, allow_none=True, metadata={"label": T("Description of goods")})
    marks = Words(500, allow_none=True, metadata={"label": T("Marks")})


class FindingInFullSchema(FindingSchema):
    """A finding with what was found in columns, by an agency, in one way of looking."""

    type = type_field(allow_none=True)
    agency = agency_field()
    kind = chosen(FindingKind, T("What is otherwise"), allow_none=True)
    facts = ma.fields.Nested(FactsSchema, allow_none=True, metadata={"label": T("What was found")})
    explains = Identifier(allow_none=True, metadata={"label": T("Measurement that it explains")})
    recorded = ma.fields.Nested(RecordedSchema, allow_none=True, metadata={"label": T("How it was recorded")})


class FindingCorrectionSchema(FindingInFullSchema):
    corrects = Identifier(required=True, metadata={"label": T("Finding that it corrects")})


class PhotoWordsSchema(RecordSchema):
    """What is said beside a photo; the photo itself is the file."""

    caption = Words(500, allow_none=True, metadata={"label": T("Caption")})
    item = _item_field()
    type = type_field(allow_none=True)
    finding = Identifier(allow_none=True, metadata={"label": T("Finding")})


class ReadingSchema(ma.Schema):
    """What an instrument told, by its id and its own number."""

    class Meta:
        unknown = ma.RAISE

    device = Identifier(required=True, metadata={"label": T("Instrument")})
    sequence = Whole(1, 2**53 - 1, required=True, metadata={"label": T("Number of the reading")})


class MeasureSchema(RecordSchema):
    what = chosen(Measured, T("What was measured"), required=True)
    instrument = Words(120, required=True, metadata={"label": T("Scale or device")})
    calibrated_on = Day(allow_none=True, metadata={"label": T("Last calibration")})
    gross_kg = Exact(6, 3, allow_none=True, metadata={"label": T("Gross mass (kg)")})
    axles = listed(
        Exact(6, 3, metadata={"label": T("Axle (kg)")}), 0, 20, load_default=list, metadata={"label": T("Axles (kg)")}
    )
    tare_kg = Exact(6, 3, allow_none=True, metadata={"label": T("Empty vehicle (kg)")})
    level = Exact(10, 4, allow_none=True, metadata={"label": T("Level")})
    unit = Words(10, allow_none=True, metadata={"label": T("Unit of the level")})
    alarm = ma.fields.Boolean(load_default=False, metadata={"label": T("Alarm")})
    remarks = Words(2000, allow_none=True, metadata={"label": T("Remarks"), **_TEXT})
    corrects = Identifier(allow_none=True, metadata={"label": T("Measurement that it corrects")})


class SampleSchema(RecordSchema):
    item = _item_field()
    description = Words(500, required=True, metadata={"label": T("What was taken")})
    quantity = Exact(10, 3, positive=True, required=True, metadata={"label": T("Quantity")})
    unit = Coded(r"[A-Z0-9]{2,3}", "KGM", required=True, metadata={"label": T("Unit"), "codes": "unit"})
    seal = Words(30, allow_none=True, metadata={"label": T("Seal on the sample")})
    laboratory = Words(200, required=True, metadata={"label": T("Laboratory")})
    question = Words(1000, required=True, metadata={"label": T("What is to be found out"), **_TEXT})


class SampleMoveSchema(RecordSchema):
    event = ma.fields.String(
        required=True,
        validate=validate.OneOf(["handed", "received", "returned", "destroyed"]),
        metadata={"label": T("What happened")},
    )
    holder = Words(200, required=True, metadata={"label": T("Who has it now")})
    intact = ma.fields.Boolean(allow_none=True, metadata={"label": T("Seal whole")})
    words = Words(1000, allow_none=True, metadata={"label": T("Remarks"), **_TEXT})


class SampleResultSchema(RecordSchema):
    conform = _conform_field()
    words = Words(4000, required=True, metadata={"label": T("What the laboratory found"), **_TEXT})
    document = Words(70, required=True, metadata={"label": T("Number of the laboratory's paper")})
    facts = ma.fields.Nested(FactsSchema, allow_none=True, metadata={"label": T("What was found")})


class PersonSchema(RecordSchema):
    full_name = Words(200, required=True, metadata={"label": T("Name")})
    role = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            ["declarant", "driver", "owner", "carrier", "witness", "expert", "officer", "official", "other"]
        ),
        metadata={"label": T("In which role")},
    )
    of = Words(200, allow_none=True, metadata={"label": T("Employer or agency")})
    document = Words(120, allow_none=True, metadata={"label": T("Identity document")})
    signs = ma.fields.Boolean(load_default=True, metadata={"label": T("Signs")})
    remark = Words(2000, allow_none=True, metadata={"label": T("Remark"), **_TEXT})


class SealSchema(RecordSchema):
    what = chosen(SealDeed, T("What was done"), required=True)
    serial = Words(40, required=True, metadata={"label": T("Number of the seal")})
    condition = chosen(SealCondition, T("Condition"), load_default=SealCondition.INTACT.value)
    bearer = Words(40, allow_none=True, metadata={"label": T("Plate or container")})
    place = Words(120, allow_none=True, metadata={"label": T("Place on it")})
    remarks = Words(1000, allow_none=True, metadata={"label": T("Remarks"), **_TEXT})
    photo = Identifier(allow_none=True, metadata={"label": T("Photo")})


class ConclusionSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    conclusion = ma.fields.String(
        required=True,
        validate=validate.OneOf(["conform", "discrepancy", "offence"]),
        metadata={"label": T("Conclusion")},
    )
    summary = Words(4000, required=True, metadata={"label": T("Summary"), "widget": "textarea"})


class ConclusionInFullSchema(ConclusionSchema):
    """With what the inspector advises; another person decides."""

    recommendation = chosen(Recommendation, T("Recommendation"), allow_none=True)
    recorded = ma.fields.Nested(RecordedSchema, allow_none=True, metadata={"label": T("How it was recorded")})

"""The words of findings and conclusions."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Whole, Words
from app.core.messages import T


class FindingSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    control = Coded(r"[0-9]{2}", "40", required=True, metadata={"label": T("Kind of control"), "codes": "control_type"})
    item = Whole(1, 999, allow_none=True, metadata={"label": T("Item number")})
    conform = ma.fields.Boolean(
        required=True, truthy={True, "true", "1"}, falsy={False, "false", "0"}, metadata={"label": T("As declared")}
    )
    declared = Words(1000, allow_none=True, metadata={"label": T("Declared")})
    found = Words(2000, required=True, metadata={"label": T("Found"), "widget": "textarea"})


class ConclusionSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    conclusion = ma.fields.String(
        required=True,
        validate=validate.OneOf(["conform", "discrepancy", "offence"]),
        metadata={"label": T("Conclusion")},
    )
    summary = Words(4000, required=True, metadata={"label": T("Summary"), "widget": "textarea"})

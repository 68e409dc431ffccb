"""The words of an officer's decision."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Words
from app.core.messages import T
from app.reference.words import Part, label


class DecisionSchema(Part):
    """An officer's decision."""

    decision = ma.fields.String(
        required=True,
        validate=validate.OneOf(["release", "release-with-correction", "hold", "refuse", "seize", "return"]),
        metadata=label(T("Decision")),
    )
    reason = Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))
    note = Words(4000, allow_none=True, metadata=label(T("Note for colleagues"), widget="textarea"))

"""The forms of a file.

Several stand on one page, so each has its words in a group of its own: decide.reason, route.reason.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.errors import Finding, Refusal
from app.core.fields import Words
from app.core.messages import T
from app.core.text import Text, _
from app.declarations.schemas import DecisionSchema
from app.inspections.schemas import ConclusionSchema, FindingSchema
from app.risk.rules import Lane

CONCLUSIONS: dict[str, Text] = {
    "conform": _("As declared"),
    "discrepancy": _("Discrepancy"),
    "offence": _("Offence"),
}
AS_DECLARED: dict[str, Text] = {"true": _("As declared"), "false": _("Not as declared")}


class _Grouped(ma.Schema):
    """A form left blank is a group without words, so that each field says what it misses."""

    class Meta:
        unknown = ma.RAISE

    @ma.pre_load
    def _group(self, data: dict[str, Any], **context: Any) -> dict[str, Any]:
        return {**{name: {} for name in self.fields}, **data}


class _SeenSchema(FindingSchema):
    """On paper a box left blank is no answer, so the page asks for one of two."""

    conform = ma.fields.String(  # type: ignore[assignment]
        required=True, validate=validate.OneOf(list(AS_DECLARED)), metadata={"label": T("Result"), "widget": "radio"}
    )


class _RouteSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    lane = ma.fields.String(
        required=True, validate=validate.OneOf([lane.value for lane in Lane]), metadata={"label": T("New lane")}
    )
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})


class FindingForm(_Grouped):
    finding = ma.fields.Nested(_SeenSchema, required=True)


class ConclusionForm(_Grouped):
    conclude = ma.fields.Nested(ConclusionSchema, required=True)


class DecisionForm(_Grouped):
    decide = ma.fields.Nested(DecisionSchema, required=True)


class RouteForm(_Grouped):
    route = ma.fields.Nested(_RouteSchema, required=True)


FORMS: dict[str, type[ma.Schema]] = {
    "finding": FindingForm,
    "conclude": ConclusionForm,
    "decide": DecisionForm,
    "route": RouteForm,
}


def at_group(refusal: Refusal, group: str) -> Refusal:
    """A flow's refusal with its findings at the fields of the page."""
    findings = [
        Finding(f"/{group}{f.pointer}" if f.pointer else "", f.rule, f.message, f.severity) for f in refusal.findings
    ]
    return type(refusal)(refusal.message, findings=findings, facts=refusal.facts)

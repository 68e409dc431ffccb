"""The forms of a file.

Several stand on one page, so each has its words in a group of its own: decide.reason, route.reason.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.errors import Finding, Refusal
from app.core.fields import Moment, Whole, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.declarations.schemas import AddedDocumentSchema, DecisionSchema
from app.inspections.schemas import ConclusionSchema, FindingSchema
from app.risk.rules import Lane

CONCLUSIONS: dict[str, Text] = {
    "conform": _("As declared"),
    "discrepancy": _("Discrepancy"),
    "offence": _("Offence"),
}
OUTCOMES: dict[str, Text] = {
    "conform": _("As declared"),
    "differences": _("Differences found"),
    "further": _("Not finished, it is looked at further"),
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


class _AskSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    question = Words(4000, required=True, metadata={"label": T("Question"), "widget": "textarea", "rows": 3})
    item = Whole(1, 999, allow_none=True, metadata={"label": T("Item number"), "width": "medium"})
    deadline = Moment(allow_none=True, metadata={"label": T("Answer until"), "width": "medium"})


class _PartSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    items = listed(
        Whole(1, 999), 1, 999, required=True, metadata={"label": T("Items that may go"), "widget": "checkboxes"}
    )
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    note = Words(4000, allow_none=True, metadata={"label": T("Note for colleagues"), "widget": "textarea", "rows": 2})


class _ReasonSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})


class _WaiveSchema(_ReasonSchema):
    code = Words(40, required=True, metadata={"label": T("Reason of the list"), "widget": "select"})
    reason = Words(2000, required=True, metadata={"label": T("In your own words"), "widget": "textarea", "rows": 2})


class _DestroySchema(_ReasonSchema):
    note = Words(
        4000, required=True, metadata={"label": T("How they were destroyed"), "widget": "textarea", "rows": 2}
    )
    commission = Words(
        1000,
        required=True,
        metadata={"label": T("Commission: two persons at least, one to a line"), "widget": "textarea", "rows": 2},
    )
    witness = Words(200, required=True, metadata={"label": T("Witness")})


class _AuditSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    outcome = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(OUTCOMES)),
        metadata={"label": T("What came out"), "widget": "radio"},
    )
    summary = Words(4000, required=True, metadata={"label": T("What was looked at"), "widget": "textarea", "rows": 3})


class _PaperSchema(AddedDocumentSchema):
    """A document handed in at the window; its scan comes as a file beside it."""

    class Meta:
        unknown = ma.RAISE
        exclude = ("attachment",)


def alone(name: str, schema: type[ma.Schema], title: Text | None = None) -> type[ma.Schema]:
    """A form with one group of words, called by its title where errors are told."""
    metadata = {} if title is None else {"label": title}
    return _Grouped.from_dict(
        {name: ma.fields.Nested(schema, required=True, metadata=metadata)}, name=f"{name.title()}Form"
    )


#: Every form of a file by the name of its group.
FORMS: dict[str, type[ma.Schema]] = {
    name: alone(name, schema)
    for name, schema in {
        "finding": _SeenSchema,
        "conclude": ConclusionSchema,
        "decide": DecisionSchema,
        "route": _RouteSchema,
        "ask": _AskSchema,
        "part": _PartSchema,
        "reject": _ReasonSchema,
        "waive": _WaiveSchema,
        "destroy": _DestroySchema,
        "invalidate": _ReasonSchema,
        "anew": _ReasonSchema,
        "audit": _AuditSchema,
        "paper": _PaperSchema,
    }.items()
}


def at_group(refusal: Refusal, group: str) -> Refusal:
    """A flow's refusal with its findings at the fields of the page."""
    findings = [
        Finding(f"/{group}{f.pointer}" if f.pointer else "", f.rule, f.message, f.severity) for f in refusal.findings
    ]
    return type(refusal)(refusal.message, findings=findings, facts=refusal.facts)

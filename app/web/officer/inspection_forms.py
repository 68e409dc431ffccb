"""The forms of a look at goods: one group of words each, made from the schemas that the API uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Identifier, Moment, Whole, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.flows import inspecting
from app.inspections import schemas
from app.inspections.commands import Order, Reassign
from app.inspections.lifecycle import Agency, Recommendation, Type
from app.inspections.schemas import commands
from app.inspections.schemas.fields import moment
from app.inspections.schemas.records import FactsSchema
from app.web.officer.forms import alone


def _question(label: T) -> ma.fields.Boolean:
    """Yes or no, and never an answer by leaving a box alone."""
    return ma.fields.Boolean(
        required=True, truthy={True, "true"}, falsy={False, "false"}, metadata={"label": label, "widget": "radio"}
    )


class _OrderSchema(ma.Schema):
    """On paper one ticks the ways of looking of one agency; another agency is another order, in the same appointment."""

    class Meta:
        unknown = ma.RAISE

    agency = ma.fields.String(
        required=True, validate=validate.OneOf([a.value for a in Agency]), metadata={"label": T("Agency")}
    )
    types = listed(
        ma.fields.String(validate=validate.OneOf([t.value for t in Type])),
        1,
        len(Type),
        required=True,
        metadata={"label": T("What is looked at"), "widget": "checkboxes"},
    )
    reason_words = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    instruction = Words(
        2000, allow_none=True, metadata={"label": T("What to look for"), "widget": "textarea", "rows": 2}
    )
    extent = Whole(0, 100, allow_none=True, metadata={"label": T("Per cent of the packages"), "width": "medium"})
    due_at = Moment(allow_none=True, metadata={"label": T("To be done by"), "width": "medium"})


class _StepSchema(schemas.StepSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)


class _StepEndSchema(schemas.StepEndSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)


class _FindingSchema(schemas.FindingInFullSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded", "declared", "explains")

    conform = _question(T("Result"))
    facts = ma.fields.Nested(FactsSchema, allow_none=True, metadata={"label": T("What was found")})


class _CorrectionSchema(_FindingSchema):
    corrects = Identifier(required=True, metadata={"label": T("Finding that it corrects"), "widget": "hidden"})


class _PhotoSchema(schemas.PhotoWordsSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)


class _MeasureSchema(schemas.MeasureSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded", "corrects")


class _SampleSchema(schemas.SampleSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)


class _OfSample(ma.Schema):
    sample = Identifier(required=True, metadata={"label": T("Sample"), "widget": "select"})


class _SampleMoveSchema(_OfSample, schemas.SampleMoveSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)


class _SampleResultSchema(_OfSample, schemas.SampleResultSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded", "facts")

    conform = _question(T("Result"))


class _PersonSchema(schemas.PersonSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)

    signs = _question(T("Signs the act"))


class _SealSchema(schemas.SealSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded", "photo")


class _ConclusionSchema(schemas.ConclusionInFullSchema):
    class Meta:
        unknown = ma.RAISE
        exclude = ("recorded",)

    conclusion = ma.fields.String(
        required=True,
        validate=validate.OneOf(["conform", "discrepancy", "offence"]),
        metadata={"label": T("Conclusion"), "widget": "radio"},
    )
    recommendation = ma.fields.String(
        required=True,
        validate=validate.OneOf([r.value for r in Recommendation]),
        metadata={"label": T("What you recommend"), "hint": T("Another person decides."), "widget": "select"},
    )


def _order(given: dict[str, Any]) -> Order:
    steps = tuple((given["agency"], type) for type in given["types"])
    words = given.get("instruction") or ""
    return Order(steps, "raised", given["reason_words"], words, given.get("extent"), moment(given.get("due_at")))


def _reassign(given: dict[str, Any]) -> Reassign:
    return Reassign(UUID(given["person"]), "", given["reason"], given["agency"])


def _sample_move(given: dict[str, Any]) -> Any:
    return commands.sample_move(given, UUID(given["sample"]))


def _sample_result(given: dict[str, Any]) -> Any:
    return commands.sample_result(given, UUID(given["sample"]))


@dataclass(frozen=True, slots=True)
class Deed:
    """A form of the page: its words, what they become, the flow that does it, what is said then. `seen`: it is refused on a
    screen that is overtaken; what is recorded of the goods never is. `records`: sent twice it is recorded once."""

    name: str
    schema: type[ma.Schema]
    command: Callable[[dict[str, Any]], Any]
    flow: Callable[..., Any]
    done: Text
    seen: bool = False
    records: bool = True
    anchor: str = "steps"


_TABLE = (
    Deed("order", _OrderSchema, _order, inspecting.order, _("It is ordered. Who looks was drawn."), True, False, "order"),
    Deed("appoint", schemas.AppointmentSchema, commands.appoint, inspecting.appoint, _("Time and place are set for all agencies."), True, False, "order"),
    Deed("assign", schemas.AssignmentSchema, commands.assign, inspecting.assign, _("Somebody was drawn."), True, False, "who"),
    Deed("reassign", schemas.ReassignmentSchema, _reassign, inspecting.reassign, _("Another person looks. The reason is kept."), True, False, "who"),
    Deed("start", _StepSchema, commands.start_step, inspecting.start_step, _("It has begun."), anchor="steps"),
    Deed("end", _StepEndSchema, commands.end_step, inspecting.end_step, _("It is ended."), anchor="steps"),
    Deed("finding", _FindingSchema, commands.finding, inspecting.add_finding, _("The finding is recorded."), anchor="findings"),
    Deed("correct", _CorrectionSchema, commands.correction, inspecting.correct_finding, _("The correction is recorded. Both stay to be read."), anchor="findings"),
    Deed("measure", _MeasureSchema, commands.measure, inspecting.add_measure, _("The measurement is recorded."), anchor="measures"),
    Deed("sample", _SampleSchema, commands.sample, inspecting.take_sample, _("The sample is recorded."), anchor="samples"),
    Deed("move", _SampleMoveSchema, _sample_move, inspecting.move_sample, _("It is written down who has the sample."), anchor="samples"),
    Deed("result", _SampleResultSchema, _sample_result, inspecting.result_of_sample, _("The result of the laboratory is recorded."), anchor="samples"),
    Deed("person", _PersonSchema, commands.person, inspecting.add_person, _("The person is written down."), anchor="persons"),
    Deed("seal", _SealSchema, commands.seal, inspecting.note_seal, _("The seal is written down."), anchor="seals"),
    Deed("conclude", _ConclusionSchema, commands.conclusion, inspecting.conclude, _("The inspection is concluded. Another person decides."), True, True, "conclusion"),
)  # fmt: skip
DEEDS: dict[str, Deed] = {deed.name: deed for deed in _TABLE}
PHOTO = "photo"
#: Every form of the page by the name of its group.
FORMS: dict[str, type[ma.Schema]] = {deed.name: alone(deed.name, deed.schema) for deed in _TABLE} | {
    PHOTO: alone(PHOTO, _PhotoSchema)
}

"""The words of what is asked of a declaration after it was lodged."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Moment, Plate, Whole, Words, listed
from app.core.messages import T
from app.declarations.schemas.header import DeclarationSchema
from app.reference.words import Part, label


def _reason() -> Words:
    return Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))


class GroundsSchema(Part):
    """A deed that needs its reason and nothing else."""

    reason = _reason()


class QuestionSchema(Part):
    """A question to the trader about the whole (item 0 or none) or an item; without a deadline the usual one."""

    question = Words(4000, required=True, metadata=label(T("Question"), widget="textarea"))
    item = Whole(0, 999, load_default=0, metadata=label(T("Item number"), "32"))
    deadline = Moment(allow_none=True, metadata=label(T("Answer until")))


class AnswerSchema(Part):
    answer = Words(4000, required=True, metadata=label(T("Answer"), widget="textarea"))


class AmendmentSchema(Part):
    """What shall be declared instead, whole, and why."""

    reason = _reason()
    declaration: ma.fields.Field[Any] = ma.fields.Nested(
        DeclarationSchema, required=True, metadata=label(T("Declaration"))
    )


class SettlementSchema(Part):
    """An official's word on a request; only a rejection needs its reason."""

    reason = Words(2000, allow_none=True, metadata=label(T("Reason"), widget="textarea"))


class PartialReleaseSchema(Part):
    items = listed(
        Whole(1, 999, metadata=label(T("Item number"), "32")),
        1,
        999,
        required=True,
        metadata=label(T("Items that may go"), "32", row=T("Item")),
    )
    reason = _reason()
    note = Words(4000, allow_none=True, metadata=label(T("Note for colleagues"), widget="textarea"))


class ExitSchema(Part):
    """What is seen at the gate; without items everything that may go and is still here."""

    plate = Plate(60, allow_none=True, metadata=label(T("Registration number"), "18"))
    seals = listed(
        Words(40, metadata=label(T("Seal number"), "D")),
        0,
        99,
        load_default=list,
        metadata=label(T("Seal numbers"), "D", row=T("Seal")),
    )
    items = listed(
        Whole(1, 999, metadata=label(T("Item number"), "32")),
        1,
        999,
        allow_none=True,
        metadata=label(T("Items that leave"), "32", row=T("Item")),
    )
    remark = Words(2000, allow_none=True, metadata=label(T("Remark"), widget="textarea"))
    without_permit = Words(2000, allow_none=True, metadata=label(T("Why it left without a permit"), widget="textarea"))


class MemberSchema(Part):
    """Somebody of the commission before which goods are destroyed."""

    name = Words(120, required=True, metadata=label(T("Name")))
    post = Words(120, allow_none=True, metadata=label(T("Office held")))


class DestructionSchema(Part):
    """That the goods were destroyed under customs' eyes: how (`note`), before which commission and which witness."""

    reason = _reason()
    note = Words(4000, required=True, metadata=label(T("How they were destroyed"), widget="textarea"))
    commission = ma.fields.List(
        ma.fields.Nested(MemberSchema),
        required=True,
        validate=validate.Length(2, 10),
        metadata=label(T("Commission")),
    )
    witness = Words(200, required=True, metadata=label(T("Witness")))
    place = Words(200, allow_none=True, metadata=label(T("Place")))


class AuditSchema(Part):
    outcome = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            ["conform", "differences", "further"],
            labels=[T("As declared"), T("Differences were found"), T("Not finished yet")],
        ),
        metadata=label(T("What came out")),
    )
    summary = Words(4000, required=True, metadata=label(T("Summary"), widget="textarea"))

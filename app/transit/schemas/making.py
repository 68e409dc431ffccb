"""From the words of a deed to its command, and the fields that deeds have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import Any, Final, TypeVar

import marshmallow as ma
from marshmallow import validate

from app.core.errors import Finding, Invalid
from app.core.fields import Identifier, Words, listed
from app.core.messages import T
from app.core.text import _
from app.reference.words import Part, label
from app.transit.commands import Found
from app.transit.schemas.parts import office_field

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
    Raises `Invalid` where the command needs an office and none is named.
    """
    given = {name: value for name, value in words.items() if value is not None}
    held = {name: _HOLDS[name](value) if name in _HOLDS else value for name, value in given.items()}
    whole = {**held, **more}
    if "office" not in whole and _needs_office(kind):
        raise Invalid(findings=[Finding("/office", "office.missing", _("Say for which office you act."))])
    return kind(**whole)


def _needs_office(kind: Any) -> bool:
    return any(each.name == "office" and each.default is MISSING for each in fields(kind))


def reason_field(said: str = T("Reason"), *, needed: bool = True) -> Words:
    options: dict[str, Any] = {"required": True} if needed else {"allow_none": True}
    return Words(2000, metadata=label(said, widget="textarea"), **options)


def remarks_field() -> Words:
    return reason_field(T("Remarks"), needed=False)


def evidence_field() -> ma.fields.Field[Any]:
    return listed(
        Identifier(metadata=label(T("Photo or paper"))),
        0,
        20,
        load_default=list,
        metadata=label(T("Photos and papers"), row=T("Photo or paper")),
    )


def choice_field(said: str, choices: Mapping[str, str], **options: Any) -> ma.fields.String:
    return ma.fields.String(
        validate=validate.OneOf(list(choices), labels=list(choices.values())), metadata=label(said), **options
    )


class OfOfficeSchema(Part):
    """A deed of an office that needs no words of its own."""

    office = office_field(T("Acting for the office"), allow_none=True)


class WhySchema(OfOfficeSchema):
    """A deed of an office that needs its reason and nothing else: rejection, refusal of release, enquiry …"""

    reason = reason_field()

"""Fields that many of these words share, and how they become commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Identifier, Moment
from app.core.messages import T
from app.inspections.commands import Recorded
from app.inspections.lifecycle import Agency, Type


def chosen(choices: type[StrEnum], label: T, **options: Any) -> ma.fields.String:
    """One word of an enumeration."""
    words = [each.value for each in choices]
    return ma.fields.String(validate=validate.OneOf(words), metadata={"label": label}, **options)


def agency_field() -> ma.fields.String:
    return chosen(Agency, T("Agency"), load_default=Agency.CUSTOMS.value)


def type_field(**options: Any) -> ma.fields.String:
    return chosen(Type, T("Way of looking"), **options)


class RecordedSchema(ma.Schema):
    """How it came: the client's own id of the record, its device, and when its clock said it was. Sent again with the same
    id, it is answered as before."""

    class Meta:
        unknown = ma.RAISE

    id = Identifier(allow_none=True, metadata={"label": T("Id of the record")})
    device = Identifier(allow_none=True, metadata={"label": T("Device")})
    noted_at = Moment(allow_none=True, metadata={"label": T("Noted at")})


class RecordSchema(ma.Schema):
    """Words of something that is recorded."""

    class Meta:
        unknown = ma.RAISE

    recorded = ma.fields.Nested(RecordedSchema, allow_none=True, metadata={"label": T("How it was recorded")})


def recorded_of(given: Mapping[str, Any]) -> Recorded | None:
    """How it came, out of loaded words; None where they do not say."""
    told = given.get("recorded")
    if not told:
        return None
    return Recorded(identifier(told.get("id")), identifier(told.get("device")), moment(told.get("noted_at")))


def identifier(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None

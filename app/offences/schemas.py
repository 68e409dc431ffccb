"""The JSON of detentions, seizure records and acts of ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Exact, Identifier, Listed, Moment, Plate, Whole, Words
from app.core.messages import T
from app.offences.commands import Detain, EndGoods, Extend, HandOver, Involved, Member, Piece, Seize, Vehicle
from app.offences.lifecycle import End, Role

_BASIS = {"label": T("Legal basis"), "codes": "legal_basis"}


class _Strict(ma.Schema):
    class Meta:
        unknown = ma.RAISE


def _reading(label: T, most: int = 2000, **more: Any) -> Words:
    return Words(most, metadata={"label": label, "widget": "textarea", "rows": 2}, **more)


def _basis() -> Words:
    return Words(40, allow_none=True, metadata=_BASIS)


def _numbers(label: T, most: int) -> Listed:
    return Listed(Whole(1, most), 0, most, load_default=list, metadata={"label": label})


class DetentionSchema(_Strict):
    """Hold the goods for a term; without `until`, for the longest one."""

    reason = _reading(T("Reason"), required=True)
    basis = _basis()
    until = Moment(allow_none=True, metadata={"label": T("Until")})
    place = Words(120, allow_none=True, metadata={"label": T("Where they are kept")})
    items = _numbers(T("Items (none: all)"), 1999)


class DetentionExtensionSchema(_Strict):
    until = Moment(required=True, metadata={"label": T("Until")})
    reason = _reading(T("Reason"), required=True)


class PieceSchema(_Strict):
    """A piece of evidence, or persons (kind `persons`, unit IE: counted, without item, packages and value)."""

    kind = Words(20, required=True, metadata={"label": T("Kind"), "codes": "seizure_kind"})
    description = Words(500, required=True, metadata={"label": T("Description")})
    quantity = Exact(12, 3, required=True, positive=True, metadata={"label": T("Quantity")})
    unit = Coded("[A-Z0-9]{2,3}", "KGM", required=True, metadata={"label": T("Unit, or currency of money")})
    item = Whole(1, 1999, allow_none=True, metadata={"label": T("Item of the declaration")})
    packages = Whole(0, 9_999_999, allow_none=True, metadata={"label": T("Number of packages")})
    packaging = Words(200, allow_none=True, metadata={"label": T("Packaging")})
    hidden = Words(300, allow_none=True, metadata={"label": T("Where it was hidden")})
    value = Exact(13, 2, allow_none=True, metadata={"label": T("Estimated value")})
    currency = Coded("[A-Z]{3}", "TJS", allow_none=True, metadata={"label": T("Currency"), "codes": "currency"})


class CorrectedPieceSchema(PieceSchema):
    quantity = Exact(12, 3, required=True, metadata={"label": T("Quantity")})
    reason = _reading(T("Why it is corrected"), required=True)


class InvolvedSchema(_Strict):
    full_name = Words(200, required=True, metadata={"label": T("Name")})
    role = ma.fields.String(
        required=True, validate=validate.OneOf([r.value for r in Role]), metadata={"label": T("Who it is")}
    )
    document = Words(100, allow_none=True, metadata={"label": T("Identity document")})
    nationality = Coded("[A-Z]{2}", "TJ", allow_none=True, metadata={"label": T("Nationality"), "codes": "country"})
    explanation = _reading(T("Explanation"), 4000, allow_none=True)
    signs = ma.fields.Boolean(load_default=True, metadata={"label": T("Signs")})
    remark = Words(500, allow_none=True, metadata={"label": T("Remark")})


class SeizedVehicleSchema(_Strict):
    plate = Plate(20, allow_none=True, metadata={"label": T("Registration number")})
    country = Coded("[A-Z]{2}", "TJ", allow_none=True, metadata={"label": T("Country"), "codes": "country"})
    trailer = Plate(20, allow_none=True, metadata={"label": T("Trailer")})
    container = Words(20, allow_none=True, metadata={"label": T("Container")})
    vin = Words(17, allow_none=True, metadata={"label": T("Chassis number (VIN)")})


class SeizureSchema(_Strict):
    """A seizure record. The declaration or movement itself is not decided by it."""

    circumstances = _reading(T("How it was found"), 4000, required=True)
    hidden = Words(500, allow_none=True, metadata={"label": T("Where it was hidden")})
    basis = _basis()
    pieces = Listed(ma.fields.Nested(PieceSchema), 1, 200, required=True, metadata={"label": T("What was seized")})
    persons = Listed(ma.fields.Nested(InvolvedSchema), 0, 50, load_default=list, metadata={"label": T("Persons")})
    vehicle = ma.fields.Nested(SeizedVehicleSchema, allow_none=True, metadata={"label": T("Vehicle")})
    inspection = Identifier(allow_none=True, metadata={"label": T("Inspection")})


class HandOverSchema(_Strict):
    to_holder = Words(200, required=True, metadata={"label": T("To whom")})
    authority = Words(200, allow_none=True, metadata={"label": T("Authority")})
    receipt = Words(100, required=True, metadata={"label": T("Number of the receipt")})
    serials = _numbers(T("Evidence numbers (none: all)"), 200)


class CommissionMemberSchema(_Strict):
    name = Words(120, required=True, metadata={"label": T("Name")})
    post = Words(120, allow_none=True, metadata={"label": T("Office held")})


class GoodsEndSchema(_Strict):
    """An act of an end: refusal, return or destruction. A destruction names its manner, a commission and a witness."""

    kind = ma.fields.String(
        required=True, validate=validate.OneOf([e.value for e in End]), metadata={"label": T("Kind")}
    )
    reason = _reading(T("Reason"), required=True)
    basis = _basis()
    manner = _reading(T("How they were destroyed"), 1000, allow_none=True)
    place = Words(200, allow_none=True, metadata={"label": T("Place")})
    commission = Listed(
        ma.fields.Nested(CommissionMemberSchema), 0, 10, load_default=list, metadata={"label": T("Commission")}
    )
    witness = Words(200, allow_none=True, metadata={"label": T("Witness")})
    vehicle = Plate(20, allow_none=True, metadata={"label": T("Vehicle that takes them away")})
    items = _numbers(T("Items (none: all)"), 1999)
    seizure = Identifier(allow_none=True, metadata={"label": T("Seizure record")})


Given = Mapping[str, Any]


def detain(given: Given) -> Detain:
    return Detain(
        given["reason"], given.get("basis") or "", _moment(given.get("until")), given.get("place") or "",
        tuple(given.get("items") or ()),
    )  # fmt: skip


def extend(given: Given) -> Extend:
    return Extend(dt.datetime.fromisoformat(given["until"]), given["reason"])


def piece(given: Given) -> Piece:
    value = given.get("value")
    return Piece(
        given["kind"],
        given["description"],
        Decimal(given["quantity"]),
        given["unit"],
        given.get("item"),
        given.get("packages"),
        given.get("packaging") or "",
        given.get("hidden") or "",
        Decimal(value) if value else None,
        given.get("currency") or "",
    )


def involved(given: Given) -> Involved:
    texts = {name: given.get(name) or "" for name in ("document", "nationality", "explanation", "remark")}
    return Involved(given["full_name"], given["role"], signs=given.get("signs", True), **texts)


def seize(given: Given) -> Seize:
    vehicle = {name: value for name, value in (given.get("vehicle") or {}).items() if value}
    return Seize(
        given["circumstances"],
        given.get("hidden") or "",
        tuple(map(piece, given["pieces"])),
        given.get("basis") or "",
        tuple(map(involved, given.get("persons") or ())),
        Vehicle(**vehicle),
        UUID(given["inspection"]) if given.get("inspection") else None,
    )


def hand_over(given: Given) -> HandOver:
    return HandOver(
        given["to_holder"], given["receipt"], given.get("authority") or "", tuple(given.get("serials") or ())
    )


def end_goods(given: Given) -> EndGoods:
    texts = {name: given.get(name) or "" for name in ("basis", "manner", "place", "witness", "vehicle")}
    return EndGoods(
        given["kind"],
        given["reason"],
        commission=tuple(Member(each["name"], each.get("post") or "") for each in given.get("commission") or ()),
        items=tuple(given.get("items") or ()),
        seizure=UUID(given["seizure"]) if given.get("seizure") else None,
        **texts,
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None

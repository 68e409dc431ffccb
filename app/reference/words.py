"""Words that declarations and transit movements share: labels with the box of the form, codes of countries and
currencies, amounts, parties, documents, packages, vehicles.

The parts here stand in no box; a form puts them into its own with `boxed`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

import marshmallow as ma

from app.core.fields import Coded, Day, Exact, Identifier, Plate, Whole, Words
from app.core.messages import T

COUNTRY = r"[A-Z]{2}"
_VIN = r"[A-HJ-NPR-Z0-9]{5,17}"
S = TypeVar("S", bound=ma.Schema)


def label(said: str, box: str = "", **more: Any) -> dict[str, Any]:
    """The metadata of a field: its label, the box of the form, and more for screens."""
    return {"label": said, "box": box, **more}


def country_field(said: str, box: str = "", **options: Any) -> Coded:
    """A field with the two letters of a country."""
    return Coded(COUNTRY, "TJ", metadata=label(said, box, codes="country"), **options)


def currency_field(said: str, box: str, **options: Any) -> Coded:
    """A field with the three letters of a currency."""
    return Coded(r"[A-Z]{3}", "USD", metadata=label(said, box, codes="currency"), **options)


def amount_field(said: str, box: str, **options: Any) -> Exact:
    """A field with an amount of money, two decimals."""
    return Exact(13, 2, metadata=label(said, box), **options)


class Part(ma.Schema):
    """Unknown names are refused: what is not understood must not look accepted."""

    class Meta:
        unknown = ma.RAISE


class PartySchema(Part):
    id = Words(40, allow_none=True, metadata=label(T("Identification number")))
    name = Words(200, required=True, metadata=label(T("Name")))
    address = Words(300, allow_none=True, metadata=label(T("Address")))
    country = country_field(T("Country"), allow_none=True)


def boxed(box: str = "", **boxes: str) -> Callable[[type[S]], type[S]]:
    """Puts the words of the schema below it into the boxes of a form: all into `box`, those named into their own.

    @boxed("18", vin="")
    class VehicleSchema(words.VehicleSchema): ...
    """

    def put(schema: type[S]) -> type[S]:
        fields = schema._declared_fields  # noqa: SLF001 - where marshmallow keeps the fields of a class
        for name, field in fields.items():
            fields[name] = copy.copy(field)
            fields[name].metadata = {**field.metadata, "box": boxes.get(name, box)}
        return schema

    return put


class DocumentSchema(Part):
    type = Coded(r"[0-9A-Z]{1,4}", "380", required=True, metadata=label(T("Type of document"), codes="document_type"))
    number = Words(70, required=True, metadata=label(T("Number")))
    date = Day(allow_none=True, metadata=label(T("Date")))
    issuer = Words(200, allow_none=True, metadata=label(T("Issued by")))
    issue_place = Words(100, allow_none=True, metadata=label(T("Place of issue")))
    expires = Day(allow_none=True, metadata=label(T("Valid until")))
    attachment = Identifier(allow_none=True, metadata=label(T("Scanned file")))


class PackagesSchema(Part):
    kind = Coded(r"[0-9A-Z]{2}", "CT", required=True, metadata=label(T("Kind of packages"), codes="package_kind"))
    count = Whole(0, 9_999_999, required=True, metadata=label(T("Number of packages")))
    marks = Words(200, allow_none=True, metadata=label(T("Marks and numbers")))


class SupplementarySchema(Part):
    unit = Coded(r"[0-9A-Z]{2,3}", "MTK", required=True, metadata=label(T("Unit"), codes="unit"))
    quantity = Exact(10, 3, required=True, metadata=label(T("Quantity in supplementary units")))


class VehicleSchema(Part):
    plate = Plate(20, required=True, metadata=label(T("Registration number")))
    country = country_field(T("Country of registration"), allow_none=True)
    vin = Coded(_VIN, "XTA210990Y2766389", allow_none=True, metadata=label(T("Chassis number (VIN)")))


class TrailerSchema(Part):
    plate = Plate(20, required=True, metadata=label(T("Registration number of the trailer")))
    country = country_field(T("Country of registration"), allow_none=True)
    vin = Coded(_VIN, "XTA210990Y2766389", allow_none=True, metadata=label(T("Chassis number (VIN)")))


class BorderTransportSchema(Part):
    """The active means of transport at the border, where it is not the vehicle: a train, a ferry."""

    identity = Words(60, required=True, metadata=label(T("Identity of the means of transport")))
    country = country_field(T("Country of registration"), allow_none=True)


class IdentityDocumentSchema(Part):
    type = Words(30, allow_none=True, metadata=label(T("Kind of document")))
    number = Words(40, required=True, metadata=label(T("Number")))
    country = country_field(T("Country of issue"), allow_none=True)


class DriverSchema(Part):
    name = Words(120, required=True, metadata=label(T("Driver's name")))
    document = ma.fields.Nested(
        IdentityDocumentSchema, allow_none=True, metadata=label(T("Driver's identity document"))
    )

"""What the parts of a declaration have in common: labels with the box of the SAD, parties, codes of countries."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from app.core.fields import Coded, Day, Exact, Words
from app.core.messages import T

COUNTRY = r"[A-Z]{2}"
CONTAINER = r"[A-Z]{4}[0-9]{7}"


def label(said: str, box: str = "", **more: Any) -> dict[str, Any]:
    """The metadata of a field: its label, the box of the SAD, and more for screens."""
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


class DeclarantSchema(PartySchema):
    id = Words(40, required=True, metadata=label(T("Identification number"), "14"))
    licence = Words(40, allow_none=True, metadata=label(T("Licence of the customs broker"), "14"))


class PrincipalSchema(PartySchema):
    """Who answers for a transit, and who signed for him."""

    name = Words(200, allow_none=True, metadata=label(T("Name"), "50"))
    representative = Words(120, allow_none=True, metadata=label(T("Representative"), "50"))
    place = Words(100, allow_none=True, metadata=label(T("Place"), "50"))
    date = Day(allow_none=True, metadata=label(T("Date"), "50"))


class PlaceAndDateSchema(Part):
    place = Words(100, allow_none=True, metadata=label(T("Place"), "54"))
    date = Day(allow_none=True, metadata=label(T("Date"), "54"))


class OfficeSchema(Part):
    code = Words(20, allow_none=True, metadata=label(T("Office"), "A"))
    name = Words(120, allow_none=True, metadata=label(T("Name of the office"), "A"))


class BorderOfficeSchema(Part):
    code = Words(20, allow_none=True, metadata=label(T("Office"), "29"))
    name = Words(120, allow_none=True, metadata=label(T("Name of the office"), "29"))


class TransitOfficeSchema(Part):
    code = Words(20, required=True, metadata=label(T("Office"), "51"))
    country = country_field(T("Country"), "51", allow_none=True)


class DestinationOfficeSchema(Part):
    code = Words(20, allow_none=True, metadata=label(T("Office"), "53"))
    country = country_field(T("Country"), "53", allow_none=True)


class BankSchema(Part):
    code = Words(30, allow_none=True, metadata=label(T("Code"), "28"))
    name = Words(120, allow_none=True, metadata=label(T("Name"), "28"))
    branch = Words(120, allow_none=True, metadata=label(T("Branch"), "28"))
    reference = Words(60, allow_none=True, metadata=label(T("Reference"), "28"))

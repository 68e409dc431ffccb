"""What the parts of a declaration have in common beyond the shared words: its offices and its people."""

from __future__ import annotations

from app.core.fields import Day, Words
from app.core.messages import T
from app.reference.words import Part, PartySchema, country_field, label


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

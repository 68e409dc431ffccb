"""Parts of a movement's words. `box` in the metadata is the number of the data element in the union customs data model,
by which transit documents and messages of many countries are numbered."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from app.core.fields import Coded, Container, Day, Moment, Whole, Words, listed
from app.core.messages import T
from app.reference import words
from app.reference.words import (
    DriverSchema,
    Part,
    PartySchema,
    amount_field,
    boxed,
    country_field,
    currency_field,
    label,
)

#: An office of any administration: the country's two letters, and three to six letters or digits.
OFFICE = r"[A-Z]{2}[A-Z0-9]{3,6}"
#: A grant of the own network or of another: NCTS has guarantees of 17 and of 24 characters.
_GRN = r"[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[0-9]([A-Z][0-9]{6})?"
MOST_ITEMS = 1999


def office_field(said: str, box: str = "", **options: Any) -> Coded:
    """A field with the code of an office, at home or abroad."""
    return Coded(OFFICE, "TJPPJ", metadata=label(said, box, codes="office"), **options)


def seals_field(said: str, box: str = "", **options: Any) -> ma.fields.List[Any]:
    """A list of seals' numbers."""
    seal = Words(30, metadata=label(T("Seal number"), box))
    return listed(seal, 0, 99, metadata=label(said, box, row=T("Seal")), **options)


def yes_or_no(said: str, box: str = "", *, widget: str = "checkbox", **options: Any) -> ma.fields.Boolean:
    """A box that is ticked or not; `widget` radio is a question that is answered or not."""
    return ma.fields.Boolean(
        truthy={True, "true", "1"}, falsy={False, "false", "0"}, metadata=label(said, box, widget=widget), **options
    )


@boxed("13 07")
class HolderSchema(PartySchema):
    """Who answers for the goods until they arrive."""

    id = Words(40, required=True, metadata=label(T("Identification number")))
    tir_id = Coded(
        r"[A-Z]{3}/[0-9]{3}/[0-9]{1,10}",
        "TJK/087/1234567",
        allow_none=True,
        metadata=label(T("Holder's number in the TIR system")),
    )


@boxed("13 06")
class MovementRepresentativeSchema(PartySchema):
    """Who signs for the holder."""

    phone = Words(40, allow_none=True, metadata=label(T("Telephone")))


@boxed("13 02")
class HouseConsignorSchema(PartySchema):
    pass


@boxed("13 03")
class HouseConsigneeSchema(PartySchema):
    pass


@boxed("12 06")
class CarnetSchema(Part):
    """The TIR carnet and the page presented: odd where goods come in, even where they go out."""

    number = Words(15, required=True, metadata=label(T("Number of the TIR carnet")))
    valid_to = Day(required=True, metadata=label(T("Valid until")))
    volets = Whole(1, 20, required=True, metadata=label(T("Number of volets")))
    page = Whole(1, 20, required=True, metadata=label(T("Page presented")))
    holder_id = Coded(
        r"[A-Z]{3}/[0-9]{3}/[0-9]{1,10}",
        "TJK/087/1234567",
        allow_none=True,
        metadata=label(T("Holder named in the carnet")),
    )


class MovementOfficesSchema(Part):
    """The offices of the route. Offices of departure and destination are at most eight together."""

    departure = listed(
        office_field(T("Office of departure"), "17 03"),
        1,
        20,
        required=True,
        metadata=label(T("Offices of departure"), "17 03", row=T("Office of departure")),
    )
    transit = listed(
        office_field(T("Office of transit"), "17 04"),
        0,
        20,
        load_default=list,
        metadata=label(T("Offices of transit"), "17 04", row=T("Office of transit")),
    )
    exit = office_field(T("Office of exit"), "17 06", allow_none=True)
    destination = listed(
        office_field(T("Office of destination"), "17 05"),
        1,
        20,
        required=True,
        metadata=label(T("Offices of destination"), "17 05", row=T("Office of destination")),
    )


class RouteCountriesSchema(Part):
    dispatch = country_field(T("Country of dispatch"), "16 06", allow_none=True)
    destination = country_field(T("Country of destination"), "16 03", allow_none=True)
    routing = listed(
        country_field(T("Country of the route"), "16 12"),
        0,
        20,
        load_default=list,
        metadata=label(T("Countries of the route"), "16 12", row=T("Country")),
    )


@boxed("19 05")
class MovingVehicleSchema(words.VehicleSchema):
    pass


@boxed("19 05")
class MovingTrailerSchema(words.TrailerSchema):
    pass


@boxed("19 08")
class MovingBorderTransportSchema(words.BorderTransportSchema):
    """The active means of transport at the border, where it is not the vehicle: a train, a ferry."""


class MovementTransportSchema(Part):
    border_mode = Coded(
        r"[0-9]",
        "3",
        allow_none=True,
        metadata=label(T("Mode of transport at the border"), "19 03", codes="transport_mode"),
    )
    inland_mode = Coded(
        r"[0-9]", "3", allow_none=True, metadata=label(T("Inland mode of transport"), "19 04", codes="transport_mode")
    )
    vehicle = ma.fields.Nested(MovingVehicleSchema, allow_none=True, metadata=label(T("Vehicle"), "19 05"))
    trailer = ma.fields.Nested(MovingTrailerSchema, allow_none=True, metadata=label(T("Trailer"), "19 05"))
    border_transport = ma.fields.Nested(
        MovingBorderTransportSchema,
        allow_none=True,
        metadata=label(T("Means of transport crossing the border"), "19 08"),
    )
    driver = ma.fields.Nested(DriverSchema, allow_none=True, metadata=label(T("Driver")))
    expected_arrival = Moment(allow_none=True, metadata=label(T("Expected arrival")))


class EquipmentSchema(Part):
    """A container, or the load of the vehicle itself where none is named, with its seals and the items in it."""

    container = Container(allow_none=True, metadata=label(T("Container number"), "19 07", codes="container"))
    seals = seals_field(T("Seal numbers"), "19 10", load_default=list)
    goods = listed(
        Whole(1, MOST_ITEMS, metadata=label(T("Item number"), "19 07")),
        0,
        MOST_ITEMS,
        load_default=list,
        metadata=label(T("Items in it"), "19 07", row=T("Item")),
    )


@boxed("16 15")
class LocationSchema(Part):
    """Where the goods can be seen."""

    type = Coded(r"[A-Z]", "B", required=True, metadata=label(T("Kind of place"), codes="location_type"))
    qualifier = Coded(r"[A-Z]", "Z", required=True, metadata=label(T("How it is told"), codes="location_qualifier"))
    text = Words(200, required=True, metadata=label(T("Place")))


class PlacesSchema(Part):
    loading = Words(100, allow_none=True, metadata=label(T("Place of loading"), "16 13"))
    unloading = Words(100, allow_none=True, metadata=label(T("Place of unloading"), "16 14"))


@boxed("12 01")
class EarlierDocumentSchema(Part):
    """What the goods came under before: a declaration, a movement, a bill."""

    type = Coded(
        r"[0-9A-Z]{1,4}",
        "NMRN",
        required=True,
        metadata=label(T("Type of previous document"), codes="previous_document_type"),
    )
    reference = Words(70, required=True, metadata=label(T("Number")))


@boxed("12 03")
class MovementDocumentSchema(words.DocumentSchema):
    pass


@boxed("12 05")
class TransportDocumentSchema(Part):
    type = Coded(
        r"[0-9A-Z]{1,4}",
        "N730",
        required=True,
        metadata=label(T("Type of transport document"), codes="transport_document_type"),
    )
    number = Words(70, required=True, metadata=label(T("Number")))


@boxed("12 04")
class AdditionalReferenceSchema(Part):
    type = Coded(r"[0-9A-Z]{1,4}", "Y901", allow_none=True, metadata=label(T("Kind of reference")))
    number = Words(70, required=True, metadata=label(T("Number")))


class MovementGuaranteeSchema(Part):
    """A guarantee of this movement. The access code is taken and never given back."""

    type = Coded(
        r"[0-9A-Z]", "1", required=True, metadata=label(T("Kind of guarantee"), "99 02", codes="guarantee_type")
    )
    grn = Coded(
        _GRN, "26TJPPJ0000000018", allow_none=True, metadata=label(T("Reference of the guarantee (GRN)"), "99 03")
    )
    access_code = Words(
        64, allow_none=True, load_only=True, metadata=label(T("Access code"), "99 04", widget="password")
    )
    amount = amount_field(T("Amount"), "99 05", allow_none=True)
    currency = currency_field(T("Currency"), "99 06", allow_none=True)


@boxed("18 06")
class MovementPackagesSchema(words.PackagesSchema):
    pass


@boxed("18 02")
class MovementSupplementarySchema(words.SupplementarySchema):
    pass

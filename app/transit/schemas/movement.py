"""The words of a movement: the consignment, its house consignments, their items."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Exact, Whole, Words, listed
from app.core.messages import T
from app.reference.words import Part, amount_field, country_field, currency_field, label
from app.transit.schemas.parts import (
    MOST_ITEMS,
    AdditionalReferenceSchema,
    CarnetSchema,
    EarlierDocumentSchema,
    EquipmentSchema,
    HolderSchema,
    HouseConsigneeSchema,
    HouseConsignorSchema,
    LocationSchema,
    MovementDocumentSchema,
    MovementGuaranteeSchema,
    MovementOfficesSchema,
    MovementPackagesSchema,
    MovementRepresentativeSchema,
    MovementSupplementarySchema,
    MovementTransportSchema,
    PlacesSchema,
    RouteCountriesSchema,
    TransportDocumentSchema,
    yes_or_no,
)


def _documents() -> ma.fields.Field[Any]:
    return listed(
        ma.fields.Nested(MovementDocumentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Documents"), "12 03", row=T("Document")),
    )


def _previous_documents() -> ma.fields.Field[Any]:
    return listed(
        ma.fields.Nested(EarlierDocumentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Previous documents"), "12 01", row=T("Previous document")),
    )


class HouseItemSchema(Part):
    number = Whole(1, MOST_ITEMS, required=True, metadata=label(T("Item number"), "11 03"))
    commodity = Coded(
        r"[0-9]{6,10}", "080620", required=True, metadata=label(T("Commodity code"), "18 09", codes="commodity")
    )
    description = Words(500, required=True, metadata=label(T("Description of goods"), "18 05", widget="textarea"))
    gross_kg = Exact(9, 3, required=True, metadata=label(T("Gross mass (kg)"), "18 04"))
    net_kg = Exact(9, 3, allow_none=True, metadata=label(T("Net mass (kg)"), "18 01"))
    packages = listed(
        ma.fields.Nested(MovementPackagesSchema),
        1,
        99,
        required=True,
        metadata=label(T("Packages"), "18 06", row=T("Packages")),
    )
    supplementary = ma.fields.Nested(
        MovementSupplementarySchema, allow_none=True, metadata=label(T("Supplementary units"), "18 02")
    )
    value = amount_field(T("Value of the goods"), "14 05", allow_none=True)
    currency = currency_field(T("Currency"), "14 05", allow_none=True)
    origin = country_field(T("Country of origin"), "16 08", allow_none=True)
    documents = _documents()
    previous_documents = _previous_documents()
    dangerous = Coded(
        r"[0-9]{4}",
        "1202",
        allow_none=True,
        metadata=label(T("UN number of dangerous goods"), "18 07", codes="dangerous_goods"),
    )
    cus = Coded(
        r"[0-9]{7}-[0-9]", "0010001-6", allow_none=True, metadata=label(T("CUS number of the chemical"), "18 08")
    )


class HouseConsignmentSchema(Part):
    """Goods of one consignor for one consignee."""

    number = Whole(1, 99, required=True, metadata=label(T("House consignment")))
    consignor = ma.fields.Nested(HouseConsignorSchema, allow_none=True, metadata=label(T("Consignor"), "13 02"))
    consignee = ma.fields.Nested(HouseConsigneeSchema, allow_none=True, metadata=label(T("Consignee"), "13 03"))
    gross_kg = Exact(9, 3, allow_none=True, metadata=label(T("Gross mass (kg)"), "18 04"))
    documents = _documents()
    items = listed(
        ma.fields.Nested(HouseItemSchema),
        1,
        MOST_ITEMS,
        required=True,
        metadata=label(T("Items"), "11 03", row=T("Item")),
    )


class MovementSchema(Part):
    """A complete movement; items are numbered 1, 2, 3 … over all house consignments."""

    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            ["national", "international", "tir"],
            labels=[T("National transit"), T("International transit"), T("TIR transport")],
        ),
        metadata=label(T("Kind of transit")),
    )
    local_reference = Words(35, required=True, metadata=label(T("Your reference"), "12 09"))
    post = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}",
        "TJPPJ",
        required=True,
        metadata=label(T("Office of departure or of entry"), "17 03", codes="post"),
    )
    additional_type = ma.fields.String(
        allow_none=True,
        validate=validate.OneOf(["A", "D"], labels=[T("Standard"), T("Lodged before arrival")]),
        metadata=label(T("Additional declaration type"), "11 02"),
    )
    declaration_type = Coded(
        r"[A-Z][A-Z0-9]{0,4}", "T1", allow_none=True, metadata=label(T("Type of transit declaration"), "11 01")
    )
    holder = ma.fields.Nested(
        HolderSchema, required=True, metadata=label(T("Holder of the transit procedure"), "13 07")
    )
    representative = ma.fields.Nested(
        MovementRepresentativeSchema, allow_none=True, metadata=label(T("Representative"), "13 06")
    )
    carnet = ma.fields.Nested(CarnetSchema, allow_none=True, metadata=label(T("TIR carnet"), "12 06"))
    offices = ma.fields.Nested(MovementOfficesSchema, required=True, metadata=label(T("Offices"), "17 03"))
    countries = ma.fields.Nested(RouteCountriesSchema, required=True, metadata=label(T("Countries")))
    binding_itinerary = yes_or_no(T("The route is binding"), "16 17", load_default=False)
    itinerary = listed(
        Words(100, metadata=label(T("Place on the way"), "16 17")),
        0,
        30,
        allow_none=True,
        metadata=label(T("Places on the way"), "16 17", row=T("Place on the way")),
    )
    route = Coded(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}",
        "TJ-PPJ-DUS",
        allow_none=True,
        metadata=label(T("Prescribed route"), "16 17", codes="transit_route"),
    )
    limit_date = Day(allow_none=True, metadata=label(T("Will arrive not later than"), "15 11"))
    transport = ma.fields.Nested(MovementTransportSchema, required=True, metadata=label(T("Transport"), "19 05"))
    equipment = listed(
        ma.fields.Nested(EquipmentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Containers and seals"), "19 07", row=T("Container or load")),
    )
    location = ma.fields.Nested(LocationSchema, allow_none=True, metadata=label(T("Location of goods"), "16 15"))
    places = ma.fields.Nested(PlacesSchema, allow_none=True, metadata=label(T("Places of loading and unloading")))
    previous_documents = _previous_documents()
    documents = _documents()
    transport_documents = listed(
        ma.fields.Nested(TransportDocumentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Transport documents"), "12 05", row=T("Transport document")),
    )
    additional_references = listed(
        ma.fields.Nested(AdditionalReferenceSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Further references"), "12 04", row=T("Reference")),
    )
    guarantees = listed(
        ma.fields.Nested(MovementGuaranteeSchema),
        0,
        9,
        load_default=list,
        metadata=label(T("Guarantees"), "99 02", row=T("Guarantee")),
    )
    house_consignments = listed(
        ma.fields.Nested(HouseConsignmentSchema),
        1,
        99,
        required=True,
        metadata=label(T("House consignments"), row=T("House consignment")),
    )
    ucr = Words(35, allow_none=True, metadata=label(T("Reference number of the consignment (UCR)"), "12 08"))
    gross_kg = Exact(9, 3, required=True, metadata=label(T("Total gross mass (kg)"), "18 04"))

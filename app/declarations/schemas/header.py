"""The words about a consignment as a whole."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Container, Day, Exact, Moment, Whole, Words, listed
from app.core.messages import T
from app.declarations.schemas.items import DocumentSchema, ItemSchema
from app.declarations.schemas.parts import (
    BankSchema,
    BorderOfficeSchema,
    DeclarantSchema,
    DestinationOfficeSchema,
    OfficeSchema,
    PlaceAndDateSchema,
    PrincipalSchema,
    TransitOfficeSchema,
)
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

#: Box 16 where the items have several countries of origin.
VARIOUS = "VARIOUS"
#: Box 19, the container indicator of the single administrative document.
IN_CONTAINERS, LOOSE = "1", "0"


class FormsSchema(Part):
    number = Whole(0, 999, required=True, metadata=label(T("Number of the form"), "3"))
    total = Whole(0, 999, required=True, metadata=label(T("Number of forms"), "3"))


class CountriesSchema(Part):
    dispatch = country_field(T("Country of dispatch"), "15", allow_none=True)
    dispatch_region = Words(60, allow_none=True, metadata=label(T("Region of dispatch"), "15"))
    destination = country_field(T("Country of destination"), "17", allow_none=True)
    destination_region = Words(60, allow_none=True, metadata=label(T("Region of destination"), "17"))
    trading = country_field(T("Trading country"), "11", allow_none=True)
    last_consignment = country_field(T("Country of last consignment or first destination"), "10", allow_none=True)
    origin = Coded(
        rf"[A-Z]{{2}}|{VARIOUS}",
        "AF",
        allow_none=True,
        metadata=label(T("Country of origin of all goods, or VARIOUS"), "16", codes="country"),
    )


@boxed("18", vin="")
class VehicleSchema(words.VehicleSchema):
    pass


@boxed("18", vin="")
class TrailerSchema(words.TrailerSchema):
    pass


@boxed("21")
class BorderTransportSchema(words.BorderTransportSchema):
    """The active means of transport at the border, where it is not the vehicle of box 18: a train, a ferry."""


class TransportSchema(Part):
    border_mode = Coded(
        r"[0-9]",
        "3",
        allow_none=True,
        metadata=label(T("Mode of transport at the border"), "25", codes="transport_mode"),
    )
    inland_mode = Coded(
        r"[0-9]", "3", allow_none=True, metadata=label(T("Inland mode of transport"), "26", codes="transport_mode")
    )
    vehicle = ma.fields.Nested(VehicleSchema, allow_none=True, metadata=label(T("Vehicle"), "18"))
    trailer = ma.fields.Nested(TrailerSchema, allow_none=True, metadata=label(T("Trailer"), "18"))
    border_transport = ma.fields.Nested(
        BorderTransportSchema, allow_none=True, metadata=label(T("Means of transport crossing the border"), "21")
    )
    container_indicator = ma.fields.String(
        allow_none=True,
        validate=validate.OneOf(
            [IN_CONTAINERS, LOOSE], labels=[T("Goods are in containers"), T("Goods are not in containers")]
        ),
        metadata=label(T("Goods in containers"), "19"),
    )
    containers = listed(
        Container(metadata=label(T("Container number"), "31")),
        0,
        99,
        allow_none=True,
        metadata=label(T("Container numbers"), "31", row=T("Container")),
    )
    driver = ma.fields.Nested(DriverSchema, allow_none=True, metadata=label(T("Driver")))
    expected_arrival = Moment(allow_none=True, metadata=label(T("Expected arrival")))


class DeliveryTermsSchema(Part):
    code = Coded(r"[A-Z]{3}", "CPT", required=True, metadata=label(T("Delivery terms"), "20", codes="incoterm"))
    place = Words(100, allow_none=True, metadata=label(T("Place of delivery"), "20"))
    situation = Words(60, allow_none=True, metadata=label(T("Situation of the place of delivery"), "20"))


class InvoiceSchema(Part):
    number = Words(70, required=True, metadata=label(T("Invoice number"), "44"))
    date = Day(allow_none=True, metadata=label(T("Invoice date"), "44"))
    currency = currency_field(T("Currency"), "22", required=True)
    total = amount_field(T("Total amount invoiced"), "22", required=True)


class CostSchema(Part):
    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            ["freight", "internal_freight", "insurance", "other", "deduction"],
            labels=[T("Freight"), T("Freight inside the country"), T("Insurance"), T("Other costs"), T("Deduction")],
        ),
        metadata=label(T("Kind of cost"), "12"),
    )
    amount = amount_field(T("Amount"), "12", required=True)
    currency = currency_field(T("Currency"), "12", required=True)
    included = ma.fields.Boolean(
        required=True,
        truthy={True, "true", "1"},
        falsy={False, "false", "0"},
        metadata=label(T("Included in the invoice"), "12"),
    )


class GuaranteeSchema(Part):
    type = Coded(r"[0-9A-Z]{1,2}", "1", allow_none=True, metadata=label(T("Kind of guarantee"), "52"))
    reference = Words(40, required=True, metadata=label(T("Reference of the guarantee"), "52"))
    amount = amount_field(T("Amount"), "52", allow_none=True)
    currency = currency_field(T("Currency"), "52", allow_none=True)
    not_valid_for = listed(
        country_field(T("Country"), "52"),
        0,
        50,
        allow_none=True,
        metadata=label(T("Countries it is not valid for"), "52", row=T("Country")),
    )


class DeclarationSchema(Part):
    """A complete declaration; items are numbered 1, 2, 3 … in their order."""

    local_reference = Words(35, required=True, metadata=label(T("Declarant's reference"), "7"))
    post = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata=label(T("Crossing point"), "29", codes="post")
    )
    declaration_type = Coded(
        r"[A-Z]{2,3}", "IM", required=True, metadata=label(T("Declaration type"), "1", codes="declaration_type")
    )
    general_procedure = Coded(r"[0-9]{1,2}", "4", allow_none=True, metadata=label(T("General procedure"), "1"))
    additional_type = ma.fields.String(
        allow_none=True,
        validate=validate.OneOf(["A", "D"], labels=[T("Standard"), T("Lodged before arrival")]),
        metadata=label(T("Additional declaration type"), "1"),
    )
    transit_type = Words(10, allow_none=True, metadata=label(T("Type of transit"), "1"))
    forms = ma.fields.Nested(FormsSchema, allow_none=True, metadata=label(T("Forms"), "3"))
    loading_lists = Whole(0, 999, allow_none=True, metadata=label(T("Loading lists"), "4"))
    total_items = Whole(1, 999, allow_none=True, metadata=label(T("Number of items"), "5"))
    total_packages = Whole(0, 9_999_999, allow_none=True, metadata=label(T("Total number of packages"), "6"))
    consignor = ma.fields.Nested(PartySchema, required=True, metadata=label(T("Consignor"), "2"))
    consignee = ma.fields.Nested(PartySchema, required=True, metadata=label(T("Consignee"), "8"))
    declarant = ma.fields.Nested(DeclarantSchema, required=True, metadata=label(T("Declarant"), "14"))
    countries = ma.fields.Nested(CountriesSchema, required=True, metadata=label(T("Countries")))
    transport = ma.fields.Nested(TransportSchema, required=True, metadata=label(T("Transport"), "18"))
    delivery_terms = ma.fields.Nested(DeliveryTermsSchema, allow_none=True, metadata=label(T("Delivery terms"), "20"))
    invoice = ma.fields.Nested(InvoiceSchema, required=True, metadata=label(T("Invoice"), "22"))
    exchange_rate = Exact(9, 8, positive=True, allow_none=True, metadata=label(T("Exchange rate"), "23"))
    costs = listed(
        ma.fields.Nested(CostSchema), 0, 20, load_default=list, metadata=label(T("Costs"), "12", row=T("Cost"))
    )
    value_details = Exact(15, 2, allow_none=True, metadata=label(T("Total customs value"), "12"))
    agricultural_policy = Words(40, allow_none=True, metadata=label(T("Agricultural policy"), "13"))
    office = ma.fields.Nested(OfficeSchema, allow_none=True, metadata=label(T("Office named in the message"), "A"))
    manifest = Words(70, allow_none=True, metadata=label(T("Manifest"), "A"))
    border_office = ma.fields.Nested(
        BorderOfficeSchema, allow_none=True, metadata=label(T("Office of exit or entry, where it is another"), "29")
    )
    location_of_goods = Words(100, allow_none=True, metadata=label(T("Location of goods"), "30"))
    place_of_loading = Words(100, allow_none=True, metadata=label(T("Place of loading"), "27"))
    transaction_nature = Words(5, allow_none=True, metadata=label(T("Nature of transaction"), "24"))
    bank = ma.fields.Nested(BankSchema, allow_none=True, metadata=label(T("Bank"), "28"))
    terms_of_payment = Words(120, allow_none=True, metadata=label(T("Terms of payment"), "28"))
    mode_of_payment = Words(60, allow_none=True, metadata=label(T("Mode of payment"), "47"))
    deferred_payment = Words(60, allow_none=True, metadata=label(T("Deferred payment"), "48"))
    warehouse = Words(40, allow_none=True, metadata=label(T("Warehouse"), "49"))
    financial = ma.fields.Nested(PartySchema, allow_none=True, metadata=label(T("Person responsible for payment"), "9"))
    representative = Words(120, allow_none=True, metadata=label(T("Representative"), "54"))
    place_and_date = ma.fields.Nested(
        PlaceAndDateSchema, allow_none=True, metadata=label(T("Place and date of the declaration"), "54")
    )
    principal = ma.fields.Nested(PrincipalSchema, allow_none=True, metadata=label(T("Principal of the transit"), "50"))
    offices_of_transit = listed(
        ma.fields.Nested(TransitOfficeSchema),
        0,
        20,
        allow_none=True,
        metadata=label(T("Offices of transit"), "51", row=T("Office of transit")),
    )
    guarantees = listed(
        ma.fields.Nested(GuaranteeSchema),
        0,
        9,
        allow_none=True,
        metadata=label(T("Guarantees"), "52", row=T("Guarantee")),
    )
    destination_office = ma.fields.Nested(
        DestinationOfficeSchema, allow_none=True, metadata=label(T("Office of destination"), "53")
    )
    seals = listed(
        Words(40, metadata=label(T("Seal number"), "D")), 0, 99, metadata=label(T("Seal numbers"), "D", row=T("Seal"))
    )
    additional_information = Words(1000, allow_none=True, metadata=label(T("Additional information"), "44"))
    items = listed(ma.fields.Nested(ItemSchema), 1, 999, required=True, metadata=label(T("Items"), "32", row=T("Item")))
    documents = listed(
        ma.fields.Nested(DocumentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Documents"), "44", row=T("Document")),
    )

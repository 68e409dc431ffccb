"""The words about one item of a consignment."""

from __future__ import annotations

import marshmallow as ma

from app.core.fields import Coded, Container, Day, Exact, Whole, Words, listed
from app.core.messages import T
from app.reference import words
from app.reference.words import Part, amount_field, boxed, country_field, label


@boxed("44")
class DocumentSchema(words.DocumentSchema):
    pass


class AddedDocumentSchema(DocumentSchema):
    """A document handed in after lodging, for the whole (item 0 or none) or an item."""

    item = Whole(0, 999, load_default=0, metadata=label(T("Item number"), "32"))


class PreviousDocumentSchema(Part):
    """A document the goods came under before, and what is to be written off from it (boxes 40 and 41bis)."""

    type = Words(10, allow_none=True, metadata=label(T("Type of document"), "40"))
    number = Words(70, required=True, metadata=label(T("Number"), "40"))
    item = Whole(1, 999, allow_none=True, metadata=label(T("Item of the previous declaration"), "40"))
    date = Day(allow_none=True, metadata=label(T("Date"), "40"))
    packages = Whole(0, 9_999_999, allow_none=True, metadata=label(T("Packages to write off"), "41"))
    net_kg = Exact(9, 3, allow_none=True, metadata=label(T("Net mass to write off (kg)"), "41"))
    quantity = Exact(10, 3, allow_none=True, metadata=label(T("Quantity to write off"), "41"))


@boxed("31")
class PackagesSchema(words.PackagesSchema):
    pass


@boxed("41")
class SupplementarySchema(words.SupplementarySchema):
    pass


class LicenceSchema(Part):
    number = Words(70, required=True, metadata=label(T("Number of the licence"), "44"))
    amount = amount_field(T("Amount to deduct from the licence"), "44", allow_none=True)
    quantity = Exact(10, 3, allow_none=True, metadata=label(T("Quantity to deduct from the licence"), "44"))


class ItemSchema(Part):
    number = Whole(1, 999, required=True, metadata=label(T("Item number"), "32"))
    commodity = Coded(
        r"[0-9]{6,12}", "080620", required=True, metadata=label(T("Commodity code"), "33", codes="commodity")
    )
    additional_codes = listed(
        Coded(r"[0-9A-Z]{2,8}", "X065", metadata=label(T("Additional code"), "33")),
        0,
        9,
        allow_none=True,
        metadata=label(T("Additional codes of the commodity"), "33", row=T("Additional code")),
    )
    description = Words(500, required=True, metadata=label(T("Description of goods"), "31", widget="textarea"))
    un_number = Coded(r"[0-9]{4}", "1202", allow_none=True, metadata=label(T("UN number of dangerous goods"), "31"))
    origin = country_field(T("Country of origin"), "34", required=True)
    origin_region = Words(60, allow_none=True, metadata=label(T("Region of origin"), "34"))
    procedure = Coded(
        r"[0-9]{4}([0-9A-Z]{3})?", "4000", required=True, metadata=label(T("Procedure"), "37", codes="procedure")
    )
    preference = Words(10, allow_none=True, metadata=label(T("Preference"), "36"))
    packages = listed(
        ma.fields.Nested(PackagesSchema), 1, 99, required=True, metadata=label(T("Packages"), "31", row=T("Packages"))
    )
    containers = listed(
        Container(metadata=label(T("Container number"), "31")),
        0,
        99,
        allow_none=True,
        metadata=label(T("Containers of the item"), "31", row=T("Container")),
    )
    gross_kg = Exact(9, 3, required=True, metadata=label(T("Gross mass (kg)"), "35"))
    net_kg = Exact(9, 3, required=True, metadata=label(T("Net mass (kg)"), "38"))
    supplementary = ma.fields.Nested(
        SupplementarySchema, allow_none=True, metadata=label(T("Supplementary units"), "41")
    )
    invoice_value = amount_field(T("Item price"), "42", required=True)
    adjustment = Exact(9, 8, allow_none=True, metadata=label(T("Adjustment"), "45"))
    customs_value = Exact(15, 2, allow_none=True, metadata=label(T("Customs value"), "45"))
    statistical_value = Exact(15, 2, allow_none=True, metadata=label(T("Statistical value"), "46"))
    documents = listed(
        ma.fields.Nested(DocumentSchema),
        0,
        99,
        load_default=list,
        metadata=label(T("Documents"), "44", row=T("Document")),
    )
    previous_documents = listed(
        ma.fields.Nested(PreviousDocumentSchema),
        0,
        99,
        metadata=label(T("Previous documents"), "40", row=T("Previous document")),
    )
    licence = ma.fields.Nested(LicenceSchema, allow_none=True, metadata=label(T("Licence"), "44"))
    additional_information = Words(1000, allow_none=True, metadata=label(T("Additional information"), "44"))
    additional_information_codes = listed(
        Coded(r"[0-9A-Z]{1,10}", "30400", metadata=label(T("Code of additional information"), "44")),
        0,
        20,
        allow_none=True,
        metadata=label(T("Codes of additional information"), "44", row=T("Code")),
    )
    valuation_method = Words(3, allow_none=True, metadata=label(T("Valuation method"), "43"))
    quota = Words(40, allow_none=True, metadata=label(T("Quota"), "39"))

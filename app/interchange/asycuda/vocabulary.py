"""The boxes of a SAD, each with the name the contract gives its value and the elements that carry it.

Read a line as: box, pointer into the declaration (or the item, or the row), where the text stands. `A|B` are names a
step may have, the first being ASYCUDA World's own; further paths are where the same value may stand instead or again.
Names are compared without case, punctuation and doubled letters (see `tree.key`). `beside` names elements that only
repeat the value in other words; when the value changes they would be wrong, so they are emptied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.interchange.asycuda import codecs
from app.interchange.asycuda.codecs import Codec


@dataclass(frozen=True, slots=True)
class Box:
    """One box, or the part of one that has a value of its own."""

    number: str
    pointers: tuple[str, ...]
    slots: tuple[tuple[str, ...], ...]
    codec: Codec
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A box that repeats: a list of objects (or, with one box whose pointer is empty, of plain values)."""

    number: str
    pointer: str
    paths: tuple[str, ...]
    boxes: tuple[Box, ...]
    #: The declaration has room for the first row only, as an object of its own.
    first_only: bool = False


def _box(number: str, pointer: str, *paths: str, codec: Codec = codecs.TEXT, beside: tuple[str, ...] = ()) -> Box:
    return Box(number, (pointer,), (paths,), codec, beside)


def _boxes(
    number: str, pointers: tuple[str, ...], *slots: tuple[str, ...], codec: Codec, beside: tuple[str, ...] = ()
) -> Box:
    return Box(number, pointers, slots, codec, beside)


_ITEM_INVOICE = "Item/Valuation_item/Item_Invoice|Invoice"
_BORDER = "Transport/Means_of_transport/Border_information"
_DEPARTURE = "Transport/Means_of_transport/Departure_arrival_information"
_COSTS = (
    "Gs_external_freight|External_freight",
    "Gs_internal_freight|Internal_freight",
    "Gs_insurance|Insurance",
    "Gs_other_cost|Other_cost",
    "Gs_deduction|Deduction",
)
_INVOICE = "Valuation/Gs_Invoice|Invoice"

_PRINCIPAL = "Transit/Principal"

HEADER: Final = (
    _box("A", "/office/code", "Identification/Office_segment/Customs_clearance_office_code"),
    _box("A", "/office/name", "Identification/Office_segment/Customs_Clearance_office_name"),
    _box("1", "/declaration_type", "Identification/Type/Type_of_declaration", "Identification/Type_of_declaration"),
    _box(
        "1",
        "/general_procedure",
        "Identification/Type/Declaration_gen_procedure_code|General_procedure_code",
        "Identification/Declaration_sgl_segment/General_procedure_code",
    ),
    _box("1", "/transit_type", "Identification/Type/Type_of_transit_document"),
    _boxes(
        "3",
        ("/forms/number", "/forms/total"),
        ("Property/Forms/Number_of_the_form",),
        ("Property/Forms/Total_number_of_forms",),
        codec=codecs.TWO_COUNTS,
    ),
    _box("4", "/loading_lists", "Property/Nbers/Number_of_loading_lists", codec=codecs.COUNT),
    _box("A", "/manifest", "Identification/Manifest_reference_number"),
    _box("2", "/consignor/id", "Traders/Exporter/Exporter_code"),
    _boxes("2", ("/consignor/name", "/consignor/address"), ("Traders/Exporter/Exporter_name",), codec=codecs.TRADER),
    _box("7", "/local_reference", "Declarant/Reference/Number|Reference_number"),
    _box("8", "/consignee/id", "Traders/Consignee/Consignee_code"),
    _boxes("8", ("/consignee/name", "/consignee/address"), ("Traders/Consignee/Consignee_name",), codec=codecs.TRADER),
    _box("9", "/financial/id", "Traders/Financial/Financial_code"),
    _box("9", "/financial/name", "Traders/Financial/Financial_name"),
    _box("10", "/countries/last_consignment", "General_information/Country/Country_first_destination"),
    _box("11", "/countries/trading", "General_information/Country/Trading_country"),
    _box("13", "/agricultural_policy", "General_information/CAP"),
    _box("14", "/declarant/id", "Declarant/Declarant_code"),
    _boxes("14", ("/declarant/name", "/declarant/address"), ("Declarant/Declarant_name",), codec=codecs.TRADER),
    _box("54", "/representative", "Declarant/Declarant_representative"),
    _box("54", "/place_and_date/place", "Property/Place_of_declaration"),
    _box("54", "/place_and_date/date", "Property/Date_of_declaration", codec=codecs.DAY),
    _box(
        "15",
        "/countries/dispatch",
        "General_information/Country/Export/Export_country_code",
        beside=("General_information/Country/Export/Export_country_name",),
    ),
    _box("15", "/countries/dispatch_region", "General_information/Country/Export/Export_country_region"),
    _box(
        "16", "/countries/origin", "General_information/Country/Country_of_origin_name", codec=codecs.COUNTRY_OR_VARIOUS
    ),
    _box("17", "/countries/destination_region", "General_information/Country/Destination/Destination_country_region"),
    _box(
        "17",
        "/countries/destination",
        "General_information/Country/Destination/Destination_country_code",
        beside=("General_information/Country/Destination/Destination_country_name",),
    ),
    _box("20", "/delivery_terms/code", "Transport/Delivery_terms/Code", "Item/IncoTerms/Code"),
    _box("20", "/delivery_terms/place", "Transport/Delivery_terms/Place", "Item/IncoTerms/Place"),
    _box("20", "/delivery_terms/situation", "Transport/Delivery_terms/Situation"),
    _boxes(
        "21",
        ("/transport/vehicle/plate", "/transport/trailer/plate"),
        (f"{_BORDER}/Identity", f"{_DEPARTURE}/Identity"),
        (f"{_BORDER}/Mode",),
        codec=codecs.PLATES,
    ),
    _box("21", "/transport/vehicle/country", f"{_BORDER}/Nationality", f"{_DEPARTURE}/Nationality"),
    _box(
        "22",
        "/invoice/currency",
        f"{_INVOICE}/Currency_code",
        f"{_ITEM_INVOICE}/Currency_code",
        beside=(f"{_INVOICE}/Currency_name", f"{_INVOICE}/Currency_rate", f"{_INVOICE}/Amount_national_currency"),
    ),
    _box(
        "22",
        "/invoice/total",
        f"{_INVOICE}/Amount_foreign_currency|Amount_foreign",
        "Valuation/Total/Total_invoice",
        "Financial/Total_invoice",
        codec=codecs.NUMBER,
        beside=(f"{_INVOICE}/Amount_national_currency",),
    ),
    _boxes(
        "24",
        ("/transaction_nature",),
        ("Financial/Financial_transaction/code1|code_1",),
        ("Financial/Financial_transaction/code2|code_2",),
        codec=codecs.NATURE,
    ),
    _box("25", "/transport/border_mode", f"{_BORDER}/Mode"),
    _box("26", "/transport/inland_mode", "Transport/Means_of_transport/Inland_mode_of_transport"),
    _boxes(
        "27",
        ("/place_of_loading",),
        ("Transport/Place_of_loading/Code",),
        ("Transport/Place_of_loading/Name|n",),
        codec=codecs.PLACE,
    ),
    _box("28", "/bank/code", "Financial/Bank/Code"),
    _box("28", "/bank/name", "Financial/Bank/Name|n"),
    _box("28", "/bank/branch", "Financial/Bank/Branch"),
    _box("28", "/bank/reference", "Financial/Bank/Reference"),
    _boxes(
        "28", ("/terms_of_payment",), ("Financial/Terms/Code",), ("Financial/Terms/Description",), codec=codecs.TERMS
    ),
    _box("29", "/border_office/code", "Transport/Border_office/Code"),
    _box("29", "/border_office/name", "Transport/Border_office/Name"),
    _box("30", "/location_of_goods", "Transport/Location_of_goods"),
    _boxes(
        "44",
        ("/additional_information",),
        ("General_information/Additional_information",),
        ("General_information/Comments_free_text",),
        codec=codecs.TWO_LINES,
    ),
    _boxes(
        "45",
        ("/costs",),
        *(
            ((f"Valuation/{cost}/{part}",))
            for cost in _COSTS
            for part in ("Amount_foreign_currency|Amount_foreign", "Currency_code")
        ),
        codec=codecs.COSTS,
    ),
    _box("47", "/mode_of_payment", "Financial/Mode_of_payment"),
    _box("48", "/deferred_payment", "Financial/Deffered_payment_reference"),
    _box("49", "/warehouse", "Warehouse/Identification"),
    _box("50", "/principal/id", f"{_PRINCIPAL}/Code"),
    _boxes("50", ("/principal/name", "/principal/address"), (f"{_PRINCIPAL}/Name",), codec=codecs.TRADER),
    _box("50", "/principal/representative", f"{_PRINCIPAL}/Representative"),
    _box("50", "/principal/place", "Transit/Signature/Place"),
    _box("50", "/principal/date", "Transit/Signature/Date", codec=codecs.DAY),
    _box("53", "/destination_office/code", "Transit/Destination/Office"),
    _box("53", "/destination_office/country", "Transit/Destination/Country"),
    _boxes("D", ("/seals",), ("Transit/Seals/Identity",), ("Transit/Seals/Number",), codec=codecs.SEALS),
)

#: The invoice as the supplier's document; where a file has none, it is told by a document of the type below.
INVOICE_DOCUMENT: Final = (
    _box("44", "/invoice/number", "Suppliers_documents/Suppliers_document_invoice_nbr"),
    _box("44", "/invoice/date", "Suppliers_documents/Suppliers_document_date", codec=codecs.DAY),
)
INVOICE_TYPES: Final = frozenset({"380", "N380"})

CONTAINERS: Final = Rows(
    "31", "/transport/containers", ("Container",), (_box("31", "", "Container_identity|Container_number"),)
)

DOCUMENTS: Final = Rows(
    "44",
    "/documents",
    ("Attached_documents", "Attached_documents/Attached_document"),
    (
        _box("44", "/type", "Attached_document_code", beside=("Attached_document_name",)),
        _box("44", "/number", "Attached_document_reference"),
        _box("44", "/date", "Attached_document_date", codec=codecs.DAY),
    ),
)

_TARIFF = "Tarification|Tariff"
_PREVIOUS = "Previous_doc|Previous_document"
_WEIGHT = "Valuation_item/Weight_itm|Weight"

ITEM: Final = (
    _box("31", "/description", "Goods_description/Commercial_Description", "Goods_description/Description_of_goods"),
    _boxes(
        "33",
        ("/commodity",),
        *(
            (f"{_TARIFF}/HScode|Hs_code|Harmonized_system/{part}",)
            for part in ("Commodity_code", "Precision_1", "Precision_2", "Precision_3", "Precision_4")
        ),
        codec=codecs.COMMODITY,
    ),
    _box("34", "/origin", "Goods_description/Country_of_origin_code"),
    _box("34", "/origin_region", "Goods_description/Country_of_origin_region"),
    _box("35", "/gross_kg", f"{_WEIGHT}/Gross_weight_itm|Gross_weight", codec=codecs.NUMBER),
    _box("36", "/preference", f"{_TARIFF}/Preference_code"),
    _boxes(
        "37",
        ("/procedure",),
        (f"{_TARIFF}/Extended_customs_procedure",),
        (f"{_TARIFF}/National_customs_procedure",),
        codec=codecs.PROCEDURE,
    ),
    _box("38", "/net_kg", f"{_WEIGHT}/Net_weight_itm|Net_weight", codec=codecs.NUMBER),
    _box("39", "/quota", f"{_TARIFF}/Quota_code", f"{_TARIFF}/Quota/QuotaCode"),
    _boxes(
        "40",
        ("/previous_documents",),
        (f"{_PREVIOUS}/Summary_declaration",),
        (f"{_PREVIOUS}/Previous_document_reference",),
        codec=codecs.PREVIOUS_DOCUMENTS,
    ),
    _box(
        "42",
        "/invoice_value",
        f"{_TARIFF}/Item_price",
        "Valuation_item/Item_Invoice|Invoice/Amount_foreign_currency|Amount_foreign",
        codec=codecs.NUMBER,
        beside=("Valuation_item/Item_Invoice|Invoice/Amount_national_currency",),
    ),
    _box("43", "/valuation_method", f"{_TARIFF}/Valuation_method_code"),
    _box("44", "/licence/number", "Licence_number"),
    _box("44", "/licence/amount", "Amount_deducted_from_licence", codec=codecs.AMOUNT),
    _box("44", "/licence/quantity", "Quantity_deducted_from_licence", codec=codecs.AMOUNT),
    _boxes("44", ("/additional_information_codes",), (f"{_TARIFF}/AI_code",), codec=codecs.CODES),
    _box("45", "/adjustment", "Valuation_item/Rate_of_adjustement", codec=codecs.NUMBER),
    _boxes("44", ("/additional_information",), ("Free_text_1",), ("Free_text_2",), codec=codecs.TWO_LINES),
)

ITEM_ROWS: Final = (
    Rows(
        "31",
        "/packages",
        ("Packages",),
        (
            _box("31", "/kind", "Kind_of_packages_code", beside=("Kind_of_packages_name",)),
            _box("31", "/count", "Number_of_packages", codec=codecs.COUNT),
            _boxes("31", ("/marks",), ("Marks1_of_packages",), ("Marks2_of_packages",), codec=codecs.TWO_LINES),
        ),
    ),
    Rows(
        "41",
        "/supplementary",
        (f"{_TARIFF}/Supplementary_unit",),
        (
            _box("41", "/unit", "Suppplementary_unit_code", beside=("Suppplementary_unit_name",)),
            _box("41", "/quantity", "Suppplementary_unit_quantity", codec=codecs.AMOUNT),
        ),
        first_only=True,
    ),
    DOCUMENTS,
)

#: Totals that follow from the items: box, what is counted, where it stands.
TOTALS: Final = (
    ("5", "items", ("Property/Nbers/Total_number_of_items",)),
    ("6", "packages", ("Property/Nbers/Total_number_of_packages", "Identification/Total_number_of_packages")),
    ("35", "gross", ("Valuation/Total/Total_weight", "Valuation/Weight/Gross_weight")),
)
#: Box 19: whether there are containers.
CONTAINER_FLAG: Final = "Transport/Container_flag"

#: Names without an element of ASYCUDA's, or (the rate, and amounts in national currency) with one that means the
#: currency of whoever made the file. They travel in elements of ours only.
_HEADER_ONLY_OURS: Final = frozenset(
    {
        "post",
        "documents",
        "items",
        "additional_type",
        "total_items",
        "total_packages",
        "exchange_rate",
        "value_details",
        "offices_of_transit",
        "guarantees",
    }
)
_ITEM_ONLY_OURS: Final = frozenset(
    {"additional_codes", "un_number", "containers", "customs_value", "statistical_value"}
)

#: Names of the declaration that may come from a value of our own in the file, because a SAD has no box for them.
HEADER_NAMES: Final = _HEADER_ONLY_OURS | {box.pointers[0].split("/")[1] for box in (*HEADER, *INVOICE_DOCUMENT)}
ITEM_NAMES: Final = (
    _ITEM_ONLY_OURS | {box.pointers[0].split("/")[1] for box in ITEM} | {rows.pointer[1:] for rows in ITEM_ROWS}
)

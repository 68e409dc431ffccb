"""Which SAD box a value of the declaration, or an element of the file, belongs to."""

from __future__ import annotations

import re
from typing import Final

from app.interchange.asycuda.tree import key
from app.interchange.asycuda.vocabulary import CONTAINERS, DOCUMENTS, HEADER, INVOICE_DOCUMENT, ITEM, ITEM_ROWS

#: The box that an element belongs to, for what is kept unread; the nearest named ancestor tells.
_ELSEWHERE: Final = {
    "Forms": "3",
    "Number_of_loading_lists": "4",
    "Total_number_of_items": "5",
    "Total_number_of_packages": "6",
    "Reference": "7",
    "Manifest_reference_number": "A",
    "Registration": "A",
    "Assessment": "B",
    "Receipt": "B",
    "Office_segment": "A",
    "Type": "1",
    "Type_of_transit_document": "1",
    "Sad_flow": "1",
    "Place_of_declaration": "54",
    "Date_of_declaration": "54",
    "Exporter": "2",
    "Consignee": "8",
    "Traders": "9",
    "Declarant": "14",
    "Country_first_destination": "10",
    "Trading_country": "11",
    "Value_details": "12",
    "CAP": "13",
    "Export": "15",
    "Country_of_origin_name": "16",
    "Destination": "17",
    "Departure_arrival_information": "18",
    "Container_flag": "19",
    "Delivery_terms": "20",
    "IncoTerms": "20",
    "Border_information": "21",
    "Gs_Invoice": "22",
    "Total_invoice": "22",
    "Currency_rate": "23",
    "Financial_transaction": "24",
    "Inland_mode_of_transport": "26",
    "Place_of_loading": "27",
    "Bank": "28",
    "Terms": "28",
    "Border_office": "29",
    "Location_of_goods": "30",
    "Packages": "31",
    "Container": "31",
    "Goods_description": "31",
    "HScode": "33",
    "Country_of_origin_code": "34",
    "Country_of_origin_region": "34",
    "Gross_weight": "35",
    "Total_weight": "35",
    "Preference_code": "36",
    "Extended_customs_procedure": "37",
    "National_customs_procedure": "37",
    "Quota": "39",
    "Quota_code": "39",
    "Previous_doc": "40",
    "Previous_document": "40",
    "Supplementary_unit": "41",
    "Item_price": "42",
    "Item_Invoice": "42",
    "Valuation_method_code": "43",
    "Attached_documents": "44",
    "Attached_doc_item": "44",
    "Suppliers_documents": "44",
    "AI_code": "44",
    "Licence_number": "44",
    "Amount_deducted_from_licence": "44",
    "Quantity_deducted_from_licence": "44",
    "Free_text_1": "44",
    "Free_text_2": "44",
    "Additional_information": "44",
    "Comments_free_text": "44",
    "Value_item": "45",
    "Rate_of_adjustement": "45",
    "Gs_external_freight": "45",
    "Gs_internal_freight": "45",
    "Gs_insurance": "45",
    "Gs_other_cost": "45",
    "Gs_deduction": "45",
    "item_external_freight": "45",
    "item_internal_freight": "45",
    "item_insurance": "45",
    "item_other_cost": "45",
    "item_deduction": "45",
    "Total_cost": "45",
    "Total_CIF": "12",
    "Total_cost_itm": "45",
    "Total_CIF_itm": "46",
    "Statistical_value": "46",
    "Taxation": "47",
    "Assessment_notice": "B",
    "Global_taxes": "B",
    "Amounts": "B",
    "Deffered_payment_reference": "48",
    "Mode_of_payment": "47",
    "Warehouse": "49",
    "Principal": "50",
    "Signature": "50",
    "Guarantee": "52",
    "Seals": "D",
    "Result_of_control": "D",
    "Time_limit": "D",
    "Officer_name": "D",
    "Transit": "53",
    "Export_release": "D",
}
_BOXES_OF_ELEMENTS: Final = {key(name): number for name, number in _ELSEWHERE.items()}

#: Names of the declaration that no element of a SAD carries.
_ONLY_OURS_OF_HEADER: Final = {
    "/additional_type": "1",
    "/forms": "3",
    "/total_items": "5",
    "/total_packages": "6",
    "/value_details": "12",
    "/transport/border_transport": "21",
    "/exchange_rate": "23",
    "/border_office": "29",
    "/principal": "50",
    "/offices_of_transit": "51",
    "/guarantees": "52",
    "/destination_office": "53",
    "/place_and_date": "54",
}
_ONLY_OURS_OF_ITEM: Final = {
    "/containers": "31",
    "/un_number": "31",
    "/additional_codes": "33",
    "/licence": "44",
    "/customs_value": "45",
    "/statistical_value": "46",
}

_ITEM_POINTER = re.compile(r"/items/\d+(/.*)?", re.ASCII)
_ROW_NUMBER = re.compile(r"/\d+(?=/|$)", re.ASCII)


def box_of_element(element_key: str) -> str | None:
    """The box an element belongs to by its key, or None where only its parent tells."""
    return _BOXES_OF_ELEMENTS.get(element_key)


def _boxes_of_pointers() -> tuple[dict[str, str], dict[str, str]]:
    header = {pointer: box.number for box in (*HEADER, *INVOICE_DOCUMENT) for pointer in box.pointers}
    item = {pointer: box.number for box in ITEM for pointer in box.pointers}
    for rows, boxes in ((CONTAINERS, header), (DOCUMENTS, header), *((rows, item) for rows in ITEM_ROWS)):
        boxes[rows.pointer] = rows.number
        boxes.update({rows.pointer + pointer: box.number for box in rows.boxes for pointer in box.pointers})
    item["/number"] = "32"
    header.update(
        {
            "/items": "5",
            "/post": "A",
            "/consignor": "2",
            "/consignee": "8",
            "/declarant": "14",
            "/financial": "9",
            "/office": "A",
        }
    )
    header.update(
        {
            "/transport": "21",
            "/transport/vehicle": "21",
            "/transport/trailer": "21",
            "/delivery_terms": "20",
            "/invoice": "22",
            "/bank": "28",
        }
    )
    header.update(_ONLY_OURS_OF_HEADER)
    item.update(_ONLY_OURS_OF_ITEM)
    return header, item


_HEADER_BOXES, _ITEM_BOXES = _boxes_of_pointers()


def box_of(pointer: str) -> str | None:
    """The SAD box of a value of the declaration, by its pointer: "/items/0/gross_kg" is in box "35". None: it has
    none."""
    found = _ITEM_POINTER.fullmatch(pointer)
    boxes, rest = (_ITEM_BOXES, found[1] or "") if found else (_HEADER_BOXES, pointer)
    rest = _ROW_NUMBER.sub("", rest)
    while rest:
        if rest in boxes:
            return boxes[rest]
        rest = rest.rpartition("/")[0]
    return "32" if found else None

"""Which fact tells each word of a declaration and of a movement; of an item "items.…". `UNTOLD` are the words no criterion
needs, with the reason."""

from __future__ import annotations

_DOCUMENT = {
    "type": "documents", "number": "document_numbers", "date": "oldest_document_days", "issuer": "document_issuers",
    "issue_place": "document_places", "expires": "expired_documents", "attachment": "scanned_documents",
}  # fmt: skip
_TRANSPORT = {
    "transport.border_mode": "border_mode", "transport.inland_mode": "inland_mode",
    "transport.vehicle.plate": "plate", "transport.vehicle.country": "plate_country", "transport.vehicle.vin": "vin",
    "transport.trailer.plate": "trailer", "transport.trailer.country": "trailer_country",
    "transport.trailer.vin": "trailer_vin", "transport.border_transport.identity": "border_transport",
    "transport.border_transport.country": "border_transport_country", "transport.driver.name": "driver_name",
    "transport.driver.document.type": "driver_document_type", "transport.driver.document.number": "driver_document",
    "transport.driver.document.country": "driver_country", "transport.expected_arrival": "hours_to_arrival",
}  # fmt: skip


def _party(role: str, *words: str) -> dict[str, str]:
    return {f"{role}.id": role, **{f"{role}.{word}": f"{role}_{word}" for word in words}}


def _below(before: str, words: dict[str, str], after: str = "") -> dict[str, str]:
    return {f"{before}.{word}": f"{after}{fact}" for word, fact in words.items()}


_ITEM = {
    "number": "number", "commodity": "commodity", "additional_codes": "additional_codes", "description": "description",
    "un_number": "un_number", "origin": "origin", "origin_region": "origin_region", "procedure": "procedure",
    "preference": "preference", "packages.kind": "package_kinds", "packages.count": "packages", "packages.marks": "marks",
    "containers": "containers", "gross_kg": "gross_kg", "net_kg": "net_kg", "supplementary.unit": "supplementary_unit",
    "supplementary.quantity": "supplementary_quantity", "invoice_value": "value", "adjustment": "adjustment",
    "customs_value": "customs_value", "statistical_value": "statistical_value", "documents.type": "documents",
    "previous_documents.type": "previous_types", "previous_documents.number": "previous_documents",
    "licence.number": "licence", "licence.amount": "licence_amount", "licence.quantity": "licence_quantity",
    "additional_information": "additional_information", "additional_information_codes": "information_codes",
    "valuation_method": "valuation_method", "quota": "quota",
}  # fmt: skip

OF_DECLARATION = {
    "local_reference": "local_reference", "post": "post", "declaration_type": "declaration_type",
    "general_procedure": "general_procedure", "additional_type": "additional_type", "transit_type": "transit_type",
    "forms.total": "forms", "loading_lists": "loading_lists", "total_items": "stated_items",
    "total_packages": "stated_packages",
    **_party("consignor", "name", "address", "country"), **_party("consignee", "name", "address", "country"),
    **_party("declarant", "name", "address", "country", "licence"),
    "countries.dispatch": "dispatch", "countries.dispatch_region": "dispatch_region",
    "countries.destination": "destination", "countries.destination_region": "destination_region",
    "countries.trading": "trading_country", "countries.last_consignment": "last_country",
    "countries.origin": "stated_origin",
    **_TRANSPORT, "transport.container_indicator": "in_containers", "transport.containers": "containers",
    "delivery_terms.code": "delivery_terms", "delivery_terms.place": "delivery_place",
    "delivery_terms.situation": "delivery_situation",
    "invoice.number": "invoice_number", "invoice.date": "invoice_age_days", "invoice.currency": "currency",
    "invoice.total": "invoice_total", "exchange_rate": "exchange_rate", "costs.kind": "cost_kinds",
    "costs.amount": "freight", "costs.currency": "cost_currencies", "costs.included": "included_costs",
    "value_details": "value_details", "agricultural_policy": "agricultural_policy", "office.code": "office_named",
    "office.name": "office_named", "manifest": "manifest", "border_office.code": "border_office",
    "border_office.name": "border_office", "location_of_goods": "location_of_goods",
    "place_of_loading": "place_of_loading", "transaction_nature": "transaction_nature", "bank.code": "bank",
    "bank.name": "bank", "bank.branch": "bank_branch", "bank.reference": "bank_reference",
    "terms_of_payment": "terms_of_payment", "mode_of_payment": "mode_of_payment",
    "deferred_payment": "deferred_payment", "warehouse": "warehouse", "financial.id": "financial",
    "financial.name": "financial", "financial.address": "financial_address", "financial.country": "financial_country",
    "representative": "representative", "place_and_date.place": "place_declared",
    "place_and_date.date": "signed_age_days", "principal.id": "principal", "principal.name": "principal",
    "principal.address": "principal_address", "principal.country": "principal_country",
    "principal.representative": "principal_representative", "principal.place": "principal_place",
    "offices_of_transit.code": "offices_of_transit", "offices_of_transit.country": "transit_countries",
    "guarantees.type": "guarantee_types", "guarantees.reference": "guarantees",
    "guarantees.amount": "guarantee_amount", "guarantees.currency": "guarantee_currencies",
    "guarantees.not_valid_for": "guarantee_not_valid_for", "destination_office.code": "destination_office",
    "destination_office.country": "destination_office_country", "seals": "seals",
    "additional_information": "additional_information",
    **_below("documents", _DOCUMENT), **_below("items", _ITEM, "items."),
    **{f"items.documents.{word}": fact for word, fact in _DOCUMENT.items() if word != "type"},
    "items.previous_documents.date": "previous_age_days", "items.previous_documents.packages": "previous_packages",
    "items.previous_documents.net_kg": "previous_kg", "items.previous_documents.quantity": "previous_quantity",
}  # fmt: skip

_HOUSE_ITEM = {
    "number": "number", "commodity": "commodity", "description": "description", "gross_kg": "gross_kg",
    "net_kg": "net_kg", "packages.kind": "package_kinds", "packages.count": "packages", "packages.marks": "marks",
    "supplementary.unit": "supplementary_unit", "supplementary.quantity": "supplementary_quantity", "value": "value",
    "currency": "currency", "origin": "origin", "documents.type": "documents",
    "previous_documents.type": "previous_types", "previous_documents.reference": "previous_documents",
    "dangerous": "un_number", "cus": "cus_number",
}  # fmt: skip

OF_MOVEMENT = {
    "kind": "transit_kind", "local_reference": "local_reference", "post": "post", "additional_type": "additional_type",
    "declaration_type": "declaration_type", **_party("holder", "name", "address", "country"), "holder.tir_id": "holder_tir",
    "representative.id": "representative_id", "representative.name": "representative",
    "representative.address": "representative_address", "representative.country": "representative_country",
    "representative.phone": "representative_phone", "carnet.number": "carnet", "carnet.valid_to": "carnet_days_left",
    "carnet.volets": "carnet_volets", "carnet.page": "carnet_page", "carnet.holder_id": "carnet_holder",
    "offices.departure": "offices_of_departure", "offices.transit": "offices_of_transit",
    "offices.exit": "office_of_exit", "offices.destination": "destination_office", "countries.dispatch": "dispatch",
    "countries.destination": "destination", "countries.routing": "routing", "binding_itinerary": "binding_itinerary",
    "itinerary": "itinerary", "route": "route", "limit_date": "limit_days", **_TRANSPORT,
    "equipment.container": "containers", "equipment.seals": "seals", "equipment.goods": "items.containers",
    "location.type": "location_type", "location.qualifier": "location_qualifier", "location.text": "location_of_goods",
    "places.loading": "place_of_loading", "places.unloading": "place_of_unloading",
    "previous_documents.type": "previous_types", "previous_documents.reference": "previous_documents",
    **_below("documents", _DOCUMENT), "transport_documents.type": "transport_document_types",
    "transport_documents.number": "transport_documents", "additional_references.type": "further_reference_types",
    "additional_references.number": "further_references", "guarantees.type": "guarantee_types",
    "guarantees.grn": "guarantees", "guarantees.amount": "guarantee_amount",
    "guarantees.currency": "guarantee_currencies", "house_consignments.number": "items.house",
    **_below("house_consignments", {
        **_party("consignor", "address", "country"), "consignor.name": "consignor_names",
        **_party("consignee", "address", "country"), "consignee.name": "consignee_names",
        "gross_kg": "house_difference"}),
    **_below("house_consignments.documents", _DOCUMENT), **_below("house_consignments.items", _HOUSE_ITEM, "items."),
    **{f"house_consignments.items.documents.{word}": fact for word, fact in _DOCUMENT.items() if word != "type"},
    "ucr": "ucr", "gross_kg": "gross_kg",
}  # fmt: skip

UNTOLD = {
    "forms.number": "the number of a sheet of paper",
    "items.previous_documents.item": "a place in another paper says nothing without it",
    "principal.date": "the day of the declaration itself",
    "guarantees.access_code": "a secret, which is never kept",
}

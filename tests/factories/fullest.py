"""A declaration in which every name of the schema is given: for tests of what reads, keeps, shows or prints it all."""

from __future__ import annotations

import copy
from typing import Any

FULLEST: dict[str, Any] = {
    "local_reference": "KOH-2026-0117",
    "post": "TJPPJ",
    "declaration_type": "IM",
    "general_procedure": "4",
    "additional_type": "A",
    "transit_type": "T1",
    "forms": {"number": 1, "total": 2},
    "loading_lists": 0,
    "total_items": 2,
    "total_packages": 960,
    "consignor": {"id": "AF-9001234567", "name": "شرکت تجارتی کابل ستاره", "address": "سرک ۴، کابل", "country": "AF"},
    "consignee": {"id": "TJ-510012345", "name": "ҶДММ «Сомон»", "address": "Душанбе", "country": "TJ"},
    "declarant": {
        "id": "TJ-510012345",
        "name": "ҶДММ «Сомон»",
        "address": "хиёбони Рӯдакӣ 14",
        "country": "TJ",
        "licence": "BR-0042",
    },
    "countries": {
        "dispatch": "AF",
        "dispatch_region": "Kunduz",
        "destination": "TJ",
        "destination_region": "Khatlon",
        "trading": "AF",
        "last_consignment": "AF",
        "origin": "VARIOUS",
    },
    "transport": {
        "border_mode": "3",
        "inland_mode": "3",
        "vehicle": {"plate": "KBL48213", "country": "AF", "vin": "XTA210990Y2766389"},
        "trailer": {"plate": "KBL9917", "country": "AF", "vin": "XTA210990Y2766380"},
        "border_transport": {"identity": "Ferry 4", "country": "TJ"},
        "containers": ["MSKU1234565"],
        "container_indicator": "1",
        "driver": {"name": "احمد نوری", "document": {"type": "passport", "number": "P01234567", "country": "AF"}},
        "expected_arrival": "2026-12-01T06:30:00Z",
    },
    "delivery_terms": {"code": "CPT", "place": "Dushanbe", "situation": "1"},
    "invoice": {"number": "INV-881", "date": "2026-11-10", "currency": "USD", "total": "39600.00"},
    "exchange_rate": "10.9312",
    "costs": [
        {"kind": "freight", "amount": "1800.00", "currency": "USD", "included": True},
        {"kind": "insurance", "amount": "120.00", "currency": "USD", "included": False},
    ],
    "value_details": "434000.00",
    "agricultural_policy": "none",
    "office": {"code": "TJPPJ", "name": "Panji Poyon"},
    "manifest": "2026 15",
    "border_office": {"code": "AFSKB", "name": "Sher Khan Bandar"},
    "location_of_goods": "Yard 2",
    "place_of_loading": "AFKBL",
    "transaction_nature": "11",
    "bank": {"code": "350101", "name": "Amonatbonk", "branch": "Dusti", "reference": "LC 14"},
    "terms_of_payment": "Open account",
    "mode_of_payment": "ACCOUNT PAYMENT",
    "deferred_payment": "DP0014048220000",
    "warehouse": "TJ-W-12",
    "financial": {"id": "TJ-510012345", "name": "ҶДММ «Сомон»", "address": "Душанбе", "country": "TJ"},
    "representative": "Rahimov A.",
    "place_and_date": {"place": "Panji Poyon", "date": "2026-11-27"},
    "principal": {
        "id": "TJ-510012345",
        "name": "ҶДММ «Сомон»",
        "address": "Душанбе",
        "country": "TJ",
        "representative": "Rahimov A.",
        "place": "Panji Poyon",
        "date": "2026-11-27",
    },
    "offices_of_transit": [{"code": "TJDUS", "country": "TJ"}],
    "guarantees": [
        {
            "type": "1",
            "reference": "26TJDUS0000000123",
            "amount": "5000.00",
            "currency": "USD",
            "not_valid_for": ["AF", "UZ"],
        }
    ],
    "destination_office": {"code": "TJTEM", "country": "TJ"},
    "seals": ["SL-1", "SL-2"],
    "additional_information": "Two lots",
    "items": [
        {
            "number": 1,
            "commodity": "080620",
            "additional_codes": ["X065"],
            "description": "Raisins, dried, in cartons of 10 kg",
            "un_number": "1202",
            "origin": "AF",
            "origin_region": "Kandahar",
            "procedure": "4071000",
            "preference": "100",
            "packages": [{"kind": "CT", "count": 900, "marks": "KOH 1-900"}],
            "containers": ["MSKU1234565"],
            "gross_kg": "9450.000",
            "net_kg": "9000.000",
            "supplementary": {"unit": "KGM", "quantity": "9000.0"},
            "invoice_value": "27000.00",
            "adjustment": "1.05",
            "customs_value": "296000.00",
            "statistical_value": "27080.00",
            "documents": [
                {
                    "type": "861",
                    "number": "CO-5512",
                    "date": "2026-11-09",
                    "issuer": "Chamber of commerce",
                    "issue_place": "Kabul",
                    "expires": "2027-11-09",
                    "attachment": None,
                }
            ],
            "previous_documents": [
                {
                    "type": "IM7",
                    "number": "26TJPPJ0000000018",
                    "item": 1,
                    "date": "2026-10-01",
                    "packages": 900,
                    "net_kg": "9000.000",
                    "quantity": "9000.0",
                }
            ],
            "licence": {"number": "L-17", "amount": "27000.00", "quantity": "9000.0"},
            "additional_information": "Sample kept",
            "additional_information_codes": ["30400"],
            "valuation_method": "1",
            "quota": "Q-2026-3",
        },
        {
            "number": 2,
            "commodity": "570110",
            "description": "Carpets of wool, knotted, hand-made",
            "origin": "AF",
            "procedure": "4000",
            "packages": [{"kind": "BL", "count": 60, "marks": None}],
            "gross_kg": "1520.000",
            "net_kg": "1480.500",
            "supplementary": {"unit": "MTK", "quantity": "310.00"},
            "invoice_value": "12600.00",
        },
    ],
    "documents": [{"type": "380", "number": "INV-881", "date": "2026-11-10"}, {"type": "730", "number": "CMR-4471"}],
}


def fullest(items: int = 2) -> dict[str, Any]:
    """The JSON of a declaration with every name given; its items repeat the two."""
    body = copy.deepcopy(FULLEST)
    two = body["items"]
    body["items"] = [{**copy.deepcopy(two[place % 2]), "number": place + 1} for place in range(items)]
    return body

"""Who may do what with movements, guarantees, seals and devices through the API; read beside `authorisation`.

The movement asked about is on the road from TJPPJ to TJDUS and belongs to TJ-510012345: officials of both offices see
it, and each may do what is for its office. Tokens of traders, auditors and systems make no decisions, whatever they
name.
"""

from __future__ import annotations

from typing import Any

from tests.factories import movements

_M = "/api/v1/transit-movements/<reference>"
_G = "/api/v1/guarantees/<grn>"

TRANSIT: dict[str, str] = {
    f"POST {_M}/presentation@movement":
        "ok 404 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 404 | 401",
    f"POST {_M}/invalidation@movement":
        "ok 404 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 404 | 401",
    f"POST {_M}/amendments/decision@movement":
        "403 404 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 404 | 401",
    f"POST {_M}/rejection@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/controls@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/controls/result@movement":
        "403 403 | ok ok ok 404 | ok ok ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/lane@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/guarantee-refusal@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/release@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/release-refusal@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/passages@movement":
        "403 403 | 403 403 403 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/extension@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/incidents@movement":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | 403 404 403 404 | 401",
    f"POST {_M}/incidents/decision@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/weighings@movement":
        "403 403 | ok ok ok 404 | ok ok ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/arrival@movement":
        "ok 404 | 403 403 403 403 | ok ok ok 403 | 403 403 403 403 | 401",
    f"POST {_M}/unloading-permission@movement":
        "403 403 | 403 403 403 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/unloading-remarks@movement":
        "ok 404 | 403 403 403 403 | ok ok ok 403 | 403 403 403 403 | 401",
    f"POST {_M}/discrepancies@movement":
        "403 403 | 403 403 403 404 | ok ok ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/discrepancies/resolution@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/continuation@movement":
        "403 403 | 403 403 403 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/discharge@movement":
        "403 404 | 403 403 403 404 | ok 403 ok 404 | 403 404 403 404 | 401",
    f"POST {_M}/enquiry@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/enquiry/answers@movement":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | 403 404 403 404 | 401",
    f"POST {_M}/enquiry/closing@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/recovery@movement":
        "403 403 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 403 | 401",
    f"POST {_M}/recovery/settlement@movement":
        "403 403 | ok 403 ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/amendments@movement":
        "ok 404 | 403 403 403 404 | 403 403 403 404 | 403 404 403 404 | 401",
    f"POST {_M}/copy@movement":
        "ok 404 | 403 403 403 404 | 403 403 403 404 | 403 404 403 404 | 401",
    f"POST {_M}/onward@movement":
        "ok 404 | 403 403 403 404 | 403 403 403 404 | 403 404 403 404 | 401",
    "POST /api/v1/declarations/<reference>/transit-movement":
        "ok 404 | 403 403 403 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "GET /api/v1/transit-movements":
        "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "POST /api/v1/transit-movements":
        "ok 403 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/transit-movements?draft=true":
        "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    f"GET {_M}@movement":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    f"GET {_M}@transit-draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    f"PUT {_M}@transit-draft":
        "ok 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    f"DELETE {_M}@transit-draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    f"POST {_M}/submission@transit-draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    f"GET {_M}/papers@movement":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    f"POST {_M}/papers@movement":
        "ok 404 | ok 403 ok 404 | ok 403 ok 404 | 403 404 403 404 | 401",
    f"GET {_M}/history@movement":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    f"GET {_M}/lane@movement":
        "403 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    f"GET {_M}/files/<identifier>@evidence":
        "ok 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    f"GET {_M}/custody@movement":
        "404 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401",
    "GET /api/v1/transit-worklist":
        "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | 401",
    "GET /api/v1/transit-under-way":
        "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "GET /api/v1/transit-mismatches":
        "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | 401",
    "GET /api/v1/transit-scan":
        "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    f"POST {_M}/seals@movement":
        "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/seals/checks@movement":
        "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/seals/removals@movement":
        "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    f"POST {_M}/devices@movement":
        "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    "GET /api/v1/guarantees":
        "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "POST /api/v1/guarantees":
        "403 403 | ok 403 ok 403 | 403 403 403 403 | 403 ok 403 403 | 401",
    f"GET {_G}":
        "ok 404 | ok 404 ok 404 | 404 404 404 404 | 404 ok ok 404 | 401",
    f"POST {_G}/approval":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    f"POST {_G}/suspension@waiting":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    f"POST {_G}/resumption":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    f"POST {_G}/revocation@waiting":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    f"POST {_G}/limit":
        "403 403 | ok 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    f"POST {_G}/releases":
        "404 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    f"POST {_G}/access-codes":
        "ok 404 | ok 404 ok 404 | 404 404 404 404 | 404 ok 403 404 | 401",
    f"POST {_G}/access-codes/<identifier>/revocation@code":
        "ok 404 | ok 404 ok 404 | 404 404 404 404 | 404 ok 403 404 | 401",
    "GET /api/v1/seals":
        "404 404 | ok ok ok 404 | ok ok ok 404 | 404 404 ok 404 | 401",
    "GET /api/v1/seals/<serial>@stocked":
        "404 404 | ok ok ok 404 | ok ok ok 404 | 404 404 ok 404 | 401",
    "POST /api/v1/seals":
        "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/seals/issues":
        "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/seals/returns":
        "403 403 | ok ok ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/seals/voidings":
        "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/devices":
        "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "POST /api/v1/devices":
        "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 ok 403 403 | 401",
    "POST /api/v1/devices/<identifier>/revocation@device":
        "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 ok 403 403 | 401",
    "GET /api/v1/devices/readings":
        "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 403 403 | 401",
    "POST /api/v1/devices/<identifier>/images@device":
        "401 401 | 401 401 401 401 | 401 401 401 401 | 401 401 401 401 | 401",
    "POST /api/v1/devices/<identifier>/events@device":
        "401 401 | 401 401 401 401 | 401 401 401 401 | 401 401 401 401 | 401",
}  # fmt: skip

#: What a request holds, so that only the question who asks stands between it and its deed.
_DEEDS: dict[str, Any] = {
    "presentation": {},
    "invalidation": {"reason": "x"},
    "amendments/decision": {"number": 9, "accept": True},
    "rejection": {"reason": "x"},
    "controls": {"types": ["10"]},
    "lane": {"lane": "red", "reason": "x"},
    "controls/result": {"number": 9, "result": "conform"},
    "guarantee-refusal": {"reasons": [{"code": "G02"}]},
    "release": {},
    "release-refusal": {"reason": "x"},
    "passages": {"plate": "x", "seals_ok": True},
    "extension": {"limit_at": "2099-01-01T00:00:00Z", "reason": "x"},
    "incidents": {"code": "5", "text": "x", "place": "x", "happened_at": "2026-11-01T00:00:00Z"},
    "incidents/decision": {"number": 9, "outcome": "endorsed", "reason": "x"},
    "weighings": {"moment": "entry", "gross_kg": "1"},
    "arrival": {"office": "TJDUS"},
    "unloading-permission": {},
    "unloading-remarks": {
        "office": "TJDUS",
        "number": 9,
        "unloaded_on": "2026-11-20",
        "complete": True,
        "conform": True,
    },
    "discrepancies": {"discrepancies": [{"field": "missing"}]},
    "discrepancies/resolution": {"number": 9, "resolution": "accepted", "reason": "x"},
    "continuation": {},
    "discharge": {},
    "enquiry": {"reason": "x"},
    "enquiry/answers": {"says": "lost", "text": "x"},
    "enquiry/closing": {"outcome": "arrived", "reason": "x"},
    "recovery": {"amount": "1.00", "currency": "TJS", "reason": "x"},
    "recovery/settlement": {"paid_as": "x"},
}

TRANSIT_BODIES: dict[str, Any] = {
    **{f"POST {_M}/{path}": body for path, body in _DEEDS.items()},
    "POST /api/v1/transit-movements": movements.national,
    "POST /api/v1/transit-movements?draft=true": {"post": "TJPPJ"},
    f"PUT {_M}": {"post": "TJPPJ"},
    f"POST {_M}/submission": {},
    f"POST {_M}/amendments": lambda: {"reason": "x", "movement": movements.national()},
    f"POST {_M}/seals": {"office": "TJPPJ", "seals": [{"serial": "QQQ"}]},
    f"POST {_M}/seals/checks":
        {"office": "TJPPJ", "serial": "QQQ", "view": True, "verify": True, "tug": True, "twist": True},
    f"POST {_M}/seals/removals": {"office": "TJPPJ", "serials": ["QQQ"], "reason": "x"},
    f"POST {_M}/devices": {"office": "TJPPJ", "device": "00000000-0000-0000-0000-000000000001"},
    "POST /api/v1/guarantees": {
        "office": "TJPPJ", "type": "1", "holder": "x", "level": 7, "guarantor": "x", "amount": "1.00",
        "currency": "TJS", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    },
    f"POST {_G}/approval": {"approve": False},
    f"POST {_G}/suspension": {"reason": "x"},
    f"POST {_G}/resumption": {"reason": "x"},
    f"POST {_G}/revocation": {"reason": "x"},
    f"POST {_G}/limit": {"amount": "0.00", "reason": "x"},
    f"POST {_G}/releases": {"movement": "TJPPJ-NONE", "reason": "x"},
    f"POST {_G}/access-codes": {"code": "x", "label": "x"},
    f"POST {_G}/access-codes/<identifier>/revocation": {"reason": "x"},
    "POST /api/v1/seals": {"office": "TJPPJ", "maker": "?", "grade": "H", "serials": ["X-1"]},
    "POST /api/v1/seals/issues": {"office": "TJPPJ", "officer": "officer", "serials": ["QQQ"]},
    "POST /api/v1/seals/returns": {"office": "TJPPJ", "serials": ["QQQ"]},
    "POST /api/v1/seals/voidings": {"office": "TJPPJ", "serials": ["QQQ"], "reason": "x"},
    "POST /api/v1/devices": {"office": "TJPPJ", "kind": "gps", "name": "x"},
    "POST /api/v1/devices/<identifier>/images": {},
    "POST /api/v1/devices/<identifier>/events":
        {"events": [{"sequence": 1, "told": "locked", "at": "2026-11-20T00:00:00Z"}]},
}  # fmt: skip

"""Who may do what with inspections through the API, of declarations and of movements; read beside `authorisation`.

What is asked about: a red declaration at TJPPJ, and a movement on the road from TJPPJ to TJDUS, both of TJ-510012345. Who
inspects at the post, or at an office of the movement, records; a supervisor alone names another officer.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

_D, _M = "/api/v1/declarations/<reference>/inspection", "/api/v1/transit-movements/<reference>/inspection"
_NOBODY = str(UUID(int=1))
_RECORDED: dict[str, Any] = {
    "orders": {"steps": [{"type": "weighing"}], "reason_words": "x"},
    "appointment": {"place": "TJPPJ-BAY", "slot_from": "2026-01-01T08:00:00Z", "slot_to": "2026-01-01T09:00:00Z"},
    "assignment": {"agency": "veterinary"},
    "steps/start": {"type": "dog"},
    "steps/end": {"type": "dog"},
    "findings": {"control": "40", "conform": True, "found": "x"},
    "corrections": {"corrects": _NOBODY, "control": "40", "conform": True, "found": "x"},
    "measures": {"what": "weighing", "instrument": "x", "gross_kg": "1", "corrects": _NOBODY},
    "samples": {"description": "x", "quantity": "1", "unit": "KGM", "laboratory": "x", "question": "x", "item": 999},
    "persons": {"full_name": "x", "role": "driver", "signs": False},
    "seals": {"what": "set", "serial": "NONE-1"},
    "conclusion": {"conclusion": "conform", "summary": "x"},
}
_READING = {"device": _NOBODY, "sequence": 1}
_OF_SAMPLE = {
    "samples/<identifier>/moves": {"event": "handed", "holder": "x"},
    "samples/<identifier>/result": {"conform": True, "words": "x", "document": "x"},
}
_NAMED = {"person": _NOBODY, "reason": "x"}

INSPECTION_BODIES: dict[str, Any] = {
    f"POST {at}/{path}": body
    for at in (_D, _M)
    for path, body in {**_RECORDED, **_OF_SAMPLE, "reassignment": _NAMED, "readings": _READING}.items()
}

_INSPECTS = "403 403 | ok ok ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
_INSPECTS_ON_THE_WAY = "403 403 | ok ok ok 404 | ok ok ok 404 | 403 404 403 403 | 401"
_SEES = "403 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401"
_SEES_ON_THE_WAY = "403 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401"

INSPECTIONS: dict[str, str] = {
    f"GET {_D}": _SEES,
    f"GET {_D}/photos/<identifier>@shot": _SEES,
    f"GET {_D}/measures/<identifier>/image@shot":
        "403 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    **{f"POST {_D}/{path}": _INSPECTS for path in _RECORDED},
    # There is no such instrument.
    f"POST {_D}/readings": "403 403 | 404 404 404 404 | 404 404 404 404 | 403 404 403 403 | 401",
    f"POST {_D}/photos": _INSPECTS,
    f"POST {_D}/reassignment": "403 403 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    **{f"POST {_D}/{path}@taken": _INSPECTS for path in _OF_SAMPLE},
    f"GET {_M}@movement": _SEES_ON_THE_WAY,
    f"GET {_M}/photos/<identifier>@moving":
        "403 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    f"GET {_M}/measures/<identifier>/image@moving":
        "403 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    **{f"POST {_M}/{path}@movement": _INSPECTS_ON_THE_WAY for path in _RECORDED},
    f"POST {_M}/readings@movement": "403 403 | 404 404 404 404 | 404 404 404 404 | 403 404 403 403 | 401",
    f"POST {_M}/photos@movement": _INSPECTS_ON_THE_WAY,
    f"POST {_M}/reassignment@movement": "403 403 | 403 403 ok 404 | 403 403 ok 404 | 403 404 403 403 | 401",
    # A sample of a declaration is none of a movement's.
    **{f"POST {_M}/{path}@moving": "403 403 | 404 404 404 404 | 404 404 404 404 | 403 404 403 403 | 401"
       for path in _OF_SAMPLE},
}  # fmt: skip

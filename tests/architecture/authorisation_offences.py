"""Who may do what with goods that are held, seized or ended, and with appeals, through the API; read beside `authorisation`.

What is asked about: a red declaration at TJPPJ and a movement on the road from TJPPJ to TJDUS, both of TJ-510012345, with a
seizure record each, and an appeal of the firm.
"""

from __future__ import annotations

from typing import Any

_D, _M = "/api/v1/declarations/<reference>", "/api/v1/transit-movements/<reference>"
_APPEAL = "/api/v1/appeals/<identifier>"
_PIECE = {"kind": "goods", "description": "x", "quantity": "1", "unit": "KGM"}
_RECORD = {"circumstances": "x", "pieces": [_PIECE]}
_END = {"kind": "refusal", "reason": "x", "items": [999]}
_OF_RECORD: dict[str, Any] = {
    "pieces/<serial>/corrections": {**_PIECE, "reason": "x"},
    "persons": {"full_name": "x", "role": "driver"},
    "handovers": {"to_holder": "x", "receipt": "x"},
}
_LODGE = {"against": "assessment", "grounds": "x", "of": "none"}

OFFENCE_BODIES: dict[str, Any] = {
    **{f"POST {at}/detention": {"reason": "x", "until": "2000-01-01T00:00:00Z"} for at in (_D, _M)},
    **{f"POST {at}/detention/extension": {"until": "2000-01-01T00:00:00Z", "reason": "x"} for at in (_D, _M)},
    **{f"POST {at}/seizures": _RECORD for at in (_D, _M)},
    **{f"POST {at}/ends": _END for at in (_D, _M)},
    **{f"POST {at}/seizures/<identifier>/{path}": body for at in (_D, _M) for path, body in _OF_RECORD.items()},
    **{f"POST {at}/appeals": _LODGE for at in (_D, _M)},
    f"POST {_APPEAL}/admission": {"accepted": False},
    f"POST {_APPEAL}/answer": {"outcome": "reject", "answer": "x"},
}

_HOLDS = "403 403 | ok ok ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
_HOLDS_ON_THE_WAY = "403 403 | ok ok ok 404 | ok ok ok 404 | 403 404 403 403 | 401"
#: The record is another office's.
_THEIRS = "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401"

_SENIOR = "403 403 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
_SEES = "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401"
_SEES_ON_THE_WAY = "ok 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401"
_LOOKS = "403 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401"
_LOOKS_ON_THE_WAY = "403 404 | ok ok ok 404 | ok ok ok 404 | ok 404 ok 404 | 401"
_FIRM = "ok 404 | 403 403 403 404 | 404 404 404 404 | 403 404 403 404 | 401"
_FIRM_ON_THE_WAY = "ok 404 | 403 403 403 404 | 403 403 403 404 | 403 404 403 404 | 401"
_ANSWERS = "403 403 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
_SENIOR_ON_THE_WAY = "403 403 | 403 403 ok 404 | 403 403 ok 404 | 403 404 403 403 | 401"

OFFENCES: dict[str, str] = {
    f"GET {_D}/decision": _LOOKS,
    **{f"GET {_D}/{what}": _SEES for what in ("seizures", "detention", "ends", "appeals")},
    **{f"GET {_M}/{what}@movement": _SEES_ON_THE_WAY for what in ("seizures", "detention", "ends", "appeals")},
    f"POST {_D}/detention": "403 403 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    f"POST {_D}/detention/extension": _SENIOR,
    f"POST {_D}/seizures": _HOLDS,
    f"POST {_D}/ends": _HOLDS,
    f"POST {_M}/detention@movement": _HOLDS_ON_THE_WAY,
    f"POST {_M}/detention/extension@movement": _SENIOR_ON_THE_WAY,
    f"POST {_M}/seizures@movement": _HOLDS_ON_THE_WAY,
    f"POST {_M}/ends@movement": _HOLDS_ON_THE_WAY,
    **{f"POST {_D}/seizures/<identifier>/{path}@seized": _HOLDS for path in _OF_RECORD},
    f"POST {_D}/seizures/<identifier>/handovers/<serial>/confirmation@seized": _HOLDS,
    f"POST {_D}/seizures/<identifier>/photos@seized": _HOLDS,
    f"GET {_D}/seizures/<identifier>/photos/<photo>@seized": _LOOKS,
    **{f"POST {_M}/seizures/<identifier>/{path}@taken-from": _THEIRS for path in _OF_RECORD},
    f"POST {_M}/seizures/<identifier>/handovers/<serial>/confirmation@taken-from": _THEIRS,
    f"POST {_M}/seizures/<identifier>/photos@taken-from": _HOLDS_ON_THE_WAY,
    f"GET {_M}/seizures/<identifier>/photos/<photo>@taken-from": _LOOKS_ON_THE_WAY,
    f"POST {_D}/appeals": _FIRM,
    f"POST {_M}/appeals@movement": _FIRM_ON_THE_WAY,
    "GET /api/v1/detentions": "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | 401",
    "GET /api/v1/appeals": "ok ok | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | 401",
    f"GET {_APPEAL}@appeal": _SEES,
    f"POST {_APPEAL}/withdrawal@appeal": _FIRM,
    f"POST {_APPEAL}/admission@appeal": _ANSWERS,
    f"POST {_APPEAL}/answer@appeal": _ANSWERS,
}

_PAGE = "/officer/offences/<reference>"
_OPENS = "403 403 | ok ok ok 403 | 404 404 404 403 | ok 403 ok 403 | in"
_WRITES = "403 403 | ok ok ok 403 | 404 404 404 403 | 403 403 403 403 | in"
#: Whatever is named, the file is what is shown.
_LED = "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | in"
_PHOTO = "403 403 | ok ok ok 403 | 404 404 404 403 | ok 403 ok 403 | in"
_OWN = "ok 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
_ANSWER_PAGE = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in"

OFFENCE_PAGES: dict[str, str] = {
    f"GET {_PAGE}": _OPENS,
    f"GET {_PAGE}/<any(detain, extend, seize, end):part>": _LED,
    f"POST {_PAGE}/<any(detain, extend, seize, end):part>": _WRITES,
    f"GET {_PAGE}/<uuid:identifier>/<any(person, hand, confirm, photo, correct):part>@seized": _LED,
    f"POST {_PAGE}/<uuid:identifier>/<any(person, hand, confirm, photo, correct):part>@seized": _WRITES,
    f"GET {_PAGE}/<uuid:identifier>/photos/<uuid:photo>@seized": _PHOTO,
    "GET /officer/terms": _LED,
    "GET /officer/appeals/<uuid:identifier>@appeal": _OPENS,
    "GET /officer/appeals/<uuid:identifier>/<any(admit, answer):part>@appeal": _LED,
    "POST /officer/appeals/<uuid:identifier>/<any(admit, answer):part>@appeal": _ANSWER_PAGE,
    "GET /trader/declarations/<reference>/appeals": _OWN,
    "POST /trader/declarations/<reference>/appeals": _OWN,
    "POST /trader/declarations/<reference>/appeals/<uuid:identifier>/withdrawal@appeal": _OWN,
}
OFFENCES |= OFFENCE_PAGES

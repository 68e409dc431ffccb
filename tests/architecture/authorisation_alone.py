"""Rows of the table in `authorisation` about what nobody does alone: exceptions, clearance on paper, keys of neighbours."""

from __future__ import annotations

from typing import Any

#: Officers of the post propose, others are refused or know of nothing.
_DECIDES = "403 403 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
_ASKS = "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401"
_PAPER = "403 403 | ok 403 ok 404 | 404 404 404 404 | 404 404 403 403 | 401"
_KEYS = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 ok 403 403 | 401"
_PAPER_PAGES = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 ok 403 | in"
_PAPER_FORM = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in"
_KEY_PAGES = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 ok ok 403 | in"
_KEY_FORM = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 ok 403 403 | in"

ALONE: dict[str, str] = {
    "GET /api/v1/acts": "403 403 | ok ok ok 403 | ok ok ok 403 | ok ok ok 403 | 401",
    "POST /api/v1/declarations/<reference>/inspection/waiver":
        "403 403 | ok ok ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    "POST /api/v1/declarations/<reference>/fees/waiver": _DECIDES,
    "POST /api/v1/declarations/<reference>/debt/write-off": _DECIDES,
    "POST /api/v1/exemptions/<identifier>/correction@exemption":
        "403 403 | ok 404 ok 404 | 404 404 404 404 | 403 403 403 403 | 401",
    "POST /api/v1/transit-movements/<reference>/seals/changes@movement":
        "403 403 | ok ok ok 404 | 403 403 403 404 | 403 404 403 403 | 401",
    "GET /api/v1/fallback": _ASKS,
    "POST /api/v1/fallback": "403 403 | ok 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/fallback/<number>/closing@fallback": _PAPER,
    "POST /api/v1/fallback/<number>/forms@fallback": _PAPER,
    # The declaration that the form is to be tied to is nobody's.
    "POST /api/v1/fallback/<number>/forms/<form>/declaration@fallback":
        "403 403 | 404 404 404 404 | 404 404 404 404 | 404 404 403 403 | 401",
    "GET /api/v1/neighbour-keys": "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 ok ok 403 | 401",
    "POST /api/v1/neighbour-keys": _KEYS,
    "POST /api/v1/neighbour-keys/<key_id>/revocation@neighbour": _KEYS,
    "GET /supervisor/acts": "403 403 | ok ok ok 403 | ok ok ok 403 | ok ok ok 403 | in",
    "GET /supervisor/fallback": _PAPER_PAGES,
    "GET /supervisor/fallback/<path:_any>": _PAPER_PAGES,
    "POST /supervisor/fallback/opening": "403 403 | ok 403 ok 403 | 403 403 403 403 | 403 403 403 403 | in",
    "POST /supervisor/fallback/<number>/closing@fallback": _PAPER_FORM,
    "POST /supervisor/fallback/<number>/forms@fallback": _PAPER_FORM,
    "POST /supervisor/fallback/<number>/forms/<int:form>/declaration@fallback":
        "403 403 | 404 403 404 403 | 404 403 404 403 | 403 403 403 403 | in",
    "GET /administrator/neighbours": _KEY_PAGES,
    "GET /administrator/neighbours/<path:_any>": _KEY_PAGES,
    "POST /administrator/neighbours/trust": _KEY_FORM,
    "POST /administrator/neighbours/<key_id>/revocation@neighbour": _KEY_FORM,
    "POST /officer/declarations/<reference>/waiver": "403 403 | ok ok ok 403 | 404 404 404 403 | 403 403 403 403 | in",
}  # fmt: skip

_WHY = {"code": "no-such-reason", "reason": "x"}
_FORM = {"number": 499, "cleared_at": "2026-01-01T00:00:00Z", "plate": "X", "goods": "x"}

ALONE_BODIES: dict[str, Any] = {
    "POST /api/v1/declarations/<reference>/inspection/waiver": _WHY,
    "POST /api/v1/declarations/<reference>/fees/waiver": {**_WHY, "fee": "x"},
    "POST /api/v1/declarations/<reference>/debt/write-off": _WHY,
    "POST /api/v1/exemptions/<identifier>/correction": {**_WHY, "quantity": "1"},
    "POST /api/v1/transit-movements/<reference>/seals/changes":
        {"office": "TJPPJ", "off": ["QQQ"], "on": ["QQR"], "reason": "x"},
    "POST /api/v1/fallback": {"post": "TJPPJ", "forms": 1, "reason": "x"},
    "POST /api/v1/fallback/<number>/forms": _FORM,
    "POST /api/v1/fallback/<number>/forms/<form>/declaration": {"reference": "TJPPJ-NONE"},
    "POST /api/v1/neighbour-keys": {"administration": "AF", "bundle": "{}", "reason": "x"},
    "POST /api/v1/neighbour-keys/<key_id>/revocation": {"reason": "x"},
}  # fmt: skip

ALONE_FORMS: dict[str, dict[str, Any]] = {
    "POST /supervisor/fallback/opening": {"post": "TJPPJ", "forms": "1", "reason": "x"},
    "POST /supervisor/fallback/<number>/forms": {**_FORM, "cleared_at": "2026-01-01 00:00"},
    "POST /supervisor/fallback/<number>/forms/<int:form>/declaration": {"reference": "TJPPJ-NONE"},
    "POST /administrator/neighbours/trust": {"administration": "AF", "bundle": "{}", "reason": "x"},
    "POST /administrator/neighbours/<key_id>/revocation": {"reason": "x"},
    "POST /officer/declarations/<reference>/waiver":
        {"version": "0", "waive.code": "no-such-reason", "waive.reason": "x"},
}  # fmt: skip

"""Who may open which page of oversight, and ask what of it; read beside `authorisation`, whose words it uses.

Nobody reads of himself what others are to judge: officers and inspectors see the gate's counts and nothing else.
"""

from __future__ import annotations

SIGNING = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 ok 403 | in"
#: A report of the post.
SIGNING_HERE = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 ok 403 | in"
#: Before it has waited too long, a report is signed by a supervisor alone.
SIGNING_FIRST = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in"
AUDITORS = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 403 ok 403 | in"
#: The node's own differences are told to those at its post, to auditors and administrators.
TOLD = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 ok ok 403 | in"
GATE = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 ok 403 | in"
COUNTING = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 403 403 | in"
_ASKS = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 ok 403 | 401"
_ASKS_HERE = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 ok 403 | 401"
_GATE_HERE = "403 403 | ok ok ok 403 | 403 403 403 403 | 403 403 ok 403 | 401"
_COUNTING_HERE = "403 403 | ok ok ok 403 | 403 403 403 403 | 403 403 403 403 | 401"

_REPORT = "/oversight/reports/<uuid:identifier>"

OVERSIGHT: dict[str, str] = {
    "GET /oversight/journal": AUDITORS,
    "GET /oversight/reports": SIGNING,
    f"GET {_REPORT}@week": SIGNING_HERE,
    f"GET {_REPORT}/cases/<int:number>@week": SIGNING,
    f"POST {_REPORT}/cases/<int:number>@week": SIGNING_HERE,
    f"GET {_REPORT}/signature@week": SIGNING,
    f"POST {_REPORT}/signature@week": SIGNING_FIRST,
    "GET /oversight/integrity": TOLD,
    "GET /oversight/integrity/<uuid:identifier>@difference": TOLD,
    "POST /oversight/integrity/<uuid:identifier>@difference": AUDITORS,
    "GET /oversight/gate": GATE,
    "POST /oversight/gate": COUNTING,
    "GET /api/v1/posts/<post>/gate-counts": _GATE_HERE,
    "POST /api/v1/posts/<post>/gate-counts": _COUNTING_HERE,
    "GET /api/v1/weekly-reports": _ASKS,
    "GET /api/v1/weekly-reports/<identifier>@week": _ASKS_HERE,
}

OVERSIGHT_BODIES: dict[str, object] = {
    "POST /api/v1/posts/<post>/gate-counts": {"day": "2199-01-01", "direction": "out", "source": "guard", "trucks": 1},
}

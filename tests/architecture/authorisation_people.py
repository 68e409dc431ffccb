"""Who may open which page of accounts and duty; read beside `authorisation`, whose words it uses."""

from __future__ import annotations

ADMINISTRATORS = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 ok 403 403 | in"
READING = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 ok ok 403 | in"
NO_SUCH_GRANT = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 404 403 403 | in"
#: A role at a post is agreed to there, too.
PROPOSED = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 ok ok 403 | in"
AGREEING = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 ok 403 403 | in"
ROSTER = "403 403 | ok ok ok ok | ok ok ok ok | ok ok ok 403 | in"
KEEPING = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 403 403 | in"
KEEPING_HERE = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in"
PERSONAL = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 ok ok 403 | in"
ON_ROSTER = "403 403 | ok ok ok ok | ok ok ok ok | 403 403 403 403 | in"

_ONE = "/administrator/accounts/<login>"
_LEDGER = "<any(qualifications, conflicts):deed>"

PEOPLE: dict[str, str] = {
    "GET /administrator/accounts": READING,
    "GET /administrator/accounts/new": ADMINISTRATORS,
    "POST /administrator/accounts/new": ADMINISTRATORS,
    f"GET {_ONE}": READING,
    f"GET {_ONE}/<any(grants, closing, unlocking):deed>@account": ADMINISTRATORS,
    f"GET {_ONE}/grants/<uuid:identifier>/ending": ADMINISTRATORS,
    f"POST {_ONE}/grants": ADMINISTRATORS,
    f"POST {_ONE}/grants/<uuid:identifier>/ending": NO_SUCH_GRANT,
    f"POST {_ONE}/closing": ADMINISTRATORS,
    f"POST {_ONE}/unlocking": ADMINISTRATORS,
    "GET /administrator/accounts/proposals/<uuid:identifier>@granting": PROPOSED,
    "POST /administrator/accounts/proposals/<uuid:identifier>@granting": AGREEING,
    "GET /administrator/postings": ADMINISTRATORS,
    "POST /administrator/postings": ADMINISTRATORS,
    "GET /duty": ROSTER,
    "GET /duty/shifts/new": KEEPING,
    "POST /duty/shifts/new": KEEPING,
    "GET /duty/shifts/<uuid:identifier>@shift": KEEPING_HERE,
    "POST /duty/shifts/<uuid:identifier>@shift": KEEPING_HERE,
    "GET /duty/shifts/<uuid:identifier>/cancelling@shift": KEEPING,
    "POST /duty/shifts/<uuid:identifier>/cancelling@shift": KEEPING_HERE,
    "GET /duty/file": KEEPING,
    "POST /duty/file": KEEPING,
    "GET /duty/people": PERSONAL,
    f"GET /duty/{_LEDGER}@ledger": KEEPING,
    f"GET /duty/{_LEDGER}/<uuid:identifier>/ending@ledger": KEEPING,
    "POST /duty/qualifications": KEEPING,
    "POST /duty/qualifications/<uuid:identifier>/ending@qualification": KEEPING_HERE,
    "POST /duty/conflicts": KEEPING,
    "POST /duty/conflicts/<uuid:identifier>/ending@interest": KEEPING_HERE,
    "GET /duty/mine": ON_ROSTER,
    "POST /duty/mine": ON_ROSTER,
}

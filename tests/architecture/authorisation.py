"""Who may do what: every route, by every role, at one's own post or firm and at another's. Written by hand.

A row is `METHOD rule` (with `@thing` where one route is asked about several things) and fifteen cells:

    own firm, other firm | officer, inspector, supervisor, liaison at the post | the same four at another post |
    analyst, administrator, auditor, the other administration's system (each for every post) | nobody signed in

The thing asked about belongs to the firm TJ-510012345 and to the post TJPPJ. What a cell says:

    ok   one may; that this very request may be refused for its content (409, 412, 422) is another matter
    403  one may see it, or knows the page is there, but one's role does not do this
    404  for this person there is no such thing
    401  a token is missing
    in   sent to the sign-in
    -    answered without content, because one has nothing to hear or it is gone

A token never does more than its scopes, and the scopes of a role are known: a trader's, an auditor's or a system's token is
refused a decision (403) whatever it names, before anything is looked up. Pages are the same: one's role opens a page or not.

A route that is missing here fails its test, and so does a row whose route is gone.
"""

from __future__ import annotations

from tests.architecture.authorisation_inspections import INSPECTIONS
from tests.architecture.authorisation_alone import ALONE
from tests.architecture.authorisation_offences import OFFENCES
from tests.architecture.authorisation_pages import PAGES
from tests.architecture.authorisation_people import PEOPLE
from tests.architecture.authorisation_oversight import OVERSIGHT
from tests.architecture.authorisation_risk import RISK
from tests.architecture.authorisation_transit import TRANSIT

COLUMNS = (
    "trader", "trader2",
    "officer", "inspector", "supervisor", "liaison",
    "officer.TJDUS", "inspector.TJDUS", "supervisor.TJDUS", "liaison.TJDUS",
    "analyst", "administrator", "auditor", "system.AF",
    "nobody",
)  # fmt: skip

#: Rows that many routes share.
ANYBODY = "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | ok"
#: Switched off, although the extension registers it.
NOBODY = "404 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 404"
SIGNED_IN = "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | in"
TRADERS = "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
TRADERS_OWN = "ok 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
OFFICIALS = "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | in"
OFFICIALS_HERE = "403 403 | ok ok ok 403 | 404 404 404 403 | ok 403 ok 403 | in"
#: The codes are no secret of the administration's people.
LISTS = "403 403 | ok ok ok 403 | ok ok ok 403 | ok ok ok 403 | in"
#: A firm's own, and what is lodged at one's post.
SEES = "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401"
#: Lists show what one may see, and of others nothing.
ASKS = "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401"
OFFICIALS_ASK = "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | 401"
DECIDES = "403 403 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
INSPECTS = "403 403 | ok ok ok 404 | 404 404 404 404 | 403 404 403 403 | 401"
#: The firm itself, or an officer or supervisor of the post.
FIRM_OR_OFFICER = "ok 404 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401"
CASHIER = "403 404 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401"
FIRM = "ok 404 | 403 403 403 404 | 404 404 404 404 | 403 404 403 404 | 401"
#: At a post that everybody knows; whose firm it is decides only for traders.
FIRM_OR_CASHIER_AT = "ok 403 | ok 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401"
TILL = "403 403 | ok ok ok 403 | 403 403 403 403 | ok 403 ok 403 | 401"
ADMINISTRATORS = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 ok 403 403 | in"

TABLE: dict[str, str] = {
    **PAGES,
    **PEOPLE,
    **TRANSIT,
    **RISK,
    **ALONE,
    **OVERSIGHT,
    **INSPECTIONS,
    **OFFENCES,
    # The API: declarations -------------------------------------------------------------------------------------------
    "GET /api/v1/declarations": "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "POST /api/v1/declarations": "ok 403 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "POST /api/v1/declarations?draft=true": "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/declarations/<reference>": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "GET /api/v1/declarations/<reference>@draft": "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    "PUT /api/v1/declarations/<reference>@draft": "ok 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "DELETE /api/v1/declarations/<reference>": "ok 404 | 403 403 403 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "DELETE /api/v1/declarations/<reference>@draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    "POST /api/v1/declarations/<reference>/submission":
        "ok 404 | 403 403 403 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "POST /api/v1/declarations/<reference>/submission@draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    "GET /api/v1/declarations/<reference>/history": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "POST /api/v1/declarations/<reference>/copy": FIRM,
    "GET /api/v1/templates": ASKS,
    "POST /api/v1/templates": "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/templates/<identifier>@template": "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    "DELETE /api/v1/templates/<identifier>@doomed":
        "- 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    "POST /api/v1/templates/<identifier>/draft@template":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 403 404 | 401",
    # The API: papers -------------------------------------------------------------------------------------------------
    "POST /api/v1/attachments": "ok 403 | ok ok ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/declarations/<reference>/documents": SEES,
    "POST /api/v1/declarations/<reference>/documents":
        "ok 404 | ok ok ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "GET /api/v1/declarations/<reference>/documents/<identifier>/file@file": SEES,
    # The API: questions, amendments, versions ------------------------------------------------------------------------
    "GET /api/v1/declarations/<reference>/queries": SEES,
    "POST /api/v1/declarations/<reference>/queries": DECIDES,
    "POST /api/v1/declarations/<reference>/queries/<identifier>/answer": FIRM,
    "POST /api/v1/declarations/<reference>/queries/<identifier>/withdrawal": DECIDES,
    "GET /api/v1/amendments": OFFICIALS_ASK,
    "GET /api/v1/declarations/<reference>/amendments": SEES,
    "POST /api/v1/declarations/<reference>/amendments": FIRM_OR_OFFICER,
    "GET /api/v1/declarations/<reference>/amendments/<identifier>@request": SEES,
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/acceptance": DECIDES,
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/rejection": DECIDES,
    "POST /api/v1/declarations/<reference>/amendments/<identifier>/endorsement": DECIDES,
    "POST /api/v1/declarations/<reference>/invalidation": FIRM_OR_OFFICER,
    "GET /api/v1/declarations/<reference>/versions": SEES,
    "GET /api/v1/declarations/<reference>/versions/<number>@file": SEES,
    "GET /api/v1/declarations/<reference>/versions/<number>/differences@file": SEES,
    # The API: arriving, leaving, other ends --------------------------------------------------------------------------
    "POST /api/v1/declarations/<reference>/presentation":
        "ok 404 | ok ok ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "POST /api/v1/declarations/<reference>/partial-release": DECIDES,
    "GET /api/v1/declarations/<reference>/exit": SEES,
    "POST /api/v1/declarations/<reference>/exit": INSPECTS,
    "POST /api/v1/declarations/<reference>/rejection": DECIDES,
    "POST /api/v1/declarations/<reference>/destruction":
        "403 403 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    "GET /api/v1/audits": OFFICIALS_ASK,
    "POST /api/v1/declarations/<reference>/audit": DECIDES,
    # The API: money --------------------------------------------------------------------------------------------------
    "GET /api/v1/declarations/<reference>/assessment": SEES,
    "GET /api/v1/declarations/<reference>/assessment@draft":
        "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 404 404 404 | 401",
    "POST /api/v1/declarations/<reference>/assessment": DECIDES,
    "GET /api/v1/declarations/<reference>/payments": SEES,
    "POST /api/v1/declarations/<reference>/payments": FIRM_OR_OFFICER,
    "POST /api/v1/declarations/<reference>/securities": FIRM_OR_OFFICER,
    "POST /api/v1/declarations/<reference>/securities/<identifier>/release": CASHIER,
    "POST /api/v1/declarations/<reference>/refunds": CASHIER,
    "GET /api/v1/debts": ASKS,
    "GET /api/v1/payments": ASKS,
    "GET /api/v1/payments/<identifier>@payment": SEES,
    "POST /api/v1/payments/<identifier>/confirmation@payment": CASHIER,
    "POST /api/v1/payments/<identifier>/refusal@payment": CASHIER,
    "POST /api/v1/payments/<identifier>/cancellation@payment":
        "403 404 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "GET /api/v1/accounts": ASKS,
    "GET /api/v1/accounts/<post>/<party>": SEES,
    "POST /api/v1/accounts/<post>/<party>/deposits": FIRM_OR_CASHIER_AT,
    "POST /api/v1/accounts/<post>/<party>/withdrawals": FIRM_OR_CASHIER_AT,
    "POST /api/v1/accounts/<post>/<party>/standing-order":
        "ok 403 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/posts/<post>/till": TILL,
    "GET /api/v1/posts/<post>/closings": TILL,
    "POST /api/v1/posts/<post>/closings": "403 403 | ok 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/posts/<post>/closings/<number>@closing":
        "404 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    # The API: exemptions and goods under suspense ----------------------------------------------------------------------
    "GET /api/v1/exemptions": ASKS,
    "POST /api/v1/exemptions": "403 403 | ok 403 ok 403 | 403 403 403 403 | 403 403 403 403 | 401",
    "GET /api/v1/exemptions/<identifier>@exemption": "ok 404 | ok 404 ok 404 | 404 404 404 404 | ok ok ok 404 | 401",
    "POST /api/v1/exemptions/<identifier>/approval@exemption":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 403 403 403 403 | 401",
    "POST /api/v1/exemptions/<identifier>/refusal@exemption":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 403 403 403 403 | 401",
    "POST /api/v1/exemptions/<identifier>/withdrawal@exemption":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 403 403 403 403 | 401",
    "GET /api/v1/suspense": ASKS,
    # The API: mandates; the one asked about is given by the trader's firm to the other trader's -----------------------
    "GET /api/v1/mandates": ASKS,
    "POST /api/v1/mandates": "ok 403 | 403 403 ok 403 | 403 403 403 403 | 403 ok 403 403 | 401",
    "GET /api/v1/mandates/<identifier>@mandate": "ok ok | ok 404 ok 404 | 404 404 404 404 | ok ok ok 404 | 401",
    "POST /api/v1/mandates/<identifier>/revocation@mandate":
        "ok 403 | 403 404 ok 404 | 404 404 404 404 | 403 ok 403 404 | 401",
    # The API: control ------------------------------------------------------------------------------------------------
    "GET /api/v1/declarations/<reference>/lane": "403 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "POST /api/v1/declarations/<reference>/lane": "403 403 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    "POST /api/v1/declarations/<reference>/decision":
        "403 403 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 403 | 401",
    "GET /api/v1/proposals": "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "GET /api/v1/proposals/<identifier>": "404 404 | ok 404 ok 404 | 404 404 404 404 | 404 404 ok 404 | 401",
    "GET /api/v1/proposals/<identifier>@codes":
        "404 404 | ok 404 ok 404 | 404 404 404 404 | 404 ok ok 404 | 401",
    "POST /api/v1/proposals/<identifier>/approval@codes":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    "POST /api/v1/proposals/<identifier>/rejection@codes":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 ok 403 403 | 401",
    "POST /api/v1/proposals/<identifier>/approval":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 404 403 403 | 401",
    "POST /api/v1/proposals/<identifier>/rejection":
        "403 403 | 403 404 ok 404 | 404 404 404 404 | 404 404 403 403 | 401",
    # The API: permits ------------------------------------------------------------------------------------------------
    "GET /api/v1/declarations/<reference>/permit@released":
        "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "POST /api/v1/declarations/<reference>/permit": "403 404 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "GET /api/v1/permits/<number>": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "GET /api/v1/permits/<number>.pdf": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "POST /api/v1/permits/<number>/prints": "403 404 | 403 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "POST /api/v1/verify": ANYBODY,
    "GET /api/v1/codes/<list_name>": ASKS,
    "GET /api/v1/rules": "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | 401",
    "GET /api/v1/openapi.json": ANYBODY,
    # Pages for everybody ---------------------------------------------------------------------------------------------
    "GET /": ANYBODY,
    "GET /verify": ANYBODY,
    "POST /verify": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /metrics": ANYBODY,
    "GET /assets/<digest>/<name>": ANYBODY,
    "GET /fs-static/<path:filename>": ANYBODY,
    "GET /live/<topic>": "- - | ok ok ok - | ok ok ok - | ok - ok - | -",
    # One's own account -----------------------------------------------------------------------------------------------
    "GET /rules": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/tokens": SIGNED_IN,
    "POST /account/tokens/<uuid:token>/revocation": "ok 404 | 404 404 404 404 | 404 404 404 404 | 404 ok 404 404 | in",
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /logout": ANYBODY,
    "GET /change-password": SIGNED_IN,
    "POST /change-password": SIGNED_IN,
    "GET /verify-password": SIGNED_IN,
    "POST /verify-password": SIGNED_IN,
    "GET /tf-setup": SIGNED_IN,
    "POST /tf-setup": SIGNED_IN,
    "POST /tf-setup/<token>": SIGNED_IN,
    "GET /mf-recovery-codes": SIGNED_IN,
    "POST /mf-recovery-codes": SIGNED_IN,
    "GET /wan-register": SIGNED_IN,
    "POST /wan-register": SIGNED_IN,
    "POST /wan-register/<token>": SIGNED_IN,
    "GET /wan-delete": SIGNED_IN,
    "POST /wan-delete": SIGNED_IN,
    "GET /wan-verify": SIGNED_IN,
    "POST /wan-verify": SIGNED_IN,
    "POST /wan-verify/<token>": SIGNED_IN,
    # The second step of a sign-in: nobody is in it here, so all are led back to its beginning or to their work.
    "GET /tf-validate": ANYBODY,
    "POST /tf-validate": ANYBODY,
    "GET /tf-rescue": NOBODY,
    "POST /tf-rescue": NOBODY,
    "GET /tf-select": ANYBODY,
    "POST /tf-select": ANYBODY,
    "GET /mf-recovery": ANYBODY,
    "POST /mf-recovery": ANYBODY,
    "GET /wan-signin": ANYBODY,
    "POST /wan-signin": ANYBODY,
    "POST /wan-signin/<token>": ANYBODY,
    # The trader's pages ----------------------------------------------------------------------------------------------
    "GET /trader/declarations": TRADERS,
    "GET /trader/declarations/new": TRADERS,
    "POST /trader/declarations/new": TRADERS,
    "GET /trader/upload": TRADERS,
    "POST /trader/upload": TRADERS,
    "GET /trader/commodities": "ok ok | ok 403 ok 403 | ok 403 ok 403 | 403 403 403 403 | in",
    "GET /trader/declarations/<reference>": TRADERS_OWN,
    "GET /trader/declarations/<reference>@draft": TRADERS_OWN,
    "GET /trader/declarations/<reference>/declaration.json": TRADERS_OWN,
    "GET /trader/declarations/<reference>/message@imported": TRADERS_OWN,
    "GET /trader/declarations/<reference>/permit.pdf@released": TRADERS_OWN,
    "GET /trader/declarations/<reference>/edit@draft": TRADERS_OWN,
    "POST /trader/declarations/<reference>/edit@draft": TRADERS_OWN,
    "POST /trader/declarations/<reference>/lodging@draft": TRADERS_OWN,
    "POST /trader/declarations/<reference>/copy": TRADERS_OWN,
    "GET /trader/declarations/<reference>/delete@draft": TRADERS_OWN,
    "POST /trader/declarations/<reference>/delete@draft": TRADERS_OWN,
    # The officer's pages ---------------------------------------------------------------------------------------------
    "GET /officer/worklist": OFFICIALS,
    "GET /officer/worklist/rows": OFFICIALS,
    "GET /officer/search": OFFICIALS,
    "GET /officer/declarations/<reference>": OFFICIALS_HERE,
    "GET /officer/declarations/<reference>@draft": "403 403 | 404 404 404 403 | 404 404 404 403 | 404 403 404 403 | in",
    "POST /officer/declarations/<reference>/findings": "403 403 | ok ok ok 403 | 404 404 404 403 | 403 403 403 403 | in",
    "POST /officer/declarations/<reference>/conclusion":
        "403 403 | ok ok ok 403 | 404 404 404 403 | 403 403 403 403 | in",
    "POST /officer/declarations/<reference>/decision":
        "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in",
    "POST /officer/declarations/<reference>/lane": "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in",
    # The supervisor's pages ------------------------------------------------------------------------------------------
    "GET /supervisor/print-queue": "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 403 403 | in",
    "GET /supervisor/print-queue/rows": "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 403 403 | in",
    "POST /supervisor/print-queue": "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in",
    "GET /supervisor/permits": OFFICIALS,
    "GET /supervisor/permits/<number>": OFFICIALS_HERE,
    "GET /supervisor/permits/<number>.pdf": OFFICIALS_HERE,
    "GET /supervisor/permits/<number>/<any(prints, revocation):part>": OFFICIALS,
    "POST /supervisor/permits/<number>/prints": "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in",
    "POST /supervisor/permits/<number>/revocation": "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in",
    "GET /supervisor/proposals": "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 ok 403 | in",
    "GET /supervisor/proposals/rows": "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 ok 403 | in",
    "GET /supervisor/proposals/<uuid:identifier>": "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 ok 403 | in",
    "POST /supervisor/proposals/<uuid:identifier>": "403 403 | 403 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in",
    # The administrator's pages: code lists ----------------------------------------------------------------------------
    "GET /administrator/codes": LISTS,
    "GET /administrator/codes/<list_name>": LISTS,
    "GET /administrator/codes/<list_name>.csv": LISTS,
    "GET /administrator/codes/<list_name>/update": ADMINISTRATORS,
    "POST /administrator/codes/<list_name>/update": ADMINISTRATORS,
    "GET /administrator/proposals/<uuid:identifier>@codes":
        "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 ok ok 403 | in",
    "POST /administrator/proposals/<uuid:identifier>@codes":
        "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 ok 403 403 | in",
    "GET /administrator/proposals/<uuid:identifier>":
        "403 403 | 404 403 404 403 | 404 403 404 403 | 403 404 404 403 | in",
    "POST /administrator/proposals/<uuid:identifier>":
        "403 403 | 403 403 404 403 | 403 403 404 403 | 403 404 403 403 | in",
}  # fmt: skip


def cells(row: str) -> dict[str, str]:
    """The row's cells by column."""
    said = row.replace("|", " ").split()
    assert len(said) == len(COLUMNS), f"{len(said)} cells, not {len(COLUMNS)}: {row}"
    return dict(zip(COLUMNS, said, strict=True))


def route(key: str) -> str:
    """`METHOD rule` of a row, without what distinguishes several rows of one route."""
    return key.split("@", maxsplit=1)[0].split("?", maxsplit=1)[0]

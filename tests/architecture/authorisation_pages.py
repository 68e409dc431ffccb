"""Who may open which page of declarations in full, money and papers; read beside `authorisation`, whose words it uses.

A form is stopped for what it holds (409, 422) before anything is changed: that is `ok` here, the question is only who.
"""

from __future__ import annotations

TRADERS = "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
#: Codes are looked up by whoever writes a declaration, or amends one.
PICKERS = "ok ok | ok 403 ok 403 | ok 403 ok 403 | 403 403 403 403 | in"
TRADERS_OWN = "ok 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
OFFICIALS = "403 403 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | in"
OFFICIALS_HERE = "403 403 | ok ok ok 403 | 404 404 404 403 | ok 403 ok 403 | in"
INSPECTING_HERE = "403 403 | ok ok ok 403 | 404 404 404 403 | 403 403 403 403 | in"
DECIDING = "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 403 403 | in"
DECIDING_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in"
SENIOR_HERE = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 403 403 403 | in"
AUDITING_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 ok 403 | in"

#: An incomplete form is told so before anything is looked up: of a declaration that is not his, a trader hears the same.
TRADERS_FORM = "ok ok | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
DESK = "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 ok 403 | in"
DESK_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 ok 403 | in"
STOCKS = "403 403 | ok 403 ok 403 | ok 403 ok 403 | ok 403 ok 403 | in"
CERTIFICATES = "403 403 | ok 403 ok 403 | ok 403 ok 403 | ok ok ok 403 | in"
#: Who takes a mandate in from its paper.
REGISTERING = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 ok 403 403 | in"
CASHIERS = "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 403 403 403 | in"
CASHIERS_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 403 403 403 | in"
SENIOR = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 403 403 | in"
BOARD = "403 403 | 403 403 ok 403 | 403 403 ok 403 | 403 403 ok 403 | in"
NO_SUCH_FILTER = "403 403 | 404 404 404 403 | 404 404 404 403 | 404 403 404 403 | in"
#: Papers of a declaration: its firm, and the officials of its post.
PAPERS = "ok 404 | ok ok ok 403 | 404 404 404 403 | ok 403 ok 403 | in"

#: Papers of a movement: its holder, and the officials of its offices.
TRANSIT_PAPERS = "ok 404 | ok ok ok 403 | ok ok ok 403 | ok 403 ok 403 | in"

#: Transit: the office of departure and that of destination see the same movement.
WATCHING = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 403 403 | in"
SEALS = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 ok 403 | in"
NO_SUCH_SEAL = "403 403 | 404 404 404 403 | 404 404 404 403 | 403 403 404 403 | in"
NO_SUCH_ALARM = "403 403 | 404 403 404 403 | 404 403 404 403 | 403 403 403 403 | in"
GUARANTEES = "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 ok ok 403 | in"
GUARANTEES_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 ok ok 403 | in"
ENTERING = "403 403 | ok 403 ok 403 | ok 403 ok 403 | 403 ok 403 403 | in"
ENTERING_HERE = "403 403 | ok 403 ok 403 | 404 403 404 403 | 403 ok 403 403 | in"
NO_SUCH_PROPOSAL = "403 403 | 403 403 404 403 | 403 403 404 403 | 403 404 403 403 | in"

_TRADER = "/trader/declarations/<reference>"
_MOVEMENT = "/trader/transit/<reference>"
_TOLD = "<any(arrival, unloading, presentation, answer, incident, invalidation):deed>"
_OFFICER = "/officer/declarations/<reference>"
_CASHIER = "/cashier/declarations/<reference>"
_PLEDGED = "/officer/guarantees/<grn>/<any(approval, limit, release, suspension, resumption, revocation):deed>"

#: Registered devices: those who take orders along, and those who keep the devices of a post.
DEVICES = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 ok 403 403 | in"
DEVICES_OF_OTHERS = "403 403 | 404 404 ok 403 | 404 404 404 403 | 403 ok 403 403 | in"
KEEPING_DEVICES = "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 ok 403 403 | in"
#: A device says what the others are refused: whoever asks here has none.
NO_DEVICE = "403 403 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in"
TAKING_ALONG = "403 403 | ok ok ok 403 | ok ok ok 403 | 403 403 403 403 | in"
NO_SUCH_RECORD = "403 403 | 403 403 404 403 | 403 403 404 403 | 403 403 403 403 | in"
OPEN_TO_ALL = "ok ok | ok ok ok ok | ok ok ok ok | ok ok ok ok | ok"

PAGES: dict[str, str] = {
    # At the truck -----------------------------------------------------------------------------------------------------
    "GET /field/": OPEN_TO_ALL,
    "GET /field/app/<version>/<name>@field-file": OPEN_TO_ALL,
    "GET /field/sw.js": OPEN_TO_ALL,
    "GET /field/manifest.webmanifest": OPEN_TO_ALL,
    "GET /field/session": OPEN_TO_ALL,
    "POST /field/device": TAKING_ALONG,
    "POST /field/device/recovery": NO_DEVICE,
    "GET /field/orders": NO_DEVICE,
    "POST /field/records": TAKING_ALONG,
    "POST /field/photos": TAKING_ALONG,
    "GET /devices": DEVICES,
    "GET /devices/<uuid:device>/<any(lock, release):deed>@field-device": DEVICES,
    "POST /devices/<uuid:device>/lock@field-device": DEVICES_OF_OTHERS,
    "POST /devices/<uuid:device>/release@field-device": KEEPING_DEVICES,
    "GET /devices/conflicts": SENIOR,
    "GET /devices/conflicts/<uuid:record>@field-device": SENIOR,
    "GET /devices/conflicts/<uuid:record>/photo@field-device": NO_SUCH_RECORD,
    "POST /devices/conflicts/<uuid:record>@field-device": NO_SUCH_RECORD,
    # The trader's pages: what is being written ------------------------------------------------------------------------
    "GET /trader/declarations/start": TRADERS,
    "POST /trader/declarations/start": TRADERS,
    "GET /trader/commodities/found": PICKERS,
    f"GET {_TRADER}/sections/<key>@draft": TRADERS_OWN,
    f"POST {_TRADER}/sections/<key>@draft": TRADERS_OWN,
    f"GET {_TRADER}/items@draft": TRADERS_OWN,
    f"POST {_TRADER}/items@draft": TRADERS_OWN,
    f"GET {_TRADER}/items/<int:number>@draft": TRADERS_OWN,
    f"POST {_TRADER}/items/<int:number>@draft": TRADERS_OWN,
    f"GET {_TRADER}/items/paste@draft": TRADERS_OWN,
    f"POST {_TRADER}/items/paste@draft": TRADERS_OWN,
    f"GET {_TRADER}/check@draft": TRADERS_OWN,
    f"POST {_TRADER}/template@draft": TRADERS_OWN,
    # The trader's pages: what is lodged -------------------------------------------------------------------------------
    f"GET {_TRADER}/assessment": TRADERS_OWN,
    f"POST {_TRADER}/payments": TRADERS_OWN,
    f"GET {_TRADER}/documents": TRADERS_OWN,
    f"POST {_TRADER}/documents": TRADERS_FORM,
    f"GET {_TRADER}/files/<uuid:file>@file": TRADERS_OWN,
    f"GET {_TRADER}/versions": TRADERS_OWN,
    f"GET {_TRADER}/questions": TRADERS_OWN,
    f"POST {_TRADER}/questions/<uuid:query>": TRADERS_FORM,
    f"GET {_TRADER}/amendment": TRADERS_OWN,
    f"POST {_TRADER}/amendment": TRADERS_OWN,
    f"GET {_TRADER}/requests/<uuid:amendment>@request": TRADERS_OWN,
    f"GET {_TRADER}/invalidation": TRADERS_OWN,
    f"POST {_TRADER}/invalidation": TRADERS_FORM,
    f"POST {_TRADER}/presentation": TRADERS_FORM,
    # The trader's pages: the firm -------------------------------------------------------------------------------------
    "GET /trader/templates": TRADERS,
    "POST /trader/templates/<uuid:template>@template": TRADERS_OWN,
    "GET /trader/certificates": TRADERS,
    "GET /trader/suspense": TRADERS,
    "GET /trader/mandates": TRADERS,
    "POST /trader/mandates": TRADERS_FORM,
    "GET /trader/mandates/<uuid:identifier>@mandate": TRADERS,
    "POST /trader/mandates/<uuid:identifier>@mandate": "ok 403 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in",
    "GET /trader/accounts": TRADERS,
    "GET /trader/accounts/<post>/<party>": TRADERS_OWN,
    "POST /trader/accounts/<post>/<party>/deposits": TRADERS_OWN,
    "POST /trader/accounts/<post>/<party>/withdrawals": TRADERS_OWN,
    "POST /trader/accounts/<post>/<party>/standing-order": TRADERS_OWN,
    # The trader's pages: transit --------------------------------------------------------------------------------------
    "GET /trader/transit": TRADERS,
    "GET /trader/transit/start": TRADERS,
    "POST /trader/transit/start": TRADERS,
    "POST /trader/transit/start/from": TRADERS_FORM,
    "GET /trader/transit/arrivals": TRADERS,
    "POST /trader/transit/arrivals": TRADERS_FORM,
    f"GET {_MOVEMENT}@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/sections/<key>@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/sections/<key>@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/goods@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/goods@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/goods/<int:house>@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/goods/<int:house>@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/goods/<int:house>/items/<int:number>@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/goods/<int:house>/items/<int:number>@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/goods/<int:house>/paste@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/goods/<int:house>/paste@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/check@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/lodging@transit-draft": TRADERS,
    f"POST {_MOVEMENT}/lodging@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/delete@transit-draft": TRADERS_OWN,
    f"POST {_MOVEMENT}/delete@transit-draft": TRADERS_OWN,
    f"GET {_MOVEMENT}/movement.json@moving": TRADERS_OWN,
    f"GET {_MOVEMENT}/files/<uuid:identifier>@moving": "404 404 | 403 403 403 403 | 403 403 403 403 | 403 403 403 403 | in",
    f"GET {_MOVEMENT}@moving": TRADERS_OWN,
    f"POST {_MOVEMENT}/copy@moving": TRADERS_OWN,
    f"POST {_MOVEMENT}/onward@moving": TRADERS_OWN,
    f"GET {_MOVEMENT}/amendment@moving": TRADERS_OWN,
    f"POST {_MOVEMENT}/amendment@moving": TRADERS_OWN,
    f"GET {_MOVEMENT}/{_TOLD}@moving": TRADERS_OWN,
    f"POST {_MOVEMENT}/{_TOLD}@moving": TRADERS_OWN,
    "GET /trader/guarantees": TRADERS,
    "GET /trader/guarantees/<grn>@pledge": TRADERS_OWN,
    "GET /trader/guarantees/<grn>/codes@pledge": TRADERS,
    "POST /trader/guarantees/<grn>/codes@pledge": TRADERS_OWN,
    "GET /trader/guarantees/<grn>/codes/<uuid:identifier>@code": TRADERS,
    "POST /trader/guarantees/<grn>/codes/<uuid:identifier>@code": TRADERS_OWN,
    # The officer's pages ----------------------------------------------------------------------------------------------
    "GET /officer/audits": OFFICIALS,
    "GET /officer/worklist/requests": OFFICIALS,
    "GET /officer/worklist/requests/rows": OFFICIALS,
    "GET /officer/worklist/unpaid": OFFICIALS,
    "GET /officer/worklist/unpaid/rows": OFFICIALS,
    "GET /officer/gate": OFFICIALS,
    "GET /officer/gate/<reference>@released": OFFICIALS_HERE,
    "POST /officer/gate/<reference>@released": INSPECTING_HERE,
    "GET /officer/suspense": STOCKS,
    "GET /officer/suspense/<mrn>/<int:item>": "403 403 | 404 403 404 403 | 404 403 404 403 | 404 403 404 403 | in",
    "GET /officer/exemptions": CERTIFICATES,
    "GET /officer/exemptions/new": DECIDING,
    "POST /officer/exemptions/new": DECIDING,
    "GET /officer/exemptions/<uuid:identifier>@exemption": "403 403 | ok 403 ok 403 | 404 403 404 403 | ok ok ok 403 | in",
    "GET /officer/exemptions/<uuid:identifier>/<any(verdict, withdrawal):part>@exemption": CERTIFICATES,
    "POST /officer/exemptions/<uuid:identifier>/verdict@exemption": SENIOR_HERE,
    "POST /officer/exemptions/<uuid:identifier>/withdrawal@exemption": SENIOR_HERE,
    "GET /officer/mandates": CERTIFICATES,
    "GET /officer/mandates/new": REGISTERING,
    "POST /officer/mandates/new": REGISTERING,
    "GET /officer/mandates/<uuid:identifier>@mandate": "403 403 | ok 403 ok 403 | 404 403 404 403 | ok ok ok 403 | in",
    "POST /officer/mandates/<uuid:identifier>@mandate": "403 403 | 403 403 ok 403 | 403 403 404 403 | 403 ok 403 403 | in",
    f"GET {_OFFICER}/<any(findings, conclusion, decision, lane, control, presentation, questions, part, rejection, "
    "destruction, invalidation, assessment, audit, papers, waiver):part>": OFFICIALS,
    f"GET {_OFFICER}/<any(requests, questions):part>/<uuid:identifier>@file": OFFICIALS,
    f"GET {_OFFICER}/files/<uuid:identifier>@file": OFFICIALS_HERE,
    f"GET {_OFFICER}/files/<uuid:identifier>/shown@file": OFFICIALS_HERE,
    f"GET {_OFFICER}/beside": OFFICIALS_HERE,
    f"GET {_OFFICER}/versions/<int:one>/<int:other>": OFFICIALS_HERE,
    f"POST {_OFFICER}/assessment": DECIDING_HERE,
    f"POST {_OFFICER}/audit": AUDITING_HERE,
    f"POST {_OFFICER}/control": INSPECTING_HERE,
    f"GET {_OFFICER}/amendment": DECIDING_HERE,
    f"POST {_OFFICER}/amendment": DECIDING_HERE,
    f"POST {_OFFICER}/destruction": SENIOR_HERE,
    f"POST {_OFFICER}/invalidation": DECIDING_HERE,
    f"POST {_OFFICER}/papers": INSPECTING_HERE,
    f"POST {_OFFICER}/part": DECIDING_HERE,
    f"POST {_OFFICER}/presentation": INSPECTING_HERE,
    f"POST {_OFFICER}/questions": DECIDING_HERE,
    f"POST {_OFFICER}/questions/<uuid:identifier>": DECIDING_HERE,
    f"POST {_OFFICER}/rejection": DECIDING_HERE,
    f"POST {_OFFICER}/requests/<uuid:identifier>@request": DECIDING_HERE,
    # Filters that somebody keeps, and who works on what: nobody has kept one here, and nobody works on anything --------
    "POST /officer/filters": OFFICIALS,
    "POST /officer/filters/<uuid:identifier>": NO_SUCH_FILTER,
    "POST /officer/claims/<reference>": INSPECTING_HERE,
    # Inspections ------------------------------------------------------------------------------------------------------
    "GET /officer/inspections/<reference>": OFFICIALS_HERE,
    "GET /officer/inspections/<reference>@movement": OFFICIALS,
    "GET /officer/inspections/<reference>/<deed>@shot": OFFICIALS,
    "POST /officer/inspections/<reference>/<deed>@shot": INSPECTING_HERE,
    "GET /officer/inspections/<reference>/photos/<uuid:identifier>@shot": OFFICIALS_HERE,
    "POST /officer/inspections/<reference>/photo": INSPECTING_HERE,
    # The board names no trader ----------------------------------------------------------------------------------------
    "GET /supervisor/board": BOARD,
    "GET /supervisor/board/parts": BOARD,
    "GET /supervisor/proposals/count": DESK,
    # Transit ----------------------------------------------------------------------------------------------------------
    "GET /officer/transit": OFFICIALS,
    "GET /officer/transit/rows": OFFICIALS,
    "GET /officer/transit/scan": OFFICIALS,
    "GET /officer/transit/road": OFFICIALS,
    "GET /officer/transit/<reference>@movement": OFFICIALS,
    "GET /officer/transit/<reference>/<deed>@movement": OFFICIALS,
    "GET /officer/transit/<reference>/files/<uuid:identifier>@evidence": OFFICIALS,
    "GET /supervisor/transit-print-queue": SENIOR,
    "GET /supervisor/transit-print-queue/rows": SENIOR,
    # The first document is handed out by the office of departure.
    "POST /supervisor/transit-print-queue@movement": "403 403 | 403 403 ok 403 | 403 403 403 403 | 403 403 403 403 | in",
    "GET /papers/transit/<reference>@movement": TRANSIT_PAPERS,
    "POST /papers/transit/<reference>@movement": TRANSIT_PAPERS,
    "POST /officer/transit/<reference>/<deed>@movement": WATCHING,
    "POST /officer/transit/<reference>/seen@movement": NO_SUCH_ALARM,
    "GET /officer/seals": SEALS,
    "GET /officer/seals/search": SEALS,
    "GET /officer/seals/serial/<serial>": NO_SUCH_SEAL,
    "GET /officer/seals/<any(reception, issue, return, voiding):deed>@stock": SEALS,
    "POST /officer/seals/<any(reception, issue, return, voiding):deed>@stock": WATCHING,
    "GET /officer/guarantees": GUARANTEES,
    "GET /officer/guarantees/new": ENTERING,
    "POST /officer/guarantees/new": ENTERING,
    "GET /officer/guarantees/<grn>@pledge": GUARANTEES_HERE,
    f"GET {_PLEDGED}@pledge": GUARANTEES,
    f"POST {_PLEDGED}@pledge": ENTERING_HERE,
    "GET /officer/guarantees/<grn>/proposals/<uuid:identifier>@pledge": GUARANTEES,
    "POST /officer/guarantees/<grn>/proposals/<uuid:identifier>@pledge": NO_SUCH_PROPOSAL,
    # The cashier's desk: money of the post one works at ----------------------------------------------------------------
    "GET /cashier/": DESK,
    "GET /cashier/rows": DESK,
    "GET /cashier/search": DESK,
    "GET /cashier/debts": DESK,
    "GET /cashier/accounts": DESK,
    "POST /cashier/accounts": CASHIERS,
    "GET /cashier/accounts/<party>": DESK_HERE,
    "GET /cashier/accounts/<party>/withdrawals": DESK,
    "POST /cashier/accounts/<party>/withdrawals": CASHIERS_HERE,
    "GET /cashier/closing": DESK,
    "GET /cashier/closing/rows": DESK,
    "POST /cashier/closing": CASHIERS,
    "GET /cashier/closing/payments/<uuid:identifier>@payment": DESK,
    # A form without the mark of its page is refused (412) before anything is looked up.
    "POST /cashier/closing/payments/<uuid:identifier>@payment": SENIOR,
    "GET /cashier/closings": DESK,
    "GET /cashier/closings/<number>@closing": DESK_HERE,
    f"GET {_CASHIER}": DESK_HERE,
    f"GET {_CASHIER}/<any(payments, securities, refunds):part>": DESK,
    f"GET {_CASHIER}/payments/<uuid:identifier>@payment": DESK,
    f"GET {_CASHIER}/securities/<uuid:identifier>@payment": DESK,
    f"POST {_CASHIER}/payments": CASHIERS_HERE,
    f"POST {_CASHIER}/payments/<uuid:identifier>@payment": SENIOR_HERE,
    f"POST {_CASHIER}/refunds": CASHIERS_HERE,
    f"POST {_CASHIER}/securities": CASHIERS_HERE,
    f"POST {_CASHIER}/securities/<uuid:identifier>@payment": CASHIERS_HERE,
    "GET /cashier/payments/<uuid:identifier>@payment": DESK_HERE,
    "POST /cashier/payments/<uuid:identifier>@payment": CASHIERS,
    # Official papers --------------------------------------------------------------------------------------------------
    "GET /papers/of/<reference>": PAPERS,
    "POST /papers/of/<reference>": PAPERS,
    "GET /papers/receipts/<uuid:identifier>@payment": PAPERS,
    "POST /papers/receipts/<uuid:identifier>@payment": "ok 404 | ok 403 ok 403 | 404 404 404 403 | 403 403 403 403 | in",
    "GET /papers/<number>.pdf@paper": PAPERS,
    "GET /api/v1/declarations/<reference>/papers": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
    "POST /api/v1/declarations/<reference>/papers": "ok 404 | ok ok ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "POST /api/v1/payments/<identifier>/receipt@payment": "ok 404 | ok 403 ok 404 | 404 404 404 404 | 403 404 403 404 | 401",
    "GET /api/v1/papers/<number>.pdf@paper": "ok 404 | ok ok ok 404 | 404 404 404 404 | ok 404 ok 404 | 401",
}

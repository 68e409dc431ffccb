"""Who may open which page of risk data; read beside `authorisation`, whose words it uses.

Who has not said why he looks is led to the page that asks: that is `ok` here. What is risk data has no page at all for
traders, administrators and officers: they hear 403, whatever they name.
"""

from __future__ import annotations

READING = "403 403 | 403 403 ok 403 | 403 403 ok 403 | ok 403 ok 403 | in"
ANALYSING = "403 403 | 403 403 403 403 | 403 403 403 403 | ok 403 403 403 | in"
#: Who says yes or no to what an analyst wants, and the analysts among themselves.
APPROVING = "403 403 | 403 403 ok 403 | 403 403 ok 403 | ok 403 403 403 | in"

#: It says how far a job is and nothing else, so it asks nobody for a reason; there is none of that number.
NO_SUCH_RUN = "403 403 | 403 403 404 403 | 403 403 404 403 | 404 403 404 403 | in"

_PROFILE = "/analyst/profiles/<code>/<int:version>"
_DEED = "<any(shadow, replay, proposal, end, copy, back, discard):deed>"

RISK: dict[str, str] = {
    "GET /analyst/purpose": READING,
    "POST /analyst/purpose": READING,
    # Overview, chance, shares and ceilings, trusted traders -------------------------------------------------------------
    "GET /analyst/": READING,
    "GET /analyst/draws": READING,
    "GET /analyst/draws/<post>/<day>": READING,
    "GET /analyst/recomputed/<reference>": READING,
    "GET /analyst/shares": READING,
    "GET /analyst/shares/new": ANALYSING,
    "POST /analyst/shares/new": ANALYSING,
    "GET /analyst/shares/ceiling": ANALYSING,
    "POST /analyst/shares/ceiling": ANALYSING,
    "POST /analyst/shares/<uuid:identifier>": APPROVING,
    "GET /analyst/trusted": READING,
    "GET /analyst/trusted/new": ANALYSING,
    "POST /analyst/trusted/new": ANALYSING,
    "GET /analyst/trusted/<uuid:identifier>": READING,
    "POST /analyst/trusted/<uuid:identifier>/<any(suspend, end):deed>@trusted": APPROVING,
    "GET /analyst/trusted/proposals/<uuid:identifier>": READING,
    "POST /analyst/trusted/proposals/<uuid:identifier>": APPROVING,
    # Profiles ---------------------------------------------------------------------------------------------------------
    "GET /analyst/profiles": READING,
    "GET /analyst/profiles/new": ANALYSING,
    "POST /analyst/profiles/new": ANALYSING,
    "GET /analyst/profiles/<code>": READING,
    f"GET {_PROFILE}@profile": READING,
    f"GET {_PROFILE}/edit@profile": ANALYSING,
    f"POST {_PROFILE}/edit@profile": ANALYSING,
    f"GET {_PROFILE}/{_DEED}@profile": READING,
    f"POST {_PROFILE}/{_DEED}@profile": ANALYSING,
    "GET /analyst/proposals/<uuid:identifier>": READING,
    "POST /analyst/proposals/<uuid:identifier>": APPROVING,
    "GET /analyst/facts": READING,
    "GET /analyst/replays": READING,
    "POST /analyst/replays": ANALYSING,
    "GET /analyst/replays/<uuid:identifier>": READING,
    "GET /analyst/replays/<uuid:identifier>/progress": NO_SUCH_RUN,
    "POST /analyst/replays/<uuid:identifier>/<any(stop, resume):deed>@run": ANALYSING,
    # Learned scores ---------------------------------------------------------------------------------------------------
    "GET /analyst/models": READING,
    "GET /analyst/models/<int:number>@score": READING,
    "POST /analyst/models/<int:number>/proposal@score": ANALYSING,
    "POST /analyst/models/<int:number>/end@score": APPROVING,
    "POST /analyst/models/<int:number>/approval@score": APPROVING,
    "POST /analyst/models/<int:number>/rejection@score": APPROVING,
    # Watch lists: for who is not let in there is no such list; here it is open to all three roles --------------------
    "GET /analyst/watch-lists": READING,
    "GET /analyst/watch-lists/new": ANALYSING,
    "POST /analyst/watch-lists/new": ANALYSING,
    "GET /analyst/watch-lists/<code>@watched": READING,
    "POST /analyst/watch-lists/<code>@watched": ANALYSING,
    "GET /analyst/watch-lists/<code>/verdict@watched": READING,
    "POST /analyst/watch-lists/<code>/verdict@watched": APPROVING,
    "GET /analyst/watch-lists/by-key/<uuid:identifier>@list": READING,
    "GET /analyst/watch-lists/<code>/new@watched": ANALYSING,
    "POST /analyst/watch-lists/<code>/new@watched": ANALYSING,
    "GET /analyst/watch-lists/<code>/import@watched": ANALYSING,
    "POST /analyst/watch-lists/<code>/import@watched": ANALYSING,
    "GET /analyst/watch-entries/<uuid:identifier>@entry": READING,
    "GET /analyst/watch-entries/<uuid:identifier>/<any(removal, verdict):deed>@entry": READING,
    "POST /analyst/watch-entries/<uuid:identifier>/removal@entry": ANALYSING,
    "POST /analyst/watch-entries/<uuid:identifier>/verdict@entry": APPROVING,
    "GET /analyst/watch-matches": READING,
    "GET /analyst/watch-matches/<uuid:identifier>@matched": READING,
    "POST /analyst/watch-matches/<uuid:identifier>@matched": ANALYSING,
}

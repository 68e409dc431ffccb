"""The live worklist, and the box into which everything is scanned."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.claims.lifecycle import Of
from app.claims.operations import WORKING
from app.core import db
from app.core.text import ascii_digits, fault_in, normal
from app.declarations.lifecycle import OPEN
from app.declarations.queries import OFFICIAL
from app.edge.signin import current_actor, signed_in
from app.registers import declarations as register
from app.registers import permits, requests, unpaid, worklist
from app.web.officer import narrowed
from app.web.officer.pages import blueprint

PAGE = 50
#: More hits than this are not read through by anybody.
MOST_FOUND = 50
LONGEST_SEARCH = 60


@blueprint.get("/worklist", endpoint="worklist")
@signed_in(*OFFICIAL)
def worklist_page() -> str | Response:
    with db.reading() as session:
        filters = narrowed.kept(session, Of.DECLARATIONS.value)
    opened = narrowed.opened_with(filters, Of.DECLARATIONS.value)
    return opened or render_template("officer/worklist.html", filters=filters, choices=narrowed.choices(), **_list())


@blueprint.get("/worklist/rows")
@signed_in(*OFFICIAL)
def rows() -> str:
    """The rows and counts alone, for the live list."""
    return render_template("officer/_worklist_rows.html", partial=True, **_list())


@blueprint.get("/worklist/unpaid")
@signed_in(*OFFICIAL)
def unpaid_list() -> str:
    """What is cleared and waits for the money alone."""
    return render_template("officer/unpaid.html", **_unpaid())


@blueprint.get("/worklist/unpaid/rows")
@signed_in(*OFFICIAL)
def unpaid_rows() -> str:
    return render_template("officer/_unpaid_rows.html", partial=True, **_unpaid())


def _unpaid() -> dict[str, Any]:
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        page = unpaid.page(session, by=actor, limit=PAGE, after=after)
        now = db.now(session)
        beside = unpaid.counts(session, now, by=actor)
    return {"page": page, "beside": beside, "now": now, "after": after}


@blueprint.get("/worklist/requests")
@signed_in(*OFFICIAL)
def request_list() -> str:
    """What traders want changed, and what waits for a second official."""
    return render_template("officer/requests.html", **_requests())


@blueprint.get("/worklist/requests/rows")
@signed_in(*OFFICIAL)
def request_rows() -> str:
    return render_template("officer/_request_rows.html", partial=True, **_requests())


def _requests() -> dict[str, Any]:
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        page = requests.page(session, by=actor, limit=PAGE, after=after or None)
        now = db.now(session)
        beside = unpaid.counts(session, now, by=actor)
    return {"page": page, "beside": beside, "now": now, "after": after}


def _list() -> dict[str, Any]:
    actor, wanted = current_actor(), _wanted()
    with db.reading() as session:
        page = worklist.page(session, wanted, by=actor, limit=PAGE)
        counts = worklist.counts(session, wanted, by=actor)
        now = db.now(session)
        beside = unpaid.counts(session, now, by=actor)
    posts = worklist.posts_of(actor)
    return {
        "page": page,
        "counts": counts,
        "beside": beside,
        "now": now,
        "wanted": wanted,
        "lanes": worklist.LANES,
        "statuses": [s.value for s in OPEN],
        "works": not actor.roles().isdisjoint(WORKING),
        "query": _query(wanted),
        "with_post": posts is None or len(posts) > 1,
        "address": lambda **changes: url_for("officer.worklist", **_query(wanted, **changes)),
        "rows_address": url_for("officer.rows", **_query(wanted)),
    }


def _wanted() -> worklist.Wanted:
    asked = request.args
    return worklist.Wanted(
        lane=asked.get("lane", ""),
        status=asked.get("status", ""),
        order=asked.get("order") or worklist.ORDERS[0],
        after=asked.get("after", ""),
        by=narrowed.narrowed(),
    )


def _query(wanted: worklist.Wanted, **changes: str) -> dict[str, Any]:
    """The filters as they stand in an address; a changed filter begins at the first page."""
    kept = {
        "lane": wanted.lane,
        "status": wanted.status,
        "order": "" if wanted.order == worklist.ORDERS[0] else wanted.order,
        **wanted.by.told(),
    }
    return {name: value for name, value in {**kept, **changes}.items() if value} or {narrowed.AS_IT_IS: "1"}


@blueprint.get("/search")
@signed_in(*OFFICIAL)
def search() -> str | Response:
    """A reference, MRN, plate, container or permit number, scanned or typed: a single hit opens at once."""
    typed = ascii_digits(normal(request.args.get("q", "")[:LONGEST_SEARCH]))
    if not typed:
        return redirect(url_for("officer.worklist"))
    hits: list[register.Line] = []
    actor = current_actor()
    if fault_in(typed) is None:
        with db.reading(search=True) as session:
            hits = register.page(session, register.Filters(q=typed), by=actor, limit=MOST_FOUND).lines
            issued = permits.page(session, typed, by=actor, limit=2).lines if not hits else []
        if len(issued) == 1:
            return redirect(url_for("supervisor.permit", number=issued[0].number))
    if len(hits) == 1:
        return redirect(url_for("officer.file", reference=hits[0].reference))
    return render_template("officer/search.html", typed=typed, hits=hits, most=MOST_FOUND)

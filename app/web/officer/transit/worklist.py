"""What movements the offices have before them, live, and the one box into which everything is scanned."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.claims.lifecycle import Of
from app.claims.operations import WORKING
from app.core import db
from app.core.actors import ANY_POST
from app.core.text import ascii_digits, fault_in, normal
from app.edge.signin import current_actor, signed_in
from app.registers.movements import scanning, underway, worklist
from app.transit.queries import official_posts
from app.web.lists import lists_of
from app.web.officer import narrowed
from app.web.officer.transit.pages import OFFICIAL, blueprint

PAGE = 50


@blueprint.get("", endpoint="worklist")
@signed_in(*OFFICIAL)
def worklist_page() -> str | Response:
    with db.reading() as session:
        filters = narrowed.kept(session, Of.MOVEMENTS.value)
    opened = narrowed.opened_with(filters, Of.MOVEMENTS.value)
    return opened or render_template(
        "officer/transit/worklist.html", filters=filters, choices=narrowed.choices(), **_list()
    )


@blueprint.get("/rows")
@signed_in(*OFFICIAL)
def rows() -> str:
    """The rows and counts alone, for the live list."""
    return render_template("officer/transit/_worklist_rows.html", partial=True, **_list())


@blueprint.get("/scan")
@signed_in(*OFFICIAL)
def scan() -> str | Response:
    """An MRN, a reference, plate, seal, carnet or container, scanned or typed: a single hit opens at once."""
    typed = ascii_digits(normal(request.args.get("q", "")[: scanning.LONGEST]))
    if not typed:
        return redirect(url_for("transit_office.worklist"))
    hits: list[scanning.Hit] = []
    with db.reading(search=True) as session:
        if fault_in(typed) is None:
            hits = scanning.scan(session, typed, by=current_actor())
        lists = lists_of(session)
    open_here = [hit for hit in hits if hit.status != "draft"]
    if len(open_here) == 1:
        return redirect(url_for("transit_office.file", reference=open_here[0].reference))
    return render_template("officer/transit/scan.html", typed=typed, hits=open_here, lists=lists)


def _list() -> dict[str, Any]:
    actor, asked = current_actor(), request.args
    stage = asked.get("stage") or worklist.STAGES[0].value
    office, lane, after = (asked.get(name, "") for name in ("office", "lane", "after"))
    by = narrowed.narrowed()
    with db.reading() as session:
        page = worklist.page(session, stage, by=actor, office=office, lane=lane, after=after, limit=PAGE, narrowed=by)
        counts = worklist.counts(session, by=actor, office=office)
        in_lanes = worklist.lanes(session, stage, by=actor, office=office)
        unseen = len(underway.alarms(session, by=actor))
        lists, now = lists_of(session), db.now(session)
    posts = official_posts(actor)

    def query(**changes: str) -> dict[str, Any]:
        kept = {"stage": stage, "office": office, "lane": lane, **by.told()}
        return {name: value for name, value in {**kept, **changes}.items() if value}

    return {
        "page": page,
        "counts": counts,
        "unseen": unseen,
        "stage": stage,
        "stages": [each.value for each in worklist.STAGES],
        "wanted_lane": lane,
        "lanes": [(code, in_lanes.get(code, 0)) for code in worklist.LANES],
        "after": after,
        "narrowed": by,
        "works": not actor.roles().isdisjoint(WORKING),
        "query": query(),
        "lists": lists,
        "now": now,
        "with_office": ANY_POST in posts or len(posts) > 1,
        "address": lambda **changes: url_for("transit_office.worklist", **query(**changes)),
        "rows_address": url_for("transit_office.rows", **query()),
    }

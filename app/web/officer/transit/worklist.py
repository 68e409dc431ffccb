"""What movements the offices have before them, live, and the one box into which everything is scanned."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.actors import ANY_POST
from app.core.text import ascii_digits, fault_in, normal
from app.edge.signin import current_actor, signed_in
from app.registers.movements import scanning, underway, worklist
from app.transit.queries import official_posts
from app.web.lists import lists_of
from app.web.officer.transit.pages import OFFICIAL, blueprint

PAGE = 50


@blueprint.get("", endpoint="worklist")
@signed_in(*OFFICIAL)
def worklist_page() -> str:
    return render_template("officer/transit/worklist.html", **_list())


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
    office, after = asked.get("office", ""), asked.get("after", "")
    with db.reading() as session:
        page = worklist.page(session, stage, by=actor, office=office, after=after, limit=PAGE)
        counts = worklist.counts(session, by=actor, office=office)
        unseen = len(underway.alarms(session, by=actor))
        lists, now = lists_of(session), db.now(session)
    posts = official_posts(actor)

    def query(**changes: str) -> dict[str, Any]:
        kept = {"stage": stage, "office": office}
        return {name: value for name, value in {**kept, **changes}.items() if value}

    return {
        "page": page,
        "counts": counts,
        "unseen": unseen,
        "stage": stage,
        "stages": [each.value for each in worklist.STAGES],
        "after": after,
        "lists": lists,
        "now": now,
        "with_office": ANY_POST in posts or len(posts) > 1,
        "address": lambda **changes: url_for("transit_office.worklist", **query(**changes)),
        "rows_address": url_for("transit_office.rows", **query()),
    }

"""Goods under a suspensive procedure: what is left of them, and who took what."""

from __future__ import annotations

from flask import render_template, request

from app.core import db
from app.edge.signin import current_actor, signed_in
from app.registers import write_offs
from app.registers.listing import read_id_key
from app.suspense import queries
from app.suspense.queries import OFFICIAL
from app.web.officer.pages import reliefs as blueprint

PAGE = 50


@blueprint.get("/suspense", endpoint="suspense")
@signed_in(*OFFICIAL)
def stock_list() -> str:
    """What has something left, newest first."""
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        found = queries.visible(session, by=actor, limit=PAGE + 1, after=read_id_key(after) if after else None)
    more = found[PAGE - 1].id.hex if len(found) > PAGE else None
    return render_template("officer/suspense.html", found=found[:PAGE], next=more, after=after)


@blueprint.get("/suspense/<mrn>/<int:item>")
@signed_in(*OFFICIAL)
def stock(mrn: str, item: int) -> str:
    """One item with everything that was written off it."""
    with db.reading() as session:
        found, reference = write_offs.stock(session, mrn, item, by=current_actor())
        taken = write_offs.of_stock(session, found)
    return render_template("officer/stock.html", stock=found, reference=reference, taken=taken)

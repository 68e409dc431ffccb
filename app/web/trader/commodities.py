"""Looking a commodity code up: a page of its own, and suggestions beneath the box where scripts run."""

from __future__ import annotations

import re

from flask import render_template, request

from app.core import db
from app.core.errors import NotFound
from app.core.text import fault_in
from app.edge.locale import current
from app.edge.signin import signed_in
from app.reference.codebook import COMMODITY
from app.reference.queries import search
from app.web.trader.desk import ROLE, Lists, blueprint, lists_of
from app.web.trader.form import DeclarationForm

_SUGGESTED = 8
_LISTED = 50
_SHORTEST = 2
_BOX = re.compile(r"items\.[0-9]{1,3}\.commodity", re.ASCII)


@blueprint.get("/commodities")
@signed_in(ROLE)
def commodities() -> str:
    """Codes of the Harmonized System for a few letters or digits; for a box of the form, only the suggestions."""
    box = request.args.get("box", "")
    if box and not _BOX.fullmatch(box):
        raise NotFound()
    typed = request.args.get(box or "q", "").strip()
    found = _found(typed, _SUGGESTED if box else _LISTED)
    if box:
        return render_template("trader/_commodities_found.html", box=box, found=found, typed=typed)
    return render_template("trader/commodities.html", found=found, typed=typed)


@blueprint.get("/commodities/<code>")
@signed_in(ROLE)
def commodity(code: str) -> str:
    """A box of the form with the chosen code in it."""
    box = request.args.get("box", "")
    with db.reading() as session:
        lists: Lists = lists_of(session)
    if not _BOX.fullmatch(box) or not lists.book.has(COMMODITY, code, lists.on):
        raise NotFound()
    return render_template("trader/_commodity_chosen.html", form=DeclarationForm(), lists=lists, box=box, code=code)


def _found(typed: str, most: int) -> list[tuple[str, str]]:
    if len(typed) < _SHORTEST or fault_in(typed) is not None:
        return []
    with db.reading(search=True) as session:
        return search(session, COMMODITY, typed, current(), most)

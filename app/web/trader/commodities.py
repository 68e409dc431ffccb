"""Looking a commodity code up: a page of its own, and suggestions beneath the box where scripts run."""

from __future__ import annotations

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.text import fault_in
from app.declarations import queries
from app.edge.signin import signed_in
from app.flows.deciding import DECIDING
from app.reference.codebook import COMMODITY
from app.reference.queries import search
from app.web.lists import lists_of
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.typed import whole_number

_SUGGESTED = 10
_LISTED = 50
_SHORTEST = 2

#: A code, its name, and the path to it: chapter, heading, subheading with their names.
Found = tuple[str, str, list[tuple[str, str]]]


@blueprint.get("/commodities")
@signed_in(ROLE, *DECIDING)
def commodities() -> str:
    """Codes of the Harmonized System for a few letters or digits. Asked from an item (reference and item), each code
    leads back to it."""
    typed = request.args.get("q", "").strip()
    reference, number = request.args.get("reference", ""), whole_number(request.args.get("item", "")) or 0
    back = None
    if reference and number:
        with db.reading() as session:
            reference = queries.find(session, reference, by=trader()).reference
        back = url_for("trader.item", reference=reference, number=number)
    return render_template(
        "trader/commodities.html",
        found=_found(typed, _LISTED),
        typed=typed,
        back=back,
        reference=reference,
        item=number,
    )


@blueprint.get("/commodities/found")
@signed_in(ROLE, *DECIDING)
def commodities_found() -> Response:
    """The same for scripts: code, name and path of the best few."""
    found = _found(request.args.get("q", "").strip(), _SUGGESTED)
    rows = [
        {"code": code, "name": name, "path": [{"code": c, "name": n} for c, n in path]} for code, name, path in found
    ]
    return jsonify(found=rows)


def _found(typed: str, most: int) -> list[Found]:
    if len(typed) < _SHORTEST or fault_in(typed) is not None:
        return []
    with db.reading(search=True) as session:
        lists = lists_of(session)
        found = search(session, COMMODITY, typed, lists.locale, most)
    return [(code, name, lists.path(code)) for code, name in found]

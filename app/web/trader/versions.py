"""The versions of what was declared, and what is different between two of them."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request

from app.core import db
from app.core.errors import NotFound
from app.declarations import queries
from app.edge.signin import signed_in
from app.registers import versions as register
from app.web import differences
from app.web.differences import MOST_CHANGES
from app.web.lists import lists_of
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.trader.plain import REQUESTS
from app.web.typed import whole_number


@blueprint.get("/declarations/<reference>/versions")
@signed_in(ROLE)
def versions(reference: str) -> str:
    """Every version, and what changed from one to another: by default from the one before the last to the last."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status == "draft":
            raise NotFound()
        known = register.of(session, reference, by=trader())
        asked = queries.requests(session, record, by=trader())
        last = len(known)
        one = _number("from", max(1, last - 1), last)
        other = _number("to", last, last)
        changed = register.between(session, reference, one, other, by=trader()) if one != other else []
        lists = lists_of(session)
    return render_template(
        "trader/versions.html",
        record=record,
        versions=known,
        one=one,
        other=other,
        changes=differences.told(changed, lists),
        more=max(0, len(changed) - MOST_CHANGES),
        requests=asked,
        request_states=REQUESTS,
    )


@blueprint.get("/declarations/<reference>/requests/<uuid:amendment>")
@signed_in(ROLE)
def requested(reference: str, amendment: UUID) -> str:
    """A request to change or invalidate the declaration: what it would change, and what became of it."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        found = queries.request(session, record, amendment, by=trader())
        if found is None:
            raise NotFound()
        changed = register.wanted(session, reference, amendment, by=trader())
        lists = lists_of(session)
    return render_template(
        "trader/request.html",
        record=record,
        wanted=found,
        changes=differences.told(changed, lists),
        more=max(0, len(changed) - MOST_CHANGES),
        request_states=REQUESTS,
    )


def _number(name: str, default: int, most: int) -> int:
    number = whole_number(request.args.get(name, "")) or default
    return number if 1 <= number <= most else default

"""/codes: the reference data that declarations are written in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint

from app.api.declarations import asked_limit
from app.api.deeds import reply
from app.api.documentation import described
from app.core import db
from app.core.errors import Finding, Invalid
from app.core.fields import Day
from app.core.text import _, fault_in, normal
from app.declarations import schemas
from app.edge.tokens import current_actor
from app.flows import code_lists
from app.reference import queries
from app.reference.codebook import Codebook
from app.reference.models import CodeRow

blueprint = Blueprint("codes", __name__, url_prefix="/api/v1", description="Code lists")

LONGEST_SEARCH = 60
LONGEST_KEY = 90


@blueprint.get("/codes/<list_name>")
@described(
    blueprint,
    gives="A page of the codes of a list that hold on a day: names in the languages there are, attributes, source, and "
    "whether somebody has confirmed it.",
    answer="CodePage",
    query=(
        ("on", "the day, else today at the post"),
        ("q", "the beginning of a code, or words of a name in any language"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def listed(list_name: str) -> Response:
    """Read a code list: commodity, country, procedure, document_type, unit and the others."""
    without = code_lists.kept_from(list_name, by=current_actor())
    limit, typed, after = asked_limit(), _typed(), _after()
    with db.reading(search=True) as session:
        day = _day(queries.codebook(session), db.now(session))
        found = queries.page(session, list_name, text=typed, on=day, after=after, limit=limit + 1, without=without)
    rows = found[:limit]
    more = f"{rows[-1].code}~{rows[-1].valid_from.isoformat()}" if len(found) > limit else None
    return reply({"list": list_name, "on": day.isoformat(), "items": [_told(row) for row in rows], "next": more})


def _told(row: CodeRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "names": row.names,
        "attributes": row.attributes,
        "source": row.source,
        "verified": row.verified,
    }


def _day(codes: Codebook, now: dt.datetime) -> dt.date:
    asked = request.args.get("on")
    if not asked:
        return codes.day_at(db.node_post(), now)
    try:
        return dt.date.fromisoformat(Day().deserialize(asked, "on"))
    except ma.ValidationError as error:
        raise Invalid(findings=schemas.findings({"on": error.messages})) from None


def _typed() -> str:
    typed = request.args.get("q", "")
    fault = fault_in(typed)
    if fault is not None or len(typed) > LONGEST_SEARCH:
        message = fault or _("Too long: at most {most} characters.", most=LONGEST_SEARCH)
        raise Invalid(findings=[Finding("/q", "filter.text", message)])
    return normal(typed)


def _after() -> tuple[str, dt.date] | None:
    """Code and first day of the last row seen."""
    after = request.args.get("after")
    if not after:
        return None
    code, _tilde, day = after.rpartition("~")
    try:
        first = dt.date.fromisoformat(day)
    except ValueError:
        first = None
    if first is None or not code or fault_in(code) or len(after) > LONGEST_KEY:
        raise Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])
    return code, first

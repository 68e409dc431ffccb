"""All lists in figures, one list with its periods, and a list as a file."""

from __future__ import annotations

import datetime as dt

from flask import Response, current_app, render_template, request

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _, fault_in, normal
from app.edge.signin import current_actor, signed_in
from app.flows import approving, code_lists
from app.flows.code_lists import PROPOSING, READING, UPDATE
from app.reference import queries
from app.reference.queries import Overview
from app.web.administrator.pages import GROUPS, blueprint

PAGE = 50
LONGEST_SEARCH = 60
#: Spreadsheets take a CSV file for UTF-8 only if it says so.
_MARK = "\ufeff"


@blueprint.get("/codes")
@signed_in(*READING)
def codes() -> str:
    """The lists in figures, and what waits for a second person."""
    actor = current_actor()
    with db.reading() as session:
        figures = queries.overview(session, db.now(session).date())
        waiting = approving.waiting(session, by=actor, only=(UPDATE,))
    groups = [(title, [figures.get(name) or Overview(name) for name in names]) for title, names in GROUPS]
    return render_template("administrator/codes.html", groups=groups, waiting=waiting)


@blueprint.get("/codes/<list_name>")
@signed_in(*READING)
def code_list(list_name: str) -> str:
    """One list, page by page."""
    code_lists.known_list(list_name)
    typed, after, show = _typed(), request.args.get("after", ""), request.args.get("show", "")
    show = show if show in queries.SHOWN else queries.SHOWN[0]
    actor = current_actor()
    with db.reading() as session:
        today = db.now(session).date()
        found = queries.page(
            session, list_name, text=typed, show=show, on=today, after=_key(after), limit=PAGE + 1
        )  # fmt: skip
        waiting = code_lists.waiting_for(session, list_name) if actor.grant(code_lists.SEEING, db.node_post()) else None
    rows = found[:PAGE]
    return render_template(
        "administrator/list.html",
        list=list_name,
        rows=rows,
        next=f"{rows[-1].code}~{rows[-1].valid_from}" if len(found) > PAGE else None,
        typed=typed,
        show=show,
        after=after,
        today=today,
        waiting=waiting,
        may=_may_propose(list_name, actor),
    )


def _may_propose(list_name: str, actor: Actor) -> bool:
    """Lists that others propose have their page elsewhere."""
    return code_lists.proposing(list_name) == PROPOSING and actor.grant(PROPOSING, db.node_post()) is not None


@blueprint.get("/codes/<list_name>.csv")
@signed_in(*READING)
def code_list_file(list_name: str) -> Response:
    """The whole list with all its periods, to be changed and brought back."""
    with db.reading() as session:
        text = code_lists.exported(queries.codebook(session), list_name)
    response = current_app.response_class(_MARK + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{list_name}.csv"'
    return response


def _typed() -> str:
    typed = normal(request.args.get("q", "")[:LONGEST_SEARCH])
    return typed if fault_in(typed) is None else ""


def _key(after: str) -> tuple[str, dt.date] | None:
    if not after:
        return None
    code, _tilde, day = after.partition("~")
    try:
        return code, dt.date.fromisoformat(day)
    except ValueError:
        raise Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))]) from None

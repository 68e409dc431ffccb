"""The trader's declarations, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import flask_babel
from flask import render_template, request, url_for

from app.core import db
from app.core.errors import Invalid
from app.core.text import _, fault_in, normal
from app.edge import calendars
from app.edge.signin import signed_in
from app.registers import declarations as register
from app.registers.declarations import Filters
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.trader.plain import told

_ON_PAGE = 25
_LONGEST = 60

#: What the tabs show, by the name in the address.
_VIEWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "all": (_("All"), {}),
    "drafts": (_("Drafts"), {"status": "draft"}),
    "customs": (_("With customs"), {"open_only": True}),
    "released": (_("Released"), {"status": "released"}),
}


@blueprint.get("/declarations")
@signed_in(ROLE)
def declarations() -> str:
    """A page of them; `view` is a tab, `q` anything typed, `since` a day."""
    view = request.args.get("view", "all")
    view = view if view in _VIEWS else "all"
    typed, wrong = _typed()
    since, no_date = _since()
    after = request.args.get("after")
    filters = Filters(**_VIEWS[view][1], q=typed or None, since=since)
    with db.reading(search=True) as session:
        page = register.page(session, filters, by=trader(), limit=_ON_PAGE, after=after)
    kept = _kept("view", "q", "since")
    return render_template(
        "trader/declarations.html",
        lines=page.lines,
        told=told,
        tabs=[(text, _tab(name), None, name == view) for name, (text, _filters) in _VIEWS.items()],
        view=view,
        q=request.args.get("q", "")[:_LONGEST],
        since=request.args.get("since", "")[:_LONGEST],
        wrong=wrong,
        no_date=no_date,
        narrowed=bool(typed or since or after or view != "all"),
        next=url_for("trader.declarations", **{**kept, "after": page.next}) if page.next else None,
        first=url_for("trader.declarations", **kept) if after else None,
    )


def _tab(view: str) -> str:
    chosen: dict[str, Any] = {} if view == "all" else {"view": view}
    return url_for("trader.declarations", **_kept("q", "since"), **chosen)


def _kept(*names: str) -> dict[str, Any]:
    """What of the present address other addresses of the list keep."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def _typed() -> tuple[str, Any]:
    text = request.args.get("q", "")
    fault = fault_in(text)
    if fault is not None or len(text) > _LONGEST:
        return "", fault or _("Too long: at most {most} characters.", most=_LONGEST)
    return normal(text), None


def _since() -> tuple[dt.datetime | None, Any]:
    """The beginning of a day at the post."""
    text = request.args.get("since", "").strip()
    if not text:
        return None, None
    try:
        return calendars.parse_moment(f"{text[:_LONGEST]} 00:00", flask_babel.get_timezone()), None
    except (calendars.NotADate, Invalid, OverflowError):
        return None, calendars.NotADate.text

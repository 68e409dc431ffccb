"""The firm's movements, newest first, with the time that remains to each."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from app.core import db
from app.core.text import _, fault_in, normal
from app.edge.signin import signed_in
from app.registers.movements import listing as register
from app.registers.movements.listing import Filters
from app.transit.lifecycle import UNDER_WAY, Status
from app.web.lists import lists_of
from app.web.trader.transit.pages import ROLE, blueprint, trader
from app.web.trader.transit.plain import told

_ON_PAGE = 25
_LONGEST = 60

#: What the tabs show, by the name in the address.
_VIEWS: dict[str, tuple[Any, str]] = {
    "all": (_("All"), ""),
    "drafts": (_("Drafts"), Status.DRAFT.value),
    "announced": (_("Announced"), Status.PRELODGED.value),
    "customs": (_("With customs"), Status.LODGED.value),
    "road": (_("On the road"), Status.RELEASED_FOR_TRANSIT.value),
    "searched": (_("Searched for"), Status.ENQUIRY.value),
    "ended": (_("Ended"), Status.DISCHARGED.value),
}
#: While these last, the limit runs.
_RUNNING = frozenset(each.value for each in (*UNDER_WAY, Status.ENQUIRY))


@blueprint.get("")
@signed_in(ROLE)
def movements() -> str:
    """A page of them; `view` is a tab, `q` a reference or a number."""
    asked = request.args
    view = asked.get("view", "all") if asked.get("view", "all") in _VIEWS else "all"
    typed, after = asked.get("q", "")[:_LONGEST], asked.get("after", "")
    wrong = fault_in(typed)
    filters = Filters(status=_VIEWS[view][1], q="" if wrong else normal(typed), after=after)
    with db.reading(search=True) as session:
        page = register.page(session, filters, by=trader(), limit=_ON_PAGE)
        lists, now = lists_of(session), db.now(session)
    kept: dict[str, Any] = {name: asked[name] for name in ("view", "q") if asked.get(name)}
    return render_template(
        "trader/transit/movements.html",
        lines=page.lines,
        lists=lists,
        now=now,
        running=_RUNNING,
        told=told,
        tabs=[(text, _tab(name, typed), None, name == view) for name, (text, _status) in _VIEWS.items()],
        view=view,
        q=typed,
        wrong=wrong,
        narrowed=bool(typed or after or view != "all"),
        next=url_for("trader_transit.movements", **{**kept, "after": page.next}) if page.next else None,
        first=url_for("trader_transit.movements", **kept) if after else None,
    )


def _tab(view: str, typed: str) -> str:
    chosen: dict[str, Any] = {"view": "" if view == "all" else view, "q": typed}
    return url_for("trader_transit.movements", **{name: value for name, value in chosen.items() if value})

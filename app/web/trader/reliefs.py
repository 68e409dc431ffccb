"""What a firm can still use: its certificates, quotas in force, and its goods under a suspensive procedure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from app.core import db
from app.core.text import Text, _
from app.edge.signin import signed_in
from app.exemptions import queries as exemptions
from app.suspense import queries as suspense
from app.web.lists import lists_of
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.words import CERTIFICATES

ON_PAGE = 50

#: The states of a certificate in a trader's words, with their tone.
STATES: dict[str, tuple[Text, str]] = {
    "waiting": (_("Waits for customs"), "working"),
    "in_force": (_("In force"), "good"),
    "refused": (_("Refused"), "bad"),
    "withdrawn": (_("Withdrawn"), "quiet"),
}


@blueprint.get("/certificates")
@signed_in(ROLE)
def certificates() -> str:
    """The firm's certificates, and the quotas in force, with what is left of each."""
    with db.reading() as session:
        found = exemptions.visible(session, by=trader(), limit=ON_PAGE + 1, after=after())
        lists = lists_of(session)
    return render_template(
        "trader/certificates.html",
        certificates=found[:ON_PAGE],
        lists=lists,
        states=STATES,
        kinds=CERTIFICATES,
        **pages_of("certificates", found),
    )


@blueprint.get("/suspense")
@signed_in(ROLE)
def stocks() -> str:
    """The firm's goods under suspense of which something is left."""
    with db.reading() as session:
        found = suspense.visible(session, by=trader(), limit=ON_PAGE + 1, after=after())
        lists = lists_of(session)
    return render_template("trader/suspense.html", stocks=found[:ON_PAGE], lists=lists, **pages_of("stocks", found))


def after() -> UUID | None:
    """The row that the page shown before ended with."""
    try:
        return UUID(hex=request.args.get("after", ""))
    except ValueError:
        return None


def pages_of(name: str, found: list[Any]) -> dict[str, str | None]:
    """The ways to the next page and back to the first one."""
    endpoint = f"trader.{name}"
    more = len(found) > ON_PAGE
    return {
        "next": url_for(endpoint, after=found[ON_PAGE - 1].id.hex) if more else None,
        "first": url_for(endpoint) if request.args.get("after") else None,
    }

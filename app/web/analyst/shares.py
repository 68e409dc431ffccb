"""How much chance stops, and how much each lane may hold: set by two persons."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import redirect, render_template, request, url_for
from marshmallow import validate
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.fields import Day, Exact, Words
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving, ceilings, code_lists, unattended
from app.flows.ceilings import SetCeiling
from app.risk.commands import SetShare
from app.risk.operations import proposing
from app.risk.operations.noting import ANALYSING, APPROVING
from app.risk.queries import in_force, traffic
from app.risk.queries import shares as queries
from app.risk.queries.traffic import Wanted
from app.web.analyst import settling
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.words import LANES as LANE_WORDS

#: The days of which is told what chance really stopped.
TOLD_DAYS = 30
_REFUSALS = (Invalid, WrongState, Forbidden)
_REASON = {
    "label": _("Reason"),
    "widget": "textarea",
    "rows": 2,
    "hint": _("The order or the finding that asks for it."),
}


class ShareSchema(ma.Schema):
    """The share that chance shall stop; what it must be is told by the verb."""

    post = ma.fields.String(required=True, metadata={"label": _("Post"), "widget": "select", "width": "medium"})
    share = Exact(
        3, 2, required=True,
        metadata={"label": _("Share of the consignments that no profile stops"), "unit": "%", "width": "medium"},
    )  # fmt: skip
    lane = ma.fields.String(
        required=True,
        validate=validate.OneOf(["yellow", "red"]),
        metadata={
            "label": _("Lane"),
            "widget": "radio",
            "choices": [(lane, LANE_WORDS[lane].text) for lane in ("yellow", "red")],
        },
    )
    reason = Words(1000, required=True, metadata=_REASON)


class CeilingSchema(ma.Schema):
    """A ceiling of a lane."""

    post = ma.fields.String(required=True, metadata={"label": _("Post"), "widget": "select", "width": "medium"})
    lane = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(ceilings.LANES)),
        metadata={
            "label": _("Lane"),
            "widget": "radio",
            "choices": [(lane, LANE_WORDS[lane].text) for lane in ceilings.LANES],
        },
    )
    share = Exact(
        3, 2, required=True,
        metadata={"label": _("At most"), "unit": "%", "width": "medium",
                  "hint": _("Of the consignments of the post; 0 for no ceiling.")},
    )  # fmt: skip
    valid_from = Day(required=True, metadata={"label": _("First day"), "widget": "date", "width": "medium"})
    source = Words(500, required=True, metadata={"label": _("Order that sets it"), "width": "wide"})
    reason = Words(1000, required=True, metadata=_REASON)


@blueprint.get("/shares")
@looking("shares")
def shares() -> str:
    return _page()


def _page(refusal: Refusal | None = None, of: UUID | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        lists = lists_of(session)
        today = lists.book.day_at(db.node_post(), db.now(session))
        rules = in_force(session)
        did = traffic.by(session, Wanted(today - dt.timedelta(days=TOLD_DAYS - 1), today), "post")
        waiting = settling.waiting(session, (proposing.SHARE,), by=actor)
        history = queries.history(session)
        of_lists = ceilings.waiting(session, lists.book, by=actor)
        posts = sorted({one.key for one in did} | {db.node_post()})
    return render_template(
        "analyst/shares.html",
        now=sorted(rules.shares.items()),
        problems=[problem for problem in rules.problems if problem.what == "share"],
        did={one.key: one for one in did},
        posts=[(one, *rules.share(one.key)) for one in did],
        history=history,
        waiting=[(proposal, approving.may_settle(proposal, by=actor)) for proposal in waiting],
        ceilings=[e for e in lists.book.entries(ceilings.LIST) if e.valid_to is None or e.valid_to >= today],
        of_lists=of_lists,
        waits=[(post, *unattended.waits_at(lists.book, post, today)) for post in posts],
        lists=lists,
        today=today,
        proposes=actor.grant(ANALYSING, db.node_post()) is not None,
        settles_lists=actor.grant(code_lists.RISK_APPROVING, db.node_post()) is not None,
        refusal=refusal,
        refused=of,
        reason=request.form.get("reason", "")[:2000] if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.shares")),
        days=TOLD_DAYS,
    )


@blueprint.post("/shares/<uuid:identifier>")
@looking("shares", *APPROVING)
def share_settled(identifier: UUID) -> Response | tuple[str, int]:
    """Another person approves or rejects a share."""
    try:
        settling.settle(identifier, proposing.SHARE)
    except _REFUSALS as refusal:
        return _page(refusal, identifier), refusal.status
    return redirect(url_for("analyst.shares"), 303)


@blueprint.get("/shares/new")
@looking("shares", *ANALYSING)
def share_new() -> str:
    return _form("share", Form(ShareSchema, {"post": request.args.get("post", ""), "lane": "yellow"}))


@blueprint.post("/shares/new")
@looking("shares", *ANALYSING)
def share_proposed() -> Response | tuple[str, int]:
    """Puts a share before another person."""
    form = Form.submitted(ShareSchema, request.form)

    def propose(session: Session, said: dict[str, Any]) -> None:
        command = SetShare(said["post"], Decimal(said["share"]), said["lane"], said["reason"])
        proposing.propose_share(session, command, by=current_actor())

    return _proposed("share", form, propose)


@blueprint.get("/shares/ceiling")
@looking("shares", *ANALYSING)
def share_ceiling() -> str:
    with db.reading() as session:
        tomorrow = lists_of(session).book.day_at(db.node_post(), db.now(session)) + dt.timedelta(days=1)
    given = {
        "post": request.args.get("post", ""),
        "lane": request.args.get("lane", ""),
        "valid_from": tomorrow.isoformat(),
    }
    return _form("ceiling", Form(CeilingSchema, given))


@blueprint.post("/shares/ceiling")
@looking("shares", *ANALYSING)
def share_ceiling_proposed() -> Response | tuple[str, int]:
    """Puts a ceiling before a supervisor."""
    form = Form.submitted(CeilingSchema, request.form)

    def propose(session: Session, said: dict[str, Any]) -> None:
        first = dt.date.fromisoformat(said["valid_from"])
        command = SetCeiling(said["post"], said["lane"], Decimal(said["share"]), first, said["source"], said["reason"])
        ceilings.propose(session, command, by=current_actor())

    return _proposed("ceiling", form, propose)


def _proposed(what: str, form: Form, propose: Any) -> Response | tuple[str, int]:
    if not form.validate():
        return _form(what, form), 422
    try:
        with db.transaction() as session:
            propose(session, form.data)
    except _REFUSALS as refusal:
        form.refuse(refusal)
        return _form(what, form), refusal.status
    settling.say(_("Proposed. It holds when another person approves it."))
    return redirect(url_for("analyst.shares"), 303)


def _form(what: str, form: Form) -> str:
    with db.reading() as session:
        lists = lists_of(session)
    return render_template(
        f"analyst/share_{what}.html",
        form=form,
        posts=_posts(lists, "*" if what == "share" else ceilings.ANY),
        confirm_url=url_for("security.verify", next=url_for("analyst.shares")),
    )


def _posts(lists: Lists, every: str) -> list[tuple[str, str]]:
    own = [p for p in lists.book.posts() if p.country == db.node_post()[:2] and p.holds(lists.on)]
    named = [(p.code, f"{p.code} – {p.name(lists.locale)}") for p in own]
    return [(every, translate(_("Every post that has none of its own"))), *named]

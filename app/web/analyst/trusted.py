"""Trusted traders: who they are, by which criteria, until when; proposed by one person, decided by another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Finding, Forbidden, Invalid, Refusal, WrongState
from app.core.fields import Day
from app.core.text import Text, _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving, trusting
from app.parties import queries as parties
from app.risk.commands import ProposeTrusted
from app.risk.models.trusted import LONGEST_YEARS
from app.risk.operations import trusting as verbs
from app.risk.operations.noting import ANALYSING, APPROVING
from app.risk.operations.trusting import TRUSTED
from app.risk.queries import trusted as queries
from app.risk.rules.trust import Criterion
from app.web import reasons
from app.web.analyst import settling
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.words import Word

PAGE = 50
STATES: dict[str, Word] = {
    "in_force": Word(_("Trusted"), "good"),
    "suspended": Word(_("Suspended"), "caution"),
    "ended": Word(_("Ended"), "quiet"),
}
#: Why the system ended or suspended by itself.
BY_ITSELF: dict[str, Text] = {
    "its last day is over": _("Its last day is over."),
    verbs.ALTERED: _("It was altered behind the application's back."),
    "replaced by a new approval": _("Replaced by a new approval."),
}
MEASURES: dict[str, Text] = {
    "known-days": _("{figure} days known, {limit} or more asked for"),
    "consignments": _("{figure} consignments in the last 12 months, {limit} or more asked for"),
    "findings": _("{figure} findings in the last 24 months, at most {limit} allowed"),
    "debts": _("{figure} open debts, at most {limit} allowed"),
}
_REFUSALS = (Invalid, WrongState, Forbidden)


@dataclass(frozen=True, slots=True)
class Shown:
    """A criterion as a page tells it. `met` is None of what nobody has shown yet."""

    code: str
    name: str
    computed: bool
    words: str
    met: bool | None = None


def state(code: str) -> Word:
    return STATES.get(code) or Word(Text("{code}", {"code": code}))


def because(reason: str) -> Text | str:
    """A reason as a sentence where the system gave it, else the person's own words."""
    found = "something was found on "
    if reason.startswith(found):
        return Text("Something was found on {day}.", {"day": reason.removeprefix(found)})
    return BY_ITSELF.get(reason, reason)


@blueprint.get("/trusted", endpoint="trusted")
@looking("trusted")
def trusted_list() -> str:
    """Trusted traders by firm."""
    actor, status = current_actor(), request.args.get("status", "")
    status = status if status in STATES else ""
    with db.reading() as session:
        found = queries.listed(session, by=actor, status=status, after=_after(), limit=PAGE + 1)
        waiting = settling.waiting(session, (TRUSTED,), by=actor)
        names = parties.names(session, {row.party for row in found} | {str(p.payload["party"]) for p in waiting})
        wrong = {row.id for row in queries.altered(session, found)}
        settles = {p.id for p in waiting if approving.may_settle(p, by=actor)}
        lists = lists_of(session)
    rows = found[:PAGE]
    kept: dict[str, Any] = {"status": status} if status else {}
    tabs = [(_("All"), url_for("analyst.trusted"), None, not status)]
    tabs += [(w.text, url_for("analyst.trusted", status=code), None, code == status) for code, w in STATES.items()]
    return render_template(
        "analyst/trusted.html",
        rows=rows,
        names=names,
        wrong=wrong,
        waiting=waiting,
        settles=settles,
        tabs=tabs,
        lists=lists,
        trusted_state=state,
        proposes=actor.grant(ANALYSING, db.node_post()) is not None,
        next=url_for("analyst.trusted", **kept, after=f"{rows[-1].party}/{rows[-1].id}") if len(found) > PAGE else None,
        first=url_for("analyst.trusted", **kept) if request.args.get("after") else None,
    )


def _after() -> tuple[str, UUID] | None:
    after = request.args.get("after", "")
    if not after:
        return None
    party, _slash, id = after.rpartition("/")
    try:
        if party and fault_in(party) is None:
            return party, UUID(id)
    except ValueError:
        pass
    raise Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])


@blueprint.get("/trusted/<uuid:identifier>")
@looking("trusted/{identifier}")
def trusted_trader(identifier: UUID) -> str:
    return _one(identifier)


def _one(identifier: UUID, refusal: Refusal | None = None, refused: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.find(session, identifier, by=actor)
        lists = lists_of(session)
        names = parties.names(session, {found.party})
        wrong = bool(queries.altered(session, [found]))
    may = actor.grant(APPROVING, db.node_post()) is not None
    return render_template(
        "analyst/trusted_one.html",
        trader=found,
        name=names.get(found.party, ""),
        criteria=_kept(found.criteria, lists),
        lists=lists,
        wrong=wrong,
        trusted_state=state,
        because=because,
        suspends=may and found.status == "in_force",
        ends=may and found.status != "ended",
        proposes=actor.grant(ANALYSING, db.node_post()) is not None,
        refusal=refusal,
        refused=refused,
        reason=request.form.get("reason", "")[:2000] if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.trusted_trader", identifier=identifier)),
    )


def _kept(criteria: Sequence[Mapping[str, Any]], lists: Lists) -> list[Shown]:
    """The criteria as they stood when they were weighed."""
    return [
        Shown(c["code"], lists.meaning("trusted_criterion", c["code"]) or c["code"], c["computed"], _words(c), True)
        for c in criteria
    ]


def _words(kept: Mapping[str, Any]) -> str:
    return _measured(kept["measure"], kept["figure"], kept["limit"]) if kept["computed"] else str(kept["evidence"])


def _measured(measure: str, figure: object, limit: object) -> str:
    return translate(Text(MEASURES[measure].msgid, {"figure": str(figure), "limit": str(limit)}))


@blueprint.post("/trusted/<uuid:identifier>/<any(suspend, end):deed>")
@looking("trusted/{identifier}", *APPROVING)
def trusted_deed(identifier: UUID, deed: str) -> Response | tuple[str, int]:
    """One person suspends or ends; only two give trust."""
    verb, said = {
        "suspend": (verbs.suspend, _("The trader is suspended.")),
        "end": (verbs.end, _("The trader is not trusted any more.")),
    }[deed]
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            verb(session, identifier, reason, by=current_actor())
    except _REFUSALS as refusal:
        return _one(identifier, refusal, deed), refusal.status
    settling.say(said)
    return redirect(url_for("analyst.trusted_trader", identifier=identifier), 303)


@blueprint.get("/trusted/new")
@looking("trusted/new", *ANALYSING)
def trusted_new() -> str:
    """Asks for the firm first; then shows what the system knows of it, and asks for the rest."""
    party = normal(request.args.get("party", "")[:40])
    return _asking(party if fault_in(party) is None else "", None)


@blueprint.post("/trusted/new")
@looking("trusted/new", *ANALYSING)
def trusted_proposed() -> Response | tuple[str, int]:
    """Puts the firm before another person."""
    with db.reading() as session:
        criteria = verbs.criteria(lists_of(session).book, db.now(session).date())
    form = Form.submitted(_schema(criteria), request.form)
    party = normal(str(form.value("party") or "")[:60])
    if not form.validate():
        return _asking(party, form), 422
    said = form.data
    valid_to = dt.date.fromisoformat(said["valid_to"]) if said.get("valid_to") else None
    evidence = {code: words for code, words in said.get("criteria", {}).items() if words}
    command = ProposeTrusted(party, evidence, valid_to, said.get("reason", ""), tuple(said.get("posts", ())))
    try:
        with db.transaction() as session:
            proposal = trusting.propose(session, command, by=current_actor())
    except _REFUSALS as refusal:
        form.refuse(refusal)
        return _asking(party, form), refusal.status
    settling.say(_("Proposed. The firm is trusted when another person approves it."))
    return redirect(url_for("analyst.trusted_proposal", identifier=proposal.id), 303)


def _schema(criteria: Sequence[Criterion]) -> type[ma.Schema]:
    """The form: a box for each criterion that somebody has to show; the others are found by the system."""
    hint = _("What shows it: the document, its number and day, who looked.")
    boxes: dict[str, ma.fields.Field[Any]] = {
        c.code: ma.fields.String(metadata={"label": Text("{code}", {"code": c.code}), "widget": "textarea", "rows": 2, "hint": hint})
        for c in criteria
        if not c.measure
    }  # fmt: skip
    return ma.Schema.from_dict(
        {
            "party": ma.fields.String(required=True, metadata={"label": _("Firm’s number"), "inputmode": "text"}),
            "criteria": ma.fields.Nested(ma.Schema.from_dict(boxes, name="EvidenceSchema"), metadata={"label": _("Criteria")}),
            "posts": ma.fields.List(
                ma.fields.String(),
                metadata={"label": _("Posts"), "widget": "checkboxes", "hint": _("None ticked: every post.")},
            ),
            "valid_to": Day(
                metadata={"label": _("Last day"), "widget": "date", "width": "medium",
                          "hint": Text(_("At most {years} years from now.").msgid, {"years": LONGEST_YEARS})},
            ),
            "reason": ma.fields.String(metadata={"label": _("Reason"), "widget": "textarea", "rows": 2}),
        },
        name="TrustedSchema",
    )  # fmt: skip


def _asking(party: str, form: Form | None) -> str:
    actor = current_actor()
    with db.reading() as session:
        lists = lists_of(session)
        criteria = verbs.criteria(lists.book, db.now(session).date())
        firm = parties.find(session, party) if party else None
        figures = trusting.figures(session, party, by=actor) if firm is not None else {}
    drawn = form or Form(_schema(criteria), {"party": party})
    return render_template(
        "analyst/trusted_new.html",
        form=drawn,
        party=party,
        firm=firm,
        measured=[_found(c, figures, lists) for c in criteria if c.measure and figures],
        shown=[(c.code, lists.meaning("trusted_criterion", c.code) or c.code) for c in criteria if not c.measure],
        posts=[
            (p.code, f"{p.code} – {p.name(lists.locale)}")
            for p in lists.book.posts()
            if p.country == db.node_post()[:2] and p.holds(lists.on)
        ],
        confirm_url=url_for("security.verify", next=url_for("analyst.trusted_new", party=party)),
    )


def _found(criterion: Criterion, figures: Mapping[str, int], lists: Lists) -> Shown:
    name = lists.meaning("trusted_criterion", criterion.code) or criterion.code
    words = _measured(criterion.measure, figures[criterion.measure], criterion.limit)
    return Shown(criterion.code, name, True, words, criterion.is_met(figures))


@blueprint.get("/trusted/proposals/<uuid:identifier>")
@looking("trusted/proposals/{identifier}")
def trusted_proposal(identifier: UUID) -> str:
    return _proposal(identifier)


@blueprint.post("/trusted/proposals/<uuid:identifier>")
@looking("trusted/proposals/{identifier}", *APPROVING)
def trusted_settled(identifier: UUID) -> Response | tuple[str, int]:
    """Another person approves or rejects."""
    try:
        settling.settle(identifier, TRUSTED)
    except _REFUSALS as refusal:
        return _proposal(identifier, refusal), refusal.status
    return redirect(url_for("analyst.trusted"), 303)


def _proposal(identifier: UUID, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        found = settling.visible(session, identifier, TRUSTED, by=actor)
        lists = lists_of(session)
        names = parties.names(session, {str(found.payload["party"])})
    return render_template(
        "analyst/trusted_proposal.html",
        proposal=found,
        name=names.get(str(found.payload["party"]), ""),
        criteria=_kept(found.payload["criteria"], lists),
        valid_to=dt.date.fromisoformat(found.payload["valid_to"]),
        lists=lists,
        may=_may(found),
        refusal=refusal,
        reason=request.form.get("reason", "")[:2000] if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.trusted_proposal", identifier=identifier)),
    )


def _may(proposal: Proposal) -> bool:
    return proposal.status == "waiting" and approving.may_settle(proposal, by=current_actor())

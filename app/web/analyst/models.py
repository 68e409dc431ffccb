"""Learned scores: how good each is beside an importer's history and chance, how it is switched on and off, and its months."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving
from app.risk.lifecycle import ScoreStatus
from app.risk.models import ScoreDrift, ScoreModel, ScoreMonth
from app.risk.operations import boosting, reviewing, scoring, switching
from app.risk.operations.noting import ANALYSING, APPROVING, SEEING
from app.risk.queries import scores as queries
from app.risk.rules.scores import CHOOSERS
from app.risk.rules.vocabulary import by_name, item_field
from app.web import reasons
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.words import Word

STATES: dict[str, Word] = {
    ScoreStatus.LEARNED: Word(_("Not switched on"), "working"),
    ScoreStatus.IN_FORCE: Word(_("In force"), "good"),
    ScoreStatus.ENDED: Word(_("Ended"), "quiet"),
}
ENDS: dict[str, Text] = {
    reviewing.ALTERED: _("It was altered behind the application's back."),
    reviewing.PAST: _("Its date is past."),
    reviewing.DRIFTED: _("What comes now is not what it learned from."),
    switching.REPLACED: _("Another score was switched on."),
}
WHO: dict[str, Text] = {"profiles": _("Profiles"), "score": _("Learned score"), "random": _("Chance")}


@dataclass(frozen=True, slots=True)
class Part:
    """A fact that a score goes by, or that has moved: its meaning for people, and a figure."""

    name: str
    text: Text
    figure: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """Finds among the inspected of a month, per cent; None where nothing was inspected."""

    chooser: Text
    inspected: int
    found: int
    per_cent: Decimal | None


@blueprint.get("/models")
@looking("models")
def models() -> str:
    """All learned scores, and what each month told of them beside profiles and chance."""
    with db.reading() as session:
        known = queries.models(session)
        current = next((m for m in known if m.status == ScoreStatus.IN_FORCE), None)
        months = [(month, _shares(rows)) for month, rows in queries.months(session).items()]
        idle = _why_idle(session, current)
    return render_template(
        "analyst/models.html", models=known, current=current, idle=idle, last=next((m for m in known if m.ended_at), None), months=months, available=boosting.available(),
        states=STATES, percent=percent, choosers=[WHO[c] for c in CHOOSERS], ending=ending,
    )  # fmt: skip


@blueprint.get("/models/<int:number>")
@looking("model/{number}")
def model(number: int) -> str:
    return _page(number)


@blueprint.post("/models/<int:number>/proposal")
@looking("model/{number}", *ANALYSING)
def propose_model(number: int) -> Response | tuple[str, int]:
    """Asks another person to switch it on."""
    return _done(number, _("A second person is asked to switch it on."), switching.propose)


@blueprint.post("/models/<int:number>/end")
@looking("model/{number}", *APPROVING)
def end_model(number: int) -> Response | tuple[str, int]:
    """Stops it at once."""
    return _done(number, _("The learned score is switched off."), switching.switch_off)


@blueprint.post("/models/<int:number>/approval")
@looking("model/{number}", *APPROVING)
def approve_model(number: int) -> Response | tuple[str, int]:
    """The second person switches it on."""
    return _done(number, _("The learned score is in force."), _approve)


@blueprint.post("/models/<int:number>/rejection")
@looking("model/{number}", *APPROVING)
def reject_model(number: int) -> Response | tuple[str, int]:
    return _done(number, _("The proposal is rejected."), _reject)


def _approve(session: Session, number: int, reason: str, *, by: Any) -> None:
    approving.approve(session, _must_wait(session, number).id, reason, by=by)


def _reject(session: Session, number: int, reason: str, *, by: Any) -> None:
    approving.reject(session, _must_wait(session, number).id, reason, by=by)


def _must_wait(session: Session, number: int) -> Proposal:
    found = queries.shown(session, number)
    waiting = _waiting(session, found) if found is not None else None
    if waiting is None:
        raise NotFound()
    return waiting


def _done(number: int, said: Text, act: Any) -> Response | tuple[str, int]:
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            act(session, number, reason, by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(number, refusal), refusal.status
    flash(translate(said), "success")
    return redirect(url_for("analyst.model", number=number), 303)


def _page(number: int, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.shown(session, number)
        if found is None:
            raise NotFound()
        waiting = _waiting(session, found)
        drift = [(day, _moved(day)) for day in queries.drift(session, number, 14)]
        idle = _why_idle(session, found) if found.status == ScoreStatus.IN_FORCE else None
        past = found.valid_to <= db.now(session)
    learned = found.status == ScoreStatus.LEARNED
    return render_template(
        "analyst/model.html", model=found, waiting=waiting, drift=drift, idle=idle, refusal=refusal, states=STATES,
        percent=percent, parts=_parts(found.metrics["facts"], "share"), ending=ending, past=past,
        proposes=learned and not past and waiting is None and bool(actor.roles().intersection(ANALYSING)),
        settles=waiting is not None and approving.may_settle(waiting, by=actor),
        ends=found.status != ScoreStatus.ENDED and bool(actor.roles().intersection(APPROVING)),
        confirm_url=url_for("security.verify", next=url_for("analyst.model", number=number)),
    )  # fmt: skip


def _waiting(session: Session, found: ScoreModel) -> Proposal | None:
    """What waits for a second person, if this person may see it."""
    waiting = queries.waiting(session, found)
    return waiting if waiting is not None and current_actor().grant(SEEING, waiting.post) else None


def _why_idle(session: Session, current: ScoreModel | None) -> Text | None:
    """Why the score in force is not asked all the same; None where it is, or where none is in force."""
    if current is None:
        return None
    if not boosting.available():
        return _(
            "LightGBM is not installed here, so it is not asked. Install {file}.", file="app/risk/requirements.txt"
        )
    if current.valid_to <= db.now(session):
        return ENDS[reviewing.PAST]
    return None if scoring.in_use(session) is not None else ENDS[reviewing.ALTERED]


def ending(why: str) -> Text | str:
    """Why it ended, as a sentence where the system ended it, else the person's own words."""
    return ENDS.get(why, why)


def percent(figure: str | Decimal) -> Decimal:
    """A share as per cent with one decimal."""
    return (Decimal(figure) * 100).quantize(Decimal("0.1"))


def _shares(rows: dict[str, ScoreMonth]) -> list[Share]:
    return [
        Share(WHO[c], row.inspected, row.found, percent(Decimal(row.found) / row.inspected) if row.inspected else None)
        for c in CHOOSERS
        if (row := rows.get(c)) is not None
    ]


def _parts(kept: list[dict[str, str]], figure: str) -> list[Part]:
    return [Part(line["fact"], _fact_text(line["fact"]), Decimal(line[figure])) for line in kept]


def _moved(day: ScoreDrift) -> list[Part]:
    return _parts(day.facts, "psi")[:3]


def _fact_text(name: str) -> Text:
    head, _dot, field = name.partition(".")
    fact = item_field(field) if head == "items" and field else by_name(name)
    return fact.text if fact is not None else Text(name)

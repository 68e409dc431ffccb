"""Profiles run over the past: how far a replay is, what came of it, and its load per post and day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import knowing
from app.risk.lifecycle import REPLAY, Run, RunAction
from app.risk.models import RiskReplay, RiskReplayDay
from app.risk.operations import replaying
from app.risk.operations.noting import ANALYSING
from app.risk.queries import profiles_named, replays
from app.web.analyst.pages import READING, blueprint
from app.web.analyst.profiles import may_write
from app.web.analyst.purpose import looking
from app.web.lists import lists_of
from app.web.typed import whole_number

#: Seconds after which a script asks again how far it is; the page without scripts has a link.
POLL = 3
MOST_SHOWN = 200


@blueprint.get("/replays", endpoint="profile_replays")
@looking("replays")
def replay_list() -> str:
    """The replays asked for last."""
    with db.reading() as session:
        found = replays.newest(session)
    return render_template(
        "analyst/replays.html", runs=found, makes=may_write(current_actor()), refusal=None, months="3"
    )


@blueprint.post("/replays")
@looking("replays", *ANALYSING)
def profile_replay_all() -> Response | tuple[str, int]:
    """Runs everything that is in force, proposed or in the shadow."""
    months = whole_number(request.form.get("months", ""))
    try:
        with db.transaction() as session:
            run = knowing.replay(session, [], months or 0, by=current_actor())
            target = url_for("analyst.profile_replay", identifier=run.id)
    except Invalid as refusal:
        with db.reading() as session:
            found = replays.newest(session)
        typed = request.form.get("months", "")[:4]
        return render_template(
            "analyst/replays.html", runs=found, makes=True, refusal=refusal, months=typed
        ), refusal.status
    flash(translate(_("The replay waits for its turn.")), "success")
    return redirect(target, 303)


@blueprint.get("/replays/<uuid:identifier>")
@looking("replay/{identifier}")
def profile_replay(identifier: UUID) -> str:
    """One replay with its results."""
    return _page(identifier)


@blueprint.get("/replays/<uuid:identifier>/progress")
@signed_in(*READING)
def profile_replay_progress(identifier: UUID) -> str:
    """How far it is, for the script that asks again and again. It says nothing of any consignment, so that asking every
    few seconds need not be journaled."""
    with db.reading() as session:
        run = replays.replay(session, identifier)
    return render_template("analyst/_progress.html", **_state(run))


@blueprint.post("/replays/<uuid:identifier>/<any(stop, resume):deed>")
@looking("replay/{identifier}", *ANALYSING)
def profile_replay_control(identifier: UUID, deed: str) -> Response | tuple[str, int]:
    """Stops it after its present batch, or takes it up again where it stood."""
    verb = replaying.stop if deed == "stop" else replaying.resume
    try:
        with db.transaction() as session:
            verb(session, identifier, by=current_actor())
    except (WrongState, Forbidden) as refusal:
        return _page(identifier, refusal), refusal.status
    return redirect(url_for("analyst.profile_replay", identifier=identifier), 303)


def _state(run: RiskReplay) -> dict[str, object]:
    """What the progress shows."""
    status = Run(run.status)
    return {
        "run": run,
        "open": status in (Run.WAITING, Run.RUNNING),
        "percent_done": min(100, round(100 * run.done / run.total)) if run.total else 0,
        "left": _left(run) if status is Run.RUNNING else None,
        "stops": REPLAY.allows(status, RunAction.STOP) and may_write(current_actor()),
        "resumes": REPLAY.allows(status, RunAction.RESUME) and may_write(current_actor()),
        "poll": POLL,
    }


def _left(run: RiskReplay) -> dt.timedelta | None:
    """How long it will still work, if it goes on as until now."""
    if not run.done or run.total <= run.done:
        return None
    seconds = run.spent * (Decimal(run.total - run.done) / run.done)
    return dt.timedelta(seconds=int(seconds))


def _load(session: Session, identifier: UUID, chosen: replays.Result | None) -> list[RiskReplayDay]:
    """By post and day, for who may see what the profile hits."""
    if chosen is None:
        return []
    row = profiles_named(session, [(chosen.code, chosen.version)]).get((chosen.code, chosen.version))
    if row is None or not knowing.may_see(session, row.expression, by=current_actor()):
        return []
    return replays.load(session, identifier, chosen.code, chosen.version)


def _page(identifier: UUID, refusal: Refusal | None = None) -> str:
    code = request.args.get("profile", "")[:40]
    version = whole_number(request.args.get("version", "")) or 0
    with db.reading() as session:
        run = replays.replay(session, identifier)
        results = knowing.results(session, run, by=current_actor())
        lone = results[0] if len(results) == 1 else None
        chosen = next((r for r in results if (r.code, r.version) == (code, version)), lone)
        load = _load(session, identifier, chosen)
        lists = lists_of(session)
    return render_template(
        "analyst/replay.html",
        results=sorted(results, key=lambda one: (-one.hits, one.code, one.version))[:MOST_SHOWN],
        chosen=chosen,
        load=load[:MOST_SHOWN],
        more=max(0, len(load) - MOST_SHOWN),
        lists=lists,
        refusal=refusal,
        **_state(run),
    )

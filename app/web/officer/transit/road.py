"""What is on the road: the time that remains, alarms, what does not match, and the corridor as a map."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.text import _
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows.movements import travelling
from app.registers.movements import matching, underway
from app.transit import queries
from app.transit.commands import SeeAlarm
from app.transit.operations import DECIDING
from app.web.lists import lists_of
from app.web.officer.transit import corridor
from app.web.officer.transit.pages import OFFICIAL, blueprint

PAGE = 50


@blueprint.get("/road")
@signed_in(*OFFICIAL)
def road() -> str:
    actor, after = current_actor(), request.args.get("after", "")
    only_late = request.args.get("late") == "true"
    with db.reading(search=True) as session:
        now, lists = db.now(session), lists_of(session)
        page = underway.page(session, by=actor, late_at=now if only_late else None, after=after, limit=PAGE)
        legs = underway.legs(session, now, by=actor)
        alarms = underway.alarms(session, by=actor)
        per_mille = travelling.tolerance(lists.book, db.node_post(), now)
        mismatches = matching.found(session, now, by=actor, per_mille=per_mille)
    drawn = corridor.drawn(legs, lists.book.posts(), db.node_post()[:2], lists.on, locale())
    return render_template(
        "officer/transit/road.html",
        page=page,
        legs=legs,
        alarms=alarms,
        mismatches=mismatches,
        map=drawn,
        lists=lists,
        now=now,
        after=after,
        only_late=only_late,
        sees=not actor.roles().isdisjoint(DECIDING),
    )


@blueprint.post("/<reference>/seen")
@signed_in(*DECIDING)
def see(reference: str) -> Response:
    """Marks an alarm as seen, from the list of all of them."""
    actor, asked = current_actor(), request.form
    kind, cause = asked.get("kind", "")[:12], asked.get("cause", "")[:60]
    with db.transaction() as session:
        movement = queries.find(session, reference, by=actor)
        mine = [row.office for row in queries.offices(session, movement) if actor.grant(DECIDING, row.office)]
        command = SeeAlarm(reference, mine[0] if mine else movement.post, kind, cause)
        travelling.see_alarm(session, command, by=actor)
    flash(translate(_("The alarm is marked as seen.")), "success")
    return redirect(url_for("transit_office.road"), 303)

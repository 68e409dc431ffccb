"""Trucks counted at the gate."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal
from app.core.text import _, ascii_digits
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.oversight.commands import CountTrucks
from app.oversight.lifecycle import Source
from app.oversight.operations import counting
from app.registers.oversight import gate as register
from app.web import reasons
from app.web.oversight.pages import blueprint, day, own_post, zone_of

COUNTING = counting.COUNTING[Source.GUARD]


@blueprint.get("/gate")
@signed_in(*register.READING)
def gate() -> str:
    """A fortnight of counts beside what left by the papers."""
    return _page()


def _page(refusal: Refusal | None = None) -> str:
    actor, post = current_actor(), request.args.get("post", "")[:5] or own_post()
    zone = zone_of(post)
    with db.reading() as session:
        today = db.now(session).astimezone(zone).date()
        days = register.days(session, post, today, str(zone), by=actor)
    return render_template(
        "oversight/gate.html",
        days=days,
        today=today,
        post_asked=post,
        counts=actor.grant(COUNTING, post) is not None,
        refusal=refusal,
        typed=request.form,
    )


@blueprint.post("/gate")
@signed_in(*COUNTING)
def counted() -> Response | tuple[str, int]:
    """What a guard counted on a day, one way."""
    post = own_post()
    zone, number = zone_of(post), ascii_digits(request.form.get("trucks", "").strip())
    trucks = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
    try:
        note, on = reasons.typed("note", counting.LONGEST_NOTE), day(ascii_digits(request.form.get("day", "").strip()))
        with db.transaction() as session:
            today = db.now(session).astimezone(zone).date()
            command = CountTrucks(post, on or dt.date.max, request.form.get("direction", ""), "guard", trucks, note)
            counting.count_trucks(session, command, today, by=current_actor())
    except (Invalid, Forbidden) as refusal:
        return _page(refusal), refusal.status
    flash(translate(_("The count is kept.")), "success")
    return redirect(url_for("oversight.gate"), 303)

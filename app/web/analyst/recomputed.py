"""The lanes of one consignment, computed again before one's eyes."""

from __future__ import annotations

from flask import render_template

from app.core import db
from app.core.text import Text, _
from app.edge.signin import current_actor
from app.registers.risk import recomputed as register
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking

WHAT: dict[str, Text] = {
    "hits": _("Profiles that hit"),
    "draw": _("Number drawn"),
    "lane": _("Lane"),
    "drawn": _("Stopped by chance"),
    "profiles": _("A profile that was asked is not there any more as it was approved"),
    "seed": _("The seed of that day is not there any more"),
}
STAGES: dict[str, Text] = {
    "lodged": _("Lodged"),
    "presented": _("The goods are there"),
    "amended": _("Amended"),
    "arrived": _("Arrived"),
}


@blueprint.get("/recomputed/<reference>")
@looking("recomputed/{reference}")
def recomputed(reference: str) -> str:
    """Every assessment of a declaration or movement: same lane, same hits, same draw, or what differs."""
    with db.reading() as session:
        lines = register.of_reference(session, reference, by=current_actor())
    return render_template(
        "analyst/recomputed.html",
        reference=reference,
        lines=lines,
        what=WHAT,
        stages=STAGES,
        is_movement=lines[0].assessment.movement_id,
    )

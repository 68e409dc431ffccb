"""That an official was shown why a consignment is in its lane is written down, once for each person and assessment."""

from __future__ import annotations

from app.core import db
from app.core.actors import Actor
from app.registers.reasons import Why
from app.risk.operations.looking import reasons_seen

#: What the journal says he looked for.
ON_FILE = "the file of the consignment"


def tell_reasons_seen(why: Why, *, by: Actor) -> None:
    """Writes it down where it was not before; a step of its own, as the page itself only reads."""
    if why.assessment is None or why.seen:
        return
    with db.transaction() as session:
        reasons_seen(session, why.assessment, ON_FILE, by=by)

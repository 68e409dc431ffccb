"""What may be decided about a declaration, with everything that stands against it today."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import WrongState
from app.declarations.models import Declaration
from app.flows import deciding
from app.registers import decision
from app.registers.decision import Offered


def offered(session: Session, declaration: Declaration, *, by: Actor) -> Offered:
    """Each decision, allowed or why not; see `registers.decision`."""
    missing = deciding.blocks(session, declaration)
    blocks = list(missing)
    if not blocks:
        try:
            deciding.may_be_freed(session, declaration)
        except WrongState as unseen:
            blocks = list(unseen.findings)
    return decision.offered(session, declaration, by=by, blocks=blocks, missing=bool(missing))

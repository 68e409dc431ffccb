"""What a trader can do with a lodged declaration now. Pure; the verbs decide again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Amendment, Declaration
from app.payments.rules import Standing

#: Nothing is added to these any more.
_CLOSED = (Status.REJECTED, Status.INVALIDATED, Status.RETURNED, Status.DESTROYED)


@dataclass(frozen=True, slots=True)
class Possible:
    """Which ways are open. `alone` says that a change needs nobody's consent: the truck is not there yet."""

    present: bool
    answer: bool
    pay: bool
    amend: bool
    invalidate: bool
    add_document: bool
    alone: bool


def possible(record: Declaration, standing: Standing, waiting: Iterable[Amendment]) -> Possible:
    """By the state, the money, and the requests that wait already: one of each kind at a time."""
    status = Status(record.status)
    asked = {request.kind for request in waiting}
    return Possible(
        present=LIFE.allows(status, Action.PRESENT),
        answer=LIFE.allows(status, Action.ANSWER),
        pay=standing.due > 0 and status not in _CLOSED and status is not Status.PRELODGED,
        amend=LIFE.allows(status, Action.AMEND) and "amend" not in asked,
        invalidate=LIFE.allows(status, Action.INVALIDATE) and "invalidate" not in asked,
        add_document=status not in _CLOSED,
        alone=status is Status.PRELODGED,
    )

"""Acts of inspection: of which look one is printed, and who has it when. Officials have it as soon as the inspection is
concluded; the firms of a declaration when it is decided what becomes of the goods; nobody else of goods in transit."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound, WrongState
from app.core.text import _, excerpt
from app.declarations import queries
from app.declarations.models import Declaration
from app.inspections.models import Inspection
from app.registers import papers as register


def is_told(kind: str, declaration: Declaration, *, by: Actor) -> bool:
    """Whether somebody who sees the declaration has papers of this kind of it."""
    return queries.sees_lane(by, declaration.post) or register.told_to_firms(kind, declaration)


def must_be_told(kind: str, declaration: Declaration, *, by: Actor) -> None:
    """Raises `Forbidden` in the same words whether anybody has looked at the goods or not."""
    if not is_told(kind, declaration, by=by):
        raise Forbidden(
            _("What an inspection finds is told to you once customs has decided what becomes of the goods.")
        )


def look_of(looks: Iterable[Inspection], of: str, state: str) -> Inspection:
    """The concluded look with the act of that number, of several (newest first) the newest.

    Raises `NotFound` for a number that none has, `WrongState` where none is concluded.
    """
    concluded = [look for look in looks if look.number]
    found = next((look for look in concluded if of in ("", look.number)), None)
    if found is not None:
        return found
    if of:
        raise NotFound(_("There is no paper of “{of}” here. Look at the list of papers.", of=excerpt(of)))
    raise WrongState(_("No inspection is concluded yet, so there is no act of one."), facts={"state": state})

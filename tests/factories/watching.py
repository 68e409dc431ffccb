"""Watch lists with something on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.watchlists import operations, queries
from app.watchlists.commands import AddEntry, MakeList
from app.watchlists.lifecycle import Kind
from app.watchlists.models import WatchEntry, WatchList
from tests.factories.actors import analyst

FIRDAVS = "Раҳимов Фирдавс"


def listed(session: Session, code: str = "WANTED", *, by: Actor | None = None, roles: tuple[str, ...] = (), **more: Any) -> WatchList:
    """An empty list of the analyst's, open to these roles."""
    names = {"en": "Wanted persons", "ru": "Розыск"}
    return operations.make(session, MakeList(code, names, "Order 7", "smuggling case", roles, **more), by=by or analyst())


def looked_for(
    session: Session, kind: Kind = Kind.PERSON, name: str = FIRDAVS, *, code: str = "WANTED", by: Actor | None = None, **more: Any
) -> WatchEntry:
    """An entry of the list; it counts at once."""
    words = {"source": "Order 7", "reason": "case 12", **more}
    made = operations.add(session, code, AddEntry(kind, name, **words), by=by or analyst())
    queries.forget()
    return made

"""A file of entries is taken over whole, or not at all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Invalid
from app.watchlists import queries
from app.watchlists.operations.entries import add_all
from app.watchlists.operations.lists import ANALYSING
from app.watchlists.rules import filed, wanted
from app.watchlists.rules.filed import ForAll


def take(session: Session, code: str, data: bytes, for_all: ForAll, *, by: Actor) -> int:
    """Adds every row of a CSV file or workbook to a list, and gives how many.

    Raises `Invalid` with the rows and what is wrong with them; then nothing is stored.
    """
    by.need_scope("write")
    by.need(ANALYSING, node_post())
    queries.list_by_code(session, code, by=by)
    today = now(session).date()
    faults = wanted.for_all_findings(for_all.source, for_all.reason, for_all.valid_to, today)
    if faults:
        raise Invalid(findings=faults)
    return add_all(session, code, filed.read(data, for_all, today), data, by=by)

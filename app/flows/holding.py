"""The locks of a deed on a declaration, where goods under suspense tie several declarations together.

Who acts on a declaration may move what an earlier one has in stock and what secures it. Two declarations may even take
of each other's stocks. So all their rows are locked together, in the order of their keys, before anything else is.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations import queries, schemas
from app.declarations.models import Amendment, Declaration
from app.suspense import queries as stocks
from app.suspense.commands import discharges


def locked(session: Session, reference: str, *, by: Actor, request: UUID | None = None) -> Declaration:
    """A declaration by its reference or MRN with its row locked, or `NotFound`; with it the earlier ones whose goods it
    has taken out of suspense, or would take if this request to amend it were accepted."""
    seen = queries.find(session, reference, by=by)
    earlier = stocks.taken_by(session, seen.post, seen.id)
    wanted = _wanted(session, seen.post, request) if request else frozenset()
    if earlier or wanted:
        queries.lock_together(session, [(seen.post, seen.id), *earlier], wanted)
    return queries.locked(session, reference, by=by)


def lock_earlier(session: Session, declarations: Iterable[Declaration]) -> None:
    """The earlier declarations of several that nobody takes anything from, which are locked already."""
    queries.lock_by_key(session, {key for d in declarations for key in stocks.taken_by(session, d.post, d.id)})


def _wanted(session: Session, post: str, request: UUID) -> frozenset[str]:
    """The MRNs whose goods a request would take. Its words never change, so they may be read before any lock."""
    asked = select(Amendment.body).where(Amendment.post == post, Amendment.id == request)
    body = session.execute(asked).scalar_one_or_none()
    if body is None or not any(item.get("previous_documents") for item in body["items"]):
        return frozenset()
    return frozenset(d.mrn for d in discharges(schemas.read(body).items))

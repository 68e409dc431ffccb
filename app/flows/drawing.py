"""Who looks: one officer for each agency, drawn by a sealed number among those on duty, qualified and without an interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.errors import WrongState
from app.duty import operations as duty
from app.duty import queries as known
from app.duty.rules import chance
from app.inspections.lifecycle import How
from app.inspections.operations import Chosen
from app.inspections.rules import steps as ways
from app.risk import operations as risk


def chosen(
    session: Session,
    post: str,
    inspection: UUID,
    steps: Iterable[ways.Step],
    at: dt.datetime,
    *,
    firms: Collection[str],
    excluding: Collection[UUID],
    by: Actor,
    drawn_before: int = 0,
) -> list[Chosen]:
    """Draws for each agency of an order. `firms` are those concerned, by number and name; `excluding` who lodged it, and who
    else may not look. Nobody to be drawn is kept, too, with why.

    To be called before the transaction locks the post's own row, or after `risk.prepare` was: the seed of the day is read.
    """
    wanted: dict[str, list[str]] = {}
    for agency, type in steps:
        wanted.setdefault(agency, []).append(type)
    if not wanted:
        return []
    ready = risk.prepare(session, post, by=SYSTEM)
    found = []
    for nth, (agency, types) in enumerate(wanted.items(), start=drawn_before):
        type = ways.needing_most(types)
        number = chance.number_of(ready.seed, inspection, nth)
        try:
            drawn = duty.draw(
                session,
                post,
                at,
                type=type,
                agency=agency,
                excluding=excluding,
                conflicted=firms,
                by=by,
                number=number,
                subject=inspection,
            )
        except WrongState as refusal:
            found.append(Chosen(agency, type, How.NOBODY.value, reason=str(refusal.message)))
            continue
        found.append(
            Chosen(
                agency,
                type,
                How.DRAWN.value,
                drawn.person,
                drawn.name,
                drawn.pool,
                drawn.number,
                ready.day if drawn.sealed else None,
                drawn.widened,
            )
        )
    return found


def interested(session: Session, people: Collection[UUID], firms: Collection[str]) -> frozenset[UUID]:
    """Those of the people who have declared an interest in one of the firms."""
    return known.conflicted(session, people, firms)


#: Whose goods, journey or word it is.
_ROLES = ("declarant", "consignor", "consignee", "representative", "holder", "carrier", "financial", "responsible")


def firms(header: Mapping[str, Any], party: str) -> frozenset[str]:
    """Numbers and names of all that a header names, and the firm whose it is."""
    return frozenset(filter(None, (party, *_named(header))))


def _named(header: Mapping[str, Any]) -> Iterator[str]:
    for role in _ROLES:
        who = header.get(role)
        if isinstance(who, Mapping):
            yield from (str(who.get(name) or "") for name in ("id", "name"))
        elif isinstance(who, str):
            yield who
    for house in header.get("house_consignments") or ():
        yield from _named(house)

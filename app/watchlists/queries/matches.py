"""The questions that looking raised, and their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import NotFound
from app.watchlists.lifecycle import Status
from app.watchlists.models import WatchEntry, WatchList, WatchMatch
from app.watchlists.queries.lists import visible

_OF_LIST = (WatchList.post == WatchMatch.entry_post) & (WatchList.id == WatchMatch.list_id)
_OF_ENTRY = (WatchEntry.post == WatchMatch.entry_post) & (WatchEntry.id == WatchMatch.entry_id)


def matches(
    session: Session,
    *,
    by: Actor,
    status: str = "",
    code: str = "",
    after: tuple[dt.datetime, UUID] | None = None,
    limit: int = 50,
) -> list[tuple[WatchMatch, WatchEntry, WatchList]]:
    """Matches of the lists that somebody may see: open ones the oldest first, else the newest first."""
    waiting = status == Status.OPEN
    query = select(WatchMatch, WatchEntry, WatchList).join(WatchEntry, _OF_ENTRY).join(WatchList, _OF_LIST)
    query = query.where(visible(by))
    if status:
        query = query.where(WatchMatch.status == status)
    if code:
        query = query.where(WatchList.code == code)
    key = tuple_(WatchMatch.raised_at, WatchMatch.id)
    if after is not None:
        query = query.where(key > tuple_(*after) if waiting else key < tuple_(*after))
    order = (WatchMatch.raised_at, WatchMatch.id) if waiting else (WatchMatch.raised_at.desc(), WatchMatch.id.desc())
    return [(m, e, w) for m, e, w in session.execute(query.order_by(*order).limit(limit))]


def match(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> tuple[WatchMatch, WatchEntry, WatchList]:
    """One match; `NotFound` for those who are not let in to its list."""
    query = (
        select(WatchMatch, WatchEntry, WatchList)
        .join(WatchEntry, _OF_ENTRY)
        .join(WatchList, _OF_LIST)
        .where(WatchMatch.id == id, visible(by))
    )
    row = session.execute(query.with_for_update(of=WatchMatch) if lock else query).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


def of_entry(session: Session, entry: WatchEntry, limit: int = 50) -> list[WatchMatch]:
    """What an entry asked about, the newest first; for those who were given the entry."""
    rows = select(WatchMatch).where(WatchMatch.entry_post == entry.post, WatchMatch.entry_id == entry.id)
    return list(
        session.execute(rows.order_by(WatchMatch.raised_at.desc(), WatchMatch.id.desc()).limit(limit)).scalars()
    )


def earlier(session: Session, match: WatchMatch, limit: int = 20) -> list[WatchMatch]:
    """The same question about other consignments, answered or not; for those who were given the match."""
    rows = select(WatchMatch).where(
        WatchMatch.entry_id == match.entry_id, WatchMatch.seen_value == match.seen_value, WatchMatch.id != match.id
    )
    return list(session.execute(rows.order_by(WatchMatch.raised_at.desc()).limit(limit)).scalars())


def of_subject(session: Session, subject_id: UUID) -> list[WatchMatch]:
    """Every match of a consignment, whoever asks: for the node itself, which makes facts of it."""
    return list(session.execute(select(WatchMatch).where(WatchMatch.subject_id == subject_id)).scalars())


def remembered(
    session: Session, pairs: Collection[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], Mapping[str, WatchMatch]]:
    """The newest answers about the same entry and the same words seen, by what told the one seen from others of the name."""
    if not pairs:
        return {}
    wanted = sorted(set(pairs))
    same = (WatchMatch.entry_id, WatchMatch.seen_value, WatchMatch.mark)
    answered = (tuple_(*same[:2]).in_(wanted), WatchMatch.status != Status.OPEN.value)
    # Of the same moment, what a person said counts before what was taken over.
    newest = (*same, WatchMatch.decided_at.desc(), WatchMatch.remembered.is_not(None), WatchMatch.id.desc())
    # Words that come every day were answered thousands of times: only the newest of them leaves the database.
    rows = select(WatchMatch).ext(distinct_on(*same)).where(*answered).order_by(*newest)
    found: dict[tuple[UUID, str], dict[str, WatchMatch]] = {}
    for one in session.execute(rows).scalars():
        found.setdefault((one.entry_id, one.seen_value), {})[one.mark] = one
    return found


#: A literal, or the partial index of what is open would not be seen to fit once a statement is prepared.
_IS_OPEN = WatchMatch.status == literal(Status.OPEN.value, literal_execute=True)


def open_counts(session: Session, *, by: Actor) -> dict[str, int]:
    """How many questions wait, by the code of the list, of those lists that somebody may see."""
    rows = session.execute(
        select(WatchList.code, func.count())
        .select_from(WatchMatch)
        .join(WatchList, _OF_LIST)
        .where(_IS_OPEN, visible(by))
        .group_by(WatchList.code)
    )
    return {row[0]: row[1] for row in rows}


def asking(session: Session, subject_id: UUID) -> dict[str, int]:
    """What an officer of a consignment may know: how many questions of it wait for an analyst, and how many were
    answered with yes. Neither list nor entry."""
    rows = session.execute(
        select(WatchMatch.status, func.count()).where(WatchMatch.subject_id == subject_id).group_by(WatchMatch.status)
    )
    found = {row[0]: row[1] for row in rows}
    return {"open": found.get(Status.OPEN.value, 0), "confirmed": found.get(Status.CONFIRMED.value, 0)}


def instructions(session: Session, subject_id: UUID) -> list[str]:
    """What the lists say is to be done, on which an analyst has confirmed that something of a consignment stands. For its
    officers, who learn neither list nor entry."""
    rows = (
        select(WatchList.instruction)
        .join(WatchMatch, _OF_LIST)
        .where(WatchMatch.subject_id == subject_id, WatchMatch.status == Status.CONFIRMED.value)
        .where(WatchList.instruction != "")
    )
    return sorted(set(session.execute(rows).scalars()))

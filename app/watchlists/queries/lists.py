"""Lists, their readers and their entries."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, exists, false, func, not_, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import NotFound
from app.watchlists.models import WatchEntry, WatchList, WatchReader

#: Who may be let in to a list at all.
LISTING = ("analyst", "auditor", "supervisor")


def visible(by: Actor) -> ColumnElement[bool]:
    """The condition on `watch_list` of what somebody may see."""
    roles = sorted(by.roles() & set(LISTING))
    if by.is_node or not roles:
        return WatchList.id.is_not(None) if by.is_node else false()
    inside = exists().where(
        WatchReader.post == WatchList.post,
        WatchReader.list_id == WatchList.id,
        WatchReader.person == by.person,
        WatchReader.left_at.is_(None),
    )
    return or_(WatchList.roles.overlap(array(roles)), inside)


def lists(session: Session, *, by: Actor) -> list[tuple[WatchList, int]]:
    """The lists that somebody may see, with the number of entries that are not removed."""
    counted = (
        select(func.count())
        .where(WatchEntry.post == WatchList.post, WatchEntry.list_id == WatchList.id, WatchEntry.removed_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(select(WatchList, counted).where(visible(by)).order_by(WatchList.code))
    return [(row[0], row[1]) for row in rows]


def kept_from(session: Session, *, by: Actor) -> bool:
    """Whether there is a list in force that somebody has not been let in to."""
    in_force = or_(WatchList.valid_to.is_(None), WatchList.valid_to >= cast(func.guzar_now(), Date))
    return bool(session.execute(select(exists().where(in_force, not_(visible(by))))).scalar_one())


def list_by_code(session: Session, code: str, *, by: Actor, lock: bool = False) -> WatchList:
    """A list by its code; `NotFound` for those who are not let in."""
    query = select(WatchList).where(WatchList.code == code, visible(by))
    found = session.execute(query.with_for_update(of=WatchList) if lock else query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_by_id(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> WatchList:
    """A list by its key; `NotFound` for those who are not let in."""
    query = select(WatchList).where(WatchList.id == id, visible(by))
    found = session.execute(query.with_for_update(of=WatchList) if lock else query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def readers(session: Session, found: WatchList) -> list[WatchReader]:
    """The persons who are let in now."""
    rows = select(WatchReader).where(
        WatchReader.post == found.post, WatchReader.list_id == found.id, WatchReader.left_at.is_(None)
    )
    return list(session.execute(rows.order_by(WatchReader.login)).scalars())


def entry(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> tuple[WatchEntry, WatchList]:
    """An entry with its list; `NotFound` for those who are not let in to the list."""
    query = (
        select(WatchEntry, WatchList)
        .join(WatchList, (WatchList.post == WatchEntry.post) & (WatchList.id == WatchEntry.list_id))
        .where(WatchEntry.id == id, visible(by))
    )
    row = session.execute(query.with_for_update(of=WatchEntry) if lock else query).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def entries(
    session: Session,
    found: WatchList,
    *,
    after: UUID | None = None,
    kind: str = "",
    gone: bool = False,
    limit: int = 50,
) -> list[WatchEntry]:
    """Entries of a list that somebody has been let in to, the newest first; with `gone` those that were removed."""
    rows = select(WatchEntry).where(
        WatchEntry.post == found.post,
        WatchEntry.list_id == found.id,
        WatchEntry.removed_at.is_not(None) if gone else WatchEntry.removed_at.is_(None),
    )
    if kind:
        rows = rows.where(WatchEntry.kind == kind)
    if after is not None:
        rows = rows.where(WatchEntry.id < after)
    return list(session.execute(rows.order_by(WatchEntry.id.desc()).limit(limit)).scalars())

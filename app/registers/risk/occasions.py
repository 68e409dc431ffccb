"""What a post's journal tells of those who take part in consignments: when they came, and when something was found.

Read in the order of the entries' numbers; who and what is taken from what was declared at the moment of the entry, so that
reading it all again from the beginning gives the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from app.inspections.lifecycle import Conclusion
from app.inspections.models import Inspection
from app.risk.rules import subjects
from app.risk.rules.subjects import Occasion, Subjects

DECLARATION, MOVEMENT = "declaration", "movement"
#: By these a consignment has come. What is lodged before arrival counts when it is presented.
_CAME = {
    "declaration.lodged": DECLARATION,
    "declaration.presented": DECLARATION,
    "transit.lodged": MOVEMENT,
    "transit.presented": MOVEMENT,
}
#: By these others than at first take part in it.
_CHANGED = {"declaration.amended": DECLARATION, "transit.amended": MOVEMENT}
#: By these something is found: the kind of consignment, and the word and value of the entry that say so, if not the entry
#: itself does.
_FOUND = {
    "declaration.seized": (DECLARATION, "", ""),
    "declaration.audited": (DECLARATION, "audit_outcome", "differences"),
    "transit.control-concluded": (MOVEMENT, "result", "not-conform"),
    "transit.discrepancy-found": (MOVEMENT, "", ""),
    "transit.recovery-started": (MOVEMENT, "", ""),
}
_INSPECTED = "inspection.concluded"
_EVENTS = (*_CAME, *_CHANGED, *_FOUND, _INSPECTED)
_EARLY = "prelodged"

_READ = text(
    """
    WITH told AS MATERIALIZED (
        SELECT number, at, event, subject, after FROM journal_entry
        WHERE post = :post AND number > :after ORDER BY number LIMIT :most
    )
    SELECT upto, number, at, event, subject, after ->> 'status' AS status, after ->> 'content' AS content,
        after ->> 'conclusion' AS conclusion, after ->> 'audit_outcome' AS audit_outcome, after ->> 'result' AS result
    FROM (SELECT max(number) AS upto FROM told) all_of_them LEFT JOIN told ON event = ANY(:events) ORDER BY number
    """
)
_DECLARED = text(
    """
    SELECT c.declaration_id AS id, c.content, c.made_at, jsonb_build_object('declarant', header -> 'declarant',
        'consignor', header -> 'consignor', 'consignee', header -> 'consignee', 'transport', header -> 'transport') AS header,
        ARRAY (
            SELECT DISTINCT left(i.commodity, 2) FROM declaration_item i
            WHERE i.post = c.post AND i.declaration_id = c.declaration_id AND i.content = c.content
        ) AS chapters
    FROM declaration_content c WHERE c.post = :post AND c.declaration_id = ANY(:ids) ORDER BY c.declaration_id, c.content
    """
)
_MOVED = text(
    """
    SELECT c.movement_id AS id, c.content, c.made_at, jsonb_build_object('holder', header -> 'holder',
        'house_consignments', header -> 'house_consignments', 'equipment', header -> 'equipment',
        'transport', header -> 'transport') AS header,
        ARRAY (
            SELECT DISTINCT left(i.commodity, 2) FROM transit_item i
            WHERE i.post = c.post AND i.movement_id = c.movement_id AND i.content = c.content
        ) AS chapters
    FROM transit_content c WHERE c.post = :post AND c.movement_id = ANY(:ids) ORDER BY c.movement_id, c.content
    """
)


@dataclass(frozen=True, slots=True)
class _Content:
    number: int
    made_at: dt.datetime
    subjects: Subjects
    chapters: frozenset[str]


_Contents = Mapping[tuple[str, UUID], list[_Content]]


@dataclass(slots=True)
class _Told:
    """An entry, and the consignment it tells of."""

    entry: Row[Any]
    kind: str
    id: UUID
    found: bool = field(default=False)


def after(session: Session, post: str, number: int, *, most: int) -> tuple[int, list[Occasion]]:
    """What the next so many entries after a number tell, and the number of the last of them; that number itself where
    there are none. At most four statements."""
    rows = session.execute(_READ, {"post": post, "after": number, "most": most, "events": list(_EVENTS)}).all()
    told = [*_told(rows), *_inspected(session, post, rows)]
    told.sort(key=lambda each: each.entry.number)
    contents = {
        (kind, id): versions
        for kind, statement, named in (
            (DECLARATION, _DECLARED, subjects.of_declaration),
            (MOVEMENT, _MOVED, subjects.of_movement),
        )
        for id, versions in _contents(session, statement, named, post, {t.id for t in told if t.kind == kind}).items()
    }
    upto = rows[0].upto
    return (number if upto is None else upto), [occasion for each in told for occasion in _occasion(each, contents)]


def _told(rows: Iterable[Row[Any]]) -> Iterator[_Told]:
    for row in rows:
        kind = _CAME.get(row.event) or _CHANGED.get(row.event)
        if kind and row.status != _EARLY:
            yield _Told(row, kind, UUID(row.subject))
        elif row.event in _FOUND:
            kind, word, value = _FOUND[row.event]
            if not word or getattr(row, word) == value:
                yield _Told(row, kind, UUID(row.subject), found=True)


def _inspected(session: Session, post: str, rows: Iterable[Row[Any]]) -> list[_Told]:
    """Inspections that ended otherwise than declared."""
    ended = {UUID(r.subject): r for r in rows if r.event == _INSPECTED and r.conclusion != Conclusion.CONFORM.value}
    if not ended:
        return []
    asked = select(Inspection.id, Inspection.declaration_id).where(
        Inspection.post == post, Inspection.id.in_(sorted(ended)), Inspection.declaration_id.is_not(None)
    )  # a movement's are told by its controls
    return [_Told(ended[id], DECLARATION, of, found=True) for id, of in session.execute(asked) if of is not None]


def _contents(session: Session, statement: Any, named: Any, post: str, ids: set[UUID]) -> dict[UUID, list[_Content]]:
    found: dict[UUID, list[_Content]] = {}
    if ids:
        for row in session.execute(statement, {"post": post, "ids": sorted(ids)}):
            kept = _Content(row.content, row.made_at, named(row.header), frozenset(row.chapters))
            found.setdefault(row.id, []).append(kept)
    return found


def _occasion(told: _Told, contents: _Contents) -> Iterator[Occasion]:
    """The entry as an occasion; nothing where what was declared is not there, as of a draft."""
    entry, versions = told.entry, contents.get((told.kind, told.id), [])
    if not versions:
        return
    now = _at(versions, entry)
    who = now.subjects
    if entry.event in _CHANGED:
        before = [each for each in versions if each.number < now.number]
        who = _without(who, before[-1].subjects) if before else who
    yield Occasion(
        number=entry.number,
        at=entry.at,
        event=entry.event,
        kind=told.kind,
        id=told.id,
        subjects=who,
        found=told.found,
        chapters=frozenset() if told.found else now.chapters,
    )


def _at(versions: list[_Content], entry: Row[Any]) -> _Content:
    """What was declared when the entry was written: the content it names, else the last one made by then."""
    if entry.content is not None:
        return next((each for each in versions if each.number == int(entry.content)), versions[-1])
    return [each for each in versions if each.made_at <= entry.at or each is versions[0]][-1]


def _without(who: Subjects, others: Subjects) -> Subjects:
    fresh = {role: [key for key in keys if key not in others.get(role, ())] for role, keys in who.items()}
    return {role: keys for role, keys in fresh.items() if keys}

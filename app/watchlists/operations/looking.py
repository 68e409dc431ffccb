"""A consignment is held against the lists; each name or number that is near to an entry becomes a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.ids import uuid7
from app.core.rows import insert_rows
from app.watchlists import queries
from app.watchlists.commands import Looked, Seen, Subject
from app.watchlists.lifecycle import ANOTHER, Status
from app.watchlists.models import WatchMatch
from app.watchlists.queries.found import Near
from app.watchlists.rules import things
from app.watchlists.rules.names import THRESHOLD

NOTHING = Looked()


def look(
    session: Session,
    subject: Subject,
    seen: Iterable[Seen],
    at: dt.datetime,
    *,
    by: Actor,
    threshold: float = THRESHOLD,
) -> Looked:
    """Holds what a consignment shows against every list in force.

    What was asked about this consignment before is not asked again. What a person has dismissed before – the same entry,
    the same words – is kept as dismissed, with the match it is remembered from. Costs one statement where anything is
    looked for, three more where something is near, none where no list is in force. `by` is the node.
    """
    if not queries.any_in_force(session, at.date()):
        return NOTHING
    found = queries.near(session, seen, at.date(), threshold)
    asked = {(m.entry_id, m.seen_value): m for m in queries.of_subject(session, subject.id)} if found else {}
    nearest = {(near.entry.id, _value(near)): near for near in reversed(found)}  # the best of each comes last
    new = {key: near for key, near in nearest.items() if key not in asked}
    answers = queries.remembered(session, [*new, *asked]) if found else {}
    rows = [_row(subject, near, value, answers.get((entry, value)), at) for (entry, value), near in new.items()]
    if rows:
        insert_rows(session, {WatchMatch: rows})
        _note(session, subject, rows, by=by)
    return _told(found, {**{key: m.status for key, m in asked.items()}, **_statuses(rows)}, answers, rows)


def _value(near: Near) -> str:
    return things.value_of(near.kind, near.seen.text)


def _row(subject: Subject, near: Near, value: str, before: WatchMatch | None, at: dt.datetime) -> dict[str, Any]:
    dismissed = before is not None and before.status in ANOTHER
    return {
        "post": subject.post,
        "id": uuid7(),
        "subject_kind": subject.kind.value,
        "subject_id": subject.id,
        "entry_post": near.entry.post,
        "entry_id": near.entry.id,
        "list_id": near.entry.list_id,
        "kind": near.kind.value,
        "role": near.seen.role,
        "seen": near.seen.text,
        "seen_value": value,
        "score": Decimal(f"{near.score:.3f}"),
        "status": Status.DISMISSED.value if dismissed else Status.OPEN.value,
        "raised_at": at,
        "decided_by": before.decided_by if before is not None and dismissed else None,
        "decided_name": before.decided_name if before is not None and dismissed else None,
        "decided_at": at if dismissed else None,
        "reason": before.reason if before is not None and dismissed else None,
        "remembered": before.id if before is not None else None,
    }


def _statuses(rows: list[dict[str, Any]]) -> dict[tuple[UUID, str], str]:
    return {(row["entry_id"], row["seen_value"]): row["status"] for row in rows}


def _told(
    found: list[Near],
    statuses: dict[tuple[UUID, str], str],
    answers: Any,
    rows: list[dict[str, Any]],
) -> Looked:
    """What holds of this consignment as it is now; earlier matches with words that stand there no more count no more."""
    lists, confirmed = set(), set()
    for near in found:
        key = (near.entry.id, _value(near))
        status = statuses.get(key, Status.OPEN.value)
        if status not in ANOTHER:
            lists.add(near.entry.code)
        before = answers.get(key)
        if status == Status.CONFIRMED or (before is not None and before.status == Status.CONFIRMED):
            confirmed.add(near.entry.id)
    return Looked(tuple(sorted(lists)), len(confirmed), tuple(row["id"] for row in rows))


def _note(session: Session, subject: Subject, rows: list[dict[str, Any]], *, by: Actor) -> None:
    """The journal says that questions were raised; neither what was seen nor what it is near to."""
    for row in rows:
        journal.record(
            session, by=by, event="watchlist.matched", kind="watch_match", subject=row["id"], post=subject.post,
            after={
                "subject": str(subject.id), "entry": str(row["entry_id"]), "score": format(row["score"], "f"),
                "status": row["status"],
            },
        )  # fmt: skip

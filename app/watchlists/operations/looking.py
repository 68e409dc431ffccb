"""A consignment is held against the lists; each name or number that is near to an entry becomes a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
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
from app.watchlists.lifecycle import ANOTHER, NAMED, Status
from app.watchlists.models import WatchMatch
from app.watchlists.queries.found import Near
from app.watchlists.rules import things
from app.watchlists.rules.names import THRESHOLD

NOTHING = Looked()
#: An entry, the words that were seen, and what tells who was seen from others of the name.
Key = tuple[UUID, str, str]


def look(
    session: Session,
    subject: Subject,
    seen: Iterable[Seen],
    at: dt.datetime,
    *,
    day: dt.date,
    by: Actor,
    threshold: float = THRESHOLD,
) -> Looked:
    """Holds what a consignment shows against every list in force on the `day` that the post has at that moment.

    What was asked about this consignment before is not asked again. An answer is remembered for the same entry, the same
    words and the same mark: what told the one seen from others of the name (`Seen.mark`: the number of his paper, else the
    firm he came with). With the same mark it is taken over, yes as yes and no as no, with the match it is remembered from;
    another mark is another question, as a namesake's no says nothing of the one who is looked for. A yes to the same words
    counts as confirmed all the same until that question is answered: a new paper frees nobody. Costs one statement where anything is
    looked for, three more where something is near, none where no list is in force. `by` is the node.
    """
    if not queries.any_in_force(session, day):
        return NOTHING
    found, more = queries.near(session, seen, day, threshold)
    asked = {(m.entry_id, m.seen_value, m.mark): m for m in queries.of_subject(session, subject.id)} if found else {}
    nearest = {_key(near): near for near in reversed(found)}  # the best of each comes last
    new = {key: near for key, near in nearest.items() if key not in asked}
    answers = queries.remembered(session, [key[:2] for key in (*new, *asked)]) if found else {}
    rows = [_row(subject, near, key, answers.get(key[:2], {}).get(key[2]), at) for key, near in new.items()]
    if rows:
        insert_rows(session, {WatchMatch: rows})
        _note(session, subject, rows, by=by)
    told = _told(found, {**{key: m.status for key, m in asked.items()}, **_statuses(rows)}, answers, rows)
    return replace(told, more=more)


def _key(near: Near) -> Key:
    mark = near.seen.mark if near.kind in NAMED else ""
    return near.entry.id, things.value_of(near.kind, near.seen.text), mark


def _row(subject: Subject, near: Near, key: Key, before: WatchMatch | None, at: dt.datetime) -> dict[str, Any]:
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
        "seen_value": key[1],
        "mark": key[2],
        "score": Decimal(f"{near.score:.3f}"),
        "raised_at": at,
        **_answer(before, at),
    }


def _answer(before: WatchMatch | None, at: dt.datetime) -> dict[str, Any]:
    if before is None:
        unanswered = dict.fromkeys(("decided_by", "decided_name", "decided_at", "reason", "remembered"))
        return {"status": Status.OPEN.value, **unanswered}
    return {
        "status": (Status.DISMISSED if before.status in ANOTHER else Status.CONFIRMED).value,
        "decided_by": before.decided_by,
        "decided_name": before.decided_name,
        "decided_at": at,
        "reason": before.reason,
        "remembered": before.id,
    }


def _statuses(rows: list[dict[str, Any]]) -> dict[Key, str]:
    return {(row["entry_id"], row["seen_value"], row["mark"]): row["status"] for row in rows}


def _told(
    found: list[Near],
    statuses: dict[Key, str],
    answers: Mapping[tuple[UUID, str], Mapping[str, WatchMatch]],
    rows: list[dict[str, Any]],
) -> Looked:
    """What holds of this consignment as it is now; earlier matches with words that stand there no more count no more."""
    lists, confirmed = set(), set()
    for near in found:
        key = _key(near)
        status = statuses.get(key, Status.OPEN.value)
        if status not in ANOTHER:
            lists.add(near.entry.code)
        before = answers.get(key[:2], {}).values()
        unanswered = status == Status.OPEN and any(one.status == Status.CONFIRMED for one in before)
        if status == Status.CONFIRMED or unanswered:
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

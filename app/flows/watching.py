"""Consignments are held against watch lists, and what that comes to is among their facts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.text import Text, _
from app.declarations.commands import Declared
from app.flows import parameters
from app.reference.codebook import Codebook
from app.registers import watched
from app.transit.declared import Declared as Moved
from app.watchlists import operations as watchlists
from app.watchlists import queries
from app.watchlists.commands import Looked, Seen, Subject
from app.watchlists.lifecycle import SubjectKind
from app.watchlists.rules.names import THRESHOLD

#: How near two names must be before somebody is asked, in hundredths.
NEAR = "watch-name-score"


def in_declaration(
    session: Session, declared: Declared, codes: Codebook, at: dt.datetime, id: UUID, *, by: Actor
) -> dict[str, Any]:
    """The facts `watch_lists`, `watch_confirmed` and `watch_more` of a declaration; raises the questions that were not asked before.

    Without any list in force it costs no statement.
    """
    subject = Subject(SubjectKind.DECLARATION, declared.post, id)
    return _facts(_looked(session, subject, watched.in_declaration(declared), codes, at, by=by))


def in_movement(
    session: Session, words: Moved, codes: Codebook, at: dt.datetime, id: UUID, *, by: Actor
) -> dict[str, Any]:
    """The same of a movement."""
    subject = Subject(SubjectKind.MOVEMENT, words.post, id)
    return _facts(_looked(session, subject, watched.in_movement(words), codes, at, by=by))


def _looked(
    session: Session, subject: Subject, seen: list[Seen], codes: Codebook, at: dt.datetime, *, by: Actor
) -> Looked:
    day = codes.day_at(subject.post, at)
    threshold = near_from(codes, subject.post, day)
    return watchlists.look(session, subject, seen, at, day=day, by=by, threshold=threshold)


def waits(session: Session, id: UUID) -> bool:
    """Whether a question about a consignment waits for its answer, or was answered with yes: the system lets nothing of
    it go."""
    return any(queries.asking(session, id).values())


def is_asked(session: Session, id: UUID) -> bool:
    """Whether a question about a consignment waits for its answer: nobody lets the goods go meanwhile."""
    return bool(queries.asking(session, id)["open"])


def unanswered() -> Text:
    """What has to be done first, in a sentence for officers: they learn neither list nor entry."""
    return _(
        "A question about a watch list waits for its answer, and the goods do not go before. Ask the analyst to answer it."
    )


def near_from(codes: Codebook, post: str, on: dt.date) -> float:
    """The threshold that holds at a post on a day: 0.5 … 1.0."""
    entry = parameters.at_post(codes, NEAR, post, on)
    return THRESHOLD if entry is None else min(max(entry.value / 100, 0.5), 1.0)


def _facts(looked: Looked) -> dict[str, Any]:
    return {"watch_lists": list(looked.lists), "watch_confirmed": looked.confirmed, "watch_more": looked.more}

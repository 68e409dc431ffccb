"""The marks on every page of those who must know: rows nobody answers for, and reports that nobody signed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app, g

from app.core import db
from app.core.actors import Actor
from app.oversight.queries import reports, watched
from app.oversight.queries.reports import Waiting

_EXTENSION = "guzar.oversight"
#: Seconds for which the answer is good enough for the next page.
KEPT = 20.0
_TOLD = frozenset({"auditor", "supervisor"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What is wrong, and what of the weekly reports waits for the reader."""

    differences: int
    waiting: Waiting


def context() -> dict[str, Any]:
    """For base.html."""
    return {"oversight_notice": notice}


def notice() -> Notice | None:
    """Nothing for those it does not concern."""
    actor: Actor | None = g.get("actor")
    if actor is None or _TOLD.isdisjoint(actor.roles()):
        return None
    kept: dict[Any, tuple[float, Notice]] = current_app.extensions.setdefault(_EXTENSION, {})
    held, moment = kept.get(actor.grants), time.monotonic()
    if held is not None and moment - held[0] < KEPT:
        return held[1]
    with db.reading() as session:
        made = Notice(watched.open_for(session, by=actor), reports.waiting(session, by=actor))
    if len(kept) > 1000:
        kept.clear()
    kept[actor.grants] = moment, made
    return made


def changed() -> None:
    """What was just dealt with is not shown as open."""
    current_app.extensions.get(_EXTENSION, {}).clear()

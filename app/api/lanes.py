"""Why a consignment is in its lane, to JSON; for officials."""

from __future__ import annotations

from typing import Any

from app.api import presenters
from app.core import db, journal
from app.core.actors import Actor
from app.edge.locale import translate
from app.registers.reasons import Why
from app.risk.operations.looking import reasons_seen

#: What the journal says he asked for.
ASKED = "asked by program"


def told(lane: str | None, why: Why, hand: journal.JournalEntry | None) -> dict[str, Any]:
    """The lane with its reasons, and who chose it where the system did not."""
    return {
        "lane": lane,
        "reasons": [_reason(line) for line in why.reasons],
        "by_hand": _hand(hand),
        "trusted": why.trusted,
        "watch_list": {"open": why.open, "confirmed": why.confirmed, "instructions": list(why.to_do)},
    }


def _reason(line: dict[str, Any]) -> dict[str, Any]:
    words = {name: translate(line[name]) for name in ("name", "reason", "instruction")}
    return {**line, **words, "met": [translate(sentence) for sentence in line["met"]]}


def _hand(entry: journal.JournalEntry | None) -> dict[str, Any] | None:
    """Who chose the lane, and why; null where the system did."""
    if entry is None:
        return None
    return {"reason": entry.reason, "by": entry.login, "role": entry.role, "at": presenters.instant(entry.at)}


def note_seen(why: Why, *, by: Actor) -> None:
    """Writes down that he was shown this, where it was not before; a step of its own, as the answer itself only reads."""
    if why.assessment is None or why.seen:
        return
    with db.transaction() as session:
        reasons_seen(session, why.assessment, ASKED, by=by)

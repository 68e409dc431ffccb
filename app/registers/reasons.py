"""Why a declaration is in its lane, in the reader's language: what the profiles said, and the hand that changed it. Never
for traders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM_PERSON
from app.core.journal import JournalEntry
from app.declarations.models import Declaration
from app.risk import queries as risk


def of_lane(session: Session, declaration: Declaration, locale: str) -> list[dict[str, Any]]:
    """The profiles that hit (code, version, lane, name, instruction) and whether chance chose."""
    assessment = risk.assessment(session, declaration.post, declaration.id)
    if assessment is None:
        return []
    keys = [(h["code"], h["version"]) for h in assessment.hits]
    profiles = risk.profiles_named(session, keys)
    found: list[dict[str, Any]] = []
    for hit in assessment.hits:
        profile = profiles.get((hit["code"], hit["version"]))
        found.append(
            {
                **hit,
                "name": _in(profile.names if profile else {}, locale) or hit["code"],
                "instruction": _in(profile.instruction if profile else {}, locale),
            }
        )
    if assessment.drawn:
        found.append(
            {"code": "random", "version": 1, "lane": assessment.lane, "name": "", "instruction": "", "drawn": True}
        )
    return found


#: What gives a declaration its lane, or another one.
_ROUTING = frozenset({"declaration.selected", "declaration.rerouted", "declaration.assessed", "declaration.released"})


def by_hand(entries: Iterable[JournalEntry]) -> JournalEntry | None:
    """The entry by which a person chose the lane that holds, with reason, person and time; None where the system did.
    `entries` are those of the declaration, oldest first."""
    last = None
    for entry in entries:
        lane = (entry.after or {}).get("lane")
        if entry.event in _ROUTING and lane and lane != (entry.before or {}).get("lane"):
            last = entry
    return last if last is not None and last.person != SYSTEM_PERSON else None


def _in(words: dict[str, Any], locale: str) -> str:
    return str(words.get(locale) or words.get("en") or "")

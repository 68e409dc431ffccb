"""The past of those who take part, of wheels and boxes, as the tallies remember it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from app.risk.queries.tallies import Past, Remembered
from app.risk.rules.subjects import Subjects

#: Days since somebody or something was first seen that was never seen, or is not named.
NEVER = -1


def facts(
    roles: Iterable[str], subjects: Subjects, remembered: Remembered, at: dt.datetime, since: dt.datetime | None
) -> dict[str, Any]:
    """The three facts of each role; of several in one role the worst counts: the newest, the least, the most. `since` is
    when the consignment itself came: looked at again, it is not part of its own past."""
    found: dict[str, Any] = {}
    for role in roles:
        pasts = [_before(remembered.pasts.get((role, key)), since) for key in subjects.get(role, ())]
        found |= {
            f"{role}_known_days": min(
                ((at - past.first_seen).days if past else NEVER for past in pasts), default=NEVER
            ),
            f"{role}_consignments": min((past.consignments if past else 0 for past in pasts), default=0),
            f"{role}_findings": max((past.findings if past else 0 for past in pasts), default=0),
        }
    return found


def chapters(subjects: Subjects, remembered: Remembered, since: dt.datetime | None) -> frozenset[str] | None:
    """What the consignees have brought before; None where none of them is known."""
    keys = subjects.get("consignee", ())
    known = [key for key in keys if _before(remembered.pasts.get(("consignee", key)), since)]
    return frozenset().union(*(remembered.chapters[key] for key in known)) if known else None


def _before(past: Past | None, since: dt.datetime | None) -> Past | None:
    """What is remembered but for the consignment that came at `since`, once that is counted."""
    if past is None or since is None or past.last_seen < since:
        return past
    if past.first_seen >= since:
        return None
    return Past(past.first_seen, past.last_seen, past.last_finding, max(0, past.consignments - 1), past.findings)

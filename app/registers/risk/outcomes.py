"""What came of looking: consignments that were inspected, with the facts known before and what was found.

Of declarations it is what their inspections concluded; of movements what controls and unloading found, and the discrepancies
written down. The facts are those of the last assessment before somebody began to look: later ones may know the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.risk.queries.scores import facts_of
from app.risk.rules.scores import CHOOSERS, CODE, Outcome

#: More is not learned from at once; the newest are taken.
MOST = 50_000

_LOOKED_AT = """
WITH looked AS (
    SELECT post, NULL::text AS movement_post, declaration_id AS declaration, NULL::uuid AS movement,
           min(ordered_at) AS began, max(concluded_at) AS ended, bool_or(conclusion <> 'conform') AS found
    FROM inspection WHERE status = 'concluded' AND concluded_at >= :since AND concluded_at < :until
        AND declaration_id IS NOT NULL
    GROUP BY post, declaration_id
    UNION ALL
    SELECT NULL, post, NULL, movement_id, min(began), max(ended), bool_or(found) FROM (
        SELECT post, movement_id, permitted_at AS began, remarked_at AS ended, NOT conform AS found
        FROM transit_unloading WHERE remarked_at >= :since AND remarked_at < :until
        UNION ALL
        SELECT post, movement_id, ordered_at, concluded_at, result = 'not-conform'
        FROM transit_control WHERE result IN ('conform', 'not-conform')
            AND concluded_at >= :since AND concluded_at < :until
        UNION ALL
        SELECT post, movement_id, found_at, found_at, true
        FROM transit_discrepancy WHERE found_at >= :since AND found_at < :until) seen
    GROUP BY post, movement_id
)
"""
_BEFORE = """
FROM looked CROSS JOIN LATERAL (
    SELECT id, post, hits, drawn, facts FROM risk_assessment
    WHERE post = looked.post AND declaration_id = looked.declaration AND at <= looked.began
    UNION ALL
    SELECT id, post, hits, drawn, facts FROM risk_assessment
    WHERE movement_post = looked.movement_post AND movement_id = looked.movement AND at <= looked.began
    ORDER BY id DESC LIMIT 1) assessed
"""
_NEWEST = text(
    f"{_LOOKED_AT} SELECT assessed.id, looked.ended, assessed.post, looked.found, assessed.drawn, assessed.hits, assessed.facts "
    f"{_BEFORE} ORDER BY looked.ended DESC, assessed.id LIMIT :most"
)
_COUNTED = text(f"{_LOOKED_AT} SELECT looked.found, assessed.drawn, assessed.hits {_BEFORE}")


def newest(session: Session, since: dt.datetime, until: dt.datetime, *, most: int = MOST) -> list[Outcome]:
    """The newest outcomes of a period with their facts, whole and restored; newest first."""
    rows = session.execute(_NEWEST, {"since": since, "until": until, "most": most})
    return [
        Outcome(str(key), ended.astimezone(dt.UTC), post, facts_of(facts), found, chosen_by(hits, drawn=drawn))
        for key, ended, post, found, drawn, hits, facts in rows
    ]


def by_chooser(session: Session, since: dt.datetime, until: dt.datetime) -> dict[str, tuple[int, int]]:
    """Of each chooser: how many of the consignments it sent officers to were looked at in the period, and where something
    was found."""
    counted = dict.fromkeys(CHOOSERS, (0, 0))
    for found, drawn, hits in session.execute(_COUNTED, {"since": since, "until": until}):
        for chooser in chosen_by(hits, drawn=drawn):
            inspected, finds = counted[chooser]
            counted[chooser] = inspected + 1, finds + found
    return counted


def chosen_by(hits: Iterable[Mapping[str, Any]], *, drawn: bool) -> frozenset[str]:
    """Who sent the officers, by the stored hits of an assessment; nobody of these where a person raised the lane."""
    return frozenset(_choosers(hits, drawn=drawn))


def _choosers(hits: Iterable[Mapping[str, Any]], *, drawn: bool) -> Iterator[str]:
    if drawn:
        yield "random"
    for hit in hits:
        yield "score" if hit["code"] == CODE else "profiles"

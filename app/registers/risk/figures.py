"""What profiles hit on a post's day and what came of it, counted from assessments, inspections and controls."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.risk.models.figures import CHANCE, EVERYTHING

#: Days on which something was assessed, or of whose consignments something came, between two moments.
_TOUCHED = text(
    """
    WITH ended AS (
        SELECT post, declaration_id, NULL::uuid AS movement_id FROM inspection
        WHERE concluded_at >= :since AND concluded_at < :until
        UNION ALL SELECT post, NULL, movement_id FROM transit_control WHERE concluded_at >= :since AND concluded_at < :until
        UNION ALL SELECT post, NULL, movement_id FROM transit_unloading WHERE remarked_at >= :since AND remarked_at < :until
        UNION ALL SELECT post, NULL, movement_id FROM transit_discrepancy WHERE found_at >= :since AND found_at < :until
    ), assessed AS (
        SELECT post, at FROM risk_assessment WHERE at >= :since AND at < :until
        UNION ALL SELECT a.post, a.at FROM ended e
        JOIN risk_assessment a ON (a.post, a.declaration_id) = (e.post, e.declaration_id)
        UNION ALL SELECT a.post, a.at FROM ended e
        JOIN risk_assessment a ON (a.movement_post, a.movement_id) = (e.post, e.movement_id)
    )
    SELECT DISTINCT a.post, (a.at AT TIME ZONE p.time_zone)::date AS day
    FROM assessed a JOIN post p ON p.code = a.post ORDER BY 2, 1
    """
)

#: What was assessed at a post on one of its days (`assessed`, `subjects`), and what came of it (`ended`). An inspection over
#: night is no eight hours of work and more. The minutes of a movement are those spent at this post: it is assessed at others
#: too.
ASSESSED = """
    WITH day AS (
        SELECT CAST(:day AS date)::timestamp AT TIME ZONE time_zone AS since,
            (CAST(:day AS date) + 1)::timestamp AT TIME ZONE time_zone AS until FROM post WHERE code = :post
    ), assessed AS MATERIALIZED (
        SELECT coalesce(a.declaration_id, a.movement_id) AS subject, a.declaration_id, a.movement_post, a.movement_id,
            a.lane, a.hits, a.shadow, a.drawn
        FROM risk_assessment a, day WHERE a.post = :post AND a.at >= day.since AND a.at < day.until
    ), subjects AS (
        SELECT DISTINCT subject, declaration_id, movement_post, movement_id FROM assessed
    ), ended AS (
        SELECT s.subject, d.reference, i.inspected, i.found, i.minutes
        FROM subjects s JOIN declaration d ON (d.post, d.id) = (:post, s.declaration_id)
        CROSS JOIN LATERAL (
            SELECT count(*) > 0 AS inspected, coalesce(bool_or(conclusion <> 'conform'), false) AS found,
                coalesce(sum(least(480, extract(epoch FROM concluded_at - coalesce(started_at, concluded_at)) / 60)), 0) AS minutes
            FROM inspection WHERE post = :post AND declaration_id = s.declaration_id AND concluded_at IS NOT NULL) i
        UNION ALL
        SELECT s.subject, m.reference, c.inspected OR f.found, c.found OR f.found, i.minutes
        FROM subjects s JOIN transit_movement m ON (m.post, m.id) = (s.movement_post, s.movement_id)
        CROSS JOIN LATERAL (
            SELECT count(*) > 0 AS inspected, coalesce(bool_or(found), false) AS found FROM (
                SELECT result = 'not-conform' AS found FROM transit_control
                WHERE (post, movement_id) = (m.post, m.id) AND result IN ('conform', 'not-conform')
                UNION ALL SELECT NOT conform FROM transit_unloading
                WHERE (post, movement_id) = (m.post, m.id) AND remarked_at IS NOT NULL) looks) c
        CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT FROM transit_discrepancy WHERE (post, movement_id) = (m.post, m.id)) AS found) f
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(least(480, extract(epoch FROM concluded_at - coalesce(started_at, concluded_at)) / 60)), 0) AS minutes
            FROM inspection WHERE post = :post AND (movement_post, movement_id) = (m.post, m.id) AND concluded_at IS NOT NULL) i
    )
"""
_CAUSES = """
    , causes AS (
        SELECT a.subject, h ->> 'code' AS code, (h ->> 'version')::int AS version, true AS live
        FROM assessed a CROSS JOIN LATERAL jsonb_array_elements(a.hits) h
        UNION SELECT a.subject, h ->> 'code', (h ->> 'version')::int, false
        FROM assessed a CROSS JOIN LATERAL jsonb_array_elements(a.shadow) h
        UNION SELECT subject, CAST(:chance AS text), 0, true FROM assessed WHERE drawn
    ), counted AS (
        SELECT c.*, CASE WHEN live THEN count(*) FILTER (WHERE live) OVER (PARTITION BY subject) END AS live_causes FROM causes c
        UNION ALL SELECT subject, CAST(:everything AS text), 0, true, 1 FROM subjects
    )
    SELECT c.code, c.version, count(*) FILTER (WHERE live) AS hits,
        count(*) FILTER (WHERE live AND live_causes = 1) AS sole,
        count(*) FILTER (WHERE live AND inspected) AS inspected, count(*) FILTER (WHERE live AND found) AS findings,
        count(*) FILTER (WHERE NOT live) AS shadow, count(*) FILTER (WHERE NOT live AND inspected) AS shadow_inspected,
        count(*) FILTER (WHERE NOT live AND found) AS shadow_findings,
        coalesce(round(sum(minutes / live_causes) FILTER (WHERE live), 2), 0) AS minutes,
        CASE WHEN c.code = CAST(:everything AS text) THEN '[]'::jsonb ELSE
            to_jsonb((array_agg(jsonb_build_object('reference', reference, 'found', found) ORDER BY found DESC, reference))[1:5])
        END AS examples
    FROM counted c JOIN ended e USING (subject) GROUP BY c.code, c.version ORDER BY c.code, c.version
"""
_COUNTED = text(ASSESSED + _CAUSES)


def touched(session: Session, since: dt.datetime, until: dt.datetime) -> list[tuple[str, dt.date]]:
    """The posts' days whose figures may have changed by what happened in `since` … `until`."""
    return [(post, day) for post, day in session.execute(_TOUCHED, {"since": since, "until": until})]


def counted(session: Session, post: str, day: dt.date) -> list[dict[str, Any]]:
    """The figures of a post's day: one row for each version of a profile, one for chance, one for everything."""
    asked = {"post": post, "day": day, "chance": CHANCE, "everything": EVERYTHING}
    return [dict(row) for row in session.execute(_COUNTED, asked).mappings()]

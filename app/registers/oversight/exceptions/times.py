"""Exceptions of time: outside a shift, too fast, without a checkpoint. See `acts` for what each question is given and gives."""

from __future__ import annotations

#: A shift counts as it stood on the roster at the moment of the act; a post without shifts around that time keeps none.
OFF_SHIFT = """
SELECT j.person::text AS subject, 'person' AS kind, min(j.login) AS reference, min(j.at) AS at, ARRAY[j.person] AS persons,
       ARRAY[min(coalesce(p.name, j.login))] AS names,
       jsonb_build_object('acts', count(*), 'first', to_char(min(j.at) AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI'),
           'last', to_char(max(j.at) AT TIME ZONE :zone, 'HH24:MI'), 'event', mode() WITHIN GROUP (ORDER BY j.event)) AS facts
FROM journal_entry j LEFT JOIN person p ON p.id = j.person
WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.role IN ('officer', 'inspector', 'supervisor')
  AND j.kind NOT IN ('look', 'account', 'oversight', 'gate') AND j.via <> 'node'
  AND coalesce(nullif(j.after ->> 'office', ''), j.post) = j.post
  AND NOT EXISTS (
    SELECT 1 FROM duty_shift s WHERE s.post = j.post AND s.person = j.person AND s.starts_at <= j.at AND s.ends_at > j.at
      AND s.set_at <= j.at AND (s.ended_at IS NULL OR s.ended_at > j.at))
  AND EXISTS (
    SELECT 1 FROM duty_shift s WHERE s.post = j.post AND s.starts_at < j.at + interval '7 days'
      AND s.starts_at > j.at - interval '7 days' AND (s.ended_at IS NULL OR s.ended_at > j.at))
GROUP BY j.person, (j.at AT TIME ZONE :zone)::date
"""

#: Against the fastest tenth of the last 90 days at the same post.
_USUAL = """
, usual AS (
    SELECT sort, percentile_cont(0.1) WITHIN GROUP (ORDER BY seconds) AS tenth, count(*) AS known FROM lasted GROUP BY sort)
SELECT l.subject, 'declaration' AS kind, l.reference, l.at, ARRAY[l.person] AS persons, ARRAY[l.name] AS names,
       jsonb_build_object('seconds', floor(l.seconds)::int, 'usual', floor(u.tenth)::int) AS facts
FROM lasted l JOIN usual u USING (sort)
WHERE l.at >= :since AND l.at < :until AND u.known >= :least AND l.seconds < u.tenth * :limit / 100
"""
FAST_INSPECTION = (
    """
WITH lasted AS (
    SELECT i.kind AS sort, d.id::text AS subject, d.reference, i.concluded_at AS at, i.concluded_by AS person,
           i.concluded_name AS name, extract(epoch FROM i.concluded_at - i.started_at) AS seconds
    FROM inspection i JOIN declaration d ON (d.post, d.id) = (i.post, i.declaration_id)
    WHERE i.post = :post AND i.kind = 'goods' AND i.started_at IS NOT NULL
      AND i.concluded_at >= CAST(:until AS timestamptz) - interval '90 days' AND i.concluded_at < :until)
"""
    + _USUAL
)
FAST_DECISION = (
    """
WITH lasted AS (
    SELECT d.lane AS sort, d.id::text AS subject, d.reference, c.at, c.person, c.name,
           extract(epoch FROM c.at - d.lodged_at) AS seconds
    FROM declaration_decision c JOIN declaration d ON (d.post, d.id) = (c.post, c.declaration_id)
    WHERE c.post = :post AND d.lane IN ('yellow', 'red') AND d.lodged_at IS NOT NULL
      AND c.at >= CAST(:until AS timestamptz) - interval '90 days' AND c.at < :until
      AND c.decision IN ('release', 'release-with-correction'))
"""
    + _USUAL
)

#: A checkpoint is made where a chain has grown: what counts is how long its first new entry had to wait.
UNWITNESSED = """
SELECT c.number::text AS subject, 'checkpoint' AS kind, c.number::text AS reference, c.at, CAST(ARRAY[] AS uuid[]) AS persons,
       CAST(ARRAY[] AS text[]) AS names,
       jsonb_build_object('minutes', floor(extract(epoch FROM c.at - j.at) / 60)::int,
           'first', to_char(j.at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI')) AS facts
FROM (SELECT *, lag(number) OVER (ORDER BY number) AS before FROM oversight_checkpoint WHERE post = :post) c
JOIN journal_entry j ON j.post = c.post AND j.number = c.before + 1
WHERE c.at >= :since AND c.at < :until AND c.at - j.at > make_interval(mins => :limit)
"""

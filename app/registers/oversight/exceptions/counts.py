"""Exceptions of counts: the gate against the papers, numbers that are missing, rows nobody answers for. See `acts` for what
each question is given and gives."""

from __future__ import annotations

_NOBODY = "CAST(ARRAY[] AS uuid[]) AS persons, CAST(ARRAY[] AS text[]) AS names"

#: A day of the post, the trucks counted (the higher of guard and camera, each as it was told last), and those that left by
#: the papers: by permit, over the border on a movement, and out of the post with goods in transit.
DAYS = """
days AS (SELECT generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day')::date AS day),
counted AS (
    SELECT day, direction, max(trucks) AS trucks, array_agg(person) AS persons, array_agg(name) AS names FROM (
        SELECT DISTINCT ON (day, direction, source) day, direction, trucks, person, name FROM oversight_gate_count
        WHERE post = :post AND day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
        ORDER BY day, direction, source, at DESC, id DESC) newest
    GROUP BY day, direction),
gone AS (
    SELECT (e.at AT TIME ZONE :zone)::date AS day, coalesce(e.plate, e.id::text) AS truck FROM declaration_exit e
    WHERE e.post = :post AND e.at >= :since AND e.at < :until
    UNION
    SELECT (t.passed_at AT TIME ZONE :zone)::date, t.plate FROM transit_passage t
    WHERE t.office = :post AND t.passed_at >= :since AND t.passed_at < :until
    UNION
    SELECT (j.at AT TIME ZONE :zone)::date, j.subject FROM journal_entry j
    WHERE j.post = :post AND j.kind = 'transit' AND j.event = 'transit.released' AND j.at >= :since AND j.at < :until),
came AS (
    SELECT (j.at AT TIME ZONE :zone)::date AS day, j.subject AS truck FROM journal_entry j
    WHERE j.post = :post AND j.event IN ('declaration.lodged', 'declaration.presented', 'transit.presented', 'transit.arrived')
      AND j.at >= :since AND j.at < :until)
"""
GATE_DAYS = f"""
WITH {DAYS}
SELECT d.day, o.trucks AS counted_out, (SELECT count(*) FROM gone g WHERE g.day = d.day) AS recorded_out,
       i.trucks AS counted_in, (SELECT count(*) FROM came c WHERE c.day = d.day) AS recorded_in
FROM days d LEFT JOIN counted o ON o.day = d.day AND o.direction = 'out'
LEFT JOIN counted i ON i.day = d.day AND i.direction = 'in' ORDER BY d.day
"""
GATE_DIFFERENCE = f"""
WITH {DAYS}, recorded AS (SELECT d.day, count(g.truck) AS trucks FROM days d LEFT JOIN gone g USING (day) GROUP BY d.day)
SELECT d.day::text AS subject, 'gate' AS kind, d.day::text AS reference, NULL::timestamptz AS at, c.persons, c.names,
       jsonb_build_object('day', d.day, 'counted', c.trucks, 'recorded', r.trucks) AS facts
FROM days d JOIN counted c ON c.day = d.day AND c.direction = 'out' JOIN recorded r ON r.day = d.day
WHERE abs(c.trucks - r.trucks) > :limit
"""
GATE_UNCOUNTED = f"""
WITH {DAYS}
SELECT d.day::text AS subject, 'gate' AS kind, d.day::text AS reference, NULL::timestamptz AS at, {_NOBODY},
       jsonb_build_object('day', d.day, 'recorded', (SELECT count(*) FROM gone g WHERE g.day = d.day)) AS facts
FROM days d WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.day = d.day AND c.direction = 'out')
  AND EXISTS (SELECT 1 FROM oversight_gate_count k WHERE k.post = :post AND k.day >= d.day - 28 AND k.day < d.day)
  AND EXISTS (SELECT 1 FROM gone g WHERE g.day = d.day)
"""

#: Numbers drawn are in a row of their own or nowhere; what was told of a series in an earlier report is not told again.
_NUMBERS = """
numbers AS (
    SELECT split_part(number, '-', 2) AS series, split_part(number, '-', 3)::int AS year, split_part(number, '-', 4)::int AS number
    FROM (
        SELECT number FROM permit WHERE post = :post UNION ALL SELECT number FROM payment WHERE post = :post AND number IS NOT NULL
        UNION ALL SELECT number FROM refund WHERE post = :post UNION ALL SELECT number FROM cash_closing WHERE post = :post
        UNION ALL SELECT number FROM paper WHERE post = :post UNION ALL SELECT number FROM declaration_exit WHERE post = :post
        UNION ALL SELECT number FROM inspection WHERE post = :post AND number IS NOT NULL) official
    WHERE number ~ '^[A-Z0-9]{5}-[A-Z]+-[0-9]{4}-[0-9]+$'
    UNION ALL
    SELECT 'MRN', 2000 + left(mrn, 2)::int, substr(mrn, 8, 9)::int FROM declaration WHERE post = :post AND mrn IS NOT NULL
    UNION ALL
    SELECT 'TRANSIT', 2000 + left(mrn, 2)::int, substr(mrn, 8, 9)::int FROM transit_movement
    WHERE post = :post AND mrn IS NOT NULL)
"""
NUMBER_MISSING = f"""
WITH {_NUMBERS}, series AS (
    SELECT n.series, n.year, greatest(max(n.number), coalesce(max(s.last), 0))::int AS last, count(DISTINCT n.number) AS there
    FROM numbers n LEFT JOIN number_series s ON (s.post, s.series, s.year) = (:post, n.series, n.year)
    GROUP BY n.series, n.year)
SELECT x.series || ' ' || x.year AS subject, 'series' AS kind, x.series || ' ' || x.year || ' ' || missing.first AS reference,
       NULL::timestamptz AS at, {_NOBODY},
       jsonb_build_object('series', x.series, 'year', x.year::text, 'count', x.last - x.there, 'last', x.last, 'first', missing.first)
           AS facts
FROM series x CROSS JOIN LATERAL (
    SELECT min(w) AS first FROM generate_series(1, x.last) w
    WHERE NOT EXISTS (SELECT 1 FROM numbers n WHERE (n.series, n.year, n.number) = (x.series, x.year, w))) missing
WHERE x.last > x.there AND NOT EXISTS (
    SELECT 1 FROM oversight_case c WHERE c.post = :post AND c.rule = 'number-missing' AND c.subject = x.series || ' ' || x.year
      AND c.facts ->> 'count' = (x.last - x.there)::text)
"""

TAMPERING = f"""
SELECT f.id::text AS subject, 'integrity' AS kind, left(f.kind || ' ' || f.subject, 60) AS reference, f.found_at AS at, {_NOBODY},
       jsonb_build_object('what', f.kind || ' ' || f.key, 'kept', left(f.kept, 60), 'told', left(f.told, 60)) AS facts
FROM oversight_difference f WHERE f.found_at >= :since AND f.found_at < :until
  AND (f.post = :post OR (:post = :node AND NOT EXISTS (SELECT 1 FROM post k WHERE k.code = f.post)))
UNION ALL
SELECT j.subject, 'integrity', left(j.subject, 60), j.at, CAST(ARRAY[] AS uuid[]), CAST(ARRAY[] AS text[]),
       jsonb_build_object('what', j.kind || ' ' || coalesce(j.after ->> 'what', ''), 'kept',
           left(coalesce(j.after ->> 'problem', ''), 60), 'told', 'as approved')
FROM journal_entry j WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.event LIKE '%.tampering-found'
"""

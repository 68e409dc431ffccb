"""Exceptions of persons: pairs, firms, devices, accounts, look-ups. See `acts` for what each question is given and gives."""

from __future__ import annotations

#: Four weeks that end with the week.
_MONTH = "CAST(:until AS timestamptz) - interval '28 days'"

SAME_PAIR = f"""
WITH approved AS (
    SELECT q.* FROM proposal q WHERE q.post = :post AND q.status = 'approved' AND q.decided_at >= {_MONTH} AND q.decided_at < :until
), pairs AS (
    SELECT proposed_by, decided_by, min(proposed_name) AS proposer, count(*) AS count, max(decided_at) AS at,
           sum(count(*)) OVER (PARTITION BY proposed_by) AS all_of
    FROM approved GROUP BY proposed_by, decided_by)
SELECT x.proposed_by::text || ' ' || x.decided_by::text AS subject, 'persons' AS kind, '' AS reference, x.at,
       ARRAY[x.proposed_by, x.decided_by] AS persons, ARRAY[x.proposer, coalesce(p.name, '')] AS names,
       jsonb_build_object('count', x.count, 'all', x.all_of, 'proposer', x.proposer, 'approver', coalesce(p.name, '')) AS facts
FROM pairs x LEFT JOIN person p ON p.id = x.decided_by
WHERE x.count >= :least AND x.count * 100 >= x.all_of * :limit AND x.at >= :since
  AND (SELECT count(DISTINCT decided_by) FROM approved) > 1
"""

OFFICER_TRADER = f"""
WITH decided AS (
    SELECT c.person, c.name, c.at, d.party FROM declaration_decision c
    JOIN declaration d ON (d.post, d.id) = (c.post, c.declaration_id)
    WHERE c.post = :post AND c.at >= {_MONTH} AND c.at < :until
), pairs AS (
    SELECT person, party, min(name) AS name, count(*) AS count, max(at) AS at,
           sum(count(*)) OVER (PARTITION BY party) AS of_party, sum(count(*)) OVER (PARTITION BY person) AS of_person,
           sum(count(*)) OVER () AS of_all
    FROM decided GROUP BY person, party)
SELECT x.person::text || ' ' || x.party AS subject, 'party' AS kind, x.party AS reference, x.at, ARRAY[x.person] AS persons,
       ARRAY[x.name] AS names, jsonb_build_object('count', x.count, 'all', x.of_party, 'party', coalesce(r.name, x.party)) AS facts
FROM pairs x LEFT JOIN party r ON r.code = x.party
WHERE x.count >= :least AND x.count * 100 >= x.of_party * :limit AND x.at >= :since
  AND x.of_person * 100 < x.of_all * 60 AND (SELECT count(DISTINCT person) FROM decided) > 2
"""

SHARED_DEVICE = """
WITH sat AS (
    SELECT j.after ->> 'device' AS device, j.person, j.login, j.at, (j.at AT TIME ZONE :zone)::date AS day FROM journal_entry j
    WHERE j.post = :node AND j.at >= :since AND j.at < :until AND j.event = 'account.signed_in' AND j.after ? 'device'
      AND j.after ->> 'device' <> ''
)
SELECT device || ' ' || day AS subject, 'device' AS kind, left(device, 8) AS reference, min(at) AS at,
       array_agg(DISTINCT sat.person) AS persons, array_agg(DISTINCT coalesce(p.name, sat.login)) AS names,
       jsonb_build_object('count', count(DISTINCT sat.person), 'day', day) AS facts
FROM sat LEFT JOIN person p ON p.id = sat.person
WHERE EXISTS (
    SELECT 1 FROM access_grant g WHERE g.person_id = sat.person AND g.role <> 'trader' AND g.post IN (:post, '*')
      AND g.valid_from <= sat.at AND (g.valid_to IS NULL OR g.valid_to > sat.at))
GROUP BY device, day HAVING count(DISTINCT sat.person) > :limit
"""

_ACCOUNT = """
FROM journal_entry j JOIN app_user u ON u.id::text = j.subject LEFT JOIN person p ON p.id = u.person_id
WHERE j.post = :node AND j.at >= :since AND j.at < :until AND j.kind = 'account'
  AND (:post = :node OR EXISTS (SELECT 1 FROM access_grant g WHERE g.account_id = u.id AND g.post = :post))
"""
#: An account without a grant that holds is one that has ended, whatever else it says.
ENDED_ACCOUNT = f"""
SELECT u.id::text AS subject, 'account' AS kind, u.login AS reference, max(j.at) AS at, ARRAY[u.person_id] AS persons,
       ARRAY[min(p.name)] AS names, jsonb_build_object('count', count(*), 'login', u.login) AS facts
{_ACCOUNT} AND j.event = 'account.sign_in_failed' AND (NOT u.active OR NOT EXISTS (
    SELECT 1 FROM access_grant g WHERE g.account_id = u.id AND g.valid_from <= j.at AND (g.valid_to IS NULL OR g.valid_to > j.at))
    OR u.dormant_at <= j.at)
GROUP BY u.id, u.login, u.person_id
"""
LOCKED_ACCOUNT = f"""
SELECT u.id::text AS subject, 'account' AS kind, u.login AS reference, j.at, ARRAY[u.person_id] AS persons, ARRAY[p.name] AS names,
       jsonb_build_object('login', u.login, 'address', coalesce((
           SELECT f.after ->> 'address' FROM journal_entry f WHERE f.post = j.post AND f.kind = 'account' AND f.subject = j.subject
             AND f.event = 'account.sign_in_failed' AND f.number < j.number ORDER BY f.number DESC LIMIT 1), '')) AS facts
{_ACCOUNT} AND j.event = 'account.locked'
"""

#: Declarations an official opened and did nothing on, neither before nor after.
LOOK_UPS = """
WITH opened AS (
    SELECT DISTINCT j.person, j.login, j.subject FROM journal_entry j
    WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.kind = 'look'
      AND j.event IN ('looked.declaration', 'looked.transit') AND j.role IN ('officer', 'inspector', 'supervisor', 'liaison')
), idle AS (
    SELECT o.person, min(o.login) AS login, count(*) FILTER (WHERE d.id IS NULL OR NOT EXISTS (
        SELECT 1 FROM journal_entry a WHERE a.post = :post AND a.kind IN ('declaration', 'inspection', 'transit', 'proposal')
          AND a.person = o.person AND (a.subject = d.id::text OR a.after ->> 'declaration' = d.id::text
              OR a.after ->> 'reference' = o.subject))) AS count
    FROM opened o LEFT JOIN declaration d ON d.post = :post AND d.reference = o.subject GROUP BY o.person)
SELECT i.person::text AS subject, 'person' AS kind, i.login AS reference, NULL::timestamptz AS at, ARRAY[i.person] AS persons,
       ARRAY[coalesce(p.name, i.login)] AS names, jsonb_build_object('count', i.count, 'usual', floor(others.usual)::int) AS facts
FROM idle i LEFT JOIN person p ON p.id = i.person
CROSS JOIN LATERAL (
    SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY o.count), 0) AS usual FROM idle o WHERE o.person <> i.person) others
WHERE i.count >= :least AND i.count * 100 > others.usual * :limit
"""

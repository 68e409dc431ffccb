"""Exceptions that are acts: each row is one that somebody did.

All questions of this package are one statement a rule. They are given `:post`, `:since`, `:until`, `:limit` and `:least`,
and give subject, kind, reference, at, persons, names and facts.
"""

from __future__ import annotations

#: Columns of an entry `j` that is about a declaration `d`, by person `p`.
_ABOUT = """
d.id::text AS subject, 'declaration' AS kind, d.reference, j.at,
ARRAY[j.person] AS persons, ARRAY[coalesce(p.name, j.login)] AS names
"""
_ENTRIES = """
FROM journal_entry j
JOIN declaration d ON d.post = j.post AND d.id::text = j.subject
LEFT JOIN person p ON p.id = j.person
WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.kind = 'declaration'
"""
#: Columns of a proposal `q` that was approved, whatever it is about.
_PROPOSED = """
SELECT q.subject::text AS subject,
       CASE WHEN q.kind LIKE 'transit.%' OR q.kind = 'seal.change' THEN 'transit' WHEN q.kind LIKE 'guarantee.%' THEN 'guarantee'
            WHEN q.reference <> '' THEN 'declaration' ELSE 'proposal' END AS kind,
       q.reference, q.decided_at AS at, ARRAY[q.proposed_by, q.decided_by] AS persons,
       ARRAY[q.proposed_name, coalesce(p.name, q.decided_login)] AS names, {facts} AS facts
FROM proposal q LEFT JOIN person p ON p.id = q.decided_by
WHERE q.post = :post AND q.status = 'approved' AND q.decided_at >= :since AND q.decided_at < :until AND {which}
"""
_RANK = "array_position(ARRAY['green', 'blue', 'yellow', 'red'], {0})"

LANE_LOWERED = f"""
SELECT j.subject, j.kind, coalesce(d.reference, m.reference, '') AS reference, j.at,
       CASE WHEN q.id IS NULL THEN ARRAY[j.person] ELSE ARRAY[q.proposed_by, j.person] END AS persons,
       CASE WHEN q.id IS NULL THEN ARRAY[coalesce(p.name, j.login)]
            ELSE ARRAY[q.proposed_name, coalesce(p.name, j.login)] END AS names,
       jsonb_build_object('before', j.before ->> 'lane', 'after', j.after ->> 'lane',
           'reason', coalesce(nullif(j.reason, ''), q.reason, '')) AS facts
FROM journal_entry j
LEFT JOIN declaration d ON j.kind = 'declaration' AND d.post = j.post AND d.id::text = j.subject
LEFT JOIN transit_movement m ON j.kind = 'transit' AND m.post = j.post AND m.id::text = j.subject
LEFT JOIN person p ON p.id = j.person
LEFT JOIN LATERAL (
    SELECT q.id, q.proposed_by, q.proposed_name, q.reason FROM proposal q
    WHERE q.post = j.post AND q.subject::text = j.subject AND q.kind IN ('lane.lower', 'transit.lower-lane')
      AND q.status = 'approved' AND q.decided_at <= j.at
    ORDER BY q.decided_at DESC LIMIT 1) q ON true
WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.kind IN ('declaration', 'transit')
  AND {_RANK.format("j.after ->> 'lane'")} < {_RANK.format("j.before ->> 'lane'")}
"""

#: What lets goods go, as the journal names it.
FREED = "('declaration.released', 'declaration.partly-released', 'declaration.assessed')"

RED_UNSEEN = f"""
SELECT {_ABOUT}, '{{}}'::jsonb AS facts {_ENTRIES}
  AND j.event IN ('declaration.released', 'declaration.partly-released') AND d.lane = 'red'
  AND NOT EXISTS (
    SELECT 1 FROM inspection i WHERE i.post = d.post AND i.declaration_id = d.id AND i.kind = 'goods'
      AND i.status = 'concluded' AND i.concluded_at <= j.at)
"""

WAIVED = _PROPOSED.format(facts="jsonb_build_object('reason', q.reason)", which="q.kind = 'inspection.waive'")

HASTY_APPROVAL = _PROPOSED.format(
    facts="""jsonb_build_object('act', q.kind,
        'seconds', floor(extract(epoch FROM q.decided_at - q.proposed_at))::int)""",
    which="q.decided_at - q.proposed_at < make_interval(secs => :limit)",
)

#: Who concluded the inspection of the goods, and decided about them too.
ALONE = f"""
SELECT {_ABOUT}, '{{}}'::jsonb AS facts {_ENTRIES} AND j.event IN {FREED} AND EXISTS (
    SELECT 1 FROM inspection i WHERE i.post = d.post AND i.declaration_id = d.id AND i.kind = 'goods'
      AND i.status = 'concluded' AND i.concluded_at <= j.at AND i.concluded_by = j.person)
"""

CANCELLED_AFTER_EXAM = f"""
SELECT {
    _ABOUT
}, jsonb_build_object('what', split_part(j.event, '.', 2), 'conclusion', i.conclusion, 'reason', j.reason) AS facts
{
    _ENTRIES.replace(
        "WHERE",
        '''JOIN LATERAL (
    SELECT i.conclusion FROM inspection i WHERE i.post = d.post AND i.declaration_id = d.id AND i.kind = 'goods'
      AND i.status = 'concluded' AND i.concluded_at <= j.at ORDER BY i.concluded_at DESC LIMIT 1) i ON true
WHERE''',
    )
} AND j.event IN ('declaration.invalidated', 'declaration.rejected')
"""

AMENDED_AFTER_RELEASE = f"""
SELECT {_ABOUT}, jsonb_build_object('status', coalesce(j.before ->> 'status', d.status), 'reason', j.reason) AS facts
{_ENTRIES} AND j.event = 'declaration.amended'
  AND coalesce(j.before ->> 'status', d.status) IN ('released', 'partly_released', 'exited')
UNION ALL
SELECT m.id::text, 'transit', m.reference, a.decided_at, ARRAY[a.requested_by, a.decided_by],
       ARRAY[a.requested_name, a.decided_name], jsonb_build_object('status', m.status, 'reason', a.reason)
FROM transit_amendment a JOIN transit_movement m ON (m.post, m.id) = (a.post, a.movement_id)
WHERE a.post = :post AND a.after_release AND a.status = 'accepted' AND a.decided_at >= :since AND a.decided_at < :until
"""

SEAL_CHANGED = """
SELECT j.subject, CASE WHEN m.id IS NULL THEN 'seal' ELSE 'transit' END AS kind,
       coalesce(m.reference, j.after -> 'serials' ->> 0) AS reference, j.at, ARRAY[j.person] AS persons,
       ARRAY[coalesce(p.name, j.login)] AS names,
       jsonb_build_object('what', 'voided', 'reason', j.reason, 'serials', (
           SELECT string_agg(s, ', ' ORDER BY s) FROM jsonb_array_elements_text(j.after -> 'serials') s)) AS facts
FROM journal_entry j LEFT JOIN person p ON p.id = j.person
LEFT JOIN transit_movement m ON m.post = j.post AND m.id::text = j.subject
WHERE j.post = :post AND j.at >= :since AND j.at < :until AND j.kind = 'seal' AND j.event = 'seal.voided'
UNION ALL
""" + _PROPOSED.format(
    facts="""jsonb_build_object('what', 'replaced', 'reason', q.reason, 'serials', coalesce(
            (SELECT string_agg(s, ', ') FROM jsonb_array_elements_text(
                CASE jsonb_typeof(q.payload -> 'serials') WHEN 'array' THEN q.payload -> 'serials' END) s), ''))""",
    which="q.kind = 'seal.change'",
)

GUARANTEE_BY_HAND = (
    _PROPOSED.format(
        facts="""jsonb_build_object('what', 'guarantee', 'amount', coalesce(q.payload ->> 'amount', ''),
            'currency', coalesce(q.payload ->> 'currency', ''), 'reason', q.reason)""",
        which="q.kind = 'guarantee.release'",
    )
    + """
UNION ALL
SELECT s.declaration_id::text, 'declaration', d.reference, s.released_at, ARRAY[s.released_by],
       ARRAY[coalesce(p.name, '')], jsonb_build_object('what', 'security', 'amount', s.amount::text,
           'currency', s.currency, 'reason', s.released_reason)
FROM duty_security s JOIN declaration d ON (d.post, d.id) = (s.post, s.declaration_id)
LEFT JOIN person p ON p.id = s.released_by
WHERE s.post = :post AND s.released_at >= :since AND s.released_at < :until
  AND s.released_by <> '00000000-0000-0000-0000-000000000000'
"""
)

VALUE_OVERRIDDEN = (
    f"SELECT {_ABOUT}, jsonb_build_object('what', 'reassessed', 'reason', "
    f"coalesce(nullif(j.after ->> 'assessment_reason', ''), j.reason)) AS facts {_ENTRIES} "
    "AND j.event = 'declaration.reassessed' UNION ALL "
    + _PROPOSED.format(
        facts="jsonb_build_object('what', 'value', 'reason', q.reason)", which="q.kind = 'value.override'"
    )
)

WAIVED_MONEY = _PROPOSED.format(
    facts="jsonb_build_object('what', q.kind, 'reason', q.reason)",
    which="q.kind IN ('fee.waive', 'debt.write-off', 'write-off.correct')",
)

FALLBACK = _PROPOSED.format(facts="jsonb_build_object('reason', q.reason)", which="q.kind = 'fallback.open'")

EXIT_UNCHECKED = """
SELECT d.id::text AS subject, 'declaration' AS kind, d.reference, e.at, ARRAY[e.person] AS persons, ARRAY[e.name] AS names,
       jsonb_build_object('what', CASE WHEN e.permit IS NULL THEN 'exit-no-permit' WHEN NOT e.seals_agree THEN 'exit-seals'
           ELSE 'exit-same-person' END, 'reason', CASE WHEN e.permit IS NULL THEN e.without_permit ELSE e.remark END) AS facts
FROM declaration_exit e JOIN declaration d ON (d.post, d.id) = (e.post, e.declaration_id)
WHERE e.post = :post AND e.at >= :since AND e.at < :until AND (e.permit IS NULL OR NOT e.seals_agree OR EXISTS (
    SELECT 1 FROM declaration_decision c WHERE c.post = e.post AND c.declaration_id = e.declaration_id
      AND c.person = e.person AND c.decision IN ('release', 'release-with-correction')))
"""

REPRINTED = """
SELECT p.number AS subject, 'permit' AS kind, p.number AS reference, r.at, ARRAY[r.person] AS persons, ARRAY[r.name] AS names,
       jsonb_build_object('copy', r.copy, 'reason', r.reason) AS facts
FROM permit_print r JOIN permit p ON (p.post, p.id) = (r.post, r.permit_id)
WHERE r.post = :post AND r.at >= :since AND r.at < :until AND r.copy >= :limit
"""

BACKDATED = """
SELECT y.id::text AS subject, 'payment' AS kind, y.reference, y.made_at AS at,
       array_remove(ARRAY[y.claimed_by, y.settled_by], NULL) AS persons,
       array_remove(ARRAY[y.claimed_name, y.settled_name], NULL) AS names,
       jsonb_build_object('what', 'payment', 'day', y.paid_on, 'days', y.made_at::date - y.paid_on) AS facts
FROM payment y WHERE y.post = :post AND y.made_at >= :since AND y.made_at < :until AND y.paid_on < y.made_at::date - :limit
UNION ALL
SELECT m.id::text, 'transit', m.reference, i.reported_at, ARRAY[i.reported_by], ARRAY[i.reported_name],
       jsonb_build_object('what', 'incident', 'day', i.happened_at::date, 'days', i.reported_at::date - i.happened_at::date)
FROM transit_incident i JOIN transit_movement m ON (m.post, m.id) = (i.post, i.movement_id)
WHERE i.post = :post AND i.reported_at >= :since AND i.reported_at < :until AND i.source = 'office'
  AND i.happened_at < i.reported_at - make_interval(days => :limit)
UNION ALL
SELECT m.id::text, 'transit', m.reference, NULL, ARRAY[w.noted_by], ARRAY[w.noted_name],
       jsonb_build_object('what', 'weighing', 'day', w.weighed_at::date, 'days', j.at::date - w.weighed_at::date)
FROM transit_weighing w JOIN transit_movement m ON (m.post, m.id) = (w.post, w.movement_id)
JOIN journal_entry j ON j.post = w.post AND j.kind = 'transit' AND j.subject = m.id::text AND j.event = 'transit.weighed'
  AND j.at >= :since AND j.at < :until AND j.person = w.noted_by
WHERE w.post = :post AND w.weighed_at < j.at - make_interval(days => :limit)
"""

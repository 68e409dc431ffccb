"""Does the ledger say what assessments, payments, securities and refunds say, and do write-offs add up?

Each proof is one statement that gives post, subject, key, what is kept and what is told; a sound house gives no row.
They also find what constraints make impossible: a constraint may have been dropped, a restored copy may be damaged.
Asked about no post (an empty `:post`), a proof looks at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import canonical
from app.core.lifecycle import sql_in
from app.declarations.lifecycle import HELD, Status
from app.ledger import queries as ledger


class Fault(NamedTuple):
    """What stands in a table (`kept`), and what the transfers add up to (`told`)."""

    post: str
    subject: str
    key: str
    kept: Any
    told: Any


#: Credits less debits by declaration and account.
_BY_SUBJECT = """
    SELECT post, subject, code, sum(amount) AS amount FROM (
        SELECT t.post, t.subject, t.credit AS code, t.amount FROM ledger_transfer t WHERE :post IN (t.post, '')
        UNION ALL
        SELECT t.post, t.subject, t.debit, - t.amount FROM ledger_transfer t WHERE :post IN (t.post, '')) moved
    WHERE subject IS NOT NULL GROUP BY post, subject, code
"""

_ASSESSED = """
WITH posted AS ({posted}), latest AS (
    SELECT DISTINCT ON (a.post, a.declaration_id) a.* FROM assessment a WHERE :post IN (a.post, '')
    ORDER BY a.post, a.declaration_id, a.number DESC
), said AS (
    SELECT post, declaration_id, 'revenue:' || key AS code, value::numeric AS amount
    FROM latest, jsonb_each_text(by_tax) UNION ALL
    SELECT post, declaration_id, 'suspended:' || key, value::numeric FROM latest, jsonb_each_text(suspended_by_tax)
)
SELECT coalesce(s.post, p.post), coalesce(s.declaration_id, p.subject)::text, coalesce(s.code, p.code), s.amount::text, p.amount::text
FROM said s FULL JOIN (SELECT * FROM posted WHERE code LIKE 'revenue:%' OR code LIKE 'suspended:%') p
    ON (p.post, p.subject, p.code) = (s.post, s.declaration_id, s.code)
WHERE coalesce(s.amount, 0) <> coalesce(p.amount, 0)
UNION ALL
SELECT post, id::text, 'total', concat_ws('/', total, suspended), 'parts'
FROM assessment a, LATERAL (SELECT coalesce(sum(value::numeric), 0) AS sum FROM jsonb_each_text(by_tax)) payable,
    LATERAL (SELECT coalesce(sum(value::numeric), 0) AS sum FROM jsonb_each_text(suspended_by_tax)) waiting
WHERE :post IN (a.post, '') AND (total <> payable.sum OR suspended <> waiting.sum)
"""

#: Nobody owes less than nothing, and nothing is due where something is overpaid.
_DUE = """
WITH posted AS ({posted}), stands AS (
    SELECT post, subject, - coalesce(sum(amount) FILTER (WHERE code = 'receivable'), 0) AS due,
           coalesce(sum(amount) FILTER (WHERE code = 'refundable'), 0) AS overpaid
    FROM posted GROUP BY post, subject)
SELECT post, subject::text, 'due', concat_ws('/', due, overpaid), 'one of them is nothing, none is below it'
FROM stands WHERE due < 0 OR overpaid < 0 OR (due > 0 AND overpaid > 0)
"""

_SECURED = """
WITH posted AS ({posted}), given AS (
    SELECT s.post, s.declaration_id, 'secured:' || s.method AS code, sum(s.amount) AS amount FROM duty_security s
    WHERE :post IN (s.post, '') AND s.released_at IS NULL GROUP BY 1, 2, 3)
SELECT coalesce(g.post, p.post), coalesce(g.declaration_id, p.subject)::text, coalesce(g.code, p.code), g.amount, p.amount
FROM given g FULL JOIN (SELECT * FROM posted WHERE code LIKE 'secured:%') p
    ON (p.post, p.subject, p.code) = (g.post, g.declaration_id, g.code)
WHERE coalesce(g.amount, 0) <> coalesce(p.amount, 0)
"""

#: What is owed for goods that were let go stands in the register of debts, and nothing else does; goods that are held
#: again after a part of them had gone may stand there too.
_OWED = """
WITH posted AS ({posted}), latest AS (
    SELECT DISTINCT ON (a.post, a.declaration_id) a.* FROM assessment a WHERE :post IN (a.post, '')
    ORDER BY a.post, a.declaration_id, a.number DESC
), moved AS (
    SELECT post, subject, - sum(amount) FILTER (WHERE code = 'receivable') AS due,
           sum(amount) FILTER (WHERE code LIKE 'secured:%') AS secured
    FROM posted GROUP BY post, subject
), stands AS (
    SELECT d.post, d.id, NOT (HELD) AS let_go, greatest(coalesce(m.due, 0), 0) AS due,
           greatest(a.suspended - coalesce(m.secured, 0), 0) AS unsecured, a.content = d.content AS calculated
    FROM declaration d JOIN latest a ON (a.post, a.declaration_id) = (d.post, d.id)
    LEFT JOIN moved m ON (m.post, m.subject) = (d.post, d.id))
SELECT coalesce(k.post, s.post), coalesce(k.declaration_id, s.id)::text, 'debt',
       concat_ws('/', k.due, k.unsecured, k.calculated), concat_ws('/', s.due, s.unsecured, s.calculated)
FROM stands s FULL JOIN (SELECT * FROM debt o WHERE :post IN (o.post, '')) k
    ON (k.post, k.declaration_id) = (s.post, s.id)
WHERE (k.post IS NULL AND s.let_go AND (s.due > 0 OR s.unsecured > 0 OR NOT s.calculated))
    OR (k.post IS NOT NULL AND (k.due, k.unsecured, k.calculated) IS DISTINCT FROM (s.due, s.unsecured, s.calculated))
""".replace("HELD", sql_in("d.status", (Status.DRAFT, Status.PRELODGED, Status.LODGED, *HELD)))

#: A confirmed payment has moved its amount once; one that is claimed, refused or cancelled has moved nothing.
_PAID = """
SELECT p.post, p.id::text, 'payment', CASE WHEN p.status = 'confirmed' THEN p.amount ELSE 0 END, coalesce(t.moved, 0)
FROM payment p
CROSS JOIN LATERAL (SELECT CASE p.method WHEN 'receipt' THEN 'bank' WHEN 'cash' THEN 'cash'
    ELSE 'prepaid:' || p.party END AS source) s
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN debit = s.source THEN amount WHEN credit = s.source THEN - amount END) AS moved
    FROM ledger_transfer t WHERE (t.post, t.entry) = (p.post, p.id)) t ON true
WHERE :post IN (p.post, '') AND p.purpose <> 'security'
    AND coalesce(t.moved, 0) <> CASE WHEN p.status = 'confirmed' THEN p.amount ELSE 0 END
"""

_REFUNDED = """
SELECT r.post, r.id::text, 'refund', r.amount, coalesce(t.moved, 0)
FROM refund r
LEFT JOIN LATERAL (
    SELECT sum(amount) AS moved FROM ledger_transfer t
    WHERE (t.post, t.entry) = (r.post, r.id) AND kind IN ('refund', 'withdrawal')) t ON true
WHERE :post IN (r.post, '') AND coalesce(t.moved, 0) <> r.amount
"""

#: Nothing moved without a reason that is kept.
_EXPLAINED = """
SELECT t.post, t.id::text, 'entry', t.entry::text, t.kind FROM ledger_transfer t
WHERE :post IN (t.post, '')
    AND NOT EXISTS (SELECT FROM assessment a WHERE (a.post, a.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM payment p WHERE (p.post, p.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM duty_security s WHERE (s.post, s.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM refund r WHERE (r.post, r.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM debt_write_off w WHERE (w.post, w.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM guarantee g WHERE (g.post, g.id) = (t.post, t.entry))
    AND NOT EXISTS (SELECT FROM guarantee_reservation g WHERE (g.post, g.id) = (t.post, t.entry))
"""

#: What a movement took of a guarantee was taken once, and stands where its state says: reserved or held, claimed from
#: the guarantor as far as it was; all the rest is back with the guarantee.
_TAKEN = """
SELECT r.post, r.id::text, 'taken', concat_ws(' ', r.status, r.amount, r.claimed), concat_ws(' ', t.taken, t.stands, t.lacks)
FROM guarantee_reservation r JOIN guarantee g ON (g.post, g.id) = (r.post, r.guarantee_id)
CROSS JOIN LATERAL (SELECT 'pledge:' || g.grn AS pledge, 'transit:' || r.status AS code,
    CASE r.status WHEN 'credited' THEN 0 ELSE coalesce(r.claimed, r.amount) END AS amount) s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE debit = s.pledge), 0) AS taken,
        coalesce(sum(CASE WHEN credit = s.code THEN amount WHEN debit = s.code THEN - amount END), 0) AS stands,
        coalesce(sum(CASE WHEN debit = s.pledge THEN amount WHEN credit = s.pledge THEN - amount END), 0) AS lacks
    FROM ledger_transfer t WHERE (t.post, t.entry) = (r.post, r.id)) t
WHERE :post IN (r.post, '') AND (t.taken, t.stands, t.lacks) <> (r.amount, s.amount, s.amount)
"""

#: What guarantors paid of a recovery is what was claimed of them; claims in another currency were reckoned at the rate
#: of their day, and are not reckoned again.
_RECOVERED = """
SELECT v.post, v.movement_id::text, 'recovered', v.by_guarantor::text, coalesce(c.claimed, 0)::text
FROM transit_recovery v
CROSS JOIN LATERAL (
    SELECT sum(r.claimed) AS claimed, coalesce(bool_and(r.currency = v.currency), true) AS one_currency
    FROM guarantee_reservation r WHERE r.movement_id = v.movement_id AND r.claimed IS NOT NULL) c
WHERE :post IN (v.post, '') AND v.by_guarantor IS NOT NULL AND c.one_currency
    AND v.by_guarantor <> coalesce(c.claimed, 0)
"""

#: Official receipts, refunds and closings are numbered without gaps.
_NUMBERED = """
WITH given AS (
    SELECT p.post, 'R' AS series, p.number FROM payment p WHERE p.number IS NOT NULL AND :post IN (p.post, '') UNION ALL
    SELECT r.post, 'RF', r.number FROM refund r WHERE :post IN (r.post, '') UNION ALL
    SELECT c.post, 'CL', c.number FROM cash_closing c WHERE :post IN (c.post, '')
), counted AS (
    SELECT post, series, split_part(number, '-', 3)::int AS year, count(*) AS count,
           max(split_part(number, '-', 4)::int) AS last
    FROM given GROUP BY 1, 2, 3)
SELECT coalesce(c.post, n.post), concat_ws(' ', coalesce(c.series, n.series), coalesce(c.year, n.year)), 'number',
       concat_ws('/', c.count, c.last), n.last::text
FROM counted c
FULL JOIN (SELECT * FROM number_series n WHERE series IN ('R', 'RF', 'CL') AND :post IN (n.post, '')) n
    ON (n.post, n.series, n.year) = (c.post, c.series, c.year)
WHERE c.count IS DISTINCT FROM n.last OR c.last IS DISTINCT FROM n.last
"""

#: A closing says what its payments and refunds add up to.
_CLOSED = """
WITH held AS (
    SELECT p.post, p.closing_id, p.method, p.currency, p.amount FROM payment p
    WHERE p.closing_id IS NOT NULL AND :post IN (p.post, '') UNION ALL
    SELECT r.post, r.closing_id, CASE r.target WHEN 'bank' THEN 'refund' ELSE 'return' END, r.currency, r.amount
    FROM refund r WHERE r.closing_id IS NOT NULL AND :post IN (r.post, '')
), sums AS (
    SELECT post, closing_id, method, currency, count(*) AS count, sum(amount) AS total FROM held GROUP BY 1, 2, 3, 4
), said AS (
    SELECT c.post, c.id, l.* FROM cash_closing c,
        jsonb_to_recordset(c.lines) AS l(method text, currency text, count int, total numeric)
    WHERE :post IN (c.post, ''))
SELECT coalesce(a.post, s.post), coalesce(a.id, s.closing_id)::text, 'closing',
       concat_ws('/', a.count, a.total), concat_ws('/', s.count, s.total)
FROM said a FULL JOIN sums s ON (s.post, s.closing_id, s.method, s.currency) = (a.post, a.id, a.method, a.currency)
WHERE coalesce(a.total, 0) <> coalesce(s.total, 0) OR coalesce(a.count, 0) <> coalesce(s.count, 0)
"""

#: What is used of a certificate is what was written off it, and what two persons put right by hand.
_USED = """
SELECT c.post, c.id::text, 'used', c.used::text, coalesce(sum(w.quantity), 0)::text FROM exemption_certificate c
LEFT JOIN (
    SELECT certificate_post, certificate_id, quantity FROM exemption_write_off
    UNION ALL SELECT post, certificate_id, quantity FROM exemption_correction
) w ON (w.certificate_post, w.certificate_id) = (c.post, c.id)
WHERE :post IN (c.post, '') GROUP BY c.post, c.id HAVING c.used <> coalesce(sum(w.quantity), 0)
"""

#: What is left of goods under suspense is what entered, less what was written off.
_LEFT = """
SELECT s.post, s.id::text, 'left', concat_ws('/', s.left_net_kg, s.left_packages, s.left_units),
       concat_ws('/', s.net_kg - coalesce(sum(w.net_kg), 0), s.packages - coalesce(sum(w.packages), 0),
                 s.units - coalesce(sum(w.units), 0))
FROM suspense_stock s LEFT JOIN suspense_write_off w ON (w.stock_post, w.stock_id) = (s.post, s.id)
WHERE :post IN (s.post, '') GROUP BY s.post, s.id
HAVING (s.net_kg - s.left_net_kg, s.packages - s.left_packages, s.units - s.left_units)
    <> (coalesce(sum(w.net_kg), 0), coalesce(sum(w.packages), 0), coalesce(sum(w.units), 0))
"""

_RESULTS = "SELECT a.post, a.id::text AS id, a.result, a.sha256 FROM assessment a WHERE :post IN (a.post, '')"

_PROOFS = (
    _ASSESSED,
    _DUE,
    _SECURED,
    _OWED,
    _PAID,
    _REFUNDED,
    _EXPLAINED,
    _TAKEN,
    _RECOVERED,
    _NUMBERED,
    _CLOSED,
    _USED,
    _LEFT,
)


def faults(session: Session, post: str | None = None) -> list[Fault]:
    """Every place where money does not add up; of one post, or of all."""
    found = [Fault(f.post, f.subject, f.key, f.kept, f.told) for f in ledger.verify(session, post)]
    for proof in _PROOFS:
        found += [Fault(*row) for row in session.execute(text(proof.format(posted=_BY_SUBJECT)), {"post": post or ""})]
    return [*found, *_changed(session, post)]


def _changed(session: Session, post: str | None) -> Iterator[Fault]:
    """Assessments whose content is no longer the one whose digest was kept."""
    for row in session.execute(text(_RESULTS), {"post": post or ""}).yield_per(1000):
        told = canonical.digest(row.result)
        if told != row.sha256:
            yield Fault(row.post, row.id, "sha256", row.sha256, told)

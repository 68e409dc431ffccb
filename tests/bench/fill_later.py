"""The later life of the million declarations: duties, money, questions, amendments, the gate, certificates and stocks.

Statements over the table `made` (see `fill_million`), which skip what costs only time here: items of exits older than a
quarter are left out, and one firm alone keeps accounts that pay.
"""

from __future__ import annotations

from tests.factories.actors import PARTY

#: What a declaration costs for each of its items, in somoni.
EACH = 25_000

#: Duties are posted for everything lodged; what is open or waits for its money is not paid yet.
_PAID = "status NOT IN ('selected', 'under_control', 'queried', 'detained', 'assessed')"
_FROM_ACCOUNT = f"party = '{PARTY}'"
_CLOSING = "md5(post || lodged_at::date)::uuid"

ASSESSMENTS = f"""
INSERT INTO assessment (post, id, declaration_id, number, content, final, currency, total, suspended, by_tax, suspended_by_tax, result,
    sha256, reason, made_at, made_by)
SELECT post, id, id, 1, 1, true, 'TJS', items * {EACH}, 0, jsonb_build_object('vat', (items * {EACH})::text || '.00'), '{{}}',
    jsonb_build_object('currency', 'TJS', 'total', (items * {EACH})::text || '.00', 'fees', '[]'::jsonb, 'items', '[]'::jsonb),
    encode(sha256(id::text::bytea), 'hex'), '', lodged_at, %(by)s
FROM made
"""
PAYMENTS = f"""
INSERT INTO payment (post, id, declaration_id, reference, party, purpose, method, bank, receipt, paid_on, amount, currency, excess,
    written_order, status, version, number, made_at, claimed_by, claimed_name, settled_by, settled_name, settled_at, cancelled_by, reason,
    closing_id)
SELECT post, id, id, reference, party, 'duties', CASE WHEN {_FROM_ACCOUNT} THEN 'account' ELSE 'receipt' END,
    CASE WHEN {_FROM_ACCOUNT} THEN NULL ELSE 'AMONATBONK' END, CASE WHEN {_FROM_ACCOUNT} THEN NULL ELSE id::text END, NULL,
    items * {EACH}, 'TJS', 'refundable', '', CASE WHEN {_PAID} THEN 'confirmed' ELSE 'claimed' END, 1,
    CASE WHEN {_PAID} THEN 'R' || reference END, lodged_at, NULL, NULL, CASE WHEN {_PAID} THEN %(by)s::uuid END,
    CASE WHEN {_PAID} THEN 'Cashier' END, CASE WHEN {_PAID} THEN lodged_at END, NULL, '',
    CASE WHEN {_PAID} AND lodged_at::date < guzar_now()::date THEN {_CLOSING} END
FROM made WHERE {_PAID} OR (status = 'assessed' AND NOT {_FROM_ACCOUNT} AND right(reference, 1) < '8')
"""
ASSESSED = f"""
INSERT INTO ledger_transfer (post, id, entry, subject, kind, debit, credit, amount, currency, at, person)
SELECT post, id, id, id, 'assessment', 'receivable', 'revenue:vat', items * {EACH}, 'TJS', lodged_at, %(by)s FROM made
"""
PAID = f"""
INSERT INTO ledger_transfer (post, id, entry, subject, kind, debit, credit, amount, currency, at, person)
SELECT post, md5(id::text)::uuid, id, id, 'payment', 'bank', 'receivable', items * {EACH}, 'TJS', lodged_at, %(by)s
FROM made WHERE {_PAID} AND NOT {_FROM_ACCOUNT}
"""
#: The account's line of transfers goes on from what the seed has put there.
_ACCOUNT = f"""
WITH posts AS (SELECT DISTINCT post FROM made), begun AS (
    SELECT p.post, coalesce(a.place, 0) AS place, coalesce(a.balance, 0) AS balance
    FROM posts p LEFT JOIN ledger_account a ON (a.post, a.code, a.currency) = (p.post, 'prepaid:{PARTY}', 'TJS')
), line AS (
    SELECT post, NULL::uuid AS id, 9000000000000.00 AS change, NULL::timestamptz AS at FROM posts
    UNION ALL SELECT post, id, items * - {EACH}, lodged_at FROM made WHERE {_PAID} AND {_FROM_ACCOUNT}
), placed AS (
    SELECT l.*, b.place + row_number() OVER w AS place, b.balance + sum(change) OVER w AS after
    FROM line l JOIN begun b USING (post) WINDOW w AS (PARTITION BY post ORDER BY id NULLS FIRST)
)
"""
FROM_ACCOUNT = (
    _ACCOUNT
    + f"""
INSERT INTO ledger_transfer (post, id, entry, subject, kind, debit, credit, amount, currency, at, person, limited, place, place_before,
    balance_before, balance_after)
SELECT post, gen_random_uuid(), coalesce(id, gen_random_uuid()), id, CASE WHEN id IS NULL THEN 'deposit' ELSE 'payment' END,
    CASE WHEN id IS NULL THEN 'bank' ELSE 'prepaid:{PARTY}' END, CASE WHEN id IS NULL THEN 'prepaid:{PARTY}' ELSE 'receivable' END,
    abs(change), 'TJS', coalesce(at, guzar_now() - interval '3 years'), %(by)s, 'prepaid:{PARTY}', place, nullif(place - 1, 0),
    after - change, after
FROM placed
"""
)
#: Runs after the transfers: the account stands at the last of them.
ACCOUNTS = f"""
WITH kept AS (
    INSERT INTO ledger_account (post, code, currency, balance, place)
    SELECT DISTINCT ON (post) post, 'prepaid:{PARTY}', 'TJS', balance_after, place FROM ledger_transfer
    WHERE limited = 'prepaid:{PARTY}' ORDER BY post, place DESC
    ON CONFLICT (post, code, currency) DO UPDATE SET balance = excluded.balance, place = excluded.place
), others AS (
    INSERT INTO ledger_account (post, code, currency)
    SELECT post, code, 'TJS' FROM (SELECT DISTINCT post FROM made) p, unnest(ARRAY['receivable', 'revenue:vat', 'bank']) code
    ON CONFLICT DO NOTHING
)
INSERT INTO prepayment_account (post, party, currency, standing_order, opened_at, version)
SELECT DISTINCT post, '{PARTY}', 'TJS', true, guzar_now() - interval '3 years', 1 FROM made ON CONFLICT DO NOTHING
"""
CLOSINGS = """
INSERT INTO cash_closing (post, id, number, lines, note, person, name, at)
SELECT post, md5(post || day)::uuid, post || '-CL-' || to_char(day, 'YYYYMMDD'), '[]', '', %(by)s, 'Cashier', day + interval '20 hours'
FROM (SELECT DISTINCT post, lodged_at::date AS day FROM made WHERE lodged_at::date < guzar_now()::date) days
"""
#: Ids begin with the time of the exit, as those made by the application do.
_GONE = """
WITH gone AS (
    SELECT *, least(changed_at + interval '3 hours', guzar_now()) AS at FROM made WHERE status = 'exited'
), named AS (
    SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || left(md5(id::text), 3) || '8'
        || right(md5(id::text), 15))::uuid AS exit_id FROM gone
)
"""
EXITS = (
    _GONE
    + """
INSERT INTO declaration_exit (post, id, declaration_id, number, content, whole, plate, seals, seals_agree, remark, permit, without_permit, person,
    login, name, at)
SELECT post, exit_id, id, 'X' || reference, 1, true, plate, '{}', true, '', permit, CASE WHEN permit IS NULL THEN 'Found in the count' ELSE '' END,
    %(by)s, 'inspector', 'Inspector', at FROM named
"""
)
EXIT_ITEMS = (
    _GONE
    + """
INSERT INTO declaration_exit_item (post, declaration_id, item, exit_id)
SELECT post, id, n, exit_id FROM named, generate_series(1, items) n WHERE at > guzar_now() - interval '90 days'
"""
)
AUDITS = """
INSERT INTO declaration_audit (post, id, declaration_id, content, outcome, summary, person, login, name, at)
SELECT post, id, id, 1, CASE WHEN changed_at < guzar_now() - interval '30 days' THEN 'conform' ELSE 'further' END, 'Books seen', %(by)s,
    'auditor', 'Auditor', least(changed_at + interval '9 days', guzar_now())
FROM made WHERE lane = 'blue' AND status IN ('released', 'exited')
    AND (changed_at < guzar_now() - interval '30 days' OR right(reference, 1) < '2')
"""
QUERIES = """
INSERT INTO declaration_query (post, id, declaration_id, item, question, deadline, asked_by, asked_login, asked_name, asked_at, answer,
    answered_by, answered_login, answered_name, answered_at)
SELECT post, id, id, 0, 'Where is the certificate?', changed_at + interval '3 days', %(by)s, 'officer', 'Officer', changed_at,
    CASE WHEN closed THEN 'Attached' END, CASE WHEN closed THEN gen_random_uuid() END, CASE WHEN closed THEN 'trader' END,
    CASE WHEN closed THEN 'Trader' END, CASE WHEN closed THEN changed_at + interval '1 hour' END
FROM (SELECT *, status <> 'queried' AS closed FROM made WHERE status = 'queried' OR (lane IN ('yellow', 'red') AND right(reference, 1) < '2')) q
"""
AMENDMENTS = """
INSERT INTO declaration_amendment (post, id, declaration_id, kind, stage, status, body, sha256, reason, from_content, to_content,
    requested_by, requested_login, requested_name, requested_role, requested_at, decided_by, decided_login, decided_name, decided_at)
SELECT post, id, id, 'amend', 'held', CASE WHEN closed THEN 'rejected' ELSE 'requested' END, '{}', encode(sha256(id::text::bytea), 'hex'),
    'A slip of the pen', 1, NULL, %(by)s, 'trader', 'Trader', 'trader', changed_at, CASE WHEN closed THEN gen_random_uuid() END,
    CASE WHEN closed THEN 'officer' END, CASE WHEN closed THEN 'Officer' END, CASE WHEN closed THEN changed_at END
FROM (SELECT *, status IN ('released', 'exited', 'refused', 'returned', 'seized') AS closed FROM made
      WHERE lane IN ('yellow', 'red') AND right(reference, 1) = '3') asked
"""
CERTIFICATES = """
INSERT INTO exemption_certificate (post, id, kind, number, issuer, source, holder, commodities, origins, taxes, measure, unit, granted, used, valid_from,
    valid_to, status, registered_by, registered_name, registered_at, decided_by, decided_name)
SELECT post, id, 'exemption', 'EX-' || reference, 'Ministry', 'Decree', party, '{}', '{}', '{vat}', 'net_kg', NULL, 90000, 0, '2020-01-01', '2099-12-31',
    'in_force', %(by)s, 'Officer', lodged_at, gen_random_uuid(), 'Supervisor'
FROM made WHERE right(reference, 2) = 'AA'
"""
STOCKS = """
INSERT INTO suspense_stock (post, id, declaration_id, mrn, item, holder, commodity, procedure, net_kg, packages, unit, units, left_net_kg,
    left_packages, left_units, opened_at)
SELECT post, id, id, mrn, 1, party, '620342', '7000', 2300, 120, NULL, 0, CASE WHEN lodged_at > guzar_now() - interval '90 days' THEN 900 ELSE 0 END,
    CASE WHEN lodged_at > guzar_now() - interval '90 days' THEN 40 ELSE 0 END, 0, changed_at
FROM made WHERE status = 'exited' AND right(reference, 1) = 'W'
"""
PRICES = """
INSERT INTO commodity_price (post, currency, commodity, items, p05, p10, median, p90, p95, refreshed_at)
SELECT post, 'USD', code, 400, 2, 2, 4, 8, 8, guzar_now() FROM (SELECT DISTINCT post FROM made) p, unnest(%(codes)s::text[]) code
"""

#: In any order, and what runs after all of them.
STATEMENTS = (
    ASSESSED, PAYMENTS, ASSESSMENTS, PAID, EXITS, EXIT_ITEMS, FROM_ACCOUNT, AUDITS, QUERIES, AMENDMENTS, CLOSINGS, CERTIFICATES, STOCKS, PRICES,
)  # fmt: skip
AFTERWARDS = (ACCOUNTS,)
#: Largest first.
FILLED = (
    "ledger_transfer",
    "payment",
    "assessment",
    "declaration_exit",
    "declaration_exit_item",
    "declaration_audit",
    "declaration_query",
    "declaration_amendment",
)

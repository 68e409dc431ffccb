"""Do the tables say what the journal says? Each thing's entries are folded into a last state and compared with its row.

Everything is done in SQL, one statement a kind: a key that an entry does not name keeps its value, so the last value
named is the state. A row without entries, entries without a row and every value that differs are told. So is money that
does not add up (see `sums`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.attachments.queries import damaged
from app.core.db import node_post
from app.registers import inspected, sums
from app.registers.risk import remembered
from app.risk.queries import tampering
from app.watchlists.queries import approved as lists

#: More differences than this are counted but not listed.
MOST_LISTED = 200


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its rows as (post, subject, JSON of what is compared), and what the journal calls that."""

    name: str
    rows: str
    keys: tuple[str, ...]
    #: For what is told in another thing's own entries: the key that names it there, and what kind of thing that is.
    named: str = ""
    told_of: str = "declaration"
    #: The columns of the base table in `rows` by which its rows are found, for those who compare some of them.
    post: str = "post"
    home: str = "id"

    @property
    def journaled(self) -> str:
        """The kind of the journal's entries that tell of it."""
        return self.told_of if self.named else self.name

    @property
    def subject(self) -> str:
        """SQL: what an entry `j` is about."""
        return f"j.after ->> '{self.named}'" if self.named else "j.subject"


_DECLARATIONS = """
SELECT d.post, d.id::text AS subject, jsonb_build_object(
    'status', d.status, 'version', d.version, 'reference', d.reference, 'lane', d.lane, 'mrn', d.mrn,
    'content', nullif(d.content, 0), 'sha256', c.sha256) AS state
FROM declaration d
LEFT JOIN declaration_content c ON (c.post, c.declaration_id, c.content) = (d.post, d.id, d.content)
"""
_INSPECTIONS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'version', version, 'conclusion', conclusion, 'summary', summary, 'act', number,
    'recommendation', recommendation, 'appointed', place) AS state
FROM inspection
"""
_PROPOSALS = """
SELECT post, id::text AS subject, jsonb_build_object('status', status, 'reference', reference) AS state FROM proposal
"""
_PERMITS = """
SELECT p.post, p.id::text AS subject, jsonb_build_object(
    'number', p.number, 'valid_until', p.valid_until, 'copy', nullif(r.copy, 0), 'sha256', r.sha256,
    'revoked_at', to_char(p.revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM permit p
CROSS JOIN LATERAL (
    SELECT copy, sha256 FROM permit_print r WHERE (r.post, r.permit_id) = (p.post, p.id) ORDER BY copy DESC LIMIT 1) r
"""
_ATTACHMENTS = """
SELECT post, id::text AS subject, jsonb_build_object('size', size, 'sha256', CASE
    WHEN content IS NULL OR encode(sha256(content), 'hex') = sha256 THEN sha256
    ELSE encode(sha256(content), 'hex') || ' is not ' || sha256 END) AS state
FROM attachment
"""
_DOCUMENTS = """
SELECT post, id::text AS subject, jsonb_build_object('added', jsonb_strip_nulls(jsonb_build_object(
    'item', item, 'type', type, 'number', number, 'date', date, 'issuer', issuer, 'issue_place', issue_place,
    'expires', expires, 'attachment', attachment))) AS state
FROM declaration_presented_document
"""
_ASSESSMENTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'declaration', declaration_id, 'number', number, 'content', content, 'final', final, 'currency', currency,
    'total', total::text, 'suspended', suspended::text, 'sha256', sha256) AS state
FROM assessment
"""
_PAYMENTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'version', version, 'amount', amount::text, 'currency', currency, 'number', number,
    'closing', closing_id, 'declaration', declaration_id, 'party', party, 'purpose', purpose, 'method', method,
    'bank', bank, 'receipt', receipt, 'written_order', written_order) AS state
FROM payment
"""
_ACCOUNTS = """
SELECT post, party AS subject, jsonb_build_object('standing_order', standing_order, 'currency', currency) AS state
FROM prepayment_account
"""
_SECURITIES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'declaration', declaration_id, 'method', method, 'reference', reference, 'amount', amount::text,
    'currency', currency, 'payment', payment_id, 'released', released_at IS NOT NULL) AS state
FROM duty_security
"""
_REFUNDS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'number', number, 'declaration', declaration_id, 'party', party, 'target', target, 'bank', bank,
    'bank_reference', bank_reference, 'amount', amount::text, 'currency', currency, 'closing', closing_id) AS state
FROM refund
"""
_CLOSINGS = """
SELECT post, id::text AS subject, jsonb_build_object('number', number, 'lines', lines, 'note', note) AS state
FROM cash_closing
"""

_QUERIES = """
SELECT post, id::text AS subject, jsonb_build_object('query_state', CASE
    WHEN answered_at IS NOT NULL THEN 'answered' WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' ELSE 'open' END) AS state
FROM declaration_query
"""
_AMENDMENTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'amendment_state', status, 'amendment_sha256', sha256, 'to_content', to_content) AS state
FROM declaration_amendment
"""
_EXITS = """
SELECT e.post, e.id::text AS subject, jsonb_build_object(
    'exit_number', e.number, 'plate', e.plate, 'seals', e.seals, 'exit_permit', e.permit, 'exit_items', (
        SELECT jsonb_agg(i.item ORDER BY i.item) FROM declaration_exit_item i
        WHERE (i.post, i.exit_id) = (e.post, e.id))) AS state
FROM declaration_exit e
"""
_AUDITS = """
SELECT post, id::text AS subject, jsonb_build_object('audit_outcome', outcome) AS state FROM declaration_audit
"""
_TEMPLATES = """
SELECT post, id::text AS subject, jsonb_build_object('status', 'kept', 'name', name) AS state FROM declaration_template
"""

_CERTIFICATES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'holder', holder, 'measure', measure, 'granted', granted::text, 'used', used::text) AS state
FROM exemption_certificate
"""
_MANDATES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'principal', principal, 'declarant', declarant, 'scopes', to_jsonb(scopes), 'valid_from', valid_from,
    'valid_to', valid_to, 'paper', paper, 'revoked', revoked_at IS NOT NULL) AS state
FROM mandate
"""
_STOCKS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'mrn', mrn, 'item', item, 'net_kg', left_net_kg::text, 'packages', left_packages::text, 'units', left_units::text) AS state
FROM suspense_stock
"""

_MOVEMENTS = """
SELECT m.post, m.id::text AS subject, jsonb_build_object(
    'status', m.status, 'version', m.version, 'reference', m.reference, 'mrn', m.mrn,
    'content', nullif(m.content, 0), 'sha256', c.sha256,
    'limit_at', to_char(m.limit_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM transit_movement m
LEFT JOIN transit_content c ON (c.post, c.movement_id, c.content) = (m.post, m.id, m.content)
"""
_GUARANTEES = """
SELECT post, id::text AS subject, jsonb_build_object('status', status, 'version', version, 'grn', grn) AS state
FROM guarantee
"""
#: What is granted at a post is told in the chain of the node, in the entries of its account.
_GRANTS = """
SELECT CAST(:node AS text) AS post, id::text AS subject, jsonb_build_object(
    'role', role, 'post', post, 'party', party,
    'valid_from', to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'valid_to', to_char(valid_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM access_grant
"""
_ACCOUNTS_OF_PEOPLE = """
SELECT CAST(:node AS text) AS post, id::text AS subject, jsonb_build_object(
    'login', login, 'person', person_id, 'active', nullif(active, true),
    'dormant_at', to_char(dormant_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM app_user
"""
_SHIFTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'person', person, 'agency', agency, 'place', place, 'lane', lane, 'replaces', replaces, 'ended_how', ended_how,
    'starts_at', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'ends_at', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'ended_at', to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM duty_shift
"""
_QUALIFICATIONS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'person', person, 'kind', kind, 'code', code, 'valid_from', valid_from, 'valid_to', valid_to,
    'ended_at', to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM duty_qualification
"""
_CONFLICTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'person', person, 'party', party, 'party_name', party_name, 'relation', relation,
    'ended_at', to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM duty_conflict
"""

_DETENTIONS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'version', version, 'number', number, 'reason', reason, 'basis', basis, 'ended_how', ended_how,
    'until', to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'extended_until', to_char(extended_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS state
FROM detention
"""
_SEIZURES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'number', number, 'circumstances', circumstances, 'hidden', hidden, 'basis', basis, 'pieces', pieces) AS state
FROM seizure
"""
_ENDS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'number', number, 'kind', kind, 'reason', reason, 'manner', manner, 'witness', witness, 'commission', commission) AS state
FROM goods_end
"""
_APPEALS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'status', status, 'version', version, 'number', number, 'against', against, 'target', target, 'late', late,
    'grounds', grounds, 'answer', answer) AS state
FROM appeal
"""

KINDS = (
    Kind(
        "declaration",
        _DECLARATIONS,
        ("status", "reference", "lane", "mrn", "content", "sha256", "version"),
        post="d.post",
        home="d.id",
    ),
    Kind("query", _QUERIES, ("query_state",), "query", home="declaration_id"),
    Kind(
        "amendment",
        _AMENDMENTS,
        ("amendment_state", "amendment_sha256", "to_content"),
        "amendment",
        home="declaration_id",
    ),
    Kind(
        "exit",
        _EXITS,
        ("exit_number", "plate", "seals", "exit_permit", "exit_items"),
        "exit",
        post="e.post",
        home="e.declaration_id",
    ),
    Kind("document", _DOCUMENTS, ("added",), "document", home="declaration_id"),
    Kind("audit", _AUDITS, ("audit_outcome",), "audit", home="declaration_id"),
    Kind("template", _TEMPLATES, ("status", "name")),
    Kind(
        "inspection",
        _INSPECTIONS,
        ("status", "version", "conclusion", "summary", "act", "recommendation", "appointed"),
    ),
    *(Kind(r.name, r.rows, r.keys, r.named, told_of="inspection", post=r.post, home=r.home) for r in inspected.ROWS),
    Kind(
        "detention",
        _DETENTIONS,
        ("status", "version", "number", "reason", "basis", "until", "extended_until", "ended_how"),
    ),
    Kind("seizure", _SEIZURES, ("number", "circumstances", "hidden", "basis", "pieces")),
    Kind("goods-end", _ENDS, ("number", "kind", "reason", "manner", "witness", "commission")),
    Kind("appeal", _APPEALS, ("status", "version", "number", "against", "target", "late", "grounds", "answer")),
    Kind("proposal", _PROPOSALS, ("status", "reference")),
    Kind("permit", _PERMITS, ("number", "valid_until", "revoked_at", "copy", "sha256"), post="p.post", home="p.id"),
    Kind("attachment", _ATTACHMENTS, ("sha256", "size")),
    Kind(
        "assessment",
        _ASSESSMENTS,
        ("declaration", "number", "content", "final", "currency", "total", "suspended", "sha256"),
    ),
    Kind(
        "payment",
        _PAYMENTS,
        (
            *("status", "version", "amount", "currency", "number", "closing", "declaration", "party"),
            *("purpose", "method", "bank", "receipt", "written_order"),
        ),
    ),
    Kind("prepayment", _ACCOUNTS, ("standing_order", "currency"), home="party"),
    Kind(
        "security",
        _SECURITIES,
        ("declaration", "method", "reference", "amount", "currency", "payment", "released"),
    ),
    Kind(
        "refund",
        _REFUNDS,
        ("number", "declaration", "party", "target", "bank", "bank_reference", "amount", "currency", "closing"),
    ),
    Kind("closing", _CLOSINGS, ("number", "lines", "note")),
    Kind("exemption", _CERTIFICATES, ("status", "holder", "measure", "granted", "used")),
    Kind("mandate", _MANDATES, ("principal", "declarant", "scopes", "valid_from", "valid_to", "paper", "revoked")),
    Kind("suspense", _STOCKS, ("mrn", "item", "net_kg", "packages", "units")),
    Kind(
        "transit",
        _MOVEMENTS,
        ("status", "version", "reference", "mrn", "content", "sha256", "limit_at"),
        post="m.post",
        home="m.id",
    ),
    Kind("guarantee", _GUARANTEES, ("status", "version", "grn")),
    Kind(
        "grant",
        _GRANTS,
        ("role", "post", "party", "valid_from", "valid_to"),
        named="grant",
        told_of="account",
        post="CAST(:node AS text)",
        home="account_id",
    ),
    Kind("account", _ACCOUNTS_OF_PEOPLE, ("login", "person", "active", "dormant_at"), post="CAST(:node AS text)"),
    Kind(
        "duty_shift",
        _SHIFTS,
        ("person", "agency", "place", "lane", "replaces", "ended_how", "starts_at", "ends_at", "ended_at"),
    ),
    Kind("duty_qualification", _QUALIFICATIONS, ("person", "kind", "code", "valid_from", "valid_to", "ended_at")),
    Kind("duty_conflict", _CONFLICTS, ("person", "party", "party_name", "relation", "ended_at")),
)

#: A draft's own words stand in another table; the digest compared is that of what was lodged.
_DRAFT_DIGEST = "sha256"

_COMPARE = """
WITH told AS (
    SELECT j.post, {subject} AS subject, jsonb_object_agg(e.key, e.value ORDER BY j.number) AS state
    FROM journal_entry j CROSS JOIN LATERAL jsonb_each(j.after) e
    WHERE j.kind = :kind AND {subject} IS NOT NULL AND e.key = ANY(:keys) AND (CAST(:post AS text) IS NULL OR j.post = :post)
    GROUP BY j.post, {subject}
), kept AS (
    SELECT * FROM ({rows}) r WHERE CAST(:post AS text) IS NULL OR r.post = :post
)
SELECT coalesce(kept.post, told.post) AS post, coalesce(kept.subject, told.subject) AS subject,
       kept.state AS kept, told.state AS told
FROM kept FULL JOIN told ON (told.post, told.subject) = (kept.post, kept.subject)
"""


#: A seal's events are told by its serial, at whatever office they happened. A serial that came on goods again and again
#: has a row for each time: the last one counts.
_SEALS = """
WITH events AS (
    SELECT s.serial, j.at, j.number, CASE j.event
        WHEN 'seal.received' THEN 'stock' WHEN 'seal.given-back' THEN 'stock' WHEN 'seal.issued' THEN 'issued'
        WHEN 'seal.applied' THEN 'applied' WHEN 'seal.adopted' THEN 'applied' WHEN 'seal.removed' THEN 'removed'
        WHEN 'seal.voided' THEN 'void'
        WHEN 'seal.checked' THEN CASE WHEN (j.after ->> 'in_order')::boolean THEN NULL ELSE 'broken' END END AS status
    FROM journal_entry j CROSS JOIN LATERAL jsonb_array_elements_text(j.after -> 'serials') AS s (serial)
    WHERE j.kind = 'seal' AND j.after ? 'serials'
), told AS (
    SELECT DISTINCT ON (serial) serial, status FROM events WHERE status IS NOT NULL ORDER BY serial, at DESC, number DESC
), kept AS (
    SELECT DISTINCT ON (serial) post, serial, status FROM seal ORDER BY serial, changed_at DESC, id DESC
)
SELECT kept.post, serial, kept.status AS kept, told.status AS told
FROM kept FULL JOIN told USING (serial) WHERE CAST(:post AS text) IS NULL OR kept.post = :post
"""


@dataclass(frozen=True)
class Difference:
    """What the table (`kept`) and the journal (`told`) say differently; `key` is "row" where one of them is silent."""

    kind: str
    post: str
    subject: str
    key: str
    kept: Any
    told: Any


def compare(session: Session, post: str | None = None) -> tuple[int, list[Difference]]:
    """How many things were compared, and where tables and journal differ; of one post, or of all.

    For a true answer while others write, the session's transaction must see one moment (REPEATABLE READ).
    """
    compared, found = 0, list[Difference]()
    for kind in KINDS:
        asked = {"kind": kind.journaled, "keys": list(kind.keys), "post": post, "node": node_post()}
        rows = session.execute(text(_COMPARE.format(rows=kind.rows, subject=kind.subject)), asked)
        for row in rows.yield_per(5000).mappings():
            compared += 1
            found += differences(kind, row["post"], row["subject"], row["kept"], row["told"])
    for seal in session.execute(text(_SEALS), {"post": post}).mappings():
        compared += 1
        if seal["kept"] != seal["told"]:
            found.append(Difference("seal", seal["post"] or "", seal["serial"], "status", seal["kept"], seal["told"]))
    found += [Difference("ledger", *fault) for fault in sums.faults(session, post)]
    found += [Difference("tally", *fault) for fault in remembered.faults(session, post)]
    if post in (None, node_post()):
        found += [
            Difference(f"risk {wrong.what}", node_post(), wrong.code, str(wrong.version), wrong.problem, "as approved")
            for wrong in tampering.now(session)
        ]
        found += [
            Difference(f"watch {wrong.what}", node_post(), wrong.key, "content", wrong.problem, "as approved")
            for wrong in lists.compare(session)[1]
        ]
    found += [
        Difference("attachment", at, str(id), "file", what, told) for at, id, told, what in damaged(session, post)
    ]
    return compared, found


def differences(
    kind: Kind, post: str, subject: str, kept: dict[str, Any] | None, told: dict[str, Any] | None
) -> Iterator[Difference]:
    if kept is None:
        if told is not None and told.get("status", "") is not None:  # a draft thrown away says so: its status is null
            yield Difference(kind.name, post, subject, "row", None, told)
        return
    if told is None:
        yield Difference(kind.name, post, subject, "row", kept, None)
        return
    for key in kind.keys:
        if kept.get("status") == "draft" and key == _DRAFT_DIGEST:
            continue
        one, other = kept.get(key), told.get(key)
        if one != other:
            yield Difference(kind.name, post, subject, key, one, other)

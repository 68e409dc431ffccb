"""What must hold after whatever was done to a node. The same function serves the runs that must find nothing and the runs
in which a guard was taken away, which must find it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.numbering import is_mrn
from app.registers import integrity
from tests.factories import caches
from tests.faults import adding
from tests.faults.asking import Deed, Ledger
from tests.faults.violation import Violation

#: What a declaration may have become after it was answered to be in a state; written by hand, not asked of the application.
_GONE = {"released", "exited"}
_DECIDED = {"assessed", "paid", "refused", "seized", "returned"} | _GONE
LATER = {
    "draft": {"draft", "selected", "under_control", "detained"} | _DECIDED,
    "selected": {"selected", "under_control", "detained"} | _DECIDED,
    "under_control": {"under_control", "detained"} | _DECIDED,
    "detained": {"under_control", "detained"} | _DECIDED,
    "assessed": {"assessed", "paid"} | _GONE,
    "released": _GONE,
    "exited": {"exited"},
    "refused": {"refused"},
    "seized": {"seized"},
    "returned": {"returned"},
}


def violations(url: str, ledger: Ledger) -> list[Violation]:
    """Everything that is wrong in a database, given what its clients were told."""
    caches.forget()
    db.connect(url, node_post="TJPPJ")
    try:
        with db.reading() as session:
            session.execute(text("SET statement_timeout = '120s'"))
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            return [
                *told(ledger), *lost(session, ledger), *doubled(session), *winners(session), *gaps(session), *chains(session),
                *replayed(session), *unpublished(session), *keys(session, ledger), *adding.up(session),
            ]  # fmt: skip
    finally:
        db.disconnect()
        caches.forget()


def kinds(found: list[Violation]) -> dict[str, int]:
    return dict(Counter(v.kind for v in found))


def told(ledger: Ledger) -> list[Violation]:
    """What the clients saw themselves."""
    found = [Violation("defect", what) for what in ledger.defects]
    found += [Violation("unanswered", what) for what in ledger.unanswered]
    found += [Violation("unexpected", what) for what in ledger.unexpected]
    found += [Violation("unequal", what) for what in ledger.unequal]
    for what, statuses in ledger.races:
        if sum(200 <= status < 300 for status in statuses) != 1:
            found.append(Violation("winners", f"{what}: {statuses}"))
    return found


def lost(session: Session, ledger: Ledger) -> list[Violation]:
    """Acknowledged, and not in the database."""
    kept = _Kept(session)
    return [Violation("lost", f"{d.kind} {d.key}: {why}") for d in ledger.acknowledged for why in kept.missing(d)]


class _Kept:
    """What the database holds, by the names under which clients were told of it."""

    def __init__(self, session: Session) -> None:
        def rows(sql: str) -> list[Any]:
            return list(session.execute(text(sql)))

        self.keys = {key for (key,) in rows("SELECT key FROM idempotency_key")}
        self.declarations = {r.reference: r for r in rows("SELECT reference, mrn, status FROM declaration")}
        self.texts = {kind: {said for (said,) in rows(sql)} for kind, sql in _TEXTS.items()}
        self.permits = {number: reference for number, reference in rows("SELECT number, reference FROM permit")}
        self.prints = {
            tuple(r)
            for r in rows("SELECT p.number, r.copy, r.sha256 FROM permit_print r JOIN permit p ON p.id = r.permit_id")
        }
        self.payments = {r.id: r for r in rows("SELECT id::text, status, amount::text, number FROM payment")}
        self.securities = {r.id: r for r in rows("SELECT id::text, amount::text FROM duty_security")}
        self.amendments = {id: status for id, status in rows("SELECT id::text, status FROM declaration_amendment")}
        self.proposals = {id: status for id, status in rows("SELECT id::text, status FROM proposal")}
        self.refunds = {id for (id,) in rows("SELECT proposal_id::text FROM refund")}
        self.exits = {
            r.number: r.items
            for r in rows(
                "SELECT e.number, array_agg(i.item::int ORDER BY i.item) AS items FROM declaration_exit e "
                "JOIN declaration_exit_item i ON (i.post, i.exit_id) = (e.post, e.id) GROUP BY 1"
            )
        }
        self.closings = {number for (number,) in rows("SELECT number FROM cash_closing")}

    def missing(self, deed: Deed) -> Iterator[str]:
        """Everything that an answer said and that is not so."""
        body = deed.answer.json
        if deed.key not in self.keys:
            yield "its answer is not stored"
        yield from self._declaration(body.get("declaration") or body)
        yield from self._money(body)
        yield from self._papers(deed, body)
        if deed.kind in self.texts and not any(deed.key in said for said in self.texts[deed.kind]):
            yield "no row carries its words"

    def _declaration(self, said: dict[str, Any]) -> Iterator[str]:
        if not {"reference", "status", "mrn"} <= said.keys():
            return
        row = self.declarations.get(said["reference"])
        if row is None:
            yield f"{said['reference']} is not there"
        elif row.status not in LATER[said["status"]] or (said["mrn"] and row.mrn != said["mrn"]):
            yield f"{said['reference']}: said {said['status']} {said['mrn']}, is {row.status} {row.mrn}"

    def _money(self, body: dict[str, Any]) -> Iterator[str]:
        if (paid := body.get("payment")) is not None:
            row = self.payments.get(paid["id"])
            later = {"claimed": {"claimed", "confirmed"}, "confirmed": {"confirmed"}}[paid["status"]]
            if row is None or row.status not in later or row.amount != paid["amount"]:
                yield f"payment {paid['id']} of {paid['amount']} {paid['status']} is {row}"
            elif paid["number"] and row.number != paid["number"]:
                yield f"receipt {paid['number']} is {row.number}"
        if (security := body.get("security")) is not None and security["id"] not in self.securities:
            yield f"security {security['id']} is not there"
        if "lines" in body and body["number"] not in self.closings:
            yield f"closing {body['number']} is not there"

    def _papers(self, deed: Deed, body: dict[str, Any]) -> Iterator[str]:
        if deed.kind == "permit" and self.permits.get(body["number"]) != deed.what["reference"]:
            yield f"permit {body['number']} is not there"
        if deed.kind in ("permit", "copy") and (body["number"], body["copy"], body["print_sha256"]) not in self.prints:
            yield f"print {body['copy']} of {body['number']} is not there"
        if (wanted := body.get("amendment")) is not None:
            later = {"requested": {"requested", "accepted", "overtaken"}}.get(wanted["status"], {wanted["status"]})
            if self.amendments.get(wanted["id"]) not in later:
                yield f"amendment {wanted['id']} {wanted['status']} is {self.amendments.get(wanted['id'])}"
        if (gone := body.get("exit")) is not None and self.exits.get(gone["number"]) != gone["items"]:
            yield f"exit {gone['number']} of {gone['items']} is {self.exits.get(gone['number'])}"
        if deed.kind == "refund" and body["proposal"]["id"] not in self.proposals:
            yield f"proposal {body['proposal']['id']} is not there"
        if deed.kind == "approval" and (self.proposals.get(body["id"]) != "approved" or body["id"] not in self.refunds):
            yield f"approval of {body['id']} is not there"


_TEXTS = {
    "decision": "SELECT reason FROM declaration_decision",
    "finding": "SELECT found FROM inspection_finding",
    "conclusion": "SELECT coalesce(summary, '') FROM inspection",
    "copy": "SELECT reason FROM permit_print",
    "amendment": "SELECT reason FROM declaration_amendment",
    "exit": "SELECT remark FROM declaration_exit",
    "claim": "SELECT lower(coalesce(receipt, '')) FROM payment",
    "deposit": "SELECT lower(coalesce(receipt, '')) FROM payment",
    "refund": "SELECT reason FROM proposal",
    "approval": "SELECT coalesce(decided_reason, '') FROM proposal",
    "closing": "SELECT note FROM cash_closing",
    "security": "SELECT reference FROM duty_security",
}

_DOUBLED = {
    "declaration": "SELECT reference, count(*) FROM (SELECT local_reference AS reference, declaration_id FROM declaration_content"
    " UNION SELECT body->>'local_reference', declaration_id FROM declaration_draft) d GROUP BY 1 HAVING count(*) > 1",
    "MRN": "SELECT mrn, count(*) FROM declaration WHERE mrn IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    "permit": "SELECT reference, count(*) FROM permit WHERE revoked_at IS NULL GROUP BY 1 HAVING count(*) > 1",
    "decision": "SELECT reason, count(*) FROM declaration_decision GROUP BY 1 HAVING count(*) > 1",
    "finding": "SELECT found, count(*) FROM inspection_finding GROUP BY 1 HAVING count(*) > 1",
    "copy": "SELECT reason, count(*) FROM permit_print WHERE copy > 0 GROUP BY 1 HAVING count(*) > 1",
    "receipt": "SELECT bank || ' ' || receipt, count(*) FROM payment WHERE status IN ('claimed', 'confirmed') AND receipt IS NOT NULL"
    " GROUP BY 1 HAVING count(*) > 1",
    "order": "SELECT written_order, count(*) FROM payment WHERE written_order <> '' GROUP BY 1 HAVING count(*) > 1",
    "amendment": "SELECT reason, count(*) FROM declaration_amendment GROUP BY 1 HAVING count(*) > 1",
    "accepted": "SELECT declaration_id || ' ' || from_content, count(*) FROM declaration_amendment"
    " WHERE status = 'accepted' AND kind = 'amend' GROUP BY 1 HAVING count(*) > 1",
    "exit": "SELECT remark, count(*) FROM declaration_exit WHERE remark <> '' GROUP BY 1 HAVING count(*) > 1",
    "item at the gate": "SELECT declaration_id || ' ' || item, count(*) FROM declaration_exit_item GROUP BY 1 HAVING count(*) > 1",
    "refund": "SELECT proposal_id, count(*) FROM refund GROUP BY 1 HAVING count(*) > 1",
    "proposal": "SELECT reason, count(*) FROM proposal GROUP BY 1 HAVING count(*) > 1",
    "security": "SELECT reference, count(*) FROM duty_security WHERE method = 'guarantee' GROUP BY 1 HAVING count(*) > 1",
    "stock": "SELECT declaration_id || ' ' || item, count(*) FROM suspense_stock GROUP BY 1 HAVING count(*) > 1",
    "closing": "SELECT note, count(*) FROM cash_closing GROUP BY 1 HAVING count(*) > 1",
    "request": "SELECT split_part(request_id, '-', 1), count(DISTINCT request_id) FROM journal_entry"
    " WHERE request_id ~ '^[0-9a-f]{32}-[0-9]+-' GROUP BY 1 HAVING count(DISTINCT request_id) > 1",
}  # fmt: skip


def doubled(session: Session) -> list[Violation]:
    """One logical deed that was done more than once."""
    return [
        Violation("doubled", f"{name} {what}: {count} times")
        for name, sql in _DOUBLED.items()
        for what, count in session.execute(text(sql))
    ]


def winners(session: Session) -> list[Violation]:
    """A declaration that was finally decided more than once."""
    sql = "SELECT declaration_id, array_agg(decision) AS all FROM declaration_decision WHERE decision <> 'hold' GROUP BY 1 HAVING count(*) > 1"
    return [Violation("winners", f"{row[0]}: {row[1]}") for row in session.execute(text(sql))]


#: Tables that keep official numbers, with the series they are drawn from.
_NUMBERED = {
    "permit": "CP", "declaration_exit": "X", "payment": "R", "refund": "RF", "cash_closing": "CL", "inspection": "IA",
    "detention": "DT", "seizure": "SZ",
}  # fmt: skip


def gaps(session: Session) -> list[Violation]:
    """Numbers of every series are 1, 2, 3 … per post, and the series stands at the last."""
    given: dict[tuple[str, str], list[int]] = defaultdict(list)
    found = []
    for post, mrn in session.execute(text("SELECT post, mrn FROM declaration WHERE mrn IS NOT NULL")):
        if not is_mrn(mrn):
            found.append(Violation("gap", f"{mrn} is no MRN"))
        given[post, "MRN"].append(int(mrn[7:16]))
    for table, series in _NUMBERED.items():
        for post, number in session.execute(text(f"SELECT post, number FROM {table} WHERE number IS NOT NULL")):
            given[post, series].append(int(number.rpartition("-")[2]))
    last = {
        (post, series): number
        for post, series, number in session.execute(text("SELECT post, series, last FROM number_series"))
    }
    for key in given.keys() | last.keys():
        if sorted(given[key]) != list(range(1, last.get(key, 0) + 1)):
            found.append(Violation("gap", f"{key}: {len(given[key])} given, the series stands at {last.get(key)}"))
    return found


def chains(session: Session) -> list[Violation]:
    found = []
    for post in journal.posts(session):
        _entries, breaks = journal.verify(session, post)
        found += [Violation("chain", f"{b.post} {b.number}: {b.what}") for b in breaks]
    return found


_UNTOLD = """
SELECT 'decision ' || d.id FROM declaration_decision d WHERE NOT EXISTS (
    SELECT FROM journal_entry j WHERE j.kind = 'declaration' AND j.post = d.post AND j.subject = d.declaration_id::text
    AND j.reason = d.reason AND j.after->>'decision' = d.decision)
UNION ALL SELECT 'finding ' || f.id FROM inspection_finding f WHERE NOT EXISTS (
    SELECT FROM journal_entry j WHERE j.kind = 'inspection' AND j.post = f.post AND j.after->>'finding' = f.id::text)
UNION ALL SELECT 'print ' || r.id FROM permit_print r WHERE NOT EXISTS (
    SELECT FROM journal_entry j WHERE j.kind = 'permit' AND j.post = r.post AND j.subject = r.permit_id::text
    AND j.after->>'sha256' = r.sha256)
UNION ALL SELECT 'declaration ' || d.id FROM declaration d WHERE d.mrn IS NOT NULL AND 1 <> (
    SELECT count(*) FROM journal_entry j WHERE j.kind = 'declaration' AND j.post = d.post AND j.subject = d.id::text
    AND j.event IN ('declaration.lodged', 'declaration.prelodged'))
UNION ALL SELECT 'queried ' || d.id FROM declaration d WHERE (d.status = 'queried') <> EXISTS (
    SELECT FROM declaration_query q WHERE (q.post, q.declaration_id) = (d.post, d.id)
    AND q.answered_at IS NULL AND q.withdrawn_at IS NULL)
UNION ALL SELECT 'content ' || c.declaration_id || ' ' || c.content FROM declaration_content c
    WHERE c.content > 1 AND 1 <> (SELECT count(*) FROM declaration_amendment a
    WHERE (a.post, a.declaration_id, a.to_content) = (c.post, c.declaration_id, c.content) AND a.status = 'accepted')
UNION ALL SELECT 'told but not decided ' || j.number FROM journal_entry j WHERE j.after ? 'decision' AND j.kind = 'declaration' AND NOT EXISTS (
    SELECT FROM declaration_decision d WHERE d.post = j.post AND d.declaration_id::text = j.subject AND d.reason = j.reason)
"""


def replayed(session: Session) -> list[Violation]:
    """Tables against the fold of the journal, by the program's own comparison and by one of our own."""
    _compared, differences = integrity.compare(session)
    found = [
        Violation("replay", f"{d.kind} {d.subject} {d.key}: table {d.kept}, journal {d.told}") for d in differences
    ]
    return found + [Violation("replay", what) for what in session.execute(text(_UNTOLD)).scalars()]


_UNPUBLISHED = """
WITH told AS (
    SELECT event AS topic, subject, count(*) AS n FROM journal_entry
    WHERE kind = 'declaration' AND event NOT IN ('declaration.drafted', 'declaration.redrafted', 'declaration.discarded') OR event = 'permit.issued'
    GROUP BY 1, 2
), put AS (SELECT topic, subject, count(*) AS n FROM outbox
    WHERE topic LIKE 'declaration.%' OR topic = 'permit.issued' GROUP BY 1, 2)
SELECT coalesce(told.topic, put.topic), coalesce(told.subject, put.subject), told.n, put.n
FROM told FULL JOIN put ON (told.topic, told.subject) = (put.topic, put.subject) WHERE told.n IS DISTINCT FROM put.n
"""


def unpublished(session: Session) -> list[Violation]:
    """Facts in the journal and in the outbox are the same facts."""
    return [
        Violation("outbox", f"{t} {s}: {told} in the journal, {put} in the outbox")
        for t, s, told, put in session.execute(text(_UNPUBLISHED))
    ]


def keys(session: Session, ledger: Ledger) -> list[Violation]:
    """A stored answer without a deed, or a deed without its stored answer. Who only looked is in the journal as well;
    that is no deed."""
    stored = set(session.execute(text("SELECT key FROM idempotency_key")).scalars())
    done = set(
        session.execute(
            text(
                "SELECT DISTINCT split_part(request_id, '-', 1) FROM journal_entry WHERE request_id ~ '^[0-9a-f]{32}-[0-9]+-'"
                " AND event <> 'risk.reasons-seen' AND event NOT LIKE 'looked.%'"
            )
        ).scalars()
    )
    return [Violation("idempotency", f"{key}: an answer without a deed") for key in stored - done] + [
        Violation("idempotency", f"{key}: a deed without an answer") for key in done - stored
    ]

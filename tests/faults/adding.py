"""Do money and goods add up? Counted anew from the single rows in plain arithmetic, without the program's own proofs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.faults.violation import Violation

ZERO = Decimal(0)
Key = tuple[str, Any]


def up(session: Session) -> list[Violation]:
    """Everything that does not add up."""
    books = _Books(session)
    return [
        *books.balanced(), *books.accounts(), *books.declarations(), *books.till(), *certificates(session), *stocks(session),
        *books.unpaid(), *unseen(session),
    ]  # fmt: skip


def _rows(session: Session, sql: str) -> list[Any]:
    return list(session.execute(text(sql)))


class _Books:
    """Every transfer, folded by account and by declaration."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.transfers = _rows(
            session, "SELECT post, currency, debit, credit, amount, kind, subject, entry, at FROM ledger_transfer ORDER BY at, id"
        )  # fmt: skip
        #: Credits less debits.
        self.balance: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        self.about: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for t in self.transfers:
            for account, amount in ((t.credit, t.amount), (t.debit, -t.amount)):
                self.balance[t.post, t.currency, account] += amount
                if t.subject is not None:
                    self.about[t.post, t.subject][account.partition(":")[0]] += amount

    def balanced(self) -> Iterator[Violation]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for (_post, currency, _account), amount in self.balance.items():
            sums[currency] += amount
        for currency, amount in sums.items():
            if amount:
                yield Violation("sums", f"{currency}: debits and credits differ by {amount}")

    def accounts(self) -> Iterator[Violation]:
        """Kept balances are the sums of their transfers, and none is below nothing."""
        kept = {(r.post, r.currency, r.code): r.balance for r in _rows(self._session, "SELECT * FROM ledger_account")}
        for key in kept.keys() | self.balance.keys():
            if key[2].startswith("prepaid:") and kept.get(key) != self.balance.get(key, ZERO):
                yield Violation("sums", f"{key} keeps {kept.get(key)}, its transfers are {self.balance.get(key)}")
        for key, amount in self.balance.items():
            if key[2].startswith("prepaid:") and amount < 0:
                yield Violation("overdrawn", f"{key}: {amount}")

    def declarations(self) -> Iterator[Violation]:
        """What is due or overpaid is what was assessed, less what came in, and what was given back or went elsewhere."""
        expected: dict[Key, Decimal] = defaultdict(Decimal)
        for r in _rows(self._session, _ASSESSED):
            expected[r.post, r.declaration_id] += r.total
        for r in _rows(self._session, _PAID):
            expected[r.post, r.declaration_id] -= r.amount
        for r in _rows(self._session, _GIVEN_BACK):
            expected[r.post, r.declaration_id] += r.amount
        for t in self.transfers:
            if t.kind in ("excess", "cancellation") and t.subject is not None and t.credit.startswith("prepaid:"):
                expected[t.post, t.subject] += t.amount
            if t.kind == "security-release" and t.credit == "refundable":
                expected[t.post, t.subject] -= t.amount
        for key in expected.keys() | self.about.keys():
            found = -self.about[key]["receivable"] - self.about[key]["refundable"]
            if found != expected[key]:
                yield Violation("sums", f"declaration {key}: {found} is due, {expected[key]} should be")

    def till(self) -> Iterator[Violation]:
        """What lies at the bank and at the window is what receipts say, less what was sent to banks."""
        came: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        for r in _rows(self._session, _TAKEN_IN):
            came[r.post, r.currency, {"receipt": "bank", "cash": "cash"}[r.method]] += r.amount
        for r in _rows(self._session, "SELECT post, currency, amount FROM refund WHERE target = 'bank'"):
            came[r.post, r.currency, "bank"] -= r.amount
        for key in came.keys() | {k for k in self.balance if k[2] in ("bank", "cash")}:
            if came[key] != -self.balance.get(key, ZERO):
                yield Violation("sums", f"{key} holds {-self.balance.get(key, ZERO)}, receipts say {came[key]}")

    def unpaid(self) -> Iterator[Violation]:
        """What was owed, and what was not secured, at the moment when goods were let go or passed the gate."""
        posted: dict[Key, list[Any]] = defaultdict(list)
        for t in self.transfers:
            posted[t.post, t.subject].append(t)
        assessed: dict[Key, list[Any]] = defaultdict(list)
        for r in _rows(self._session, "SELECT post, declaration_id, content, made_at FROM assessment ORDER BY number"):
            assessed[r.post, r.declaration_id].append(r)
        for r in _rows(self._session, _LET_GO):
            until = [t for t in posted[r.post, r.id] if t.at <= r.at]
            due, unsecured = _owed(until)
            known = [a for a in assessed[r.post, r.id] if a.made_at <= r.at]
            if due > 0 or unsecured > 0 or not known:
                yield Violation(
                    "unpaid", f"{r.event} {r.id} with {due} due, {unsecured} unsecured, {len(known)} assessed"
                )


def _owed(transfers: list[Any]) -> tuple[Decimal, Decimal]:
    """What is due, and what is suspended without security, by these transfers."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for t in transfers:
        for account, amount in ((t.debit, t.amount), (t.credit, -t.amount)):
            sums[account.partition(":")[0]] += amount
    return sums["receivable"], sums["contingent"] + sums["secured"]


_ASSESSED = (
    "SELECT DISTINCT ON (post, declaration_id) post, declaration_id, total FROM assessment "
    "ORDER BY post, declaration_id, number DESC"
)
_PAID = (
    "SELECT post, declaration_id, amount FROM payment "
    "WHERE status = 'confirmed' AND purpose = 'duties' AND declaration_id IS NOT NULL"
)
_GIVEN_BACK = "SELECT post, declaration_id, amount FROM refund WHERE declaration_id IS NOT NULL"
_TAKEN_IN = "SELECT post, currency, method, amount FROM payment WHERE status = 'confirmed' AND method <> 'account'"
_LET_GO = """
SELECT d.post, d.id, j.event, j.at FROM declaration d
JOIN journal_entry j ON j.kind = 'declaration' AND j.post = d.post AND j.subject = d.id::text
WHERE j.event IN ('declaration.released', 'declaration.partly-released', 'declaration.exited', 'declaration.partly-exited')
"""
_USED = """
SELECT c.number, c.used, c.granted, coalesce(sum(w.quantity), 0) AS taken,
       (SELECT (j.after ->> 'used')::numeric FROM journal_entry j WHERE j.kind = 'exemption' AND j.subject = c.id::text
        AND j.after ? 'used' ORDER BY j.number DESC LIMIT 1) AS told
FROM exemption_certificate c
LEFT JOIN exemption_write_off w ON (w.certificate_post, w.certificate_id) = (c.post, c.id)
GROUP BY c.post, c.id
"""
_OVER_ITEM = """
SELECT w.declaration_id, w.item, sum(w.quantity) AS taken, i.net_kg AS net
FROM exemption_write_off w
JOIN exemption_certificate c ON (c.post, c.id) = (w.certificate_post, w.certificate_id) AND c.measure = 'net_kg'
JOIN declaration d ON (d.post, d.id) = (w.post, w.declaration_id)
JOIN declaration_item i ON (i.post, i.declaration_id, i.content, i.number) = (d.post, d.id, d.content, w.item)
GROUP BY w.declaration_id, w.item, w.certificate_id, i.net_kg HAVING sum(w.quantity) > i.net_kg OR sum(w.quantity) < 0
"""


def certificates(session: Session) -> Iterator[Violation]:
    """What is used of a certificate is what was written off, never more than granted, and as the journal says."""
    for r in _rows(session, _USED):
        if not r.used == r.taken == (r.told or ZERO):
            yield Violation("sums", f"certificate {r.number}: {r.used} used, {r.taken} written off, {r.told} told")
        if not 0 <= r.taken <= r.granted:
            yield Violation("overdrawn", f"certificate {r.number}: {r.taken} of {r.granted}")
    for r in _rows(session, _OVER_ITEM):
        yield Violation("sums", f"declaration {r.declaration_id} item {r.item}: {r.taken} of {r.net} kg written off")


_STOCKS = """
SELECT s.mrn, s.item, s.net_kg, s.packages, s.units, s.left_net_kg, s.left_packages, s.left_units,
       coalesce(sum(w.net_kg), 0) AS w_net_kg, coalesce(sum(w.packages), 0) AS w_packages, coalesce(sum(w.units), 0) AS w_units,
       (SELECT (j.after ->> 'net_kg')::numeric FROM journal_entry j WHERE j.kind = 'suspense' AND j.subject = s.id::text
        ORDER BY j.number DESC LIMIT 1) AS told
FROM suspense_stock s LEFT JOIN suspense_write_off w ON (w.stock_post, w.stock_id) = (s.post, s.id)
GROUP BY s.post, s.id
"""


def stocks(session: Session) -> Iterator[Violation]:
    """What is left is what came in, less what was written off."""
    for r in _rows(session, _STOCKS):
        for name in ("net_kg", "packages", "units"):
            came, left, taken = getattr(r, name), getattr(r, f"left_{name}"), getattr(r, f"w_{name}")
            if left != came - taken:
                yield Violation("sums", f"stock {r.mrn}/{r.item} {name}: {left} left, {came} - {taken} should be")
            if not 0 <= came - taken <= came:
                yield Violation("overdrawn", f"stock {r.mrn}/{r.item} {name}: {taken} of {came}")
        if r.told != r.left_net_kg:
            yield Violation("sums", f"stock {r.mrn}/{r.item}: {r.left_net_kg} kg left, the journal says {r.told}")


_UNSEEN = """
SELECT d.reference FROM declaration d WHERE d.lane = 'red' AND d.status IN ('released', 'partly_released', 'exited')
AND NOT EXISTS (SELECT FROM inspection i JOIN inspection_finding f ON (f.post, f.inspection_id) = (i.post, i.id)
    WHERE (i.post, i.declaration_id) = (d.post, d.id) AND i.kind = 'goods' AND i.status = 'concluded')
"""


def unseen(session: Session) -> Iterator[Violation]:
    """Red goods that were let go and that nobody has looked at."""
    for r in _rows(session, _UNSEEN):
        yield Violation("unseen", f"{r.reference} is red, let go and not inspected")

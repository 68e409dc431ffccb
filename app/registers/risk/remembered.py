"""Does what is remembered of those who take part follow the journals?

Nothing is counted that no journal tells, and nothing is remembered as found that no entry tells of. The numbers themselves
are made anew from the journals by emptying the tables (see `app.flows.tallying`).
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.registers.sums import Fault

_PROOFS = (
    # Counted further than the journal goes: entries are missing, or the cursor was moved.
    """
    SELECT c.post, 'risk_subject_cursor' AS subject, 'number' AS key, c.number::text AS kept,
        coalesce(h.number, 0)::text AS told
    FROM risk_subject_cursor c LEFT JOIN chain_head h ON h.post = c.post
    WHERE c.number > coalesce(h.number, 0) AND (:post = '' OR c.post = :post)
    """,
    # A finding without its entry.
    """
    SELECT f.post, f.kind || ' ' || f.consignment::text, 'finding', f.event, j.event
    FROM risk_finding f LEFT JOIN journal_entry j ON j.post = f.post AND j.number = f.number
    WHERE (j.event IS DISTINCT FROM f.event OR j.at IS DISTINCT FROM f.at) AND (:post = '' OR f.post = :post)
    """,
    # Somebody with findings that nobody is remembered by.
    """
    SELECT '', m.role || ' ' || m.key, 'row', sum(m.consignments + m.findings)::text, NULL
    FROM risk_subject_month m LEFT JOIN risk_subject s ON s.role = m.role AND s.key = m.key
    WHERE s.role IS NULL AND :post = '' GROUP BY m.role, m.key
    """,
    """
    SELECT '', s.role || ' ' || s.key, 'last_finding', s.last_finding::text, NULL
    FROM risk_subject s
    WHERE :post = '' AND (s.last_finding IS NOT NULL) <> EXISTS (
        SELECT FROM risk_subject_month m WHERE m.role = s.role AND m.key = s.key AND m.findings > 0
    )
    """,
)


def faults(session: Session, post: str | None = None) -> list[Fault]:
    """Every place where it does not; of one post, or of all."""
    return [Fault(*row) for proof in _PROOFS for row in session.execute(text(proof), {"post": post or ""})]

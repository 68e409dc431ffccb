"""What a week of a post was like, in counts."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.registers.oversight.exceptions import Week

_COUNTS = text("""
SELECT count(*) AS entries, count(DISTINCT person) FILTER (WHERE via <> 'node') AS persons,
       count(*) FILTER (WHERE event IN ('declaration.lodged', 'declaration.presented')) AS lodged,
       count(*) FILTER (WHERE event IN ('declaration.released', 'declaration.partly-released')) AS released,
       count(*) FILTER (WHERE event = 'inspection.concluded') AS inspected,
       count(*) FILTER (WHERE event = 'proposal.approved') AS approved,
       count(*) FILTER (WHERE event IN ('declaration.exited', 'declaration.partly-exited')) AS exited,
       count(*) FILTER (WHERE event = 'transit.lodged') AS movements,
       count(*) FILTER (WHERE kind = 'look') AS looks
FROM journal_entry WHERE post = :post AND at >= :since AND at < :until
""")


def of(session: Session, week: Week) -> dict[str, int]:
    """Entries, persons at work, and what they did, by name."""
    asked = {"post": week.post, "since": week.since, "until": week.until}
    return dict(session.execute(_COUNTS, asked).mappings().one())

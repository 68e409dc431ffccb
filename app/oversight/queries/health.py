"""How the watch itself is: for the figures of the node and for its doctor."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.oversight.queries import watched

_HEALTH = text("""
SELECT guzar_now() AS now,
       (SELECT min(looked_at) FROM oversight_watch) AS looked,
       (SELECT count(*) FROM oversight_report WHERE status = 'waiting') AS unsigned,
       (SELECT count(*) FROM oversight_report WHERE status = 'waiting' AND escalated_at IS NOT NULL) AS late,
       (SELECT min(made_at) FROM oversight_report WHERE status = 'waiting') AS oldest
""")
#: Chains that have entries which no checkpoint covers, and since when the first of these waits.
_BARE = text("""
SELECT h.post, j.at FROM chain_head h
CROSS JOIN LATERAL (SELECT coalesce(max(c.number), 0) AS number FROM oversight_checkpoint c WHERE c.post = h.post) marked
JOIN journal_entry j ON j.post = h.post AND j.number = marked.number + 1
""")


@dataclass(frozen=True, slots=True)
class Health:
    """`unmarked` is how long the oldest entry without a checkpoint waits, `looked` how long ago the table longest not
    looked at was looked at (None: never)."""

    unmarked: dt.timedelta
    looked: dt.timedelta | None
    differences: int
    unsigned: int
    late: int
    oldest: dt.datetime | None


def health(session: Session) -> Health:
    """Asked of the tables at this moment."""
    row = session.execute(_HEALTH).one()
    bare = [row.now - at for _post, at in session.execute(_BARE)]
    looked = None if row.looked is None else row.now - row.looked
    return Health(
        max(bare, default=dt.timedelta(0)), looked, watched.open_count(session), row.unsigned, row.late, row.oldest
    )


def figures(session: Session) -> dict[str, tuple[str, float]]:
    """Name, meaning and value of each figure."""
    found = health(session)
    return {
        "guzar_integrity_differences": ("Rows that do not say what the journal says.", float(found.differences)),
        "guzar_journal_unmarked_seconds": (
            "Age of the oldest entry that no checkpoint covers.", max(0.0, found.unmarked.total_seconds())
        ),
        "guzar_reports_unsigned": ("Weekly reports that wait for a signature.", float(found.unsigned)),
        "guzar_reports_late": ("Weekly reports put before the auditor.", float(found.late)),
    }  # fmt: skip

"""What goods usually cost: the statistics behind the plausibility of prices, made anew by the worker.

Prices are those of the invoices in their own currencies; nothing is converted, so that no rate can bend them.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from app.core import db
from app.declarations.lifecycle import Status
from app.declarations.models import CommodityPrice

#: How far back prices are looked at.
DAYS = 365
#: Fewer items of a commodity are not kept: they would rather tell of one firm than of what is usual.
FEWEST_ITEMS = 20
#: What is usual changes slowly.
AGE = dt.timedelta(days=1)
#: Sorting a year of a busy post takes longer than a request may.
PATIENCE = "10min"

#: What never was let in or out tells nothing of prices.
_UNTOLD = (
    Status.DRAFT, Status.PRELODGED, Status.REJECTED, Status.INVALIDATED, Status.REFUSED, Status.SEIZED,
)  # fmt: skip

#: Percentiles are prices that occurred (percentile_disc): exact, where percentile_cont would count in doubles.
_REFRESH = text(
    "INSERT INTO commodity_price (post, currency, commodity, items, p05, p10, median, p90, p95, refreshed_at) "
    "SELECT :post, currency, commodity, items, p[1], p[2], p[3], p[4], p[5], :at FROM ("
    "SELECT c.currency, left(i.commodity, 6) AS commodity, count(*) AS items, "
    "percentile_disc(ARRAY[0.05, 0.1, 0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY i.invoice_value / i.net_kg) AS p "
    "FROM declaration d "
    "JOIN declaration_content c ON c.post = d.post AND c.declaration_id = d.id AND c.content = d.content "
    "JOIN declaration_item i ON i.post = c.post AND i.declaration_id = c.declaration_id AND i.content = c.content "
    "WHERE d.post = :post AND d.lodged_at >= :since AND NOT d.status = ANY(:untold) "
    "AND i.net_kg > 0 AND i.invoice_value > 0 "
    "GROUP BY c.currency, left(i.commodity, 6) HAVING count(*) >= :fewest) AS usual"
)


def posts(session: Session) -> list[str]:
    """The posts of this node that have declarations."""
    return list(session.execute(_LOOSE).scalars())


_MADE = select(func.max(CommodityPrice.refreshed_at)).where(CommodityPrice.post == bindparam("post"))
#: The next post each time instead of every row: there are twenty posts and millions of rows.
_LOOSE = text(
    "WITH RECURSIVE known AS ((SELECT post FROM declaration ORDER BY post LIMIT 1) UNION ALL "
    "SELECT (SELECT d.post FROM declaration d WHERE d.post > known.post ORDER BY d.post LIMIT 1) FROM known "
    "WHERE known.post IS NOT NULL) SELECT post FROM known WHERE post IS NOT NULL"
)


def stale(session: Session, post: str) -> bool:
    """Whether the prices of a post are older than a day, or not there."""
    made: dt.datetime | None = session.execute(_MADE, {"post": post}).scalar_one()
    return made is None or made <= db.now(session) - AGE


def refresh(session: Session, post: str) -> int:
    """Makes the prices of a post anew from the last year; gives how many commodities have one."""
    at = db.now(session)
    session.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
    session.execute(delete(CommodityPrice).where(CommodityPrice.post == post))
    made = session.execute(
        _REFRESH,
        {
            "post": post,
            "at": at,
            "since": at - dt.timedelta(days=DAYS),
            "untold": [status.value for status in _UNTOLD],
            "fewest": FEWEST_ITEMS,
        },
    )
    return int(made.rowcount)  # type: ignore[attr-defined]

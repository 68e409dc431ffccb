"""What came to a post on a day, by lane, origin and place in the tariff, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.registers.risk.figures import ASSESSED

#: Items are those that count now. A consignment that got two lanes on a day counts in the higher one.
_CAME = """
    , came AS (
        SELECT a.subject, a.declaration_id, a.movement_post, a.movement_id,
            CASE WHEN a.declaration_id IS NULL THEN 'movement' ELSE 'declaration' END AS kind,
            (ARRAY['green', 'blue', 'yellow', 'red'])[
                max(array_position(ARRAY['green', 'blue', 'yellow', 'red'], a.lane::text))] AS lane,
            bool_or(a.drawn) AS drawn
        FROM assessed a GROUP BY 1, 2, 3, 4
    ), items AS (
        SELECT c.subject, i.origin, i.commodity
        FROM came c JOIN declaration d ON (d.post, d.id) = (:post, c.declaration_id)
        JOIN declaration_item i ON (i.post, i.declaration_id, i.content) = (d.post, d.id, d.content)
        UNION SELECT c.subject, coalesce(i.more ->> 'origin', t.header -> 'countries' ->> 'dispatch'), i.commodity
        FROM came c JOIN transit_movement m ON (m.post, m.id) = (c.movement_post, c.movement_id)
        JOIN transit_content t ON (t.post, t.movement_id, t.content) = (m.post, m.id, m.content)
        JOIN transit_item i ON (i.post, i.movement_id, i.content) = (m.post, m.id, m.content)
    )
"""
_SUMS = """
        count(DISTINCT subject) AS consignments, count(DISTINCT subject) FILTER (WHERE drawn) AS drawn,
        count(DISTINCT subject) FILTER (WHERE inspected) AS inspected, count(DISTINCT subject) FILTER (WHERE found) AS findings
"""
_CELLS = f"""
    , cells AS (
        SELECT c.subject, c.kind, c.lane, c.drawn, e.inspected, e.found,
            CASE WHEN i.origin ~ '^[A-Z]{{2}}$' THEN i.origin ELSE '--' END AS origin,
            CASE WHEN i.commodity ~ '^[0-9]{{2}}' THEN left(i.commodity, 2) ELSE '--' END AS chapter
        FROM came c JOIN ended e USING (subject) LEFT JOIN items i USING (subject)
    )
    SELECT kind, coalesce(origin, '') AS origin, coalesce(chapter, '') AS chapter, lane,
{_SUMS}
    FROM cells
    GROUP BY GROUPING SETS ((kind, lane), (kind, lane, origin), (kind, lane, chapter), (kind, lane, origin, chapter))
    ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - constants alone
_COUNTED = text(ASSESSED + _CAME + _CELLS)
#: Each item stands in its heading and, where it is named so exactly, in its subheading.
_BY_GOODS = f"""
    , cells AS (
        SELECT c.subject, c.kind, c.lane, c.drawn, e.inspected, e.found, left(i.commodity, digits) AS goods
        FROM came c JOIN ended e USING (subject) JOIN items i USING (subject) CROSS JOIN (VALUES (4), (6)) depth (digits)
        WHERE left(i.commodity, digits) ~ '^[0-9]+$' AND length(i.commodity) >= digits
    )
    SELECT kind, goods, left(goods, length(goods) - 2) AS "within", lane,
    {_SUMS}
    FROM cells GROUP BY kind, goods, lane ORDER BY kind, goods, lane
"""  # noqa: S608 - constants alone
_GOODS = text(ASSESSED + _CAME + _BY_GOODS)


def counted(session: Session, post: str, day: dt.date) -> list[dict[str, Any]]:
    """The rows of a post's day; see `RiskTrafficDay`."""
    return [dict(row) for row in session.execute(_COUNTED, {"post": post, "day": day}).mappings()]


def goods(session: Session, post: str, day: dt.date) -> list[dict[str, Any]]:
    """The rows of a post's day by heading and subheading; see `RiskGoodsDay`."""
    return [dict(row) for row in session.execute(_GOODS, {"post": post, "day": day}).mappings()]

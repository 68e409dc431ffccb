"""What came of consignments, as profiles are measured: whether anybody looked, and whether something was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.risk.operations.replaying import Outcome

#: A conclusion other than conform is a finding. Of a declaration all its inspections count; of a movement its controls, the
#: remarks on unloading, and discrepancies whoever found them.
_DECLARATIONS = text(
    "SELECT d.post, d.id, d.reference, coalesce(bool_or(i.conclusion IS NOT NULL), false) AS inspected, "
    "coalesce(bool_or(i.conclusion IN ('discrepancy', 'offence')), false) AS found "
    "FROM unnest(CAST(:posts AS varchar[]), CAST(:ids AS uuid[])) AS asked (post, id) "
    "JOIN declaration d ON (d.post, d.id) = (asked.post, asked.id) "
    "LEFT JOIN inspection i ON (i.post, i.declaration_id) = (d.post, d.id) GROUP BY d.post, d.id"
)
_MOVEMENTS = text(
    "SELECT m.post, m.id, m.reference, seen.inspected OR wrong.found AS inspected, seen.found OR wrong.found AS found "
    "FROM unnest(CAST(:posts AS varchar[]), CAST(:ids AS uuid[])) AS asked (post, id) "
    "JOIN transit_movement m ON (m.post, m.id) = (asked.post, asked.id) "
    "CROSS JOIN LATERAL (SELECT count(*) > 0 AS inspected, coalesce(bool_or(found), false) AS found FROM ("
    "SELECT result = 'not-conform' AS found FROM transit_control c "
    "WHERE (c.post, c.movement_id) = (m.post, m.id) AND result IN ('conform', 'not-conform') "
    "UNION ALL SELECT NOT conform FROM transit_unloading u "
    "WHERE (u.post, u.movement_id) = (m.post, m.id) AND remarked_at IS NOT NULL) looks) seen "
    "CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM transit_discrepancy f "
    "WHERE (f.post, f.movement_id) = (m.post, m.id)) AS found) wrong"
)


def of(
    session: Session, declarations: Sequence[tuple[str, UUID]], movements: Sequence[tuple[str, UUID]], /
) -> Mapping[tuple[str, UUID], Outcome]:
    """By post and key; two questions at most."""
    told: dict[tuple[str, UUID], Outcome] = {}
    for statement, keys in ((_DECLARATIONS, declarations), (_MOVEMENTS, movements)):
        if not keys:
            continue
        asked = {"posts": [post for post, _id in keys], "ids": [id for _post, id in keys]}
        for row in session.execute(statement, asked):
            told[row.post, row.id] = Outcome(row.reference, row.inspected, row.found)
    return told

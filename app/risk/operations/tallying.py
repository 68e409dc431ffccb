"""What is remembered of those who take part is kept up: each entry of a post's journal counts once.

The entries of a post are numbered while its chain is locked, so that they become visible in the order of their numbers: a
reader that has seen a number misses none before it. Whoever tallies a post holds the post's cursor until its numbers and
the cursor are committed together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.risk.models import RiskFinding, RiskSubjectCursor
from app.risk.rules.subjects import Occasion

#: Rows go in in the order of their keys: two workers with two posts never wait for each other in a circle.
_SUBJECTS = text(
    """
    INSERT INTO risk_subject AS s (role, key, first_seen, last_seen, last_finding)
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        role varchar, key text, first_seen timestamptz, last_seen timestamptz, last_finding timestamptz)
    ORDER BY role, key
    ON CONFLICT (role, key) DO UPDATE SET first_seen = least(s.first_seen, excluded.first_seen),
        last_seen = greatest(s.last_seen, excluded.last_seen),
        last_finding = greatest(s.last_finding, excluded.last_finding)
    """
)
_MONTHS = text(
    """
    INSERT INTO risk_subject_month AS m (role, key, month, consignments, findings)
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        role varchar, key text, month date, consignments int, findings int)
    ORDER BY role, key, month
    ON CONFLICT (role, key, month) DO UPDATE SET consignments = m.consignments + excluded.consignments,
        findings = m.findings + excluded.findings
    """
)
_CHAPTERS = text(
    """
    INSERT INTO risk_subject_chapter AS c (consignee, chapter, last_seen)
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (consignee text, chapter varchar, last_seen timestamptz)
    ORDER BY consignee, chapter
    ON CONFLICT (consignee, chapter) DO UPDATE SET last_seen = greatest(c.last_seen, excluded.last_seen)
    """
)


def take(session: Session, post: str, *, by: Actor) -> int | None:
    """Locks the post's cursor and gives the last number tallied; None while another worker has it."""
    _only_the_node(by)
    table = RiskSubjectCursor
    session.execute(insert(table).values(post=post, number=0).on_conflict_do_nothing())
    held = select(table.number).where(table.post == post).with_for_update(skip_locked=True)
    return session.execute(held).scalar_one_or_none()


def tally(session: Session, post: str, occasions: Sequence[Occasion], upto: int, *, by: Actor) -> None:
    """Counts what the entries up to a number tell; the cursor that `take` locked moves there."""
    _only_the_node(by)
    found = _first_findings(session, post, [each for each in occasions if each.found])
    counted = [each for each in occasions if not each.found or each.number in found]
    for statement, rows in (
        (_SUBJECTS, _subjects(counted)),
        (_MONTHS, _months(counted)),
        (_CHAPTERS, _chapters(counted)),
    ):
        if rows:
            session.execute(statement, {"rows": _json(rows)})
    session.execute(
        text("UPDATE risk_subject_cursor SET number = :upto WHERE post = :post"), {"post": post, "upto": upto}
    )


def _only_the_node(by: Actor) -> None:
    if not by.is_node:
        raise Forbidden(_("The node does this by itself."))


def _first_findings(session: Session, post: str, found: Sequence[Occasion]) -> set[int]:
    """The numbers of those that are the first of their consignment; they are kept."""
    first: dict[tuple[str, Any], Occasion] = {}
    for each in found:
        first.setdefault((each.kind, each.id), each)
    if not first:
        return set()
    rows = [
        {
            "post": post,
            "kind": each.kind,
            "consignment": each.id,
            "number": each.number,
            "event": each.event,
            "at": each.at,
        }
        for each in first.values()
    ]
    added = insert(RiskFinding).values(rows).on_conflict_do_nothing().returning(RiskFinding.number)
    return set(session.execute(added).scalars())


def _subjects(counted: Iterable[Occasion]) -> list[dict[str, Any]]:
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for each, key in _each(counted):
        row = seen.setdefault(key, {"first_seen": each.at, "last_seen": each.at, "last_finding": None})
        row["first_seen"], row["last_seen"] = min(row["first_seen"], each.at), max(row["last_seen"], each.at)
        if each.found:
            row["last_finding"] = max(filter(None, (row["last_finding"], each.at)))
    return [{"role": role, "key": key, **row} for (role, key), row in seen.items()]


def _months(counted: Iterable[Occasion]) -> list[dict[str, Any]]:
    sums: dict[tuple[str, str, dt.date], list[int]] = defaultdict(lambda: [0, 0])
    for each, (role, key) in _each(counted):
        sums[role, key, each.at.astimezone(dt.UTC).date().replace(day=1)][each.found] += 1
    return [
        {"role": role, "key": key, "month": month, "consignments": came, "findings": found}
        for (role, key, month), (came, found) in sums.items()
    ]


def _chapters(counted: Iterable[Occasion]) -> list[dict[str, Any]]:
    last: dict[tuple[str, str], dt.datetime] = {}
    for each in counted:
        for consignee in each.subjects.get("consignee", ()):
            for chapter in each.chapters:
                last[consignee, chapter] = max(each.at, last.get((consignee, chapter), each.at))
    return [{"consignee": who, "chapter": what, "last_seen": at} for (who, what), at in last.items()]


def _each(counted: Iterable[Occasion]) -> Iterable[tuple[Occasion, tuple[str, str]]]:
    return ((each, (role, key)) for each in counted for role, keys in each.subjects.items() for key in keys)


def _json(rows: list[dict[str, Any]]) -> str:
    return canonical.encode(canonical.plain(rows)).decode()

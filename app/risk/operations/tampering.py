"""A row that does not say what was approved is told once, to those who can do something about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now, transaction
from app.risk.models import RiskTampering
from app.risk.queries import tampering
from app.risk.queries.approved import Problem, compare
from app.risk.queries.in_force import written

KIND = "risk_tampering"


def tell(session: Session, problems: Iterable[Problem], *, by: Actor) -> None:
    """Writes what was found, each thing once, in a step of its own: it stays told if the consignment is refused. What that
    step does not find too (an approval just being written, say) is not told."""
    source = session.get_bind().engine
    fresh = [p for p in problems if (source, p) not in written]
    if not fresh:
        return
    with transaction() as alone:
        sure = set(compare(alone)).intersection(fresh)
        for problem in sorted(sure, key=astuple):
            _tell(alone, problem, by=by)
    written.update((source, p) for p in sure)


def _tell(session: Session, problem: Problem, *, by: Actor) -> None:
    row = {
        "what": problem.what,
        "code": problem.code,
        "version": problem.version,
        "found": problem.found,
        "problem": problem.problem,
        "at": now(session),
    }
    made = session.execute(
        insert(RiskTampering).values(row).on_conflict_do_nothing().returning(RiskTampering.code)
    ).scalar_one_or_none()
    if made is None:
        return
    journal.record(
        session,
        by=by,
        event="risk.tampering-found",
        kind=KIND,
        subject=problem.code,
        post=node_post(),
        after={name: row[name] for name in ("what", "version", "problem", "found")},
    )


def watch(session: Session, *, by: Actor) -> int:
    """Compares tables and journal and tells what is new; for the due task. Gives how many rows are not as approved."""
    return note(session, tampering.now(session), by=by)


def note(session: Session, problems: Iterable[Problem], *, by: Actor) -> int:
    """Tells what somebody else has found, each thing once; gives how many there are."""
    found = sorted(problems, key=astuple)
    for problem in found:
        _tell(session, problem, by=by)
    return len(found)

"""What time does to a learned score: altered behind the application's back, past its date, or drifting, it is switched off by
itself and says so; and its months are held beside those of the profiles and of chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.reference.queries import codebook
from app.risk.lifecycle import ScoreStatus
from app.risk.models import ScoreDrift, ScoreModel, ScoreMonth
from app.risk.operations import boosting, switching, tampering
from app.risk.queries import scores as queries
from app.risk.rules import features, measures

#: What is compared with what the model learned.
LAST = dt.timedelta(days=30)
MOST = 3_000
#: Of fewer consignments a month says nothing about drift.
FEWEST = 200
#: The share of what a model goes by that may lie in facts which moved beyond the limit.
MOVED = 0.5
ALTERED, PAST, DRIFTED = (
    "altered behind the application's back",
    "its date is past",
    "the present is not what it learned",
)
_TOLD_FACTS = 5
_LOCK = 0x5C0F


def review(session: Session, *, by: Actor) -> None:
    """Looks after the models; cheap but for the drift, which is measured once a day. Several workers may call it."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    _find_altered(session, by=by)
    light = queries.in_force(session)
    if light is None:
        return
    made = _whole(session, light.number)
    why = _must_end(session, made)
    if why is not None:
        switching.end(session, made, why, by=by, role="system")


def _must_end(session: Session, made: ScoreModel) -> str | None:
    if queries.is_altered(session, made):
        return ALTERED
    if made.valid_to <= now(session):
        return PAST
    measured = _drift_of_today(session, made)
    return DRIFTED if measured is not None and _is_far(session, measured) else None


def _whole(session: Session, number: int) -> ScoreModel:
    """The row as it is in the table now, every column."""
    return session.execute(
        select(ScoreModel).where(ScoreModel.number == number).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one()


def _find_altered(session: Session, *, by: Actor) -> None:
    """Tells what is not as two persons switched it on. One that somebody stopped or took out by hand ends in the journal too;
    what stands in force as something else is ended by `_must_end`."""
    for problem in queries.problems(session):
        tampering.note(session, [problem], by=by)
        if problem.found == "":
            journal.record(
                session, by=by, event=queries.ENDED, kind=queries.KIND, subject=problem.code, post=node_post(),
                after={"model": int(problem.code), "status": ScoreStatus.ENDED.value}, reason=ALTERED, role="system",
            )  # fmt: skip


def _is_far(session: Session, measured: ScoreDrift) -> bool:
    limit = queries.share_parameter(codebook(session), "score-drift-share", measured.day, queries.DRIFT_LIMIT)
    return measured.rows >= FEWEST and (float(measured.psi) > limit or float(measured.moved) > MOVED)


def _drift_of_today(session: Session, made: ScoreModel) -> ScoreDrift | None:
    """Measures what the last month's consignments look like to the model; None where it was done today, or cannot be."""
    at = now(session)
    day = codebook(session).day_at(node_post(), at)
    if session.get(ScoreDrift, (made.number, day)) is not None or not boosting.available():
        return None
    facts, _posts = queries.crowd(session, at - LAST, at, MOST)
    encoder = features.restored(made.encoder)
    trees = boosting.Trees(made.trees.decode())
    rows = [encoder.row(f) for f in facts]
    limit = queries.share_parameter(codebook(session), "score-drift-share", day, queries.DRIFT_LIMIT)
    by_number = [_psi(spread, [row[n] for row in rows]) for n, spread in enumerate(made.reference["numbers"])]
    moved = sum(gain for gain, far in zip(trees.gains(), by_number, strict=True) if far > limit) if rows else 0.0
    measured = ScoreDrift(
        model=made.number,
        day=day,
        rows=len(rows),
        psi=_decimal(_psi(made.reference["score"], trees.ask(rows))),
        moved=min(_decimal(moved), Decimal(1)),
        facts=_furthest(encoder, by_number),
    )
    session.add(measured)
    session.flush()
    return measured


def _psi(spread: Mapping[str, list[str]], values: list[float]) -> float:
    cuts = [float(cut) for cut in spread["cuts"]]
    return measures.psi([int(n) for n in spread["counts"]], measures.counts(values, cuts)) if values else 0.0


def _furthest(encoder: features.Encoder, by_number: list[float]) -> list[dict[str, str]]:
    """The facts that moved most; of a fact's several numbers that which moved most counts."""
    furthest: dict[str, float] = {}
    for fact, far in zip(encoder.facts(), by_number, strict=True):
        furthest[fact] = max(far, furthest.get(fact, 0.0))
    ranked = sorted(furthest.items(), key=lambda pair: -pair[1])[:_TOLD_FACTS]
    return [{"fact": fact, "psi": format(far, ".4f")} for fact, far in ranked]


def _decimal(value: float) -> Decimal:
    return Decimal(format(min(value, 9999.0), ".4f"))


def keep_month(session: Session, month: dt.date, figures: Mapping[str, tuple[int, int]], *, by: Actor) -> None:
    """Keeps, of a month that is over, how many consignments each chooser had looked at and where something was found."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if session.get(ScoreMonth, (month, next(iter(figures)))) is not None:
        return
    at = now(session)
    for chooser, (inspected, found) in figures.items():
        session.add(ScoreMonth(month=month, chooser=chooser, inspected=inspected, found=found, made_at=at))
    told = {chooser: f"{found}/{inspected}" for chooser, (inspected, found) in figures.items()}
    journal.record(
        session, by=by, event="risk.model-compared", kind=queries.KIND, subject=month.isoformat(), post=node_post(),
        after=told, role="system",
    )  # fmt: skip

"""The learned score among its neighbours: outcomes of the slices are brought to it, and each month is held beside profiles
and chance."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.reference.queries import codebook
from app.registers.risk import outcomes
from app.risk.models import ScoreModel
from app.risk.operations import reviewing, switching, training
from app.risk.operations.noting import ANALYSING
from app.risk.operations.training import Crowd, Learned
from app.risk.queries import scores as queries
from app.risk.rules import scores
from app.risk.rules.scores import Outcome

#: How far back outcomes are looked for where nobody says it.
DAYS = 730
#: Consignments of the period that stand for all of them.
CROWD = 5_000
#: Months that are caught up with, after a node was off.
MONTHS = 12


class Material(NamedTuple):
    """What a score is learned from, read before the learning, which takes its time."""

    outcomes: list[Outcome]
    crowd: Crowd
    least: int
    valid_days: int


def material(session: Session, since: dt.date | None, *, by: Actor) -> Material:
    """The outcomes since a day and the crowd they stand in. Raises `Invalid` for a day that lies ahead."""
    by.need(ANALYSING, node_post())
    codes, at = codebook(session), now(session)
    today = codes.day_at(node_post(), at)
    first = since or today - dt.timedelta(days=DAYS)
    if first >= today:
        message = _("{day} is not past yet. Give the first day whose outcomes count, such as {example}.",
                    day=first.isoformat(), example=(today - dt.timedelta(days=DAYS)).isoformat())  # fmt: skip
        raise Invalid(findings=[Finding("/since", "score.since", message)])
    begin = dt.datetime.combine(first, dt.time(), dt.UTC)
    facts, posts = queries.crowd(session, begin, at, CROWD)
    begun = queries.first_day(session) or first  # a young node has fewer days than are asked for
    days = max(1, (today - max(first, begun)).days)
    a_day = {post: count / days for post, count in posts.items()}
    crowd = Crowd(facts, {**a_day, "*": sum(a_day.values()) / max(1, len(a_day))})
    return Material(
        outcomes.newest(session, begin, at),
        crowd,
        queries.whole_parameter(codes, "score-outcomes-least", today, queries.LEAST),
        max(1, queries.whole_parameter(codes, "score-valid-days", today, queries.VALID_DAYS)),
    )


def learn(found: Material) -> Learned:
    """Learns; no transaction is open meanwhile. Raises `Invalid` where outcomes are too few, `WrongState` without LightGBM."""
    return training.learn(found.outcomes, found.crowd, scores.columns(), least=found.least)


def keep(session: Session, learned: Learned, found: Material, *, by: Actor) -> ScoreModel:
    """Keeps what was learned, for a second person to switch on."""
    return switching.keep(session, learned, valid_days=found.valid_days, by=by)


def run(session: Session, *, by: Actor) -> None:
    """What is due: models looked after, and the months that are over compared; each once, whoever runs it."""
    reviewing.review(session, by=by)
    today = codebook(session).day_at(node_post(), now(session))
    over = [_month(today, back) for back in range(1, MONTHS + 1)]
    missing = sorted(set(over) - queries.kept_months(session, over[-1]))
    first = queries.first_day(session) if missing else None
    for month in missing:
        if first is not None and first < _next(month):
            figures = outcomes.by_chooser(session, _begin(month), _begin(_next(month)))
            reviewing.keep_month(session, month, figures, by=by)


def _month(day: dt.date, back: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - back
    return dt.date(count // 12, count % 12 + 1, 1)


def _next(month: dt.date) -> dt.date:
    return _month(month, -1)


def _begin(month: dt.date) -> dt.datetime:
    return dt.datetime.combine(month, dt.time(), dt.UTC)

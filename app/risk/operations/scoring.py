"""A consignment gets its learned score, where a model is in force and may be used."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.db import now
from app.core.errors import WrongState
from app.reference.queries import codebook
from app.risk.models import ScoreModel
from app.risk.operations import boosting
from app.risk.queries import scores as queries
from app.risk.rules import features, scores
from app.risk.rules.features import Encoder
from app.risk.rules.scores import Factor, Score, Usual

#: A model that was switched on or off is so everywhere after this many seconds.
FRESH = 5.0


@dataclass(frozen=True)
class Loaded:
    """A model ready to be asked."""

    number: int
    digest: str
    valid_to: dt.datetime
    trees: boosting.Trees
    encoder: Encoder
    usual: Usual

    def ask(self, facts: Mapping[str, Any]) -> float:
        return self.trees.ask([self.encoder.row(facts)])[0]

    def factors(self, facts: Mapping[str, Any]) -> tuple[Factor, ...]:
        weights = self.trees.contributions(self.encoder.row(facts))
        return scores.factors(zip(self.encoder.facts(), weights, strict=True))


_lock = threading.Lock()
_Kept = tuple[float, object, Loaded | None]
_kept: _Kept | None = None


def forget() -> None:
    """Makes the next question look at the table again; for those who have just switched a model."""
    global _kept
    _kept = None


def score(session: Session, facts: Mapping[str, Any]) -> Score | None:
    """The score of a consignment with whole facts (`vocabulary.complete`), and whether it is within what the officers of its
    post can do today. None where nothing learned is in force: the extra is missing, nobody switched a model on, it has
    ended, its date is past, or it is not the one that was approved."""
    loaded = in_use(session)
    at = now(session)
    if loaded is None or loaded.valid_to <= at:
        return None
    post = str(facts.get("post") or "")
    value = loaded.ask(facts)
    rank = loaded.usual.rank(value, post)
    capacity = queries.capacity(session, post, at)
    within = rank <= capacity and queries.chosen_today(session, post, _day_begins(session, post, at)) < capacity
    return Score(loaded.number, value, rank, capacity, within, loaded.factors(facts) if within else ())


def main_factors(session: Session, number: int, facts: Mapping[str, Any]) -> tuple[Factor, ...]:
    """What moved the score of a consignment most, from the facts its assessment kept and the model it names; nothing where
    that model can no longer be asked."""
    loaded = in_use(session)
    if loaded is not None and loaded.number == number:
        return loaded.factors(facts)
    made = queries.model(session, number)
    if made is None or queries.digest(made) != made.digest or not boosting.available():
        return ()
    return _read(made).factors(facts)


def in_use(session: Session) -> Loaded | None:
    """The model in force, read and verified once a process; looked after every few seconds."""
    source = session.get_bind().engine
    kept = _kept
    if kept is not None and kept[1] is source and time.monotonic() - kept[0] < FRESH:
        return kept[2]
    # While one thread reads anew, the others go on with what they had; only the very first is waited for.
    if kept is not None and kept[1] is source and _lock.locked():
        return kept[2]
    with _lock:
        return _refreshed(session, source)


def _refreshed(session: Session, source: object) -> Loaded | None:
    global _kept
    before = _kept[2] if _kept is not None and _kept[1] is source else None
    found = _found(session, before)
    _kept = (time.monotonic(), source, found)
    return found


def _found(session: Session, before: Loaded | None) -> Loaded | None:
    with session.no_autoflush:
        light = queries.in_force(session) if boosting.available() else None
        if light is None:
            return None
        if before is not None and (before.number, before.digest) == (light.number, light.digest):
            return before
        made = queries.model(session, light.number)
        if made is None or queries.is_altered(session, made):
            return None
    try:
        return _read(made)
    except (WrongState, ValueError):  # the extra cannot be used here: no score is better than no lodging
        return None


def _read(made: ScoreModel) -> Loaded:
    reference = made.reference
    usual = Usual(
        [float(score) for score in reference["scores"]],
        {post: float(count) for post, count in reference["a_day"].items()},
    )
    trees = boosting.Trees(made.trees.decode())
    return Loaded(made.number, made.digest, made.valid_to, trees, features.restored(made.encoder), usual)


def _day_begins(session: Session, post: str, at: dt.datetime) -> dt.datetime:
    """When the day of a post began."""
    codes = codebook(session)
    known = codes.post(post)
    zone = ZoneInfo(known.time_zone) if known else dt.UTC
    return dt.datetime.combine(codes.day_at(post, at), dt.time(), zone)

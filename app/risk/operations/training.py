"""A score is learned from what inspections found: by time in three parts, so that it is measured on days it has not seen."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core import canonical
from app.core.errors import Finding, Invalid
from app.core.text import Text, _
from app.risk.operations import boosting
from app.risk.rules import features, measures
from app.risk.rules.features import Column, Encoder
from app.risk.rules.measures import INSPECTED, History
from app.risk.rules.scores import Outcome
from app.risk.rules.vocabulary import storable

#: Shares of the outcomes, in the order of time: learned from, chosen by, measured on.
PARTS = (0.70, 0.15, 0.15)
#: The number of trees that did best on the second part is taken.
STEPS = (100, 200, 300, 400, 500, 600)
#: Finds, and consignments as declared, that each of the outer parts needs at least.
_OF_A_KIND = 10
#: Scores of the crowd that are kept, evenly spread.
_KEPT = 1_000
_TOLD_FACTS = 15


@dataclass(frozen=True, slots=True)
class Crowd:
    """All consignments of the period, looked at or not: facts of some of them, and how many came a day at each post ("*" is
    the mean of the posts). What is looked at is not what comes, so ranks and drift are measured on these."""

    facts: Sequence[Mapping[str, Any]]
    a_day: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, ready to be kept; figures in `reference` and `metrics` are texts."""

    trees: str
    encoder: dict[str, Any]
    reference: dict[str, Any]
    metrics: dict[str, Any]
    data_digest: str
    rows: int
    finds: int
    since: dt.datetime
    until: dt.datetime


def learn(outcomes: Sequence[Outcome], crowd: Crowd, columns: Sequence[Column], *, least: int) -> Learned:
    """Learns from outcomes and measures what it has learned on the newest of them.

    Raises `Invalid` where there are fewer than `least`, or nearly all of one kind; `WrongState` where the extra is missing.
    """
    ordered = sorted(outcomes, key=lambda o: (o.at, o.key))
    _must_suffice(ordered, least)
    boosting.library()
    train, valid, test = _parts(ordered)
    encoder = features.learn(columns, [o.facts for o in train])
    text = boosting.learn(
        _rows(encoder, train), _found(train), judged_by=(_rows(encoder, valid), _found(valid)), steps=STEPS
    )
    trees = boosting.Trees(text)
    return Learned(
        text,
        encoder.plain(),
        _reference(trees, encoder, crowd),
        _metrics(trees, encoder, train, valid, test),
        data_digest(ordered),
        len(ordered),
        sum(_found(ordered)),
        ordered[0].at,
        ordered[-1].at,
    )


def data_digest(outcomes: Sequence[Outcome]) -> str:
    """SHA-256 over what was learned from: the assessments, their facts and what was found, in the order of time."""
    running = hashlib.sha256()
    for o in outcomes:
        running.update(canonical.encode([o.key, o.found, storable(o.facts)]))
    return running.hexdigest()


def _must_suffice(ordered: Sequence[Outcome], least: int) -> None:
    if len(ordered) < least:
        message = _(
            "Only {count} inspected consignments have an outcome; a score is learned from {least} or more. Go on inspecting, "
            "choose an earlier day, or lower the parameter {parameter}.",
            count=len(ordered),
            least=least,
            parameter="score-outcomes-least",
        )
        raise _refused("score.few", message)
    train, _valid, test = _parts(ordered)
    for part in (train, test):
        finds = sum(_found(part))
        if min(finds, len(part) - finds) < _OF_A_KIND:
            message = _(
                "Of {count} outcomes between {first} and {last}, {finds} were finds. At least {least} finds and as many "
                "consignments as declared are needed there. Choose an earlier day, or wait for more outcomes.",
                count=len(part),
                first=part[0].at.date().isoformat() if part else "",
                last=part[-1].at.date().isoformat() if part else "",
                finds=finds,
                least=_OF_A_KIND,
            )
            raise _refused("score.one-kind", message)


def _refused(rule: str, message: Text) -> Invalid:
    return Invalid(findings=[Finding("/since", rule, message)])


def _parts(ordered: Sequence[Outcome]) -> tuple[Sequence[Outcome], Sequence[Outcome], Sequence[Outcome]]:
    first = int(len(ordered) * PARTS[0])
    second = int(len(ordered) * (PARTS[0] + PARTS[1]))
    return ordered[:first], ordered[first:second], ordered[second:]


def _rows(encoder: Encoder, outcomes: Sequence[Outcome]) -> list[list[float]]:
    return [encoder.row(o.facts) for o in outcomes]


def _found(outcomes: Sequence[Outcome]) -> list[bool]:
    return [o.found for o in outcomes]


def _metrics(
    trees: boosting.Trees,
    encoder: Encoder,
    train: Sequence[Outcome],
    valid: Sequence[Outcome],
    test: Sequence[Outcome],
) -> dict[str, Any]:
    """Measured on the newest part: the score beside the importer's history, known until then, and beside chance."""
    found, scores = _found(test), trees.ask(_rows(encoder, test))
    known = [*train, *valid]
    history = History.of([importer(o.facts) for o in known], _found(known))
    past = [history.score(importer(o.facts)) for o in test]
    drawn = [(score, o.found) for score, o in zip(scores, test, strict=True) if "random" in o.chosen]
    return {
        "parts": {"train": len(train), "valid": len(valid), "test": len(test)},
        "test_since": test[0].at.isoformat(),
        "finds": _figure(sum(found) / len(found)),
        "trees": trees.count,
        "auc": {"score": _figure(measures.auc(scores, found)), "history": _figure(measures.auc(past, found))},
        "precision": [
            {
                "inspected": per_cent,
                "score": _figure(measures.precision_at(scores, found, per_cent)),
                "history": _figure(measures.precision_at(past, found, per_cent)),
                "random": _figure(sum(found) / len(found)),
            }
            for per_cent in INSPECTED
        ],
        # Labels that nobody chose: the only ones that tell how the score does on what comes, and not on what is stopped.
        "drawn": {"rows": len(drawn), "auc": _figure(measures.auc([s for s, _f in drawn], [f for _s, f in drawn]))},
        "facts": _weights(trees, encoder),
    }


def importer(facts: Mapping[str, Any]) -> str:
    return str(facts.get("consignee") or facts.get("holder") or "")


def _weights(trees: boosting.Trees, encoder: Encoder) -> list[dict[str, str]]:
    """The facts the score goes by most, with their shares."""
    weights = by_fact(encoder, trees.gains())
    ranked = sorted(weights.items(), key=lambda pair: -pair[1])[:_TOLD_FACTS]
    return [{"fact": fact, "share": _figure(share)} for fact, share in ranked if share > 0]


def by_fact(encoder: Encoder, numbers: Sequence[float]) -> dict[str, float]:
    """Sums what belongs to the numbers of one fact."""
    sums: dict[str, float] = {}
    for fact, value in zip(encoder.facts(), numbers, strict=True):
        sums[fact] = sums.get(fact, 0.0) + value
    return sums


def _reference(trees: boosting.Trees, encoder: Encoder, crowd: Crowd) -> dict[str, Any]:
    rows = [encoder.row(facts) for facts in crowd.facts]
    scores = sorted(trees.ask(rows))
    spaced = [scores[len(scores) * n // _KEPT] for n in range(_KEPT)] if len(scores) > _KEPT else scores
    return {
        "rows": len(rows),
        "numbers": [_spread(column) for column in zip(*rows, strict=True)],
        "score": _spread(scores),
        "scores": [repr(score) for score in spaced],
        "a_day": {post: _figure(count) for post, count in crowd.a_day.items()},
    }


def _spread(values: Sequence[float]) -> dict[str, Any]:
    cuts = measures.edges(values)
    return {"cuts": [repr(cut) for cut in cuts], "counts": measures.counts(values, cuts)}


def _figure(value: float) -> str:
    return format(value, ".4f")

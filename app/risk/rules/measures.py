"""How good a score is, and how far the present has gone from what it learned. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: Per cent of consignments that are looked at, for which the measures are told.
INSPECTED = (1, 2, 5, 10)
#: What an importer's few consignments are mixed with: so many of what is usual.
_USUAL = 5.0


def precision_at(scores: Sequence[float], found: Sequence[bool], per_cent: float) -> float:
    """The share of finds among the highest scored so many per cent, at least one. Of those who share the last place it is
    the mean: their order would be chance."""
    ranked = sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])
    wanted = max(1, round(len(ranked) * per_cent / 100))
    last = ranked[wanted - 1][0]
    above = [hit for score, hit in ranked if score > last]
    tied = [hit for score, hit in ranked if score == last]
    return (sum(above) + (wanted - len(above)) * sum(tied) / len(tied)) / wanted


def auc(scores: Sequence[float], found: Sequence[bool]) -> float:
    """How often a find is scored above one that was as declared, ties by half; 0.5 where one of them is missing."""
    ranked = sorted(zip(scores, found, strict=True))
    positives = sum(found)
    negatives = len(ranked) - positives
    if not positives or not negatives:
        return 0.5
    ranks = 0.0
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        ranks += (start + 1 + end) / 2 * sum(hit for _score, hit in ranked[start:end])
        start = end
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


@dataclass
class History:
    """The oldest way to choose: who was found out before. Share of finds of each importer, drawn to what is usual where he
    came seldom."""

    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    usual: float = 0.0

    @classmethod
    def of(cls, keys: Iterable[str], found: Sequence[bool]) -> History:
        seen: dict[str, tuple[int, int]] = {}
        for key, hit in zip(keys, found, strict=True):
            hits, all_ = seen.get(key, (0, 0))
            seen[key] = hits + hit, all_ + 1
        return cls(seen, sum(found) / len(found) if found else 0.0)

    def score(self, key: str) -> float:
        hits, all_ = self.seen.get(key, (0, 0))
        return (hits + _USUAL * self.usual) / (all_ + _USUAL)


def edges(values: Sequence[float], parts: int = 10) -> list[float]:
    """Where to cut values into parts of the same size; fewer where values repeat, or are negative for “not there”."""
    ordered = sorted(values)
    cuts = {ordered[len(ordered) * n // parts] for n in range(1, parts)} if ordered else set()
    if ordered and ordered[0] < 0 < ordered[-1]:
        cuts.add(0.0)
    return sorted(cut for cut in cuts if cut > ordered[0])


def counts(values: Iterable[float], cuts: Sequence[float]) -> list[int]:
    """How many values each part holds."""
    parts = [0] * (len(cuts) + 1)
    for value in values:
        parts[bisect_right(cuts, value)] += 1
    return parts


def psi(before: Sequence[int], now: Sequence[int]) -> float:
    """Population stability index: 0 where both are spread alike; above 0.25 is commonly called another population. Half a
    row is added to each part, so that an empty one does not make it endless."""
    all_before, all_now = sum(before) + len(before) / 2, sum(now) + len(now) / 2
    total = 0.0
    for was, is_ in zip(before, now, strict=True):
        expected, actual = (was + 0.5) / all_before, (is_ + 0.5) / all_now
        total += (actual - expected) * math.log(actual / expected)
    return total

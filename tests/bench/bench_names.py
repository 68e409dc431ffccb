"""How well names are recognised across scripts: precision and recall over labelled pairs, and what the index finds.

    python -m tests.bench.bench_names [--misses]

The pairs and how they were made: `tests/factories/name_pairs.csv`. `tune` were looked at while the costs were chosen, `held`
were not. `keys`: of the pairs that are one name, how many share a key, without which the index never brings them together.
"""

from __future__ import annotations

import argparse
import sys
import time

from app.watchlists.rules.names import THRESHOLD, keys, likeness, similarity
from tests.factories.name_pairs import Pair, pairs

RECALL, PRECISION = 0.95, 0.90
_STEPS = (0.70, 0.75, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96)


def rates(scored: list[tuple[Pair, float]], threshold: float) -> tuple[float, float, float]:
    """Recall, precision, and the share of different people who would be asked about."""
    hit = sum(pair.same and score >= threshold for pair, score in scored)
    false = sum(not pair.same and score >= threshold for pair, score in scored)
    same = sum(pair.same for pair, _score in scored)
    return hit / same, hit / max(hit + false, 1), false / (len(scored) - same)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--misses", action="store_true", help="print what is taken wrongly")
    options = asked.parse_args()
    reached = True
    for part in ("tune", "held"):
        begun = time.perf_counter()
        scored = [(pair, similarity(pair.first, pair.second)) for pair in pairs(part)]
        spent = (time.perf_counter() - begun) / len(scored) * 1e6
        shared = [bool(set(keys(p.first)) & set(keys(p.second))) for p, _score in scored if p.same]
        print(
            f"\n{part}: {len(scored)} pairs, {sum(p.same for p, _score in scored)} of them one name; {spent:.0f} µs a pair"
        )
        print(f"    keys  {sum(shared)}/{len(shared)}")
        print("    from   recall  precision  asked wrongly")
        for step in _STEPS:
            recall, precision, wrong = rates(scored, step)
            mark = "  ← threshold" if step == THRESHOLD else ""
            print(f"    {step:.2f}   {recall:.3f}   {precision:.3f}      {wrong:.3f}{mark}")
        recall, precision, _wrong = rates(scored, THRESHOLD)
        reached = reached and recall >= RECALL and precision >= PRECISION
        if options.misses:
            _tell(scored)
    print(f"\ngoal: recall ≥ {RECALL}, precision ≥ {PRECISION}: {'reached' if reached else 'NOT reached'}")
    return 0 if reached else 1


def _tell(scored: list[tuple[Pair, float]]) -> None:
    for pair, score in sorted(scored, key=lambda one: one[1]):
        if pair.same != (score >= THRESHOLD):
            word = "missed" if pair.same else "wrong"
            print(f"    {word} {score:.3f}  {pair.first} | {pair.second}  {likeness(pair.first, pair.second).pairs}")


if __name__ == "__main__":
    sys.exit(main())

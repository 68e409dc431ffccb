"""How much more a learned score finds than an importer's history and than chance, on the synthetic import declarations that the
Institute for Basic Science and the Korea Customs Service published (MIT licence).

    python -m tests.bench.bench_score [--samples ../shared/samples/risk] [--trees 600]

The three parts are taken as given: learned on the first (2020), measured on the last. The second may choose the number of trees
(`--trees 0`, as `flask risk train` does). Precision at n % is the share of frauds among the n % that a way of choosing puts
first; ties count as their mean. The numbers pass through the encoder and the library door that the application uses.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from pathlib import Path

from app.risk.operations import boosting
from app.risk.operations.training import STEPS
from app.risk.rules import features, measures
from app.risk.rules.features import Column
from app.risk.rules.measures import INSPECTED, History
from tests.bench.stage import machine

NUMBERS = ("Tax Rate", "Net Mass", "Item Price")
TEXTS = (
    "Office ID", "Process Type", "Import Type", "Import Use", "Payment Type", "Mode of Transport", "Declarant ID", "Importer ID",
    "Seller ID", "Courier ID", "HS6 Code", "Country of Departure", "Country of Origin", "Tax Type", "Country of Origin Indicator",
)  # fmt: skip
COLUMNS = [*(Column(name, "number") for name in (*NUMBERS, "Value per kg")), *(Column(name, "text") for name in TEXTS)]
#: What was reached on the test part before, with the number of trees of `boosting.TREES`; per cent.
GOAL = {1: 98.8, 2: 96.5, 5: 87.3, 10: 76.8}

Part = tuple[list[dict[str, object]], list[bool]]


def part(folder: Path, name: str) -> Part:
    with (folder / f"df_syn_{name}_eng.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [facts(row) for row in rows], [row["Fraud"] == "1" for row in rows]


def facts(row: dict[str, str]) -> dict[str, object]:
    """Numbers as numbers, and the value of a kilogram, which the vocabulary of the application has too."""
    known: dict[str, object] = {name: row[name] for name in TEXTS}
    known.update({name: float(row[name] or 0) for name in NUMBERS})
    mass = float(row["Net Mass"] or 0)
    known["Value per kg"] = float(row["Item Price"] or 0) / mass if mass > 0 else -1.0
    return known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = os.environ.get("GUZAR_RISK_SAMPLES") or Path(__file__).parents[3] / "shared/samples/risk"
    parser.add_argument("--samples", type=Path, default=usual, help="folder of df_syn_{train,valid,test}_eng.csv")
    parser.add_argument("--trees", type=int, default=boosting.TREES, help="0: chosen on the second part")
    chosen = parser.parse_args()
    if not boosting.available():
        sys.exit("LightGBM is not installed: pip install -r app/risk/requirements.txt")
    if not (chosen.samples / "df_syn_test_eng.csv").exists():
        sys.exit(f"no samples in {chosen.samples}: say where they are with --samples or GUZAR_RISK_SAMPLES")
    train, valid, test = (part(chosen.samples, name) for name in ("train", "valid", "test"))
    begun = time.perf_counter()
    encoder = features.learn(COLUMNS, train[0])
    encoded = [[encoder.row(known) for known in some[0]] for some in (train, valid, test)]
    encoding = time.perf_counter() - begun
    begun = time.perf_counter()
    steps = (chosen.trees,) if chosen.trees else STEPS
    text = boosting.learn(encoded[0], train[1], judged_by=(encoded[1], valid[1]), steps=steps)
    learning = time.perf_counter() - begun
    trees = boosting.Trees(text)
    begun = time.perf_counter()
    scores = trees.ask(encoded[2])
    asking = time.perf_counter() - begun
    begun = time.perf_counter()
    trees.ask(encoded[2][:1]), trees.contributions(encoded[2][0])
    one = time.perf_counter() - begun
    history = History.of([str(known["Importer ID"]) for known in train[0]], train[1])
    past = [history.score(str(known["Importer ID"])) for known in test[0]]
    print(machine())
    print(
        f"{len(train[1])} learned from, {len(valid[1])} beside, {len(test[1])} measured on; {trees.count} trees, {len(text) // 1000} kB"
    )
    print(
        f"encoding {encoding:.1f} s, learning {learning:.1f} s, {len(scores)} scores {asking:.2f} s, one with its factors {one * 1000:.1f} ms"
    )
    print(f"{'inspected':>10}{'score':>9}{'history':>9}{'random':>9}{'valid':>9}   goal")
    found = test[1]
    beside = trees.ask(encoded[1])
    missed = False
    for per_cent in INSPECTED:
        reached = 100 * measures.precision_at(scores, found, per_cent)
        missed |= round(reached, 1) < GOAL[per_cent]
        print(
            f"{per_cent:>8} %{reached:>9.1f}{100 * measures.precision_at(past, found, per_cent):>9.1f}"
            f"{100 * sum(found) / len(found):>9.1f}{100 * measures.precision_at(beside, valid[1], per_cent):>9.1f}   {GOAL[per_cent]}"
        )
    print(f"AUC: score {measures.auc(scores, found):.4f}, history {measures.auc(past, found):.4f}")
    if missed:
        sys.exit("below what was reached before")


if __name__ == "__main__":
    main()

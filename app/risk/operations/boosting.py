"""LightGBM behind one door: an optional extra (`app/risk/requirements.txt`), imported when it is first asked and never before.

A model leaves and enters as LightGBM's own text; nothing is ever unpickled.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.core.errors import WrongState
from app.core.text import _
from app.risk.rules import measures

#: Chosen on the valid part of a public sample (tests/bench/bench_score.py); the decision record tells how.
TREES = 600
PARAMETERS: Mapping[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 127,
    "min_data_in_leaf": 20,
    "max_bin": 4095,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}

#: Fewer rows are learned from sooner by one thread than by several that wait for each other.
FEW = 5_000

Rows = Sequence[Sequence[float]]


def available() -> bool:
    """Whether the extra is installed; asking does not import it."""
    return importlib.util.find_spec("lightgbm") is not None


def library() -> Any:
    """The library itself, or `WrongState` saying how to get it."""
    try:
        import lightgbm
    except (ImportError, OSError):  # OSError: its own library, or the one it needs (libgomp1), is missing
        message = _(
            "Learned scores are switched off here: LightGBM is not installed. Install {file} and, on Debian, libgomp1.",
            file="app/risk/requirements.txt",
        )
        raise WrongState(message) from None
    return lightgbm


class Trees:
    """A learned model. Asked with one thread: requests beside it have their own."""

    def __init__(self, text: str) -> None:
        """Raises `WrongState` where the extra is missing, `ValueError` for a text it cannot read."""
        lightgbm = library()
        try:
            self._booster = lightgbm.Booster(model_str=text)
        except lightgbm.basic.LightGBMError as error:
            raise ValueError(str(error)) from None

    @property
    def count(self) -> int:
        """How many trees it has."""
        return int(self._booster.num_trees())

    def ask(self, rows: Rows) -> list[float]:
        """The score of each row, 0 to 1, with eight decimals: as it is stored."""
        if not len(rows):
            return []
        found = self._booster.predict(np.asarray(rows, dtype=float), num_threads=1)
        return [round(float(value), 8) for value in found]

    def contributions(self, row: Sequence[float]) -> list[float]:
        """What each number adds to the log-odds of this row, beside what is usual."""
        found = self._booster.predict(np.asarray([row], dtype=float), pred_contrib=True, num_threads=1)
        return [float(value) for value in found[0][:-1]]

    def gains(self) -> list[float]:
        """The share of each number in what the model goes by; they sum to 1, or are all 0."""
        found = [float(value) for value in self._booster.feature_importance("gain")]
        whole = sum(found)
        return [value / whole for value in found] if whole else found


def learn(
    rows: Rows,
    found: Sequence[bool],
    *,
    judged_by: tuple[Rows, Sequence[bool]] | None = None,
    steps: Sequence[int] = (),
) -> str:
    """The text of a model learned from rows of numbers; the same rows give the same text on the same machine.

    `steps` are numbers of trees, of which that is taken whose model orders the rows `judged_by` best.
    """
    lightgbm = library()
    data = lightgbm.Dataset(np.asarray(rows, dtype=float), np.asarray(found, dtype=float))
    threads = {"num_threads": 1 if len(rows) < FEW else 0}
    made = lightgbm.train({**PARAMETERS, **threads}, data, num_boost_round=max(steps, default=TREES))
    if judged_by is None:
        return str(made.model_to_string())
    other, truth = np.asarray(judged_by[0], dtype=float), judged_by[1]
    best = max(steps, key=lambda count: measures.auc(made.predict(other, num_iteration=count).tolist(), truth))
    return str(made.model_to_string(num_iteration=best))

"""Drawings of figures as SVG. Beside each stands a table that says the same; colours are never alone in saying something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT, _TOP, _BOTTOM, _START = 190.0, 12.0, 26.0, 44.0
_SLOT, _BAR, _LEAST_WIDTH = 46.0, 15.0, 320.0
_LINES = 4
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `row` counts the figures of a month, so that each has its own look."""

    x: float
    y: float
    width: float
    height: float
    row: int
    value: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars side by side over names, with lines at round figures: (height, figure)."""

    width: float
    height: float
    bars: list[Bar]
    names: list[tuple[float, str]]
    lines: list[tuple[float, int]]
    base: float
    start: float


def bars(months: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """One group of bars for each name, from left to right."""
    most = max((value for _name, values in months for value in values), default=0)
    top, step = scale(most)
    base = _HEIGHT - _BOTTOM
    drawn, names = [], []
    for place, (name, values) in enumerate(months):
        middle = _START + _SLOT * (place + 0.5)
        names.append((middle, name))
        begin = middle - _BAR * len(values) / 2
        for row, value in enumerate(values):
            height = (base - _TOP) * value / top
            drawn.append(Bar(begin + row * _BAR, base - height, _BAR - 2, height, row, value))
    lines = [(base - (base - _TOP) * figure / top, figure) for figure in range(0, top + 1, step)]
    width = max(_LEAST_WIDTH, _START + _SLOT * len(months) + 8)
    return Bars(width, _HEIGHT, drawn, names, lines, base, _START)


def scale(most: int) -> tuple[int, int]:
    """The height of a drawing and the step of its lines, both round, so that about four lines go up to the highest."""
    wanted = max(1.0, most / _LINES)
    size = 10.0 ** math.floor(math.log10(wanted))
    step = math.ceil(next(size * one for one in _STEPS if size * one >= wanted))
    return max(step * math.ceil(most / step), step), step

"""Drawings of the overview: columns in lanes, bars with a part in them, shares with a ceiling. Beside each stands a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.web.analyst.charts import scale

#: In units of the picture.
WIDTH, HEIGHT = 720.0, 220.0
_TOP, _BOTTOM, _START = 12.0, 26.0, 44.0
_WIDEST_BAR, _FILLED, _NAME = 30.0, 0.74, 52.0
_ROW, _THICK, _LABEL, _FIGURE = 26.0, 15.0, 40.0, 92.0
_ACROSS, _SIGN = 460.0, 8.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column; `look` says which."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of stacked pieces over names, with lines at round figures: (height, figure)."""

    width: float
    height: float
    start: float
    pieces: list[Piece]
    names: list[tuple[float, str]]
    lines: list[tuple[float, str]]


def columns(groups: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> Columns:
    """One column for each name, of (look, count) from the ground up. As many names are written as have room."""
    top, step = scale(max((sum(count for _look, count in parts) for _name, parts in groups), default=0))
    base = HEIGHT - _BOTTOM
    slot = (WIDTH - _START - 4) / max(len(groups), 1)
    wide = min(slot * _FILLED, _WIDEST_BAR)
    every = max(1, math.ceil(_NAME / slot))
    pieces, names = [], []
    for place, (name, parts) in enumerate(groups):
        middle, y = _START + slot * (place + 0.5), base
        if place % every == 0:
            names.append((middle, name))
        for look, count in parts:
            high = (base - _TOP) * count / top
            y -= high
            if count:
                pieces.append(Piece(middle - wide / 2, y, wide, high, look))
    lines = [(base - (base - _TOP) * figure / top, str(figure)) for figure in range(0, top + 1, step)]
    return Columns(WIDTH, HEIGHT, _START, pieces, names, lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A bar from the start with a part of it; `figure` stands behind it at `end`."""

    name: str
    y: float
    whole: float
    part: float
    figure: str
    end: float


@dataclass(frozen=True, slots=True)
class Across:
    width: float
    height: float
    start: float
    thick: float
    rows: list[Row]


def across(rows: Sequence[tuple[str, int, int]]) -> Across:
    """Bars of (name, whole, part), one beneath the other."""
    most = max((whole for _name, whole, _part in rows), default=0) or 1
    label = max(_LABEL, 12 + _SIGN * max((len(name) for name, _whole, _part in rows), default=0))
    long = _ACROSS - label - _FIGURE
    drawn = [
        Row(name, n * _ROW + 4, long * whole / most, long * part / most, f"{part} / {whole}", label + long * whole / most + 8)
        for n, (name, whole, part) in enumerate(rows)
    ]  # fmt: skip
    return Across(_ACROSS, max(len(rows), 1) * _ROW + 4, label, _THICK, drawn)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A share in per cent as a bar of 100 units, with a mark at its limit; both None where there is none."""

    share: Decimal | None
    limit: Decimal | None
    bar: float
    mark: float | None

    @property
    def over(self) -> bool:
        return self.share is not None and self.limit is not None and self.share > self.limit


def gauge(share: Decimal | None, limit: Decimal | None, most: Decimal) -> Gauge:
    """`most` is the share that fills the bar, so that those of a table can be compared."""
    return Gauge(share, limit, _part(share, most) or 0.0, _part(limit, most))


def _part(share: Decimal | None, most: Decimal) -> float | None:
    return None if share is None else min(100.0, float(share / most * 100)) if most else 0.0


def fill(shares: Sequence[Decimal | None]) -> Decimal:
    """The share that fills the bars of a table: a round one above all of them, at least ten per cent."""
    most = max((share for share in shares if share is not None), default=Decimal(0))
    return next((Decimal(round_) for round_ in (10, 20, 25, 50) if most <= round_), Decimal(100))


@dataclass(frozen=True, slots=True)
class Spot:
    """A post on the map with what was found there: the circle's size says how much came, its filled part how much of what
    was looked at was found."""

    x: float
    y: float
    code: str
    radius: float
    inner: float


def radii(counts: Sequence[tuple[str, int]], largest: float = 26.0) -> dict[str, float]:
    """How large the circle of each post is: areas say how many came, so the root is taken."""
    most = max((count for _code, count in counts), default=0) or 1
    return {code: max(9.0, largest * math.sqrt(count / most)) for code, count in counts if count}


def spots(
    found: Sequence[tuple[str, Decimal | None]], sizes: Mapping[str, float], where: Mapping[str, tuple[float, float]]
) -> list[Spot]:
    """Of (post, per cent of finds): the largest first, so that none covers another one."""
    known = sorted((each for each in found if each[0] in where and each[0] in sizes), key=lambda each: -sizes[each[0]])
    return [
        Spot(*where[code], code, sizes[code], sizes[code] * math.sqrt(float(share or 0) / 100)) for code, share in known
    ]

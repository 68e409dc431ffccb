"""The corridor as a picture: the map of posts, and a line for every way on which goods are now. Drawn on the server; the
table beside it says the same in words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.reference.codebook import Post
from app.registers.movements.underway import Leg
from app.web import maps
from app.web.maps import WIDTH

__all__ = ["WIDTH", "Line", "Picture", "drawn"]

THINNEST, THICKEST = 2.5, 12.0


@dataclass(frozen=True, slots=True)
class Line:
    """Goods between two posts: a bow, so that both directions are seen. `mid` is where the number stands."""

    path: str
    width: float
    under_way: int
    late: int
    mid_x: float
    mid_y: float
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    lands: list[maps.Land]
    dots: list[maps.Dot]
    lines: list[Line]
    #: Legs of which an end has no known place.
    unplaced: list[Leg]


def drawn(legs: Sequence[Leg], posts: Collection[Post], country: str, on: dt.date, locale: str) -> Picture | None:
    """The picture of these legs; None where no post of the country has a known place."""
    used = {end for leg in legs for end in (leg.post, leg.destination)}
    ground = maps.ground(posts, used, country, on, locale)
    if ground is None:
        return None
    where = ground.where
    known = [leg for leg in legs if leg.post in where and leg.destination in where]
    together = _together(known, where)
    most = max((leg.under_way for leg in together), default=1)
    lines = [_line(leg, where[leg.post], where[leg.destination], most) for leg in together]
    return Picture(
        ground.width, ground.height, ground.lands, ground.dots, lines, [leg for leg in legs if leg not in known]
    )


def _together(legs: Sequence[Leg], where: Mapping[str, tuple[float, float]]) -> list[Leg]:
    """Legs between the same points as one: an office and its neighbour beyond the border are one point."""
    sums: dict[tuple[tuple[float, float], tuple[float, float]], Leg] = {}
    for leg in legs:
        ends = where[leg.post], where[leg.destination]
        same = sums.get(ends, Leg(leg.post, leg.destination, 0, 0))
        sums[ends] = Leg(same.post, same.destination, same.under_way + leg.under_way, same.late + leg.late)
    return list(sums.values())


def _line(leg: Leg, start: tuple[float, float], end: tuple[float, float], most: int) -> Line:
    (ax, ay), (bx, by) = start, end
    # To the right of the way, as one drives: there and back are two lines.
    bow_x, bow_y = (ax + bx) / 2 - (by - ay) * 0.16, (ay + by) / 2 + (bx - ax) * 0.16
    width = THINNEST + (THICKEST - THINNEST) * math.sqrt(leg.under_way / most)
    mid_x, mid_y = (ax + 2 * bow_x + bx) / 4, (ay + 2 * bow_y + by) / 4
    path = f"M{ax:.1f} {ay:.1f}Q{bow_x:.1f} {bow_y:.1f} {bx:.1f} {by:.1f}"
    return Line(path, round(width, 1), leg.under_way, leg.late, mid_x, mid_y, leg.post, leg.destination)

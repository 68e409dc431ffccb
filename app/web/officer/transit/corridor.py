"""The corridor as a picture: the posts of the administration and their neighbours where they lie, and a line for every
way on which goods are now. Drawn on the server; the table beside it says the same in words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.reference.codebook import Post
from app.registers.movements.underway import Leg

#: In units of the picture.
WIDTH, MARGIN = 720.0, 60.0
THINNEST, THICKEST = 2.5, 12.0
#: Beneath this distance two posts are drawn as one point: the two sides of a bridge.
_ONE_PLACE = 14.0
#: Names closer than this, up and down, would stand in each other's way.
_LINE = 15.0
#: How wide a letter of a name is, about.
_LETTER = 7.5


@dataclass(frozen=True, slots=True)
class Dot:
    """A post on the picture: `others` are the codes drawn at the same place; `label` may stand at either side."""

    x: float
    y: float
    code: str
    name: str
    others: tuple[str, ...]
    is_own: bool
    is_used: bool
    label_x: float
    label_y: float
    anchor: str


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
    dots: list[Dot]
    lines: list[Line]
    #: Legs of which an end has no known place.
    unplaced: list[Leg]


def drawn(legs: Sequence[Leg], posts: Collection[Post], country: str, on: dt.date, locale: str) -> Picture | None:
    """The picture of these legs; None where no post of the country has a known place."""
    placed = {p.code: p for p in posts if p.holds(on) and p.latitude is not None and p.longitude is not None}
    own = {code for code, p in placed.items() if p.country == country}
    used = {end for leg in legs for end in (leg.post, leg.destination)} & set(placed)
    shown = sorted(own | {str(placed[code].neighbour) for code in own} & set(placed) | used)
    if not own:
        return None
    places, height = _projected({code: placed[code] for code in shown})
    dots = _dots(places, placed, own, used, locale)
    where = {code: (dot.x, dot.y) for dot in dots for code in (dot.code, *dot.others)}
    known = [leg for leg in legs if leg.post in where and leg.destination in where]
    most = max((leg.under_way for leg in known), default=1)
    lines = [_line(leg, where[leg.post], where[leg.destination], most) for leg in known]
    return Picture(WIDTH, height, dots, lines, [leg for leg in legs if leg not in known])


def _projected(posts: Mapping[str, Post]) -> tuple[dict[str, tuple[float, float]], float]:
    """Places on a plane that touches the earth in their middle, fitted into the picture; and its height."""
    degrees = {code: (float(p.longitude or 0), float(p.latitude or 0)) for code, p in posts.items()}
    west, east = min(x for x, _y in degrees.values()), max(x for x, _y in degrees.values())
    south, north = min(y for _x, y in degrees.values()), max(y for _x, y in degrees.values())
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, 0.5)
    height = max((north - south) * scale, 80.0) + 2 * MARGIN
    return {
        code: (MARGIN + (x - west) * shrink * scale, MARGIN + (north - y) * scale) for code, (x, y) in degrees.items()
    }, height


def _dots(
    places: Mapping[str, tuple[float, float]], posts: Mapping[str, Post], own: set[str], used: set[str], locale: str
) -> list[Dot]:
    """One dot for each place, our side of a bridge before the other; those in use are named first."""
    order = sorted(places, key=lambda code: (code not in own, code not in used, code))
    heads: dict[str, list[str]] = {}
    for code in order:
        near = next((head for head in heads if math.dist(places[head], places[code]) < _ONE_PLACE), None)
        heads.setdefault(near or code, []).append(code)
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in (places[head] for head in heads)]
    dots = []
    for head, codes in sorted(heads.items(), key=lambda pair: not used & set(pair[1])):
        x, y = places[head]
        name = posts[head].name(locale)
        label_x, label_y, anchor = _beside(x, y, len(name) * _LETTER, taken)
        here = bool(used & set(codes))
        dots.append(Dot(x, y, head, name, tuple(codes[1:]), head in own, here, label_x, label_y, anchor))
    return dots


def _beside(
    x: float, y: float, long: float, taken: list[tuple[float, float, float, float]]
) -> tuple[float, float, str]:
    """Where a name stands: the first place around its dot that no other name has."""
    places = [(x + 10, y + 4, "start"), (x - 10, y + 4, "end"), (x, y - 11, "middle"), (x, y + 20, "middle"),
              (x + 10, y + 18, "start"), (x - 10, y + 18, "end"), (x + 10, y - 10, "start"), (x - 10, y - 10, "end")]  # fmt: skip
    boxes = [(_box(place, long), place) for place in places]
    inside = [(box, place) for box, place in boxes if box[0] >= 0 and box[2] <= WIDTH]
    free = [(box, place) for box, place in inside if not any(_meets(box, other) for other in taken)]
    box, place = (free or inside or boxes)[0]
    taken.append(box)
    return place


def _box(place: tuple[float, float, str], long: float) -> tuple[float, float, float, float]:
    x, y, anchor = place
    left = {"start": x, "end": x - long, "middle": x - long / 2}[anchor]
    return left, y - _LINE + 3, left + long, y + 3


def _meets(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _line(leg: Leg, start: tuple[float, float], end: tuple[float, float], most: int) -> Line:
    (ax, ay), (bx, by) = start, end
    # To the right of the way, as one drives: there and back are two lines.
    bow_x, bow_y = (ax + bx) / 2 - (by - ay) * 0.16, (ay + by) / 2 + (bx - ax) * 0.16
    width = THINNEST + (THICKEST - THINNEST) * math.sqrt(leg.under_way / most)
    mid_x, mid_y = (ax + 2 * bow_x + bx) / 4, (ay + 2 * bow_y + by) / 4
    path = f"M{ax:.1f} {ay:.1f}Q{bow_x:.1f} {bow_y:.1f} {bx:.1f} {by:.1f}"
    return Line(path, round(width, 1), leg.under_way, leg.late, mid_x, mid_y, leg.post, leg.destination)

"""The outlines of countries, for the maps of posts.

They are the outer lines of the countries' time zones, which the wheel of tzfpy brings along (© OpenStreetMap contributors,
Open Database Licence); a map made of them names that source. Thinned to what a picture of this size shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import tzfpy

Ring = tuple[tuple[float, float], ...]

ZONES: Final = {
    "AF": ("Asia/Kabul",),
    "CN": ("Asia/Urumqi",),
    "IR": ("Asia/Tehran",),
    "KG": ("Asia/Bishkek",),
    "KZ": ("Asia/Almaty", "Asia/Qyzylorda"),
    "PK": ("Asia/Karachi",),
    "TJ": ("Asia/Dushanbe",),
    "TM": ("Asia/Ashgabat",),
    "UZ": ("Asia/Tashkent", "Asia/Samarkand"),
}
#: Degrees; a line may be so far from where it truly is. About three kilometres, two units of the picture.
_OFF: Final = 0.03
_STRIDE: Final = 0.01
#: Degrees; smaller islands are left out.
_SMALLEST: Final = 0.1


@lru_cache
def rings(country: str) -> tuple[Ring, ...]:
    """The closed lines around a country, as (longitude, latitude); none of a country that is far away."""
    return tuple(thinned(ring, _OFF) for zone in ZONES.get(country, ()) for ring in _rings(zone) if _wide(ring))


def near(west: float, south: float, east: float, north: float) -> Iterator[tuple[str, Ring]]:
    """The countries' lines that may be seen in a window of degrees."""
    for country in ZONES:
        for ring in rings(country):
            if _first(ring, 0) < east and west < _last(ring, 0) and _first(ring, 1) < north and south < _last(ring, 1):
                yield country, ring


def clipped(ring: Sequence[tuple[float, float]], width: float, height: float) -> Ring:
    """What of a closed line lies in a frame from (0, 0), cut at one side after the other (Sutherland and Hodgman)."""
    line = list(ring)
    for axis, limit, side in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        line = list(_cut(line, axis, limit, side))
    return tuple(line)


def _cut(line: Sequence[tuple[float, float]], axis: int, limit: float, side: int) -> Iterator[tuple[float, float]]:
    for nth, point in enumerate(line):
        before = line[nth - 1]
        inside, was_inside = (point[axis] - limit) * side >= 0, (before[axis] - limit) * side >= 0
        if inside is not was_inside:
            part = (limit - before[axis]) / (point[axis] - before[axis])
            yield before[0] + (point[0] - before[0]) * part, before[1] + (point[1] - before[1]) * part
        if inside:
            yield point


def middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The area within a closed line, and its centre."""
    area = x = y = 0.0
    for nth, (bx, by) in enumerate(ring):
        ax, ay = ring[nth - 1]
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return (abs(area) / 2, x / (3 * area), y / (3 * area)) if area else (0.0, 0.0, 0.0)


def holds(ring: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Whether a point lies within a closed line: a way out crosses it an odd number of times."""
    crossings = 0
    for nth, (bx, by) in enumerate(ring):
        ax, ay = ring[nth - 1]
        if (ay > y) is not (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


def _rings(zone: str) -> Iterator[Ring]:
    found = json.loads(tzfpy.get_tz_polygon_geojson(zone))
    geometry = found.get("features", [found])[0]["geometry"]
    several = geometry["type"] == "MultiPolygon"
    for polygon in geometry["coordinates"] if several else [geometry["coordinates"]]:
        yield tuple(_strides(polygon[0]))


def _strides(line: Sequence[Sequence[float]]) -> Iterator[tuple[float, float]]:
    """Points that are at least a stride apart, and the last: what is left costs a tenth to be thinned well."""
    x, y = line[-1][0], line[-1][1]
    for point in line[:-1]:
        if abs(point[0] - x) + abs(point[1] - y) > _STRIDE:
            x, y = point[0], point[1]
            yield x, y
    yield line[-1][0], line[-1][1]


def _first(ring: Ring, axis: int) -> float:
    return min(point[axis] for point in ring)


def _last(ring: Ring, axis: int) -> float:
    return max(point[axis] for point in ring)


def _wide(ring: Ring) -> bool:
    return max(_last(ring, axis) - _first(ring, axis) for axis in (0, 1)) > _SMALLEST


def thinned(line: Sequence[tuple[float, float]], off: float) -> Ring:
    """The line without the points that lie nearer than `off` to what is drawn without them (Douglas and Peucker)."""
    if not line:
        return ()
    kept, spans = {0, len(line) - 1}, [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        place, away = _farthest(line, first, last)
        if away > off:
            kept.add(place)
            spans += [(first, place), (place, last)]
    return tuple(line[place] for place in sorted(kept))


def _farthest(line: Sequence[tuple[float, float]], first: int, last: int) -> tuple[int, float]:
    """Which point between two is farthest from the straight line that joins them, and how far."""
    (ax, ay), (bx, by) = line[first], line[last]
    dx, dy = bx - ax, by - ay
    long = (dx * dx + dy * dy) ** 0.5
    place, most = first, 0.0
    for at in range(first + 1, last):
        x, y = line[at]
        # Of a closed line the ends are one point.
        away = abs(dy * (x - ax) - dx * (y - ay)) / long if long else ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if away > most:
            place, most = at, away
    return place, most

"""What a serial looks like, and how far a place is from a route. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.core.text import compact

_SERIAL = re.compile(r"[A-Z0-9-]{3,30}", re.ASCII)
#: Mean radius of the earth in metres.
EARTH = 6_371_008.8
Place = tuple[float, float]


def serial_of(text: str) -> str:
    """A serial as it is compared: without blanks, in capitals."""
    return compact(text)


def is_serial(text: str) -> bool:
    return bool(_SERIAL.fullmatch(text))


def repeated(serials: Iterable[str]) -> list[str]:
    """Those that are given more than once."""
    seen: set[str] = set()
    return sorted({s for s in serials if s in seen or seen.add(s)})  # type: ignore[func-returns-value]


def metres_off(place: Place, route: Sequence[Place]) -> int:
    """How far a place (latitude, longitude in degrees) is from a line of places, in metres; a route of one place is
    that place. Measured in the plane that touches the earth there, good to some per mille within 300 km."""
    if len(route) == 1:
        return round(_between(place, route[0]))
    return round(min(_to_leg(place, start, end) for start, end in pairwise(route)))


def _flat(place: Place, origin: Place) -> tuple[float, float]:
    east = math.radians(place[1] - origin[1]) * math.cos(math.radians(origin[0])) * EARTH
    return east, math.radians(place[0] - origin[0]) * EARTH


def _between(one: Place, other: Place) -> float:
    return math.hypot(*_flat(one, other))


def _to_leg(place: Place, start: Place, end: Place) -> float:
    """The distance from the place, at the origin, to the nearest point of the leg."""
    (ax, ay), (bx, by) = _flat(start, place), _flat(end, place)
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    if not length:
        return math.hypot(ax, ay)
    share = max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + share * dx, ay + share * dy)

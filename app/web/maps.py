"""Posts on a map: the countries around, and each post where it lies with its name beside it. Drawn on the server; the table
beside such a picture says the same in words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.reference.codebook import Post
from app.web import outlines

#: In units of the picture.
WIDTH, MARGIN = 720.0, 60.0
#: Beneath this distance two posts are drawn as one point: the two sides of a bridge.
_ONE_PLACE = 14.0
#: How far a dot reaches.
_DOT = 6.0
#: Names closer than this, up and down, would stand in each other's way.
_LINE = 15.0
#: How wide a letter of a name is, about.
_LETTER = 7.5
#: How wide the name of a country is, about.
_NAME = 110.0
#: The fewest points that enclose a country.
_CORNERS = 3


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
class Land:
    """What of a country is to be seen; `x` and `y` are where its name stands, if there is room for it."""

    country: str
    line: outlines.Ring
    is_own: bool
    x: float
    y: float
    area: float
    is_named: bool = False

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in self.line) + "Z"


@dataclass(frozen=True, slots=True)
class Frame:
    """A window of degrees as a picture, on a plane that touches the earth in its middle."""

    west: float
    north: float
    shrink: float
    scale: float
    height: float

    @classmethod
    def around(cls, places: Collection[tuple[float, float]]) -> Frame:
        """The window that holds these places with a margin."""
        west, east = min(x for x, _y in places), max(x for x, _y in places)
        south, north = min(y for _x, y in places), max(y for _x, y in places)
        shrink = math.cos(math.radians((south + north) / 2))
        scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, 0.5)
        return cls(west, north, shrink, scale, max((north - south) * scale, 80.0) + 2 * MARGIN)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            MARGIN + (longitude - self.west) * self.shrink * self.scale,
            MARGIN + (self.north - latitude) * self.scale,
        )

    @property
    def degrees(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the whole picture."""
        west, north = self.west - MARGIN / self.shrink / self.scale, self.north + MARGIN / self.scale
        return west, north - self.height / self.scale, west + WIDTH / self.shrink / self.scale, north


@dataclass(frozen=True, slots=True)
class Ground:
    """A map without what happens on it."""

    width: float
    height: float
    lands: list[Land]
    dots: list[Dot]

    @property
    def where(self) -> dict[str, tuple[float, float]]:
        """Where each post is drawn, those that share a point too."""
        return {code: (dot.x, dot.y) for dot in self.dots for code in (dot.code, *dot.others)}


def ground(
    posts: Collection[Post],
    used: Collection[str],
    country: str,
    on: dt.date,
    locale: str,
    reach: Mapping[str, float] | None = None,
) -> Ground | None:
    """The posts of the country, their neighbours, and those in use; `reach` says how far what is drawn at a post goes
    beyond its dot. None where no post of the country has a known place."""
    placed = {p.code: p for p in posts if p.holds(on) and p.latitude is not None and p.longitude is not None}
    own = {code for code, p in placed.items() if p.country == country}
    in_use = set(used) & set(placed)
    shown = sorted(own | {str(placed[code].neighbour) for code in own} & set(placed) | in_use)
    if not own:
        return None
    frame = Frame.around([_degrees(placed[code]) for code in shown])
    places = {code: frame.place(*_degrees(placed[code])) for code in shown}
    dots = _dots(places, placed, own, in_use, locale, reach or {})
    return Ground(WIDTH, frame.height, _named(_lands(frame, country), dots), dots)


def _degrees(post: Post) -> tuple[float, float]:
    return float(post.longitude or 0), float(post.latitude or 0)


def _lands(frame: Frame, country: str) -> list[Land]:
    """The countries that are to be seen, our own last, so that its line is whole."""
    lands = []
    for code, ring in outlines.near(*frame.degrees):
        line = outlines.clipped([frame.place(*point) for point in ring], WIDTH, frame.height)
        if len(line) < _CORNERS:
            continue
        area, x, y = outlines.middle(line)
        lands.append(Land(code, line, code == country, x, y, area))
    return sorted(lands, key=lambda land: land.is_own)


def _named(lands: Sequence[Land], dots: Sequence[Dot]) -> list[Land]:
    """Each country named once, in the largest of its parts that has room where no post and no name of one stands."""
    taken = [(dot.x - _DOT, dot.y - _DOT, dot.x + _DOT, dot.y + _DOT) for dot in dots]
    taken += [_box((dot.label_x, dot.label_y, dot.anchor), len(dot.name) * _LETTER) for dot in dots]
    named: dict[str, Land] = {}
    for land in sorted(lands, key=lambda land: -land.area):
        if land.country not in named and (place := _room(land, taken)):
            named[land.country] = land
            taken.append(_box((*place, "middle"), _NAME))
            lands = [replace(land, x=place[0], y=place[1], is_named=True) if each is land else each for each in lands]
    return list(lands)


def _room(land: Land, taken: Sequence[tuple[float, float, float, float]]) -> tuple[float, float] | None:
    """A place near the middle where the name is within the country, its ends too, and meets nothing."""
    steps = [(x, y) for y in (0, 1, -1, 2, -2, 3, -3) for x in (0, 1, -1, 2, -2)]
    for x, y in ((land.x + right * _NAME / 3, land.y + down * _LINE) for right, down in steps):
        box = _box((x, y, "middle"), _NAME)
        within = all(outlines.holds(land.line, at, y) for at in (box[0], x, box[2]))
        if within and not any(_meets(box, other) for other in taken):
            return x, y
    return None


def _dots(
    places: Mapping[str, tuple[float, float]],
    posts: Mapping[str, Post],
    own: set[str],
    used: set[str],
    locale: str,
    reach: Mapping[str, float],
) -> list[Dot]:
    """One dot for each place, our side of a bridge before the other; those in use are named first."""
    order = sorted(places, key=lambda code: (code not in own, code not in used, code))
    heads: dict[str, list[str]] = {}
    for code in order:
        near = next((head for head in heads if math.dist(places[head], places[code]) < _ONE_PLACE), None)
        heads.setdefault(near or code, []).append(code)
    far = {head: max(reach.get(code, _DOT) for code in codes) for head, codes in heads.items()}
    taken = [(x - r, y - r, x + r, y + r) for r, (x, y) in ((far[head], places[head]) for head in heads)]
    dots = []
    for head, codes in sorted(heads.items(), key=lambda pair: not used & set(pair[1])):
        x, y = places[head]
        name = posts[head].name(locale)
        label_x, label_y, anchor = _beside(x, y, len(name) * _LETTER, taken, far[head])
        here = bool(used & set(codes))
        dots.append(Dot(x, y, head, name, tuple(codes[1:]), head in own, here, label_x, label_y, anchor))
    return dots


def _beside(
    x: float, y: float, long: float, taken: list[tuple[float, float, float, float]], far: float
) -> tuple[float, float, str]:
    """Where a name stands: the first place around its dot that no other name has."""
    off = far + 4
    places = [(x + off, y + 4, "start"), (x - off, y + 4, "end"), (x, y - off - 1, "middle"), (x, y + off + 10, "middle"),
              (x + off, y + 18, "start"), (x - off, y + 18, "end"), (x + off, y - 10, "start"), (x - off, y - 10, "end")]  # fmt: skip
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

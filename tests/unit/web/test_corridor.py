"""The corridor's picture: posts where they lie, and the numbers of what is between them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from itertools import pairwise

from app.reference.codebook import Post
from app.registers.movements.underway import Leg
from app.web import outlines
from app.web.officer.transit.corridor import WIDTH, drawn

DAY = dt.date(2026, 11, 23)


def post(code, neighbour, latitude, longitude):
    return Post(
        code, code[:2], neighbour, "post", "UTC", "", {"en": code.title()}, Decimal(latitude), Decimal(longitude), "",
        None, "", {}, dt.date(2000, 1, 1), None,
    )  # fmt: skip


POSTS = (
    post("TJPPJ", "AFSKB", "37.196", "68.605"),
    post("AFSKB", "TJPPJ", "37.196", "68.605"),
    post("TJDUS", "UZSAR", "38.48", "68.10"),
    post("UZSAR", "TJDUS", "38.48", "68.10"),
    post("TJTEM", None, "37.52", "71.51"),
)


def test_goods_beyond_the_border_are_on_the_line_to_it():
    """The two sides of a border are one point, so their lines lie on each other: one number tells them all."""
    legs = [Leg("TJPPJ", "TJDUS", 5, 1), Leg("TJPPJ", "UZSAR", 1, 0), Leg("TJDUS", "AFSKB", 2, 0)]
    picture = drawn([*legs, Leg("TJPPJ", "KZXXX", 1, 0)], POSTS, "TJ", DAY, "en")
    assert picture is not None
    assert [(line.start, line.end, line.under_way, line.late) for line in picture.lines] == [
        ("TJPPJ", "TJDUS", 6, 1),
        ("TJDUS", "AFSKB", 2, 0),
    ]
    assert len({line.path for line in picture.lines}) == 2, "there and back are two lines"
    assert [leg.destination for leg in picture.unplaced] == ["KZXXX"]
    assert {dot.code for dot in picture.dots} == {"TJPPJ", "TJDUS", "TJTEM"}


def test_countries_lie_around_the_posts_and_are_named_once_within_themselves():
    picture = drawn([], POSTS, "TJ", DAY, "en")
    assert picture is not None
    assert {land.country for land in picture.lands} >= {"TJ", "AF", "UZ"}
    assert [land.country for land in picture.lands if land.is_own] == ["TJ"] and picture.lands[-1].is_own
    named = [land.country for land in picture.lands if land.is_named]
    assert "TJ" in named and len(named) == len(set(named))
    assert all(outlines.holds(land.line, land.x, land.y) for land in picture.lands if land.is_named)
    for land in picture.lands:
        assert all(-0.01 <= x <= WIDTH + 0.01 and -0.01 <= y <= picture.height + 0.01 for x, y in land.line)


def test_a_thinned_line_stays_near_what_it_was():
    line = [(x / 10, math.sin(x / 10)) for x in range(200)]
    thin = outlines.thinned(line, 0.05)
    assert len(thin) < len(line) / 2 and (thin[0], thin[-1]) == (line[0], line[-1])
    for x, y in line:
        (ax, ay), (bx, by) = next((a, b) for a, b in pairwise(thin) if a[0] <= x <= b[0])
        assert abs(ay + (by - ay) * (x - ax) / (bx - ax) - y) < 0.1


def test_a_country_nobody_knows_has_no_outline():
    assert outlines.rings("XX") == () and list(outlines.near(-30, 0, -29, 1)) == []

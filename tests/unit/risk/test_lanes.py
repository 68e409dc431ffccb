"""The strongest hit wins, a broken criterion stops goods, and chance can be computed again."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.risk.rules import STRENGTH, Hit, Lane, Profile, compiled, hits, is_lower, lane_of

FACTS = {
    "gross_kg": 2450.0,
    "controlled": ["precursor"],
    "documents": ["380"],
    "plate": "KBL1",
    "item_count": 3,
    "origins": ["CN"],
}


def profile(expression: str, lane: Lane = Lane.RED, code: str = "p", posts: frozenset[str] = frozenset()) -> Profile:
    return Profile(code, 1, lane, compiled(expression), posts)


@pytest.mark.parametrize(
    ("expression", "hit"),
    [
        ('"precursor" in controlled && gross_kg > 1000.0', True),
        ('!("851" in documents)', True),
        ('plate.startsWith("KBL") && item_count >= 3', True),
        ('origins.exists(o, o == "CN")', True),
        ("gross_kg > 2450.0", False),
        ('"x" in controlled', False),
    ],
)
def test_what_holds_is_a_hit(expression, hit):
    assert bool(hits(FACTS, [profile(expression)], "TJPPJ")) is hit


@pytest.mark.parametrize(
    "program", [None, compiled("item_count * 4611686018427387904 > 1")], ids=["unread", "overflow"]
)
@pytest.mark.parametrize("lane", [Lane.YELLOW, Lane.RED])
def test_a_criterion_that_cannot_be_computed_stops_goods(program, lane):
    broken = Profile("broken", 1, lane, program, frozenset(), spares=True)
    found = hits(FACTS, [broken, profile("false")], "TJPPJ", trusted=True)
    assert found == [Hit("broken", 1, lane, broken=True)], "it spares nobody"
    assert found[0].plain() == {"code": "broken", "version": 1, "lane": lane.value, "broken": True}
    assert lane_of(found, 9999, Decimal(0), Lane.YELLOW)[0] is lane


@pytest.mark.parametrize(
    ("lane", "spares", "trusted", "expected"),
    [("yellow", True, True, "blue"), ("yellow", True, False, "yellow"), ("yellow", False, True, "yellow"),
     ("red", True, True, "red"), ("blue", True, True, "blue")],
)  # fmt: skip
def test_the_goods_of_a_trusted_trader_go_on_blue_where_the_profile_says_so(lane, spares, trusted, expected):
    sparing = Profile("p", 1, Lane(lane), compiled("true"), frozenset(), spares=spares)
    found = hits(FACTS, [sparing], "TJPPJ", trusted=trusted)
    assert lane_of(found, 9999, Decimal(0), Lane.YELLOW) == (Lane(expected), False)
    assert [Hit.of_plain(h.plain()) for h in found] == found, "kept with what spared it"
    assert lane_of(found, 0, Decimal(100), Lane.RED)[0] is Lane.RED, "chance knows no trust"


def test_a_profile_is_asked_about_its_kinds():
    both = Profile("p", 1, Lane.RED, compiled("true"), frozenset(), kinds=frozenset({"declaration", "movement"}))
    assert [h.code for h in hits({}, [both, profile("true", code="q")], "TJPPJ", "movement")] == ["p"]


@pytest.mark.parametrize("expression", ["", "a ==", "((", "1 +* 2", "a" * 3000 + "("])
def test_what_does_not_parse_is_refused_when_it_is_defined(expression):
    with pytest.raises(Invalid) as refused:
        compiled(expression)
    assert refused.value.findings[0].rule == "profile.syntax"


def test_a_profile_counts_at_its_posts():
    here = profile("true", posts=frozenset({"TJPPJ"}))
    everywhere = profile("true", Lane.YELLOW, "q")
    assert [h.code for h in hits(FACTS, [here, everywhere], "TJPPJ")] == ["p", "q"]
    assert [h.code for h in hits(FACTS, [here, everywhere], "TJDUS")] == ["q"]


@pytest.mark.parametrize("lanes", [c for n in range(4) for c in itertools.product(Lane, repeat=n)])
def test_the_strongest_hit_wins(lanes):
    found = [Hit(str(n), 1, lane) for n, lane in enumerate(lanes)]
    expected = max(lanes, key=STRENGTH.__getitem__, default=Lane.GREEN)
    assert lane_of(found, 9999, Decimal(0), Lane.YELLOW) == (expected, False)


def test_which_lane_is_lower():
    order = [Lane.GREEN, Lane.BLUE, Lane.YELLOW, Lane.RED]
    for a, b in itertools.product(order, repeat=2):
        assert is_lower(a.value, b.value) is (order.index(a) < order.index(b))


@pytest.mark.parametrize(
    ("share", "number", "stopped"),
    [("0", 0, False), ("0.01", 0, True), ("0.01", 1, False), ("3", 299, True), ("3", 300, False), ("0.29", 28, True), ("0.29", 29, False),
     ("0.57", 56, True), ("0.57", 57, False), ("99.99", 9998, True), ("99.99", 9999, False), ("100", 9999, True)],
)  # fmt: skip
def test_the_share_is_exact_at_its_edges(share, number, stopped):
    assert lane_of([], number, Decimal(share), Lane.YELLOW) == ((Lane.YELLOW, True) if stopped else (Lane.GREEN, False))


@settings(max_examples=12, deadline=None)
@given(st.decimals(0, 100, places=2))
def test_a_share_stops_exactly_so_many_of_ten_thousand(share):
    stopped = sum(lane_of([], n, share, Lane.RED)[1] for n in range(10_000))
    assert stopped == share * 100


def test_chance_never_weakens_a_lane():
    red, blue = Hit("p", 1, Lane.RED), Hit("q", 1, Lane.BLUE)
    assert lane_of([red], 0, Decimal(100), Lane.YELLOW) == (Lane.RED, False)
    assert lane_of([blue], 0, Decimal(100), Lane.YELLOW) == (Lane.YELLOW, True)
    assert lane_of([blue], 0, Decimal(0), Lane.YELLOW) == (Lane.BLUE, False)

"""The drawings of the overview: what is drawn stands in the proportion of the figures."""

from __future__ import annotations

from decimal import Decimal

from app.web.analyst import drawn


def test_columns_are_stacked_from_the_ground_and_reach_as_high_as_they_count():
    chart = drawn.columns([("2026-11-01", [("green", 30), ("red", 10)]), ("2026-11-02", [("green", 0), ("red", 20)])])
    green, red, other = chart.pieces
    base = green.y + green.height
    assert round(red.y + red.height, 6) == round(green.y, 6) and round(other.y + other.height, 6) == round(base, 6)
    assert round(green.height / red.height, 6) == 3 and round(other.height / red.height, 6) == 2
    assert [figure for _y, figure in chart.lines] == ["0", "10", "20", "30", "40"] and red.y >= chart.lines[-1][
        0
    ] - 1e-6
    assert other.x + other.width <= chart.width


def test_as_many_names_are_written_as_have_room():
    assert len(drawn.columns([(str(n), []) for n in range(12)]).names) == 12
    assert len(drawn.columns([(str(n), []) for n in range(53)]).names) <= 13
    assert drawn.columns([]).pieces == []


def test_a_bar_holds_its_part():
    first, second = drawn.across([("AF", 40, 10), ("PK", 0, 0)]).rows
    assert round(first.part / first.whole, 6) == 0.25 and (second.whole, second.part) == (0, 0)
    assert first.figure == "10 / 40" and first.end + 80 <= drawn.across([]).width


def test_a_gauge_tells_what_is_over_and_stays_within_its_bar():
    assert drawn.gauge(Decimal(12), Decimal(10), Decimal(20)).over
    at = drawn.gauge(Decimal(10), Decimal(10), Decimal(20))
    assert not at.over and (at.bar, at.mark) == (50, 50)
    assert drawn.gauge(Decimal(30), None, Decimal(20)).bar == 100
    nothing = drawn.gauge(None, None, drawn.fill([None]))
    assert (nothing.bar, nothing.mark, nothing.over) == (0, None, False)
    assert [drawn.fill([Decimal(n)]) for n in (3, 18, 21, 60)] == [10, 20, 25, 100]


def test_circles_have_the_area_of_their_count_and_small_ones_lie_above():
    sizes = drawn.radii([("A", 400), ("B", 100), ("C", 0)])
    assert set(sizes) == {"A", "B"} and sizes["A"] == 2 * sizes["B"]
    where = {"A": (1.0, 2.0), "B": (3.0, 4.0)}
    spots = drawn.spots([("B", Decimal(25)), ("A", None), ("Z", Decimal(1))], sizes, where)
    assert [s.code for s in spots] == ["A", "B"] and spots[1].inner == sizes["B"] / 2 and spots[0].inner == 0

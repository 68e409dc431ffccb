"""Strips over pages, and texts that find no room."""

from __future__ import annotations

from forms.kit.canvas import Box, Page
from forms.kit.flow import Room, Strip, draw, end_of, gap, over_pages
from forms.kit.sheet import Sheet, Side
from forms.kit.spill import Spill


def nothing(y: float) -> None:
    """A strip's drawing."""


def strip(height: float = 10, **options: object) -> Strip:
    return Strip(height, lambda y: None, **options)  # type: ignore[arg-type]


def heights(pages: list[list]) -> list[list[float]]:
    return [[placed.y for placed in page] for page in pages]


def test_strips_go_on_where_there_is_room() -> None:
    pages = over_pages([strip() for _ in range(7)], Room(100, 120), Room(20, 50))
    assert heights(pages) == [[100, 110], [20, 30, 40], [20, 30]]
    assert end_of(pages[0], Room(100, 120)) == 120


def test_the_head_of_a_table_is_drawn_again_on_each_page() -> None:
    head = strip(5, keep=1)
    rows = [strip(10, head=head) for _ in range(4)]
    pages = over_pages([head, *rows], Room(0, 25), Room(0, 25))
    assert [[placed.strip is head for placed in page] for page in pages] == [[True, False, False]] * 2


def test_a_heading_never_stands_alone_at_the_foot() -> None:
    heading = strip(5, keep=2)
    pages = over_pages([strip(), heading, strip(), strip()], Room(0, 29), Room(0, 50))
    assert [len(page) for page in pages] == [1, 3]


def test_a_strip_higher_than_a_page_is_placed_nevertheless() -> None:
    assert [len(page) for page in over_pages([strip(500), strip()], Room(0, 20), Room(0, 40))] == [0, 1, 1]


def test_space_is_dropped_at_the_top_of_a_page() -> None:
    pages = over_pages([gap(5), strip(20), gap(5), strip(20)], Room(0, 22), Room(0, 22))
    assert heights(pages) == [[0], [0]]


def test_space_at_the_end_of_a_page_opens_no_other() -> None:
    pages = over_pages([strip(20), gap(5), strip(20), gap(5)], Room(0, 22), Room(0, 22))
    assert heights(pages) == [[0], [0]]
    assert heights(over_pages([strip(20), gap(5), strip(20)], Room(0, 50), Room(0, 50))) == [[0, 25]]


def test_each_strip_is_drawn_at_its_place() -> None:
    seen: list[float] = []
    draw(over_pages([Strip(4, seen.append), Strip(4, seen.append)], Room(7, 20), Room(0, 20))[0])
    assert seen == [7, 11]


def spill() -> Spill:
    return Spill(Sheet(Page(), ("en", "fa_AF")))


def test_what_fits_is_not_kept() -> None:
    texts = spill()
    texts.text(Box(20, 20, 80, 0), ("a few words", "and more"), 7, 2, box="31")
    texts.line(Side(20, 0.0), 50, 80, "a few words", 7, box="32")
    assert texts.entries == []


def test_what_is_cut_is_kept_whole_once_under_one_mark() -> None:
    texts = spill()
    long = "cartons of raisins " * 20
    for _ in range(2):
        texts.text(Box(20, 20, 40, 0), (long, "second part"), 7, 2, box="31", item=3)
    texts.line(Side(20, 0.0), 50, 20, long, 7, box="40", item=3)
    assert [(entry.mark, entry.box, entry.item) for entry in texts.entries] == [("L1", "31", 3), ("L2", "40", 3)]
    assert texts.entries[0].parts == (long.strip(), "second part")


def test_text_ends_where_its_lines_end() -> None:
    one = spill().text(Box(20, 20, 80, 0), ("short",), 7, 3, box="31")
    three = spill().text(Box(20, 20, 20, 0), ("short words that take three lines here at least",), 7, 3, box="31")
    assert 20 < one < three

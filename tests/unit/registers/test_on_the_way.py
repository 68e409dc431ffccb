"""What papers of transit say in few words."""

from __future__ import annotations

import pytest

from app.registers.contents.on_the_way import packages, ranges
from app.registers.contents.transit_document import paper_of


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((4,), "4"), ((1, 2, 3, 7), "1-3, 7"), ((9, 2, 1, 2), "1-2, 9"), (range(1, 2_000), "1-1999")],
)
def test_numbers_of_items_are_told_as_ranges(numbers, said):
    assert ranges(numbers) == said


def test_packages_and_papers_in_one_line():
    kinds = [{"kind": "CT", "count": 2, "marks": "x"}, {"kind": "VR", "count": None}, {"kind": "BG", "count": 5}]
    assert packages({"packages": kinds}) == "2 CT, VR, 5 BG"
    assert paper_of({"type": "380", "number": "INV-1", "date": "2026-11-10"}) == "380 INV-1 · 10.11.2026"
    assert paper_of({"type": "NMRN", "reference": "26TJPPJ000000117R6"}) == "NMRN 26TJPPJ000000117R6"
    assert paper_of({"type": None, "number": "1"}) == "1"

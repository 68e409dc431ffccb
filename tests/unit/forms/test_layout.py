"""Papers with contents as long as they get: no word stands on another or leaves the page, nothing needed is cut."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from forms.kit.canvas import MM
from tests.unit.forms.longest import FEE_SOURCE, LONGEST, RATES, SOURCES, WORKING
from tests.unit.forms.papers import SIGNER, many_pages_of, plain, printed

PAIRS = [("en", "tg"), ("fa_AF", "ru"), ("ps", "en"), ("tg", "fa_AF")]
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs poppler: apt-get install poppler-utils"
)
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>')
#: The part of a line's height that letters without accents and tails do not reach.
_ABOVE, _BELOW = 0.15, 0.13


class Word(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: bytes) -> list[list[Word]]:
    """The words of each page with the room of their letters, in points from the top left."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, check=True, capture_output=True)
    pages: list[list[Word]] = []
    for line in done.stdout.decode().splitlines():
        if "<page " in line:
            pages.append([])
        elif found := _WORD.search(line):
            left, top, right, bottom = map(float, found.groups()[:4])
            height = bottom - top
            pages[-1].append(Word(left, top + _ABOVE * height, right, bottom - _BELOW * height, found[5]))
    return pages


def clashes(page: list[Word]) -> Iterator[tuple[str, str]]:
    ordered = sorted(page, key=lambda word: word.top)
    for place, one in enumerate(ordered, 1):
        for other in itertools.takewhile(lambda word: one.bottom - word.top > 0.4, ordered[place:]):  # noqa: B023
            if min(one.right, other.right) - max(one.left, other.left) > 1.1:
                yield one.text, other.text


@needs_poppler
@pytest.mark.parametrize("languages", PAIRS, ids="+".join)
@pytest.mark.parametrize("name", LONGEST)
def test_no_word_stands_on_another_or_leaves_the_page(name: str, languages: tuple[str, str]) -> None:
    form, content = LONGEST[name]
    for number, page in enumerate(words(printed(form, content, languages=languages, signer=SIGNER)), 1):
        assert list(clashes(page)) == [], number
        assert min(word.left for word in page) >= 11.9 * MM and max(word.right for word in page) <= 198.1 * MM


@pytest.mark.parametrize("languages", [("en", "tg"), ("ps", "en")], ids="+".join)
def test_a_notice_tells_rates_workings_and_grounds_in_full(languages: tuple[str, str]) -> None:
    form, content = LONGEST["assessment_notice"]
    pages = [plain(page) for page in many_pages_of(printed(form, content, languages=languages))]
    text = re.sub(r"\s+", " ", " ".join(pages))
    for whole in (*RATES, *SOURCES[:2], WORKING, FEE_SOURCE, "TJ.duty.570110.AF.preference-2", "TJ.min.5701"):
        assert whole in text, whole
    assert "…" not in text


def test_rates_of_two_parts_stand_in_box_47() -> None:
    form, content = LONGEST["sad"]
    text = re.sub(r"\s+", " ", plain(" ".join(many_pages_of(printed(form, content)))))
    for rate in RATES:
        assert rate in text, rate

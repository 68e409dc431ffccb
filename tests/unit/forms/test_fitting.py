"""Text stays in its box, and hostile text costs no time."""

from __future__ import annotations

import time

import pytest

from forms.kit.fitting import LONGEST, block, clean, direction, one_line
from forms.kit.fonts import regular

NAMES = [
    "ҶДММ «Сомон»",
    "شرکت تجارتی و ترانسپورتی بین‌المللی کابل ستاره با مسئولیت محدود",
    "A" * 300,
    "ښوونځی " * 60,
    "Общество с ограниченной ответственностью «Трансконтинентальные перевозки и логистика»",
]


@pytest.mark.parametrize("text", NAMES)
def test_one_line_never_overflows(text: str) -> None:
    shown, size = one_line(clean(text), regular(), 120, 9, 5)
    assert regular().width(shown, size, direction(shown)) <= 120
    assert 5 <= size <= 9


@pytest.mark.parametrize("most", [1, 2, 4])
@pytest.mark.parametrize("text", NAMES)
def test_blocks_never_overflow(text: str, most: int) -> None:
    fitted = block(clean(text), regular(), 150, 9, 5.5, most)
    assert 1 <= len(fitted.lines) <= most
    for line in fitted.lines:
        assert regular().width(line, fitted.size, fitted.base) <= 150.5


def test_what_fits_is_left_alone_and_what_is_cut_says_so() -> None:
    assert one_line("Kabul", regular(), 100, 9, 5) == ("Kabul", 9)
    assert one_line("A" * 300, regular(), 50, 9, 5)[0].endswith("…")
    assert block("word " * 200, regular(), 100, 9, 6, 2).lines[-1].endswith("…")
    assert " ".join(block("one two three four", regular(), 40, 9, 6, 4).lines) == "one two three four"


def test_a_word_of_two_hundred_thousand_letters_is_laid_out_at_once() -> None:
    begun = time.process_time()
    for text in ("x" * 200_000, "ژ" * 200_000, "\u0301" * 200_000, "\u202e" * 200_000):
        block(clean(text), regular(), 150, 9, 5.5, 2)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (None, ""),
        ("  a \n\t b  ", "a b"),
        ("a\x00b", "a b"),
        ("left\u202eright\u2066", "left right"),
        ("lone \ud800 half", "lone half"),
        ("و\u200cی", "و\u200cی"),
        ("e\u0301", "é"),
        ("Z" + "\u0327" * 20, "Z" + "\u0327" * 4),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_cleaning(raw: str | None, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_the_cap_is_said() -> None:
    assert len(clean("y" * 10_000)) == LONGEST
    assert clean("y" * 10_000).endswith("…")

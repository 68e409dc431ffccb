"""The exit note: what left, on what, under which seals."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from forms.exit_note import v1
from forms.exit_note.v1_content import ExitNote, Seal
from tests.unit.forms.papers import many_pages_of, plain, printed, text_of

SAMPLE = v1.SAMPLE


def note(content: ExitNote = SAMPLE, **options: Any) -> str:
    return plain(text_of(printed(v1, content, **options)))


def many_items(count: int) -> ExitNote:
    items = tuple(replace(SAMPLE.items[0], number=n, description=f"goods {n} end") for n in range(1, count + 1))
    return replace(SAMPLE, items=items)


def test_it_says_what_left_on_what_and_who_saw_it() -> None:
    text = note()
    for words in (
        "Exit note",
        "TJPPJ-2026-EX-000402",
        "TJPPJ-2026-000417",
        "KBL48213",
        "KBL9917",
        "MSKU1234565",
        "Назаров Фирдавс",
        "27.11.2026 14:41 (UTC+5)",
        "9 450.000",
        "987.000",
        "10 463.333",
        "940",
        "20 бастаи қолин",
    ):
        assert words in text, words


def test_whole_and_part_are_told_apart() -> None:
    text = note()
    assert "PART OF THE GOODS" in text and "ALL GOODS" not in text
    assert "whole" in text and "part" in text and "60" in text
    items = tuple(replace(item, whole=True) for item in SAMPLE.items)
    text = note(replace(SAMPLE, whole=True, items=items))
    assert "ALL GOODS" in text and "PART OF THE GOODS" not in text


def test_seals_are_printed_as_seen() -> None:
    text = note()
    assert "TJ-0482213" in text and "intact" in text and "replaced" in text and "TJ-0482214" in text
    assert "No seals" in note(replace(SAMPLE, seals=()))
    assert "melted" in note(replace(SAMPLE, seals=(Seal("X1", "melted"),)))
    many = replace(SAMPLE, seals=tuple(Seal(f"TJ-{n:07d}") for n in range(99)))
    assert all(f"TJ-{n:07d}" in note(many) for n in (0, 50, 98))


def test_containers_without_room_are_listed() -> None:
    containers = tuple(f"MSKU{n:07d}" for n in range(60))
    text = note(replace(SAMPLE, containers=containers))
    assert "See the list below" in text
    assert all(each in text for each in containers)
    assert "See the list" not in note()


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (4, 1), (60, 3), (999, 31)])
def test_items_go_on_over_pages(count: int, pages: int) -> None:
    begun = time.process_time()
    texts = many_pages_of(printed(v1, many_items(count)))
    assert time.process_time() - begun < 20, "with the reading back"
    assert len(texts) == pages
    everything = "\n".join(texts)
    assert all(f"goods {number} end" in everything for number in range(1, count + 1))
    assert all(f"Page {number} of {pages}" in text for number, text in enumerate(texts, 1))
    assert "Seals as seen" in texts[-1]


def test_no_items_or_too_many_are_refused() -> None:
    for items in ((), SAMPLE.items * 500):
        with pytest.raises(ValueError, match="999"):
            replace(SAMPLE, items=items)


def test_masses_keep_their_decimals() -> None:
    items = (replace(SAMPLE.items[0], gross_kg=Decimal("0.001"), net_kg=Decimal("123456789.125")),)
    text = note(replace(SAMPLE, items=items))
    assert "0.001" in text and "123 456 789.125" in text

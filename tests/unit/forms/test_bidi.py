"""UAX #9: the cases a border document meets, and Unicode's own test file where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.kit.bidi import Run, levels, visual_order, visual_runs

UNICODE_TEST = Path("/usr/share/unicode/BidiCharacterTest.txt")


def shown(text: str, base: int | None = None) -> str:
    found, _ = levels(text, base)
    return "".join(text[i] for i in visual_order(found))


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("Panji Poyon", None, "Panji Poyon"),
        ("کابل", None, "لباک"),
        # A Persian number keeps its order inside right-to-left text.
        ("سرک ۱۲۳۴", None, "۱۲۳۴ کرس"),
        ("MRN 26TJ کابل", 1, "لباک MRN 26TJ"),
        ("MRN 26TJ کابل", 0, "MRN 26TJ لباک"),
        # UAX #9 W2/W4 turn a date after Dari text round; an isolate keeps it.
        ("تاریخ 2026-08-03", 1, "03-08-2026 خیرات"),
        ("تاریخ \u20682026-08-03\u2069", 1, "\u20692026-08-03\u2068 خیرات"),
        # Brackets take the direction of what they hold or of the sentence.
        ("کابل (AF)", 1, ")AF( لباک"),  # mirrored when drawn: (AF)
        ("", None, ""),
    ],
)
def test_lines_as_they_are_drawn(text: str, base: int | None, expected: str) -> None:
    assert shown(text, base) == expected


def test_runs_of_a_mixed_line_are_in_drawing_order() -> None:
    runs = visual_runs("کابل 7 km", 1)
    assert [run.level for run in runs] == [2, 1, 2, 1]  # km, space, 7, then the word and its space
    assert runs[-1].start == 0


@pytest.mark.parametrize("text", ["Мағзи бодом, 25-килоӣ · № 7", "«Сомон» 10 % – 3,5 €", "e\u0301 12", "—"])
def test_a_line_without_anything_from_the_right_is_one_run(text: str) -> None:
    assert set(levels(text, 0)[0]) == {0}, "as the rules say"
    assert visual_runs(text, 0) == visual_runs(text) == [Run(0, len(text), 0)]


def test_hundreds_of_nested_controls_do_not_break_it() -> None:
    text = "\u202e\u2067(" * 300 + "a" + ")\u2069\u202c" * 300
    found, base = levels(text)
    assert len(found) == len(text) and base == 0


@pytest.mark.skipif(not UNICODE_TEST.exists(), reason="Unicode's BidiCharacterTest.txt: apt-get install unicode-data")
def test_every_case_of_unicode() -> None:
    wrong = [line for line in UNICODE_TEST.read_text().splitlines() if not _agrees(line.split("#")[0].strip())]
    assert wrong == []


def _agrees(line: str) -> bool:
    if not line:
        return True
    codes, direction, paragraph, wanted_levels, wanted_order = line.split(";")
    text = "".join(chr(int(code, 16)) for code in codes.split())
    found, base = levels(text, {"0": 0, "1": 1, "2": None}[direction])
    return (
        base == int(paragraph)
        and found == [None if level == "x" else int(level) for level in wanted_levels.split()]
        and visual_order(found) == [int(index) for index in wanted_order.split()]
    )

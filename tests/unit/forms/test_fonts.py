"""Shaping: letters join, numbers keep their order, no word of the forms lacks a glyph, kerns land where they should."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from forms.kit.fonts import Face, GlyphCodes, bold, regular, show
from forms.kit.words import LANGUAGES


def drawn(text: str, base: int | None = None, face: Face | None = None) -> list[tuple[int, str]]:
    used = face or regular()
    keys = [
        key for _, parts in used.line(text, base).segments for part in parts if isinstance(part, tuple) for key in part
    ]
    return [used.glyphs[key] for key in keys]


def read(text: str, base: int | None = None) -> str:
    return "".join(stands_for for _, stands_for in drawn(text, base))


def test_right_to_left_text_is_drawn_from_its_end_with_numbers_in_order() -> None:
    assert read("سرک ۱۲۳۴", 1) == "۱۲۳۴ کرس"
    assert read("۱۲۳۴") == "۱۲۳۴"


def test_letters_take_their_joined_forms() -> None:
    alone, middle = drawn("ه")[0][0], drawn("بهب")[1][0]
    assert alone != middle


def test_a_joiner_is_not_drawn_but_read_back() -> None:
    glyphs = drawn("بسته\u200cها", 1)
    assert any("\u200c" in stands_for for _, stands_for in glyphs)
    assert all(stands_for != "\u200c" for _, stands_for in glyphs)
    assert drawn("هٔ") != []


@pytest.mark.parametrize("face", [regular(), bold()], ids=["regular", "bold"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_word_of_the_forms_has_its_glyphs(locale: str, face: Face) -> None:
    text = resources.files("forms.kit.words").joinpath(f"{locale}.json").read_text(encoding="utf-8")
    for part in json.loads(text).values():
        for words in part.values():
            lacking = [
                stands
                for glyph, stands in drawn(words, None, face)
                if glyph == face._substitute and stands not in "?\ufffd"
            ]
            assert lacking == [], words


@pytest.mark.parametrize("letters", ["ټځڅډړږښګڼېۍئ", "ғӣқӯҳҷҒӢҚӮҲҶ", "پچژگکی۰۹،؛؟"])
def test_the_letters_of_tajik_dari_and_pashto_are_in_both_faces(letters: str) -> None:
    for face in (regular(), bold()):
        assert all(face._nominal(letter) for letter in letters)


def test_a_foreign_letter_becomes_the_replacement_sign_and_is_read_back() -> None:
    glyphs = drawn("中")
    assert glyphs == [(regular()._substitute, "中")]


def test_digits_of_columns_have_one_width() -> None:
    widths = {regular().line(f"{digit}.00", 0).width for digit in range(10)}
    assert len(widths) == 1


def test_kerns_add_up_to_the_width() -> None:
    """The pen ends where the shaper says: drawn advances minus the kerns."""
    face = regular()
    for text in ("AVATAR To", "احمد نوری", "الله", "ګمرکي تصفیې"):
        line = face.line(text, None)
        kerns = sum(part for _, parts in line.segments for part in parts if isinstance(part, float))
        glyphs = sum(face._advance(glyph) for glyph, _ in drawn(text))
        assert line.width == pytest.approx(glyphs - kerns, abs=face._advance(drawn(text)[-1][0]) + 1)


def test_codes_are_given_out_in_order_of_use() -> None:
    codes = GlyphCodes()
    assert show(regular().line("19", 0), codes, 10) == "[<00010002>] TJ"
    assert show(regular().line("9137", 0), codes, 10) == "[<0002000100030004>] TJ"


def test_raised_marks_return_to_the_line() -> None:
    for text in ("مُحَمَّد", "لاً", "الله", "a"):
        operators = show(regular().line(text, None), GlyphCodes(), 12)
        rises = [
            float(word) for word, nxt in zip(operators.split(), operators.split()[1:], strict=False) if nxt == "Ts"
        ]
        assert not rises or rises[-1] == 0

"""The movement reference number and its check character."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.numbering import check_character, is_grn, is_mrn, mrn, official_number


def test_values_of_iso_6346():
    """A container's number is checked the same way; these stand on real containers."""
    for known in ("MSKU1234565", "CSQU3054383", "TGHU7599330", "MSCU6639870", "HLXU2008419"):
        assert check_character(known[:-1]) == known[-1]


def test_a_number_is_made_of_its_parts():
    made = mrn("TJPPJ", 2026, 117, "R")
    assert made[:-1] == "26TJPPJ000000117R"
    assert len(made) == 18 and is_mrn(made)
    assert mrn("TJPPJ", 2026, 117, "A")[:-1] == "26TJPPJ000000117A"
    assert mrn("TJPPJ", 2100, 1, "Z").startswith("00TJPPJ000000001Z")


@pytest.mark.parametrize("number", [0, -1, 10**9])
def test_a_series_ends(number):
    with pytest.raises(ValueError, match="used up"):
        mrn("TJPPJ", 2026, number, "R")


@given(st.integers(1, 10**9 - 1), st.sampled_from("ARJZ"), st.integers(0, 16), st.data())
def test_one_wrong_digit_is_noticed(number, procedure, place, data):
    """Of the characters that ISO 6346 tells apart, which are all digits: ten and zero share the check digit 0."""
    right = mrn("TJPPJ", 2026, number, procedure)
    if right[place] not in string.digits:
        return
    other = data.draw(st.sampled_from([d for d in string.digits if d != right[place]]))
    total = [check_character(right[:place] + d + right[place + 1 : -1]) for d in (right[place], other)]
    wrong = right[:place] + other + right[place + 1 :]
    assert is_mrn(wrong) is (total[0] == total[1])


def test_how_many_slips_are_noticed():
    """Every single digit changed and every two neighbours swapped, in a thousand numbers: how many pass unseen."""
    single = [0, 0]
    swapped = [0, 0]
    for number in range(1, 1001):
        right = mrn("TJPPJ", 2026, number * 7919, "R")
        for place in [0, 1, *range(7, 16)]:
            for digit in string.digits:
                if digit != right[place]:
                    single[0] += 1
                    single[1] += is_mrn(right[:place] + digit + right[place + 1 :])
        for place in range(7, 15):
            if right[place] != right[place + 1]:
                swapped[0] += 1
                swapped[1] += is_mrn(right[:place] + right[place + 1] + right[place] + right[place + 2 :])
    assert single[1] / single[0] < 0.025, "ten counts as nought: about one slip in fifty passes, no more"
    assert swapped[1] / swapped[0] < 0.025


def test_only_the_form_is_a_number():
    right = mrn("TJPPJ", 2026, 117, "R")
    for wrong in (
        right.lower(),
        right + "0",
        right[:-1],
        " " + right,
        right + "\n",
        "",
        "26TJPPJ00000011٧R0",
        right[:17] + "X",
    ):
        assert not is_mrn(wrong)


#: ISO 6346's values: letters count from 10 and leave out the multiples of eleven.
VALUES = {"0": 0, "9": 9, "A": 10, "B": 12, "K": 21, "L": 23, "U": 32, "V": 34, "Z": 38}


@pytest.mark.parametrize(("letter", "value"), VALUES.items())
def test_letters_leave_out_the_multiples_of_eleven(letter, value):
    assert check_character(letter) == str(value % 11 % 10)
    assert check_character("0" + letter) == str(value * 2 % 11 % 10), "the second place weighs two"
    assert check_character("0" * 16 + letter) == str(value * 2**16 % 11 % 10)


def test_official_numbers_sort_as_they_count():
    assert official_number("TJPPJ", 2026, 117, "CP") == "TJPPJ-CP-2026-000117"
    assert official_number("TJPPJ", 2026, 9, "CP") < official_number("TJPPJ", 2026, 10, "CP")


@pytest.mark.parametrize(
    ("grn", "right"),
    [
        ("26TJPPJ0000000012", True),
        ("26TJPPJ0000000012A000001", True),
        ("26TJPPJ0000000013", False),
        ("26TJPPJ000000012", False),
        ("26TJPPJ0000000012A00001", False),
        ("26tjPPJ0000000012", False),
        ("26TJPPJ0000000012\n", False),
        ("", False),
    ],
)
def test_a_guarantee_reference_has_17_characters_or_24_and_a_check_character(grn, right):
    assert is_grn(grn) is right

"""What a text may hold: NFC, no NUL, no half characters, no hidden direction marks; ZWNJ and ZWJ stay."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import Text, _, ascii_digits, compact, excerpt, fault_in, normal, read_sentence, sentence_json

REFUSED = ["\x00", "\x08", "\x1b", "\x7f", "\x85", "\x9f", "\ufffe", "\uffff", "\ud800", "\udfff", "\udc00",
           *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]  # fmt: skip
KEPT = [
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\t",
    "\n",
    "\r",
    "\u061c",
    "ҷ",
    "گ",
    "😀",
    "\u2029",
    "\u2065",
    "\u206a",
]


@pytest.mark.parametrize("character", REFUSED, ids=[f"U+{ord(c):04X}" for c in REFUSED])
def test_refused_wherever_it_stands(character):
    for text in (character, f"a{character}", f"{character}a", f"a{character}b" * 50):
        fault = fault_in(text)
        assert fault is not None
        assert str(fault).endswith((".",)), "says what to do"


@pytest.mark.parametrize("character", KEPT, ids=[f"U+{ord(c):04X}" for c in KEPT])
def test_kept(character):
    assert fault_in(f"a{character}b") is None
    assert normal(f"a{character}b") == f"a{character}b"


def test_persian_joiners_survive_storing():
    word = "می\u200cخواهم"
    assert normal(f"  {word} ") == word
    assert len(normal(word)) == len(word)


def test_one_form_of_each_letter():
    assert normal("и\u0306") == "й"
    assert normal("e\u0301") == "é"
    assert normal("ﷲ") == "ﷲ", "NFC, not NFKC: ligatures stay what was written"


@given(st.text())
def test_normal_is_nfc_trimmed_and_settled(text):
    once = normal(text)
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert normal(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_has_no_fault_can_be_stored_anywhere(text):
    if fault_in(text) is None:
        assert "\x00" not in text
        text.encode("utf-8")


@given(st.text(alphabet=st.characters()), st.integers(1, 80))
def test_an_excerpt_is_short_and_harmless(text, limit):
    short = excerpt(text, limit)
    assert len(short) <= limit + 1
    assert fault_in(short) is None
    short.encode("utf-8")


def test_digits_people_type():
    assert ascii_digits("۱۲۳٫٤٥٦") == "123٫456"


def test_plates_are_one_however_they_are_typed():
    assert {compact(plate) for plate in ("0777ab01", "۰۷۷۷AB۰۱", "0777 AB 01", "٠٧٧٧-ab–٠١")} == {"0777AB01"}


def test_a_sentence_carries_its_parameters():
    sentence = _("{name} changed this at {time}.", name="officer", time="08:30")
    assert str(sentence) == "officer changed this at 08:30."
    assert sentence.msgid == "{name} changed this at {time}."
    assert {sentence, Text(sentence.msgid, {"name": "officer", "time": "08:30"})} == {sentence}
    assert str(Text("100 % {untouched}")) == "100 % {untouched}", "without parameters nothing is filled in"


def test_a_sentence_that_was_kept_can_still_be_translated():
    """Sentences within it too; what is not text becomes text."""
    sentence = _("{name}: {why}", name=7, why=_("No rate of {currency}.", currency="JPY"))
    kept = sentence_json(sentence)
    assert kept["params"]["why"] == {"msgid": "No rate of {currency}.", "params": {"currency": "JPY"}}
    again = read_sentence(json.loads(json.dumps(kept)))
    assert again.msgid == sentence.msgid and isinstance(again.params["why"], Text)
    assert str(again) == str(sentence) == "7: No rate of JPY."

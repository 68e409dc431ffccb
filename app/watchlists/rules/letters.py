"""From letters of three scripts to sounds: one small alphabet in which Раҳимов, Rakhimov and رحیموف can be compared.

Tables of our own, after what the alphabets stand for: Tajik and Russian Cyrillic (the national romanisations, BGN/PCGN
and ISO 9 name the letters), Persian, Dari, Pashto and Arabic letters (BGN/PCGN and DIN 31635 name the sounds), and the
ways in which passports and waybills spell them in Latin. A sound is one character:

    b p t d j ž c š s z k q g G x h f v l m n r y      consonants: j дж, ž ж, c ч, š ш, G ғ/غ, x х/خ
    ц D                                                  ts (څ), dz (ځ)
    S Z X                                                read in two ways: th (ث), dh (ذ ض), kh or sh (ښ)
    a o u i e                                            vowels that are written
    A W Y E H                                            Arabic script: long a, w or u, y or i, ain, an h at the end

Arabic script leaves short vowels out; `Sounds.abjad` says so.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.core.text import ascii_digits

ZWNJ = "\u200c"
#: Vowel signs, tatweel, superscript alef, marks of recitation; joiners but ZWNJ; soft and hard signs, apostrophes.
_SILENT = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b\u200d\u200e\u200f\u00ad\ufeff'’‘ʻʼʽʿʾ`´ъь]"
)
_BREAKS = re.compile(r"[^\w\u200c]+|_")

#: Variants of one letter. Keyboards and code pages mix them freely.
_SAME = str.maketrans(
    {
        **dict.fromkeys("يىېۍێےۓئ", "ی"),
        **dict.fromkeys("كڪګﻙ", "ک"),
        **dict.fromkeys("ګگ", "گ"),
        **dict.fromkeys("ةۀھہۂەۃ", "ه"),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ؤۆۇۈۋ", "و"),
        "ء": "",
        "ټ": "ت",
        "ډ": "د",
        "ړ": "ر",
        "ڼ": "ن",
    }
)

_ARABIC = {
    "ا": "A", "ب": "b", "پ": "p", "ت": "t", "ث": "S", "ج": "j", "چ": "c", "ح": "h", "خ": "x", "د": "d", "ذ": "Z",
    "ر": "r", "ز": "z", "ژ": "ž", "س": "s", "ش": "š", "ص": "s", "ض": "Z", "ط": "t", "ظ": "z", "ع": "E", "غ": "G",
    "ف": "f", "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": "W", "ه": "h", "ی": "Y",
    "ښ": "X", "ږ": "ž", "څ": "ц", "ځ": "D",
}  # fmt: skip

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ғ": "G", "ґ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "ž", "з": "z",
    "и": "i", "ӣ": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "ң": "n",
    "о": "o", "ө": "u", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ӯ": "u", "ў": "u", "ү": "u", "ұ": "u",
    "ф": "f", "х": "x", "ҳ": "h", "һ": "h", "ц": "ц", "ч": "c", "ҷ": "j", "ҹ": "j", "ш": "š", "щ": "š", "ы": "i",
    "э": "e", "ә": "a", "ю": "yu", "я": "ya",
}  # fmt: skip

#: Two and three letters that are one sound, longest first.
_LATIN_GROUPS = (
    ("dzh", "j"), ("tch", "c"), ("sch", "š"),
    ("kh", "x"), ("gh", "G"), ("sh", "š"), ("ch", "c"), ("zh", "ž"), ("dj", "j"), ("dh", "Z"), ("th", "S"),
    ("ts", "ц"), ("ph", "f"), ("ck", "k"), ("oo", "u"), ("ou", "u"), ("ee", "i"),
    ("ea", "i"), ("aa", "a"), ("ie", "ie"), ("ai", "ay"), ("ei", "ey"), ("au", "av"), ("qu", "qu"),
)  # fmt: skip
_LATIN = {
    "b": "b", "p": "p", "t": "t", "d": "d", "j": "j", "s": "s", "z": "z", "k": "k", "q": "q", "g": "g", "x": "x",
    "h": "h", "f": "f", "v": "v", "w": "v", "l": "l", "m": "m", "n": "n", "r": "r", "a": "a", "o": "o", "u": "u",
    "i": "i", "e": "e",
    "ç": "c", "š": "š", "ş": "š", "ž": "ž", "č": "c", "ğ": "G", "ġ": "G", "ḩ": "h", "ḥ": "h", "ı": "i", "ø": "o",
    "æ": "a", "ß": "s", "ǰ": "j",
}  # fmt: skip
_VOWELS = frozenset("aouie")
_LATIN_SIGNS = frozenset(_LATIN) - frozenset("abcdefghijklmnopqrstuvwxyz")


class Sounds(NamedTuple):
    """How a word sounds. `abjad`: written without its short vowels."""

    letters: str
    abjad: bool


def words(name: str) -> list[str]:
    """The words of a name in one spelling of each letter: lower case, without vowel signs, quotes and stops.

    ZWNJ stays inside a word, since it parts an ending from its stem.
    """
    text = ascii_digits(unicodedata.normalize("NFKC", name)).casefold()
    text = unicodedata.normalize("NFC", text).translate(_SAME)
    return [word for word in (part.strip(ZWNJ) for part in _BREAKS.split(_SILENT.sub("", text))) if word]


@lru_cache(65_536)
def sounds(word: str) -> Sounds:
    """The sounds of one word as `words` gives it."""
    word = word.replace(ZWNJ, "")
    if any(c in _ARABIC for c in word):
        return Sounds(_arabic(word), abjad=True)  # between two of a letter stands a vowel: ممتاز
    if any(c in _CYRILLIC for c in word):
        return Sounds(_once(_cyrillic(word)), abjad=False)
    return Sounds(_once(_latin(word)), abjad=False)


def _arabic(word: str) -> str:
    word = word.replace("خوا", "خا")  # the w is written and not said
    found = "".join(_ARABIC.get(c, c if c.isdigit() else "") for c in word)
    return found[:-1] + "H" if len(found) > 2 and found.endswith("h") else found


def _cyrillic(word: str) -> str:
    word = word.replace("дж", "ҷ")
    found: list[str] = []
    for c in word:
        sound = _CYRILLIC.get(c, c if c.isdigit() else "")
        if c == "е" and (not found or found[-1][-1:] in _VOWELS):
            sound = "ye"
        found.append(sound)
    return "".join(found)


def _latin(word: str) -> str:
    """Signs of romanisations are read where they are a letter of their own, and taken off elsewhere."""
    plain = "".join(
        c if c in _LATIN_SIGNS else unicodedata.normalize("NFD", c)[:1] for c in unicodedata.normalize("NFC", word)
    )
    if plain[:1] == "i" and plain[1:2] in tuple("aou"):
        plain = "y" + plain[1:]
    found, at = "", 0
    while at < len(plain):
        letters, sound = _latin_group(plain, at)
        found += sound
        at += letters
    return found


def _latin_group(plain: str, at: int) -> tuple[int, str]:
    for group, sound in _LATIN_GROUPS:
        if plain.startswith(group, at):
            return len(group), sound
    c = plain[at]
    if c == "y":
        return 1, _latin_y(plain, at)
    if c == "c":
        return 1, "s" if plain[at + 1 : at + 2] in ("i", "e", "y") else "k"
    return 1, _LATIN.get(c, c if c.isdigit() else "")


def _latin_y(plain: str, at: int) -> str:
    beside = plain[at - 1 : at] if at else ""
    return "y" if at == 0 or beside in "aeiou" or plain[at + 1 : at + 2] in tuple("aeiou") else "i"


def _once(found: str) -> str:
    """Doubled sounds once: doubling is written or not as one likes."""
    return re.sub(r"([^\d])\1+", r"\1", found)

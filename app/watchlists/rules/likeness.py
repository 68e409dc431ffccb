"""How near two words are by their sounds: what it costs to turn one into the other, letter by letter.

A changed consonant costs 1, less where languages or ears mix the two; vowels cost little, and nothing where a script does
not write them. Costs are judgements, measured against pairs of spellings (see the bench of names).
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from app.watchlists.rules.parts import Part, Reading, Role

_VOWELS = "aouie"
_LONG = "AWY"
_CONSONANT, _VOWEL = 1.0, 0.4
#: Sounds at the same place, both ways; what is not here costs 1 for consonants and cannot be a vowel.
_PAIRS: dict[str, float] = {
    # one sound in several alphabets
    "hx": 0.06, "hH": 0.0, "xH": 0.1, "gG": 0.05, "kq": 0.03, "jž": 0.1, "jD": 0.2, "zD": 0.15, "žD": 0.3, "cц": 0.2,
    "sц": 0.2, "tц": 0.5, "vW": 0.0, "yY": 0.0, "sS": 0.03, "tS": 0.1, "zZ": 0.0, "dZ": 0.1, "šX": 0.03, "xX": 0.1, "hX": 0.3,
    "žg": 0.4, "žG": 0.3, "žX": 0.4,
    # what ears and habits mix
    "Gq": 0.3, "Gx": 0.5, "qx": 0.45, "kx": 0.45, "kg": 0.55, "gq": 0.5, "gh": 0.5, "cš": 0.5, "cj": 0.5, "žz": 0.5, "žš": 0.6,
    "sš": 0.6, "sz": 0.7, "SZ": 0.6, "td": 0.6, "pb": 0.45, "pf": 0.2, "fv": 0.4, "bv": 0.5, "fW": 0.5, "nm": 0.9, "lr": 0.8, "jz": 0.8, "dz": 0.5, "jy": 0.7,
    # vowels
    "ao": 0.08, "ou": 0.08, "ie": 0.04, "ae": 0.15, "au": 0.5, "ai": 0.8, "oi": 0.6, "oe": 0.5, "ui": 0.45, "ue": 0.4,
    # half vowels
    "yi": 0.02, "ye": 0.1, "vu": 0.1, "vo": 0.15, "uW": 0.0, "oW": 0.04, "aW": 0.3, "eW": 0.5, "iW": 0.6,
    "iY": 0.0, "eY": 0.04, "aY": 0.35, "uY": 0.45, "oY": 0.5, "YW": 0.6, "WA": 0.7, "YA": 0.8,
    "aA": 0.0, "oA": 0.0, "eA": 0.3, "uA": 0.4, "iA": 0.8, "AH": 0.15, "aH": 0.03, "oH": 0.06, "eH": 0.03, "iH": 0.2, "uH": 0.4,
    "yA": 0.6, "hE": 0.6, "aE": 0.04, "oE": 0.08, "uE": 0.08, "iE": 0.08, "eE": 0.08, "AE": 0.2, "gE": 0.15, "GE": 0.15,
}  # fmt: skip
_SUB: dict[str, dict[str, float]] = {}
for _pair, _price in _PAIRS.items():
    _SUB.setdefault(_pair[0], {})[_pair[1]] = _price
    _SUB.setdefault(_pair[1], {})[_pair[0]] = _price
_NONE: dict[str, float] = {}
#: At the beginning of a word alef and ain bear any vowel, written or not.
_BEARERS = frozenset("AE")

#: Where two words cannot come nearer than this, nobody asks how near they are.
FAR = 0.45
_GROUPS = str.maketrans("qGžцXSZHDpAWYE", "kgjcšszhzf\0\0\0\0", "aouieyv")
#: An h that is hardly heard: at the end, and before God and the faith.
_FAINT = re.compile("h(?=[&%]|$)")
_GUESSED = 0.04


def near(one: Part, other: Part) -> float:
    """0 … 1; 1 is the same word."""
    if one.exact or other.exact:
        return 1.0 if one.exact == other.exact else 0.0
    if one.initial or other.initial:
        return _initials(one, other)
    return max(
        _read(a.letters, one.abjad, b.letters, other.abjad) - _endings(a, b)
        for a in one.readings
        for b in other.readings
    )


def _initials(one: Part, other: Part) -> float:
    """An initial stands for any word that begins so."""
    first, second = one.readings[0].letters[0], other.readings[0].letters[0]
    same = first == second or _SUB.get(first, _NONE).get(second, 1.0) <= 0.1
    return 0.8 if same else 0.0


def _endings(a: Reading, b: Reading) -> float:
    """What it costs that the endings differ. A woman's family name is no man's; a father's name is not one's own."""
    cost = _GUESSED * (a.guessed + b.guessed)
    roles = {a.role, b.role}
    if len(roles) == 1:
        return cost
    if roles == {Role.FAMILY, Role.FAMILY_OF_WOMAN}:
        return cost + 0.16
    if Role.PATRONYMIC in roles:
        return cost + (0.06 if Role.CHILD in roles else 0.14)
    return cost + 0.01


@lru_cache(262_144)
def _read(a: str, a_abjad: bool, b: str, b_abjad: bool) -> float:
    """The likeness of two readings."""
    if a == b:
        return 1.0
    if _skeletons_apart(a, b):
        return 0.0
    size = max((_size(a) + _size(b)) / 2, 2.4)
    return max(0.0, 1 - _cost(a, a_abjad, b, b_abjad) / size)


def _skeletons_apart(a: str, b: str) -> bool:
    """Whether the bare consonants already say that the words have nothing to do with each other."""
    one, other = skeleton(a), skeleton(b)
    longest = max(len(one), len(other))
    return longest > 1 and Levenshtein.distance(one, other, score_cutoff=longest // 2 + 1) > longest / 2 + 0.5


@lru_cache(65_536)
def skeleton(letters: str) -> str:
    """The consonants in groups that are easily taken for one another; half vowels count only at the beginning."""
    first = {"y": "y", "v": "v", "Y": "y", "W": "v"}.get(letters[0], "")
    rest = letters[1:] if first else letters
    return first + _FAINT.sub("", rest.translate(_GROUPS).replace("\0", "").replace("x", "h"))


@lru_cache(65_536)
def _size(letters: str) -> float:
    return sum(_VOWEL if c in _VOWELS or c in _LONG else _CONSONANT for c in letters)


@lru_cache(131_072)
def _gaps(letters: str, abjad: bool, other_abjad: bool) -> tuple[float, ...]:
    """What each letter costs if the other word lacks it."""
    last = len(letters) - 1
    return tuple(_gap(letters, place, last, abjad, other_abjad) for place in range(len(letters)))


_GAP_UNWRITTEN = {"a": 0.0, "e": 0.0, "i": 0.2, "u": 0.05, "o": 0.1}
_GAP = {
    "h": 0.5,
    "H": 0.5,
    "y": 0.45,
    "v": 0.5,
    "E": 0.06,
    "A": 0.35,
    "W": 0.6,
    "Y": 0.6,
    "x": 0.8,
    "g": 0.55,
    "G": 0.6,
}


def _gap(letters: str, place: int, last: int, abjad: bool, other_abjad: bool) -> float:
    c = letters[place]
    beside = letters[place - 1 : place] + letters[place + 1 : place + 2]
    if c in _VOWELS:
        return _vowel_gap(c, place, last, beside, unwritten=other_abjad and not abjad)
    if c == "y" and not (other_abjad and not abjad) and (beside[:1] in "ie" or beside[-1:] in "ie"):
        return 0.12
    if place == 0:
        return {"A": 0.7, "h": 0.7}.get(c, _GAP.get(c, _CONSONANT))
    if place == 1 and c in "WY" and letters[0] in _BEARERS:
        return 0.05  # ای and او are one vowel at the beginning
    if place == last and c in _AT_END:
        return _AT_END[c]
    return _GAP.get(c, _CONSONANT)


_AT_END = {"h": 0.06, "x": 0.3, "Y": 0.15, "A": 0.15}


def _vowel_gap(c: str, place: int, last: int, beside: str, *, unwritten: bool) -> float:
    if place == 0:
        return 0.5
    if place == last:
        return 0.25 if c == "i" else 0.4
    if unwritten:
        return _GAP_UNWRITTEN[c]
    return 0.1 if "y" in beside or "Y" in beside else 0.3


def _cost(a: str, a_abjad: bool, b: str, b_abjad: bool) -> float:
    """The least cost of all ways to lay the two words beside each other."""
    gaps_a, gaps_b = _gaps(a, a_abjad, b_abjad), _gaps(b, b_abjad, a_abjad)
    last_a, last_b = len(a) - 1, len(b) - 1
    above = [0.0]
    for gap in gaps_b:
        above.append(above[-1] + gap)
    for i, x in enumerate(a):
        row = [above[0] + gaps_a[i]]
        costs = _SUB.get(x, _NONE)
        for j, y in enumerate(b):
            change = 0.0 if x == y else costs.get(y, 1.0)
            if change and ((i == 0 and j == 0) or (i == last_a and j == last_b)):
                change = _at_ends(x, y, change, first=i == 0 and j == 0)
            row.append(min(above[j] + change, above[j + 1] + gaps_a[i], row[j] + gaps_b[j]))
        above = row
    return above[-1]


def _at_ends(x: str, y: str, change: float, *, first: bool) -> float:
    """At the beginning alef and ain bear any vowel; at the end a ye may be read a (عیسی, مصطفی)."""
    if first:
        bears = (x in _BEARERS and y in _VOWELS) or (y in _BEARERS and x in _VOWELS)
        return 0.03 if bears else change
    return 0.1 if {x, y} in ({"Y", "a"}, {"Y", "o"}) else change

"""A name taken apart: its words as sounds, with what their endings make of them.

Раҳимов Фирдавс Абдуллоевич   rahim (family), firdavs, abdula (patronymic)
عبدالرحمن احمدزی               @rhmn, AhmdzY
Haji Abdul Rahman Khan        @rahman, xan (an honour)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from app.watchlists.rules import wording
from app.watchlists.rules.letters import ZWNJ, sounds, words

MOST_WORDS = 12
LONGEST_WORD = 40


class Role(StrEnum):
    """What an ending makes of a word."""

    PLAIN = ""
    FAMILY = "family"
    FAMILY_OF_WOMAN = "family-of-woman"
    PATRONYMIC = "patronymic"
    CHILD = "child"
    ADJECTIVE = "adjective"


_FAMILIES = frozenset({Role.FAMILY, Role.FAMILY_OF_WOMAN, Role.CHILD, Role.ADJECTIVE})


class Reading(NamedTuple):
    """One way to read a word: its sounds without the ending, and what the ending was. `guessed`: letters that may
    belong to the word itself were taken off."""

    letters: str
    role: Role
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name. `weight` 1 for what tells people apart, less for honours, trades and the like."""

    word: str
    readings: tuple[Reading, ...]
    abjad: bool
    weight: float = 1.0
    #: Numbers and lines of trade are the same or not; there is nothing between.
    exact: str = ""
    initial: bool = False
    #: Whether its ending says that it is a family's.
    family: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart."""

    parts: tuple[Part, ...]
    firm: bool

    @property
    def telling(self) -> tuple[Part, ...]:
        """The parts that tell people apart; of a name of honours alone, those."""
        return tuple(p for p in self.parts if p.weight >= 1) or self.parts


@lru_cache(32_768)
def parted(name: str) -> Parts:
    """The parts of a name, in the order they stand."""
    found = words(name)[:MOST_WORDS]
    firm = any(word in wording.LEGAL or word in wording.TRADES for word in found)
    if firm:
        found = [word for word in found if word not in wording.LEGAL and word not in wording.FILLERS] or found
    else:
        found = _without(found, wording.TITLES | wording.PARTICLES)
    made = [part for word in _joined(found) if (part := _part(word[:LONGEST_WORD])) is not None]
    if made and made[0].weight < 1 and not made[0].exact and len(made) > 1:
        made[0] = replace(made[0], weight=1.0)  # Khan Muhammad and Jan Muhammad are two: what stands first is a name
    return Parts(tuple(made), firm)


def _without(found: list[str], dropped: frozenset[str]) -> list[str]:
    kept = [word for word in found if word not in dropped]
    return kept or found


def _joined(found: list[str]) -> list[str]:
    """Words that are written apart and are one; `+` stands where they were joined."""
    made: list[str] = []
    waiting = ""
    for nth, word in enumerate(found):
        if word in wording.BEFORE and nth + 1 < len(found):
            waiting += word + "+"
        elif made and made[-1].endswith("+"):
            made[-1] += word
        elif made and word in wording.BETWEEN and nth + 1 < len(found):
            made[-1] += f"+{word}+"
        elif made and (word in wording.AFTER or word in wording.WITH_ARTICLE):
            made[-1] += "+" + word
        else:
            made.append(waiting + word)
            waiting = ""
    return [word.rstrip("+") for word in made]


def join(one: Part, other: Part) -> Part | None:
    """Two words read as one, as Нурмуҳаммад of Нур Муҳаммад."""
    if one.exact or other.exact or one.initial or other.initial or len(one.word) + len(other.word) >= LONGEST_WORD:
        return None
    if one.readings[0].role is not Role.PLAIN or other.readings[0].role is Role.PATRONYMIC:
        return None
    return _part(f"{one.word}+{other.word}")


#: The article between two words that are one, unless it is part of God's name or of the faith.
_ARTICLE = re.compile(f"(?<=[+{ZWNJ}])ال(?!له|دین)")


@lru_cache(65_536)
def _part(word: str) -> Part | None:
    if word.isdigit():
        return Part(word, (), abjad=False, weight=0.6, exact=word)
    if word in wording.TRADES:
        return Part(word, (), abjad=False, weight=0.3, exact=wording.TRADES[word])
    heard = sounds(wording.SHORT_FORMS.get(word, _ARTICLE.sub("", word)).replace("+", ""))
    letters = heard.letters
    if not letters:
        return None
    readings = _of_abjad(word, letters) if heard.abjad else _of_vowelled(letters)
    weight = 0.25 if word in wording.HONOURS else 1.0
    family = readings[0].role in _FAMILIES
    return Part(word, tuple(dict.fromkeys(readings)), heard.abjad, weight, initial=len(letters) == 1, family=family)


# What is written with vowels ----------------------------------------------------------------------------------------

_PATRONYMIC = re.compile(r"(y?[eo]v(ic|na|ici)|y?ici|qizi|uGli)$")
_CHILD = re.compile(r"z[oa]d([aeo]h?)?$")
_FAMILY = re.compile(r"(y?e|o)v(a?)$")
_FAMILY_F = re.compile(r"(y?e|o)f(a?)$")
_GOD = re.compile(r"(?<=..)[uoai]l[oa]h?$")
_FAITH = re.compile(r"(?<=..)([uioae]|[ae]l)?d[iue]n$")
_RIGHT = re.compile(r"(?<=...)[ui]l(?=[hx]a[qk]$)")
_SERVANT = re.compile(r"^[ae]bd([uoaei]l?|l)(?=...)")
_DEAR = re.compile(r"(?<=....)(jon|jan|xon|xan|bek|beg|bay|boy)$")


def _of_vowelled(letters: str) -> list[Reading]:
    stem, role = _ending(letters)
    found = [Reading(_whole(stem), role)]
    if role is Role.PLAIN and _DEAR.search(stem):
        found.append(Reading(_whole(_DEAR.sub("", stem)), role, guessed=True))
    if role in (Role.PLAIN, Role.ADJECTIVE) and stem.startswith("al") and len(stem) > 6 and stem[2] not in "aouie":
        found.append(Reading(_whole(stem[2:]), role, guessed=True))
    return found


def _ending(letters: str) -> tuple[str, Role]:
    for pattern, role, least in ((_PATRONYMIC, Role.PATRONYMIC, 3), (_CHILD, Role.CHILD, 3)):
        stem = pattern.sub("", letters)
        if stem != letters and len(stem) >= least:
            return stem, role
    for pattern, least in ((_FAMILY, 2), (_FAMILY_F, 4)):
        found = pattern.search(letters)
        if found and found.start() >= least:
            return letters[: found.start()], Role.FAMILY_OF_WOMAN if found.group(2) else Role.FAMILY
    adjective = letters.endswith("i") and len(letters) > 4
    return letters, Role.ADJECTIVE if adjective else Role.PLAIN


def _whole(stem: str) -> str:
    """Servant-of (@), of-God (&) and of-the-faith (%) are one sound each: they are in so many names that they say as
    much as one."""
    stem = "@&" if re.fullmatch(r"[ae]bd?u?l[oa]h?", stem) else stem
    stem = _SERVANT.sub("@", stem)
    stem = _RIGHT.sub("", _FAITH.sub("%", stem))
    return _GOD.sub("&", stem) if len(stem) > 4 else stem


# What is written without vowels ---------------------------------------------------------------------------------------

_ABJAD_GOD = re.compile(r"(?<=.)A?l+[hH]$")
_ABJAD_FAITH = re.compile(r"(?<=.)Y?Al*dYn$")
_ABJAD_RIGHT = re.compile(r"(?<=..)Al(?=hq$)")
_ABJAD_SERVANT = re.compile(r"^Ebd(All|Al)?(?=...)")
_ABJAD_CHILD = re.compile(r"(?<=..)zAdH?$")
_ABJAD_WOMAN = re.compile(r"(?<=...)Y?WA$")
_ABJAD_OV = re.compile(r"(?<=..)Wf$")
_ABJAD_EV = re.compile(r"(?<=..)Yf$")
#: Words that end like a family's name and are none.
_NO_ENDINGS = frozenset({"mErWf", "rWf", "rYWf", "rWWf", "EWf"})


def _of_abjad(word: str, letters: str) -> list[Reading]:
    found = []
    for pattern, role, sure in (
        (_ABJAD_CHILD, Role.CHILD, True),
        (_ABJAD_WOMAN, Role.FAMILY_OF_WOMAN, True),
        (_ABJAD_OV, Role.FAMILY, letters not in _NO_ENDINGS),
        (_ABJAD_EV, Role.FAMILY, word.endswith(f"{ZWNJ}یف")),
    ):
        stem = pattern.sub("", letters)
        if stem != letters and letters not in _NO_ENDINGS:
            found.append(Reading(_abjad_whole(stem), role, guessed=not sure))
            if sure:
                return found
    adjective = letters.endswith("Y") and len(letters) > 3
    found.append(Reading(_abjad_whole(letters), Role.ADJECTIVE if adjective else Role.PLAIN))
    if letters.startswith("Al") and len(letters) > 4:
        found.append(Reading(_abjad_whole(letters[2:]), Role.PLAIN, guessed=True))
    if letters.endswith("jAn") and len(letters) > 5:
        found.append(Reading(_abjad_whole(letters[:-3]), Role.PLAIN, guessed=True))
    return found


def _abjad_whole(stem: str) -> str:
    stem = _ABJAD_SERVANT.sub("@", f"{stem[:-1]}H" if stem.endswith("h") else stem)
    stem = _ABJAD_RIGHT.sub("", _ABJAD_FAITH.sub("%", stem))
    return _ABJAD_GOD.sub("&", stem) if "Al" in stem or stem.startswith("@") else stem

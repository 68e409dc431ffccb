"""When two names are the same firm's: case, quotes and the legal form say nothing, nor how Tajik and Persian letters are
typed."""

from __future__ import annotations

import re
import unicodedata

#: Legal forms in the languages of the region, folded. Those of several words first.
_FORMS = re.compile(
    r"\b(?:общество с ограниченной ответственностью|чамъияти дорои масъулияти махдуд|"
    r"закрытое акционерное общество|открытое акционерное общество|акционерное общество|чамъияти сахомии [а-я]+|"
    r"ооо|оао|зао|пао|ао|тоо|осоо|ип|чп|фгуп|гуп|чдмм|чсп|чсо|чсшп|чсшк|чсш|чск|ксвд|квд|ква|"
    r"llc|ltd|limited|inc|incorporated|company|co|corp|corporation|cjsc|ojsc|jsc|gmbh|plc|llp|lp|"
    r"شرکت|لمتد|لمیتد|محدود|سهامی خاص|سهامی عام)\b"
)
#: Letters that are often typed as their plain neighbours.
_LETTERS = str.maketrans("ёӣӯҳқғҷيىكةآأإ", "еиухкгчییکهااا")
_WORDS = re.compile(r"[^\W_]+")
_SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC")


def same_name(one: str, other: str) -> bool:
    """Whether both may be the name of one firm. Names in different scripts are not compared: how a name is written in
    another one, nobody has laid down."""
    first, second = _folded(one), _folded(other)
    return first == second or not _scripts(first) & _scripts(second)


def _folded(name: str) -> str:
    """The words that make the name, run together."""
    text = unicodedata.normalize("NFKC", name).replace("\u200c", "").casefold().translate(_LETTERS)
    words = " ".join(_WORDS.findall(text))
    return "".join(_FORMS.sub(" ", words).split()) or words.replace(" ", "")


def _scripts(text: str) -> frozenset[str]:
    named = (unicodedata.name(character, "") for character in set(text))
    return frozenset(script for name in named for script in _SCRIPTS if name.startswith(script))

"""Goods under control, by their code and by what they are called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from app.reference.codebook import CONTROLLED, HS_DIGITS, Codebook, Entry

#: What stands in a name and is none: remarks in brackets and what follows a sign.
_REMARK = re.compile(r"\(.*?\)|[;,].*| and other.*| etc.*")
_LONGEST, _SHORTEST = 80, 4

_Names = tuple[re.Pattern[str], dict[str, frozenset[str]]]
_names: WeakKeyDictionary[Codebook, tuple[dt.date, _Names]] = WeakKeyDictionary()


def by_code(codes: Codebook, commodity: str, on: dt.date) -> list[str]:
    """The groups that a commodity code falls into."""
    return sorted({_group(entry) for entry in codes.controlled(commodity, on)})


def by_name(codes: Codebook, description: str, on: dt.date) -> list[str]:
    """The groups of which a name or a CAS number stands in a description (in small letters)."""
    pattern, groups = _known(codes, on)
    return sorted({group for found in pattern.findall(description) for group in groups[found]})


def _known(codes: Codebook, on: dt.date) -> _Names:
    kept = _names.get(codes)
    if kept is None or kept[0] != on:
        kept = _names[codes] = (on, _compiled(codes.entries(CONTROLLED, on)))
    return kept[1]


def _compiled(entries: Iterable[Entry]) -> _Names:
    groups: dict[str, set[str]] = {}
    for entry in entries:
        for name in _called(entry):
            groups.setdefault(name, set()).add(_group(entry))
    longest_first = sorted(groups, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)" if groups else r"(?!)")
    return pattern, {name: frozenset(of) for name, of in groups.items()}


def _called(entry: Entry) -> Iterator[str]:
    """What goods are called; an entry for a whole chapter or heading names papers rather than goods."""
    yield from (str(number) for number in entry.attributes.get("cas", ()))
    if len(str(entry.attributes["prefix"])) >= HS_DIGITS:
        for goods in entry.attributes.get("goods", ()):
            for part in str(goods).split("/"):
                name = _REMARK.sub("", part).strip().lower()
                if _SHORTEST <= len(name) <= _LONGEST:
                    yield name


def _group(entry: Entry) -> str:
    return str(entry.attributes.get("group", entry.code))

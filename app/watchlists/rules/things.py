"""The normal form of plates, numbers and names, and the keys under which an index finds them. Pure."""

from __future__ import annotations

import re

from app.core.text import ascii_digits, compact, normal
from app.watchlists.lifecycle import NAMED, Kind
from app.watchlists.rules import names
from app.watchlists.rules.letters import words

#: Letters of plates that look the same in Cyrillic, Greek and Latin are typed either way.
_LOOKALIKES = str.maketrans("АВСЕНІЈКМОРЅТХУҮΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABCEHIJKMOPSTXYYABEZHIKMNOPTYX")
_NOT_SIGNS = re.compile(r"[\W_]+")
#: A telephone number is compared by its last nine digits: with or without the country, the trunk prefix, the plus.
PHONE_DIGITS = 9
SHORTEST = {Kind.PLATE: 3, Kind.CONTAINER: 5, Kind.PHONE: 6, Kind.DOCUMENT: 4}
LONGEST = 300


def value_of(kind: Kind, text: str) -> str:
    """The normal form under which a text is compared and remembered; "" if nothing is left of it."""
    if kind in NAMED:
        return " ".join(words(normal(text)))[:LONGEST]
    if kind is Kind.PHONE:
        digits = re.sub(r"\D+", "", ascii_digits(text))
        return digits[-PHONE_DIGITS:] if digits else ""
    signs = _NOT_SIGNS.sub("", compact(normal(text)).translate(_LOOKALIKES))
    return signs[:LONGEST]


def keys_of(kind: Kind, text: str) -> list[str]:
    """The keys of one text: of names those of `names.keys`, of a thing itself."""
    value = value_of(kind, text)
    if not value:
        return []
    return names.keys(text) if kind in NAMED else [f"{kind.value}:{value}"]


def score_of(kind: Kind, seen: str, entry: str) -> float:
    """How near what was seen is to what is looked for: 0.0 … 1.0; numbers are the same or not."""
    if kind in NAMED:
        return names.similarity(seen, entry)
    return 1.0 if value_of(kind, seen) == value_of(kind, entry) else 0.0


def too_short(kind: Kind, text: str) -> bool:
    """Whether so little is left of it that half of all consignments would be asked about."""
    return len(value_of(kind, text)) < SHORTEST.get(kind, 2)

"""What a fact is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.text import Text, compact, normal

DECLARATION, MOVEMENT = "declaration", "movement"
BOTH = frozenset({DECLARATION, MOVEMENT})
OF_DECLARATION = frozenset({DECLARATION})
OF_MOVEMENT = frozenset({MOVEMENT})


class Type(StrEnum):
    """What a fact may be: text, a number with a fraction, a whole number, yes or no, a list of texts, the items."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    FLAG = "flag"
    TEXTS = "texts"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Fact:
    """One word of the vocabulary, of a consignment or of one of its items.

    `default` is what it is where nothing is known, chosen so that a sensible criterion does not hold. `codes` names the
    code list its values come from. Texts stand in one form, which the values they are compared with are brought into: `folded`
    in small letters, `compacted` as numbers on plates are compared.
    """

    name: str
    type: Type
    text: Text
    unit: str = ""
    kinds: frozenset[str] = BOTH
    default: Any = None
    group: str = ""
    codes: str = ""
    folded: bool = False
    compacted: bool = False

    def formed(self, value: str) -> str:
        """A text as this fact holds it: NFC, without white space at its ends, and in the fact's own form."""
        if self.compacted:
            return compact(normal(value))
        return normal(value).lower() if self.folded else normal(value)


_Kinds = frozenset[str]


def text(
    name: str,
    said: Text,
    *,
    kinds: _Kinds = BOTH,
    default: str = "",
    codes: str = "",
    folded: bool = False,
    compacted: bool = False,
) -> Fact:
    return Fact(name, Type.TEXT, said, kinds=kinds, default=default, codes=codes, folded=folded, compacted=compacted)


def texts(
    name: str,
    said: Text,
    *,
    kinds: _Kinds = BOTH,
    codes: str = "",
    folded: bool = False,
    compacted: bool = False,
) -> Fact:
    return Fact(name, Type.TEXTS, said, kinds=kinds, default=(), codes=codes, folded=folded, compacted=compacted)


def number(name: str, said: Text, unit: str = "", *, kinds: _Kinds = BOTH, default: float = 0.0) -> Fact:
    return Fact(name, Type.NUMBER, said, unit, kinds, default)


def whole(name: str, said: Text, unit: str = "", *, kinds: _Kinds = BOTH, default: int = 0) -> Fact:
    return Fact(name, Type.WHOLE, said, unit, kinds, default)


def flag(name: str, said: Text, *, kinds: _Kinds = BOTH) -> Fact:
    return Fact(name, Type.FLAG, said, kinds=kinds, default=False)

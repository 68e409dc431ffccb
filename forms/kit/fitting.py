"""Text that stays inside its box: cleaned, capped, then shrunk, wrapped or cut.

The cost of a field is bounded by `LONGEST` characters, whatever was declared: a single word of 200,000 letters once
took 22 seconds to lay out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from forms.kit.bidi import base_level, bidi_class
from forms.kit.fonts import Face

#: No field of any form shows more than this.
LONGEST = 600
_MARKS_IN_A_ROW = 4
_ELLIPSIS = "…"
#: First Strong Isolate and its end.
_ISOLATE, _END = "\u2068", "\u2069"
#: The same words come again on every page; what was found of so many is kept.
_KEPT = 4_096

#: Controls, direction overrides and isolates, surrogates, non-characters. Joiners stay: Persian needs them.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]+"
)
_SPACES = re.compile(r"\s+")


class Block(NamedTuple):
    """Lines of one size that fit their box."""

    lines: tuple[str, ...]
    size: float
    base: int


def clean(text: object, longest: int = LONGEST) -> str:
    """One line of printable text in NFC, at most `longest` characters; "" for None."""
    if text is None:
        return ""
    raw = str(text)[: longest + 1]
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return _capped(raw.strip(), longest)
    return _cleaned(raw, longest)


@lru_cache(_KEPT)
def _cleaned(raw: str, longest: int) -> str:
    spaced = _SPACES.sub(" ", _UNPRINTABLE.sub(" ", raw)).strip()
    return _capped("".join(_without_towers(unicodedata.normalize("NFC", spaced))), longest)


def _capped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + _ELLIPSIS


def _without_towers(text: str) -> Iterator[str]:
    """Drops combining marks piled higher than any writing needs."""
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= _MARKS_IN_A_ROW:
            yield character


def joined(parts: Iterable[str], between: str) -> str:
    """Cleaned parts one after the other; those of another direction are kept apart from it, so that their order stays."""
    given = [part for part in map(clean, parts) if part]
    if len(given) > 1:
        given = [part if part.isascii() else f"{_ISOLATE}{part}{_END}" for part in given]
    return between.join(given)[:LONGEST]


def direction(text: str) -> int:
    """1 if the text begins right to left, else 0."""
    return 0 if text.isascii() else _direction(text)


@lru_cache(_KEPT)
def _direction(text: str) -> int:
    return base_level([bidi_class(character) for character in text])


def one_line(text: str, face: Face, width: float, size: float, smallest: float) -> tuple[str, float]:
    """The text and the size at which it fits `width` points: first smaller, then cut with an ellipsis."""
    natural = face.width(text, size, direction(text))
    if natural <= width:
        return text, size
    shrunk = max(smallest, int(size * width / natural * 10) / 10)
    if natural * shrunk / size <= width:
        return text, shrunk
    return cut(text, face, width, shrunk), shrunk


def cut(text: str, face: Face, width: float, size: float) -> str:
    """The longest beginning of the text that fits with an ellipsis."""
    base = direction(text)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if face.width(text[:middle].rstrip() + _ELLIPSIS, size, base) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS


def is_cut(lines: Sequence[str], text: str) -> bool:
    """Whether these lines are not the whole of the text."""
    return bool(lines) and lines[-1].endswith(_ELLIPSIS) and "".join(lines).replace(" ", "") != text.replace(" ", "")


def block(
    text: str, face: Face, width: float, size: float, smallest: float, most: int, base: int | None = None
) -> Block:
    """The text in at most `most` lines of `width` points; shrunk in steps to `smallest`, then cut."""
    towards = direction(text) if base is None else base
    if not text:
        return Block((), size, towards)
    while True:
        lines = wrapped(text, face, width, size, most + 1, towards)
        if len(lines) <= most:
            return Block(tuple(lines), size, towards)
        if size - 0.5 < smallest:
            break
        size -= 0.5
    last = cut(" ".join(lines[most - 1 :]), face, width, size)
    return Block((*lines[: most - 1], last), size, towards)


def wrapped(text: str, face: Face, width: float, size: float, most: int, base: int) -> list[str]:
    """The lines of a text, at most `most` (the last then holds whatever is left)."""
    lines: list[str] = []
    line = ""
    room = 0.0
    space = face.width(" ", size)
    words = _pieces(text, face, width, size, base)
    for word, wide in words:
        if line and wide + space <= room:
            line += " " + word
            room -= wide + space
        elif line and len(lines) == most - 1:
            return [*lines, " ".join([line, word, *(rest for rest, _ in words)])]
        else:
            if line:
                lines.append(line)
            line, room = word, width - wide
    return [*lines, line] if line else lines


def _pieces(text: str, face: Face, width: float, size: float, base: int) -> Iterator[tuple[str, float]]:
    """Words with their widths; a word wider than the line is broken where the line ends."""
    for word in text.split(" "):
        wide = face.width(word, size, base)
        while wide > width and len(word) > 1:
            fits = _fitting_length(word, face, width, size, base)
            yield word[:fits], face.width(word[:fits], size, base)
            word = word[fits:]
            wide = face.width(word, size, base)
        yield word, wide


def _fitting_length(word: str, face: Face, width: float, size: float, base: int) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if face.width(word[:middle], size, base) <= width:
            low = middle
        else:
            high = middle - 1
    return low

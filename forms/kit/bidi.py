"""The Unicode bidirectional algorithm (UAX #9) for one paragraph, and for one line of it.

ReportLab orders no text, and the packages that do are either missing from the registry or print Persian numbers
backwards. The names of the rules (X1, W4, N0 …) are those of the annex.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar
from unicodedata import bidirectional, category, lookup, mirrored, name, normalize

Thing = TypeVar("Thing")

MAX_DEPTH = 125
MAX_BRACKETS = 63

_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS = {"RLE": None, "LRE": None, "RLO": "R", "LRO": "L"}
_REMOVED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_TRAILING = frozenset({"WS", "LRI", "RLI", "FSI", "PDI"})
#: A line of nothing else in a paragraph from the left is one run: W7 turns its figures into letters, N1 and N2 the rest.
_LEFTWARD = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS", "NSM"})

#: Blocks whose unassigned code points are right to left (DerivedBidiClass).
_DEFAULT_AL = ((0x600, 0x7BF), (0x860, 0x8FF), (0xFB50, 0xFDCF), (0xFDF0, 0xFDFF), (0xFE70, 0xFEFF))
_DEFAULT_R = ((0x590, 0x5FF), (0x7C0, 0x85F), (0xFB1D, 0xFB4F), (0x10800, 0x10CFF), (0x1E800, 0x1EFFF))


class Run(NamedTuple):
    """Characters `start` to `end` of a line, all on one level; an odd level reads right to left."""

    start: int
    end: int
    level: int


@lru_cache(4096)
def bidi_class(character: str) -> str:
    """The Bidi_Class, with the defaults of unassigned code points."""
    known = bidirectional(character)
    if known:
        return known
    code = ord(character)
    if any(first <= code <= last for first, last in _DEFAULT_AL):
        return "AL"
    if any(first <= code <= last for first, last in _DEFAULT_R):
        return "R"
    return "L"


def _bracket_pairs() -> tuple[dict[str, str], dict[str, str]]:
    """({opening: key}, {closing: key}) of Bidi_Paired_Bracket, derived from the character names.

    Canonically equivalent brackets (U+2329 and U+3008) share a key.
    """
    opening: dict[str, str] = {}
    closing: dict[str, str] = {}
    for code in (*range(0x20, 0x3100), *range(0xFE00, 0x10000)):
        left = chr(code)
        if category(left) != "Ps" or bidirectional(left) != "ON" or not mirrored(left) or "LEFT" not in name(left, ""):
            continue
        try:
            right = lookup(name(left).replace("LEFT", "RIGHT"))
        except KeyError:
            continue
        if category(right) == "Pe":
            opening[left] = closing[right] = normalize("NFD", right)
    # The brackets with a tick in a corner pair crosswise.
    for left, right in (("\u298d", "\u2990"), ("\u298f", "\u298e")):
        opening[left] = closing[right] = right
    return opening, closing


_OPENING, _CLOSING = _bracket_pairs()


def base_level(classes: Sequence[str], default: int = 0) -> int:
    """P2 and P3: the level of the first strong character outside isolates."""
    depth = 0
    for kind in classes:
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind == "L":
            return 0
        elif depth == 0 and kind in ("R", "AL"):
            return 1
    return default


def levels(text: str, base: int | None = None) -> tuple[list[int | None], int]:
    """The embedding level of each character (None for removed controls) and the paragraph's level.

    `base` is 0 or 1, or None to take it from the first strong character.
    """
    original = [bidi_class(character) for character in text]
    if base is None:
        base = base_level(original)
    matches = _matching_isolates(original)
    resolved = original[:]
    explicit = _explicit_levels(original, resolved, matches, base)
    kept = [i for i, kind in enumerate(original) if kind not in _REMOVED]
    position = {index: place for place, index in enumerate(kept)}
    final = explicit[:]
    for sequence in _isolating_sequences(kept, explicit, original, matches):
        level = explicit[sequence[0]]
        before = position[sequence[0]] - 1
        after = position[sequence[-1]] + 1
        open_ended = original[sequence[-1]] in _ISOLATES and sequence[-1] not in matches
        level_before = explicit[kept[before]] if before >= 0 else base
        level_after = base if open_ended or after >= len(kept) else explicit[kept[after]]
        start = "R" if max(level, level_before) & 1 else "L"
        end = "R" if max(level, level_after) & 1 else "L"
        kinds = [resolved[i] for i in sequence]
        _resolve_weak(kinds, start)
        _resolve_brackets(kinds, [text[i] for i in sequence], [original[i] for i in sequence], level, start)
        _resolve_neutral(kinds, level, start, end)
        for kind, index in zip(kinds, sequence, strict=True):
            final[index] = _implicit_level(kind, level)
    return _reset_whitespace(final, original, base), base


def _matching_isolates(original: Sequence[str]) -> dict[int, int]:
    """BD9: each isolate initiator to its PDI and back."""
    matches: dict[int, int] = {}
    waiting: list[int] = []
    for i, kind in enumerate(original):
        if kind in _ISOLATES:
            waiting.append(i)
        elif kind == "PDI" and waiting:
            opener = waiting.pop()
            matches[opener], matches[i] = i, opener
    return matches


class _Status(NamedTuple):
    level: int
    override: str | None
    isolate: bool


class _Stack:
    """The directional status stack of X1 with its three counters."""

    def __init__(self, base: int) -> None:
        self._entries = [_Status(base, None, False)]
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0

    @property
    def top(self) -> _Status:
        return self._entries[-1]

    def _next_level(self, right_to_left: bool) -> int:
        return (self.top.level + 1) | 1 if right_to_left else (self.top.level + 2) & ~1

    def embed(self, kind: str) -> None:
        """X2 to X5."""
        level = self._next_level(kind[0] == "R")
        if level <= MAX_DEPTH and not self._overflow_isolates and not self._overflow_embeddings:
            self._entries.append(_Status(level, _EMBEDDINGS[kind], False))
        elif not self._overflow_isolates:
            self._overflow_embeddings += 1

    def isolate(self, right_to_left: bool) -> None:
        """X5a to X5c."""
        level = self._next_level(right_to_left)
        if level <= MAX_DEPTH and not self._overflow_isolates and not self._overflow_embeddings:
            self._valid_isolates += 1
            self._entries.append(_Status(level, None, True))
        else:
            self._overflow_isolates += 1

    def end_isolate(self) -> None:
        """X6a."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self.top.isolate:
                self._entries.pop()
            self._entries.pop()
            self._valid_isolates -= 1

    def end_embedding(self) -> None:
        """X7."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif not self.top.isolate and len(self._entries) > 1:
            self._entries.pop()


def _explicit_levels(original: Sequence[str], resolved: list[str], matches: dict[int, int], base: int) -> list[int]:
    """X1 to X8; overridden characters change their class in `resolved`."""
    stack = _Stack(base)
    result = [base] * len(original)

    def settle(i: int) -> None:
        result[i] = stack.top.level
        if stack.top.override and original[i] != "BN":
            resolved[i] = stack.top.override

    for i, kind in enumerate(original):
        if kind in _EMBEDDINGS:
            result[i] = stack.top.level
            stack.embed(kind)
        elif kind in _ISOLATES:
            settle(i)
            inner = original[i + 1 : matches.get(i, len(original))]
            stack.isolate(kind == "RLI" or (kind == "FSI" and base_level(inner) == 1))
        elif kind == "PDI":
            stack.end_isolate()
            settle(i)
        elif kind == "PDF":
            result[i] = stack.top.level
            stack.end_embedding()
        elif kind != "B":
            settle(i)
    return result


def _isolating_sequences(
    kept: Sequence[int], explicit: Sequence[int], original: Sequence[str], matches: dict[int, int]
) -> Iterator[list[int]]:
    """X10 (BD13): level runs joined across matched isolates."""
    runs: list[list[int]] = []
    for i in kept:
        if runs and explicit[runs[-1][-1]] == explicit[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    by_first = {run[0]: run for run in runs}
    for run in runs:
        if original[run[0]] == "PDI" and run[0] in matches:
            continue
        sequence = run[:]
        while original[sequence[-1]] in _ISOLATES and matches.get(sequence[-1]) in by_first:
            sequence += by_first[matches[sequence[-1]]]
        yield sequence


def _resolve_weak(kinds: list[str], start: str) -> None:
    """W1 to W7, in place."""
    previous = strong = start
    for i, kind in enumerate(kinds):  # W1, W2, W3
        if kind == "NSM":
            kinds[i] = "ON" if previous in _ISOLATES or previous == "PDI" else previous
        previous = kinds[i]
    for i, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = kind
            kinds[i] = "R" if kind == "AL" else kind
        elif kind == "EN" and strong == "AL":
            kinds[i] = "AN"
    for i in range(1, len(kinds) - 1):  # W4
        same = kinds[i - 1] == kinds[i + 1]
        if same and (kinds[i], kinds[i - 1]) in (("ES", "EN"), ("CS", "EN"), ("CS", "AN")):
            kinds[i] = kinds[i - 1]
    for i, j in _stretches(kinds, frozenset({"ET"})):  # W5
        if (i and kinds[i - 1] == "EN") or (j < len(kinds) and kinds[j] == "EN"):
            kinds[i:j] = ["EN"] * (j - i)
    strong = start
    for i, kind in enumerate(kinds):  # W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[i] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"


def _stretches(kinds: Sequence[str], wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of each maximal stretch of the wanted classes."""
    i = 0
    while i < len(kinds):
        if kinds[i] not in wanted:
            i += 1
            continue
        j = i
        while j < len(kinds) and kinds[j] in wanted:
            j += 1
        yield i, j
        i = j


def _strong(kind: str) -> str | None:
    """N0 and N1 count numbers as right to left."""
    if kind == "L":
        return "L"
    return "R" if kind in ("R", "EN", "AN") else None


def _resolve_brackets(
    kinds: list[str], characters: Sequence[str], original: Sequence[str], level: int, start: str
) -> None:
    """N0, in place."""
    embedding = "R" if level & 1 else "L"
    for opener, closer in _paired(kinds, characters):
        inside = {_strong(kind) for kind in kinds[opener + 1 : closer]} - {None}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            direction = next(filter(None, map(_strong, reversed(kinds[:opener]))), start)
        for bracket in (opener, closer):
            kinds[bracket] = direction
            mark = bracket + 1
            while mark < len(kinds) and original[mark] == "NSM":
                kinds[mark] = direction
                mark += 1


def _paired(kinds: Sequence[str], characters: Sequence[str]) -> list[tuple[int, int]]:
    """BD16: bracket pairs in order of their opening bracket; none at all when the stack of 63 overflows."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for i, character in enumerate(characters):
        if kinds[i] != "ON":
            continue
        if character in _OPENING:
            if len(stack) == MAX_BRACKETS:
                return []
            stack.append((_OPENING[character], i))
        elif character in _CLOSING:
            key = _CLOSING[character]
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == key:
                    pairs.append((stack[depth][1], i))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], level: int, start: str, end: str) -> None:
    """N1 and N2, in place."""
    embedding = "R" if level & 1 else "L"
    for i, j in _stretches(kinds, _NEUTRAL):
        before = _strong(kinds[i - 1]) if i else start
        after = _strong(kinds[j]) if j < len(kinds) else end
        direction = before if before is not None and before == after else embedding
        kinds[i:j] = [direction] * (j - i)


def _implicit_level(kind: str, level: int) -> int:
    """I1 and I2."""
    if level & 1:
        return level + (kind in ("L", "EN", "AN"))
    if kind == "R":
        return level + 1
    return level + 2 if kind in ("AN", "EN") else level


def _reset_whitespace(final: Sequence[int], original: Sequence[str], base: int) -> list[int | None]:
    """L1 for the whole text as one line, and X9's removed characters as None."""
    result: list[int | None] = list(final)
    trailing = True
    for i in range(len(original) - 1, -1, -1):
        kind = original[i]
        if kind in _REMOVED:
            result[i] = None
        elif kind in ("B", "S"):
            result[i] = base
            trailing = True
        elif kind in _TRAILING:
            if trailing:
                result[i] = base
        else:
            trailing = False
    return result


def visual_runs(text: str, base: int | None = None) -> list[Run]:
    """The level runs of one line, left to right as they are drawn; joiners stay with the run before them."""
    if base in (None, 0) and (text.isascii() or all(bidi_class(character) in _LEFTWARD for character in text)):
        return [Run(0, len(text), 0)] if text else []
    found, paragraph = levels(text, base)
    runs: list[Run] = []
    for i, level in enumerate(found):
        if level is None:
            level = runs[-1].level if runs else paragraph
        if runs and runs[-1].level == level:
            runs[-1] = Run(runs[-1].start, i + 1, level)
        else:
            runs.append(Run(i, i + 1, level))
    return _reversed_by_level(runs, [run.level for run in runs])


def visual_order(found: Sequence[int | None]) -> list[int]:
    """L2: the indexes of the shown characters, left to right."""
    shown = [(i, level) for i, level in enumerate(found) if level is not None]
    return _reversed_by_level([i for i, _ in shown], [level for _, level in shown])


def _reversed_by_level(things: list[Thing], of_level: list[int]) -> list[Thing]:
    """L2: from the highest level down to 1, turn round every stretch on that level or above."""
    for level in range(max(of_level, default=0), 0, -1):
        reached = ["over" if each >= level else "" for each in of_level]
        for i, j in _stretches(reached, frozenset({"over"})):
            things[i:j] = things[i:j][::-1]
            of_level[i:j] = of_level[i:j][::-1]
    return things

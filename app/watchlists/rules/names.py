"""Names across scripts: whether Раҳимов Фирдавс, RAKHIMOV FIRDAVS and فردوس رحیموف may be one person.

    keys("Раҳимов Фирдавс")   → the words under which an index finds it, whatever the script
    similarity(a, b)          → 0.0 … 1.0; from `THRESHOLD` on somebody should be asked

The order of the words does not matter, titles and particles do not count, a father's name may be missing. What tells
brothers, or father and son, apart does count: one word that differs is worth more than two that agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from app.watchlists.rules.likeness import near, skeleton
from app.watchlists.rules.parts import Part, Role, join, parted

#: From here on somebody is asked, unless the reference data of the day say otherwise.
THRESHOLD = 0.86
#: Words of a name that are compared; more than these say nothing new.
_MOST = 5
_MEAN, _LEAST = 0.4, 0.6
#: From here on nothing nearer is looked for; below there is no likeness to speak of.
_SURE, _NOT_LIKE = 0.93, 0.6
#: What it costs that a word is missing in the other name.
_EXTRA = {Role.PATRONYMIC: 0.0, Role.FAMILY: 0.09, Role.FAMILY_OF_WOMAN: 0.09}
_EXTRA_PLAIN, _EXTRA_WEAK, _EXTRA_TRADE = 0.05, 0.01, 0.03
#: A line of trade against another word.
_CLASH = 0.06
_SWAPPED, _TURNED, _ALONE = 0.3, 0.03, 0.25


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near two names are, and which words were taken for which."""

    score: float
    pairs: tuple[tuple[str, str, float], ...]


def similarity(a: str, b: str) -> float:
    """How near two names are: 0.0 (nothing in common) to 1.0 (the same)."""
    return likeness(a, b).score


def likeness(a: str, b: str) -> Likeness:
    """As `similarity`, with the words that were taken for one another, for those who are asked why."""
    one, other = parted(a), parted(b)
    if not one.parts or not other.parts:
        return Likeness(1.0 if a == b and a.strip() else 0.0, ())
    x, y = one.parts[:_MOST], other.parts[:_MOST]
    best = _compared(x, y)
    if best.score < _SURE and len(x) != len(y) and not (one.firm or other.firm):
        best = max((best, *(_compared(*way) for way in _with_joins(x, y))), key=lambda found: found.score)
    return Likeness(round(max(best.score, 0.0), 4), best.pairs)


def _with_joins(x: tuple[Part, ...], y: tuple[Part, ...]) -> Iterator[tuple[tuple[Part, ...], tuple[Part, ...]]]:
    """The longer name with two of its words read as one, beside the shorter one."""
    long = x if len(x) > len(y) else y
    for at in range(len(long) - 1):
        joined = join(long[at], long[at + 1])
        if joined is not None:
            whole = (*long[:at], joined, *long[at + 2 :])
            yield (whole, y) if long is x else (x, whole)


def _compared(x: tuple[Part, ...], y: tuple[Part, ...]) -> Likeness:
    """The best way to take the words of the shorter name for words of the longer one. Where there is no good way, the
    score is what the best one could not exceed."""
    # Of two names of one length always the same one comes first: whoever asks the other way round is told the same.
    short, long = (x, y) if _place(x) <= _place(y) else (y, x)
    table = [[near(p, q) for q in long] for p in short]
    most = _at_most(short, table)
    if most < _NOT_LIKE:
        return Likeness(most, ())
    best = -1.0
    best_way: tuple[int, ...] = ()
    for way in permutations(range(len(long)), len(short)):
        score = _score(short, long, table, way)
        if score > best:
            best, best_way = score, way
    pairs = tuple((short[i].word, long[j].word, table[i][j]) for i, j in enumerate(best_way))
    return Likeness(best, pairs if short is x else tuple((b, a, s) for a, b, s in pairs))


def _place(parts: tuple[Part, ...]) -> tuple[int, list[str]]:
    return len(parts), [part.word for part in parts]


def _at_most(short: tuple[Part, ...], table: list[list[float]]) -> float:
    """No way to pair the words can score higher: each word of the shorter name has the best partner there is."""
    best = [(max(row), part.weight) for part, row in zip(short, table, strict=True)]
    least = min((value for value, weight in best if weight >= 0.5), default=1.0)
    return _MEAN + _LEAST * least


def _score(short: tuple[Part, ...], long: tuple[Part, ...], table: list[list[float]], way: tuple[int, ...]) -> float:
    total = weight = clash = 0.0
    least, telling = 1.0, 0
    gained = lost = turned = False
    last = -1
    for i, j in enumerate(way):
        one, other, value = short[i], long[j], table[i][j]
        counts = min(other.weight, one.weight)
        total += value * counts
        weight += counts
        if counts >= 0.5:
            least = min(least, value)
            telling += counts >= 1
        elif value == 0:
            clash += _CLASH
        gained, lost = gained or other.family > one.family, lost or one.family > other.family
        turned, last = turned or j < last, j
    if not telling:
        return 0.0
    score = _MEAN * total / weight + _LEAST * least - clash
    if gained and lost:
        score -= _SWAPPED  # Rahim Karimov is not Karim Rahimov
    elif turned and not any(part.family for part in short):
        score -= _TURNED  # Ahmad Wali may be Wali, Ahmad
    return score - _missing(long, way, telling) if len(long) > len(short) else score


def _missing(long: tuple[Part, ...], way: tuple[int, ...], telling: int) -> float:
    """What it costs that the longer name has words the shorter one lacks."""
    extra = [long[j] for j in range(len(long)) if j not in way]
    cost = sum(_extra(part) for part in extra)
    return cost + (_ALONE if telling == 1 and any(p.weight >= 1 for p in extra) else 0.0)


def _extra(part: Part) -> float:
    if part.exact:
        return _EXTRA_TRADE
    if part.weight < 1:
        return _EXTRA_WEAK
    return _EXTRA.get(part.readings[0].role, _EXTRA_PLAIN)


# Keys -----------------------------------------------------------------------------------------------------------------

_LONGEST_KEY = 5


def keys(name: str) -> list[str]:
    """The keys under which an index finds a name: of each two words their consonants, in the order of the alphabet, and
    of a name of one word that. Names that are near share one, whatever their script; few others do."""
    read = parted(name)
    parts = [p for p in read.telling if p.readings][:_MOST]
    if len(parts) <= 1:
        numbers = [p.exact for p in read.parts if p.exact.isdigit()] if not parts else []
        return sorted({f"={code}" for part in parts for code in _codes(part)} | {f"={n}" for n in numbers})
    found = {key for one, other in combinations(parts, 2) for key in _pair(one, other)}
    for at in range(len(parts) - 1):
        joined = join(parts[at], parts[at + 1])
        if joined is not None:
            rest = [p for n, p in enumerate(parts) if n not in (at, at + 1)]
            found |= {key for other in rest for key in _pair(joined, other)}
            found |= {f"={code}" for code in _codes(joined)} if not rest else set()
    return sorted(found)


def _pair(one: Part, other: Part) -> set[str]:
    return {"+".join(sorted((a, b))) for a in _codes(one) for b in _codes(other)}


def _codes(part: Part) -> set[str]:
    return {code[:_LONGEST_KEY] for reading in part.readings if (code := skeleton(reading.letters))}

"""Shares out whole cents so that none is lost and the order of those who share does not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def shares(total: int, weights: Sequence[int], tie: Callable[[int], bytes]) -> list[int]:
    """`total` shared out by `weights` (not negative, not all 0), by the largest remainder.

    Each gets its part rounded down; what remains goes, one each, to the largest remainders. Equal remainders are put
    in order by `tie` of their place: something of the content of what shares, so that places do not count.
    """
    whole = sum(weights)
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append(remainder)
    rest = total - sum(parts)
    if rest:
        for place in _first(rest, remainders, tie):
            parts[place] += 1
    return parts


def _first(count: int, remainders: Sequence[int], tie: Callable[[int], bytes]) -> list[int]:
    """The places of the `count` largest remainders; `tie` is asked only for those at the edge."""
    edge = sorted(remainders, reverse=True)[count - 1]
    above = [place for place, remainder in enumerate(remainders) if remainder > edge]
    at_edge = [place for place, remainder in enumerate(remainders) if remainder == edge]
    missing = count - len(above)
    if missing < len(at_edge):
        at_edge.sort(key=tie)
    return above + at_edge[:missing]

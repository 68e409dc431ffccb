"""Chance among officers. Pure.

A number chooses from the pool by its remainder, the pool in the order of the persons' keys, so that whoever has number and
pool can say who had to come out. Nobody's work load plays a part: an officer who is always drawn when he has least to do
can be foretold by everybody who sees the board, and over many draws chance shares the work evenly.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from uuid import UUID

_BYTES = 6
#: Numbers are below this: 2 to the 48th, whole in every JSON reader. What the remainder favours is less than one in 10^12.
NUMBERS = 1 << (8 * _BYTES)


def number_of(seed: bytes, inspection: UUID, nth: int) -> int:
    """The number of the nth draw for an inspection under a sealed seed: HMAC-SHA256 of both. It was settled when the seed was
    promised and the inspection ordered, so drawing once more cannot bring another one."""
    digest = hmac.digest(seed, b"officer" + inspection.bytes + nth.to_bytes(4, "big"), hashlib.sha256)
    return int.from_bytes(digest[:_BYTES], "big")


def unsealed() -> int:
    """A number from the machine's own chance, where no seed was promised."""
    return secrets.randbelow(NUMBERS)


def ordered(pool: Iterable[UUID]) -> tuple[UUID, ...]:
    """The pool as the number counts it."""
    return tuple(sorted(set(pool)))


def chosen(pool: tuple[UUID, ...], number: int) -> UUID:
    """Whom the number means; the pool as `ordered` gives it, not empty."""
    return pool[number % len(pool)]

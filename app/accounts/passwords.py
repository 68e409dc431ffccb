"""Passwords: argon2id, in the form that the sign-in extension reads and writes too."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher, Type

#: The form in which a password is hashed; two keyboards may send "é" or "й" differently.
NORMAL_FORM: Final = "NFKD"
SHORTEST, LONGEST = 12, 200


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


#: 64 MiB and three passes (RFC 9106, second recommended choice): about 0.15 s on the machines of a post.
REAL = Cost(65_536, 3, 4)
#: For tests only: the same algorithm for next to nothing.
CHEAP = Cost(8, 1, 1)

_cost = REAL


def use(cost: Cost) -> None:
    """Sets what hashes made by this process cost."""
    global _cost
    _cost = cost


def cost() -> Cost:
    return _cost


def normal(password: str) -> str:
    return unicodedata.normalize(NORMAL_FORM, password)


def hashed(password: str) -> str:
    """The encoded argon2id hash, with its parameters and a salt of its own."""
    chosen = PasswordHasher(time_cost=_cost.passes, memory_cost=_cost.memory, parallelism=_cost.lanes, type=Type.ID)
    return chosen.hash(normal(password))


def fresh() -> str:
    """A password for a new account: 80 random bits, readable at a counter."""
    letters = "abcdefghjkmnpqrstvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4)) + secrets.choice(letters)

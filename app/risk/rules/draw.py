"""Chance that nobody chooses beforehand and everybody can check afterwards.

Each post has a secret seed a day. Its digest is journaled before the first draw (the commitment), the seed when the day is
over. A consignment's number follows from the seed and the assessment's random key, which no trader sees or chooses.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

NUMBERS = 10_000
_TAKEN = 8  # bytes of the digest; what the remainder favours is less than one in 10^14


def new_seed() -> bytes:
    return secrets.token_bytes(32)


def commitment(seed: bytes) -> str:
    """SHA-256 of a seed, hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def number(seed: bytes, assessment: UUID) -> int:
    """From 0 to 9999: HMAC-SHA256 of the assessment's key under the seed."""
    return _reduced(hmac.digest(seed, assessment.bytes, "sha256"))


def number_of_key(assessment: UUID) -> int:
    """The same of what was assessed before there were seeds: from the key alone."""
    return _reduced(hashlib.sha256(b"lane" + assessment.bytes).digest())


def _reduced(digest: bytes) -> int:
    return int.from_bytes(digest[:_TAKEN], "big") % NUMBERS

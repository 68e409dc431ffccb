"""Identifiers made in Python, so that no sequence is shared between posts."""

from __future__ import annotations

import os
import secrets
import threading
import time
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to be misread at a window
_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit count within the millisecond, 62 random bits.

    Keys made by one process sort in the order they were made.
    """
    global _last
    with _lock:
        tick = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = tick
    high = (tick >> 12 & (1 << 48) - 1) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64
    return UUID(int=high | 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2)


def reference(post: str) -> str:
    """A server-made name such as TJPPJ-7K3M-92QX-AB1C: 60 random bits, readable aloud, not from a gap-free series."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{post}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"

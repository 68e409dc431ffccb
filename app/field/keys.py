"""The key of a device: gzf_<id>_<secret>. Shown to the device once; only its SHA-256 is kept.

Its mark, gzm_<id>_<proof>, follows from that hash. It says which device a browser is and opens nothing: the key cannot be
had from it, and it is never taken for one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from app.core.ids import uuid7

_FORM = re.compile(r"gzf_([0-9a-f]{32})_[A-Za-z0-9_-]{43}", re.ASCII)
_MARK = re.compile(r"gzm_([0-9a-f]{32})_[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new key: its text, what is stored of it, and the 256 bits that open a store whose code was forgotten."""

    id: UUID
    text: str = field(repr=False)
    digest: bytes
    recovery: bytes = field(repr=False)


def fresh() -> Fresh:
    id = uuid7()
    text = f"gzf_{id.hex}_{secrets.token_urlsafe(32)}"
    return Fresh(id, text, digest(text), secrets.token_bytes(32))


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("ascii")).digest()


def id_of(text: str) -> UUID | None:
    """The id within a key, or None if the text is not one."""
    found = _FORM.fullmatch(text)
    return UUID(hex=found[1]) if found else None


def mark(id: UUID, digest: bytes) -> str:
    """What a browser keeps to say which device it is; `digest` is what is stored of the key."""
    return f"gzm_{id.hex}_{hmac.new(digest, b'mark', hashlib.sha256).hexdigest()}"


def id_of_mark(text: str) -> UUID | None:
    """The id within a mark, or None if the text is not one."""
    found = _MARK.fullmatch(text)
    return UUID(hex=found[1]) if found else None

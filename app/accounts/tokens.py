"""The text of an API token: gz_<id>_<secret>. Shown once; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from app.core.ids import uuid7

_FORM = re.compile(r"gz_([0-9a-f]{32})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """A new token: its text, and what is stored of it."""

    id: UUID
    text: str
    digest: bytes


def fresh() -> Shown:
    """A token with 256 random bits."""
    key = uuid7()
    text = f"gz_{key.hex}_{secrets.token_urlsafe(32)}"
    return Shown(key, text, digest(text))


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("ascii")).digest()


def key_of(text: str) -> UUID | None:
    """The id within a token, or None if the text is not one."""
    found = _FORM.fullmatch(text)
    return UUID(hex=found[1]) if found else None

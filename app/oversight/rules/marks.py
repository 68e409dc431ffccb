"""A checkpoint: what a post's chain was at a moment, signed with the post's key. Pure.

A file of checkpoints has one a line, as JSON:

    {"post": "TJPPJ", "number": 4711, "hash": "<64 hex>", "at": "2026-03-02T08:00:00.000000Z",
     "key": "<16 hex>", "signature": "<128 hex>"}

Signed (Ed25519) is `guzar checkpoint 1`, a line feed, and the canonical JSON of the first four.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from app.core import canonical

_PURPOSE = b"guzar checkpoint 1\n"
_POST = re.compile(r"[A-Z]{2}[A-Z0-9]{3}", re.ASCII)
_NAMES = frozenset({"post", "number", "hash", "at", "key", "signature"})
#: A line of a file; longer ones are not read.
LONGEST_LINE = 600


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkpoint; `key` is the id of the key set that signed it."""

    post: str
    number: int
    hash: bytes
    at: dt.datetime
    key: str = ""
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        said = {"post": self.post, "number": self.number, "hash": self.hash.hex(), "at": canonical.instant(self.at)}
        return _PURPOSE + canonical.encode(said)

    def as_json(self) -> dict[str, Any]:
        """The checkpoint as it is written and sent."""
        return {
            "post": self.post,
            "number": self.number,
            "hash": self.hash.hex(),
            "at": canonical.instant(self.at),
            "key": self.key,
            "signature": self.signature.hex(),
        }


def read(line: str) -> Mark:
    """The checkpoint of a line. Raises `ValueError` saying what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise ValueError("the line is too long")
    try:
        said = canonical.loads(line)
    except ValueError as error:
        raise ValueError("the line is no JSON") from error
    if not isinstance(said, dict) or set(said) != _NAMES:
        raise ValueError("the line does not have the six fields of a checkpoint")
    number = said["number"]
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("the number is not one of an entry")
    if not isinstance(said["post"], str) or not _POST.fullmatch(said["post"]):
        raise ValueError("the post is not a code")
    return Mark(
        said["post"], number, _bytes(said, "hash", 32), _moment(said["at"]),
        _bytes(said, "key", 8).hex(), _bytes(said, "signature", 64),
    )  # fmt: skip


def _bytes(said: dict[str, Any], name: str, length: int) -> bytes:
    value = said[name]
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{2 * length}}}", value, re.ASCII):
        raise ValueError(f"{name} is not {2 * length} hexadecimal digits")
    return bytes.fromhex(value)


def _moment(value: object) -> dt.datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise ValueError("the time is not one in UTC")
    moment = dt.datetime.fromisoformat(value)
    if canonical.instant(moment) != value:
        raise ValueError("the time is not written as this program writes it")
    return moment

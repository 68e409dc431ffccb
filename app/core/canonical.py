"""JSON in one form only: RFC 8785, so that a hash over it means the same everywhere.

orjson with sorted keys gives exactly RFC 8785 for what is allowed here: strings, whole numbers within ±2^53, true,
false, null, lists and objects. A fraction is refused, because two machines may print it differently; money and masses
are strings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import rfc8785

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATETIME
#: RFC 8785 sorts names by UTF-16 units, orjson by code points: they differ only where a character takes two units.
_ASTRAL = re.compile(rb"[\xf0-\xf4]")


def plain(value: Any) -> Any:
    """JSON-ready copy: Decimal, UUID, times and enumerations become strings; a float is a mistake of ours."""
    if value is None or isinstance(value, str | bool | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return scalar(value)


def scalar(value: Any) -> str:
    """The text of a value that JSON has no word for."""
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def instant(value: dt.datetime) -> str:
    """A time as text: UTC, microseconds always, Z."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(value: Any) -> bytes:
    """The canonical bytes of a JSON-ready value (see `plain`)."""
    encoded = orjson.dumps(value, option=_CANONICAL, default=scalar)
    if _ASTRAL.search(encoded):
        return rfc8785.dumps(plain(value))
    return encoded


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, hexadecimal."""
    return hashlib.sha256(encode(value)).hexdigest()


def dumps(value: Any) -> str:
    """For JSON columns."""
    return orjson.dumps(value, default=scalar).decode()


loads = orjson.loads

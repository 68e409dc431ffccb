"""What somebody wants of a claim or a filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody works on: `about` is declaration or movement, `post` where he works on it."""

    post: str
    about: str
    subject: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class KeepFilter:
    """A filter under a name, for one list: `asked` are the words of its address. The same name again replaces it."""

    of: str
    name: str
    asked: Mapping[str, str]
    is_default: bool = False

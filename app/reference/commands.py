"""What is asked of the code lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.reference.codebook import Entry


@dataclass(frozen=True, slots=True)
class EnterCode:
    """A meaning of a code from a day on, as somebody wants it; `rules.findings` says what is wrong with it.

    `valid_to` closes it: the last day on which it may be used. `reason` goes into the journal.
    """

    list: str
    code: str
    valid_from: dt.date
    names: Mapping[str, str]
    reason: str
    valid_to: dt.date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    verified: bool = False

    @classmethod
    def of(cls, entry: Entry, reason: str) -> EnterCode:
        """The entry as a wish."""
        return cls(
            entry.list, entry.code, entry.valid_from, entry.names, reason,
            entry.valid_to, entry.attributes, entry.source, entry.verified,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revise:
    """Rows of one list that two persons have agreed on: what each was, and what it becomes.

    `reason` and `digest` (of the difference) go into the journal, with the proposal that was approved.
    """

    list: str
    rows: tuple[tuple[Entry | None, Entry], ...]
    reason: str
    digest: str
    proposal: UUID

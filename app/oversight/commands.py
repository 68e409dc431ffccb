"""What the verbs of oversight are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

#: Days that a week's report covers.
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CountTrucks:
    """How many trucks passed the gate of a post on a day: counted by a guard or a camera, apart from the papers."""

    post: str
    day: dt.date
    direction: str
    source: str
    trucks: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """What is said to one case: explained, measures, or to be investigated; and in which words."""

    report: UUID
    number: int
    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class SignReport:
    """A supervisor has read the week. `seen` is how many cases his page showed."""

    report: UUID
    seen: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One case that a rule names: which thing, who took part, and the facts of the rule's sentence."""

    rule: str
    kind: str
    subject: str
    reference: str
    at: dt.datetime | None = None
    persons: Sequence[tuple[UUID, str]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that does not say what the journal says: `problem` names how."""

    kind: str
    post: str
    subject: str
    key: str
    kept: Any = None
    told: Any = None

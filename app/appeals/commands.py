"""What somebody asks of an appeal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Target:
    """What is appealed against: its kind, its id, and when the firm could know of it. `until` is the last moment at which an
    appeal against it is in time."""

    against: str
    id: UUID
    at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """The declaration or movement that it concerns, at its own post, and the firm."""

    post: str
    reference: str
    mrn: str
    party: str
    declaration_id: UUID | None = None
    movement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lodge:
    """An appeal: why, what is wanted, and, where the term is over, why it comes late."""

    against: str
    grounds: str
    wanted: str = ""
    of: str = ""
    late_reason: str = ""
    attachments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Admit:
    """Whether it is looked into, and why it is not."""

    accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` is uphold, uphold-partly or reject; `reconsider` asks that the decision be taken back, by two persons."""

    outcome: str
    answer: str
    reconsider: bool = False

"""What the verbs of selectivity are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Subject:
    """What is assessed, where and when in its life. `movement` is the office of departure and the key of a movement."""

    post: str
    stage: str
    declaration: UUID | None = None
    movement: tuple[str, UUID] | None = None

    @property
    def kind(self) -> str:
        return "movement" if self.movement is not None else "declaration"


@dataclass(frozen=True)
class DefineProfile:
    """A profile that the node itself ships, or a new version of one. `status` is in_force or shadow."""

    code: str
    expression: str
    lane: str
    names: dict[str, str]
    instruction: dict[str, str]
    source: str
    posts: tuple[str, ...] = ()
    criteria: dict[str, Any] | None = None
    reason: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("declaration",)
    spare_trusted: bool = False
    expected_rate: str | None = None
    status: str = "in_force"


@dataclass(frozen=True)
class Words:
    """What an analyst writes of a profile. `criteria` as they are built on the screen, or else an `expression`."""

    lane: str
    names: dict[str, str]
    reason: dict[str, str]
    instruction: dict[str, str]
    source: str
    criteria: dict[str, Any] | None = None
    expression: str = ""
    kinds: tuple[str, ...] = ("declaration",)
    posts: tuple[str, ...] = ()
    spare_trusted: bool = False
    expected_rate: Decimal | None = None
    valid_to: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeProfile:
    """A profile is to be put in force. `knowing_wide` says that its author has read how much it would stop and asks for a
    third person."""

    code: str
    version: int
    reason: str
    knowing_wide: bool = False


@dataclass(frozen=True, slots=True)
class SetShare:
    """Per cent of a post's clean consignments ("*" for every post) to be stopped by chance, and in which lane."""

    post: str
    share: Decimal
    lane: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProposeTrusted:
    """A firm is to be trusted until a day, at some posts or (none named) at all. `evidence` says by the code of a criterion
    what shows that it is met; of those that the system finds by itself there is none."""

    party: str
    evidence: dict[str, str]
    valid_to: dt.date | None
    reason: str
    posts: tuple[str, ...] = ()

"""What somebody asks of seals and devices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReceiveSeals:
    """Seals that came to a post from their maker."""

    post: str
    maker: str
    grade: str
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueSeals:
    """Seals of a post handed to the officer who will apply them."""

    post: str
    serials: tuple[str, ...]
    officer: UUID
    officer_name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A seal on a movement: `plate` and `container` say on what, `place` where on it; `photo` an attachment."""

    serial: str
    plate: str | None = None
    container: str | None = None
    place: str = ""
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """The movement that bears seals, with the plates and containers that it declares; `wheels` are the plates that it is
    on now."""

    post: str
    id: UUID
    mrn: str
    plates: frozenset[str]
    containers: frozenset[str]
    wheels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangeSeals:
    """Serials that come off at an office on the way, and those that go on in their place."""

    reference: str
    office: str
    off: tuple[str, ...]
    on: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CheckSeal:
    """View, verify, tug, twist: each in order or not. Not in order is broken."""

    serial: str
    view: bool
    verify: bool
    tug: bool
    twist: bool
    remarks: str = ""
    photo: UUID | None = None

    @property
    def in_order(self) -> bool:
        return self.view and self.verify and self.tug and self.twist


@dataclass(frozen=True, slots=True)
class RegisterDevice:
    """An electronic seal, a GPS unit or a weighbridge; `post` answers for it."""

    post: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """What a device tells: its own count of events, its clock, where it is, and what it measured."""

    sequence: int
    told: str
    at: dt.datetime
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    facts: dict[str, Any] | None = None

"""What a device is told to be, and what comes back from one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What can be recorded at the truck, in the words that devices use."""

    START = "start"
    END = "end"
    FINDING = "finding"
    CORRECTION = "correction"
    PHOTO = "photo"
    MEASURE = "measure"
    SAMPLE = "sample"
    PERSON = "person"
    SEAL = "seal"
    CONCLUSION = "conclusion"


class DeviceKind(StrEnum):
    PHONE = "phone"
    TABLET = "tablet"


class Outcome(StrEnum):
    APPLIED = "applied"
    CONFLICT = "conflict"
    REFUSED = "refused"


class Verdict(StrEnum):
    LATE = "late"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Register:
    """A device of the person who asks. `kind` is phone or tablet."""

    post: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record of a device: its own `id`, its place in the order of the device, what it is about and what it says.

    `claimed` is the time the device's clock showed, as text; nothing depends on it. `photo` are the bytes of a picture.
    """

    id: UUID
    sequence: int
    kind: str
    reference: str
    claimed: str
    body: dict[str, Any]
    photo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a record: outcome applied, conflict or refused, and the answer given to the device.

    `conflict` keeps both sides: `moment` is when it was received. `again`: it had come before, and nothing was done now.
    """

    id: UUID
    sequence: int
    outcome: str
    answer: dict[str, Any]
    received_at: dt.datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """How a conflict ends: `late` adds it as a late remark, `set_aside` leaves it out with the reason."""

    verdict: str
    reason: str

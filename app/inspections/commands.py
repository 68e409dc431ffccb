"""What somebody wants of an inspection: an order, an appointment, what is recorded, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Recorded:
    """How it came: the client's own id of what it recorded (the same id twice is the same row), the device, and the
    device's clock, which is kept as a claim beside the database's time."""

    id: UUID | None = None
    device: UUID | None = None
    noted_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Look at it: `steps` are (agency, type). What is ordered already stays; what is not, is added. `extent` is per cent
    of the packages; `instruction` says in words what to look for."""

    steps: tuple[tuple[str, str], ...]
    reason: str = "raised"
    reason_words: str = ""
    instruction: str = ""
    extent: int | None = None
    due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Appoint:
    """When and where all of them look at it together."""

    place: str
    slot_from: dt.datetime
    slot_to: dt.datetime


@dataclass(frozen=True, slots=True)
class Assign:
    """Draw somebody of those on duty for the steps of an agency (once: who is drawn stays, until a supervisor names
    another)."""

    agency: str = "customs"


@dataclass(frozen=True, slots=True)
class Reassign:
    """A supervisor names another person, and says why."""

    person: UUID
    name: str
    reason: str
    agency: str = "customs"


@dataclass(frozen=True, slots=True)
class StartStep:
    """Somebody has begun to look in this way."""

    type: str
    agency: str = "customs"


@dataclass(frozen=True, slots=True)
class EndStep:
    """It is done, or waived with a reason. `official` names who looked for another agency."""

    type: str
    agency: str = "customs"
    outcome: str = "done"
    reason: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class AddFinding:
    """`control` is a code of the control types (10 documentary, 40 physical, 41 seals …); `item` None is the whole.

    `kind` says what is otherwise (None: match, or other); `facts` what was found: commodity, quantity, unit, net_kg,
    gross_kg, packages, origin, value, currency, description, marks, all texts, numbers as plain digits. What is declared
    is not taken from here. `explains` is a measurement out of tolerance.
    """

    control: str
    conform: bool
    found: str
    declared: str = ""
    item: int | None = None
    type: str | None = None
    kind: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    agency: str = "customs"
    explains: UUID | None = None


@dataclass(frozen=True, slots=True)
class CorrectFinding:
    """Another finding takes the place of one; both stay to be read."""

    corrects: UUID
    finding: AddFinding


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A photo as the camera made it: JPEG, PNG, WebP or TIFF."""

    name: str
    content: bytes
    caption: str = ""
    item: int | None = None
    type: str | None = None
    finding: UUID | None = None


@dataclass(frozen=True, slots=True)
class AddMeasure:
    """`what` is weighing (gross_kg, axles, tare_kg), radiation (level, unit) or scan (image). `instrument` names the
    device, `calibrated_on` the day of its last calibration; `corrects` one that was written down wrongly by hand."""

    what: str
    instrument: str
    calibrated_on: dt.date | None = None
    gross_kg: Decimal | None = None
    axles: tuple[Decimal, ...] = ()
    tare_kg: Decimal | None = None
    level: Decimal | None = None
    unit: str | None = None
    alarm: bool = False
    image: UUID | None = None
    remarks: str = ""
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class LinkReading:
    """What an instrument of the post told under a number of its own belongs to this inspection."""

    device: UUID
    sequence: int


@dataclass(frozen=True, slots=True)
class TakeSample:
    """A sample for a laboratory: what, how much (plain digits and a unit), under which seal, to answer what."""

    description: str
    quantity: str
    unit: str
    laboratory: str
    question: str
    item: int | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True)
class MoveSample:
    """`event` is handed, received, returned or destroyed; `holder` who has it then, `intact` whether its seal was whole."""

    sample: UUID
    event: str
    holder: str
    intact: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ResultOfSample:
    """What the laboratory found, and the number of its paper."""

    sample: UUID
    conform: bool
    words: str
    document: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Somebody who is there: declarant, driver, owner, carrier, witness, expert, officer, official, other. Who refuses to
    sign may say why."""

    full_name: str
    role: str
    document: str = ""
    of: str = ""
    signs: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NoteSeal:
    """A seal seen (intact, broken, different, missing), removed or set; on which plate or container, where."""

    what: str
    serial: str
    condition: str = "intact"
    bearer: str = ""
    place: str = ""
    remarks: str = ""
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class Conclude:
    """`conclusion` is conform, discrepancy or offence; `recommendation` what the inspector advises (release,
    release-with-correction, query, hold, seize, refuse, return, destroy). Another person decides."""

    conclusion: str
    summary: str
    recommendation: str = ""

"""What an act of inspection says, version 1. Frozen at issue: nothing is looked up again when it is printed.

The fields follow the act of customs inspection that is known in the region (Decision 260 of the Customs Union's Commission,
20.05.2010). Why goods were chosen for inspection is never part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.kit.plain import Plain, aware

MOST_ITEMS = 1999


@dataclass(frozen=True)
class Step:
    """One way of looking by one agency. `status` is done or waived; who waives says why."""

    type: str
    agency: str = "customs"
    status: str = "done"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    official: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Official:
    """Somebody of an agency who looked or wrote down."""

    name: str
    agency: str = "customs"


@dataclass(frozen=True)
class Person:
    """Somebody who was there, of whom, and the paper that says who he is. Who refused to sign may have said why."""

    name: str
    role: str
    of: str = ""
    document: str = ""
    signs: bool = True
    remark: str = ""


@dataclass(frozen=True)
class Measure:
    """What an instrument told. Masses in kilograms; `source` says that it told it by itself, else somebody read it off.
    `image` is the SHA-256 of a scan's image."""

    what: str
    instrument: str
    at: datetime
    calibrated_on: date | None = None
    source: bool = False
    gross_kg: Decimal | None = None
    axles: tuple[Decimal, ...] = ()
    tare_kg: Decimal | None = None
    declared_kg: Decimal | None = None
    within: bool | None = None
    level: Decimal | None = None
    unit: str = ""
    alarm: bool = False
    image: str = ""
    remarks: str = ""
    corrected: bool = False


@dataclass(frozen=True)
class Seal:
    """A seal that was seen, removed or set, in which condition, and what it is on."""

    serial: str
    deed: str
    condition: str = "intact"
    bearer: str = ""
    place: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class Fact:
    """A column of the declaration: what is declared, and what was found."""

    name: str
    declared: str
    found: str


@dataclass(frozen=True)
class Finding:
    """What was found with a control at an item (None: all goods). `corrected_by` is the number of the finding that takes its
    place, `corrects` that of the one whose place it takes."""

    number: int
    control: str
    control_names: Mapping[str, str]
    kind: str
    conform: bool
    found: str
    item: int | None = None
    agency: str = "customs"
    declared: str = ""
    facts: tuple[Fact, ...] = ()
    official: str = ""
    corrected_by: int | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class Sample:
    """What was taken for a laboratory, under which seal, to answer what."""

    number: int
    description: str
    quantity: str
    laboratory: str
    question: str = ""
    seal: str = ""
    item: int | None = None


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept."""

    sha256: str
    caption: str = ""
    item: int | None = None


@dataclass(frozen=True)
class InspectionAct(Plain):
    """An act of a concluded inspection. `inspected` is goods or documents, `extent` per cent of the packages that were to
    be opened; `gross_kg` and `packages` are those of the papers. `began_at` is when somebody began to look."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    inspected: str
    began_at: datetime
    ended_at: datetime
    concluded_by: str
    conclusion: str
    summary: str
    recommendation: str = ""
    place: str = ""
    extent: int | None = None
    consignor: Party = field(default_factory=Party)
    consignee: Party = field(default_factory=Party)
    dispatched_from: str = ""
    destined_for: str = ""
    papers: tuple[str, ...] = ()
    vehicle: Vehicle = field(default_factory=Vehicle)
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    driver: str = ""
    driver_paper: str = ""
    gross_kg: Decimal | None = None
    packages: int | None = None
    officials: tuple[Official, ...] = ()
    steps: tuple[Step, ...] = ()
    persons: tuple[Person, ...] = ()
    measures: tuple[Measure, ...] = ()
    seals: tuple[Seal, ...] = ()
    findings: tuple[Finding, ...] = ()
    samples: tuple[Sample, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def __post_init__(self) -> None:
        for name in ("issued_at", "began_at", "ended_at"):
            aware(getattr(self, name), name)

"""What a supervisor writes down about duty, qualifications and conflicts of interest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PlanShift:
    """A person is on duty at a post from a moment to another one, for an agency; `place` and `lane` where it matters."""

    login: str
    post: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    agency: str = "customs"
    place: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class ChangeShift:
    """Other hours, place or lane for a shift; what stood there before stays on record as it was until now."""

    shift: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    reason: str
    agency: str = "customs"
    place: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class CancelShift:
    shift: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Qualify:
    """A person may do inspections of a type (`kind` "type") or acts for an agency (`kind` "agency"), by a certificate,
    from a day to a day, both included, or without end."""

    login: str
    post: str
    kind: str
    code: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class EndQualification:
    qualification: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DeclareConflict:
    """A person's interest in a firm: its number, its name, or both. The person tells it himself, or a supervisor does."""

    login: str
    post: str
    party: str
    party_name: str
    relation: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EndConflict:
    conflict: UUID
    reason: str

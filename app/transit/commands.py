"""What somebody asks of a transit movement.

An official acts for an `office` of the movement. `version` is the version he saw; None takes whatever is there, for
commands typed by hand and for what the node does by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.transit.declared import Declared, HouseItem

__all__ = [
    "DISCREPANCIES",
    "Amend",
    "AnswerEnquiry",
    "Arrive",
    "CloseEnquiry",
    "ConcludeControl",
    "Continue",
    "DecideAmendment",
    "DecideIncident",
    "Declared",
    "DeleteDraft",
    "Discharge",
    "Extend",
    "FindDiscrepancies",
    "Found",
    "HouseItem",
    "Invalidate",
    "LodgeMovement",
    "OpenEnquiry",
    "OrderControl",
    "Pass",
    "PermitUnloading",
    "Present",
    "RaiseAlarm",
    "RefuseGuarantee",
    "RefuseRelease",
    "Reject",
    "Release",
    "RemarkUnloading",
    "ReportIncident",
    "ResolveDiscrepancy",
    "SaveDraft",
    "SeeAlarm",
    "SettleRecovery",
    "StartRecovery",
    "Weigh",
]


@dataclass(frozen=True, slots=True)
class LodgeMovement:
    """Lodge what is declared; `draft` names the draft it was written in, with the version its writer saw."""

    declared: Declared
    draft: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what is written so far. `body` is the movement's JSON, complete or not, without access codes (see
    `schemas.draft_words`); `party` is the firm acted for. `source` names the stored message it was read from."""

    post: str
    body: dict[str, Any]
    party: str | None = None
    reference: str | None = None
    version: int | None = None
    source: UUID | None = None
    unread: tuple[dict[str, str], ...] = ()
    remarks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteDraft:
    reference: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Present:
    """The goods of a prelodged movement are at the office of departure; `location` says where in its yard."""

    reference: str
    location: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Amend:
    """What shall be declared instead, whole, and why."""

    reference: str
    declared: Declared
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Invalidate:
    """Why a movement shall count no more: the holder's wish before release, an office's proposal after it."""

    reference: str
    reason: str
    office: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DecideAmendment:
    """An official's word on a request to amend or to invalidate; a rejection needs its `answer`."""

    reference: str
    number: int
    accept: bool
    answer: str = ""
    office: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeLane:
    """Another lane for the movement, and why."""

    reference: str
    office: str
    lane: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Refused as a declaration, before anything was looked at."""

    reference: str
    office: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class OrderControl:
    """Look at it: `types` are codes of the list control_type; `requested` the documents asked for, [{type, text}]."""

    reference: str
    office: str
    types: tuple[str, ...]
    requested: tuple[dict[str, Any], ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ConcludeControl:
    """What a control found: conform, not-conform or waived; the last two say why in `remarks`. `evidence` are ids of
    attachments with photos."""

    reference: str
    office: str
    number: int
    result: str
    remarks: str = ""
    evidence: tuple[str, ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RefuseGuarantee:
    """The guarantee does not do. `reasons` are [{grn, code, text}] with codes of the list invalid_guarantee_reason;
    until `amend_by` the holder may name another."""

    reference: str
    office: str
    reasons: tuple[dict[str, Any], ...]
    amend_by: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Let it go. `limit_at` is when it has to be at its destination; None is the latest the rules allow."""

    reference: str
    office: str
    limit_at: dt.datetime | None = None
    remarks: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RefuseRelease:
    reference: str
    office: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Seen at an office of transit or of exit."""

    reference: str
    office: str
    plate: str
    seals_ok: bool
    remarks: str = ""
    passed_at: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Extend:
    """More time on the road, and why."""

    reference: str
    office: str
    limit_at: dt.datetime
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ReportIncident:
    """Something happened on the way. `code` is one of `lifecycle.Incident`; `means` the new vehicle, trailer or
    container, `seals` the new seals; `evidence` ids of attachments. `office` is None where the holder tells it;
    `source` is holder, office or device."""

    reference: str
    code: str
    text: str
    place: str
    happened_at: dt.datetime
    country: str | None = None
    endorsement: str | None = None
    means: dict[str, Any] | None = None
    seals: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    office: str | None = None
    source: str = "holder"
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DecideIncident:
    """`outcome` is one of `lifecycle.IncidentOutcome`."""

    reference: str
    office: str
    number: int
    outcome: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Arrive:
    """The goods are at an office of destination. `procedure` is normal (brought to the office) or simplified (to an
    approved place, `location`). `arrived_at` None is now."""

    reference: str
    office: str
    procedure: str = "normal"
    location: str | None = None
    arrived_at: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PermitUnloading:
    reference: str
    office: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is not as declared. `item` None is the whole; `field` one of `DISCREPANCIES`; `found` what is
    there instead. What was declared is known and not asked again."""

    field: str
    item: int | None = None
    found: str | None = None
    remarks: str | None = None


#: What may differ (a check of the table of discrepancies).
DISCREPANCIES = (
    "missing",
    "excess",
    "packages",
    "gross_kg",
    "net_kg",
    "commodity",
    "description",
    "seal",
    "vehicle",
    "document",
)


@dataclass(frozen=True, slots=True)
class RemarkUnloading:
    """What was unloaded under permission `number`. `complete`: nothing is left on the vehicle; `conform`: all is as
    declared, else `discrepancies` say what is not; `seals_ok` None where there were no seals."""

    reference: str
    office: str
    number: int
    unloaded_on: dt.date
    complete: bool
    conform: bool
    seals_ok: bool | None = None
    remarks: str = ""
    discrepancies: tuple[Found, ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True)
class FindDiscrepancies:
    """What an officer found to differ from what is declared."""

    reference: str
    office: str
    discrepancies: tuple[Found, ...]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ResolveDiscrepancy:
    """`resolution` is one of `lifecycle.Resolution`."""

    reference: str
    office: str
    number: int
    resolution: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """The rest goes on to the next office of destination."""

    reference: str
    office: str
    remarks: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Discharge:
    """The movement ended as it should. `reservation` is a remark that the guarantor is to see (TIR: with or without
    reservation); `reason` is needed where it is discharged without arrival (proof) or after recovery."""

    reference: str
    office: str
    reason: str = ""
    reservation: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class OpenEnquiry:
    """Goods did not arrive. `answer_by` None is the usual time."""

    reference: str
    office: str
    reason: str
    answer_by: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerEnquiry:
    """What the holder (`office` None) or an office knows: `says` is under-way, arrived, returned, lost or unknown."""

    reference: str
    says: str
    text: str
    evidence: tuple[str, ...] = ()
    office: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class CloseEnquiry:
    """`outcome` is one of `lifecycle.EnquiryOutcome`; goods that are still under way get a new limit."""

    reference: str
    office: str
    outcome: str
    reason: str
    limit_at: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class StartRecovery:
    """What is asked of holder and guarantor: `amount` in `currency`."""

    reference: str
    office: str
    amount: Decimal
    currency: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SettleRecovery:
    """How the recovery was paid: a receipt, a claim on the guarantor."""

    reference: str
    office: str
    paid_as: str
    #: The guarantors pay what is asked, out of what the movement took of their guarantees; the rest is given back.
    by_guarantor: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Weigh:
    """The weight of the whole vehicle in kg; `moment` is entry, control, exit or arrival; `weighed_at` None is now."""

    reference: str
    office: str
    moment: str
    gross_kg: Decimal
    ticket: str | None = None
    weighed_at: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Told once for each `cause` of a `kind`: limit-passed, weight, deviation or seal."""

    reference: str
    kind: str
    cause: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeeAlarm:
    reference: str
    office: str
    kind: str
    cause: str

"""The kinds of official papers beside the permit, and what somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from app.core.text import Text, _


class Kind(StrEnum):
    """What a paper is. A single administrative document is printed from what is declared and has no number of its own."""

    NOTICE = "assessment-notice"
    RECEIPT = "payment-receipt"
    EXIT_NOTE = "exit-note"
    SAD = "sad"
    TRANSIT_DOCUMENT = "transit-document"
    UNLOADING_PERMISSION = "unloading-permission"
    ARRIVAL_RECEIPT = "arrival-receipt"
    DECISION_NOTICE = "decision-notice"
    DETENTION_NOTE = "detention-note"
    SEIZURE_RECORD = "seizure-record"
    INSPECTION_ACT = "inspection-act"


#: Papers of goods that are held or seized, whether they are declared or in transit.
OF_EITHER = (Kind.DETENTION_NOTE, Kind.SEIZURE_RECORD)
#: Papers of a declaration, and of a transit movement.
OF_DECLARATION = (
    Kind.NOTICE,
    Kind.RECEIPT,
    Kind.EXIT_NOTE,
    Kind.SAD,
    Kind.DECISION_NOTICE,
    *OF_EITHER,
    Kind.INSPECTION_ACT,
)
OF_MOVEMENT = (Kind.TRANSIT_DOCUMENT, Kind.UNLOADING_PERMISSION, Kind.ARRIVAL_RECEIPT)


#: What the official papers of a post are called, the permit among them.
NAMES: dict[str, Text] = {
    "permit": _("Clearance permit"),
    Kind.NOTICE: _("Assessment notice"),
    Kind.RECEIPT: _("Receipt"),
    Kind.EXIT_NOTE: _("Exit note"),
    Kind.SAD: _("Single administrative document"),
    Kind.TRANSIT_DOCUMENT: _("Transit accompanying document"),
    Kind.UNLOADING_PERMISSION: _("Unloading permission"),
    Kind.ARRIVAL_RECEIPT: _("Arrival receipt"),
    Kind.DECISION_NOTICE: _("Notice of decision"),
    Kind.DETENTION_NOTE: _("Detention note"),
    Kind.SEIZURE_RECORD: _("Seizure record"),
    Kind.INSPECTION_ACT: _("Act of inspection"),
}

#: The form and its version that a kind is issued in now; older papers keep theirs.
FORMS_IN_USE: dict[str, tuple[str, int]] = {
    Kind.NOTICE: ("assessment_notice", 1),
    Kind.RECEIPT: ("payment_receipt", 1),
    Kind.EXIT_NOTE: ("exit_note", 1),
    Kind.SAD: ("sad", 1),
    Kind.TRANSIT_DOCUMENT: ("transit_document", 1),
    Kind.UNLOADING_PERMISSION: ("unloading_permission", 1),
    Kind.ARRIVAL_RECEIPT: ("arrival_receipt", 1),
    Kind.DECISION_NOTICE: ("decision_notice", 1),
    Kind.DETENTION_NOTE: ("detention_note", 1),
    Kind.SEIZURE_RECORD: ("seizure_record", 1),
    Kind.INSPECTION_ACT: ("inspection_act", 1),
}

#: The class of a form's content.
CONTENTS: dict[str, str] = {
    "assessment_notice": "AssessmentNotice",
    "payment_receipt": "PaymentReceipt",
    "exit_note": "ExitNote",
    "sad": "Sad",
    "transit_document": "TransitDocument",
    "unloading_permission": "UnloadingPermission",
    "arrival_receipt": "ArrivalReceipt",
    "decision_notice": "DecisionNotice",
    "detention_note": "DetentionNote",
    "seizure_record": "SeizureRecord",
    "inspection_act": "InspectionAct",
}


class Content(Protocol):
    """What a form says, as JSON."""

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to be issued: `subject` is the id of the assessment, payment, refund or exit it is about, `place` its
    number in the declaration (0 where it has none). `declaration_id` is None for money of a firm alone. A paper of a
    transit movement has `movement_id`, which is its subject too, and its place is the number of the document, the
    permission or the arrival."""

    kind: str
    number: str
    post: str
    declaration_id: UUID | None
    subject: UUID
    place: int
    party: str
    mrn: str
    reference: str
    content: Content
    movement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a paper concerns: the posts whose officials may have it printed, and the firms that may."""

    posts: tuple[str, ...]
    parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrustNeighbour:
    """Keys of another administration; `bundle` is its public trust bundle, JSON."""

    administration: str
    bundle: str
    reason: str


@dataclass(frozen=True, slots=True)
class RevokeNeighbour:
    """A key of another administration that is to be believed no more."""

    key_id: str
    compromised: bool
    reason: str

"""States of a transit movement, with the table of allowed moves, and what each office has to do in each of them."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Kind(StrEnum):
    NATIONAL = "national"
    INTERNATIONAL = "international"
    TIR = "tir"


class Status(StrEnum):
    DRAFT = "draft"
    PRELODGED = "prelodged"
    LODGED = "lodged"
    UNDER_CONTROL = "under_control"
    RELEASED_FOR_TRANSIT = "released_for_transit"
    INCIDENT = "incident"
    ARRIVED = "arrived"
    UNLOADING = "unloading"
    DISCREPANCIES = "discrepancies"
    DISCHARGED = "discharged"
    ENQUIRY = "enquiry"
    RECOVERY = "recovery"
    REJECTED = "rejected"
    INVALIDATED = "invalidated"
    NOT_RELEASED = "not_released"


class Action(StrEnum):
    LODGE = "lodge"
    PRELODGE = "prelodge"
    PRESENT = "present"
    AMEND = "amend"
    INVALIDATE = "invalidate"
    REJECT = "reject"
    EXPIRE = "expire"
    CONTROL = "control"
    REFUSE_GUARANTEE = "refuse-guarantee"
    RELEASE = "release"
    REFUSE_RELEASE = "refuse-release"
    PASS = "pass"  # noqa: S105 - a move, not a secret
    EXTEND = "extend"
    REPORT_INCIDENT = "report-incident"
    CLOSE_INCIDENT = "close-incident"
    ARRIVE = "arrive"
    PERMIT_UNLOADING = "permit-unloading"
    REMARK = "remark"
    FIND_DISCREPANCIES = "find-discrepancies"
    RESOLVE = "resolve"
    CONTINUE = "continue"
    DISCHARGE = "discharge"
    OPEN_ENQUIRY = "open-enquiry"
    ANSWER_ENQUIRY = "answer-enquiry"
    CLOSE_ENQUIRY = "close-enquiry"
    START_RECOVERY = "start-recovery"


S, A = Status, Action

#: Every pair that is not here is refused. What is discharged, rejected, invalidated or not released stays so. After
#: release the holder can neither amend nor invalidate: NCTS answers "message out of sequence" (code 92), and so do we.
LIFE = Lifecycle(
    "transit_movement",
    Status,
    Action,
    {
        (S.DRAFT, A.LODGE): S.LODGED,
        (S.DRAFT, A.PRELODGE): S.PRELODGED,
        # Announced before the goods are there (additional declaration type D).
        (S.PRELODGED, A.PRESENT): S.LODGED,
        (S.PRELODGED, A.AMEND): S.PRELODGED,
        (S.PRELODGED, A.INVALIDATE): S.INVALIDATED,
        (S.PRELODGED, A.REJECT): S.REJECTED,
        (S.PRELODGED, A.EXPIRE): S.INVALIDATED,
        # Before the office of departure.
        (S.LODGED, A.AMEND): S.LODGED,
        (S.LODGED, A.INVALIDATE): S.INVALIDATED,
        (S.LODGED, A.REJECT): S.REJECTED,
        (S.LODGED, A.CONTROL): S.UNDER_CONTROL,
        (S.LODGED, A.REFUSE_GUARANTEE): S.LODGED,
        (S.LODGED, A.RELEASE): S.RELEASED_FOR_TRANSIT,
        (S.LODGED, A.REFUSE_RELEASE): S.NOT_RELEASED,
        (S.UNDER_CONTROL, A.AMEND): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.INVALIDATE): S.INVALIDATED,
        (S.UNDER_CONTROL, A.CONTROL): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.REFUSE_GUARANTEE): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.RELEASE): S.RELEASED_FOR_TRANSIT,
        (S.UNDER_CONTROL, A.REFUSE_RELEASE): S.NOT_RELEASED,
        # Under way. An office cancels (two persons); the holder cannot.
        (S.RELEASED_FOR_TRANSIT, A.INVALIDATE): S.INVALIDATED,
        (S.RELEASED_FOR_TRANSIT, A.PASS): S.RELEASED_FOR_TRANSIT,
        (S.RELEASED_FOR_TRANSIT, A.EXTEND): S.RELEASED_FOR_TRANSIT,
        (S.RELEASED_FOR_TRANSIT, A.REPORT_INCIDENT): S.INCIDENT,
        (S.RELEASED_FOR_TRANSIT, A.ARRIVE): S.ARRIVED,
        (S.RELEASED_FOR_TRANSIT, A.OPEN_ENQUIRY): S.ENQUIRY,
        # Leaves with the last open incident; others may happen meanwhile.
        (S.INCIDENT, A.PASS): S.INCIDENT,
        (S.INCIDENT, A.EXTEND): S.INCIDENT,
        (S.INCIDENT, A.REPORT_INCIDENT): S.INCIDENT,
        (S.INCIDENT, A.CLOSE_INCIDENT): S.RELEASED_FOR_TRANSIT,
        (S.INCIDENT, A.ARRIVE): S.ARRIVED,
        (S.INCIDENT, A.OPEN_ENQUIRY): S.ENQUIRY,
        (S.INCIDENT, A.START_RECOVERY): S.RECOVERY,
        # At the office of destination. With further destinations the rest goes on.
        (S.ARRIVED, A.CONTROL): S.ARRIVED,
        (S.ARRIVED, A.CLOSE_INCIDENT): S.ARRIVED,
        (S.ARRIVED, A.PERMIT_UNLOADING): S.UNLOADING,
        (S.ARRIVED, A.FIND_DISCREPANCIES): S.DISCREPANCIES,
        (S.ARRIVED, A.CONTINUE): S.RELEASED_FOR_TRANSIT,
        (S.ARRIVED, A.DISCHARGE): S.DISCHARGED,
        (S.UNLOADING, A.CONTROL): S.UNLOADING,
        (S.UNLOADING, A.CLOSE_INCIDENT): S.UNLOADING,
        (S.UNLOADING, A.PERMIT_UNLOADING): S.UNLOADING,
        (S.UNLOADING, A.REMARK): S.UNLOADING,
        (S.UNLOADING, A.FIND_DISCREPANCIES): S.DISCREPANCIES,
        (S.UNLOADING, A.CONTINUE): S.RELEASED_FOR_TRANSIT,
        (S.UNLOADING, A.DISCHARGE): S.DISCHARGED,
        (S.DISCREPANCIES, A.CONTROL): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.CLOSE_INCIDENT): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.FIND_DISCREPANCIES): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.PERMIT_UNLOADING): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.REMARK): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.RESOLVE): S.DISCREPANCIES,
        (S.DISCREPANCIES, A.CONTINUE): S.RELEASED_FOR_TRANSIT,
        (S.DISCREPANCIES, A.DISCHARGE): S.DISCHARGED,
        (S.DISCREPANCIES, A.START_RECOVERY): S.RECOVERY,
        # Did not arrive in time.
        (S.ENQUIRY, A.ANSWER_ENQUIRY): S.ENQUIRY,
        (S.ENQUIRY, A.CLOSE_ENQUIRY): S.RELEASED_FOR_TRANSIT,
        (S.ENQUIRY, A.ARRIVE): S.ARRIVED,
        (S.ENQUIRY, A.DISCHARGE): S.DISCHARGED,
        (S.ENQUIRY, A.START_RECOVERY): S.RECOVERY,
        (S.RECOVERY, A.DISCHARGE): S.DISCHARGED,
    },
)

#: Before the office of departure: it has to decide.
AT_DEPARTURE = (S.PRELODGED, S.LODGED, S.UNDER_CONTROL)
#: On the road: the limit runs, plates, seals and carnet are taken, the guarantee is debited.
UNDER_WAY = (S.RELEASED_FOR_TRANSIT, S.INCIDENT)
#: At an office of destination.
AT_DESTINATION = (S.ARRIVED, S.UNLOADING, S.DISCREPANCIES)
#: The office of departure looks for it.
LOOKED_FOR = (S.ENQUIRY, S.RECOVERY)
#: Released and not ended: what is debited stays debited.
OPEN = (*UNDER_WAY, *AT_DESTINATION, *LOOKED_FOR)
ENDED = (S.DISCHARGED, S.REJECTED, S.INVALIDATED, S.NOT_RELEASED)

#: The README draws the table in three pictures; each shows the moves of the states it names.
CHAPTERS: dict[str, tuple[Status, ...]] = {
    "At departure": (S.DRAFT, *AT_DEPARTURE),
    "Under way": (*UNDER_WAY, *LOOKED_FOR),
    "At destination": AT_DESTINATION,
}


class Office(StrEnum):
    """What an office is to a movement."""

    DEPARTURE = "departure"
    TRANSIT = "transit"
    EXIT = "exit"
    DESTINATION = "destination"


class Stage(StrEnum):
    """What an office has before it: nothing yet, a decision, goods to expect, goods in its yard, a search, nothing more."""

    WAITING = "waiting"
    DECIDE = "decide"
    EXPECTED = "expected"
    PRESENT = "present"
    SEARCH = "search"
    DONE = "done"


def stage(office: Office, status: Status, *, visited: bool = False, here: bool = False) -> Stage:
    """What a movement in this state is to an office. `visited`: the goods passed or were unloaded there; `here`: they
    arrived there and have not left. Pure; the worklists are sorted by it."""
    if status in ENDED:
        return Stage.DONE
    if office is Office.DEPARTURE:
        return _of_departure(status)
    if visited:
        return Stage.DONE
    if status in AT_DESTINATION and here:
        return Stage.PRESENT
    if status in UNDER_WAY or status in AT_DESTINATION or status is S.ENQUIRY:
        return Stage.EXPECTED
    return Stage.DONE if status is S.RECOVERY else Stage.WAITING


def _of_departure(status: Status) -> Stage:
    if status in AT_DEPARTURE:
        return Stage.DECIDE
    if status in LOOKED_FOR:
        return Stage.SEARCH
    return Stage.WAITING if status is S.DRAFT else Stage.DONE


class Incident(StrEnum):
    """NCTS incident codes."""

    DEVIATION = "1"
    SEAL_BROKEN = "2"
    TRANSHIPMENT = "3"
    DANGER = "4"
    OTHER = "5"
    NEW_MEANS = "6"


class IncidentOutcome(StrEnum):
    """What an officer decided about an incident."""

    ENDORSED = "endorsed"
    CONTROL = "control"
    DISMISSED = "dismissed"
    RECOVERY = "recovery"


class Resolution(StrEnum):
    """How a discrepancy ended."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DUTY_PAID = "duty-paid"
    RECOVERY = "recovery"


class EnquiryOutcome(StrEnum):
    UNDER_WAY = "under-way"
    ARRIVED = "arrived"
    PROOF_ACCEPTED = "proof-accepted"
    RECOVERY = "recovery"


class RequestStatus(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"


class RequestAction(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    OVERTAKE = "overtake"


#: A request to change what is declared, or to invalidate it.
REQUEST = Lifecycle(
    "transit_amendment",
    RequestStatus,
    RequestAction,
    {
        (RequestStatus.REQUESTED, RequestAction.ACCEPT): RequestStatus.ACCEPTED,
        (RequestStatus.REQUESTED, RequestAction.REJECT): RequestStatus.REJECTED,
        (RequestStatus.REQUESTED, RequestAction.OVERTAKE): RequestStatus.OVERTAKEN,
    },
)

"""States of a declaration and of requests to change it, with the tables of allowed moves."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    DRAFT = "draft"
    PRELODGED = "prelodged"
    LODGED = "lodged"
    SELECTED = "selected"
    UNDER_CONTROL = "under_control"
    QUERIED = "queried"
    ASSESSED = "assessed"
    PAID = "paid"
    RELEASED = "released"
    PARTLY_RELEASED = "partly_released"
    EXITED = "exited"
    REJECTED = "rejected"
    INVALIDATED = "invalidated"
    DETAINED = "detained"
    SEIZED = "seized"
    REFUSED = "refused"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class Action(StrEnum):
    LODGE = "lodge"
    PRELODGE = "prelodge"
    PRESENT = "present"
    SELECT = "select"
    START_CONTROL = "start-control"
    QUERY = "query"
    ANSWER = "answer"
    WITHDRAW_QUERY = "withdraw-query"
    ASSESS = "assess"
    PAY = "pay"
    RELEASE = "release"
    RELEASE_WITH_CORRECTION = "release-with-correction"
    PARTLY_RELEASE = "partly-release"
    HOLD = "hold"
    REFUSE = "refuse"
    SEIZE = "seize"
    RETURN = "return"
    DESTROY = "destroy"
    AMEND = "amend"
    INVALIDATE = "invalidate"
    REJECT = "reject"
    EXPIRE = "expire"
    EXIT_PART = "exit-part"
    EXIT = "exit"
    RECONSIDER = "reconsider"


S, A = Status, Action

#: Every pair that is not here is refused. What is exited, rejected, invalidated, returned or destroyed stays so.
LIFE = Lifecycle(
    "declaration",
    Status,
    Action,
    {
        (S.DRAFT, A.LODGE): S.LODGED,
        (S.DRAFT, A.PRELODGE): S.PRELODGED,
        # Announced before the truck is there; nobody has chosen a lane yet.
        (S.PRELODGED, A.PRESENT): S.LODGED,
        (S.PRELODGED, A.AMEND): S.PRELODGED,
        (S.PRELODGED, A.INVALIDATE): S.INVALIDATED,
        (S.PRELODGED, A.REJECT): S.REJECTED,
        (S.PRELODGED, A.EXPIRE): S.INVALIDATED,
        # Lasts for the length of a transaction: the lane decides what follows.
        (S.LODGED, A.SELECT): S.SELECTED,
        (S.LODGED, A.ASSESS): S.ASSESSED,
        (S.LODGED, A.RELEASE): S.RELEASED,
        (S.SELECTED, A.START_CONTROL): S.UNDER_CONTROL,
        (S.SELECTED, A.QUERY): S.QUERIED,
        (S.SELECTED, A.ASSESS): S.ASSESSED,
        (S.SELECTED, A.RELEASE): S.RELEASED,
        (S.SELECTED, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.SELECTED, A.PARTLY_RELEASE): S.PARTLY_RELEASED,
        (S.SELECTED, A.HOLD): S.DETAINED,
        (S.SELECTED, A.REFUSE): S.REFUSED,
        (S.SELECTED, A.SEIZE): S.SEIZED,
        (S.SELECTED, A.RETURN): S.RETURNED,
        (S.SELECTED, A.AMEND): S.SELECTED,
        (S.SELECTED, A.INVALIDATE): S.INVALIDATED,
        (S.SELECTED, A.REJECT): S.REJECTED,
        (S.UNDER_CONTROL, A.START_CONTROL): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.QUERY): S.QUERIED,
        (S.UNDER_CONTROL, A.ASSESS): S.ASSESSED,
        (S.UNDER_CONTROL, A.RELEASE): S.RELEASED,
        (S.UNDER_CONTROL, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.UNDER_CONTROL, A.PARTLY_RELEASE): S.PARTLY_RELEASED,
        (S.UNDER_CONTROL, A.HOLD): S.DETAINED,
        (S.UNDER_CONTROL, A.REFUSE): S.REFUSED,
        (S.UNDER_CONTROL, A.SEIZE): S.SEIZED,
        (S.UNDER_CONTROL, A.RETURN): S.RETURNED,
        (S.UNDER_CONTROL, A.AMEND): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.INVALIDATE): S.INVALIDATED,
        # Leaves with the last open question; another one may be asked meanwhile.
        (S.QUERIED, A.QUERY): S.QUERIED,
        (S.QUERIED, A.ANSWER): S.SELECTED,
        (S.QUERIED, A.WITHDRAW_QUERY): S.SELECTED,
        (S.QUERIED, A.HOLD): S.DETAINED,
        (S.QUERIED, A.REFUSE): S.REFUSED,
        (S.QUERIED, A.SEIZE): S.SEIZED,
        (S.QUERIED, A.RETURN): S.RETURNED,
        (S.QUERIED, A.AMEND): S.QUERIED,
        (S.QUERIED, A.INVALIDATE): S.INVALIDATED,
        # The goods are cleared; money is missing, or was paid this moment.
        (S.ASSESSED, A.SELECT): S.SELECTED,
        (S.ASSESSED, A.PAY): S.PAID,
        (S.ASSESSED, A.RELEASE): S.RELEASED,
        (S.ASSESSED, A.PARTLY_RELEASE): S.PARTLY_RELEASED,
        (S.ASSESSED, A.HOLD): S.DETAINED,
        (S.ASSESSED, A.REFUSE): S.REFUSED,
        (S.ASSESSED, A.SEIZE): S.SEIZED,
        (S.ASSESSED, A.RETURN): S.RETURNED,
        (S.ASSESSED, A.AMEND): S.ASSESSED,
        (S.ASSESSED, A.INVALIDATE): S.INVALIDATED,
        (S.PAID, A.SELECT): S.SELECTED,
        (S.PAID, A.ASSESS): S.ASSESSED,
        (S.PAID, A.RELEASE): S.RELEASED,
        (S.PAID, A.PARTLY_RELEASE): S.PARTLY_RELEASED,
        (S.PAID, A.HOLD): S.DETAINED,
        (S.PAID, A.REFUSE): S.REFUSED,
        (S.PAID, A.SEIZE): S.SEIZED,
        (S.PAID, A.RETURN): S.RETURNED,
        (S.PAID, A.AMEND): S.PAID,
        (S.PAID, A.INVALIDATE): S.INVALIDATED,
        (S.RELEASED, A.AMEND): S.RELEASED,
        (S.RELEASED, A.INVALIDATE): S.INVALIDATED,
        (S.RELEASED, A.EXIT_PART): S.RELEASED,
        (S.RELEASED, A.EXIT): S.EXITED,
        (S.PARTLY_RELEASED, A.RELEASE): S.RELEASED,
        (S.PARTLY_RELEASED, A.PARTLY_RELEASE): S.PARTLY_RELEASED,
        (S.PARTLY_RELEASED, A.HOLD): S.DETAINED,
        (S.PARTLY_RELEASED, A.AMEND): S.PARTLY_RELEASED,
        (S.PARTLY_RELEASED, A.EXIT_PART): S.PARTLY_RELEASED,
        (S.EXITED, A.AMEND): S.EXITED,
        (S.DETAINED, A.START_CONTROL): S.UNDER_CONTROL,
        (S.DETAINED, A.ASSESS): S.ASSESSED,
        (S.DETAINED, A.RELEASE): S.RELEASED,
        (S.DETAINED, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.DETAINED, A.REFUSE): S.REFUSED,
        (S.DETAINED, A.SEIZE): S.SEIZED,
        (S.DETAINED, A.RETURN): S.RETURNED,
        (S.DETAINED, A.DESTROY): S.DESTROYED,
        (S.DETAINED, A.AMEND): S.DETAINED,
        (S.DETAINED, A.RECONSIDER): S.SELECTED,
        (S.SEIZED, A.DESTROY): S.DESTROYED,
        # After an appeal, by two persons: an officer decides anew.
        (S.SEIZED, A.RECONSIDER): S.DETAINED,
        (S.REFUSED, A.RECONSIDER): S.DETAINED,
        (S.REFUSED, A.RETURN): S.RETURNED,
        (S.REFUSED, A.DESTROY): S.DESTROYED,
    },
)

#: Waiting for an officer: the worklist, and the partial indexes under it.
OPEN = (S.SELECTED, S.UNDER_CONTROL, S.QUERIED, S.DETAINED)

#: Nobody has to look at the goods any more; they leave as soon as nothing is due.
SETTLING = (S.ASSESSED, S.PAID)

#: The goods have been let go, in whole or in part: what is changed now is changed by two officials.
LET_GO = (S.RELEASED, S.PARTLY_RELEASED, S.EXITED)

#: What becomes of all the goods is decided: what was found is no secret any more from whoever declared them.
DECIDED = (S.RELEASED, S.EXITED, S.SEIZED, S.REFUSED, S.RETURNED, S.DESTROYED)

#: Lodged, and the goods are still held.
HELD = (S.SELECTED, S.UNDER_CONTROL, S.QUERIED, S.DETAINED, S.ASSESSED, S.PAID)

#: Lodged, and some of the goods are still held: whether they will go, and under which duties, is not settled.
WAITING = (S.PRELODGED, S.LODGED, *HELD, S.PARTLY_RELEASED)

#: What an officer may decide, as the contract names it.
DECISIONS = (A.RELEASE, A.RELEASE_WITH_CORRECTION, A.HOLD, A.REFUSE, A.SEIZE, A.RETURN)

#: Decisions that let the goods go.
FREEING = (A.RELEASE, A.RELEASE_WITH_CORRECTION)

#: The README draws the table in four pictures; each shows the moves of the states it names.
CHAPTERS: dict[str, tuple[Status, ...]] = {
    "Until it is before an officer, or needs none": (S.DRAFT, S.PRELODGED, S.LODGED),
    "Under control": OPEN,
    "Cleared, while money is missing": SETTLING,
    "Let go, or taken away": (*LET_GO, S.SEIZED, S.REFUSED),
}


class AmendmentStatus(StrEnum):
    REQUESTED = "requested"
    ENDORSED = "endorsed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"


class AmendmentAction(StrEnum):
    ENDORSE = "endorse"
    ACCEPT = "accept"
    REJECT = "reject"
    OVERTAKE = "overtake"


R, D = AmendmentStatus, AmendmentAction

#: A request to change or to invalidate a declaration. Whether one official may accept it alone is told by its stage.
AMENDMENT = Lifecycle(
    "declaration_amendment",
    AmendmentStatus,
    AmendmentAction,
    {
        (R.REQUESTED, D.ENDORSE): R.ENDORSED,
        (R.REQUESTED, D.ACCEPT): R.ACCEPTED,
        (R.REQUESTED, D.REJECT): R.REJECTED,
        (R.REQUESTED, D.OVERTAKE): R.OVERTAKEN,
        (R.ENDORSED, D.ACCEPT): R.ACCEPTED,
        (R.ENDORSED, D.REJECT): R.REJECTED,
        (R.ENDORSED, D.OVERTAKE): R.OVERTAKEN,
    },
)

"""States of a declaration and the table of allowed moves."""

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
    SELECT = "select"
    START_CONTROL = "start-control"
    RELEASE = "release"
    RELEASE_WITH_CORRECTION = "release-with-correction"
    HOLD = "hold"
    REFUSE = "refuse"
    SEIZE = "seize"
    RETURN = "return"


S, A = Status, Action

#: Every pair that is not here is refused. What is released, refused, seized or returned stays so.
LIFE = Lifecycle(
    "declaration",
    Status,
    Action,
    {
        (S.DRAFT, A.LODGE): S.LODGED,
        (S.LODGED, A.SELECT): S.SELECTED,
        (S.LODGED, A.RELEASE): S.RELEASED,
        (S.SELECTED, A.START_CONTROL): S.UNDER_CONTROL,
        (S.SELECTED, A.RELEASE): S.RELEASED,
        (S.SELECTED, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.SELECTED, A.HOLD): S.DETAINED,
        (S.SELECTED, A.REFUSE): S.REFUSED,
        (S.SELECTED, A.SEIZE): S.SEIZED,
        (S.SELECTED, A.RETURN): S.RETURNED,
        (S.UNDER_CONTROL, A.START_CONTROL): S.UNDER_CONTROL,
        (S.UNDER_CONTROL, A.RELEASE): S.RELEASED,
        (S.UNDER_CONTROL, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.UNDER_CONTROL, A.HOLD): S.DETAINED,
        (S.UNDER_CONTROL, A.REFUSE): S.REFUSED,
        (S.UNDER_CONTROL, A.SEIZE): S.SEIZED,
        (S.UNDER_CONTROL, A.RETURN): S.RETURNED,
        (S.DETAINED, A.START_CONTROL): S.UNDER_CONTROL,
        (S.DETAINED, A.RELEASE): S.RELEASED,
        (S.DETAINED, A.RELEASE_WITH_CORRECTION): S.RELEASED,
        (S.DETAINED, A.REFUSE): S.REFUSED,
        (S.DETAINED, A.SEIZE): S.SEIZED,
        (S.DETAINED, A.RETURN): S.RETURNED,
    },
)

#: Waiting for an officer: the worklist, and the partial indexes under it.
OPEN = (S.SELECTED, S.UNDER_CONTROL, S.DETAINED)

#: What an officer may decide, as the contract names it.
DECISIONS = (A.RELEASE, A.RELEASE_WITH_CORRECTION, A.HOLD, A.REFUSE, A.SEIZE, A.RETURN)

#: Decisions that let the goods go.
FREEING = (A.RELEASE, A.RELEASE_WITH_CORRECTION)

"""States of a proposal."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"


class Action(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    OVERTAKE = "overtake"


#: What is settled stays settled; who thinks otherwise makes a new proposal.
LIFE = Lifecycle(
    "proposal",
    Status,
    Action,
    {
        (Status.WAITING, Action.APPROVE): Status.APPROVED,
        (Status.WAITING, Action.REJECT): Status.REJECTED,
        (Status.WAITING, Action.OVERTAKE): Status.OVERTAKEN,
    },
)

"""States of a proposal."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"
    EXPIRED = "expired"


class Action(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    OVERTAKE = "overtake"
    EXPIRE = "expire"


#: What is settled stays settled; who thinks otherwise makes a new proposal.
LIFE = Lifecycle(
    "proposal",
    Status,
    Action,
    {
        (Status.WAITING, Action.APPROVE): Status.APPROVED,
        (Status.WAITING, Action.REJECT): Status.REJECTED,
        (Status.WAITING, Action.OVERTAKE): Status.OVERTAKEN,
        (Status.WAITING, Action.EXPIRE): Status.EXPIRED,
    },
)

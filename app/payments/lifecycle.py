"""States of a payment."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Action(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"
    CANCEL = "cancel"


#: A receipt is claimed by the trader and counts once the cashier has confirmed it. What was confirmed by mistake is
#: cancelled until the day is closed; afterwards it stands.
LIFE = Lifecycle(
    "payment",
    Status,
    Action,
    {
        (Status.CLAIMED, Action.CONFIRM): Status.CONFIRMED,
        (Status.CLAIMED, Action.REFUSE): Status.REFUSED,
        (Status.CONFIRMED, Action.CANCEL): Status.CANCELLED,
    },
)

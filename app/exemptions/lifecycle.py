"""States of an exemption certificate, and what its quantity is measured in."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Measure(StrEnum):
    """What is counted down: kilograms net, supplementary units, or the item price in the certificate's currency."""

    NET_KG = "net_kg"
    UNITS = "units"
    VALUE = "value"


#: Every pair that is not here is refused.
LIFE = Lifecycle(
    "exemption_certificate",
    Status,
    Action,
    {
        (Status.WAITING, Action.APPROVE): Status.IN_FORCE,
        (Status.WAITING, Action.REFUSE): Status.REFUSED,
        (Status.IN_FORCE, Action.WITHDRAW): Status.WITHDRAWN,
    },
)

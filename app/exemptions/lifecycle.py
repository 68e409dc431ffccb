"""Kinds and states of a certificate, and what its quantity is measured in."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Kind(StrEnum):
    """What a certificate is for.

    `EXEMPTION` frees from taxes. `PREFERENCE` is a proof of origin: so much of the goods has the preference that an item
    claims. `QUOTA` opens its rates to whoever declares first, until it is exhausted; it has no holder. `LICENCE` allows so
    much of goods under control to pass.
    """

    EXEMPTION = "exemption"
    PREFERENCE = "preference"
    QUOTA = "quota"
    LICENCE = "licence"


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

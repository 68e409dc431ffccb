"""Kinds and states of guarantees for transit, and of what is taken of them."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Type(StrEnum):
    """Kinds of guarantee, with the codes of NCTS (list guarantee_type)."""

    WAIVER = "0"
    COMPREHENSIVE = "1"
    INDIVIDUAL = "2"
    CASH = "3"
    VOUCHER = "4"
    MULTIPLE = "9"
    TIR = "B"


#: May be used for one movement only; afterwards they are used up.
SINGLE = (Type.INDIVIDUAL, Type.CASH, Type.VOUCHER, Type.TIR)
#: How much of the reference amount the guarantor answers for, in per cent.
LEVELS = (100, 50, 30, 0)


class Status(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    REVOKED = "revoked"


class Action(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


S, A = Status, Action

#: Every pair that is not here is refused. A revoked guarantee still answers for what was taken of it before.
LIFE = Lifecycle(
    "guarantee",
    Status,
    Action,
    {
        (S.WAITING, A.APPROVE): S.IN_FORCE,
        (S.WAITING, A.REFUSE): S.REFUSED,
        (S.IN_FORCE, A.SUSPEND): S.SUSPENDED,
        (S.IN_FORCE, A.REVOKE): S.REVOKED,
        (S.SUSPENDED, A.RESUME): S.IN_FORCE,
        (S.SUSPENDED, A.REVOKE): S.REVOKED,
    },
)


class Taken(StrEnum):
    """What became of an amount that a movement took."""

    RESERVED = "reserved"
    HELD = "held"
    CREDITED = "credited"
    CLAIMED = "claimed"


class Take(StrEnum):
    HOLD = "hold"
    UNHOLD = "unhold"
    CREDIT = "credit"
    CLAIM = "claim"


#: Reserved at release; held while goods are looked for, and reserved again where they are found to be under way; given
#: back at discharge, or claimed.
TAKING = Lifecycle(
    "guarantee_reservation",
    Taken,
    Take,
    {
        (Taken.RESERVED, Take.HOLD): Taken.HELD,
        (Taken.RESERVED, Take.CREDIT): Taken.CREDITED,
        (Taken.RESERVED, Take.CLAIM): Taken.CLAIMED,
        (Taken.HELD, Take.UNHOLD): Taken.RESERVED,
        (Taken.HELD, Take.CREDIT): Taken.CREDITED,
        (Taken.HELD, Take.CLAIM): Taken.CLAIMED,
    },
)
#: Still counted against the guarantee.
OPEN = (Taken.RESERVED, Taken.HELD)

"""States of a seal, and kinds of devices that tell of goods on the road."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Grade(StrEnum):
    """The classes of ISO 17712: indicative, security, high security. Transit asks for high security."""

    INDICATIVE = "I"
    SECURITY = "S"
    HIGH_SECURITY = "H"


class Status(StrEnum):
    STOCK = "stock"
    ISSUED = "issued"
    APPLIED = "applied"
    BROKEN = "broken"
    REMOVED = "removed"
    VOID = "void"


class Action(StrEnum):
    ISSUE = "issue"
    GIVE_BACK = "give-back"
    APPLY = "apply"
    CHECK = "check"
    BREAK = "break"
    REMOVE = "remove"
    VOID = "void"


S, A = Status, Action

#: Every pair that is not here is refused. A seal is applied once: what was broken, removed or voided never comes back.
LIFE = Lifecycle(
    "seal",
    Status,
    Action,
    {
        (S.STOCK, A.ISSUE): S.ISSUED,
        (S.STOCK, A.VOID): S.VOID,
        (S.ISSUED, A.GIVE_BACK): S.STOCK,
        (S.ISSUED, A.APPLY): S.APPLIED,
        (S.ISSUED, A.VOID): S.VOID,
        (S.APPLIED, A.CHECK): S.APPLIED,
        (S.APPLIED, A.BREAK): S.BROKEN,
        (S.APPLIED, A.REMOVE): S.REMOVED,
        # Looked at once more after it was found broken, and taken off.
        (S.BROKEN, A.CHECK): S.BROKEN,
        (S.BROKEN, A.REMOVE): S.REMOVED,
    },
)


class DeviceKind(StrEnum):
    ESEAL = "eseal"
    GPS = "gps"
    WEIGHBRIDGE = "weighbridge"
    SCANNER = "scanner"
    RADIATION = "radiation"


#: Instruments that stand at a post, each with what it tells.
INSTRUMENTS = {
    DeviceKind.WEIGHBRIDGE: "weight",
    DeviceKind.SCANNER: "scan",
    DeviceKind.RADIATION: "radiation",
}


class Told(StrEnum):
    """What a device tells."""

    POSITION = "position"
    LOCKED = "locked"
    OPENED = "opened"
    TAMPERED = "tampered"
    BATTERY_LOW = "battery-low"
    WEIGHT = "weight"
    SCAN = "scan"
    RADIATION = "radiation"

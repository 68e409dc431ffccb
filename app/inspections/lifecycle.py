"""States of an inspection."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    ORDERED = "ordered"
    STARTED = "started"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class Action(StrEnum):
    START = "start"
    CONCLUDE = "conclude"
    CANCEL = "cancel"


#: A concluded inspection is never opened again; a new one is ordered.
LIFE = Lifecycle(
    "inspection",
    Status,
    Action,
    {
        (Status.ORDERED, Action.START): Status.STARTED,
        (Status.ORDERED, Action.CONCLUDE): Status.CONCLUDED,
        (Status.ORDERED, Action.CANCEL): Status.CANCELLED,
        (Status.STARTED, Action.START): Status.STARTED,
        (Status.STARTED, Action.CONCLUDE): Status.CONCLUDED,
        (Status.STARTED, Action.CANCEL): Status.CANCELLED,
    },
)


class Conclusion(StrEnum):
    CONFORM = "conform"
    DISCREPANCY = "discrepancy"
    OFFENCE = "offence"

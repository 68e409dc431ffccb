"""States of a detention, and the words of seizures and of ends of goods."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    RUNNING = "running"
    EXTENDED = "extended"
    ENDED = "ended"


class Action(StrEnum):
    EXTEND = "extend"
    END = "end"


#: A term is made longer once; what is ended stays so.
LIFE = Lifecycle(
    "detention",
    Status,
    Action,
    {
        (Status.RUNNING, Action.EXTEND): Status.EXTENDED,
        (Status.RUNNING, Action.END): Status.ENDED,
        (Status.EXTENDED, Action.END): Status.ENDED,
    },
)


class How(StrEnum):
    """By what a detention ended."""

    RELEASE = "release"
    CONTROL = "control"
    SEIZURE = "seizure"
    REFUSAL = "refusal"
    RETURN = "return"
    DESTRUCTION = "destruction"
    INVALIDATION = "invalidation"
    APPEAL = "appeal"


class End(StrEnum):
    """How goods end that do not enter."""

    REFUSAL = "refusal"
    RETURN = "return"
    DESTRUCTION = "destruction"


class Role(StrEnum):
    """Who somebody is whom a seizure concerns. `found` are those who were hidden or brought against their will: they are
    persons, never pieces of evidence."""

    DRIVER = "driver"
    PASSENGER = "passenger"
    OWNER = "owner"
    DECLARANT = "declarant"
    CARRIER = "carrier"
    SUSPECT = "suspect"
    WITNESS = "witness"
    FOUND = "found"
    OTHER = "other"


#: The kind of those who were hidden or brought against their will: counted, never goods.
PERSONS = "persons"

"""What is looked for, where it is seen, and the states of a question."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Kind(StrEnum):
    """What an entry names."""

    PERSON = "person"
    COMPANY = "company"
    PLATE = "plate"
    CONTAINER = "container"
    PHONE = "phone"
    ADDRESS = "address"
    DOCUMENT = "document"


#: Entries that are compared as names, by their sounds; the others are compared letter by letter.
NAMED = frozenset({Kind.PERSON, Kind.COMPANY, Kind.ADDRESS})


class SubjectKind(StrEnum):
    DECLARATION = "declaration"
    MOVEMENT = "movement"


class Status(StrEnum):
    """A match is a question to a person; his answer is remembered."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    RETRACTED = "retracted"


class Action(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    RETRACT = "retract"


S, A = Status, Action

#: What is remembered as another person or thing.
ANOTHER = frozenset({Status.DISMISSED, Status.RETRACTED})

#: A no may become a yes, and a yes be retracted, each with its reason; nothing goes back to open.
LIFE = Lifecycle(
    "watch_match",
    Status,
    Action,
    {
        (S.OPEN, A.CONFIRM): S.CONFIRMED,
        (S.OPEN, A.DISMISS): S.DISMISSED,
        (S.CONFIRMED, A.RETRACT): S.RETRACTED,
        (S.DISMISSED, A.CONFIRM): S.CONFIRMED,
    },
)

"""States of an inspection and of its steps, and the words that both are told with."""

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


class StepStatus(StrEnum):
    ORDERED = "ordered"
    STARTED = "started"
    DONE = "done"
    WAIVED = "waived"


class StepAction(StrEnum):
    START = "start"
    FINISH = "finish"
    WAIVE = "waive"


#: What one agency looks at in one way. Something that was found goes straight to done: it was looked at.
STEP = Lifecycle(
    "inspection_step",
    StepStatus,
    StepAction,
    {
        (StepStatus.ORDERED, StepAction.START): StepStatus.STARTED,
        (StepStatus.ORDERED, StepAction.FINISH): StepStatus.DONE,
        (StepStatus.ORDERED, StepAction.WAIVE): StepStatus.WAIVED,
        (StepStatus.STARTED, StepAction.START): StepStatus.STARTED,
        (StepStatus.STARTED, StepAction.FINISH): StepStatus.DONE,
        (StepStatus.STARTED, StepAction.WAIVE): StepStatus.WAIVED,
    },
)


class Kind(StrEnum):
    """Whether the papers alone are looked at, or the goods."""

    DOCUMENTS = "documents"
    GOODS = "goods"


class Type(StrEnum):
    """The ways of looking."""

    DOCUMENTS = "documents"
    SEALS = "seals"
    WEIGHING = "weighing"
    SCANNER = "scanner"
    RADIATION = "radiation"
    DOG = "dog"
    QUANTITY = "quantity"
    NATURE = "nature"
    SAMPLING = "sampling"
    UNLOADING = "unloading"


class Agency(StrEnum):
    """Who looks, in one appointment."""

    CUSTOMS = "customs"
    BORDER_GUARD = "border_guard"
    PHYTOSANITARY = "phytosanitary"
    VETERINARY = "veterinary"
    SANITARY = "sanitary"
    DRUG_CONTROL = "drug_control"


class Reason(StrEnum):
    """Why a look was ordered."""

    LANE = "lane"
    PROFILE = "profile"
    RANDOM = "random"
    RAISED = "raised"
    INTELLIGENCE = "intelligence"
    CONTROL = "control"
    OTHER = "other"


class Conclusion(StrEnum):
    CONFORM = "conform"
    DISCREPANCY = "discrepancy"
    OFFENCE = "offence"


class Recommendation(StrEnum):
    """What the inspector advises; another person decides."""

    RELEASE = "release"
    RELEASE_WITH_CORRECTION = "release-with-correction"
    QUERY = "query"
    HOLD = "hold"
    SEIZE = "seize"
    REFUSE = "refuse"
    RETURN = "return"
    DESTROY = "destroy"


class FindingKind(StrEnum):
    """What is otherwise than declared; `match` where nothing is."""

    MATCH = "match"
    SURPLUS = "surplus"
    SHORTAGE = "shortage"
    MISCLASSIFICATION = "misclassification"
    UNDERVALUATION = "undervaluation"
    ORIGIN = "origin"
    MARKS = "marks"
    PROHIBITED = "prohibited"
    DAMAGE = "damage"
    OTHER = "other"


class Measured(StrEnum):
    """What an instrument tells of the goods."""

    WEIGHING = "weighing"
    RADIATION = "radiation"
    SCAN = "scan"


class Custody(StrEnum):
    """What happens to a sample, link by link."""

    TAKEN = "taken"
    HANDED = "handed"
    RECEIVED = "received"
    RESULT = "result"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class SealDeed(StrEnum):
    """What was done with a seal during the look."""

    SEEN = "seen"
    REMOVED = "removed"
    SET = "set"


class SealCondition(StrEnum):
    INTACT = "intact"
    BROKEN = "broken"
    DIFFERENT = "different"
    MISSING = "missing"


class How(StrEnum):
    """How somebody came to an inspection."""

    DRAWN = "drawn"
    NAMED = "named"
    NOBODY = "nobody"

"""States of an appeal."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    LODGED = "lodged"
    ACCEPTED = "accepted"
    INADMISSIBLE = "inadmissible"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    UPHOLD = "uphold"
    UPHOLD_PARTLY = "uphold-partly"
    REJECT = "reject"
    WITHDRAW = "withdraw"


#: What is answered stays so; who is not content goes to court.
LIFE = Lifecycle(
    "appeal",
    Status,
    Action,
    {
        (Status.LODGED, Action.ACCEPT): Status.ACCEPTED,
        (Status.LODGED, Action.REFUSE): Status.INADMISSIBLE,
        (Status.LODGED, Action.WITHDRAW): Status.WITHDRAWN,
        (Status.ACCEPTED, Action.UPHOLD): Status.UPHELD,
        (Status.ACCEPTED, Action.UPHOLD_PARTLY): Status.PARTLY,
        (Status.ACCEPTED, Action.REJECT): Status.REJECTED,
        (Status.ACCEPTED, Action.WITHDRAW): Status.WITHDRAWN,
    },
)

#: Waiting for an official.
OPEN = (Status.LODGED, Status.ACCEPTED)

#: What an answer may say.
ANSWERS = (Action.UPHOLD, Action.UPHOLD_PARTLY, Action.REJECT)


class Against(StrEnum):
    """What an appeal is against."""

    DECISION = "decision"
    DETENTION = "detention"
    SEIZURE = "seizure"
    FINDINGS = "findings"
    ASSESSMENT = "assessment"

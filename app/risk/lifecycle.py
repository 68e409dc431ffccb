"""Lives of what selectivity keeps: profiles, replays, learned scores, trusted traders."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    """A draft may still be changed. In the shadow, and while it is proposed, a profile is asked and stops nothing."""

    DRAFT = "draft"
    SHADOW = "shadow"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ENDED = "ended"


class Action(StrEnum):
    SHADOW = "shadow"
    RETURN = "return"
    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    END = "end"


LIFE = Lifecycle(
    "risk_profile",
    Status,
    Action,
    {
        (Status.DRAFT, Action.SHADOW): Status.SHADOW,
        (Status.DRAFT, Action.END): Status.ENDED,
        (Status.SHADOW, Action.RETURN): Status.DRAFT,
        (Status.SHADOW, Action.PROPOSE): Status.PROPOSED,
        (Status.SHADOW, Action.END): Status.ENDED,
        (Status.PROPOSED, Action.APPROVE): Status.IN_FORCE,
        (Status.PROPOSED, Action.REJECT): Status.DRAFT,
        (Status.IN_FORCE, Action.END): Status.ENDED,
    },
)


class Run(StrEnum):
    """States of a replay."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


class RunAction(StrEnum):
    BEGIN = "begin"
    STOP = "stop"
    RESUME = "resume"
    FINISH = "finish"


#: What was stopped goes on where it stood.
REPLAY = Lifecycle(
    "risk_replay",
    Run,
    RunAction,
    {
        (Run.WAITING, RunAction.BEGIN): Run.RUNNING,
        (Run.WAITING, RunAction.STOP): Run.STOPPED,
        (Run.RUNNING, RunAction.STOP): Run.STOPPED,
        (Run.RUNNING, RunAction.FINISH): Run.FINISHED,
        (Run.STOPPED, RunAction.RESUME): Run.WAITING,
    },
)


class ScoreStatus(StrEnum):
    """A learned score is used only in force; what has ended is never used again, another one is learned."""

    LEARNED = "learned"
    IN_FORCE = "in_force"
    ENDED = "ended"


class ScoreAction(StrEnum):
    APPROVE = "approve"
    END = "end"


SCORE_LIFE = Lifecycle(
    "risk_score_model",
    ScoreStatus,
    ScoreAction,
    {
        (ScoreStatus.LEARNED, ScoreAction.APPROVE): ScoreStatus.IN_FORCE,
        (ScoreStatus.LEARNED, ScoreAction.END): ScoreStatus.ENDED,
        (ScoreStatus.IN_FORCE, ScoreAction.END): ScoreStatus.ENDED,
    },
)


class TrustStatus(StrEnum):
    """States of a trusted trader. Who is to be trusted again is proposed and approved again."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"


class TrustAction(StrEnum):
    SUSPEND = "suspend"
    END = "end"


TRUST = Lifecycle(
    "risk_trusted_trader",
    TrustStatus,
    TrustAction,
    {
        (TrustStatus.IN_FORCE, TrustAction.SUSPEND): TrustStatus.SUSPENDED,
        (TrustStatus.IN_FORCE, TrustAction.END): TrustStatus.ENDED,
        (TrustStatus.SUSPENDED, TrustAction.END): TrustStatus.ENDED,
    },
)

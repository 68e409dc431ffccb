"""The life of a weekly report, and what can be answered to one of its cases."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class Status(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"


class Action(StrEnum):
    SIGN = "sign"


#: A signed report stands as it was signed.
LIFE = Lifecycle("oversight_report", Status, Action, {(Status.WAITING, Action.SIGN): Status.SIGNED})


class Answer(StrEnum):
    EXPLAINED = "explained"
    MEASURES = "measures"
    INVESTIGATE = "investigate"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Source(StrEnum):
    GUARD = "guard"
    CAMERA = "camera"

"""The verbs of duty: rosters, qualifications, conflicts of interest, and the draw of an officer."""

from app.duty.operations.drawing import Drawn, draw
from app.duty.operations.importing import take
from app.duty.operations.qualifying import declare_conflict, end_conflict, end_qualification, qualify
from app.duty.operations.rosters import KEEPING, ON_ROSTER, cancel, change, plan

__all__ = [
    "KEEPING",
    "ON_ROSTER",
    "Drawn",
    "cancel",
    "change",
    "declare_conflict",
    "draw",
    "end_conflict",
    "end_qualification",
    "plan",
    "qualify",
    "take",
]

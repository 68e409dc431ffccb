"""The verbs of offences."""

from app.offences.operations.detaining import LONGER_DAYS, TERM_DAYS, detain, end, extend
from app.offences.operations.ending import destruction_findings, end_goods
from app.offences.operations.handing import confirm, hand_over
from app.offences.operations.noting import HOLDING, SENIOR, basis_of
from app.offences.operations.seizing import add_person, add_photo, correct, seize

__all__ = [
    "HOLDING",
    "LONGER_DAYS",
    "SENIOR",
    "TERM_DAYS",
    "add_person",
    "add_photo",
    "basis_of",
    "confirm",
    "correct",
    "destruction_findings",
    "detain",
    "end",
    "end_goods",
    "extend",
    "hand_over",
    "seize",
]

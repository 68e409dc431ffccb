"""The verbs of selectivity."""

from app.risk.commands import DefineProfile, Subject
from app.risk.operations.assessing import Assessed, assess
from app.risk.operations.defining import define, set_random_share
from app.risk.operations.drawing import prepare
from app.risk.operations.recomputing import recompute

__all__ = [
    "Assessed",
    "DefineProfile",
    "Subject",
    "assess",
    "define",
    "prepare",
    "recompute",
    "set_random_share",
]

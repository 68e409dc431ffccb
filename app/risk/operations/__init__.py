"""The verbs of selectivity."""

from app.risk.operations.assessing import Assessed, assess
from app.risk.operations.profiles import DefineProfile, define, set_random_share

__all__ = ["Assessed", "DefineProfile", "assess", "define", "set_random_share"]

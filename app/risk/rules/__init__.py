"""What selectivity is made of; pure."""

from app.risk.rules.expressions import Context, Program, compiled
from app.risk.rules.lanes import STRENGTH, Hit, Lane, Profile, hits, in_doubt, is_lower, lane_of

__all__ = [
    "STRENGTH",
    "Context",
    "Hit",
    "Lane",
    "Profile",
    "Program",
    "compiled",
    "hits",
    "in_doubt",
    "is_lower",
    "lane_of",
]

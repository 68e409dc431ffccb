"""What selectivity is made of; pure."""

from app.risk.rules.lanes import STRENGTH, Hit, Lane, Profile, compiled, draw, hits, is_lower, lane_of

__all__ = ["STRENGTH", "Hit", "Lane", "Profile", "compiled", "draw", "hits", "is_lower", "lane_of"]

"""Reads of selectivity."""

from app.risk.queries.assessments import assessment, profiles_named
from app.risk.queries.in_force import InForce, forget, in_force

__all__ = ["InForce", "assessment", "forget", "in_force", "profiles_named"]

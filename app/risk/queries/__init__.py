"""Reads of selectivity."""

from app.risk.queries.assessments import assessment, of_movement, profiles_named, reasons_seen
from app.risk.queries.in_force import InForce, forget, in_force

__all__ = ["InForce", "assessment", "forget", "in_force", "of_movement", "profiles_named", "reasons_seen"]

"""Tables of selectivity."""

from app.risk.models.assessments import RiskAssessment
from app.risk.models.profiles import RandomShare, RiskProfile

__all__ = ["RandomShare", "RiskAssessment", "RiskProfile"]

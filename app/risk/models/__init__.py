"""Tables of selectivity."""

from app.risk.models.assessments import RiskAssessment, RiskReasonsSeen
from app.risk.models.draws import RiskDrawSeed
from app.risk.models.figures import RiskCursor, RiskGoodsDay, RiskProfileDay, RiskTrafficDay
from app.risk.models.profiles import RandomShare, RiskProfile, RiskRuleSet, RiskTampering
from app.risk.models.replays import RiskReplay, RiskReplayDay, RiskReplayProfile
from app.risk.models.scores import ScoreDrift, ScoreModel, ScoreMonth
from app.risk.models.tallies import RiskChapter, RiskFinding, RiskSubject, RiskSubjectCursor, RiskSubjectMonth
from app.risk.models.trusted import RiskWaitingRelease, TrustedTrader

__all__ = [
    "RandomShare",
    "RiskAssessment",
    "RiskChapter",
    "RiskCursor",
    "RiskDrawSeed",
    "RiskFinding",
    "RiskGoodsDay",
    "RiskProfile",
    "RiskProfileDay",
    "RiskReasonsSeen",
    "RiskReplay",
    "RiskReplayDay",
    "RiskReplayProfile",
    "RiskRuleSet",
    "RiskSubject",
    "RiskSubjectCursor",
    "RiskSubjectMonth",
    "RiskTampering",
    "RiskTrafficDay",
    "RiskWaitingRelease",
    "ScoreDrift",
    "ScoreModel",
    "ScoreMonth",
    "TrustedTrader",
]

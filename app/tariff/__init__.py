"""Rates and duties: pure calculation over dated reference data.

`tariff(codes)` compiles a snapshot of the codes; `assess(header, items, tariff, …)` says what is due.
"""

from app.tariff.assessing import assess
from app.tariff.book import Tariff, faults, tariff
from app.tariff.converting import Converter
from app.tariff.results import Assessment, Cover, Exemption, Fee, Incomplete, ItemAssessment, Line, RateUsed

__all__ = [
    "Assessment",
    "Converter",
    "Cover",
    "Exemption",
    "Fee",
    "Incomplete",
    "ItemAssessment",
    "Line",
    "RateUsed",
    "Tariff",
    "assess",
    "faults",
    "tariff",
]

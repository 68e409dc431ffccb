"""Tables of inspections: the order, its steps and who was drawn; what was recorded; what was taken and sealed."""

from app.inspections.models.orders import Inspection, InspectionAssignment, InspectionStep
from app.inspections.models.records import InspectionFinding, InspectionMeasure, InspectionPhoto
from app.inspections.models.things import (
    InspectionPresence,
    InspectionSample,
    InspectionSampleMove,
    InspectionSeal,
)

__all__ = [
    "Inspection",
    "InspectionAssignment",
    "InspectionFinding",
    "InspectionMeasure",
    "InspectionPhoto",
    "InspectionPresence",
    "InspectionSample",
    "InspectionSampleMove",
    "InspectionSeal",
    "InspectionStep",
]

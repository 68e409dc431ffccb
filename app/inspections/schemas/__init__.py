"""The words of orders, of what is recorded, and of conclusions."""

from app.inspections.schemas.fields import RecordedSchema
from app.inspections.schemas.orders import (
    AppointmentSchema,
    AssignmentSchema,
    OrderSchema,
    ReassignmentSchema,
    StepEndSchema,
    StepSchema,
)
from app.inspections.schemas.records import (
    ConclusionInFullSchema,
    ConclusionSchema,
    FindingInFullSchema,
    FindingSchema,
    MeasureSchema,
    PersonSchema,
    PhotoWordsSchema,
    ReadingSchema,
    SampleMoveSchema,
    SampleResultSchema,
    SampleSchema,
    SealSchema,
)
from app.inspections.schemas.records import (
    FindingCorrectionSchema as CorrectionSchema,
)

__all__ = [
    "AppointmentSchema",
    "AssignmentSchema",
    "ConclusionInFullSchema",
    "ConclusionSchema",
    "CorrectionSchema",
    "FindingInFullSchema",
    "FindingSchema",
    "MeasureSchema",
    "OrderSchema",
    "PersonSchema",
    "PhotoWordsSchema",
    "ReadingSchema",
    "ReassignmentSchema",
    "RecordedSchema",
    "SampleMoveSchema",
    "SampleResultSchema",
    "SampleSchema",
    "SealSchema",
    "StepEndSchema",
    "StepSchema",
]

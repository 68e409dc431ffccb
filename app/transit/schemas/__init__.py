"""The words of a transit movement and of what is done with it, as traders, officers and programs write them.

One schema validates the API's JSON, the pages' forms and what is read from other systems' messages. `box` in a field's
metadata is the number of the data element in the union customs data model ("18 06"), for screens, print and messages.
"""

from app.transit.schemas.deeds import (
    AmendmentDecisionSchema,
    ControlOrderSchema,
    ControlResultSchema,
    ExtensionSchema,
    GuaranteeRefusalSchema,
    IncidentDecisionSchema,
    IncidentSchema,
    LaneChangeSchema,
    MovementAmendmentSchema,
    MovementInvalidationSchema,
    MovementReleaseSchema,
    PassageSchema,
    PresentationSchema,
    WeighingSchema,
)
from app.transit.schemas.endings import (
    ArrivalSchema,
    ContinuationSchema,
    DischargeSchema,
    DiscrepanciesSchema,
    DiscrepancySchema,
    EnquiryAnswerSchema,
    EnquiryClosingSchema,
    EnquirySchema,
    RecoverySchema,
    RecoverySettlementSchema,
    ResolutionSchema,
    UnloadingRemarksSchema,
)
from app.transit.schemas.making import OfOfficeSchema, WhySchema, command
from app.transit.schemas.movement import HouseConsignmentSchema, HouseItemSchema, MovementSchema
from app.transit.schemas.parts import MOST_ITEMS, OFFICE
from app.transit.schemas.reading import draft_words, movement_schema, read, split

__all__ = [
    "MOST_ITEMS",
    "OFFICE",
    "AmendmentDecisionSchema",
    "ArrivalSchema",
    "ContinuationSchema",
    "ControlOrderSchema",
    "ControlResultSchema",
    "DischargeSchema",
    "DiscrepanciesSchema",
    "DiscrepancySchema",
    "EnquiryAnswerSchema",
    "EnquiryClosingSchema",
    "EnquirySchema",
    "ExtensionSchema",
    "GuaranteeRefusalSchema",
    "HouseConsignmentSchema",
    "HouseItemSchema",
    "IncidentDecisionSchema",
    "IncidentSchema",
    "LaneChangeSchema",
    "MovementAmendmentSchema",
    "MovementInvalidationSchema",
    "MovementReleaseSchema",
    "MovementSchema",
    "OfOfficeSchema",
    "PassageSchema",
    "PresentationSchema",
    "RecoverySchema",
    "RecoverySettlementSchema",
    "ResolutionSchema",
    "UnloadingRemarksSchema",
    "WeighingSchema",
    "WhySchema",
    "command",
    "draft_words",
    "movement_schema",
    "read",
    "split",
]

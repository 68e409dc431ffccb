"""Tables of transit.

What is declared does not change: content and items are rows of a content number; an amendment adds a number. What moves
(status, version, limit) stands in the narrow table `transit_movement`. Everything that happens on the way is a row that
is added.
"""

from app.transit.models.arrival import (
    TransitArrival,
    TransitDiscrepancy,
    TransitUnloading,
)
from app.transit.models.ending import TransitAlarm, TransitAnswer, TransitEnquiry, TransitRecovery
from app.transit.models.movement import (
    Movement,
    PlateInUse,
    TirVolet,
    TransitAmendment,
    TransitContent,
    TransitDraft,
    TransitItem,
    TransitOffice,
)
from app.transit.models.road import TransitControl, TransitIncident, TransitPassage, TransitWeighing

__all__ = [
    "Movement",
    "PlateInUse",
    "TirVolet",
    "TransitAlarm",
    "TransitAmendment",
    "TransitAnswer",
    "TransitArrival",
    "TransitContent",
    "TransitControl",
    "TransitDiscrepancy",
    "TransitDraft",
    "TransitEnquiry",
    "TransitIncident",
    "TransitItem",
    "TransitOffice",
    "TransitPassage",
    "TransitRecovery",
    "TransitUnloading",
    "TransitWeighing",
]

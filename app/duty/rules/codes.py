"""The words of duty: agencies, types of inspection, relations to firms. Pure."""

from __future__ import annotations

from enum import StrEnum


class Agency(StrEnum):
    CUSTOMS = "customs"
    BORDER_GUARD = "border_guard"
    PHYTOSANITARY = "phytosanitary"
    VETERINARY = "veterinary"
    SANITARY = "sanitary"
    DRUG_CONTROL = "drug_control"


class Type(StrEnum):
    DOCUMENTS = "documents"
    SEALS = "seals"
    WEIGHING = "weighing"
    SCANNER = "scanner"
    RADIATION = "radiation"
    DOG = "dog"
    QUANTITY = "quantity"
    NATURE = "nature"
    SAMPLING = "sampling"
    UNLOADING = "unloading"


class Kind(StrEnum):
    """What a qualification is for."""

    TYPE = "type"
    AGENCY = "agency"


class Relation(StrEnum):
    FAMILY = "family"
    OWNERSHIP = "ownership"
    EMPLOYMENT = "employment"
    DEBT = "debt"
    DISPUTE = "dispute"
    OTHER = "other"


class Ending(StrEnum):
    """How a shift left the roster."""

    CHANGED = "changed"
    CANCELLED = "cancelled"


#: What everybody at the post can do; the other types want a qualification.
OPEN_TO_ALL = frozenset({Type.DOCUMENTS, Type.SEALS, Type.QUANTITY, Type.UNLOADING})

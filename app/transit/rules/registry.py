"""The register of the rules of transit movements, and their order."""

from __future__ import annotations

from app.reference.ruling import Failures, Register
from app.transit.rules.context import Context

#: In which order groups of rules run and are listed.
GROUPS = (
    "transit-header",
    "transit-route",
    "transit-tir",
    "transit-transport",
    "transit-parties",
    "transit-guarantees",
    "transit-goods",
    "transit-sums",
    "transit-documents",
    "transit-limit",
)
HEADER, ROUTE, TIR, TRANSPORT, PARTIES, GUARANTEES, GOODS, SUMS, DOCUMENTS, LIMIT = GROUPS

#: Every rule by its id; `box` is the data element of the union customs data model.
RULES: Register[Context] = Register(GROUPS)

rule = RULES.rule

__all__ = (
    "DOCUMENTS",
    "GOODS",
    "GROUPS",
    "GUARANTEES",
    "HEADER",
    "LIMIT",
    "PARTIES",
    "ROUTE",
    "RULES",
    "SUMS",
    "TIR",
    "TRANSPORT",
    "Failures",
    "rule",
)

"""The register of the rules of declarations, and their order."""

from __future__ import annotations

from app.declarations.rules.context import Context
from app.reference.ruling import Failures, Path, Register

#: In which order groups of rules run and are listed.
GROUPS = (
    "header",
    "parties",
    "transport",
    "transit",
    "values",
    "sums",
    "items",
    "documents",
    "controlled",
    "history",
)

#: Every rule by its id; `box` is the box of the single administrative document.
RULES: Register[Context] = Register(GROUPS)

rule = RULES.rule

__all__ = ("GROUPS", "RULES", "Failures", "Path", "rule")

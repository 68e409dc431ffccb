"""What must hold for a declaration: a register of rules, by topic, and the running of them.

Pure: the words, the code lists of the day, what the post remembers, and nothing else. Each rule has an id, points into
the declaration, says what is wrong and what to do. An error refuses lodging; a warning is told and kept; a blocking one
is taken and keeps the goods from being let go. Missing permits and controlled goods are no errors: they are facts for
the lane.
"""

from __future__ import annotations

from app.declarations.rules import (  # noqa: F401  (they enter their rules)
    controlled,
    countries,
    goods,
    header,
    history,
    items,
    masses,
    numbers,
    packages,
    papers,
    parties,
    previous,
    procedures,
    required,
    sums,
    terms,
    transit,
    transport,
    values,
    worth,
)
from app.declarations.rules.checking import check
from app.declarations.rules.context import Context, Setting
from app.declarations.rules.header import unknown_post
from app.declarations.rules.registry import RULES
from app.reference.ruling import SEVERITIES, SWITCHES, Rule, errors, general, severity_on
from app.reference.tables import Codes

blocking = RULES.blocking
in_order = RULES.in_order

__all__ = (
    "RULES",
    "SEVERITIES",
    "SWITCHES",
    "Codes",
    "Context",
    "Rule",
    "Setting",
    "blocking",
    "check",
    "errors",
    "general",
    "in_order",
    "severity_on",
    "unknown_post",
)

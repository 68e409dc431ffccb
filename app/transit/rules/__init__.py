"""What must hold for a transit movement: a register of rules, by topic, and the running of them.

Pure: the words, the code lists of the day, what other movements have, and nothing else. Each rule has an id, points into
the words, says what is wrong and what to do. An error refuses lodging; a warning is told and kept. Whether a guarantee
is good and has enough left is asked where guarantees are kept.
"""

from __future__ import annotations

from app.reference.ruling import Rule, errors, general, severity_on
from app.reference.tables import Codes
from app.transit.rules import (  # noqa: F401  (they enter their rules)
    documents,
    goods,
    guarantees,
    header,
    itinerary,
    limits,
    parties,
    route,
    sums,
    tir,
    transport,
)
from app.transit.rules.checking import check
from app.transit.rules.context import Context, Setting, Taken
from app.transit.rules.guarantees import WAIVERS
from app.transit.rules.header import unknown_post
from app.transit.rules.limits import limit, wished
from app.transit.rules.registry import GROUPS, RULES
from app.transit.rules.tir import letters

in_order = RULES.in_order

__all__ = (
    "GROUPS",
    "RULES",
    "WAIVERS",
    "Codes",
    "Context",
    "Rule",
    "Setting",
    "Taken",
    "check",
    "errors",
    "general",
    "in_order",
    "letters",
    "limit",
    "severity_on",
    "unknown_post",
    "wished",
)

"""Running the rules over a movement, with the severities that hold on its day."""

from __future__ import annotations

from app.core.errors import Finding
from app.reference.ruling import SEVERITIES
from app.transit.rules.context import Context, Setting
from app.transit.rules.registry import RULES


def check(setting: Setting) -> list[Finding]:
    """All findings at once, errors and warnings, in the order of the rules and of the places they look at."""
    context = Context(setting)
    return RULES.check(context, context.codes[SEVERITIES])

"""Running the rules over a declaration, with the severities that hold on its day."""

from __future__ import annotations

from app.core.errors import Finding
from app.declarations.rules.context import Context, Setting
from app.declarations.rules.registry import RULES
from app.reference.ruling import SEVERITIES


def check(setting: Setting) -> list[Finding]:
    """All findings at once, errors and warnings, in the order of the rules and of the places they look at."""
    context = Context(setting)
    return RULES.check(context, context.codes[SEVERITIES])

"""A reason typed into a form that holds nothing else."""

from __future__ import annotations

from flask import request

from app.core.errors import Invalid
from app.core.text import _, fault_in, normal

LONGEST = 2000


def typed(name: str = "reason", longest: int = LONGEST) -> str:
    """The words as typed; `Invalid` for what cannot be kept. Whether they may be blank is asked by the verb."""
    words = normal(request.form.get(name, ""))
    fault = fault_in(words)
    if fault is None and len(words) > longest:
        fault = _("Too long: at most {most} characters.", most=longest)
    if fault is not None:
        raise Invalid(fault)
    return words


def missing() -> Invalid:
    """What is said where the words may not be blank."""
    return Invalid(_("Give the reason."))

"""What the codes in cases are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.approvals import acts
from app.core.text import Text, _
from app.oversight.lifecycle import Answer
from app.oversight.rules import exceptions
from app.web import words

ANSWERS: dict[str, Text] = {
    Answer.EXPLAINED: _("Explained"),
    Answer.MEASURES: _("Measures taken"),
    Answer.INVESTIGATE: _("To be investigated"),
}
_WHAT: dict[str, Text] = {
    "invalidated": _("Invalidated"),
    "rejected": _("Rejected"),
    "voided": _("Seals voided"),
    "replaced": _("Seals replaced"),
    "guarantee": _("What a movement took of a guarantee"),
    "security": _("Security for duties"),
    "reassessed": _("Duties calculated again by hand"),
    "value": _("Declared value corrected"),
    "exit-no-permit": _("Left without a permit"),
    "exit-seals": _("Left with other seals than declared"),
    "exit-same-person": _("Released and let out by the same person"),
    "payment": _("A payment"),
    "incident": _("An incident"),
    "weighing": _("A weighing"),
}
_CONCLUSIONS: dict[str, Text] = {
    "conform": _("as declared"),
    "discrepancy": _("discrepancy"),
    "offence": _("offence"),
}


def why(rule: str, facts: Mapping[str, Any]) -> Text:
    """The sentence of a case, its codes put into words."""
    return exceptions.why(rule, {name: _word(name, value) for name, value in facts.items()})


def _word(name: str, value: Any) -> Any:
    if name in ("before", "after") and value:
        return words.lane(str(value)).text
    if name == "status" and value:
        return words.status(str(value)).text
    if name == "act" or (name == "what" and value in acts.ACTS):
        return acts.words_of(str(value))
    if name == "conclusion":
        return _CONCLUSIONS.get(str(value), value)
    return _WHAT.get(value, value) if name == "what" and isinstance(value, str) else value

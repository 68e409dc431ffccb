"""Mandates in words, for the pages of traders and of officials."""

from __future__ import annotations

from app.core.text import Text, _
from app.edge.locale import translate
from app.parties.schemas import SCOPES

#: Where a mandate stands (see `Mandate.status_on`), with its tone.
STATES: dict[str, tuple[Text, str]] = {
    "in_force": (_("In force"), "good"),
    "coming": (_("Not yet in force"), "working"),
    "over": (_("Run out"), "quiet"),
    "revoked": (_("Revoked"), "bad"),
}


def scope_choices() -> list[tuple[str, str]]:
    """(scope, what it lets a firm use) in the reader's language."""
    return [(scope, translate(text)) for scope, text in SCOPES.items()]

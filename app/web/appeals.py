"""The words of appeals, for the pages of firms and of officials."""

from __future__ import annotations

from app.core.text import Text, _

WORDS: dict[str, tuple[Text, str]] = {
    "lodged": (_("Lodged"), "working"),
    "accepted": (_("Being looked into"), "working"),
    "inadmissible": (_("Not admissible"), "bad"),
    "upheld": (_("Upheld"), "good"),
    "partly": (_("Upheld in part"), "good"),
    "rejected": (_("Rejected"), "bad"),
    "withdrawn": (_("Withdrawn"), "quiet"),
}
AGAINST: dict[str, Text] = {
    "decision": _("A decision"),
    "detention": _("A detention"),
    "seizure": _("A seizure"),
    "findings": _("What was found"),
    "assessment": _("An assessment"),
}

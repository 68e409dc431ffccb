"""The words of looks at goods: agencies, ways of looking, steps, findings, samples, seals, persons present."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.text import Text, _
from app.edge.locale import translate
from app.web.words import Word

AGENCIES: dict[str, Text] = {
    "customs": _("Customs"),
    "border_guard": _("Border guard"),
    "phytosanitary": _("Plant health"),
    "veterinary": _("Veterinary service"),
    "sanitary": _("Sanitary service"),
    "drug_control": _("Drug control"),
}
TYPES: dict[str, Text] = {
    "documents": _("Documents"),
    "seals": _("Seals"),
    "weighing": _("Weighing"),
    "scanner": _("Scanner"),
    "radiation": _("Radiation"),
    "dog": _("Dog"),
    "quantity": _("Counting"),
    "nature": _("Kind of goods"),
    "sampling": _("Samples"),
    "unloading": _("Full unloading"),
}
STEPS: dict[str, Word] = {
    "ordered": Word(_("Ordered"), "working"),
    "started": Word(_("Under way"), "caution"),
    "done": Word(_("Done"), "good"),
    "waived": Word(_("Waived")),
}
STATES: dict[str, Word] = {
    "ordered": Word(_("Ordered"), "working"),
    "started": Word(_("Under way"), "caution"),
    "concluded": Word(_("Concluded"), "good"),
    "cancelled": Word(_("Ended without a result")),
}
REASONS: dict[str, Text] = {
    "lane": _("The lane"),
    "profile": _("Criteria of risk"),
    "random": _("By chance"),
    "raised": _("Raised by an official"),
    "intelligence": _("Information received"),
    "control": _("Control ordered for the movement"),
    "other": _("Another reason"),
}
CONCLUSIONS: dict[str, Word] = {
    "conform": Word(_("As declared"), "good"),
    "discrepancy": Word(_("Discrepancy"), "caution"),
    "offence": Word(_("Offence"), "bad"),
}
RECOMMENDATIONS: dict[str, Text] = {
    "release": _("Release"),
    "release-with-correction": _("Release with correction"),
    "query": _("Ask the trader"),
    "hold": _("Hold"),
    "seize": _("Seize"),
    "refuse": _("Refuse"),
    "return": _("Send back"),
    "destroy": _("Destroy"),
}
KINDS: dict[str, Text] = {
    "match": _("As declared"),
    "surplus": _("More than declared"),
    "shortage": _("Less than declared"),
    "misclassification": _("Other goods than declared"),
    "undervaluation": _("Value too low"),
    "origin": _("Other origin"),
    "marks": _("Other marks"),
    "prohibited": _("Prohibited goods"),
    "damage": _("Damaged"),
    "other": _("Otherwise"),
}
FACTS: dict[str, Text] = {
    "commodity": _("Commodity code"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "net_kg": _("Net mass (kg)"),
    "gross_kg": _("Gross mass (kg)"),
    "packages": _("Packages"),
    "origin": _("Country of origin"),
    "value": _("Value"),
    "currency": _("Currency"),
    "description": _("Description of goods"),
    "marks": _("Marks"),
}
MEASURES: dict[str, Text] = {"weighing": _("Weighing"), "radiation": _("Radiation"), "scan": _("Scan")}
CUSTODY: dict[str, Text] = {
    "taken": _("Taken"),
    "handed": _("Handed over"),
    "received": _("Received"),
    "result": _("Result of the laboratory"),
    "returned": _("Given back"),
    "destroyed": _("Destroyed"),
}
SEAL_DEEDS: dict[str, Text] = {"seen": _("Seen"), "removed": _("Taken off"), "set": _("Put on")}
SEAL_CONDITIONS: dict[str, Word] = {
    "intact": Word(_("Intact"), "good"),
    "broken": Word(_("Broken"), "bad"),
    "different": Word(_("Another one than declared"), "bad"),
    "missing": Word(_("Missing"), "bad"),
}
PRESENT: dict[str, Text] = {
    "declarant": _("Declarant"),
    "driver": _("Driver"),
    "owner": _("Owner of the goods"),
    "carrier": _("Carrier"),
    "witness": _("Witness"),
    "expert": _("Expert"),
    "officer": _("Customs officer"),
    "official": _("Official of another agency"),
    "other": _("Somebody else"),
}
HOW: dict[str, Text] = {
    "drawn": _("Drawn by chance"),
    "named": _("Named by a supervisor"),
    "nobody": _("Nobody could be drawn"),
}
#: What could not be asked of those among whom it was drawn.
WIDENED: dict[str, Text] = {
    "roster": _("nobody stands on the roster, so all who inspect here were in the draw"),
    "qualification": _("nobody is qualified for it, so all on duty were in the draw"),
}

_LISTS: dict[str, Mapping[str, Text | Word]] = {
    "agency": AGENCIES,
    "type": TYPES,
    "step": STEPS,
    "state": STATES,
    "reason": REASONS,
    "conclusion": CONCLUSIONS,
    "recommendation": RECOMMENDATIONS,
    "kind": KINDS,
    "fact": FACTS,
    "measure": MEASURES,
    "custody": CUSTODY,
    "seal": SEAL_DEEDS,
    "condition": SEAL_CONDITIONS,
    "present": PRESENT,
    "how": HOW,
    "widened": WIDENED,
}


def word(of: str, code: str | None) -> Word:
    """A code of a list as people read it; an unknown one stands for itself."""
    found = _LISTS[of].get(str(code))
    if found is None:
        return Word(Text("{code}", {"code": str(code or "")}))
    return found if isinstance(found, Word) else Word(found)


def choices(of: str, codes: type[StrEnum] | None = None) -> list[tuple[str, str]]:
    """(code, words) of a list in the reader's language, for a form."""
    known = [each.value for each in codes] if codes is not None else list(_LISTS[of])
    return [(code, translate(word(of, code).text)) for code in known]

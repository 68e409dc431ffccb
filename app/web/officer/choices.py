"""What each decision would do, who may make it, and which of them are asked for twice."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.text import Text, _
from app.edge.locale import translate
from app.registers.decision import Choice, Offered
from app.web import words

#: Against the trader, and hardly to be undone: the page shows what follows, and asks once more.
ADVERSE = ("refuse", "seize", "return", "reject", "destroy")

EFFECTS: dict[str, Text] = {
    "release": _("The goods go as declared, as soon as everything that is due is paid or secured; then the permit can be printed."),
    "release-with-correction": _("The goods go; your reason says what is corrected, and the permit tells it."),
    "partly-release": _("Some items go, with a permit for them alone; the others stay before an officer."),
    "amend": _("What is declared is put right and assessed anew; the trader owes what it comes to."),
    "query": _("The trader is asked and has a term to answer; the clock of the answer runs."),
    "hold": _("The goods stay under customs' control for a term; the trader is told the reason and the way of appeal."),
    "seize": _("The goods are taken. A record of the seizure is made, nothing is owed any more, and the trader is told the reason and the way of appeal."),
    "refuse": _("The goods do not enter. Nothing is owed any more; the trader is told the reason and the way of appeal."),
    "return": _("The goods go back to the sender. Nothing is owed any more; the trader is told the reason and the way of appeal."),
    "reject": _("The declaration counts as never taken; the trader lodges it anew."),
    "destroy": _("The goods are destroyed under customs' eyes, with an act and witnesses. That cannot be undone."),
}  # fmt: skip
_WORDS: dict[str, Text] = {"amend": _("Amend and assess anew"), "query": _("Ask the trader")}


@dataclass(frozen=True, slots=True)
class Told:
    """A decision in words: its name, what it would do, and why it is not open to this person, or why it is offered first."""

    decision: str
    name: str
    effect: str
    why_not: str
    because: str


def name(decision: str) -> str:
    return translate(_WORDS.get(decision) or words.decision(decision))


def effect(decision: str) -> str:
    found = EFFECTS.get(decision)
    return translate(found) if found else ""


def told(offered: Offered) -> list[Told]:
    """What is offered first stands first, what is not open last."""
    ordered = sorted(offered.choices, key=lambda choice: (not choice.allowed, choice.because is None))
    return [_told(choice) for choice in ordered]


def _told(choice: Choice) -> Told:
    return Told(
        choice.decision,
        name(choice.decision),
        effect(choice.decision),
        translate(choice.why_not) if choice.why_not else "",
        translate(choice.because) if choice.because else "",
    )

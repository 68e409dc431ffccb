"""What a holder is told about his movement: where it stands, what happens next and who has to act. Never names of
officials, what they agree on among themselves, or their notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.core.journal import JournalEntry
from app.core.text import Text, _
from app.registers.movements.file import is_for_traders
from app.transit.lifecycle import Status
from app.web import transit_words as words


class Told(NamedTuple):
    """A state in a holder's words: what happens next, and whose turn it is."""

    text: Text
    tone: str
    next: Text
    turn: Text


_YOU = _("Your turn")
_DEPARTURE = _("Turn of the office of departure")
_DESTINATION = _("Turn of the office of destination")
_DRIVER = _("Turn of the driver")
_NOBODY = _("Nobody has to act")

_TOLD: dict[str, Told] = {
    Status.DRAFT.value: Told(_("Draft"), "quiet", _("Not sent yet. Complete it, have it checked and lodge it."), _YOU),
    Status.PRELODGED.value: Told(
        _("Announced"),
        "working",
        _("The movement is announced. Say so here as soon as the goods are at the office of departure."),
        _YOU,
    ),
    Status.LODGED.value: Told(
        _("With customs"),
        "working",
        _(
            "The office of departure looks at it: it may control the goods, release them or refuse. Keep goods and papers ready."
        ),
        _DEPARTURE,
    ),
    Status.UNDER_CONTROL.value: Told(
        _("Under control"),
        "caution",
        _(
            "The goods are controlled before they may leave. The driver stays with the vehicle and has the papers at hand."
        ),
        _DEPARTURE,
    ),
    Status.RELEASED_FOR_TRANSIT.value: Told(
        _("On the road"),
        "good",
        _(
            "The goods are to be at the office of destination in time, with whole seals. Tell their arrival when they are there."
        ),
        _DRIVER,
    ),
    Status.INCIDENT.value: Told(
        _("Something happened on the way"),
        "caution",
        _("An office decides whether the journey goes on. Leave the seals and the goods as they are until then."),
        _("Turn of an office on the way"),
    ),
    Status.ARRIVED.value: Told(
        _("Arrived"),
        "working",
        _("The office of destination has the goods before it. Unload nothing before it is permitted."),
        _DESTINATION,
    ),
    Status.UNLOADING.value: Told(
        _("Being unloaded"),
        "working",
        _("Unloading is permitted. Say what was unloaded, and whether all is as declared."),
        _("Turn of whoever unloads"),
    ),
    Status.DISCREPANCIES.value: Told(
        _("Not as declared"),
        "caution",
        _("What was found is not what is declared. Customs settle each difference; have proof ready."),
        _DESTINATION,
    ),
    Status.ENQUIRY.value: Told(
        _("Searched for"),
        "bad",
        _("The goods have not arrived in time. Tell what you know; without proof the duties are asked of you."),
        _YOU,
    ),
    Status.RECOVERY.value: Told(
        _("Duties are asked"),
        "bad",
        _("The duties are asked of you and of your guarantor. The movement ends when they are paid."),
        _YOU,
    ),
    Status.DISCHARGED.value: Told(
        _("Ended"), "good", _("The movement ended as it should. What it took of your guarantee is given back."), _NOBODY
    ),
    Status.REJECTED.value: Told(
        _("Rejected"), "bad", _("It was not accepted and never counted. Copy it, correct it and lodge it again."), _YOU
    ),
    Status.INVALIDATED.value: Told(_("Invalidated"), "quiet", _("The movement no longer counts."), _NOBODY),
    Status.NOT_RELEASED.value: Told(
        _("Not released"),
        "bad",
        _("The goods may not leave under transit. Ask the office of departure for its reasons."),
        _YOU,
    ),
}


def told(status: str, *, yours: bool = False, remarked: bool = False, paid: bool = False) -> Told:
    """The state in plain words; an unknown one by its code. `yours`: something waits for this trader all the same;
    `remarked`: every permission to unload has its remarks, and the rest waits for the office; `paid`: it ended because
    the duties that were asked are paid."""
    found = _TOLD.get(status) or Told(Text("{code}", {"code": status}), "quiet", Text(""), Text(""))
    if remarked and status == Status.UNLOADING.value:
        before = _TOLD[Status.ARRIVED.value]
        found = found._replace(next=before.next, turn=before.turn)
    if paid and status == Status.DISCHARGED.value:
        found = found._replace(next=_("The recovery is settled."))
    return found._replace(turn=_YOU) if yours else found


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline."""

    at: dt.datetime
    what: Text
    tone: str = "quiet"
    lines: list[Text] = field(default_factory=list)


def happenings(entries: Iterable[JournalEntry], *, holder: bool = True) -> list[Happening]:
    """What happened, the newest first, without who did it; changes of a draft one after another are one line."""
    found: list[Happening] = []
    for entry in entries:
        if not is_for_traders(entry, holder=holder):
            continue
        after = entry.after or {}
        what, tone = words.said(entry.event, after)
        line = Happening(entry.at, what, tone, words.more(entry.event, _open(after)))
        if found and found[-1].what == line.what and not line.lines:
            found.pop()
        found.append(line)
    return found[::-1]


def _open(after: dict[str, object]) -> dict[str, object]:
    """Without the remark that is meant for the guarantor."""
    return {name: value for name, value in after.items() if name != "reservation"}

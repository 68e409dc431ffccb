"""What a trader is told about his declaration: never lane, filter, reasons or names of officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.core.journal import JournalEntry
from app.core.text import Text, _
from app.web import words


class Told(NamedTuple):
    """A state in a trader's words, with what happens next."""

    text: Text
    tone: str
    next: Text


_WITH_CUSTOMS = Told(
    _("With customs"),
    "working",
    _("Customs are looking at the declaration. Keep the papers and the goods ready; what they decide will stand here."),
)

_TOLD: dict[str, Told] = {
    "draft": Told(_("Draft"), "quiet", _("Not sent yet. Complete it, have it checked and lodge it.")),
    "prelodged": Told(
        _("Lodged in advance"),
        "working",
        _("Customs work on it when the truck is there. Say so here as soon as it has arrived at the crossing point."),
    ),
    "lodged": _WITH_CUSTOMS,
    "selected": _WITH_CUSTOMS,
    "under_control": Told(
        _("Under control"),
        "caution",
        _("Customs are checking. The driver should stay with the vehicle and have the papers at hand."),
    ),
    "queried": Told(
        _("Question to you"), "caution", _("Customs have a question. Answer it, so that the work can go on.")
    ),
    "assessed": Told(
        _("To be paid"),
        "caution",
        _("Customs have finished. The goods are released by themselves as soon as everything is paid or secured."),
    ),
    "paid": Told(_("Paid"), "working", _("The payment has arrived. The release follows.")),
    "released": Told(_("Released"), "good", _("The goods may go. The driver needs the clearance permit at the gate.")),
    "partly_released": Told(
        _("Partly released"), "good", _("A part of the goods may go. Ask the crossing point about the rest.")
    ),
    "exited": Told(
        _("Left the crossing point"), "good", _("The goods have passed the gate. There is nothing more to do.")
    ),
    "rejected": Told(_("Rejected"), "bad", _("The declaration was not accepted. Correct it and lodge it again.")),
    "invalidated": Told(_("Invalidated"), "quiet", _("The declaration no longer counts.")),
    "detained": Told(
        _("Goods are held"),
        "bad",
        _("The goods stay at the crossing point for now. Go there with the papers of the consignment."),
    ),
    "seized": Told(
        _("Goods are seized"),
        "bad",
        _("Customs have taken the goods. You will get a written decision, with the way to appeal."),
    ),
    "refused": Told(
        _("Refused"),
        "bad",
        _("The goods may not go on. Ask the crossing point for the written decision, with the way to appeal."),
    ),
    "returned": Told(
        _("Sent back"),
        "caution",
        _("The goods go back to where they came from. A new declaration is needed to bring them again."),
    ),
    "destroyed": Told(_("Goods destroyed"), "quiet", _("The goods were destroyed under control.")),
}


def told(status: str) -> Told:
    """The state in plain words; an unknown one by its code."""
    return _TOLD.get(status) or Told(Text("{code}", {"code": status}), "quiet", Text(""))


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the trader's timeline."""

    at: dt.datetime
    what: Text
    tone: str = "quiet"


#: Acts a trader is told of. What is not here (a change of lane, a proposal) is not his to know.
_HAPPENINGS: dict[str, tuple[Text, str]] = {
    "declaration.drafted": (_("Draft begun"), "quiet"),
    "declaration.redrafted": (_("Draft changed"), "quiet"),
    "declaration.prelodged": (_("Lodged in advance"), "working"),
    "declaration.presented": (_("Truck reported as arrived"), "working"),
    "declaration.lodged": (_("Lodged"), "working"),
    "declaration.control-started": (_("Customs began to check"), "caution"),
    "declaration.queried": (_("Customs asked a question"), "caution"),
    "declaration.answered": (_("Question answered"), "working"),
    "declaration.query-withdrawn": (_("Question withdrawn by customs"), "quiet"),
    "declaration.document-added": (_("Document added"), "quiet"),
    "declaration.cleared": (_("Checked by customs"), "good"),
    "declaration.assessed": (_("Amount to pay fixed"), "working"),
    "declaration.paid": (_("Paid"), "good"),
    "declaration.released": (_("Released"), "good"),
    "declaration.partly-released": (_("Partly released"), "good"),
    "declaration.partly-exited": (_("A part has left the crossing point"), "good"),
    "declaration.exited": (_("Left the crossing point"), "good"),
    "declaration.detained": (_("Goods held by customs"), "bad"),
    "declaration.refused": (_("Refused by customs"), "bad"),
    "declaration.seized": (_("Goods seized by customs"), "bad"),
    "declaration.returned": (_("Sent back by customs"), "caution"),
    "declaration.destroyed": (_("Goods destroyed"), "quiet"),
    "declaration.rejected": (_("Rejected by customs"), "bad"),
    "declaration.amendment-requested": (_("Amendment asked for"), "working"),
    "declaration.amendment-rejected": (_("Amendment refused by customs"), "bad"),
    "declaration.amendment-overtaken": (_("Amendment overtaken by what happened since"), "quiet"),
    "declaration.amended": (_("Amended"), "good"),
    "declaration.invalidation-requested": (_("Invalidation asked for"), "working"),
    "declaration.invalidation-rejected": (_("Invalidation refused by customs"), "bad"),
    "declaration.invalidated": (_("Invalidated"), "quiet"),
    "declaration.discharged": (_("All goods are out of suspense: the security is free"), "good"),
    "declaration.suspended-again": (_("Goods are under suspense again: security is needed"), "caution"),
    "declaration.expired": (_("Expired: the truck did not come in time"), "quiet"),
}

#: How money comes.
METHODS: dict[str, Text] = {
    "account": _("Prepayment account"),
    "receipt": _("Receipt of a bank"),
    "cash": _("Cash at the window"),
    "guarantee": _("Guarantee"),
}

#: What became of a payment, with its tone.
PAYMENTS: dict[str, tuple[Text, str]] = {
    "claimed": (_("Waits for the cashier"), "working"),
    "confirmed": (_("Confirmed"), "good"),
    "refused": (_("Not accepted"), "bad"),
    "cancelled": (_("Taken back"), "quiet"),
}

#: What became of a request to change or to invalidate, with its tone.
REQUESTS: dict[str, tuple[Text, str]] = {
    "requested": (_("With customs"), "working"),
    "endorsed": (_("With customs"), "working"),
    "accepted": (_("Accepted"), "good"),
    "rejected": (_("Refused"), "bad"),
    "overtaken": (_("Overtaken by what happened since"), "quiet"),
}

#: The lines of an account's statement.
LINES: dict[str, Text] = {
    "deposit": _("Paid in"),
    "payment": _("Paid for a declaration"),
    "excess": _("Paid too much, kept on the account"),
    "refund": _("Given back"),
    "offset": _("Set off"),
    "security": _("Reserved as security"),
    "security-release": _("Security given back"),
    "withdrawal": _("Taken out"),
    "cancellation": _("Payment taken back"),
}


def happenings(entries: Iterable[JournalEntry], permit_issued: dt.datetime | None) -> list[Happening]:
    """The timeline of what happened to the declaration and of its papers, oldest first; changes of a draft one after
    another are one line."""
    found: list[Happening] = []
    for entry in entries:
        known = _HAPPENINGS.get(entry.event) or _of_paper(entry)
        if known is None:
            continue
        line = Happening(entry.at, *known)
        if found and found[-1].what == line.what:
            found.pop()
        found.append(line)
    if permit_issued is not None:
        found.append(Happening(permit_issued, _("Clearance permit issued"), "good"))
    return sorted(found, key=lambda line: line.at)


def _of_paper(entry: JournalEntry) -> tuple[Text, str] | None:
    said = words.of_paper(entry.event, entry.after or {})
    return None if said is None else (said, "quiet")

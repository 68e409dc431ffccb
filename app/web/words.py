"""The words and tones in which pages show states, lanes, roles and decisions; the API shows the codes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.approvals.acts import words_of
from app.clearance.commands import NAMES as PAPERS
from app.core.text import Text, _
from app.edge import fmt
from app.risk.rules import Lane, lanes


class Word(NamedTuple):
    """A code as people read it. `tone` is quiet, working, good, caution or bad."""

    text: Text
    tone: str = "quiet"


#: Kinds of certificates whose quantity is counted down.
CERTIFICATES: dict[str, Text] = {
    "exemption": _("Exemption"),
    "preference": _("Proof of origin"),
    "quota": _("Tariff quota"),
    "licence": _("Licence or permit"),
}
STATUSES: dict[str, Word] = {
    "draft": Word(_("Draft")),
    "prelodged": Word(_("Lodged in advance"), "working"),
    "lodged": Word(_("Lodged"), "working"),
    "selected": Word(_("Selected for control"), "working"),
    "under_control": Word(_("Under control"), "caution"),
    "queried": Word(_("Question to the trader"), "caution"),
    "assessed": Word(_("Assessed"), "working"),
    "paid": Word(_("Paid"), "working"),
    "released": Word(_("Released"), "good"),
    "partly_released": Word(_("Partly released"), "good"),
    "exited": Word(_("Left the crossing point"), "good"),
    "rejected": Word(_("Rejected"), "bad"),
    "invalidated": Word(_("Invalidated")),
    "detained": Word(_("Detained"), "bad"),
    "seized": Word(_("Seized"), "bad"),
    "refused": Word(_("Refused"), "bad"),
    "returned": Word(_("Returned"), "caution"),
    "destroyed": Word(_("Destroyed")),
    "released_for_transit": Word(_("Released for transit"), "good"),
    "incident": Word(_("Incident on the way"), "caution"),
    "arrived": Word(_("Arrived"), "working"),
    "unloading": Word(_("Unloading"), "working"),
    "discrepancies": Word(_("Discrepancies found"), "caution"),
    "discharged": Word(_("Discharged"), "good"),
    "enquiry": Word(_("Enquiry opened"), "caution"),
    "recovery": Word(_("Recovery of the debt"), "bad"),
    "not_released": Word(_("Not released for transit"), "bad"),
}

LANES: dict[str, Word] = {
    lane.value: Word(lanes.NAMES[lane], lane.value) for lane in (Lane.GREEN, Lane.YELLOW, Lane.RED, Lane.BLUE)
}
LANE_MEANINGS: dict[str, Text] = {
    "green": _("Release without a check"),
    "yellow": _("Check of the documents"),
    "red": _("Physical examination"),
    "blue": _("Release, then audit after clearance"),
}

ROLES: dict[str, Text] = {
    "trader": _("Trader"),
    "officer": _("Customs officer"),
    "inspector": _("Inspector"),
    "supervisor": _("Supervisor"),
    "analyst": _("Risk analyst"),
    "liaison": _("Liaison officer"),
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
    "system": _("Other administration"),
}

METHODS: dict[str, Text] = {
    "cash": _("Cash at the window"),
    "receipt": _("Receipt of a bank"),
    "account": _("Prepayment account"),
    "refund": _("Refunds to a bank"),
    "return": _("Refunds to an account"),
}
PURPOSES: dict[str, Text] = {
    "duties": _("Duties"),
    "deposit": _("Paid into the prepayment account"),
    "security": _("Security"),
}
PAYMENTS: dict[str, Word] = {
    "claimed": Word(_("Waits for the cashier"), "caution"),
    "confirmed": Word(_("Confirmed"), "good"),
    "refused": Word(_("Not accepted"), "bad"),
    "cancelled": Word(_("Cancelled"), "bad"),
}
SECURITIES: dict[str, Text] = {
    "cash": _("Cash deposit"),
    "account": _("Reserved on the prepayment account"),
    "guarantee": _("Guarantee"),
}

#: What the journal tells of the papers of a post.
_PAPERS_TOLD: dict[str, Text] = {
    "paper.issued": _("{kind} {number} issued"),
    "paper.printed": _("{kind} {number}: copy {copy} printed"),
    "paper.sad-printed": _("{kind} printed, version {version}"),
}

DECISIONS: dict[str, Text] = {
    "release": _("Release"),
    "release-with-correction": _("Release with correction"),
    "hold": _("Hold"),
    "refuse": _("Refuse"),
    "seize": _("Seize"),
    "return": _("Send back"),
    "partly-release": _("Release some items"),
    "reject": _("Reject"),
    "destroy": _("Destroy"),
}


def status(code: str) -> Word:
    """The word of a state; an unknown state is shown by its code."""
    return STATUSES.get(code) or Word(Text("{code}", {"code": code}))


def lane(code: str) -> Word:
    return LANES.get(code) or Word(Text("{code}", {"code": code}))


def role(code: str) -> Text:
    return ROLES.get(code) or Text("{code}", {"code": code})


def paper(kind: str) -> Text:
    return PAPERS.get(kind) or Text("{code}", {"code": kind})


def of_paper(event: str, after: Mapping[str, Any]) -> Text | None:
    """What the journal's entry about a paper says; None for any other."""
    sentence = _PAPERS_TOLD.get(event)
    if sentence is None:
        return None
    facts = {name: fmt.code(after.get(name) or "") for name in ("number", "copy", "version")}
    return Text(sentence.msgid, {"kind": paper(str(after.get("kind") or "sad")), **facts})


def decision(code: str) -> Text:
    return DECISIONS.get(code) or Text("{code}", {"code": code})


def act(kind: str) -> Text:
    """What a kind of proposal asks for."""
    return words_of(kind)


def method(code: str) -> Text:
    """How money came or went."""
    return METHODS.get(code) or Text("{code}", {"code": code})


def purpose(code: str) -> Text:
    return PURPOSES.get(code) or Text("{code}", {"code": code})


def payment(code: str) -> Word:
    """The word of a payment's state."""
    return PAYMENTS.get(code) or Word(Text("{code}", {"code": code}))


def security(code: str) -> Text:
    return SECURITIES.get(code) or Text("{code}", {"code": code})

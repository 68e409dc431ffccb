"""What each event of the journal is called: plain ones by a word, the others by what they changed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.core.text import Text, _
from app.edge import fmt
from app.web import words
from app.web.officer.forms import CONCLUSIONS, OUTCOMES

Facts = dict[str, Any]
#: What happened, and its tone.
Said = tuple[Text, str]

PLAIN: dict[str, Said] = {
    "declaration.drafted": (_("Draft begun"), "quiet"),
    "declaration.redrafted": (_("Draft changed"), "quiet"),
    "declaration.lodged": (_("Lodged"), "working"),
    "declaration.prelodged": (_("Lodged in advance"), "working"),
    "declaration.presented": (_("The goods are there"), "working"),
    "declaration.control-started": (_("Control begun"), "working"),
    "declaration.control-continued": (_("Control continued"), "quiet"),
    "declaration.queried": (_("Question to the trader"), "caution"),
    "declaration.query-withdrawn": (_("Question withdrawn"), "quiet"),
    "declaration.detained": (_("Held"), "caution"),
    "declaration.refused": (_("Refused"), "bad"),
    "declaration.seized": (_("Seized"), "bad"),
    "declaration.returned": (_("Sent back"), "caution"),
    "declaration.rejected": (_("Rejected"), "bad"),
    "declaration.destroyed": (_("Destroyed under customs' eyes"), "bad"),
    "declaration.cleared": (_("Cleared, waits for payment"), "working"),
    "declaration.assessed": (_("Nothing more to look at, waits for payment"), "working"),
    "declaration.paid": (_("Everything that is due is paid or secured"), "good"),
    "declaration.reassessed": (_("Duties calculated anew"), "working"),
    "declaration.document-added": (_("Document handed in"), "working"),
    "declaration.amendment-requested": (_("Amendment asked for"), "caution"),
    "declaration.amendment-proposed": (_("Amendment proposed by an official"), "caution"),
    "declaration.amendment-endorsed": (_("Amendment endorsed"), "working"),
    "declaration.amendment-rejected": (_("Amendment rejected"), "caution"),
    "declaration.amendment-overtaken": (_("Request for an amendment overtaken"), "quiet"),
    "declaration.invalidation-requested": (_("Invalidation asked for"), "caution"),
    "declaration.invalidation-proposed": (_("Invalidation proposed by an official"), "caution"),
    "declaration.invalidation-endorsed": (_("Invalidation endorsed"), "working"),
    "declaration.invalidation-rejected": (_("Invalidation rejected"), "caution"),
    "declaration.invalidation-overtaken": (_("Request for an invalidation overtaken"), "quiet"),
    "declaration.invalidated": (_("Invalidated"), "bad"),
    "declaration.expired": (_("Invalidated: the goods did not come in time"), "bad"),
    "declaration.discharged": (_("Everything is out of suspense: nothing is to be secured any more"), "good"),
    "declaration.suspended-again": (_("Goods are under suspense again and to be secured anew"), "caution"),
    "declaration.expiry-announced": (_("Firm warned that the time runs out"), "quiet"),
    "inspection.cancelled": (_("Inspection ended without a result"), "quiet"),
    "inspection.late-remark": (_("Recorded at the truck, added late"), "caution"),
    "inspection.assigned": (_("Somebody was chosen to look"), "quiet"),
    "inspection.widened": (_("More is to be looked at"), "caution"),
    "inspection.appointed": (_("Time and place set"), "quiet"),
    "inspection.step-started": (_("A control was begun"), "working"),
    "inspection.step-done": (_("A control was finished"), "working"),
    "inspection.step-waived": (_("A control was waived"), "caution"),
    "inspection.measured": (_("Weighed or measured"), "working"),
    "inspection.reading-linked": (_("A reading of an instrument was taken over"), "working"),
    "inspection.photo-added": (_("Photo added"), "quiet"),
    "inspection.person-noted": (_("Somebody present was written down"), "quiet"),
    "inspection.sample-taken": (_("Sample taken"), "working"),
    "inspection.sample-handed": (_("Sample handed on"), "quiet"),
    "inspection.sample-received": (_("Sample received"), "quiet"),
    "inspection.sample-result": (_("The laboratory answered"), "working"),
    "inspection.sample-returned": (_("Sample given back"), "quiet"),
    "inspection.sample-destroyed": (_("Sample destroyed"), "quiet"),
    "inspection.seal-seen": (_("Seal looked at"), "working"),
    "inspection.seal-removed": (_("Seal taken off"), "working"),
    "inspection.seal-set": (_("Seal put on"), "working"),
    "inspection.looked-at": (_("Inspection opened"), "quiet"),
    "claim.taken": (_("Taken over from a colleague"), "caution"),
    "proposal.approved": (_("Proposal approved"), "good"),
    "proposal.rejected": (_("Proposal rejected"), "caution"),
    "proposal.overtaken": (_("Proposal overtaken by the decision"), "quiet"),
    "proposal.expired": (_("Proposal out of time"), "quiet"),
}


def said(event: str, before: Facts, after: Facts) -> Said:
    """What an event is called, and its tone; one that nobody has named is shown by its code."""
    telling = _TOLD.get(event)
    if telling is not None:
        return telling(before, after)
    of_paper = words.of_paper(event, after)
    if of_paper is not None:
        return of_paper, "quiet"
    return PLAIN.get(event, (Text("{event}", {"event": event}), "quiet"))


def _lane(words_of: Facts) -> Text:
    return words.lane(str(words_of.get("lane") or "")).text


def _money(after: Facts) -> Any:
    return fmt.amount(after.get("amount"), str(after.get("currency") or ""))


def _items(after: Facts, name: str) -> str:
    return ", ".join(map(str, after.get(name) or ()))


def _selected(before: Facts, after: Facts) -> Said:
    return _("Selected for control: {lane}", lane=_lane(after)), "working"


def _released(before: Facts, after: Facts) -> Said:
    if after.get("items"):
        return _("The last items are released: {items}", items=_items(after, "items")), "good"
    if after.get("decision"):
        return _("Decision: {decision}", decision=words.decision(after["decision"])), "good"
    if after.get("lane"):
        return _("Released without a check: {lane}", lane=_lane(after)), "good"
    return _("Released: nothing is due any more"), "good"


def _partly(before: Facts, after: Facts) -> Said:
    return _("Items released: {items}", items=_items(after, "items")), "good"


def _rerouted(before: Facts, after: Facts) -> Said:
    return _("Lane changed from {before} to {after}", before=_lane(before), after=_lane(after)), "caution"


def _answered(before: Facts, after: Facts) -> Said:
    return (_("Answered too late"), "caution") if after.get("late") else (_("Answered"), "working")


def _amended(before: Facts, after: Facts) -> Said:
    return _("Amended: version {number} is in force", number=after.get("content", "")), "working"


def _stock_moved(before: Facts, after: Facts) -> Said:
    return _("{reference} moved what is in stock", reference=fmt.code(after.get("moved_by"))), "quiet"


def _exited(before: Facts, after: Facts) -> Said:
    return _("Left the crossing point: exit {number}", number=fmt.code(after.get("exit_number"))), "good"


def _partly_exited(before: Facts, after: Facts) -> Said:
    items, number = _items(after, "exit_items"), fmt.code(after.get("exit_number"))
    return _("Items {items} left: exit {number}", items=items, number=number), "good"


def _audited(before: Facts, after: Facts) -> Said:
    outcome = str(after.get("audit_outcome"))
    tone = "good" if outcome == "conform" else "caution"
    return _("Audit after clearance: {outcome}", outcome=OUTCOMES.get(outcome, Text(outcome))), tone


def _ordered(before: Facts, after: Facts) -> Said:
    if after.get("kind") == "goods":
        return _("Examination of the goods ordered"), "working"
    return _("Check of the documents ordered"), "working"


def _found(before: Facts, after: Facts) -> Said:
    if after.get("conform"):
        return _("Finding: as declared"), "good"
    return _("Finding: not as declared"), "caution"


def _concluded(before: Facts, after: Facts) -> Said:
    code = str(after.get("conclusion"))
    concluded = _("Inspection concluded: {conclusion}", conclusion=CONCLUSIONS.get(code, Text(code)))
    return concluded, "good" if code == "conform" else "caution"


def _proposed(before: Facts, after: Facts) -> Said:
    act = str(after.get("act"))
    if act in ("lane.lower", "transit.lower-lane"):
        source, target = _lane({"lane": after.get("from")}), _lane(after)
        return _("Proposed to a second person: from {before} to {after}", before=source, after=target), "caution"
    if after.get("amount"):
        return _("Proposed to a second person: {act}, {amount}", act=words.act(act), amount=_money(after)), "caution"
    return _("Proposed to a second person: {act}", act=words.act(act)), "caution"


def _issued(before: Facts, after: Facts) -> Said:
    return _("Permit {number} issued", number=after.get("number", "")), "good"


def _printed(before: Facts, after: Facts) -> Said:
    return _("Copy {number} of the permit printed", number=after.get("copy", "")), "quiet"


def _revoked(before: Facts, after: Facts) -> Said:
    return _("Permit {number} revoked", number=after.get("number", "")), "bad"


def _assessed(before: Facts, after: Facts) -> Said:
    currency, number = str(after.get("currency") or ""), after.get("number", "")
    total, held_back = fmt.amount(after.get("total"), currency), fmt.amount(after.get("suspended"), currency)
    if Decimal(str(after.get("suspended") or 0)):
        message = _("Assessment {number}: {total} to pay, {suspended} suspended", number=number, total=total,
                    suspended=held_back)  # fmt: skip
        return message, "working"
    return _("Assessment {number}: {total} to pay", number=number, total=total), "working"


def _payment(text: str, tone: str) -> Callable[[Facts, Facts], Said]:
    def told(before: Facts, after: Facts) -> Said:
        return Text(text, {"amount": _money(after), "number": fmt.code(after.get("number") or "")}), tone

    return told


def _secured(before: Facts, after: Facts) -> Said:
    method = words.security(str(after.get("method")))
    return _("Security given: {method}, {amount}", method=method, amount=_money(after)), "good"


def _unsecured(before: Facts, after: Facts) -> Said:
    return _("Security given back"), "quiet"


def _refunded(before: Facts, after: Facts) -> Said:
    return _("Given back: {amount}, {number}", amount=_money(after), number=fmt.code(after.get("number"))), "working"


def _written_off(before: Facts, after: Facts) -> Said:
    return _of_kind(_WRITTEN_OFF, after), "working"


def _given_back(before: Facts, after: Facts) -> Said:
    return _of_kind(_GIVEN_BACK, after), "quiet"


_WRITTEN_OFF = {
    "exemption": _("Written off an exemption certificate"),
    "preference": _("Written off proof of origin {number}"),
    "quota": _("Written off quota {number}"),
    "licence": _("Written off licence {number}"),
}
_GIVEN_BACK = {
    "exemption": _("Given back to an exemption certificate"),
    "preference": _("Given back to proof of origin {number}"),
    "quota": _("Given back to quota {number}"),
    "licence": _("Given back to licence {number}"),
}


def _of_kind(texts: dict[str, Text], after: Facts) -> Text:
    """Entries from before there were kinds are about exemptions."""
    text = texts[str(after.get("kind") or "exemption")]
    return Text(text.msgid, {"number": fmt.code(after.get("number"))}) if "{" in text.msgid else text


def _stock(text: Text, tone: str) -> Callable[[Facts, Facts], Said]:
    def told(before: Facts, after: Facts) -> Said:
        left = fmt.mass(after.get("net_kg"))
        params = {"mrn": fmt.code(after.get("mrn")), "item": after.get("item", ""), "left": left}
        return Text(text.msgid, params), tone

    return told


#: Events whose sentence depends on what they changed.
_TOLD: dict[str, Callable[[Facts, Facts], Said]] = {
    "declaration.selected": _selected,
    "declaration.released": _released,
    "declaration.partly-released": _partly,
    "declaration.rerouted": _rerouted,
    "declaration.answered": _answered,
    "declaration.amended": _amended,
    "declaration.exited": _exited,
    "declaration.stock-moved": _stock_moved,
    "declaration.partly-exited": _partly_exited,
    "declaration.audited": _audited,
    "inspection.ordered": _ordered,
    "inspection.finding-added": _found,
    "inspection.concluded": _concluded,
    "proposal.made": _proposed,
    "permit.issued": _issued,
    "permit.printed": _printed,
    "permit.revoked": _revoked,
    "assessment.made": _assessed,
    "payment.claimed": _payment(_("Receipt over {amount} named by the trader").msgid, "caution"),
    "payment.recorded": _payment(_("Paid: {amount}, receipt {number}").msgid, "good"),
    "payment.made": _payment(_("Paid from the firm's account: {amount}, receipt {number}").msgid, "good"),
    "payment.collected": _payment(_("Paid from the firm's account: {amount}, receipt {number}").msgid, "good"),
    "payment.confirmed": _payment(_("Receipt confirmed: {amount}, receipt {number}").msgid, "good"),
    "payment.refused": _payment(_("Receipt over {amount} not accepted").msgid, "caution"),
    "payment.cancelled": _payment(_("Payment of {amount} cancelled, receipt {number}").msgid, "bad"),
    "security.given": _secured,
    "security.released": _unsecured,
    "refund.made": _refunded,
    "exemption.written-off": _written_off,
    "exemption.given-back": _given_back,
    "suspense.opened": _stock(_("Item {item} is under suspense: {left}"), "working"),
    "suspense.changed": _stock(_("Item {item} of {mrn} follows the amendment: {left} are left"), "working"),
    "suspense.closed": _stock(_("Item {item} of {mrn} is under suspense no more: {left} are left"), "quiet"),
    "suspense.written-off": _stock(_("Written off item {item} of {mrn}: {left} are left"), "working"),
    "suspense.given-back": _stock(_("Given back to item {item} of {mrn}: {left} are there"), "quiet"),
}

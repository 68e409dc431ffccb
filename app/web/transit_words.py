"""The words and tones in which pages speak of transit movements, seals and guarantees.

What may be chosen in a form is called as its schema calls it: one name, one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma

from app.core.text import Text, _
from app.edge import fmt
from app.guarantees.schemas import GuaranteeEntrySchema
from app.seals.schemas import SealReceptionSchema
from app.transit import schemas
from app.transit.lifecycle import Stage, Status
from app.web.kinds import choices_of
from app.web.words import Word, lane, of_paper

Facts = Mapping[str, Any]
#: What happened, and its tone.
Said = tuple[Text, str]

KINDS: dict[str, Text] = {
    "national": _("National transit"),
    "international": _("International transit"),
    "tir": _("TIR transport"),
}
OFFICES: dict[str, Text] = {
    "departure": _("Office of departure"),
    "transit": _("Office of transit"),
    "exit": _("Office of exit"),
    "destination": _("Office of destination"),
}
STAGES: dict[str, Word] = {
    Stage.WAITING.value: Word(_("Nothing yet")),
    Stage.DECIDE.value: Word(_("To decide"), "caution"),
    Stage.EXPECTED.value: Word(_("Expected"), "working"),
    Stage.PRESENT.value: Word(_("Present"), "caution"),
    Stage.SEARCH.value: Word(_("To search"), "bad"),
    Stage.DONE.value: Word(_("Done"), "good"),
}
#: Where a movement stands, in a sentence.
STANDINGS: dict[str, Text] = {
    Status.PRELODGED.value: _("Announced in advance. The goods are not at the office of departure yet."),
    Status.LODGED.value: _("Lodged. The office of departure decides: control, release or refusal."),
    Status.UNDER_CONTROL.value: _("Under control at the office of departure."),
    Status.RELEASED_FOR_TRANSIT.value: _("On the road to {destination}, to be there until {limit}."),
    Status.INCIDENT.value: _("On the road, and something happened. An office decides whether the journey goes on."),
    Status.ARRIVED.value: _("The goods are at the office of destination. Nothing is unloaded yet."),
    Status.UNLOADING.value: _("Unloading is permitted at the office of destination."),
    Status.DISCREPANCIES.value: _("The goods are not as declared. Each difference is resolved before the end."),
    Status.ENQUIRY.value: _("The goods did not arrive in time. The office of departure searches for them."),
    Status.RECOVERY.value: _("The duties are asked of holder and guarantor."),
    Status.DISCHARGED.value: _("Ended as it should. Guarantee, seals and vehicles are free again."),
    Status.REJECTED.value: _("Refused as a declaration. It never counted."),
    Status.INVALIDATED.value: _("Counts no more."),
    Status.NOT_RELEASED.value: _("The goods were not released for transit."),
}
SEAL_STATES: dict[str, Word] = {
    "stock": Word(_("In stock")),
    "issued": Word(_("Handed to an officer"), "working"),
    "applied": Word(_("On goods"), "good"),
    "broken": Word(_("Broken"), "bad"),
    "removed": Word(_("Taken off")),
    "void": Word(_("Void")),
}
SEAL_EVENTS: dict[str, Text] = {
    "received": _("Received from the maker"),
    "issued": _("Handed to an officer"),
    "given-back": _("Given back to the stock"),
    "applied": _("Put on the goods"),
    "adopted": _("Came on the goods"),
    "checked": _("Checked"),
    "broken": _("Found broken"),
    "removed": _("Taken off"),
    "voided": _("Voided"),
}
GUARANTEE_STATES: dict[str, Word] = {
    "waiting": Word(_("Waits for a second person"), "caution"),
    "in_force": Word(_("In force"), "good"),
    "suspended": Word(_("Suspended"), "caution"),
    "refused": Word(_("Refused"), "bad"),
    "revoked": Word(_("Revoked"), "bad"),
}
RESERVATIONS: dict[str, Word] = {
    "reserved": Word(_("Reserved"), "working"),
    "held": Word(_("Held: the goods are looked for"), "caution"),
    "credited": Word(_("Given back"), "good"),
    "claimed": Word(_("Claimed from the guarantor"), "bad"),
}
#: Lines of a guarantee's account.
TRANSFERS: dict[str, Text] = {
    "pledge": _("Pledged"),
    "lower": _("Limit lowered"),
    "reserve": _("Reserved for a movement"),
    "credit": _("Given back"),
    "revoke": _("Taken off the books"),
    "hold": _("Held"),
    "unhold": _("No longer held"),
    "claim": _("Claimed"),
}
ALARMS: dict[str, Word] = {
    "limit-passed": Word(_("The limit is past"), "bad"),
    "weight": Word(_("The weights differ"), "caution"),
    "deviation": Word(_("The binding route was left"), "bad"),
    "seal": Word(_("A seal is not in order"), "bad"),
}
MISMATCHES: dict[str, Word] = {
    "entry-without-exit": Word(_("Came in, and not out in time"), "bad"),
    "exit-without-entry": Word(_("Seen at its end, but not at an office before"), "caution"),
    "weight": Word(_("The weights differ"), "caution"),
}
SOURCES: dict[str, Text] = {
    "holder": _("told by the holder"),
    "office": _("written down by an office"),
    "device": _("told by a device"),
}
REQUESTS: dict[str, Word] = {
    "requested": Word(_("Waits"), "caution"),
    "accepted": Word(_("Accepted"), "good"),
    "rejected": Word(_("Rejected"), "bad"),
    "overtaken": Word(_("Overtaken")),
}
DEVICES: dict[str, Text] = {
    "position": _("Position"),
    "locked": _("Locked"),
    "opened": _("Opened"),
    "tampered": _("Tampered with"),
    "battery-low": _("Battery low"),
    "weight": _("Weight"),
}
EVENTS: dict[str, Said] = {
    "transit.drafted": (_("Draft begun"), "quiet"),
    "transit.redrafted": (_("Draft changed"), "quiet"),
    "transit.lodged": (_("Lodged"), "working"),
    "transit.prelodged": (_("Lodged in advance"), "working"),
    "transit.presented": (_("The goods are there"), "working"),
    "transit.amendment-requested": (_("Amendment asked for"), "caution"),
    "transit.amendment-rejected": (_("Amendment rejected"), "caution"),
    "transit.amendment-overtaken": (_("Request for an amendment overtaken"), "quiet"),
    "transit.amended": (_("Amended"), "working"),
    "transit.invalidation-requested": (_("Invalidation asked for"), "caution"),
    "transit.invalidation-rejected": (_("Invalidation rejected"), "caution"),
    "transit.cancellation-proposed": (_("Cancellation proposed by an official"), "caution"),
    "transit.invalidated": (_("Counts no more"), "bad"),
    "transit.selected": (_("Selected by the risk criteria"), "working"),
    "transit.rerouted": (_("Lane changed"), "caution"),
    "transit.rejected": (_("Rejected"), "bad"),
    "transit.expired": (_("Invalidated: the goods did not come in time"), "bad"),
    "transit.control-ordered": (_("Control ordered"), "caution"),
    "transit.control-concluded": (_("Control concluded"), "working"),
    "transit.guarantee-refused": (_("Guarantee refused"), "caution"),
    "transit.released": (_("Released for transit"), "good"),
    "transit.release-refused": (_("Not released for transit"), "bad"),
    "transit.passed": (_("Seen at an office on the way"), "working"),
    "transit.extended": (_("More time given"), "caution"),
    "transit.incident-reported": (_("Incident reported"), "caution"),
    "transit.incident-decided": (_("Incident decided"), "working"),
    "transit.weighed": (_("Weighed"), "quiet"),
    "transit.arrived": (_("Arrived"), "working"),
    "transit.unloading-permitted": (_("Unloading permitted"), "working"),
    "transit.unloading-remarked": (_("Unloading remarks"), "working"),
    "transit.discrepancy-found": (_("Differences found"), "caution"),
    "transit.discrepancy-resolved": (_("Difference resolved"), "working"),
    "transit.continued": (_("The rest goes on"), "working"),
    "transit.discharged": (_("Discharged"), "good"),
    "transit.enquiry-opened": (_("Enquiry opened"), "caution"),
    "transit.enquiry-answered": (_("Enquiry answered"), "working"),
    "transit.enquiry-closed": (_("Enquiry closed"), "working"),
    "transit.recovery-started": (_("Recovery started"), "bad"),
    "transit.recovery-settled": (_("Recovery settled"), "good"),
    "transit.alarm-raised": (_("Alarm"), "bad"),
    "transit.alarm-seen": (_("Alarm seen"), "quiet"),
}


def chosen(schema: type[ma.Schema], name: str, inner: str | None = None) -> dict[str, Text]:
    """What may be chosen in a field of a schema, with the sentences that name it, to be said in the reader's language."""
    field: Any = schema().fields[name]
    if inner is not None:
        field = field.inner.schema.fields[inner]
    return {str(code): Text(str(label)) for code, label in choices_of(field)}


INCIDENTS = chosen(schemas.IncidentSchema, "code")
DECISIONS = chosen(schemas.IncidentDecisionSchema, "outcome")
RESULTS = chosen(schemas.ControlResultSchema, "result")
DIFFERENCES = chosen(schemas.DiscrepanciesSchema, "discrepancies", "field")
RESOLUTIONS = chosen(schemas.ResolutionSchema, "resolution")
ANSWERS = chosen(schemas.EnquiryAnswerSchema, "says")
OUTCOMES = chosen(schemas.EnquiryClosingSchema, "outcome")
OCCASIONS = chosen(schemas.WeighingSchema, "moment")
PROCEDURES = chosen(schemas.ArrivalSchema, "procedure")
GRADES = chosen(SealReceptionSchema, "grade")
GUARANTEES = {**chosen(GuaranteeEntrySchema, "type"), "B": Text("TIR")}

_TABLES: dict[str, Mapping[str, Text]] = {
    "kind": KINDS, "office": OFFICES, "incident": INCIDENTS, "decision": DECISIONS, "result": RESULTS,
    "difference": DIFFERENCES, "resolution": RESOLUTIONS, "answer": ANSWERS, "outcome": OUTCOMES,
    "occasion": OCCASIONS, "procedure": PROCEDURES, "grade": GRADES, "guarantee": GUARANTEES, "source": SOURCES,
    "seal-event": SEAL_EVENTS, "transfer": TRANSFERS, "device": DEVICES,
}  # fmt: skip
_TONED: dict[str, Mapping[str, Word]] = {
    "stage": STAGES, "seal": SEAL_STATES, "guarantee-state": GUARANTEE_STATES, "reservation": RESERVATIONS,
    "alarm": ALARMS, "mismatch": MISMATCHES, "request": REQUESTS,
}  # fmt: skip


def name(table: str, code: object) -> Text:
    """What a code of one of the tables is called; an unknown one stands for itself."""
    return _TABLES[table].get(str(code)) or Text("{code}", {"code": str(code or "")})


def toned(table: str, code: object) -> Word:
    """The same with its tone."""
    return _TONED[table].get(str(code)) or Word(Text("{code}", {"code": str(code or "")}))


def said(event: str, after: Facts) -> Said:
    """What an event of a movement is called, and its tone; one that nobody has named is shown by its code."""
    paper = of_paper(event, after)
    if paper is not None:
        return paper, "quiet"
    text, tone = EVENTS.get(event, (Text("{event}", {"event": event}), "quiet"))
    if event == "transit.alarm-raised":
        alarm = toned("alarm", after.get("kind"))
        return _("Alarm: {alarm}", alarm=alarm.text), alarm.tone
    if after.get("lane"):
        return _("{event}: {outcome}", event=text, outcome=lane(str(after["lane"])).text), tone
    table = _OUTCOMES.get(event)
    if table is None or after.get(table[1]) in (None, ""):
        return text, tone
    return _("{event}: {outcome}", event=text, outcome=name(table[0], after[table[1]])), tone


#: Events that are told with the word they carry.
_OUTCOMES: dict[str, tuple[str, str]] = {
    "transit.control-concluded": ("result", "result"),
    "transit.incident-reported": ("incident", "code"),
    "transit.incident-decided": ("decision", "outcome"),
    "transit.discrepancy-resolved": ("resolution", "resolution"),
    "transit.enquiry-answered": ("answer", "says"),
    "transit.enquiry-closed": ("outcome", "outcome"),
}


def _paid(after: Facts) -> list[Text]:
    """What the guarantors paid of a recovery, and what the holder still owes of it."""
    currency, owed = str(after.get("currency") or ""), str(after.get("still_owed") or "0")
    lines = [_("The guarantor paid {amount}.", amount=fmt.amount(str(after["by_guarantor"]), currency))]
    if Decimal(owed) > 0:
        lines.append(_("{amount} stays open: the holder owes it", amount=fmt.amount(owed, currency)))
    return lines


def more(event: str, after: Facts) -> list[Text]:
    """The facts of an event worth a line: where, which plate, until when."""
    lines: list[Text] = []
    if after.get("office"):
        lines.append(_("Office {office}", office=fmt.code(after["office"])))
    if after.get("plate"):
        lines.append(_("Registration number {plate}", plate=fmt.code(after["plate"])))
    if after.get("limit_at") and event in ("transit.released", "transit.extended"):
        lines.append(_("Until {moment}", moment=fmt.moment(str(after["limit_at"]))))
    if after.get("gross_kg"):
        lines.append(_("Gross mass {mass}", mass=fmt.mass(str(after["gross_kg"]))))
    if after.get("amount"):
        lines.append(_("Amount {amount}", amount=fmt.amount(str(after["amount"]), str(after.get("currency") or ""))))
    if after.get("by_guarantor"):
        lines += _paid(after)
    if after.get("late"):
        lines.append(_("After the limit"))
    if after.get("reservation"):
        lines.append(_("Reservation: {words}", words=fmt.isolated(str(after["reservation"]))))
    return lines

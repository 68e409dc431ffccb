"""The journal in plain words: what happened, who did it, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from app.core.actors import SYSTEM_PERSON
from app.core.journal import JournalEntry
from app.core.text import Text, _
from app.edge.locale import translate
from app.registers.file import Event
from app.web import words
from app.web.officer.forms import CONCLUSIONS

Namer = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline, as the macro draws it."""

    at: Any
    what: Text
    who: Markup
    why: str = ""
    lines: list[Text] = field(default_factory=list)
    tone: str = "quiet"


_PLAIN: dict[str, tuple[Text, str]] = {
    "declaration.drafted": (_("Draft begun"), "quiet"),
    "declaration.redrafted": (_("Draft changed"), "quiet"),
    "declaration.lodged": (_("Lodged"), "working"),
    "declaration.control-started": (_("Control begun"), "working"),
    "declaration.detained": (_("Held"), "caution"),
    "declaration.refused": (_("Refused"), "bad"),
    "declaration.seized": (_("Seized"), "bad"),
    "declaration.returned": (_("Sent back"), "caution"),
    "inspection.cancelled": (_("Inspection ended without a result"), "quiet"),
    "proposal.approved": (_("Proposal approved"), "good"),
    "proposal.rejected": (_("Proposal rejected"), "caution"),
    "proposal.overtaken": (_("Proposal overtaken by the decision"), "quiet"),
}


def line(event: Event, named: Namer) -> Line:
    """An entry for people. `named(list, code)` is the name of a code in the reader's language."""
    entry = event.entry
    what, tone = _said(entry)
    lines, why = _more(entry, named)
    return Line(at=entry.at, what=what, who=who(event), why=why or entry.reason, lines=lines, tone=tone)


def who(event: Event) -> Markup:
    """The person's name and role; the system speaks for itself, a program for its person."""
    entry = event.entry
    if entry.person == SYSTEM_PERSON:
        return Markup(escape(translate(_("by the system"))))
    name = Markup("<bdi>{}</bdi>").format(event.name or entry.login)
    role = translate(words.role(entry.role)) if entry.role else ""
    through = translate(_("through a program")) if entry.via == "token" else ""
    return Markup(" · ").join(part for part in (name, escape(role), escape(through)) if part)


def _said(entry: JournalEntry) -> tuple[Text, str]:
    before, after = entry.before or {}, entry.after or {}
    match entry.event:
        case "declaration.selected":
            return _("Selected for control: {lane}", lane=_lane(after)), "working"
        case "declaration.released" if after.get("decision"):
            return _("Decision: {decision}", decision=words.decision(after["decision"])), "good"
        case "declaration.released":
            return _("Released without a check: {lane}", lane=_lane(after)), "good"
        case "declaration.rerouted":
            return _("Lane changed: {before} → {after}", before=_lane(before), after=_lane(after)), "caution"
        case "inspection.ordered":
            goods = after.get("kind") == "goods"
            return (_("Examination of the goods ordered") if goods else _("Check of the documents ordered")), "working"
        case "inspection.finding-added":
            return (_("Finding: as declared"), "good") if after.get("conform") else (_("Finding: not as declared"), "caution")
        case "inspection.concluded":
            conclusion = str(after.get("conclusion"))
            tone = "good" if conclusion == "conform" else "caution"
            return _("Inspection concluded: {conclusion}", conclusion=CONCLUSIONS.get(conclusion, Text(conclusion))), tone
        case "proposal.made":
            return _("Proposed to a second person: {before} → {after}", before=_lane({"lane": after.get("from")}), after=_lane(after)), "caution"
        case "permit.issued":
            return _("Permit {number} issued", number=after.get("number", "")), "good"
        case "permit.printed":
            return _("Copy {number} of the permit printed", number=after.get("copy", "")), "quiet"
        case "permit.revoked":
            return _("Permit {number} revoked", number=after.get("number", "")), "bad"
    return _PLAIN.get(entry.event, (Text("{event}", {"event": entry.event}), "quiet"))


def _lane(words_of: dict[str, Any]) -> Text:
    return words.lane(str(words_of.get("lane") or "")).text


def _more(entry: JournalEntry, named: Namer) -> tuple[list[Text], str]:
    after = entry.after or {}
    if entry.event == "inspection.concluded":
        return [], str(after.get("summary") or "")
    if entry.event != "inspection.finding-added":
        return [], ""
    what = Text("{control}", {"control": named("control_type", str(after.get("control")))})
    item = after.get("item")
    lines = [what, _("Item {number}", number=item) if item else _("The whole consignment")]
    return lines, str(after.get("found") or "")

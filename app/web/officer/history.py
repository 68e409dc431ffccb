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
Facts = dict[str, Any]
#: What happened, and its tone.
Said = tuple[Text, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline, as the macro draws it."""

    at: Any
    what: Text
    who: Markup
    why: str = ""
    lines: list[Text] = field(default_factory=list)
    tone: str = "quiet"


_PLAIN: dict[str, Said] = {
    "declaration.drafted": (_("Draft begun"), "quiet"),
    "declaration.redrafted": (_("Draft changed"), "quiet"),
    "declaration.lodged": (_("Lodged"), "working"),
    "declaration.control-started": (_("Control begun"), "working"),
    "declaration.control-continued": (_("Control continued"), "quiet"),
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
    said = Markup("<bdi>{}</bdi>").format(why or entry.reason) if why or entry.reason else ""
    return Line(at=entry.at, what=what, who=who(event), why=said, lines=lines, tone=tone)


def who(event: Event) -> Markup:
    """The person's name and role; the system speaks for itself, a program for its person."""
    entry = event.entry
    if entry.person == SYSTEM_PERSON:
        return escape(translate(_("by the system")))
    name = Markup("<bdi>{}</bdi>").format(event.name or entry.login)
    role = translate(words.role(entry.role)) if entry.role else ""
    through = translate(_("through a program")) if entry.via == "token" else ""
    return Markup(" · ").join(part for part in (name, escape(role), escape(through)) if part)


def _said(entry: JournalEntry) -> Said:
    telling = _TOLD.get(entry.event)
    if telling is not None:
        return telling(entry.before or {}, entry.after or {})
    return _PLAIN.get(entry.event, (Text("{event}", {"event": entry.event}), "quiet"))


def _lane(words_of: Facts) -> Text:
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


def _selected(before: Facts, after: Facts) -> Said:
    return _("Selected for control: {lane}", lane=_lane(after)), "working"


def _released(before: Facts, after: Facts) -> Said:
    if after.get("decision"):
        return _("Decision: {decision}", decision=words.decision(after["decision"])), "good"
    return _("Released without a check: {lane}", lane=_lane(after)), "good"


def _rerouted(before: Facts, after: Facts) -> Said:
    return _("Lane changed from {before} to {after}", before=_lane(before), after=_lane(after)), "caution"


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
    said = _("Inspection concluded: {conclusion}", conclusion=CONCLUSIONS.get(code, Text(code)))
    return said, "good" if code == "conform" else "caution"


def _proposed(before: Facts, after: Facts) -> Said:
    said = _(
        "Proposed to a second person: from {before} to {after}",
        before=_lane({"lane": after.get("from")}),
        after=_lane(after),
    )
    return said, "caution"


def _issued(before: Facts, after: Facts) -> Said:
    return _("Permit {number} issued", number=after.get("number", "")), "good"


def _printed(before: Facts, after: Facts) -> Said:
    return _("Copy {number} of the permit printed", number=after.get("copy", "")), "quiet"


def _revoked(before: Facts, after: Facts) -> Said:
    return _("Permit {number} revoked", number=after.get("number", "")), "bad"


#: Events whose sentence depends on what they changed.
_TOLD: dict[str, Callable[[Facts, Facts], Said]] = {
    "declaration.selected": _selected,
    "declaration.released": _released,
    "declaration.rerouted": _rerouted,
    "inspection.ordered": _ordered,
    "inspection.finding-added": _found,
    "inspection.concluded": _concluded,
    "proposal.made": _proposed,
    "permit.issued": _issued,
    "permit.printed": _printed,
    "permit.revoked": _revoked,
}
